"""The Transformer: a stack of layers around rung 4's socket; it is used as every model is."""

from typing import NamedTuple, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.config import Run, StackedSettings
from attention_course.models.context import KeysValues, MultiHeadContext, NewPart
from attention_course.models.dropout import VariationalDropout
from attention_course.models.masks import causal_mask, padding_mask
from attention_course.models.model import Output, Past, Step
from attention_course.models.positions import Positions, table_of
from attention_course.models.stacked import Stacked, made


class FeedForward(nn.Sequential):
    """The same two-layer network at every position.    Vaswani 2017, section 3.3"""

    def __init__(self, d_model: int, d_hidden: int, dropout: float) -> None:
        super().__init__(
            nn.Linear(d_model, d_hidden),
            nn.ReLU(),
            VariationalDropout(dropout),
            nn.Linear(d_hidden, d_model),
        )


class EncoderLayer(nn.Module):
    """Every source word asks every source word, then thinks for itself.

    Each part is added to what was there. The norm comes before each part
    rather than after it (Xiong et al. 2020, figure 1b), which trains without
    a long warm-up.
    """

    def __init__(
        self,
        d_model: int,
        d_hidden: int,
        heads: MultiHeadContext,
        dropout: float,
    ) -> None:
        super().__init__()
        self.self_attention = heads
        self.feed_forward = FeedForward(d_model, d_hidden, dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(2))
        self.dropout = VariationalDropout(dropout)

    def forward(
        self, states: Float[Tensor, "B S d_model"], mask: Bool[Tensor, "B 1 S"]
    ) -> Float[Tensor, "B S d_model"]:
        """Mix information between positions, then within each."""
        normed = self.norms[0](states)
        offered = self.self_attention.offer(normed)
        attended = self.self_attention.fused(normed, offered, mask)
        states = states + self.dropout(attended)
        normed = self.norms[1](states)
        fed_forward: Tensor = self.dropout(self.feed_forward(normed))
        return states + fed_forward


class LayerOutput(NamedTuple):
    """What a decoder layer gives: its states, and the weights with which each head read."""

    states: Float[Tensor, "B T d_model"]
    weights: Float[Tensor, "B H T S"]


class DecoderLayer(nn.Module):
    """Every target word asks the words before it, then the source, then thinks for itself."""

    def __init__(
        self,
        d_model: int,
        d_hidden: int,
        self_heads: MultiHeadContext,
        cross_heads: MultiHeadContext,
        dropout: float,
    ) -> None:
        super().__init__()
        self.self_attention = self_heads
        self.cross_attention = cross_heads
        self.feed_forward = FeedForward(d_model, d_hidden, dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(3))
        self.dropout = VariationalDropout(dropout)

    def forward(
        self,
        states: Float[Tensor, "B T d_model"],
        source: KeysValues,
        causal: Bool[Tensor, "#B T T"],
        mask: Bool[Tensor, "B 1 S"],
    ) -> LayerOutput:
        """Give new states, and the weights with which heads read the source."""
        normed = self.norms[0](states)
        offered = self.self_attention.offer(normed)
        attended = self.self_attention.fused(normed, offered, causal)
        return self.read(states, attended, source, mask)

    def step(
        self,
        state: Float[Tensor, "B 1 d_model"],
        source: KeysValues,
        before: KeysValues,
        mask: Bool[Tensor, "B 1 S"],
    ) -> tuple[LayerOutput, KeysValues]:
        """Do the same for one new position; `before` is what earlier ones offer.

        Nothing of them is calculated again, and all of them are past, so
        nothing is hidden. They come back with the new one.
        """
        normed = self.norms[0](state)
        offered = before.and_then(self.self_attention.offer(normed))
        every = mask.new_ones(1, 1, offered.keys.shape[2])
        attended = self.self_attention.fused(normed, offered, every)
        return self.read(state, attended, source, mask), offered

    def read(
        self,
        states: Float[Tensor, "B T d_model"],
        attended: Float[Tensor, "B T d_model"],
        source: KeysValues,
        mask: Bool[Tensor, "B 1 S"],
    ) -> LayerOutput:
        """Add what was read of the past; then read the source, then think."""
        states = states + self.dropout(attended)
        cross = self.cross_attention.read(self.norms[1](states), source, mask)
        states = states + self.dropout(cross.vector)
        states = states + self.dropout(self.feed_forward(self.norms[2](states)))
        return LayerOutput(states, cross.weights)


class TransformerMemory(NamedTuple):
    """What the encoder hands over: what each decoder layer may read of the source, and where."""

    states: Float[Tensor, "B S d_model"]  # from which all that follows is made
    mask: Bool[Tensor, "B S"]
    offered: tuple[KeysValues, ...]  # to each layer of the decoder

    def rows(self, order: Int[Tensor, "N"]) -> "TransformerMemory":
        """Pick sentences, in the order asked for; a sentence may be picked twice."""
        states, mask = (part.index_select(0, order) for part in (self.states, self.mask))
        return TransformerMemory(states, mask, tuple(one.rows(order) for one in self.offered))


