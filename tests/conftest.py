"""What all tests share. Shapes in signatures are checked in every test (see pyproject.toml)."""

import os
import sys

import hypothesis
import pytest
import torch

# A busy machine decides nothing: no property is asked how long an example of it took.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

# Files that the recipes of CONTRIBUTING add: they run in a copy of the course that has them.
collect_ignore = ["recipes"]

if sys.platform == "darwin":  # what is demanded bit for bit holds on a processor
    os.environ.setdefault("ATTENTION_COURSE_DEVICE", "cpu")


@pytest.fixture(autouse=True)
def _same_random_numbers() -> None:
    """Start every test from the same random numbers, on one thread."""
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def mask() -> torch.Tensor:
    """Two sentences of five tokens, two of the second's are padding."""
    return torch.tensor([[True] * 5, [True] * 3 + [False] * 2])


@pytest.fixture
def states() -> torch.Tensor:
    """States of B, S, d_state = 2, 5, 7."""
    return torch.randn(2, 5, 7, dtype=torch.float64)


@pytest.fixture
def queries() -> torch.Tensor:
    """Queries of B, T, d_query = 2, 3, 7."""
    return torch.randn(2, 3, 7, dtype=torch.float64)
