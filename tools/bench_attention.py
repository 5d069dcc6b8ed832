"""What attention itself costs, ours beside PyTorch's: part of `bench.py`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from alterations import self_attention
from bench_rounds import in_blocks, spread
from reference_step import cpu_seconds

SIZES = [(64, 4, 16, 64), (64, 4, 64, 64), (8, 4, 256, 64), (2, 4, 1024, 64)]  # B, H, T, d_head


def attentions(batch: int, heads: int, length: int, d_head: int) -> dict[str, Callable[[], Tensor]]:
    """Attention of one size, written out and fused, alone and with its learned maps."""
    d_model = heads * d_head
    states = torch.randn(batch, length, d_model, requires_grad=True)
    split = torch.randn(batch, heads, length, d_head, requires_grad=True)
    mask = torch.ones(1, 1, length, dtype=torch.bool)
    padding = torch.zeros(batch, length, dtype=torch.bool)
    ours = self_attention.projected_heads(d_model, heads)
    theirs = nn.MultiheadAttention(d_model, heads, batch_first=True)
    return {
        "attend": lambda: self_attention.attend(split, split, split, mask.unsqueeze(0))[0],
        "attend_fused": lambda: self_attention.attend_fused(split, split, split, mask.unsqueeze(0)),
        "scaled_dot_product_attention": lambda: F.scaled_dot_product_attention(
            split, split, split, attn_mask=mask.unsqueeze(0)
        ),
        "Heads": lambda: ours(states, states, mask).vector,
        "Heads.fused": lambda: ours.fused(states, ours.offer(states), mask),
        "MultiheadAttention": lambda: theirs(
            states, states, states, key_padding_mask=padding, need_weights=False
        )[0],
    }


def forward_and_backward(attention: Callable[[], Tensor]) -> None:
    """What a training step asks of attention."""
    attention().sum().backward()


def attention_times(rounds: int) -> list[dict[str, Any]]:
    """CPU milliseconds, forward and backward, of attention at several sizes.

    "times PyTorch's" is what `attend_fused` takes, round by round, in PyTorch's own time.
    """
    compared = [attentions(*size) for size in SIZES]
    rows: list[dict[str, list[float]]] = [{name: [] for name in ways} for ways in compared]
    for _ in in_blocks(rounds):
        for ways, row in zip(compared, rows, strict=True):
            for name, attention in ways.items():
                row[name].append(1000 * cpu_seconds(partial(forward_and_backward, attention)))
    return [
        dict(zip(("batch", "heads", "length", "d_head"), size, strict=True)) | summary(row)
        for size, row in zip(SIZES, rows, strict=True)
    ]


def summary(row: dict[str, list[float]]) -> dict[str, Any]:
    """The medians of one size, their spreads, and the ratio; the first round warms up."""
    spreads = {name: spread(milliseconds[1:]) for name, milliseconds in row.items()}
    ours, theirs = row["attend_fused"][1:], row["scaled_dot_product_attention"][1:]
    times = spread(one / other for one, other in zip(ours, theirs, strict=True))
    medians = {name: one["median"] for name, one in spreads.items()}
    return {**medians, "spread": spreads, "times PyTorch's": times}
