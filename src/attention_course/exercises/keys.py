"""Inputs of a check are drawn from a key: a public one to learn with, a private one to grade."""

from hashlib import sha256
from pathlib import Path

import torch

from attention_course.exercises.exercise import CASES, Exercise, Inputs

DEMO = b"the demo key of the course"
MIN_BYTES = 16  # bytes of a key that cannot be guessed


def read_key(file: Path) -> bytes:
    """Read an instructor's key, which is kept outside of the repository.

    Raises:
        ValueError: the file is too short to be a key.
    """
    key = file.read_bytes().strip()
    if len(key) < MIN_BYTES:
        raise ValueError(
            f"expected a key of at least {MIN_BYTES} bytes in {file}, got {len(key)}; make one "
            f"with: head -c 32 /dev/urandom | base64 > {file}"
        )
    return key


def draw_inputs(exercise: Exercise, key: bytes = DEMO) -> list[Inputs]:
    """Draw the cases of an exercise; the same key draws the same ones, on every machine.

    Neither a notebook's device nor its random numbers have a part in it.
    """
    cases = []
    for case in range(CASES):
        digest = sha256(key + f"/{exercise.name}/{case}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        with torch.device("cpu"):
            cases.append(exercise.draw(generator, case))
    return cases
