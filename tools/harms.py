"""Damage to a checkpoint's files, and whether it is noticed: part of `survive.py`."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import safetensors
import safetensors.torch

from attention_course.store import checkpoint

Harm = Callable[[bytes, random.Random], bytes]


def truncate(content: bytes, rng: random.Random) -> bytes:
    """Lose the end of a file, as a copy that was broken off does."""
    return content[: rng.randrange(len(content))]


def flip_a_bit(content: bytes, rng: random.Random) -> bytes:
    """Turn one bit around, as bad memory or a worn disk does."""
    index = rng.randrange(len(content))
    flipped = content[index] ^ (1 << rng.randrange(8))
    return content[:index] + bytes([flipped]) + content[index + 1 :]


def zero_a_block(content: bytes, rng: random.Random) -> bytes:
    """Fill some bytes with zeros, as a disk that lost power does."""
    while True:
        start, size = rng.randrange(len(content)), rng.randrange(1, 64)
        zeroed = content[:start] + bytes(size)[: len(content) - start] + content[start + size :]
        if zeroed != content:  # a block that was zero before is no damage
            return zeroed


HARMS: dict[str, Harm] = {
    "truncated": truncate,
    "one bit flipped": flip_a_bit,
    "a block zeroed": zero_a_block,
}


def damage(folder: Path, name: str, times: int, seed: int) -> dict[str, int]:
    """Harm the newest generation again and again; count what was noticed, by us and without us."""
    rng = random.Random(f"{seed}/{name}")
    newest, older, *_ = checkpoint.generations(folder)
    counts: Counter[str] = Counter(times=times)
    for number in range(times):
        file = checkpoint.pair(folder, newest)[number % 4 == 3]  # every fourth time the JSON
        content = file.read_bytes()
        harmed = HARMS[name](content, rng)
        file.write_bytes(harmed)
        loaded = checkpoint.load(folder)
        counts["noticed"] += loaded.warning is not None
        counts["older used"] += loaded.generation == older
        if file.suffix == ".safetensors":
            counts["tensors harmed"] += 1
            counts["read without a word by safetensors alone"] += is_readable(harmed)
        file.write_bytes(content)
    return dict(counts)


def is_readable(content: bytes) -> bool:
    """Whether safetensors by itself, without our hashes, takes these bytes."""
    try:
        safetensors.torch.load(content)
        return True
    except safetensors.SafetensorError:
        return False
