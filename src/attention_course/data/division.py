"""A learner's own pairs parted into train, validation and test, with no sentence in two of them."""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from attention_course.data.corpora import same
from attention_course.data.pairs import Pair

MIN_PAIRS = 50  # pairs that can be divided at all
MAX_HELD_OUT = 1_000  # pairs in validation, and as many in test
MIN_HELD_OUT = 4


class Parts(NamedTuple):
    """The three parts of a text."""

    train: list[Pair]
    validation: list[Pair]
    test: list[Pair]


def divide_text(pairs: Sequence[Pair]) -> Parts:
    """Hold out a tenth for validation and as many for test, at most 1,000 each.

    Pairs that share a sentence on either side, whatever its capitals and marks, stay together.
    A sentence's own sha256 decides where it goes, so that the order of lines does not matter and
    a line that is added moves few others. A group of more than a quarter of what is held out
    would be most of a part, so it is learned from.

    Raises:
        ValueError: there are too few pairs, or too many of them share a sentence.
    """
    if len(pairs) < MIN_PAIRS:
        raise ValueError(
            f"expected at least {MIN_PAIRS} different pairs, got {len(pairs)}; with fewer none are "
            "left to be judged by: add some"
        )
    held_out = min(MAX_HELD_OUT, len(pairs) // 10)
    parts = Parts([], [], [])
    for group in groups(pairs):
        fits = len(group) <= max(1, held_out // 4)
        if fits and len(parts.test) < held_out:
            parts.test.extend(group)
        elif fits and len(parts.validation) < held_out:
            parts.validation.extend(group)
        else:
            parts.train.extend(group)
    if min(map(len, parts)) < MIN_HELD_OUT:
        raise ValueError(
            f"expected pairs that can be held out, got {len(parts.train):,} of {len(pairs):,} that "
            "hang together by sentences they share; add pairs with sentences of their own"
        )
    return parts


def groups(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs that share a sentence, directly or through others, in an order of their own."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(key: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(key, key) != key:
            parent[key] = key = parent[parent[key]]  # halves the way for the next one
        return key

    for pair in pairs:
        parent[root(("source", same(pair.source)))] = root(("target", same(pair.target)))
    grouped: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in sorted(pairs, key=rank):
        grouped[root(("source", same(pair.source)))].append(pair)
    return list(grouped.values())


def rank(pair: Pair) -> str:
    """A pair's place in the order: it belongs to its text for ever."""
    return sha256(f"{pair.source}\t{pair.target}".encode()).hexdigest()
