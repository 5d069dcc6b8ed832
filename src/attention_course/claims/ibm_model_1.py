"""IBM Model 1 (Brown et al. 1993, section 4.1): who translates whom, from pairs alone.

The plain baseline for alignments: no order, no grammar, no network. Each target word is said to
come from one source word or from nothing; the probabilities are learned by expectation and
maximisation (EM). It does not count which words occur together: it shares every target word out
among the source words of its sentence, by what it believes so far, and learns from the shares.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.pairs import Link, Pair
from attention_course.judging.alignment import is_word

ROUNDS = 8  # of EM; after five the links hardly change


class IBMModel1:
    """p(target word | source word), learned from pairs without any alignment."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.sources = number({word for pair in pairs for word in pair.source.split()}, first=1)
        self.targets = number({word for pair in pairs for word in pair.target.split()})
        self.table = torch.full(
            (len(self.targets), len(self.sources) + 1), 1.0
        )  # column 0: nothing
        encoded = [
            (
                torch.tensor([self.targets[word] for word in pair.target.split()]),
                torch.tensor([0, *(self.sources[word] for word in pair.source.split())]),
            )
            for pair in pairs
        ]
        for _ in range(ROUNDS):
            self.table = maximise(expect(self.table, encoded))

    def links(self, pair: Pair, abstain: bool = True) -> frozenset[Link]:
        """For each target word its likeliest source word, if that beats nothing.

        Without `abstain` every target word gets a link, as it does from attention's weights.
        """
        words = [(index, word) for index, word in enumerate(pair.source.split()) if is_word(word)]
        links = set()
        for position, target_word in enumerate(pair.target.split()):
            if not is_word(target_word):
                continue
            row = self.row(target_word)
            score, best = max((float(row[self.sources.get(word, 0)]), -at) for at, word in words)
            if score > float(row[0]) or not abstain:
                links.add((-best, position))
        return frozenset(links)

    def row(self, target_word: str) -> Float[Tensor, "V_source"]:
        """p(a target word | each source word); zeros for a word that it has never seen."""
        if target_word not in self.targets:
            return torch.zeros(self.table.shape[1])
        return self.table[self.targets[target_word]]


def number(words: set[str], first: int = 0) -> dict[str, int]:
    """Number words in alphabetical order, from `first` on."""
    return {word: index for index, word in enumerate(sorted(words), start=first)}


def expect(
    table: Float[Tensor, "V_target V_source"], encoded: Sequence[tuple[Tensor, Tensor]]
) -> Float[Tensor, "V_target V_source"]:
    """How often each word is expected to have come from each, by what the table says now."""
    counts = torch.zeros_like(table)
    for targets, sources in encoded:
        rows = targets[:, None]
        block = table[rows, sources]  # [T, S]
        shares = block / block.sum(dim=1, keepdim=True)
        counts.index_put_((rows.expand_as(shares), sources.expand_as(shares)), shares, True)
    return counts


def maximise(
    counts: Float[Tensor, "V_target V_source"],
) -> Float[Tensor, "V_target V_source"]:
    """Turn counts into probabilities: each column sums to 1."""
    return counts / counts.sum(dim=0, keepdim=True).clamp_min(1e-12)
