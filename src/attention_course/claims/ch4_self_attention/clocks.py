"""Milliseconds by length, for a recurrent layer and for attention: shown, never judged.

Each is a whole layer: the GRU with its products with the inputs, attention with its projections.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attention_course.claims.ch4_self_attention.c20_gpu import SIZE, WholeLayer
from attention_course.claims.trained import label
from attention_course.runs.card import origin
from attention_course.store.files import write

LENGTHS = (16, 32, 64, 128, 256, 512, 1_024, 2_048)
ROUNDS = 9


def milliseconds(layer: Callable[[Tensor], Tensor], states: Tensor) -> float:
    """Processor time of one forward and one backward pass, on one thread."""
    start = time.process_time()
    torch.autograd.backward(layer(states).sum())
    return 1_000 * (time.process_time() - start)


def time_layers() -> dict[str, Any]:
    """The median over rounds; the layers take turns, so that a busy machine is fair to all."""
    torch.manual_seed(0)
    recurrent = nn.GRU(SIZE, SIZE, batch_first=True)
    layers: dict[str, Callable[[Tensor], Tensor]] = {
        label("last", "GRU"): lambda states: recurrent(states)[0],
        label("transformer", "written out"): WholeLayer(fused=False),
        label("transformer", "fused"): WholeLayer(fused=True),
    }
    curves: dict[str, list[tuple[float, ...]]] = {name: [] for name in layers}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for length in LENGTHS:
        states = torch.randn(1, length, SIZE, requires_grad=True)
        rounds = [[milliseconds(one, states) for one in layers.values()] for _ in range(ROUNDS)]
        for name, values in zip(layers, zip(*rounds[1:], strict=True), strict=True):
            ordered = sorted(values)
            curves[name].append((length, statistics.median(ordered), ordered[1], ordered[-2]))
    machine = origin(recurrent)
    torch.set_num_threads(threads)
    return {**machine, "rounds": ROUNDS, "curves": curves}


def record_times(file: Path) -> None:
    """Time the layers and write what came of it, as the page reads it."""
    write(file, (json.dumps(time_layers(), indent=1) + "\n").encode())
