"""The table of positions: calculated where a text is longer than all before it, and kept."""

from collections.abc import Callable
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

Positions = Callable[[int, int], Tensor]  # patterns for so many positions of size d_model


@lru_cache(maxsize=8)
def kept_table(
    positions: Positions, size: int, d_model: int, device: torch.device, dtype: torch.dtype
) -> Float[Tensor, "size d_model"]:
    """The patterns of so many positions, calculated at the first call and kept."""
    return positions(size, d_model).to(device, dtype)


def table_of(
    positions: Positions, length: int, like: Float[Tensor, "*batch d_model"]
) -> Float[Tensor, "length d_model"]:
    """The patterns of the first `length` positions, of the kind and on the device of `like`."""
    d_model = like.shape[-1]
    if torch.compiler.is_compiling():  # then a length is a symbol, and nothing can be kept
        return positions(length, d_model).to(like)
    size = max(64, 2 ** (length - 1).bit_length())  # so that few texts ask for a longer one
    return kept_table(positions, size, d_model, like.device, like.dtype)[:length]
