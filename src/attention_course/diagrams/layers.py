"""The layers of a Transformer: each part is added to what was there, its norm comes before it."""

from typing import NamedTuple

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    arrow,
    block,
    box,
    lines,
    operation,
    step,
    text,
    toned,
)


class Part(NamedTuple):
    """A part of a layer: its name, and what it does, in short lines."""

    name: str
    told: tuple[str, ...]
    reads_source: bool = False


ASK = Part("self-attention", ("every word asks", "every word"))
ASK_BEFORE = Part(
    "self-attention, causal", ("every word asks", "the words before", "it, and itself")
)
ASK_SOURCE = Part("cross-attention", ("every word asks", "the source", "(rung 3 again)"), True)
THINK = Part("feed-forward", ("each state by", "itself, the same", "small network"))
STEPS = {
    ASK: "The norm brings the numbers of each state to one scale. Then the words ask each other: "
    "the only place where words meet.",
    ASK_BEFORE: "The words of the target ask each other, but none may ask a later one.",
    ASK_SOURCE: "Then they ask the source: queries from the target, keys and values from the "
    "encoder's last layer.",
    THINK: "A small network changes each state by itself, the same network for all. Again the "
    "result is added.",
}
ADDED = (
    "What was asked is added to what was there, the residual: a layer can leave a state as it is, "
    "and a gradient finds a straight way down."
)
TOP, PART = 84, 128  # pixels: where the first part begins, and how high a part is
TRUNK, MIDDLE = 32, 138  # pixels from the left: the residual, and the parts


def encoder_layer() -> Diagram:
    """One layer of the encoder: norm, self-attention, add; norm, feed-forward, add."""
    return layer(
        "A layer of the encoder",
        "States go down. A norm and self-attention, whose result is added to the states; a norm "
        "and a feed-forward network, whose result is added. A line leads around each part.",
        (ASK, THINK),
    )


def decoder_layer() -> Diagram:
    """One layer of the decoder: causal self-attention, cross-attention, feed-forward, all added."""
    return layer(
        "A layer of the decoder",
        "States go down. Three parts, each with its norm before it and added to what was there: "
        "causal self-attention, cross-attention, which reads the encoder's states, and a "
        "feed-forward network. A line leads around each part.",
        (ASK_BEFORE, ASK_SOURCE, THINK),
    )


def layer(title: str, description: str, parts: tuple[Part, ...]) -> Diagram:
    """A layer made of these parts."""
    height = TOP + PART * len(parts) + 62
    drawn = [states(22, "states in"), arrow((MIDDLE, 40), (MIDDLE, TOP - 28), head=False)]
    first, *others = parts
    picture = [
        step(1, *drawn, one_part(TOP, first)),
        step(2, residual(TOP)),
    ]
    for number, part in enumerate(others, 1):
        top = TOP + PART * number
        picture.append(step(2 + number, one_part(top, part), residual(top)))
    end = TOP + PART * len(parts)
    picture.append(
        step(
            1 + len(parts),
            arrow((MIDDLE, end - 28), (MIDDLE, end + 10)),
            states(end + 30, "states out"),
        )
    )
    sentences = (STEPS[first], ADDED, *(STEPS[part] for part in others))
    return Diagram(title, description, Drawing(358, height, tuple(picture)), steps=sentences)


def states(y: Pixels, name: str) -> str:
    """A row of states with its name."""
    boxes = [box(MIDDLE + 34 * place, y, width=26) for place in (-1, 0, 1)]
    return toned("rung-4", *boxes) + text(MIDDLE + 64, y, name, SMALL, "start", "muted")


def one_part(top: Pixels, part: Part) -> str:
    """The norm and the part itself, the sum below it, and what it does."""
    x = MIDDLE + 86
    reads = (
        [
            arrow((350, top + 6), (350, top + 44), (MIDDLE + 82, top + 44), look="toned"),
            text(352, top - 6, "encoder's states", SMALL, "end"),
        ]
        if part.reads_source
        else []
    )
    told = lines(x + 8, top + (62 if reads else 26), part.told, SMALL, "start", "muted")
    return "".join(
        (
            arrow((MIDDLE, top - 28), (MIDDLE, top - 14)),
            block(MIDDLE, top, "norm", 160, 26),
            arrow((MIDDLE, top + 14), (MIDDLE, top + 27)),
            toned("rung-4", block(MIDDLE, top + 44, part.name, 160, 32)),
            arrow((MIDDLE, top + 61), (MIDDLE, top + 74)),
            operation(MIDDLE, top + 87, "+"),
            told,
            toned("rung-3", *reads),
        )
    )


def residual(top: Pixels) -> str:
    """The line around a part, from before its norm to the sum below it."""
    turn = top - 22
    return toned(
        "rung-4",
        arrow(
            (MIDDLE, turn),
            (TRUNK, turn),
            (TRUNK, top + 87),
            (MIDDLE - 13, top + 87),
            look="toned thick",
        ),
    )