class Transformer(Stacked):
    """Encoder and decoder without recurrence.    Vaswani et al. 2017, section 3

    Its maps are those of the cross-attention, layer by layer and head by head. Without
    `positions` order is lost.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int,
        dropout: float,
        encoder_layers: list[EncoderLayer],
        decoder_layers: list[DecoderLayer],
        positions: Positions | None,
        word_dropout: float = 0.0,
    ) -> None:
        super().__init__(source_size, target_size, d_model, dropout, word_dropout)
        self.encoder_layers = nn.ModuleList(encoder_layers)
        self.decoder_layers = nn.ModuleList(decoder_layers)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(2))  # after each stack
        self.positions = positions

    @property
    def layers_of_decoder(self) -> list[DecoderLayer]:
        """The same layers as `decoder_layers`, for who asks more of them than to be called."""
        return cast(list[DecoderLayer], list(self.decoder_layers))

    def add_positions(
        self, embedded: Float[Tensor, "B L d_model"], first: int = 0
    ) -> Float[Tensor, "B L d_model"]:
        """Add to each vector the pattern of its position, counted from `first`."""
        if self.positions is not None:
            patterns = table_of(self.positions, first + embedded.shape[1], embedded)
            embedded = embedded + patterns[first:]
        states: Tensor = self.dropout(embedded)
        return states

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> TransformerMemory:
        """Let every source word read every source word, layer after layer."""
        mask = padding_mask(lengths, source.shape[1])
        states = self.add_positions(self.source_embedding(source))
        for layer in self.encoder_layers:
            states = layer(states, mask.unsqueeze(1))
        return self.remember(self.norms[0](states), mask)

    def remember(
        self, states: Float[Tensor, "B S d_model"], mask: Bool[Tensor, "B S"]
    ) -> TransformerMemory:
        """Work out, once, the keys and values that the decoder's layers will ask for."""
        offered = tuple(layer.cross_attention.offer(states) for layer in self.layers_of_decoder)
        return TransformerMemory(states, mask, offered)

    def decode(
        self,
        target_in: Int[Tensor, "B T"],
        memory: TransformerMemory,
    ) -> Output:
        """Predict every next word, each position reading no later than itself."""
        causal = causal_mask(target_in.shape[1], target_in.device).unsqueeze(0)
        states = self.add_positions(self.target_embedding(target_in))
        mask, maps = memory.mask.unsqueeze(1), []
        for layer, source in zip(self.decoder_layers, memory.offered, strict=True):
            states, weights = layer(states, source, causal, mask)
            maps.append(weights)
        logits = self.target_embedding.logits(self.norms[1](states))
        return Output(logits, torch.stack(maps, dim=1))

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
        target_in: Int[Tensor, "B T"],
    ) -> Output:
        """Predict every next target word, given the true words before it (teacher forcing)."""
        return self.decode(target_in, self.encode(source, lengths))

    def begin(self, memory: TransformerMemory) -> Past:
        """Nothing has been written before the first word: no layer has a key or a value yet."""
        return tuple(part[:, :, :0] for offered in memory.offered for part in offered)

    def step(self, tokens: Int[Tensor, "B"], memory: TransformerMemory, past: Past) -> Step:
        """Predict the next word after `tokens`.

        The past holds the keys and the values of the words before, layer after layer.
        """
        embedded = self.target_embedding(tokens.unsqueeze(1))
        states = self.add_positions(embedded, first=past[0].shape[2])
        kept = [KeysValues(*pair) for pair in zip(past[::2], past[1::2], strict=True)]
        mask, maps = memory.mask.unsqueeze(1), []
        longer: list[Tensor] = []
        for layer, source, before in zip(self.layers_of_decoder, memory.offered, kept, strict=True):
            (states, weights), offered = layer.step(states, source, before, mask)
            maps.append(weights.squeeze(2))  # [B, H, S]
            longer += offered
        logits = self.target_embedding.logits(self.norms[1](states))
        return Step(logits.squeeze(1), torch.stack(maps, dim=1), tuple(longer))


def assemble(
    positions: Positions,
    run: Run,
    settings: StackedSettings,
    part: NewPart,
    source_size: int,
    target_size: int,
) -> Transformer:
    """Stack the layers of a run, each with contexts of its own.

    Raises:
        ValueError: the part is no context with heads.
    """

    def heads() -> MultiHeadContext:
        return made(part, MultiHeadContext, run)

    d_model, d_hidden, dropout = run.d_model, settings.d_hidden, run.dropout
    return Transformer(
        source_size,
        target_size,
        d_model,
        dropout,
        [EncoderLayer(d_model, d_hidden, heads(), dropout) for _ in range(settings.layers)],
        [
            DecoderLayer(d_model, d_hidden, heads(), heads(), dropout)
            for _ in range(settings.layers)
        ],
        positions=positions if settings.positions else None,
        word_dropout=run.word_dropout,
    )
