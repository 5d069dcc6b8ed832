"""Rung 4, self-attention: a sentence asks itself, and the Transformer is made of that.

c_t = sum over s of softmax_s(query_t . key_s / sqrt(d_head)) * values[s]
Queries, keys and values come from one sequence (self-attention) or from two (cross-attention).
"""

import math
from functools import partial

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from attention_course.config import OWN_TEXT, Settings, StackedSettings
from attention_course.ladder.chapter import Chapter
from attention_course.models.context import (
    HeadsOutput,
    KeysValues,
    MultiHeadContext,
    weighted_sum,
)
from attention_course.models.masks import masked_softmax, require_readable
from attention_course.models.transformer import assemble


def attend(
    queries: Float[Tensor, "*batch T d_key"],
    keys: Float[Tensor, "*batch S d_key"],
    values: Float[Tensor, "*batch S d_value"],
    mask: Bool[Tensor, "*#batch #T S"],
) -> tuple[Float[Tensor, "*batch T d_value"], Float[Tensor, "*batch T S"]]:
    """Scaled dot-product attention: vectors and weights. Vaswani 2017, eq. 1

    Raises:
        ValueError: a row of the mask has no real token, so no weights exist.
    """
    scores = queries @ keys.transpose(-2, -1) / math.sqrt(keys.shape[-1])
    weights = masked_softmax(scores, mask)
    return weighted_sum(weights, values), weights


def attend_fused(
    queries: Float[Tensor, "*batch T d_key"],
    keys: Float[Tensor, "*batch S d_key"],
    values: Float[Tensor, "*batch S d_value"],
    mask: Bool[Tensor, "*#batch #T S"],
) -> Float[Tensor, "*batch T d_value"]:
    """The vectors of `attend` in one kernel, which never writes the weights down.

    Faster, above all for long texts, where the weights are most of what `attend` writes
    (Dao et al. 2022). In mixed precision a processor calculates this part in full precision: its
    kernel for 16 bits takes many times longer backward.

    Raises:
        ValueError: a row of the mask has no real token, so no weights exist.
    """
    require_readable(mask)
    if queries.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
        queries, keys, values = queries.float(), keys.float(), values.float()
        with torch.autocast("cpu", enabled=False):
            return F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    return F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)


class Tied(nn.Module):
    """As in the lecture notes: the states themselves are queries, keys and values."""

    def __init__(self) -> None:
        super().__init__()
        self.query: nn.Module = nn.Identity()
        self.key, self.value = nn.Identity(), nn.Identity()

    def forward(
        self,
        asking: Float[Tensor, "B T d_model"],
        answering: Float[Tensor, "B S d_model"],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries are the asking states; keys and values both the answering states."""
        return self.query(asking), self.key(answering), self.value(answering)


class Projected(nn.Module):
    """Learned maps give each state three roles.    Vaswani 2017, 3.2.2"""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)

    def forward(
        self,
        asking: Float[Tensor, "B T d_model"],
        answering: Float[Tensor, "B S d_model"],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What a state asks for, what it is found by, and what it gives."""
        return self.query(asking), self.key(answering), self.value(answering)


def split_heads(
    states: Float[Tensor, "B S features"], heads: int
) -> Float[Tensor, "B heads S d_head"]:
    """Cut the features into one slice a head."""
    batch, length, features = states.shape
    return states.view(batch, length, heads, features // heads).transpose(1, 2)


def join_heads(vectors: Float[Tensor, "B H T d_head"]) -> Float[Tensor, "B T d_model"]:
    """Put the slices of the heads side by side again."""
    return vectors.transpose(1, 2).flatten(2)


class Heads(MultiHeadContext):
    """Several small attentions side by side, each over its own slice of the features.

    Raises:
        ValueError: `d_model` is not a multiple of `heads`.
    """

    def __init__(
        self, d_model: int, heads: int, roles: Tied | Projected, output: nn.Module
    ) -> None:
        super().__init__()
        if d_model % heads:
            raise ValueError(
                f"d_model must be divisible by heads: got {d_model} and {heads}; "
                f"try heads={math.gcd(d_model, heads)}"
            )
        self.heads = heads
        self.roles = roles
        self.output = output

    def offer(self, answering: Float[Tensor, "B S d_model"]) -> KeysValues:
        """Every position's keys and values, cut into heads."""
        keys = split_heads(self.roles.key(answering), self.heads)
        values = split_heads(self.roles.value(answering), self.heads)
        return KeysValues(keys, values)

    def read(
        self,
        asking: Float[Tensor, "B T d_model"],
        offered: KeysValues,
        mask: Bool[Tensor, "#B #T S"],
    ) -> HeadsOutput:
        """Every position of `asking` reads what the mask allows it to."""
        queries = split_heads(self.roles.query(asking), self.heads)
        vectors, weights = attend(queries, *offered, mask.unsqueeze(1))
        return HeadsOutput(self.output(join_heads(vectors)), weights)

    def fused(
        self,
        asking: Float[Tensor, "B T d_model"],
        offered: KeysValues,
        mask: Bool[Tensor, "#B #T S"],
    ) -> Float[Tensor, "B T d_model"]:
        """The same vectors where nobody will look at the weights."""
        queries = split_heads(self.roles.query(asking), self.heads)
        answers: Tensor = self.output(
            join_heads(attend_fused(queries, *offered, mask.unsqueeze(1)))
        )
        return answers


def projected_heads(d_model: int, heads: int) -> Heads:
    """Multi-head attention of the Transformer: learned roles, learned output map."""
    return Heads(d_model, heads, Projected(d_model), nn.Linear(d_model, d_model))


def tied_heads(d_model: int, heads: int) -> Heads:
    """The notes' self-attention, K = V = the states: nothing is learned inside it."""
    return Heads(d_model, heads, Tied(), nn.Identity())


def sinusoidal_positions(
    length: int,
    d_model: int,
) -> Float[Tensor, "length d_model"]:
    """Each position is a pattern of sines and cosines.    Vaswani 2017, 3.5"""
    position = torch.arange(length).unsqueeze(1)
    slowdown = -math.log(10_000.0) / d_model
    rate = torch.exp(torch.arange(0, d_model, 2) * slowdown)
    positions = torch.zeros(length, d_model)
    positions[:, 0::2] = torch.sin(position * rate)
    positions[:, 1::2] = torch.cos(position * rate)[:, : d_model // 2]
    return positions


SIZES: dict[str, Settings] = {
    "multi30k": {
        "d_hidden": 1024,
        "layers": 2,
        "batch_size": 64,
        "epochs": 20,
        "learning_rate": 1e-3,
    },
    "pocket-korean": {"d_hidden": 256, "layers": 2, "epochs": 3, "learning_rate": 3e-3},
    "tatoeba": {"d_hidden": 256, "layers": 2, "learning_rate": 1e-3},
    OWN_TEXT: {"d_hidden": 256, "layers": 2, "learning_rate": 1e-3},
    "toys": {"d_hidden": 256, "layers": 2, "learning_rate": 1e-3},
    "smoke": {"d_hidden": 128, "layers": 1, "heads": 2},
}
CHAPTER = Chapter(
    StackedSettings,
    {
        "transformer": lambda run, settings: projected_heads(run.d_model, settings.heads),
        "tied": lambda run, settings: tied_heads(run.d_model, settings.heads),
    },
    partial(assemble, sinusoidal_positions),
    SIZES,
)
