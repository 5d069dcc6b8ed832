"""Checkpoints: whatever happens to a disk, what is loaded is what was saved, or an error."""

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

from attention_course import checkpoint, files
from attention_course.checkpoint import CheckpointError

FILES = ("safetensors", "json")
SAVE_FOR_EVER = """
import sys, pathlib, torch
from attention_course import checkpoint
for step in range(1, 100_000):
    tensors = {"weight": torch.full((50, 70), float(step))}
    checkpoint.save(pathlib.Path(sys.argv[1]), tensors, {"step": step})
"""


class Killed(BaseException):
    """Stands for the end of the process: nothing that catches Exception sees it."""


def save_step(folder: Path, step: int) -> None:
    tensors = {"weight": torch.full((5, 7), float(step)), "count": torch.tensor(step)}
    checkpoint.save(folder, tensors, {"step": step, "curve": [0.5, 0.25], "name": "작은 모델"})


def loaded_step(folder: Path) -> int:
    """The step that is loaded, after making sure that tensors and state belong together."""
    loaded = checkpoint.load(folder)
    step = loaded.state["step"]
    assert (loaded.tensors["weight"] == step).all()
    return step


@pytest.fixture
def saved(tmp_path):
    """A folder with the generations of step 1 and of step 2."""
    save_step(tmp_path, 1)
    save_step(tmp_path, 2)
    return tmp_path


