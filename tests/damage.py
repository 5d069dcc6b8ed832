"""What the tests of checkpoints share: steps to save, and what is loaded."""

from pathlib import Path

import torch

from attention_course.store import checkpoint


def save_step(folder: Path, step: int) -> None:
    tensors = {"weight": torch.full((5, 7), float(step)), "count": torch.tensor(step)}
    checkpoint.save(folder, tensors, {"step": step, "curve": [0.5, 0.25], "name": "작은 모델"})


def loaded_step(folder: Path) -> int:
    """The step that is loaded, after making sure that tensors and state belong together."""
    loaded = checkpoint.load(folder)
    step = loaded.state["step"]
    assert (loaded.tensors["weight"] == step).all()
    return step
