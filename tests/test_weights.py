"""The weights of a finished model: whole, or refused."""

import os
import random
from pathlib import Path

import pytest
import torch

from attention_course.store import checkpoint, files
from attention_course.store.checkpoint import CheckpointError
from harms import flip_a_bit, truncate, zero_a_block


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


def test_the_earlier_file_stands_until_the_new_one_is_on_the_disk(tmp_path, monkeypatch):
    file, seen = tmp_path / "file", []
    file.write_bytes(b"earlier")
    monkeypatch.setattr(os, "fsync", lambda descriptor: seen.append(file.read_bytes()))
    files.write(file, b"new")
    assert seen == [b"earlier", b"new"]  # the file's own, then its folder's
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
