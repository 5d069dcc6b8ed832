"""Self-attention: every word asks every word; and heads, which cut that into slices."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.grids import Grid, rounded
from attention_course.diagrams.parts import (
    SMALL,
    Anchor,
    Pixels,
    Tone,
    arrow,
    block,
    box,
    pill,
    step,
    sum_circle,
    text,
    toned,
    weight_line,
)
from attention_course.models.masks import masked_softmax

WORDS = ("the", "old", "dog", "sleeps")
# Two features: is it a thing or a doer, is it said of one. A query asks for what its word lacks.
ASKS = ((3.0, 0.0), (3.0, 0.5), (0.5, 3.0), (3.0, 0.0))
OFFERS = ((0.0, 0.3), (0.1, 1.0), (1.2, 0.2), (0.2, 1.1))
ASKING_STEPS = (
    "Each word has a state. From these states every word is to get a new one.",
    "“sleeps” asks every word, itself included. The thicker a line, the more weight.",
    "The sum of the states, with these weights, is the new state of “sleeps”.",
    "“dog” does the same, with weights of its own.",
    "All words ask at once: no line waits for another, so all sums are one product of matrices.",
)


def weights_of(
    asks: Float[Tensor, "*H T d"], offers: Float[Tensor, "*H S d"]
) -> Float[Tensor, "*H T S"]:
    """The weights of scaled dot products, nothing masked."""
    scores = asks @ offers.transpose(-2, -1) / math.sqrt(offers.shape[-1])
    return masked_softmax(scores, torch.ones(scores.shape[-2:], dtype=torch.bool))


def self_attention() -> Diagram:
    """Every word asks every word: states above, new states below, the weights between them.

    The weights are computed from two small features of each word, ASKS and OFFERS, which are
    made up: the picture shows what happens, not what a trained model reads.
    """
    weights = weights_of(torch.tensor(ASKS), torch.tensor(OFFERS)).tolist()
    narrow = asking_everybody(weights, [46 + 89 * place for place in range(4)])
    wide = asking_everybody(weights, [90 + 160 * place for place in range(4)])
    return Diagram(
        "Every word asks every word",
        "Four words in a row, each with a state below it. Lines of different thickness lead from "
        "each state to four sums in a second row, one for each word, and from each sum to a new "
        "state.",
        Drawing(358, 330, (narrow,)),
        Drawing(660, 330, (wide,)),
        ASKING_STEPS,
    )


def asking_everybody(weights: list[list[float]], places: list[Pixels]) -> str:
    """The picture, its words at these places from the left."""

    def asked_by(t: int) -> str:
        return "".join(
            weight_line((x, 92), (places[t], 221), weight)
            for x, weight in zip(places, weights[t], strict=True)
        )

    def numbers(t: int) -> str:
        return "".join(
            text(x, 108, written, SMALL, look="halo strong")
            for x, written in zip(places, rounded(weights[t]), strict=True)
        )

    def sum_of(t: int) -> str:
        circle = sum_circle(places[t], 240)
        return (
            circle
            + arrow((places[t], 260), (places[t], 284), look="toned")
            + box(places[t], 302, "new", 52)
        )

    top = "".join(pill(x, 18, word) for x, word in zip(places, WORDS, strict=True))
    states = "".join(arrow((x, 34), (x, 54)) + box(x, 73, "h") for x in places)
    verb, noun = 3, 2
    return toned(
        "rung-4",
        step(1, top, states),
        step(2, asked_by(verb)),
        step(2, numbers(verb), until=3),
        step(3, sum_of(verb)),
        step(4, asked_by(noun), sum_of(noun)),
        step(4, numbers(noun), until=4),
        step(5, *(asked_by(t) + sum_of(t) for t in (0, 1))),
    )


HEADS: tuple[Tone, Tone] = ("key", "value")
HEADS_STEPS = (
    "Of each word the three matrices have made a query, a key and a value of eight numbers. Two "
    "heads cut each into two slices of four; one row stands here for all three.",
    "The first head attends with its slices alone: scores, softmax, sum. It returns four numbers.",
    "The second head does the same with the other slices, and so with other weights.",
    "Put side by side, the two answers are as long as a state again.",
    "The output matrix mixes them: from here on, a number may come from both heads.",
)


def heads() -> Diagram:
    """Two heads over four words: slices, a sum of their own each, concatenation, W_O.

    The numbers behind the shades are drawn at random, and the weights with which the last word
    asks are computed from them.
    """
    generator = torch.Generator().manual_seed(24)  # heads that look at different words
    states = torch.randn(4, 8, dtype=torch.double, generator=generator)
    slices = states.view(4, 2, 4).transpose(0, 1)  # [H, S, d_head]
    asks = slices[:, -1:] @ torch.randn(2, 4, 4, dtype=torch.double, generator=generator)
    weights = weights_of(asks, slices).squeeze(1)  # [H, S]
    answers = (weights.unsqueeze(1) @ slices).squeeze(1)  # [H, d_head]
    mixed = torch.randn(8, 8, dtype=torch.double, generator=generator) @ answers.flatten() / 2
    return Diagram(
        "Two heads",
        "Four rows of eight cells, one for each word. The left four cells of each lead to one "
        "sum, the right four to another, with other weights. The two answers of four cells stand "
        "side by side, go through a block W O, and become a state of eight cells.",
        Drawing(358, 420, two_heads(states, weights, answers, mixed, 358)),
        Drawing(660, 420, two_heads(states, weights, answers, mixed, 660)),
        HEADS_STEPS,
    )


def shades(numbers: Tensor) -> list[list[float]]:
    """How deep each cell of one row is, from the smallest number to the largest."""
    low, high = numbers.min(), numbers.max()
    return [(0.1 + 0.9 * (numbers - low) / (high - low)).tolist()]


def two_heads(
    states: Tensor, weights: Tensor, answers: Tensor, mixed: Tensor, width: Pixels
) -> tuple[str, ...]:
    """The parts of the picture of two heads, on a sheet so wide."""
    cell = 9 if width < 400 else 15
    places = [width * (place + 0.5) / 4 for place in range(4)]
    sums = (width * 0.3, width * 0.7)

    def row(x: Pixels, y: Pixels, numbers: Tensor, head: int, side: Pixels) -> str:
        grid = Grid(x, y, 1, 4, side, 18)
        return toned(HEADS[head], grid.draw([[""] * 4], shades(numbers)))

    words = [pill(x, 18, word) for x, word in zip(places, WORDS, strict=True)]
    cut = [
        row(x + 4 * cell * (head - 1), 44, state[4 * head : 4 * head + 4], head, cell)
        for x, state in zip(places, states, strict=True)
        for head in (0, 1)
    ]

    def attended(head: int) -> str:
        beside: Pixels
        anchor: Anchor
        off = cell * (4 * head - 2)
        lines = [
            weight_line((x + off, 64), (sums[head], 166), weight)
            for x, weight in zip(places, weights[head].tolist(), strict=True)
        ]
        circle = sum_circle(sums[head], 185) + arrow(
            (sums[head], 205), (sums[head], 226), look="toned"
        )
        beside, anchor = (-28, "end") if head == 0 else (28, "start")
        name = text(sums[head] + beside, 185, f"head {head + 1}", anchor=anchor)
        answer = row(sums[head] - 2 * cell * 1.4, 230, answers[head], head, cell * 1.4)
        return toned(HEADS[head], *lines, circle) + name + answer

    side = cell * 1.4
    middle = width / 2
    joined = [
        row(middle + 4 * side * (head - 1), 286, answers[head], head, side) for head in (0, 1)
    ]
    together = [
        arrow(
            (x, 251),
            (x, 266),
            (middle + 2 * side * (2 * head - 1), 266),
            (middle + 2 * side * (2 * head - 1), 283),
        )
        for head, x in enumerate(sums)
    ]
    out = Grid(middle - 4 * side, 388, 1, 8, side, 18)
    return (
        step(1, *words, *cut),
        step(2, attended(0)),
        step(3, attended(1)),
        step(
            4,
            *together,
            *joined,
            text(middle + 4 * side + 10, 295, "concatenated", SMALL, "start", "muted"),
        ),
        step(
            5,
            arrow((middle, 307), (middle, 325)),
            block(middle, 345, "W_O", 90),
            arrow((middle, 364), (middle, 384)),
            toned("rung-4", out.draw([[""] * 8], shades(mixed))),
            text(middle + 4 * side + 10, 397, "new state", SMALL, "start", "muted"),
        ),
    )
