"""Train a small module on batches that are sampled anew for every step: seconds, no corpus."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


class TaskBatch(NamedTuple):
    """A batch of a small task: the inputs of the module, and the answers."""

    inputs: tuple[Tensor, ...]
    answers: Tensor  # classes [B], or a share for each class [B, V], which sum to 1


Sampler = Callable[[torch.Generator], TaskBatch]


def learn(
    model: nn.Module, sample: Sampler, seed: int, steps: int, rate: float = 1e-2
) -> torch.Generator:
    """Train by Adam, a batch a step; the learning rate falls from `rate` to 0 on a line.

    Gives the generator of the batches, so that judging goes on with batches not yet seen.
    """
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
    for _ in range(steps):
        batch = sample(generator)
        optimiser.zero_grad()
        loss: Float[Tensor, ""] = F.cross_entropy(model(*batch.inputs), batch.answers)
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
    return generator


@torch.no_grad()
def class_accuracy(
    model: nn.Module, sample: Sampler, generator: torch.Generator, batches: int = 8
) -> float:
    """How often the likeliest class is the answer, on batches not seen in training."""
    hits = []
    for _ in range(batches):
        batch = sample(generator)
        hits.append((model(*batch.inputs).argmax(dim=1) == batch.answers).float())
    return float(torch.cat(hits).mean())
