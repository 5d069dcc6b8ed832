"""Checkpoints: whatever happens to a file, what is loaded is what was saved, or an error."""

import random
from pathlib import Path

import pytest
import torch

from attention_course.store import checkpoint
from attention_course.store.checkpoint import CheckpointError
from damage import loaded_step, save_step
from harms import flip_a_bit, truncate, zero_a_block

FILES = ("safetensors", "json")


@pytest.fixture
def saved(tmp_path):
    """A folder with the generations of step 1 and of step 2."""
    save_step(tmp_path, 1)
    save_step(tmp_path, 2)
    return tmp_path


def newest(folder: Path, suffix: str) -> Path:
    return folder / f"checkpoint-000002.{suffix}"


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
