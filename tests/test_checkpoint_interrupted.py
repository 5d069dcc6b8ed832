"""Checkpoints: a kill at any moment and a full disk leave what was saved before."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from attention_course.store import checkpoint
from damage import loaded_step, save_step

SAVE_FOR_EVER = """
import os, pathlib, sys, torch
from attention_course.store import checkpoint
for folder in sys.argv[1:]:
    if process := os.fork():
        print(process, flush=True)
        continue
    for step in range(1, 100_000):
        tensors = {"weight": torch.full((50, 70), float(step))}
        checkpoint.save(pathlib.Path(folder), tensors, {"step": step})
for folder in sys.argv[1:]:
    os.wait()
"""


class Killed(BaseException):
    """Stands for the end of the process: nothing that catches Exception sees it."""


@pytest.fixture
def saved(tmp_path):
    """A folder with the generations of step 1 and of step 2."""
    save_step(tmp_path, 1)
    save_step(tmp_path, 2)
    return tmp_path


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_full_disk_leaves_the_earlier_generations_and_nothing_else(saved, monkeypatch, call, at):
    before = {file.name: file.read_bytes() for file in saved.iterdir()}
    real, calls = getattr(os, call), []

    def full(*arguments):
        calls.append(arguments)
        # A folder's fsync may fail on some drives and is forgiven, so every later call fails.
        if len(calls) >= at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left") as error:
        save_step(saved, 3)
    monkeypatch.undo()
    assert error.value.errno == errno.ENOSPC
    assert f"{saved}/checkpoint-000003" in str(error.value)
    assert "make room" in str(error.value)
    assert {file.name: file.read_bytes() for file in saved.iterdir()} == before


def test_bytes_that_cannot_be_read_back_remove_no_earlier_generation(saved, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda part, file: Path(file).write_bytes(b"lost"))
    with pytest.raises(OSError, match="expected to read back generation 3"):
        save_step(saved, 3)
    monkeypatch.undo()
    assert loaded_step(saved) == 2


def count_calls(monkeypatch, stop_at: int) -> list[str]:
    """Let `os` calls of a save through until the `stop_at`-th, which kills."""
    calls: list[str] = []

    def watched(name, real):
        def call(*arguments, **options):
            calls.append(name)
            if len(calls) == stop_at:
                raise Killed
            return real(*arguments, **options)

        return call

    for name in ("fsync", "replace", "unlink"):
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return calls


def test_a_kill_before_any_step_of_a_save_leaves_a_checkpoint(tmp_path, monkeypatch):
    stop_at, finished = 0, False
    while not finished:
        stop_at += 1
        folder = tmp_path / str(stop_at)
        save_step(folder, 1)
        save_step(folder, 2)
        calls = count_calls(monkeypatch, stop_at)
        try:
            save_step(folder, 3)
            finished = True
        except Killed:
            pass
        monkeypatch.undo()
        assert loaded_step(folder) in (2, 3)
        save_step(folder, 4)
        assert loaded_step(folder) == 4
        assert len(list(folder.iterdir())) == 4
    assert {"fsync", "replace", "unlink"} <= set(calls)
    assert stop_at > 6


def kill_while_it_saves(process: int, folder: Path, rng: random.Random) -> None:
    until = time.monotonic() + 1800
    while not any(folder.glob("checkpoint-*[3-9].json")) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(rng.random() / 10)
    os.kill(process, signal.SIGKILL)


def test_a_killed_process_leaves_a_checkpoint(tmp_path):
    rng = random.Random(0)
    folders = [tmp_path / str(number) for number in range(5)]
    command = [sys.executable, "-c", SAVE_FOR_EVER, *map(str, folders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        processes = [int(parent.stdout.readline()) for _ in folders]
        for process, folder in zip(processes, folders, strict=True):
            kill_while_it_saves(process, folder, rng)
        assert parent.wait(timeout=1800) == 0
    for folder in folders:
        assert loaded_step(folder) >= 2


def test_a_kill_before_any_step_of_saving_weights_leaves_weights(tmp_path, monkeypatch):
    file, seen = tmp_path / "model.safetensors", set()
    for stop_at in range(1, 11):
        checkpoint.save_weights(file, {"w": torch.tensor(1)})
        count_calls(monkeypatch, stop_at)
        try:
            checkpoint.save_weights(file, {"w": torch.tensor(2)})
        except Killed:
            seen.add("killed")
        monkeypatch.undo()
        seen.add(int(checkpoint.load_weights(file)["w"]))
    assert seen == {"killed", 1, 2}
