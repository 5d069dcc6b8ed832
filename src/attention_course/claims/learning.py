"""Train a small module on examples that are drawn afresh for every step: seconds, no corpus."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Drawn(NamedTuple):
    """A batch of a small task: what the module is given, and the answers."""

    given: tuple[Tensor, ...]
    answers: Tensor


Draw = Callable[[torch.Generator], Drawn]


def learn(
    model: nn.Module, draw: Draw, seed: int, steps: int, rate: float = 1e-2
) -> torch.Generator:
    """Train by Adam on so many drawn batches; gives the source of chance, for judging.

    Answers are classes [B], or a share for each class [B, V], which sum to 1.
    """
    chance = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
    for _ in range(steps):
        drawn = draw(chance)
        optimiser.zero_grad()
        F.cross_entropy(model(*drawn.given), drawn.answers).backward()
        optimiser.step()
        schedule.step()
    return chance


@torch.no_grad()
def share_right(model: nn.Module, draw: Draw, chance: torch.Generator, batches: int = 8) -> float:
    """How often the likeliest class is the answer, on batches not seen in training."""
    right = []
    for _ in range(batches):
        drawn = draw(chance)
        right.append((model(*drawn.given).argmax(dim=1) == drawn.answers).float())
    return float(torch.cat(right).mean())
