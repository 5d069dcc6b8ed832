"""The three states that are worked by hand: all their averages, and one step of attention."""

import math
from collections.abc import Sequence

import torch

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.grids import Grid, rounded
from attention_course.diagrams.parts import (
    SMALL,
    Anchor,
    Number,
    Pixels,
    Point,
    Tone,
    arrow,
    block,
    box,
    pill,
    step,
    sum_circle,
    tag,
    text,
    toned,
    weight_line,
)
from attention_course.models.context import weighted_sum

STATES = ((1, 0), (0, 2), (3, 1))
QUERY = (math.log(2), 0)
UNIT, LEFT, BOTTOM = 90, 26, 258  # pixels of one, and where the origin lies


NAMED: tuple[tuple[Pixels, Pixels, Anchor], ...] = (  # where the names of the states stand
    (116, 287, "middle"),
    (40, 68, "start"),
    (346, 189, "end"),
)


def place(x: Pixels, y: Pixels) -> Point:
    """Where a point of the plane lies on the sheet."""
    return LEFT + UNIT * x, BOTTOM - UNIT * y


def plane() -> Diagram:
    """Three states in two dimensions, the triangle of all their averages, mean and maximum."""
    states = torch.tensor(STATES).double()
    mean, most = states.mean(0).tolist(), states.max(0).values.tolist()
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*one) for one in STATES))
    marks = [
        box(*place(*state), "", 13, 13)
        + text(x, y, f"h_{s + 1} = {pair(state)}", SMALL, anchor, "halo")
        for s, (state, (x, y, anchor)) in enumerate(zip(STATES, NAMED, strict=True))
    ]
    picture = (
        axes(),
        toned("rung-2", tag("polygon", points=corners, class_="block")),
        toned("rung-1", *marks),
        point("rung-2", mean, 0, 22, f"mean {pair(mean)}", "middle"),
        point("muted", most, -12, 0, f"maximum {pair(most)}", "end"),
    )
    return Diagram(
        "The plane of three states",
        "A plane with two axes. The states lie at "
        f"{', '.join(map(pair, STATES))}, and the triangle between them is filled. Their mean, "
        f"{pair(mean)}, lies inside it, the last state on a corner, the maximum, {pair(most)}, "
        "outside.",
        Drawing(358, 296, picture),
    )


def pair(numbers: tuple[Pixels, ...] | list[float]) -> str:
    """A vector of two numbers as text."""
    return f"({', '.join(f'{one:.2f}'.rstrip('0').rstrip('.') for one in numbers)})"


def point(
    tone: Tone, at: list[float], right: Pixels, down: Pixels, words: str, anchor: Anchor
) -> str:
    """A point with a name: what a rung makes of the states."""
    x, y = place(*at)
    circle = tag("circle", cx=x, cy=y, r=7, class_="sum")
    return toned(tone, circle) + text(x + right, y + down, words, SMALL, anchor, "strong halo")


def axes() -> str:
    """The two axes, with ticks at whole numbers."""
    parts = [
        arrow(place(0, 0), place(3.45, 0)),
        arrow(place(0, 0), place(0, 2.7)),
        text(*place(3.4, -0.32), "first number", SMALL, "end", "muted"),
        text(place(0, 0)[0] + 8, place(0, 2.68)[1], "second number", SMALL, "start", "muted"),
    ]
    for number in range(4):
        x, y = place(number, 0)
        parts.append(text(x, y + 13, str(number), SMALL, look="muted"))
        if 0 < number < 3:
            parts.append(text(LEFT - 11, place(0, number)[1], str(number), SMALL, look="muted"))
    return "".join(parts)


STEPS = (
    "The query, the decoder's state, asks. Each state of the source is a key that it is held "
    "against.",
    "Score: the dot product of the query with each key, a number that may be anything.",
    "Softmax: each score's exponential, divided by the sum of all three. These are weights: they "
    "add up to 1.",
    "Sum: every state as heavily as its weight says. The result is the context c.",
    "Join: the context and the query side by side, what was read and what has been said.",
    "Predict: the readout makes of them a number for each word, and the softmax a probability.",
)


def one_step() -> Diagram:
    """One step of attention on the three states: score, softmax, sum, join, predict.

    All numbers are computed from STATES and QUERY, of which the page works the step by hand.
    """
    states, query = torch.tensor(STATES).double(), torch.tensor(QUERY).double()
    scores = states @ query
    weights = scores.softmax(0)
    context = weighted_sum(weights[None, None], states[None])[0, 0].tolist()
    return Diagram(
        "One step of attention",
        "A query above three states. From the query and each state a score; below the scores "
        "their exponentials; below these the weights, which add up to one. Lines as thick as the "
        "weights lead to a sum. The sum and the query, side by side, lead to the next word.",
        Drawing(358, 488, worked(scores.tolist(), weights.tolist(), context)),
        steps=STEPS,
    )


def worked(scores: list[float], weights: list[float], context: list[float]) -> tuple[str, ...]:
    """The parts of the picture."""
    places = (136, 222, 308)
    keys = [box(x, 76, f"h_{s + 1} = {pair(STATES[s])}", 80, 34, 12) for s, x in enumerate(places)]
    query = toned("query", box(48, 26, f"q = {pair(QUERY)}", 94, 34, 12))

    def row(y: Pixels, numbers: Sequence[str], shares: Sequence[Number], name: str) -> str:
        cells = [
            Grid(x - 32, y - 14, 1, 1, 64, 28).draw([[number]], [[share]], 14)
            for x, number, share in zip(places, numbers, shares, strict=True)
        ]
        return text(0, y, name, 13, "start", "muted") + "".join(cells)

    powers = [math.exp(score) for score in scores]
    written = rounded(weights)
    lines = [
        weight_line((x, 255), (222, 298), weight) for x, weight in zip(places, weights, strict=True)
    ]
    joined = Grid(112, 366, 1, 4, 55, 28)
    numbers = [f"{one:.2f}" for one in (*context, *QUERY)]
    parts = [joined.cell(0, column, number, 0.3, 13) for column, number in enumerate(numbers)]
    asks = [arrow((96, 26), (x, 26), (x, 58), look="toned") for x in places]
    return (
        step(
            1,
            query,
            toned("query", *asks),
            toned("rung-3", *keys),
            text(0, 76, "keys", 13, "start", "muted"),
        ),
        step(
            2,
            *(arrow((x, 94), (x, 119)) for x in places),
            row(134, [f"{one:.2f}" for one in scores], [0, 0, 0], "score q · h"),
        ),
        step(
            3,
            *(arrow((x, 149), (x, 171)) for x in places),
            row(186, [f"{one:.0f}" for one in powers], [0, 0, 0], "exp"),
            text(0, 214, f"÷ {sum(powers):.0f}", 13, "start", "muted"),
            *(arrow((x, 201), (x, 225)) for x in places),
            toned("rung-3", row(240, written, weights, "weights")),
        ),
        step(
            4,
            toned("rung-3", *lines, sum_circle(222, 317)),
            text(194, 317, f"c = {pair(context)}", 14, "end", "strong"),
        ),
        step(
            5,
            arrow((222, 337), (222, 361)),
            toned("rung-3", *parts[:2]),
            toned("query", *parts[2:]),
            text(104, 380, "join [c ; q]", 13, "end", "muted"),
        ),
        step(
            6,
            arrow((222, 396), (222, 412)),
            block(222, 430, "W, tanh, softmax", 150, 34),
            arrow((222, 448), (222, 458)),
            pill(222, 473, "next word", size=13),
        ),
    )
