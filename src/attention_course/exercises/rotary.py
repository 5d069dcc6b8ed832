"""An exercise of chapter 5: pairs of numbers turned by their place."""

import math
from functools import partial

import torch
from torch import Tensor

from attention_course.exercises.drawing import integer, normal, uniform
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def turned(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """Each pair of neighbours turned by the angle place times rate."""
    return by_angles(vectors, angles_of(places, rates))


def angles_of(places: Tensor, rates: Tensor) -> Tensor:
    """Place times rate for every pair: [L, d / 2]."""
    return places[:, None] * rates


def by_angles(vectors: Tensor, angles: Tensor) -> Tensor:
    """Pairs turned by given angles."""
    x, y = vectors[:, 0::2], vectors[:, 1::2]
    return woven(x * angles.cos() - y * angles.sin(), x * angles.sin() + y * angles.cos())


def woven(x: Tensor, y: Tensor) -> Tensor:
    """First and second numbers of pairs, put side by side again."""
    return torch.stack([x, y], dim=-1).flatten(-2)


def halves(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """Number i turned with number i + d / 2, as many a program does."""
    x, y = vectors.chunk(2, dim=1)
    x, y = turned(woven(x, y), places, rates).unflatten(1, (-1, 2)).unbind(-1)
    return torch.cat([x, y], dim=1)


def left_apart(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """All first numbers, then all second ones."""
    pairs = turned(vectors, places, rates).unflatten(1, (-1, 2))
    return torch.cat([pairs[..., 0], pairs[..., 1]], dim=1)


def one_after_another(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """The second number of a pair made with the first one as it has become."""
    angles = angles_of(places, rates)
    x, y = vectors[:, 0::2], vectors[:, 1::2]
    x = x * angles.cos() - y * angles.sin()
    return woven(x, x * angles.sin() + y * angles.cos())


def quarter(vectors: Tensor) -> Tensor:
    """Every pair turned by a quarter: (x, y) becomes (-y, x)."""
    return woven(-vectors[:, 1::2], vectors[:, 0::2])


def rates_in_turn(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """All rates, and all rates again, where each should stand twice in a row."""
    angles = angles_of(places, rates).repeat(1, 2)
    return vectors * angles.cos() + quarter(vectors) * angles.sin()


def halves_and_pairs(vectors: Tensor, places: Tensor, rates: Tensor) -> Tensor:
    """Angles for neighbours, but the partner is taken from the other half."""
    angles = angles_of(places, rates).repeat_interleave(2, dim=1)
    x, y = vectors.chunk(2, dim=1)
    return vectors * angles.cos() + torch.cat([-y, x], dim=1) * angles.sin()


def with_signs(v: Tensor, p: Tensor, r: Tensor, first: float, second: float) -> Tensor:
    """The two sines with other signs than -1 and 1; or with 0, without them."""
    angles = angles_of(p, r)
    x, y = v[:, 0::2], v[:, 1::2]
    sine, cosine = angles.sin(), angles.cos()
    return woven(x * cosine + first * y * sine, second * x * sine + y * cosine)


def waves(places: Tensor, rates: Tensor) -> Tensor:
    """The pattern of sines and cosines that chapter 4 adds."""
    angles = angles_of(places, rates)
    return woven(angles.sin(), angles.cos())


def draw_vectors(generator: torch.Generator, case: int) -> Inputs:
    """Vectors with an even number of numbers, places out of order, and a rate for each pair."""
    low, high = ((3, 6), (4, 9), (7, 16))[case]
    while True:
        length, pairs = (
            integer(generator, low, high),
            integer(generator, *((2, 4), (3, 6))[case > 0]),
        )
        if len({length, pairs, 2 * pairs}) == 3:
            break
    places = 2 + torch.randperm(30, generator=generator)[:length]
    rates = 0.1 + uniform(generator, pairs)
    return normal(generator, length, 2 * pairs), places, rates


def lengths_differ(given: Inputs, output: Tensor) -> bool:
    """Whether a vector has become longer or shorter."""
    return not torch.allclose(output.norm(dim=1), given[0].norm(dim=1), rtol=1e-3)


ROTARY = Exercise(
    name="ch5.rotary",
    asks="Turn pairs by place times rate: [L, d], places [L] and rates [d / 2] give [L, d].",
    again="Chapter 5, Positions beyond the trained length",
    draw=draw_vectors,
    right=turned,
    points=3,
    minutes=20,
    mistakes=(
        Mistake(
            "It turns the other way: x cos - y sin comes first, then x sin + y cos.",
            lambda v, p, r: turned(v, -p, r),
        ),
        Mistake(
            "The first half is paired with the second; a pair is two neighbours.",
            halves,
        ),
        Mistake(
            "The angles are those of neighbours, but numbers meet partners of the other half.",
            halves_and_pairs,
        ),
        Mistake(
            "The rates stand in turn; each belongs to two neighbours.",
            rates_in_turn,
        ),
        Mistake(
            "First numbers and second numbers are left apart; put the pairs together again.",
            left_apart,
        ),
        Mistake(
            "The second number is made with the new first one; both are made from the old.",
            one_after_another,
        ),
        Mistake(
            "Both sines have the same sign: that does not turn a pair.",
            partial(with_signs, first=1.0, second=1.0),
            also=(partial(with_signs, first=-1.0, second=-1.0),),
        ),
        Mistake(
            "The sines are missing: a pair is shortened, not turned.",
            partial(with_signs, first=0.0, second=0.0),
        ),
        Mistake(
            "Sine and cosine are exchanged.",
            lambda v, p, r: by_angles(v, math.pi / 2 - angles_of(p, r)),
        ),
        Mistake(
            "The two numbers of each pair are exchanged.",
            lambda v, p, r: turned(v, p, r).unflatten(1, (-1, 2)).flip(2).flatten(1),
        ),
        Mistake(
            "The rows are counted; the places are given.",
            lambda v, p, r: turned(v, torch.arange(len(v)), r),
            also=(lambda v, p, r: turned(v, torch.arange(1, len(v) + 1), r),),
        ),
        Mistake(
            "The places are counted from one more than is given.",
            lambda v, p, r: turned(v, p + 1, r),
        ),
        Mistake(
            "The rates have no part in it: all pairs turn alike.",
            lambda v, p, r: turned(v, p, torch.ones_like(r)),
        ),
        Mistake(
            "The place is divided by the rate; multiply.",
            lambda v, p, r: turned(v, p, 1 / r),
        ),
        Mistake(
            "The rate is added to the place; multiply.",
            lambda v, p, r: by_angles(v, p[:, None] + r),
        ),
        Mistake(
            "The rates are made from d; they are given.",
            lambda v, p, r: turned(v, p, 10_000 ** (-torch.arange(len(r)) / len(r))),
        ),
        Mistake(
            "The rates run backwards.",
            lambda v, p, r: turned(v, p, r.flip(0)),
        ),
        Mistake(
            "The angle is taken for degrees; it is in radians.",
            lambda v, p, r: turned(v, p, torch.deg2rad(r)),
        ),
        Mistake(
            "The angle is taken for whole turns; it is in radians.",
            lambda v, p, r: turned(v, p, 2 * math.pi * r),
        ),
        Mistake(
            "A pattern of the places is added; here vectors are turned.",
            lambda v, p, r: v + waves(p, r),
        ),
        Mistake(
            "The vectors are as they were: nothing is turned.",
            lambda v, p, r: v.clone(),
        ),
        Mistake(
            "The pairs still stand on an axis of their own.",
            lambda v, p, r: turned(v, p, r).unflatten(1, (-1, 2)),
        ),
    ),
    symptoms=(Symptom("A vector has another length; turning keeps lengths.", lengths_differ),),
)
