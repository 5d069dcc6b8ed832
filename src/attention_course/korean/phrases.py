"""Phrases in two languages at once: the smallest parts of a sentence, and how they are put in order.

A Korean `Word` is an object of its own, and an English `Token` remembers the words that it comes
from. Their places are counted only when the sentence is done, so the two orders may differ at will
and the alignment is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(eq=False)
class Word:
    """One Korean word, what it means, and what its particle or ending does."""

    text: str
    meaning: str = ""
    function: str = ""


class Token(NamedTuple):
    """One English word, the Korean words that it comes from, and whether that is sure."""

    text: str
    words: tuple[Word, ...] = ()
    sure: bool = True


class Phrase(NamedTuple):
    """The same thing said in Korean and in English."""

    korean: Sequence[Word] = ()
    english: Sequence[Token] = ()


def tokens(english: str, *words: Word, sure: bool = True) -> list[Token]:
    """Say some English words that all come from these Korean words."""
    return [Token(text, words, sure) for text in english.split()]


def entry(korean: str, english: str, function: str = "") -> Phrase:
    """Say a line of the word lists, such as `다음 주에` and `next|week`, bar by bar."""
    parts = english.split("|")
    texts = korean.split()
    if len(parts) < len(texts):  # all of it belongs to all words
        parts = [english]
    words = [Word(text, english.replace("|", " "), function) for text in texts]
    if len(parts) == 1:
        return Phrase(words, tokens(english, *words))
    for word, part in zip(words, parts, strict=True):
        word.meaning = part
    bars = zip(words, parts, strict=True)
    return Phrase(words, [token for word, part in bars for token in tokens(part, word)])


def arrange(
    parts: Mapping[str, Phrase], korean: Iterable[str], english: Iterable[str]
) -> Phrase:
    """Say the parts in the order of each language."""
    return Phrase(
        [word for name in korean if name in parts for word in parts[name].korean],
        [token for name in english if name in parts for token in parts[name].english],
    )
