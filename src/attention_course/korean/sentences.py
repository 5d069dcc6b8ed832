"""Sentences: their kinds, and how often each comes."""

from collections.abc import Callable
from typing import NamedTuple

from attention_course.korean.deeds import deed, deed_with
from attention_course.korean.likenesses import description, identity
from attention_course.korean.longer import contrast, meanwhile, reason, sequence
from attention_course.korean.passages import passage
from attention_course.korean.phrases import Phrase, Token, Word, with_articles
from attention_course.korean.questions import question, request
from attention_course.korean.reports import long_quote, meeting, quote
from attention_course.korean.scenes import scene
from attention_course.korean.writer import Writer


class Kind(NamedTuple):
    """A kind of sentence: how often, of how many words without the last mark, and its switch."""

    say: Callable[[Writer, int], Phrase]
    weight: float
    least: int
    most: int
    switch: str = ""
    weight_of_long: float | None = None  # of those of LONG words and more, where it is another


LONG = 24  # words

KINDS = {
    "deed": Kind(deed, 3, 2, 13),
    "deed with": Kind(deed_with, 3, 4, 12, "relatives"),
    "reason": Kind(reason, 4, 4, 13, "reasons"),
    "sequence": Kind(sequence, 3, 6, 16, "sequences"),
    "meanwhile": Kind(meanwhile, 2.5, 10, 26, "sequences", 9),
    "quote": Kind(quote, 3, 5, 28, "quotes", 5),
    "description": Kind(description, 1.5, 3, 9, "relatives"),
    "identity": Kind(identity, 1.5, 3, 8, "copula"),
    "question": Kind(question, 1.5, 2, 9, "questions"),
    "request": Kind(request, 1, 2, 7, "requests"),
    "contrast": Kind(contrast, 2, 9, 20, "reasons"),
    "passage": Kind(passage, 4, 9, 40, "", 2.5),
    "scene": Kind(scene, 0, 22, 60, "sequences", 5),
    "meeting": Kind(meeting, 0, 25, 37, "quotes", 5),
    "long quote": Kind(long_quote, 0, 20, 35, "quotes", 9),
}


def sentence(writer: Writer, length: int) -> Phrase:
    """A sentence of so many Korean words, its marks among them.

    Raises:
        DeadEndError: it could not be brought to that length.
    """
    size = length - 1
    weights = {
        name: kind.weight if size < LONG or kind.weight_of_long is None else kind.weight_of_long
        for name, kind in KINDS.items()
        if kind.least <= size <= kind.most
        and (kind.switch == "" or getattr(writer.switches, kind.switch))
    }
    kind = KINDS[writer.weigh(weights)]
    said = kind.say(writer, size)
    mark = Word("?" if kind.say is question else ".")
    return Phrase([*said.korean, mark], [*with_articles(said.english), Token(mark.text)])
