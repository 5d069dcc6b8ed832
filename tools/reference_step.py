"""The step in which machines are compared: speeds and times are told in it."""

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F


class Reference(nn.Module):
    """A GRU and a wide linear map: what a course's model is made of, whoever wrote it."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(256, 512, batch_first=True)
        self.output = nn.Linear(512, 5893)

    def step(self) -> Callable[[], None]:
        """One update on random input: batch 128, 14 steps, fp32, Adam."""
        optimiser = torch.optim.Adam(self.parameters())
        inputs, targets = torch.randn(128, 14, 256), torch.randint(5893, (128, 14))

        def update() -> None:
            optimiser.zero_grad()
            logits = self.output(self.rnn(inputs)[0])
            F.cross_entropy(logits.flatten(0, 1), targets.flatten()).backward()
            optimiser.step()

        return update


def cpu_seconds(work: Callable[[], Any]) -> float:
    """The processor time that some work takes in this process, in seconds, all threads together."""
    start = time.process_time()
    work()
    return time.process_time() - start
