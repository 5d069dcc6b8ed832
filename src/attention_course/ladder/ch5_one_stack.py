"""One stack, beyond the ladder: the source begins the text, and every word reads what is before it.

c_t = sum over s <= t of softmax_s(query_t . key_s / sqrt(d_head)) * values[s]
"""

import math

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.config import OWN_TEXT, OneStackSettings, Run, Settings
from attention_course.ladder.ch4_self_attention import (
    attend,
    join_heads,
    sinusoidal_positions,
    split_heads,
)
from attention_course.ladder.chapter import Chapter
from attention_course.models import one_stack
from attention_course.models.context import HeadsOutput, KeysValues, NewPart
from attention_course.models.one_stack import CausalContext, OneStack

LEARNED = 256  # places that a model with learned ones knows


def rotary(
    vectors: Float[Tensor, "B H L d_head"], places: Int[Tensor, "B L"]
) -> Float[Tensor, "B H L d_head"]:
    """Turn each pair of numbers by an angle that grows with the place.    Su et al. 2021, 3.2.2

    The dot product of two turned vectors hangs on the distance of their places alone.
    """
    d_head = vectors.shape[-1]
    slowdown = -math.log(10_000.0) / d_head
    pairs = torch.arange(0, d_head, 2, device=vectors.device, dtype=vectors.dtype)
    angles = places[:, None, :, None] * torch.exp(pairs * slowdown)
    x, y = vectors[..., 0::2], vectors[..., 1::2]
    turned_x = x * angles.cos() - y * angles.sin()
    turned_y = x * angles.sin() + y * angles.cos()
    return torch.stack([turned_x, turned_y], dim=-1).flatten(-2)


class CausalHeads(CausalContext):
    """Several small attentions side by side, over what is not later.

    With fewer heads of keys and values than of queries, neighbouring queries share them, and there
    is less to keep (Ainslie et al. 2023, section 2.2).

    Raises:
        ValueError: heads do not divide the numbers of a state, or the heads that share them.
    """

    def __init__(self, d_model: int, heads: int, key_heads: int = 0, turned: bool = False) -> None:
        super().__init__()
        key_heads = key_heads or heads
        if d_model % heads or heads % key_heads:
            raise ValueError(
                f"expected d_model a multiple of heads, and heads one of key_heads, got {d_model}, "
                f"{heads} and {key_heads}; try 4 heads, and 1, 2 or 4 of keys"
            )
        self.heads, self.key_heads = heads, key_heads
        self.turned = turned
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, key_heads * (d_model // heads))
        self.value = nn.Linear(d_model, key_heads * (d_model // heads))
        self.output = nn.Linear(d_model, d_model)

    def offer(self, states: Float[Tensor, "B L d_model"], places: Int[Tensor, "B L"]) -> KeysValues:
        """Every position's keys and values, cut into heads; keys turned by their places."""
        keys = split_heads(self.key(states), self.key_heads)
        values = split_heads(self.value(states), self.key_heads)
        return KeysValues(rotary(keys, places) if self.turned else keys, values)

    def read(
        self,
        states: Float[Tensor, "B T d_model"],
        places: Int[Tensor, "B T"],
        offered: KeysValues,
        mask: Bool[Tensor, "B T L"],
    ) -> HeadsOutput:
        """Every position reads the offered positions that the mask allows."""
        queries = split_heads(self.query(states), self.heads)
        if self.turned:
            queries = rotary(queries, places)
        sharing = self.heads // self.key_heads
        keys, values = (part.repeat_interleave(sharing, dim=1) for part in offered)
        vectors, weights = attend(queries, keys, values, mask.unsqueeze(1))
        return HeadsOutput(self.output(join_heads(vectors)), weights)


def assemble(
    run: Run,
    settings: OneStackSettings,
    part: NewPart,
    source_size: int,
    target_size: int,
) -> OneStack:
    """The stack of a run; places that are added stand before it, turned ones in its heads."""
    added = {
        "sines": sinusoidal_positions,
        "learned": nn.Embedding(LEARNED, run.d_model) if settings.places == "learned" else None,
    }
    positions = added.get(settings.places)
    return one_stack.assemble(positions, run, settings, part, source_size, target_size)


# As many parameters as rung 4 has on the same corpus, but for norms and biases.
SIZES: dict[str, Settings] = {
    "multi30k": {
        "d_hidden": 920,
        "layers": 5,
        "batch_size": 64,
        "epochs": 10,
        "learning_rate": 1e-3,
    },
    "pocket-korean": {"d_hidden": 256, "layers": 5, "epochs": 3, "learning_rate": 3e-3},
    "tatoeba": {"d_hidden": 256, "layers": 5, "learning_rate": 1e-3},
    OWN_TEXT: {"d_hidden": 256, "layers": 5, "learning_rate": 1e-3},
    "toys": {"d_hidden": 256, "layers": 2, "learning_rate": 1e-3},
    "smoke": {"d_hidden": 128, "layers": 2, "heads": 2},
}
CHAPTER = Chapter(
    OneStackSettings,
    {
        "one-stack": lambda run, settings: CausalHeads(
            run.d_model, settings.heads, settings.key_heads, turned=settings.places == "rotary"
        )
    },
    assemble,
    SIZES,
)
