"""The machine of the first three rungs: an encoder reads, a decoder writes; and what must wait."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    Point,
    arrow,
    box,
    pill,
    rectangle,
    step,
    tag,
    text,
    toned,
    width_of,
)
from attention_course.diagrams.sentence import Word, source, target

READING_STEPS = (
    "The encoder reads the first word and makes a state of it, a vector.",
    "Each further state is made of two things: the word that is read, and the state before.",
    "So it goes on to <eos>, the mark that ends a sentence. The last state has met every word.",
    "That state alone is handed over: the postcard. The others are thrown away.",
    "The decoder's first state starts from the postcard and from <bos>, the mark of a beginning. "
    "State and postcard are joined, at the circle, and from both the first word is predicted.",
    "That word is read to make the next state. To predict, it is joined with the same postcard.",
    "Word by word to the end. Every word was written from the one postcard.",
)


class Sheet(NamedTuple):
    """Where things lie on a sheet: along the time, and across it. Pixels."""

    is_wide: bool
    gap: Pixels  # along: from one source token to the next
    first: Pixels  # along: the first token
    pill: Pixels  # across: source words
    encoder: Pixels  # across: the encoder's states
    decoder: Pixels  # across: the decoder's states
    bus: Pixels  # across: the postcard and the line from it
    written: Pixels  # across: where target words begin

    def at(self, along: Pixels, across: Pixels) -> Point:
        """A point of the sheet."""
        return (along, across) if self.is_wide else (across, along)

    @property
    def half(self) -> Point:
        """Half of a state's box along and across, and a little air."""
        return (18, 15) if self.is_wide else (15, 17)

    def width(self, word: str) -> Pixels:
        """How wide the pill of a target word is."""
        return max(34, width_of(word, 12) + 16)

    def places(self, words: Sequence[str]) -> list[Pixels]:
        """Where target words stand along the time: on a desk as close as they can."""
        if not self.is_wide:
            return [self.first + 36 * t for t in range(len(words))]
        starts = accumulate([self.width(word) + 16 for word in words[:-1]], initial=4)
        return [start + self.width(word) / 2 for start, word in zip(starts, words, strict=True)]


PHONE = Sheet(False, 46, 38, 36, 152, 194, 228, 258)
DESK = Sheet(True, 82, 40, 16, 84, 142, 186, 218)


def encoder_decoder() -> Diagram:
    """The encoder reads the book's sentence, hands one state over, and the decoder writes.

    What is written is the true translation: the picture shows how such a machine works, and not
    how well.
    """
    return Diagram(
        "An encoder, a postcard, a decoder",
        "The encoder has one state for each word of the source, each made of the word and of the "
        "state before it. The last state, called the postcard, starts the decoder, and at every "
        "word it is joined with the state of the decoder. From both comes the word, and the word "
        "leads to the next state.",
        Drawing(358, 400, translator(PHONE)),
        Drawing(660, 246, translator(DESK)),
        READING_STEPS,
    )


def translator(sheet: Sheet) -> tuple[str, ...]:
    """The picture on a sheet, step by step."""
    read = [token(sheet, sheet.first + sheet.gap * s, word, s) for s, word in enumerate(source())]
    end = sheet.first + sheet.gap * (len(read) - 1)
    places = sheet.places(target())
    written = [one_word(sheet, t, word, places) for t, word in enumerate(target())]
    return (
        step(1, toned("rung-1", read[0])),
        step(2, toned("rung-1", read[1])),
        step(3, toned("rung-1", *read[2:])),
        step(4, toned("rung-1", postcard(sheet, end))),
        step(5, written[0]),
        step(6, written[1]),
        step(7, *written[2:]),
    )


def token(sheet: Sheet, along: Pixels, word: Word, s: int) -> str:
    """A word of the source, what it means, its state, and the arrows that lead to the state."""
    at, (half_along, half_across) = sheet.at, sheet.half
    parts = [
        pill(*at(along, sheet.pill), word.word, width_of(word.word, 13) + 18, 26, 13),
        box(*at(along, sheet.encoder), f"h_{s + 1}", 31, 27),
    ]
    if sheet.is_wide:
        parts.append(text(along, sheet.pill + 24, word.meaning, 11, look="muted"))
        parts.append(arrow(at(along, sheet.pill + 33), at(along, sheet.encoder - half_across)))
    else:
        parts.append(text(sheet.encoder - 20, along, word.meaning, 11, "end", "muted"))
    if s:
        ends = along - sheet.gap + half_along, along - half_along
        parts.append(arrow(*(at(end, sheet.encoder) for end in ends), look="toned"))
    return "".join(parts)


