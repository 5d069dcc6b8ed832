"""Rounds of measuring in two states of the machine, and what they say together: part of `bench.py`.

Whoever measures once, on a quiet machine, measures that machine at its best. So rounds come in
blocks, and during every second block another process keeps a processor and the memory busy. What
holds in all of them is stated as the median, with the least and the most beside it.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

ALONE, BESIDE = "as it is", "beside a busy process"  # the states of the machine
BLOCKS = 4
NEIGHBOUR = """
import os
source, target, parent = bytearray(64_000_000), bytearray(64_000_000), os.getppid()
print(flush=True)
while os.getppid() == parent:
    target[:] = source
"""  # copies what no cache holds, for as long as whoever began it lives


@contextmanager
def busy_neighbour() -> Iterator[subprocess.Popen[bytes]]:
    """Another process that keeps a processor and the memory busy, begun and ended with a block."""
    process = subprocess.Popen([sys.executable, "-c", NEIGHBOUR], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()  # until it is at work
        yield process
    finally:
        process.kill()
        process.communicate()


def in_blocks(rounds: int) -> Iterator[tuple[int, str]]:
    """Number the rounds from 1, and tell in which state of the machine each is done.

    Before the first comes round 0. It warms up; who measures leaves it out.
    """
    yield 0, ALONE
    for block in range(BLOCKS):
        state = (ALONE, BESIDE)[block % 2]
        first, last = (rounds * part // BLOCKS for part in (block, block + 1))
        with busy_neighbour() if state == BESIDE else nullcontext():
            for number in range(first + 1, last + 1):
                yield number, state


def spread(values: Iterable[float]) -> dict[str, float]:
    """The median of some rounds, with the least and the most."""
    row = list(values)
    return {"median": statistics.median(row), "least": min(row), "most": max(row)}
