"""One stack of layers under one causal mask: the source begins the text, and the target goes on.

The same model without a source is a language model. It is used as every model is.
"""

from typing import NamedTuple, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.config import OneStackSettings, Run
from attention_course.models.context import HeadsOutput, KeysValues, NewPart
from attention_course.models.dropout import VariationalDropout
from attention_course.models.masks import can_be_asked, padding_mask
from attention_course.models.model import Output, Past, Step
from attention_course.models.positions import Positions, table_of
from attention_course.models.stacked import Stacked, made
from attention_course.models.transformer import FeedForward


class CausalContext(nn.Module):
    """The socket in a layer of one stack: the same sum, over what is not later.

    Unlike in rung 4 it may be told where its words stand, since keys and queries can be turned by
    their places.
    """

    def offer(self, states: Float[Tensor, "B L d_model"], places: Int[Tensor, "B L"]) -> KeysValues:
        """The keys and values of positions, before anybody asks."""
        raise NotImplementedError("a context must say what its positions offer")

    def read(
        self,
        states: Float[Tensor, "B T d_model"],
        places: Int[Tensor, "B T"],
        offered: KeysValues,
        mask: Bool[Tensor, "B T L"],
    ) -> HeadsOutput:
        """Every position reads the offered positions that the mask allows."""
        raise NotImplementedError("a context must say where its weights come from")


class Layer(nn.Module):
    """Every word asks what is not later, then thinks for itself; norms come before each part."""

    def __init__(self, d_model: int, d_hidden: int, context: CausalContext, dropout: float) -> None:
        super().__init__()
        self.context = context
        self.feed_forward = FeedForward(d_model, d_hidden, dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(2))
        self.dropout = VariationalDropout(dropout)

    def offer(self, states: Float[Tensor, "B T d_model"], places: Int[Tensor, "B T"]) -> KeysValues:
        """The keys and values of new positions."""
        return self.context.offer(self.norms[0](states), places)

    def forward(
        self,
        states: Float[Tensor, "B T d_model"],
        places: Int[Tensor, "B T"],
        offered: KeysValues,
        mask: Bool[Tensor, "B T L"],
    ) -> HeadsOutput:
        """New states of some positions, and the weights with which each head read."""
        read = self.context.read(self.norms[0](states), places, offered, mask)
        states = states + self.dropout(read.vector)
        states = states + self.dropout(self.feed_forward(self.norms[1](states)))
        return HeadsOutput(states, read.weights)


class Text(NamedTuple):
    """A text that has been read: which of its positions are words, and what each layer keeps."""

    real: Bool[Tensor, "B L"]
    kept: tuple[KeysValues, ...]  # of each layer: the cache

    def rows(self, order: Int[Tensor, "N"]) -> "Text":
        """Pick texts, in the order asked for; a text may be picked twice."""
        kept = tuple(one.rows(order) for one in self.kept)
        return Text(self.real.index_select(0, order), kept)


