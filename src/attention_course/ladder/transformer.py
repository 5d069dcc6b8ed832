"""The Transformer: layers of rung 4's attention; it is used as the recurrent model is."""

from collections.abc import Sequence
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.ladder.ch4_self_attention import Attending, Heads, sinusoidal_positions
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding
from attention_course.models.masks import causal_mask, padding_mask
from attention_course.models.seq2seq import Memory, Output, Past, Step


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

    Each part is added to what was there. The norm comes before each part rather than after
    it (Xiong et al. 2020, figure 1b), which trains without a long warm-up.
    """

    def __init__(self, d_model: int, d_hidden: int, heads: Heads, dropout: float) -> None:
        super().__init__()
        self.self_attention = heads
        self.feed_forward = FeedForward(d_model, d_hidden, dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(2))
        self.dropout = VariationalDropout(dropout)

    def forward(
        self, states: Float[Tensor, "B S d_model"], mask: Bool[Tensor, "B 1 S"]
    ) -> Float[Tensor, "B S d_model"]:
        """Mix information between positions, then within each."""
        asked = self.norms[0](states)
        states = states + self.dropout(self.self_attention.fused(asked, asked, mask))
        return states + self.dropout(self.feed_forward(self.norms[1](states)))


class DecoderLayer(nn.Module):
    """Every target word asks the words before it, then the source, then thinks for itself."""

    def __init__(
        self, d_model: int, d_hidden: int, self_heads: Heads, cross_heads: Heads, dropout: float
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
        source: Float[Tensor, "B S d_model"],
        past: Bool[Tensor, "#B T T"],
        mask: Bool[Tensor, "B 1 S"],
    ) -> Attending:
        """Give the new states and the weights with which each head read the source."""
        asked = self.norms[0](states)
        return self.read(states, self.self_attention.fused(asked, asked, past), source, mask)

    def step(
        self,
        state: Float[Tensor, "B 1 d_model"],
        source: Float[Tensor, "B S d_model"],
        before: Float[Tensor, "B T d_model"],
        mask: Bool[Tensor, "B 1 S"],
    ) -> tuple[Attending, Float[Tensor, "B T_and_one d_model"]]:
        """Do the same for one new position, given what this layer was asked `before` it.

        All of `before` is the past, so nothing is hidden. It comes back one position longer.
        """
        asked = self.norms[0](state)
        before = torch.cat([before, asked], dim=1)
        every = mask.new_ones(1, 1, before.shape[1])
        heard = self.self_attention.fused(asked, before, every)
        return self.read(state, heard, source, mask), before

    def read(
        self,
        states: Float[Tensor, "B T d_model"],
        heard: Float[Tensor, "B T d_model"],
        source: Float[Tensor, "B S d_model"],
        mask: Bool[Tensor, "B 1 S"],
    ) -> Attending:
        """After the words before have been heard: read the source, then think."""
        states = states + self.dropout(heard)
        read = self.cross_attention(self.norms[1](states), source, mask)
        states = states + self.dropout(read.vector)
        states = states + self.dropout(self.feed_forward(self.norms[2](states)))
        return Attending(states, read.weights)


class Transformer(nn.Module):
    """Encoder and decoder without recurrence.    Vaswani et al. 2017, section 3

    `Output.weights` is the mean over heads of the cross-attention of one decoder layer
    (`shown_layer`); `Output.layers` holds all layers and heads.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int,
        dropout: float,
        encoder_layers: list[EncoderLayer],
        decoder_layers: list[DecoderLayer],
        positions: bool = True,
        word_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.source_embedding = Embedding(source_size, d_model, word_dropout)
        self.target_embedding = Embedding(target_size, d_model, word_dropout)
        self.encoder_layers = nn.ModuleList(encoder_layers)
        self.decoder_layers = nn.ModuleList(decoder_layers)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(2))
        self.dropout = VariationalDropout(dropout)
        self.positions = positions
        self.shown_layer = -1

    def place(
        self, embedded: Float[Tensor, "B L d_model"], first: int = 0
    ) -> Float[Tensor, "B L d_model"]:
        """Add to each vector the pattern of its position, counted from `first`.

        Without it order is lost.
        """
        if self.positions:
            length, d_model = embedded.shape[1:]
            patterns = sinusoidal_positions(first + length, d_model)[first:]
            embedded = embedded + patterns.to(embedded)
        return self.dropout(embedded)

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> Memory:
        """Let every source word read every source word, layer after layer."""
        mask = padding_mask(lengths, source.shape[1])
        states = self.place(self.source_embedding(source))
        for layer in self.encoder_layers:
            states = layer(states, mask.unsqueeze(1))
        states = self.norms[0](states)
        return Memory(states, mask, states[:, 0])

    def decode(self, target_in: Int[Tensor, "B T"], memory: Memory) -> Output:
        """Predict every next word, each position reading no later than itself."""
        past = causal_mask(target_in.shape[1], target_in.device).unsqueeze(0)
        states, layers = self.place(self.target_embedding(target_in)), []
        for layer in self.decoder_layers:
            states, weights = layer(states, memory.states, past, memory.mask.unsqueeze(1))
            layers.append(weights)
        logits = self.target_embedding.logits(self.norms[1](states))
        shown = layers[self.shown_layer].mean(dim=1)  # mean over heads: [B, T, S]
        return Output(logits, shown, torch.stack(layers, dim=1))

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
        target_in: Int[Tensor, "B T"],
    ) -> Output:
        """Predict every next target word, given the true words before it (teacher forcing)."""
        return self.decode(target_in, self.encode(source, lengths))

    def begin(self, memory: Memory) -> Past:
        """Nothing has been said before the first word: no layer has been asked anything."""
        nothing = memory.states.new_zeros(memory.states.shape[0], 0, memory.states.shape[2])
        return tuple(nothing for _ in self.decoder_layers)

    def step(self, tokens: Int[Tensor, "B"], memory: Memory, past: Past) -> Step:
        """Predict the next word after `tokens`; the words before are kept layer by layer."""
        states = self.place(self.target_embedding(tokens.unsqueeze(1)), first=past[0].shape[1])
        asked, shown = [], []
        layers = cast(Sequence[DecoderLayer], self.decoder_layers)
        for layer, before in zip(layers, past, strict=True):
            (states, weights), before = layer.step(
                states, memory.states, before, memory.mask.unsqueeze(1)
            )
            asked.append(before)
            shown.append(weights.mean(dim=1).squeeze(1))  # mean over heads: [B, S]
        logits = self.target_embedding.logits(self.norms[1](states))
        return Step(logits.squeeze(1), shown[self.shown_layer], tuple(asked))
