"""The recurrent encoder that rungs 1 to 3 share."""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding


class Encoded(NamedTuple):
    """A state for every source token, and the state in which the encoder ended."""

    states: Float[Tensor, "B S d_state"]
    last: Float[Tensor, "B d_state"]


class WordByWord(nn.Module):
    """In the place of a GRU: a state for each word, made of that word alone."""

    def __init__(self, d_model: int, d_state: int) -> None:
        super().__init__()
        self.map = nn.Linear(d_model, d_state)

    def forward(
        self, embedded: Float[Tensor, "B S d_model"]
    ) -> tuple[Float[Tensor, "B S d_state"], None]:
        """The states; nothing is handed from word to word."""
        return self.map(embedded).tanh(), None


class Encoder(nn.Module):
    """A GRU over the source (Cho et al. 2014, section 2.3).

    Without `reads_order` it is none: every state knows its own word and no other.
    With `bidirectional`, half of each state has read from the left and half from the right, so
    the size of a state, and all that is built on it, stays the same.
    """

    def __init__(
        self,
        size: int,
        d_model: int,
        d_state: int,
        dropout: float,
        bidirectional: bool = False,
        word_dropout: float = 0.0,
        reads_order: bool = True,
    ) -> None:
        super().__init__()
        directions = 2 if bidirectional else 1
        if d_state % directions:
            raise ValueError(
                f"a bidirectional encoder needs an even d_state, got {d_state}; "
                f"try d_state={d_state + 1}"
            )
        self.embedding = Embedding(size, d_model, word_dropout)
        self.dropout = VariationalDropout(dropout)
        size = d_state // directions
        self.rnns = nn.ModuleList(
            nn.GRU(d_model, size, batch_first=True) if reads_order else WordByWord(d_model, size)
            for _ in range(directions)
        )

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
    ) -> Encoded:
        """Read each sentence from its first token to its last; and back, if asked.

        Padding comes after all real tokens in both directions, so no real
        state has read it.
        """
        embedded = self.dropout(self.embedding(source))
        states, _ = self.rnns[0](embedded)
        ends = take(states, lengths[:, None] - 1)
        if len(self.rnns) == 2:
            order = backwards(lengths, source.shape[1])
            from_right = take(self.rnns[1](take(embedded, order))[0], order)
            states = torch.cat([states, from_right], dim=2)
            ends = torch.cat([ends, from_right[:, :1]], dim=2)
        return Encoded(states, ends.squeeze(1))


def take(states: Float[Tensor, "B S d"], positions: Int[Tensor, "B N"]) -> Float[Tensor, "B N d"]:
    """Pick for each sentence the states at the given positions."""
    return states.gather(1, positions.unsqueeze(2).expand(-1, -1, states.shape[2]))


def backwards(lengths: Int[Tensor, "B"], size: int) -> Int[Tensor, "B size"]:
    """Positions that read each sentence from its last real token to its first, then padding.

    Taking twice in this order gives back the order from the left.
    """
    positions = torch.arange(size, device=lengths.device).expand(lengths.shape[0], -1)
    last = lengths[:, None] - 1
    return torch.where(positions <= last, last - positions, positions)