class OneStack(Stacked):
    """One stack of layers, over the source and what has been written.    Radford et al. 2018, 3.1

    Its maps have a column for each token of the source, and then one for each of its own past. As
    a language model it is given a source as every model is, and leaves it alone.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int,
        dropout: float,
        layers: list[Layer],
        positions: Positions | nn.Embedding | None,
        window: int = 0,
        word_dropout: float = 0.0,
        reads_source: bool = True,
    ) -> None:
        super().__init__(source_size, target_size, d_model, dropout, word_dropout)
        self.reads = ("source", "past") if reads_source else ("past",)
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(d_model)
        self.positions = positions
        self.window = window

    @property
    def stack(self) -> list[Layer]:
        """The same layers as `layers`, for who asks more of them than to be called."""
        return cast(list[Layer], list(self.layers))

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> Text:
        """Read the source as the beginning of the text; what each layer keeps of it."""
        if "source" in self.reads:
            real = padding_mask(lengths, source.shape[1])
        else:
            source = source[:, :0]
            real = torch.zeros_like(source, dtype=torch.bool)
        return self.go_on(self.source_embedding(source), real, None)[1]

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
        target_in: Int[Tensor, "B T"],
    ) -> Output:
        """Predict every next target word, given the source and the true words before it."""
        real = torch.ones_like(target_in, dtype=torch.bool)
        embedded = self.target_embedding(target_in)
        return self.go_on(embedded, real, self.encode(source, lengths))[0]

    def begin(self, memory: Text) -> Past:
        """Nothing has been written before the first word."""
        return tuple(part[:, :, :0] for kept in memory.kept for part in kept)

    def step(self, tokens: Int[Tensor, "B"], memory: Text, past: Past) -> Step:
        """Predict the next word after `tokens`.

        The past holds the keys and the values of the words before, layer after layer.
        """
        text = joined(memory, past)
        embedded = self.target_embedding(tokens.unsqueeze(1))
        real = torch.ones_like(tokens, dtype=torch.bool).unsqueeze(1)
        output, longer = self.go_on(embedded, real, text)
        size = memory.real.shape[1]
        own = tuple(part[:, :, size:] for kept in longer.kept for part in kept)
        return Step(output.logits[:, -1], output.maps[:, :, :, -1], own)

    def go_on(
        self,
        embedded: Float[Tensor, "B T d_model"],
        real: Bool[Tensor, "B T"],
        before: Text | None,
    ) -> tuple[Output, Text]:
        """Read further positions after a text: what each predicts, and the longer text."""
        every, where, places = real, places_of(real), places_of(real)
        if before is not None:
            every = torch.cat([before.real, real], dim=1)
            where = places_of(every)
            places = where[:, before.real.shape[1] :]
        states: Tensor = self.dropout(self.add_positions(embedded, places, every.shape[1]))
        mask = self.readable(places, where, every)
        kept, maps = [], []
        for number, layer in enumerate(self.stack):
            offered = layer.offer(states, places)
            if before is not None:
                offered = before.kept[number].and_then(offered)
            states, weights = layer(states, places, offered, mask)
            kept.append(offered)
            maps.append(weights)
        logits = self.target_embedding.logits(self.norm(states))
        return Output(logits, torch.stack(maps, dim=1)), Text(every, tuple(kept))

    def readable(
        self,
        places: Int[Tensor, "B T"],
        where: Int[Tensor, "B L"],
        real: Bool[Tensor, "B L"],
    ) -> Bool[Tensor, "B T L"]:
        """The causal mask: new positions read real words, and nothing later.

        With a window none reads a word that is so many places back. Each
        reads itself, even padding, so that every row has something to read.
        """
        size, new = real.shape[1], places.shape[1]
        columns = torch.arange(size, device=real.device)
        rows = columns[size - new :]
        mask = real[:, None] & (columns <= rows[:, None])
        if self.window:
            mask = mask & (places[:, :, None] - where[:, None] < self.window)
        return mask | (columns == rows[:, None])

    def add_positions(
        self, embedded: Float[Tensor, "B T d_model"], places: Int[Tensor, "B T"], size: int
    ) -> Float[Tensor, "B T d_model"]:
        """Add to each vector the pattern of its place, of `size`, if this model adds any.

        Raises:
            ValueError: a place lies beyond the learned ones.
        """
        if self.positions is None:
            return embedded
        if isinstance(self.positions, nn.Embedding):
            known = self.positions.num_embeddings
            if can_be_asked(places) and int(places.max()) >= known:
                raise ValueError(
                    f"expected a text of at most {known} tokens, for which places were learned, "
                    f"got {int(places.max()) + 1}; use sines or rotary places for longer texts"
                )
            learned: Tensor = self.positions(places)
            return embedded + learned
        return embedded + table_of(self.positions, size, embedded)[places]


def places_of(real: Bool[Tensor, "B L"]) -> Int[Tensor, "B L"]:
    """The places of a text's positions, from 0: words are counted, padding is not."""
    return (real.cumsum(dim=1) - 1).clamp_min(0)


def joined(source: Text, past: Past) -> Text:
    """The source and what was written after it, as one text."""
    own = [KeysValues(*pair) for pair in zip(past[::2], past[1::2], strict=True)]
    written = source.real.new_ones(source.real.shape[0], past[0].shape[2])
    return Text(
        torch.cat([source.real, written], dim=1),
        tuple(one.and_then(other) for one, other in zip(source.kept, own, strict=True)),
    )


def assemble(
    positions: Positions | nn.Embedding | None,
    run: Run,
    settings: OneStackSettings,
    part: NewPart,
    source_size: int,
    target_size: int,
) -> OneStack:
    """Stack the layers of a run, each with a context of its own.

    Raises:
        ValueError: the part is no context of one stack.
    """

    def layer() -> Layer:
        context = made(part, CausalContext, run)
        return Layer(run.d_model, settings.d_hidden, context, run.dropout)

    return OneStack(
        source_size,
        target_size,
        run.d_model,
        run.dropout,
        [layer() for _ in range(settings.layers)],
        positions,
        settings.window,
        run.word_dropout,
        settings.reads_source,
    )
