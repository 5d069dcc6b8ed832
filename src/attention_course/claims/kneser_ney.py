"""An n-gram model with interpolated Kneser-Ney smoothing: what a language model has to beat."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attention_course.vocabulary import BOS

Words = tuple[int, ...]


class Followers(NamedTuple):
    """What follows one beginning: how often each token, and how often any."""

    counts: Counter[int]
    total: int


class KneserNey:
    """Says how likely the next token is, by the tokens just before it.    Ney et al. 1994

    The longest n-grams are counted as they are. A shorter one is counted by how many different
    tokens stand before it: "francisco" is frequent, and yet it follows hardly anything but "san".
    A discount D = n1 / (n1 + 2 n2) is taken from each count and given to the next shorter order;
    the shortest gives it to all tokens alike (Chen and Goodman 1999, section 3.2, interpolated).
    """

    def __init__(self, order: int, sentences: Iterable[Sequence[int]], vocabulary_size: int):
        self.order, self.vocabulary_size = order, vocabulary_size
        grams = Counter(
            gram for sentence in sentences for gram in n_grams(order, [BOS] * order, sentence)
        )
        self.followers: list[dict[Words, Followers]] = []  # by order, from the shortest
        self.discounts: list[float] = []
        for _ in range(order):
            self.followers.insert(0, by_beginning(grams))
            self.discounts.insert(0, discount_of(grams))
            grams = Counter(gram[1:] for gram in grams)

    def probability(self, before: Sequence[int], token: int) -> float:
        """How likely a token is after these, of which the last ones count."""
        likely = 1 / self.vocabulary_size
        for size in range(self.order):
            found = self.followers[size].get(tuple(before[len(before) - size :]))
            if found is None:
                break  # what never stood there tells nothing: the shorter beginning decides
            discount = self.discounts[size]
            kept = max(found.counts[token] - discount, 0) / found.total
            given = discount * len(found.counts) / found.total
            likely = kept + given * likely
        return likely

    def losses(self, sentence: Sequence[int]) -> list[float]:
        """The loss of each token of a sentence, in nats."""
        text = [BOS] * self.order + list(sentence)
        return [
            -math.log(self.probability(text[place - self.order + 1 : place], text[place]))
            for place in range(self.order, len(text))
        ]


def n_grams(order: int, before: Sequence[int], sentence: Sequence[int]) -> list[Words]:
    """Each token of a sentence with the tokens before it."""
    text = [*before, *sentence]
    return [tuple(text[place - order + 1 : place + 1]) for place in range(len(before), len(text))]


def by_beginning(grams: Counter[Words]) -> dict[Words, Followers]:
    """Counted n-grams by all of their tokens but the last."""
    followers: dict[Words, Counter[int]] = defaultdict(Counter)
    for gram, count in grams.items():
        followers[gram[:-1]][gram[-1]] += count
    return {before: Followers(counts, counts.total()) for before, counts in followers.items()}


def discount_of(grams: Counter[Words]) -> float:
    """What is taken from each count, by how many n-grams were counted once, and twice."""
    once, twice = (sum(count == times for count in grams.values()) for times in (1, 2))
    return once / (once + 2 * twice) if once else 0.5
