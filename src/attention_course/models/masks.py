"""Which positions may be read: masks, and the one softmax that respects them.

A mask is bool and True means a real token. What a mask holds is checked where looking is free, on
a processor. On a GPU the processor would have to wait for the answer, in every layer of every
update. There a sentence without a real token ends in a loss that is not a number, which the trainer
refuses, or in an index that is out of bounds. No batch of the course holds one: `encode_sentence`
refuses an empty sentence, and `collate` counts the lengths that it pads to. A program that is only
recorded, by torch.export or torch.compile, has no numbers to look at: its masks are not checked
when it runs either.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


def can_be_asked(tensor: Tensor) -> bool:
    """Whether the numbers in a tensor are there, and can be looked at without waiting for them."""
    return tensor.device.type == "cpu" and not torch.compiler.is_compiling()


def padding_mask(lengths: Int[Tensor, "B"], size: int) -> Bool[Tensor, "B size"]:
    """Mark the first `lengths[b]` of `size` positions of each sentence as real.

    Raises:
        ValueError: a length is below 1 or above `size`, on a processor.
    """
    if can_be_asked(lengths) and (int(lengths.min()) < 1 or int(lengths.max()) > size):
        raise ValueError(
            f"expected sentence lengths from 1 to {size} tokens, got {lengths.tolist()}; "
            "drop empty sentences before making a batch"
        )
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def causal_mask(
    size: int,
    device: torch.device | None = None,
) -> Bool[Tensor, "size size"]:
    """Let position t read positions 0..t and nothing of the future."""
    return torch.ones(size, size, dtype=torch.bool, device=device).tril()


def masked_softmax(
    scores: Float[Tensor, "*batch T S"], mask: Bool[Tensor, "*#batch #T S"]
) -> Float[Tensor, "*batch T S"]:
    """Turn scores into weights: together 1, and 0 where the mask is False.

    Raises:
        ValueError: some row of the mask has no real token, so no weights
            exist. On a GPU nothing is raised: that row's weights are nan.
    """
    require_readable(mask)
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)


def require_readable(mask: Bool[Tensor, "*batch T S"]) -> None:
    """Refuse a mask in which some row may read nothing: no weights over nothing sum to 1.

    Raises:
        ValueError: there is such a row, on a processor; elsewhere it is not looked for.
    """
    if can_be_asked(mask) and not bool(mask.any(dim=-1).all()):
        raise ValueError(
            "expected at least one real token in every row of the mask, got a row without any; "
            "drop empty sentences before making a batch"
        )
