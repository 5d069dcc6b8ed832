"""A sentence and its translation, and a corpus of them."""

from dataclasses import dataclass
from typing import Literal

Link = tuple[int, int]  # (source word, target word), both counted from 0


@dataclass(frozen=True)
class Pair:
    """One sentence and its translation, as plain text with words between spaces.

    `sure` and `possible` are gold word alignments where they are known, else None. Sure links
    are also possible (Och and Ney 2003). `credit` is the attribution that must stand beside
    the pair wherever it is shown.
    """

    source: str
    target: str
    sure: frozenset[Link] | None = None
    possible: frozenset[Link] | None = None
    credit: str = ""


@dataclass(frozen=True)
class Corpus:
    """Pairs to learn from, to choose by, and to be judged on; no pair stands in two of them.

    `units` says what a token is: whole words, or subwords learned from the training pairs.
    `more_tests` are further pairs that only the curve of quality by length is judged on,
    together with `test`: long sentences are rare, and a bin needs many. `about` says in a few
    lines what was found in a text of the learner's own.
    """

    name: str
    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...]
    units: Literal["words", "subwords"] = "words"
    more_tests: tuple[Pair, ...] = ()
    about: tuple[str, ...] = ()
