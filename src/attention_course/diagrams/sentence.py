"""The sentence that goes through the whole book, as diagrams show it."""

from functools import cache
from typing import NamedTuple

from attention_course.data.pocket_korean import read_examples
from attention_course.korean.gloss import gloss_pair
from attention_course.rungs import Rung
from attention_course.runs.results import find_card
from attention_course.vocabulary import EOS, SPECIALS


class Word(NamedTuple):
    """A token of the source and what it means, "" for a mark."""

    word: str
    meaning: str


@cache
def source() -> tuple[Word, ...]:
    """The tokens that the encoder reads, with the mark that ends them."""
    pair = read_examples()[0]
    glosses = gloss_pair(pair.source, pair.target, pair.sure or ())
    words = [Word(one.word, one.meaning.split(" / ")[0]) for one in glosses]
    return (*words, Word(SPECIALS[EOS], "the end"))


@cache
def target() -> tuple[str, ...]:
    """The words of its true translation."""
    return tuple(read_examples()[0].target.split())


def weights_for(word: str, rung: Rung) -> list[float]:
    """The weights with which a rung's run card predicts an English word.

    Raises:
        ValueError: the model of that card did not write the word.
    """
    card = find_card("pocket-korean", rung.stem)
    read = read_examples()[0].source
    for example in card.examples:
        if example.source == read and word in example.output_tokens:
            return list(example.weights[example.output_tokens.index(word)])
    raise ValueError(f"expected {word!r} in what {rung.stem} wrote for {read!r}")
