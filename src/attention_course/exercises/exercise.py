"""What an exercise is: what is asked, what is drawn, what is right, and the mistakes with names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Inputs = tuple[Any, ...]  # tensors and plain numbers, as a learner's function gets them
Function = Callable[..., Any]
Seen = Callable[[Inputs, Tensor], bool]  # whether an output shows something, given its inputs
CASES = 3  # drawn for a check; the first is the smallest, the second a batch of one


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners give, and what to tell them: the cause, not the cure.

    It is known by its outputs: those of `wrong`, or of another way to make the same mistake. If
    they hang on a number that the learner chose, `seen` knows them, whatever the number.
    """

    says: str
    wrong: Function
    also: tuple[Function, ...] = ()
    seen: Seen | None = None


@dataclass(frozen=True)
class Symptom:
    """What can be observed in an output that no mistake explains."""

    says: str
    seen: Seen


@dataclass(frozen=True)
class Exercise:
    """One function to write.

    A learner's outputs are compared with those of `right`; if they differ, with those of each
    mistake in turn, so that the message names what happened. Inputs are drawn so that all of
    them differ: no square shapes, sizes that the key decides, no batches of one only, soft rows,
    and beside them rows so low that no stand-in for minus infinity is lower.
    """

    name: str  # chN.lower_snake_case
    asks: str  # in one sentence
    again: str  # which section to read again
    draw: Callable[[torch.Generator, int], Inputs]  # random numbers, and the case's number
    right: Function
    mistakes: tuple[Mistake, ...]
    points: int = 2
    minutes: int = 10
    forbids: tuple[str, ...] = ()  # names that the answer may not use
    tolerance: float = 1e-4
    also_right: tuple[Function, ...] = ()  # the same sum, where float32 cannot hold its parts
    exact_zeros: bool = False  # a 0 must be a 0, not a small number
    symptoms: tuple[Symptom, ...] = ()

    @property
    def chapter(self) -> str:
        """The beginning of its chapter's stem, as in `ch3`."""
        return self.name.partition(".")[0]

    @property
    def function(self) -> str:
        """The name of the function that a learner writes."""
        return self.name.partition(".")[2]
