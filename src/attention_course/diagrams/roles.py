"""Query, key and value: what each asks or offers, what it is on rung 3, and in the Transformer."""

from textwrap import wrap
from typing import NamedTuple

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    Tone,
    box,
    rectangle,
    text,
    toned,
)


class Role(NamedTuple):
    """A role in the sum."""

    tone: Tone
    letter: str
    name: str
    asks: str
    here: str
    later: str


ROLES = (
    Role(
        "query",
        "q",
        "query",
        "“What do I need?”",
        "the decoder's state s_t",
        "W_Q times the state of the word that asks",
    ),
    Role(
        "key",
        "k",
        "key",
        "“By this I am found.”",
        "the encoder's state h_s",
        "W_K times the state of each word",
    ),
    Role(
        "value",
        "v",
        "value",
        "“This I give.”",
        "the encoder's state h_s, the same",
        "W_V times the state of each word",
    ),
)


def roles() -> Diagram:
    """Three cards, one for each role: what it says, what it is here, what it becomes."""
    return Diagram(
        "Query, key and value",
        " ".join(
            f"{one.name}: {one.asks} Here it is {one.here.replace('_', ' ')}; in the Transformer, "
            f"{one.later.replace('_', ' ')}."
            for one in ROLES
        ),
        Drawing(358, 348, tuple(card(0, 118 * n, 358, one) for n, one in enumerate(ROLES))),
        Drawing(660, 200, tuple(tall_card(224 * n, 0, 212, one) for n, one in enumerate(ROLES))),
    )


def card(left: Pixels, top: Pixels, width: Pixels, role: Role) -> str:
    """A card for a phone: the letter on the left, the words on its right."""
    x = left + 96
    words = [
        text(x, top + 20, role.asks, anchor="start", look="strong"),
        *line(x, top + 46, "here", role.here, 34),
        *line(x, top + 68, "later", role.later, 30),
    ]
    words.append(text(left + 44, top + 72, role.name, SMALL))
    return face(left, top, width, 106, role, (left + 44, top + 42)) + "".join(words)


def tall_card(left: Pixels, top: Pixels, width: Pixels, role: Role) -> str:
    """A card for a desk: the letter on top, the words below it."""
    x = left + 14
    words = [
        text(x + 60, top + 34, role.name, anchor="start", look="strong"),
        text(x, top + 78, role.asks, 13, "start", look="strong"),
        *line(x, top + 108, "here", role.here, 22),
        *line(x, top + 150, "later", role.later, 22),
    ]
    return face(left, top, width, 200, role, (left + 40, top + 34)) + "".join(words)


def face(
    left: Pixels, top: Pixels, width: Pixels, height: Pixels, role: Role, at: tuple[Pixels, Pixels]
) -> str:
    """The ground of a card, and its letter."""
    ground = rectangle(left + width / 2, top + height / 2, width, height, "area", 8)
    letter = box(*at, role.letter, 44, 34, 18)
    return toned(role.tone, ground, letter)


def line(x: Pixels, y: Pixels, when: str, words: str, room: int) -> list[str]:
    """When, and what it is then, in lines of so many letters."""
    parts = [text(x, y, when, SMALL, "start", "muted")]
    for number, one in enumerate(wrap(words, room)):
        parts.append(text(x + 40, y + 17 * number, one, SMALL, "start"))
    return parts
