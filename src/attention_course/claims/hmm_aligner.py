"""An aligner that knows order: a hidden Markov model (Vogel, Ney and Tillmann 1996).

As in IBM Model 1 each target word comes from one source word. Here which one depends on where the
target word before it came from, by how far the jump is. Learned by expectation and maximisation,
with the forward-backward algorithm (Baum et al. 1970), from what Model 1 has found. No target
word comes from nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from attention_course.claims.ibm_model_1 import IBMModel1
from attention_course.data.pairs import Link, Pair
from attention_course.judging.alignment import is_word

Array = npt.NDArray[np.float64]
ROUNDS = 5  # of EM, after those of Model 1
RARE = 1e-9  # probability of a translation that was never seen
SMOOTH = 0.5  # added to the count of every jump


class Posterior(NamedTuple):
    """What a sentence says: where each target word comes from, and how far the jumps were."""

    places: Array  # [T, S], each row sums to 1
    jumps: Array  # [S, S], expected number of jumps from one source word to another


class HMMAligner:
    """p(target word | source word) and p(jump), learned from pairs without any alignment.

    `rounds` of EM; with 0 every jump is as likely as another, and the model is Model 1 without
    its nothing.
    """

    def __init__(self, pairs: Sequence[Pair], rounds: int = ROUNDS) -> None:
        first = IBMModel1(pairs)
        self.sources, self.targets = first.sources, first.targets
        self.table: Array = first.table.double().numpy()  # [V_target, V_source], column 0 unused
        self.longest = max(len(pair.source.split()) for pair in pairs)
        self.jumps: Array = np.ones(2 * self.longest - 1)  # by length of the jump, middle: 0
        for _ in range(rounds):
            self.learn(pairs)

    def learn(self, pairs: Sequence[Pair]) -> None:
        """One round of EM: count by what is believed so far, then believe the counts."""
        table, jumps = np.zeros_like(self.table), np.full_like(self.jumps, SMOOTH)
        for pair in pairs:
            rows, columns = self.numbers(pair)
            found = self.posterior(pair)
            np.add.at(table, (rows[:, None], columns), found.places)
            np.add.at(jumps, self.lengths(len(columns)), found.jumps)
        self.table = table / np.maximum(table.sum(axis=0), RARE)
        self.jumps = jumps / jumps.sum()

    def posterior(self, pair: Pair) -> Posterior:
        """What the model believes of a pair.

        Raises:
            ValueError: its source is longer than all that were learned from.
        """
        rows, columns = self.numbers(pair)
        known = (rows >= 0)[:, None] & (columns >= 0)
        emitted = np.maximum(np.where(known, self.table[rows[:, None], columns], 0.0), RARE)
        if len(columns) > self.longest:
            raise ValueError(
                f"expected a source of at most {self.longest} words, got {len(columns)}; learn "
                "from longer sentences, too"
            )
        moved = self.jumps[self.lengths(len(columns))]
        return forward_backward(emitted, moved / moved.sum(axis=1, keepdims=True))

    def numbers(self, pair: Pair) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The numbers of the target words and of the source words; -1 for unknown ones."""
        rows = [self.targets.get(word, -1) for word in pair.target.split()]
        columns = [self.sources.get(word, -1) for word in pair.source.split()]
        return np.array(rows), np.array(columns)

    def lengths(self, size: int) -> npt.NDArray[np.int64]:
        """Where the jump from each of so many words to each other one stands in `jumps`."""
        places = np.arange(size)
        lengths: npt.NDArray[np.int64] = places - places[:, None] + self.longest - 1
        return lengths

    def links(self, pair: Pair) -> frozenset[Link]:
        """For each target word its likeliest source word; punctuation is left out."""
        places = self.posterior(pair).places
        columns = [at for at, word in enumerate(pair.source.split()) if is_word(word)]
        rows = [at for at, word in enumerate(pair.target.split()) if is_word(word)]
        if not columns:
            return frozenset()
        best = places[:, columns].argmax(axis=1)
        return frozenset((columns[best[row]], row) for row in rows)


def forward_backward(emitted: Array, moved: Array) -> Posterior:
    """Where each target word comes from, if all of the sentence is known.

    `emitted` [T, S]: each target word from each source word; `moved` [S, S]: from source word to
    source word, rows sum to 1. The first target word may come from any.
    """
    steps, size = emitted.shape
    forward, backward, scale = np.empty((steps, size)), np.ones((steps, size)), np.empty(steps)
    before = np.full(size, 1 / size)
    for step in range(steps):
        reached = before * emitted[step]
        scale[step] = reached.sum()
        forward[step] = reached / scale[step]
        before = forward[step] @ moved
    for step in range(steps - 1, 0, -1):
        backward[step - 1] = moved @ (emitted[step] * backward[step]) / scale[step]
    later = emitted[1:] * backward[1:] / scale[1:, None]
    return Posterior(forward * backward, moved * (forward[:-1].T @ later))