def postcard(sheet: Sheet, end: Pixels) -> str:
    """The last state handed over, and the line from which the decoder reads it at every step."""
    at, half_across = sheet.at, sheet.half[1]
    x, y = at(end, sheet.bus)
    card_along, card_across = (19, 14) if sheet.is_wide else (14, 19)
    handed = at(end, sheet.encoder + half_across), at(end, sheet.bus - card_across)
    bus = at(end - card_along, sheet.bus), at(sheet.first, sheet.bus)
    where = (x + 22, y + 24) if sheet.is_wide else (x, y + 24)
    name = text(*where, "postcard", SMALL, "end" if sheet.is_wide else "middle", "strong")
    writing = f"M{x - 12} {y - 4}h11M{x - 12} {y}h11M{x - 12} {y + 4}h8M{x + 5} {y - 8}h8v8h-8z"
    return "".join(
        (
            arrow(*handed, look="toned thick"),
            arrow(*bus, look="toned thick", head=False),
            rectangle(x, y, 34, 24, "box", 2),
            tag("path", d=writing, class_="bracket toned"),
            name,
        )
    )


def one_word(sheet: Sheet, t: int, word: str, places: list[Pixels]) -> str:
    """A state of the decoder, what it reads, and the word that it writes."""
    at, (half_along, half_across) = sheet.at, sheet.half
    along, width = places[t], sheet.width(word)
    middle = sheet.written + (13 if sheet.is_wide else width / 2)
    joins = at(along, sheet.decoder + half_across), at(along, sheet.bus - 5)
    writes = at(along, sheet.bus + 6), at(along, sheet.written - 1)
    x, y = at(along, sheet.bus)
    parts = [
        toned(
            "rung-1",
            box(*at(along, sheet.decoder), f"s_{t + 1}", 31, 27),
            arrow(*joins, head=False),
            tag("circle", cx=x, cy=y, r=5, class_="sum"),
        ),
        arrow(*writes),
        pill(*at(along, middle), word, width, 25, 12, ""),
    ]
    if t == 0:
        start = (at(along, sheet.bus), at(10, sheet.bus), at(10, sheet.decoder))
        parts.insert(
            0,
            toned(
                "rung-1", arrow(*start, at(along - half_along, sheet.decoder), look="toned thick")
            ),
        )
    if t:
        before = places[t - 1]
        ends = before + half_along, along - half_along
        parts.append(arrow(*(at(end, sheet.decoder) for end in ends)))
        fed_back = (
            ((before + 14, sheet.written - 1), (along - 8, sheet.decoder + 15))
            if sheet.is_wide
            else ((sheet.written + 13, before + 14), (sheet.decoder + 17, along - 7))
        )
        parts.append(toned("gold", arrow(*fed_back, look="toned")))
    return "".join(parts)


WAITING_STEPS = (
    "The products of the matrices with the words wait for nobody: all of them are done in the "
    "first moment.",
    "The first state needs nothing but its own product.",
    "The second needs the first. It must wait.",
    "And so on: every word more is a moment more. The chain is what cannot be done at once.",
)


def what_waits() -> Diagram:
    """The chain of a recurrent network's states against the products that need not wait."""
    return Diagram(
        "What waits and what need not",
        "Five words. Below each word a product with its vector, and none is connected with "
        "another. Below the products five states, joined by arrows from left to right, marked "
        "moment 2 to moment 6.",
        Drawing(358, 250, chain(358)),
        Drawing(660, 250, chain(660)),
        WAITING_STEPS,
    )


def chain(width: Pixels) -> tuple[str, ...]:
    """The parts of the picture, on a sheet so wide."""
    places = [width * (s + 0.5) / 5 for s in range(5)]
    free = rectangle(width / 2, 92, width - 4, 62, "area", 10)
    products = [
        pill(x, 22, f"word {s + 1}", size=12, height=26)
        + arrow((x, 36), (x, 75))
        + box(x, 92, "W x", 46, 32, 13)
        for s, x in enumerate(places)
    ]

    def state(s: int) -> str:
        x = places[s]
        waits = arrow((places[s - 1] + 23, 186), (x - 24, 186), look="toned thick") if s else ""
        return toned(
            "rung-1",
            waits,
            arrow((x, 109), (x, 168), look="toned"),
            box(x, 186, f"h_{s + 1}", 44, 34),
        ) + text(x, 220, f"moment {s + 2}", 11, look="muted")

    return (
        step(
            1,
            toned("rung-4", free, *products),
            text((places[1] + places[2]) / 2, 134, "all in", SMALL, look="strong"),
            text((places[2] + places[3]) / 2, 134, "moment 1", SMALL, look="strong"),
        ),
        step(2, state(0)),
        step(3, state(1)),
        step(
            4,
            *(state(s) for s in (2, 3, 4)),
            text(width / 2, 242, "one after the other", SMALL, look="strong"),
        ),
    )
