import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bench_rounds
from bench_rounds import ALONE, BESIDE, in_blocks, spread
from home import ROOT


def test_rounds_are_numbered_and_every_second_block_has_a_busy_process_beside_it(monkeypatch):
    began = []

    class Neighbour:
        def __enter__(self):
            began.append("begun")

        def __exit__(self, *error):
            began.append("ended")

    monkeypatch.setattr(bench_rounds, "busy_neighbour", Neighbour)
    rounds = [(number, state, len(began) % 2) for number, state in in_blocks(8)]
    assert [number for number, _, _ in rounds] == list(range(9))
    assert [state for _, state, _ in rounds] == [ALONE] * 3 + [BESIDE] * 2 + [ALONE] * 2 + [
        BESIDE
    ] * 2
    assert all(busy == (state == BESIDE) for _, state, busy in rounds)
    assert began == ["begun", "ended"] * 2


def test_no_round_is_lost_where_blocks_are_not_equal():
    numbers = [number for number, _ in in_blocks(0)]
    assert numbers == [0]


def test_the_neighbour_works_until_its_block_ends():
    with bench_rounds.busy_neighbour() as process:
        assert process.poll() is None
    assert process.poll() is not None


def test_a_spread_is_the_median_with_both_ends():
    assert spread([3.0, 1.0, 8.0]) == {"median": 3.0, "least": 1.0, "most": 8.0}


def test_the_busy_process_ends_with_a_bench_that_is_killed():
    begin = (
        "import os; from bench_rounds import busy_neighbour; held = busy_neighbour();"
        "print(held.__enter__().pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", begin], cwd=ROOT / "tools", stdout=subprocess.PIPE, check=False
    )
    neighbour = int(done.stdout)
    for _ in range(600):
        if not is_running(neighbour):
            return
        time.sleep(0.1)
    os.kill(neighbour, signal.SIGKILL)
    pytest.fail("the busy process went on without the bench that began it")


def is_running(process: int) -> bool:
    """Whether a process is still there, and not only its entry."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