def newest(folder: Path, suffix: str) -> Path:
    return folder / f"checkpoint-000002.{suffix}"


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip_a_bit(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    flipped = data[place] ^ (1 << chance.randrange(8))
    return data[:place] + bytes([flipped]) + data[place + 1 :]


def zero_a_block(data: bytes, chance: random.Random) -> bytes:
    while True:
        start, size = chance.randrange(len(data)), chance.randrange(1, 64)
        zeroed = data[:start] + bytes(size)[: len(data) - start] + data[start + size :]
        if zeroed != data:  # a block that was zero before is no damage
            return zeroed


def test_what_was_saved_is_what_is_loaded(tmp_path):
    tensors = {
        "half": torch.randn(5, 7).to(torch.bfloat16),
        "turned": torch.arange(6.0).reshape(2, 3).T,
        "bytes": torch.get_rng_state(),
        "scalar": torch.tensor(3),
        "empty": torch.zeros(0, 3),
    }
    tensors["tied"] = tensors["turned"]
    state = {"big": 2**70, "none": None, "yes": True, "loss": 1 / 3, "curve": [{"epoch": 1}]}
    written = checkpoint.save(tmp_path, tensors, state)
    loaded = checkpoint.load(tmp_path)
    assert loaded.state == state
    assert loaded.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert loaded.tensors[name].dtype == tensor.dtype
        assert torch.equal(loaded.tensors[name], tensor)
    assert (loaded.generation, loaded.warning) == (1, None)
    assert written == tmp_path / "checkpoint-000001.json"


def test_an_infinite_best_loss_is_kept(tmp_path):
    checkpoint.save(tmp_path, {}, {"best": float("inf")})
    assert checkpoint.load(tmp_path).state == {"best": float("inf")}


def test_the_newest_two_generations_are_kept(tmp_path):
    for step in range(1, 6):
        save_step(tmp_path, step)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [
        f"checkpoint-00000{number}.{kind}" for number in (4, 5) for kind in sorted(FILES)
    ]
    assert loaded_step(tmp_path) == 5


@pytest.mark.parametrize("harm", [truncate, flip_a_bit, zero_a_block])
@pytest.mark.parametrize("suffix", FILES)
def test_any_damage_is_seen_and_the_older_generation_is_used(saved, harm, suffix):
    chance = random.Random(harm.__name__ + suffix)
    file = newest(saved, suffix)
    whole = file.read_bytes()
    for _ in range(30):
        file.write_bytes(harm(whole, chance))
        loaded = checkpoint.load(saved)
        assert (loaded.generation, loaded.state["step"]) == (1, 1)
        assert "(generation 2: checkpoint-000002." in loaded.warning
    file.write_bytes(whole)
    assert loaded_step(saved) == 2


@pytest.mark.parametrize("suffix", FILES)
def test_with_half_of_the_newest_generation_missing_the_older_one_is_used(saved, suffix):
    newest(saved, suffix).unlink()
    assert checkpoint.load(saved).warning == (
        f"The newest checkpoint is lost (generation 2: checkpoint-000002.{suffix} is missing); "
        "generation 1 is used."
    )


def test_halves_of_two_generations_do_not_make_a_whole(saved):
    (saved / "checkpoint-000001.json").rename(saved / "checkpoint-000003.json")
    (saved / "checkpoint-000001.safetensors").rename(saved / "checkpoint-000003.safetensors")
    assert loaded_step(saved) == 2


def test_a_damaged_generation_does_not_push_out_a_whole_one(saved):
    newest(saved, "safetensors").write_bytes(b"")
    save_step(saved, 3)
    (saved / "checkpoint-000003.safetensors").write_bytes(b"")
    assert loaded_step(saved) == 1


def test_with_no_whole_generation_the_error_says_what_was_found(saved):
    newest(saved, "json").unlink()
    (saved / "checkpoint-000001.safetensors").write_bytes(b"short")
    with pytest.raises(CheckpointError) as error:
        checkpoint.load(saved)
    said = str(error.value)
    assert f"expected a whole checkpoint in {saved}" in said
    assert "generation 2: checkpoint-000002.json is missing" in said
    assert "generation 1: checkpoint-000001.safetensors (5 bytes) does not have its sha256" in said
    assert "train again" in said


def test_a_folder_that_is_no_checkpoint_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="no such folder; train first"):
        checkpoint.load(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(CheckpointError, match="1 files, none of a checkpoint"):
        checkpoint.load(tmp_path)
    with pytest.raises(CheckpointError, match="got a file"):
        checkpoint.load(tmp_path / "notes.txt")


@pytest.mark.parametrize("value", [(1, 2), {0: "zero"}, {"a"}, torch.ones(1), [b"bytes"]])
def test_state_that_json_cannot_give_back_is_refused_before_anything_is_written(tmp_path, value):
    with pytest.raises(TypeError, match=r"at state\['deep'\].*got .*; put tensors and tuples"):
        checkpoint.save(tmp_path / "run", {}, {"deep": value})
    assert not (tmp_path / "run").exists()


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


def test_a_killed_process_leaves_a_checkpoint(tmp_path):
    chance = random.Random(0)
    folders = [tmp_path / str(number) for number in range(5)]
    # The five start together, since importing torch takes most of the time.
    children = [
        subprocess.Popen([sys.executable, "-c", SAVE_FOR_EVER, str(folder)]) for folder in folders
    ]
    try:
        for child, folder in zip(children, folders, strict=True):
            until = time.monotonic() + 120
            while not any(folder.glob("checkpoint-*[3-9].json")) and time.monotonic() < until:
                assert child.poll() is None
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
            assert loaded_step(folder) >= 1
    finally:
        for child in children:
            child.kill()
            child.wait()


def test_weights_come_back_with_their_hash_beside_them(tmp_path):
    file = checkpoint.save_weights(tmp_path / "run" / "model.safetensors", {"w": torch.ones(3)})
    assert torch.equal(checkpoint.load_weights(file)["w"], torch.ones(3))
    beside = Path(f"{file}.sha256").read_text()
    assert beside == f"{files.digest(file.read_bytes())}  model.safetensors\n"


@pytest.mark.parametrize("harm", [truncate, flip_a_bit, zero_a_block])
def test_damaged_weights_are_refused(tmp_path, harm):
    chance = random.Random(harm.__name__)
    file = checkpoint.save_weights(tmp_path / "model.safetensors", {"w": torch.ones(5, 7)})
    whole = file.read_bytes()
    for _ in range(30):
        file.write_bytes(harm(whole, chance))
        with pytest.raises(CheckpointError, match="does not have its sha256; copy both files"):
            checkpoint.load_weights(file)


@pytest.mark.parametrize("name", ["model.safetensors", "model.safetensors.sha256"])
def test_weights_without_their_other_half_are_refused(tmp_path, name):
    file = checkpoint.save_weights(tmp_path / "model.safetensors", {"w": torch.ones(3)})
    (tmp_path / name).unlink()
    with pytest.raises(CheckpointError, match=f"{name} is missing"):
        checkpoint.load_weights(file)


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
