"""What an exercise is: what is asked, what is drawn, what is right, and the mistakes with names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Inputs = tuple[Any, ...]  # tensors and plain numbers, as a learner's function gets them
Function = Callable[..., Any]
CASES = 3  # drawn for a check; the first is the smallest


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners give, and what to tell them: the cause, not the cure."""

    says: str
    wrong: Function


@dataclass(frozen=True)
class Exercise:
    """One function to write.

    A learner's outputs are compared with those of `right`; if they differ, with those of each
    mistake in turn, so that the message names what happened. Inputs are drawn so that all of
    them differ: no square shapes, no batch of one only, no saturated softmax.
    """

    name: str  # chN.lower_snake_case
    asks: str  # in one sentence
    again: str  # which section to read again
    draw: Callable[[torch.Generator, int], Inputs]  # a source of chance, and the case's number
    right: Function
    mistakes: tuple[Mistake, ...]
    points: int = 2
    minutes: int = 10
    forbids: tuple[str, ...] = ()  # names that the answer may not use
    tolerance: float = 1e-4

    @property
    def function(self) -> str:
        """The name of the function that a learner writes."""
        return self.name.partition(".")[2]
