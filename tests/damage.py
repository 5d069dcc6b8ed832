"""What the tests of checkpoints share: steps to save, and ways to harm what was saved."""

import random
from pathlib import Path

import torch

from attention_course import checkpoint


def save_step(folder: Path, step: int) -> None:
    tensors = {"weight": torch.full((5, 7), float(step)), "count": torch.tensor(step)}
    checkpoint.save(folder, tensors, {"step": step, "curve": [0.5, 0.25], "name": "작은 모델"})


def loaded_step(folder: Path) -> int:
    """The step that is loaded, after making sure that tensors and state belong together."""
    loaded = checkpoint.load(folder)
    step = loaded.state["step"]
    assert (loaded.tensors["weight"] == step).all()
    return step


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
