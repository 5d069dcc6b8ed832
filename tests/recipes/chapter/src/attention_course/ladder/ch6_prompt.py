"""Chapter 6, a prompt: the source begins the text, and every word reads what is before it.

c_t = sum over s <= t of weights[t, s] * states[s]    Radford et al. 2018, section 3.1
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.config import Run, Settings, StackedSettings
from attention_course.ladder.ch4_self_attention import projected_heads, sinusoidal_positions
from attention_course.ladder.chapter import Chapter
from attention_course.models.context import MultiHeadContext, NewPart
from attention_course.models.embedding import Embedding, OutputEmbedding
from attention_course.models.masks import causal_mask, padding_mask
from attention_course.models.model import Model, Output, Past, Step


class Prompt(NamedTuple):
    """The beginning of the text: a vector for each source token."""

    embedded: Float[Tensor, "B S d_model"]
    mask: Bool[Tensor, "B S"]

    def rows(self, order: Int[Tensor, "N"]) -> "Prompt":
        """Pick sentences, in the order asked for; a sentence may be picked twice."""
        return Prompt(*(part.index_select(0, order) for part in self))


class Prompted(Model):
    """One stack of layers under one causal mask, over the source and what has been written."""

    reads = ("source", "past")

    def __init__(
        self, source_size: int, target_size: int, d_model: int, layers: list[MultiHeadContext]
    ) -> None:
        super().__init__()
        self.source_embedding = Embedding(source_size, d_model)
        self.target_embedding = OutputEmbedding(target_size, d_model)
        self.layers = nn.ModuleList(layers)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in layers)

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> Prompt:
        """Nothing is read yet: the source is only looked up."""
        return Prompt(self.source_embedding(source), padding_mask(lengths, source.shape[1]))

    def write(self, target_in: Int[Tensor, "B T"], prompt: Prompt) -> Output:
        """Predict every next word from all that is before it, the source first."""
        written = self.target_embedding(target_in)
        real = torch.cat([prompt.mask, torch.ones_like(target_in, dtype=torch.bool)], dim=1)
        positions = (real.cumsum(dim=1) - 1).clamp_min(0)  # padding between the two counts nothing
        patterns = sinusoidal_positions(real.shape[1], written.shape[2]).to(written)
        states = torch.cat([prompt.embedded, written], dim=1) + patterns[positions]
        size, start = real.shape[1], prompt.mask.shape[1]
        mask = causal_mask(size, real.device) & (real[:, None] | torch.eye(size, dtype=torch.bool))
        maps = []
        for layer, norm in zip(self.layers, self.norms, strict=True):
            asked = norm(states)
            vector, weights = layer(asked, asked, mask)
            states = states + vector
            maps.append(weights[:, :, start:])  # [B, H, T, S + T]
        logits = self.target_embedding.logits(states[:, start:])
        return Output(logits, torch.stack(maps, dim=1))

    def forward(
        self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"], target_in: Int[Tensor, "B T"]
    ) -> Output:
        """Predict every next target word, given the true words before it (teacher forcing)."""
        return self.write(target_in, self.encode(source, lengths))

    def begin(self, memory: Prompt) -> Past:
        """Nothing has been written yet."""
        return (torch.zeros(len(memory.mask), 0, dtype=torch.long, device=memory.mask.device),)

    def step(self, tokens: Int[Tensor, "B"], memory: Prompt, past: Past) -> Step:
        """Predict the next word after `tokens`, all of the past read again."""
        written = torch.cat([past[0], tokens[:, None]], dim=1)
        output = self.write(written, memory)
        return Step(output.logits[:, -1], output.maps[:, :, :, -1], (written,))


def assemble(
    run: Run,
    settings: StackedSettings,
    part: NewPart,
    source_size: int,
    target_size: int,
) -> Prompted:
    """Stack so many contexts with heads."""
    parts = [part() for _ in range(settings.layers)]
    layers = [one for one in parts if isinstance(one, MultiHeadContext)]
    return Prompted(source_size, target_size, run.d_model, layers)


SIZES: dict[str, Settings] = {
    "toys": {"d_hidden": 256, "layers": 2, "learning_rate": 1e-3},
    "pocket-korean": {"d_hidden": 256, "layers": 2, "epochs": 3, "learning_rate": 3e-3},
    "smoke": {"d_hidden": 128, "layers": 2, "heads": 2},
}
CHAPTER = Chapter(
    StackedSettings,
    {"prompt": lambda run, settings: projected_heads(run.d_model, settings.heads)},
    assemble,
    SIZES,
)
