"""Inputs that tell wrong answers apart: no two sizes alike, padding that matters, soft scores."""

from typing import NamedTuple

import torch
from torch import Tensor

LOWEST = -1e36
"""Real numbers below every stand-in for minus infinity that is not the lowest of float32 itself.

Products and sums of a few of them still fit into float32, so that a wrong answer stays a number.
"""


class Sizes(NamedTuple):
    """Sentences, target steps, source places, numbers, and another size; no two are alike."""

    B: int
    T: int
    S: int
    d: int
    h: int


LIMITS = (  # of B, T, S, d and h the least and the most, by case: small, one sentence, large
    ((2, 4), (3, 6), (5, 8), (3, 8), (4, 9)),
    ((1, 1), (3, 9), (5, 12), (4, 11), (5, 12)),
    ((3, 6), (3, 14), (7, 16), (5, 16), (6, 16)),
)


def integer(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def sizes(generator: torch.Generator, case: int) -> Sizes:
    """Sizes that no two axes share, so that no axis can be taken for another."""
    while True:
        sample = Sizes(*(integer(generator, *limits) for limits in LIMITS[case]))
        if len(set(sample)) == len(sample):
            return sample


def normal(generator: torch.Generator, *shape: int) -> Tensor:
    """Normal numbers of a size at which a softmax stays soft."""
    return torch.randn(shape, generator=generator, dtype=torch.float32)


def uniform(generator: torch.Generator, *shape: int) -> Tensor:
    """Numbers between 0 and 1, each as likely as another."""
    return torch.rand(shape, generator=generator, dtype=torch.float32)


def lengths(generator: torch.Generator, size: Sizes) -> Tensor:
    """A length for each sentence: the longest is full, the first is short, none is empty."""
    counts = torch.randint(2, size.S, (size.B,), generator=generator)
    counts[-1] = size.S
    counts[0] = size.S - 2
    return counts


def random_mask(generator: torch.Generator, size: Sizes) -> Tensor:
    """A mask of the places that are not padding."""
    return torch.arange(size.S) < lengths(generator, size)[:, None]


def weights(generator: torch.Generator, *shape: int) -> Tensor:
    """Rows of attention weights: each sums to 1, and none is hard."""
    return (1.5 * normal(generator, *shape)).softmax(dim=-1)


def very_low(generator: torch.Generator, count: int) -> Tensor:
    """Numbers from `LOWEST` to three times that, with a single highest one, `LOWEST` itself."""
    values = LOWEST * (2 + uniform(generator, count))
    values[integer(generator, 0, count - 1)] = LOWEST
    return values
