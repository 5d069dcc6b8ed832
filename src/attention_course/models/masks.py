"""Which positions may be read: masks, and the one softmax that respects them.

A mask is bool and True means a real token. What a mask holds is checked where there are numbers to
look at: a program that is only recorded, by torch.export or torch.compile, has none yet, and its
mask is not checked when it runs either.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


def padding_mask(lengths: Int[Tensor, "B"], size: int) -> Bool[Tensor, "B size"]:
    """Mark the first `lengths[b]` of `size` positions of each sentence as real.

    Raises:
        ValueError: a length is below 1 or above `size`.
    """
    recorded = torch.compiler.is_compiling()
    if not recorded and (int(lengths.min()) < 1 or int(lengths.max()) > size):
        raise ValueError(
            f"expected sentence lengths from 1 to {size} tokens, got {lengths.tolist()}; "
            "drop empty sentences before making a batch"
        )
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def causal_mask(size: int, device: torch.device | None = None) -> Bool[Tensor, "size size"]:
    """Let position t read positions 0..t and nothing of the future."""
    return torch.ones(size, size, dtype=torch.bool, device=device).tril()


def masked_softmax(
    scores: Float[Tensor, "*batch T S"], mask: Bool[Tensor, "*#batch #T S"]
) -> Float[Tensor, "*batch T S"]:
    """Turn scores into weights that sum to 1 over S and are exactly 0 where the mask is False.

    Raises:
        ValueError: some row of the mask has no real token, so no weights exist.
    """
    require_readable(mask)
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)


def require_readable(mask: Bool[Tensor, "*batch T S"]) -> None:
    """Refuse a mask in which some row may read nothing: no weights over nothing sum to 1."""
    if not torch.compiler.is_compiling() and not bool(mask.any(dim=-1).all()):
        raise ValueError(
            "expected at least one real token in every row of the mask, got a row without any; "
            "drop empty sentences before making a batch"
        )
