"""An exercise of chapter 4: scaled attention with a mask."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, sizes, uniform, very_low
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """softmax(q k^T / sqrt(d)) v, over the places that the mask allows."""
    return weights_of(q, k, mask) @ v


def scaled(q: Tensor, k: Tensor) -> Tensor:
    """q . k / sqrt(d) for every pair."""
    return q @ k.transpose(1, 2) / math.sqrt(k.shape[-1])


def weights_of(q: Tensor, k: Tensor, mask: Tensor, divisor: float | None = None) -> Tensor:
    """The weights of that, or those of scores with another divisor."""
    scores = scaled(q, k) if divisor is None else q @ k.transpose(1, 2) / divisor
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)


def by_definition(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, small: float = 0.0) -> Tensor:
    """Exponentials by their sum. In a row so low that all are 0 in float32, that is 0 / 0."""
    powers = scaled(q, k).exp() * mask
    return powers / (powers.sum(dim=-1, keepdim=True) + small) @ v


def hidden_read(given: Inputs, output: Tensor) -> bool:
    """Whether the first step of the first sentence gives the mean of all values hidden to it."""
    _, _, v, mask = given
    return torch.allclose(output[0, 0], v[0, ~mask[0]].mean(dim=0), rtol=1e-4, atol=1e-4)


def draw_attention(generator: torch.Generator, case: int) -> Inputs:
    """Queries, keys and values of one size, and any mask that leaves each row a place.

    The first query of the first sentence has very low scores with every key that it may read,
    and the score 0 with the others: any number that stands in for minus infinity is read there.
    """
    size = sizes(generator, case)
    shapes = ((size.B, one, size.d) for one in (size.T, size.S, size.S))
    q, k, v = (normal(generator, *shape) for shape in shapes)
    mask = uniform(generator, size.T, size.S) < 0.6
    allowed = torch.randint(size.S, (size.T,), generator=generator)
    rows = torch.arange(size.T)
    mask[rows, allowed] = True
    mask[rows, (allowed + 1) % size.S] = False
    lowest = very_low(generator, int(mask[0].sum()))
    q = 1.5 * q
    q[0, 0], k[0, :, 0] = 0.0, 0.0
    q[0, 0, 0] = lowest.max()
    k[0, mask[0], 0] = lowest / lowest.max()  # from 1 to 3, a single 1
    return q, k, v, mask


SCALED_ATTENTION = Exercise(
    name="ch4.scaled_attention",
    asks="softmax(q . k / sqrt(d)) over allowed places, times values: gives [B, T, d].",
    again="Chapter 4, The same sum, asked by everybody",
    draw=draw_attention,
    right=attend,
    also_right=(by_definition,),
    points=3,
    minutes=20,
    forbids=(
        "scaled_dot_product_attention",
        "MultiheadAttention",
        "multi_head_attention_forward",
    ),
    mistakes=(
        Mistake(
            "The division by sqrt(d) is missing.",
            lambda q, k, v, m: weights_of(q, k, m, 1.0) @ v,
        ),
        Mistake(
            "It divides by d; by its root is asked.",
            lambda q, k, v, m: weights_of(q, k, m, q.shape[-1]) @ v,
        ),
        Mistake(
            "It divides by the root of the number of places, not of the size of a key.",
            lambda q, k, v, m: weights_of(q, k, m, math.sqrt(k.shape[1])) @ v,
        ),
        Mistake(
            "It divides by the root of the number of steps, not of the size of a key.",
            lambda q, k, v, m: weights_of(q, k, m, math.sqrt(q.shape[1])) @ v,
        ),
        Mistake(
            "It multiplies by sqrt(d); divide.",
            lambda q, k, v, m: weights_of(q, k, m, 1 / math.sqrt(q.shape[-1])) @ v,
        ),
        Mistake(
            "The mask is not used.",
            lambda q, k, v, m: weights_of(q, k, torch.ones_like(m)) @ v,
        ),
        Mistake(
            "The mask comes after the softmax: hidden places still count in the divisor.",
            lambda q, k, v, m: (weights_of(q, k, torch.ones_like(m)) * m) @ v,
        ),
        Mistake(
            "The mask is the wrong way around: True means *may be read*.",
            lambda q, k, v, m: weights_of(q, k, ~m) @ v,
            also=(lambda q, k, v, m: scaled(q, k).masked_fill(m, -1e9).softmax(dim=-1) @ v,),
        ),
        Mistake(
            "The mask is added as it is; a hidden score must become -infinity.",
            lambda q, k, v, m: (scaled(q, k) + m).softmax(dim=-1) @ v,
        ),
        Mistake(
            "Hidden scores are set to 0, and exp(0) is 1.",
            lambda q, k, v, m: (scaled(q, k) * m).softmax(dim=-1) @ v,
        ),
        Mistake(
            "Hidden scores are only low, and real ones may be lower: use minus infinity.",
            lambda q, k, v, m: scaled(q, k).masked_fill(~m, -1e9).softmax(dim=-1) @ v,
        ),
        Mistake(
            "A small number is added to the divisor, and a low row has an even smaller sum.",
            lambda q, k, v, m: by_definition(q, k, v, m, 1e-9),
        ),
        Mistake(
            "The softmax is missing: scores are not weights.",
            lambda q, k, v, m: scaled(q, k) * m @ v,
        ),
        Mistake(
            "The keys are added up; the values should be.",
            lambda q, k, v, m: weights_of(q, k, m) @ k,
        ),
        Mistake(
            "The values are scored; the keys should be.",
            lambda q, k, v, m: weights_of(q, v, m) @ v,
        ),
        Mistake(
            "The softmax runs over the query axis.",
            lambda q, k, v, m: scaled(q, k).masked_fill(~m, -1e9).softmax(dim=1) @ v,
            also=(
                lambda q, k, v, m: scaled(q, k).masked_fill(~m, float("-inf")).softmax(dim=1) @ v,
            ),
        ),
        Mistake(
            "The softmax runs over the sentences of the batch.",
            lambda q, k, v, m: scaled(q, k).masked_fill(~m, -1e9).softmax(dim=0) @ v,
        ),
        Mistake(
            "It is a hard choice: only the best place is read.",
            lambda q, k, v, m: F.one_hot(weights_of(q, k, m).argmax(-1), k.shape[1]).float() @ v,
        ),
        Mistake(
            "These are the weights; the values have no part in them yet.",
            lambda q, k, v, m: weights_of(q, k, m),
        ),
    ),
    symptoms=(Symptom("Hidden places are read.", hidden_read),),
)
