"""What the stem of an assignment tells: the number and the words of its chapter.

An instructor's folder may hold assignments to chapters that are no rung of the ladder, so that
stems are read here, and not looked up in `rungs`. Of a rung both say the same number.
"""

import re
from typing import NamedTuple

STEM = re.compile(r"ch(\d+)[_ -]*(.*)")


class Chapter(NamedTuple):
    """A chapter as the stem of its assignment names it."""

    number: int
    words: str

    @property
    def short(self) -> str:
        """The beginning of its stem, with which the names of its exercises begin, too."""
        return f"ch{self.number}"

    @property
    def title(self) -> str:
        """Its assignment's name for people."""
        return f"Assignment {self.number}, {self.words}"


def chapter(stem: str) -> Chapter:
    """The chapter of a stem, `chN_words`.

    Raises:
        ValueError: the stem does not begin with a chapter's number.
    """
    match = STEM.fullmatch(stem)
    if match is None:
        raise ValueError(f"expected a stem chN_words, got {stem!r}")
    return Chapter(int(match[1]), match[2].replace("_", " "))
