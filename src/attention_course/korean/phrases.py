"""Phrases in two languages at once: the smallest parts of sentences, and how they are ordered.

A Korean `Word` is an object of its own, and an English `Token` remembers the words that it comes
from. Their places are counted only when the sentence is done, so the two orders may differ at will
and the alignment is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

VOWELS = tuple("aeiou")


@dataclass(eq=False, slots=True)
class Word:
    """One Korean word of one sentence."""

    text: str


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


def entry(korean: str, english: str) -> Phrase:
    """Say a line of the word lists, such as `다음 주에` and `next|week`, bar by bar.

    Without a bar all of the English comes from all of the Korean.
    """
    words = [Word(text) for text in korean.split()]
    bars = english.split("|")
    if len(bars) < len(words):
        return Phrase(words, tokens(english, *words))
    said = zip(words, bars, strict=True)
    return Phrase(words, [token for word, bar in said for token in tokens(bar, word)])


def follow(*phrases: Phrase) -> Phrase:
    """Say phrases one after the other, in both languages."""
    return Phrase(
        [word for phrase in phrases for word in phrase.korean],
        [token for phrase in phrases for token in phrase.english],
    )


def full_stop() -> Phrase:
    """The mark between two sentences of one text."""
    return Phrase([Word(".")], [Token(".")])


def arrange(parts: Mapping[str, Phrase], korean: Iterable[str], english: Iterable[str]) -> Phrase:
    """Say the parts in the order of each language."""
    return Phrase(
        [word for name in korean if name in parts for word in parts[name].korean],
        [token for name in english if name in parts for token in parts[name].english],
    )


def with_articles(english: Sequence[Token]) -> list[Token]:
    """Write `a` as `an` where the next word begins with a vowel."""
    following = [*english[1:], Token(".")]
    return [
        one._replace(text="an") if one.text == "a" and after.text.startswith(VOWELS) else one
        for one, after in zip(english, following, strict=True)
    ]
