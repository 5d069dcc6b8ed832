"""Milliseconds by length, for a recurrent layer and for attention: shown, never judged.

Each is a whole layer: the GRU with its products with the inputs, attention with its projections.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attention_course.claims.ch4_self_attention.c20_gpu import SIZE, WholeLayer
from attention_course.claims.trained import label
from attention_course.runs.card import origin
from attention_course.store.files import write
from attention_course.training import devices

LENGTHS = (16, 32, 64, 128, 256, 512, 1_024, 2_048)
ROUNDS = 9


def processor_milliseconds(work: Callable[[], object]) -> float:
    """What one piece of work takes a processor."""
    start = time.process_time()
    work()
    return 1_000 * (time.process_time() - start)


def by_length(
    works_at: Callable[[int], dict[str, Callable[[], object]]],
    lengths: Sequence[int],
    rounds: int = ROUNDS,
) -> dict[str, list[tuple[float | int, ...]]]:
    """Curves of (length, median, second fastest, second slowest) of each piece of work.

    The pieces take turns, so that a busy machine is fair to all. The first round warms up.
    """
    curves: dict[str, list[tuple[float | int, ...]]] = {}
    for length in lengths:
        works = works_at(length)
        taken = [[processor_milliseconds(work) for work in works.values()] for _ in range(rounds)]
        for name, values in zip(works, zip(*taken[1:], strict=True), strict=True):
            ordered = sorted(values)
            row = (length, statistics.median(ordered), ordered[1], ordered[-2])
            curves.setdefault(name, []).append(row)
    return curves


def time_layers() -> dict[str, Any]:
    """One layer, forward and backward, on one thread."""
    torch.manual_seed(0)
    recurrent = nn.GRU(SIZE, SIZE, batch_first=True)
    layers: dict[str, Callable[[Tensor], Tensor]] = {
        label("last", "GRU"): lambda states: recurrent(states)[0],
        label("transformer", "written out"): WholeLayer(fused=False),
        label("transformer", "fused"): WholeLayer(fused=True),
    }

    def both_ways(layer: Callable[[Tensor], Tensor], states: Tensor) -> None:
        torch.autograd.backward(layer(states).sum())

    def works_at(length: int) -> dict[str, Callable[[], object]]:
        states = torch.randn(1, length, SIZE, requires_grad=True)
        return {name: partial(both_ways, layer, states) for name, layer in layers.items()}

    with devices.one_thread():
        curves = by_length(works_at, LENGTHS)
        return {**origin(recurrent), "rounds": ROUNDS, "curves": curves}


def record_times(file: Path) -> None:
    """Time the layers and write what came of it, as the page reads it."""
    write(file, (json.dumps(time_layers(), indent=1) + "\n").encode())
