"""Inputs that tell wrong answers apart: no two sizes alike, padding that matters, soft scores."""

from typing import NamedTuple

import torch
from torch import Tensor


class Sizes(NamedTuple):
    """Sentences, target steps, source places, numbers: never two of one size."""

    B: int
    T: int
    S: int
    d: int


SIZES = (Sizes(2, 3, 4, 5), Sizes(3, 2, 6, 7), Sizes(4, 5, 7, 6))


def numbers(chance: torch.Generator, *shape: int) -> Tensor:
    """Normal numbers of a size at which a softmax stays soft."""
    return torch.randn(shape, generator=chance)


def lengths(chance: torch.Generator, size: Sizes) -> Tensor:
    """A length for each sentence: the longest is full, the first is short, none is empty."""
    drawn = torch.randint(2, size.S, (size.B,), generator=chance)
    drawn[-1] = size.S
    drawn[0] = size.S - 2
    return drawn


def real_places(chance: torch.Generator, size: Sizes) -> Tensor:
    """A mask of the places that are not padding."""
    return torch.arange(size.S) < lengths(chance, size)[:, None]


def weights(chance: torch.Generator, *shape: int) -> Tensor:
    """Rows that sum to 1."""
    return (1.5 * numbers(chance, *shape)).softmax(dim=-1)
