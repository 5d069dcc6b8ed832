"""Token ids to vectors, and back to scores over the vocabulary with the same table."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from attention_course.vocabulary import PAD


class Embedding(nn.Module):
    """One learned vector a token, scaled by sqrt(d_model).    Vaswani et al. 2017, section 3.4

    To hide words, so that the model learns to do without any one of them, is Gal and Ghahramani
    2016.
    """

    def __init__(self, size: int, d_model: int, word_dropout: float = 0.0) -> None:
        super().__init__()
        self.table = nn.Embedding(size, d_model, padding_idx=PAD)
        self.scale = math.sqrt(d_model)
        self.hide = nn.Dropout1d(word_dropout)
        nn.init.normal_(self.table.weight, std=1 / self.scale)
        nn.init.zeros_(self.table.weight[PAD])

    def forward(self, tokens: Int[Tensor, "*batch"]) -> Float[Tensor, "*batch d_model"]:
        """Look up the vector of each token; in training some words are hidden whole."""
        vectors: Tensor = self.hide(self.table(tokens) * self.scale)
        return vectors

    @torch.no_grad()
    def begin_with(self, vectors: Float[Tensor, "V d_model"]) -> None:
        """Start from these vectors; a token whose vector is all zeros keeps the one that it has."""
        given = vectors.any(dim=1)
        given[PAD] = False
        self.table.weight[given] = vectors[given]


class OutputEmbedding(Embedding):
    """An embedding whose table is also the output layer.    Press and Wolf 2017

    The scale makes both possible: rows short enough for an output layer, vectors long enough for
    an input.
    """

    def __init__(self, size: int, d_model: int, word_dropout: float = 0.0) -> None:
        super().__init__(size, d_model, word_dropout)
        self.bias = nn.Parameter(self.table.weight.new_zeros(size))

    def logits(self, vectors: Float[Tensor, "*batch d_model"]) -> Float[Tensor, "*batch V"]:
        """Score every word of the vocabulary by its dot product with the vector."""
        return F.linear(vectors, self.table.weight, self.bias)
