"""What every model of the course can do, whatever is inside: nothing above asks which one it is."""

from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.models.embedding import Embedding

Side = Literal["source", "past"]
Past = tuple[Tensor, ...]  # what is remembered between steps; axis 0 is the sentence


@runtime_checkable  # shapes and types are checked in tests
class Memory(Protocol):
    """What a model keeps of the source while it writes: one row of each part a sentence."""

    def rows(self, order: Int[Tensor, "N"]) -> "Memory":
        """Pick sentences, in the order asked for; a sentence may be picked twice."""
        ...


class Output(NamedTuple):
    """Scores for each next word, and the maps of what the model read to give them.

    A map has a row for each word that is predicted, and a column for each of the R that can be
    read: those that `Model.reads` names. Rungs 1 to 3 have one layer with one head.
    """

    logits: Float[Tensor, "B T V"]
    maps: Float[Tensor, "B L H T R"]

    @property
    def weights(self) -> Float[Tensor, "B T R"]:
        """The map that is shown where nothing has chosen a layer: the last one's."""
        return self.of_layer(-1)

    def of_layer(self, layer: int) -> Float[Tensor, "B T R"]:
        """The map of one layer, the mean of its heads."""
        return self.maps[:, layer].mean(dim=1)


class Step(NamedTuple):
    """The same for one target step, and what the next one needs."""

    logits: Float[Tensor, "B V"]
    maps: Float[Tensor, "B L H R"]
    past: Past

    def of_layer(self, layer: int) -> Float[Tensor, "B R"]:
        """The map of one layer, the mean of its heads."""
        return self.maps[:, layer].mean(dim=1)


class Model(nn.Module):
    """Reads a source and writes a target, a token at a time.

    `encode` a source once, then `forward` for all target steps at once, or `begin`, and `step` for
    one step after another: both give the same. A model without a source is given one, and leaves
    it alone.
    """

    # The columns of its maps: the source's tokens, its own past (<bos> and what it wrote), or the
    # one and then the other.
    reads: tuple[Side, ...] = ("source",)

    @property
    def device(self) -> torch.device:
        """Where the model is; what it is given must be there too."""
        return next(self.parameters()).device

    @property
    def embeddings(self) -> tuple[Embedding, Embedding]:
        """Of the source's tokens and of the target's: what a warm start fills."""
        raise NotImplementedError("a model that is to start warm must name its two embeddings")

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> Memory:
        """Read the source once."""
        raise NotImplementedError("a model must say what it keeps of a source")

    # `memory` is what the same model's `encode` gave: each model has a kind of its own.
    def begin(self, memory: Any) -> Past:
        """What is remembered before the first word."""
        raise NotImplementedError("a model must say what it remembers before the first word")

    def step(self, tokens: Int[Tensor, "B"], memory: Any, past: Past) -> Step:
        """Predict the next word after `tokens`."""
        raise NotImplementedError("a model must predict one word after another")

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
        target_in: Int[Tensor, "B T"],
    ) -> Output:
        """Predict every next target word, given the true words before it (teacher forcing)."""
        raise NotImplementedError("a model must predict all words at once")
