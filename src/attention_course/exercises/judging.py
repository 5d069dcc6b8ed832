"""Compare what a function returned with what is right, and name what went wrong.

Nothing here runs a learner's code: outputs come in as tensors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from attention_course.exercises.exercise import Exercise, Inputs

OTHERS = {  # what to do about things that are returned in the place of a tensor
    "tuple": " With an axis, `max` and `min` return a pair: take `.values` or `.indices`.",
    "list": " `torch.stack` joins a list of tensors.",
    "float": " Leave out `.item()`: a tensor without axes is asked for.",
}


AT_HOME = "The check in the notebook shows where, with inputs that are not secret."


@dataclass(frozen=True)
class Failure:
    """A call that returned nothing to compare: what was raised, in one line."""

    error: str


@dataclass(frozen=True)
class Other:
    """A value that is no tensor, of which only the kind is known."""

    kind: str


@dataclass(frozen=True)
class Verdict:
    """What a check found, in words for the learner."""

    right: bool
    says: str


def judge(
    exercise: Exercise,
    inputs: Sequence[Inputs],
    outputs: Sequence[Any],
    changed: bool = False,
    hidden: bool = False,
) -> Verdict:
    """Judge the outputs of a learner's function, one for each case.

    `changed` says that the function has changed its inputs. `hidden` says that the inputs are
    drawn from a private key: then no number and no shape of theirs is told.
    """
    if changed:
        return Verdict(
            False, "It changes its inputs. The caller still needs them: make a new tensor."
        )
    for given, output in zip(inputs, outputs, strict=True):
        found = judge_one(exercise, given, output, hidden)
        if found is not None:
            return Verdict(False, named(exercise, inputs, outputs) or found)
    return Verdict(True, "Right.")


def judge_one(exercise: Exercise, given: Inputs, output: Any, hidden: bool = False) -> str | None:
    """What is wrong with one output, in words; None if it is right."""
    if isinstance(output, Failure):
        return f"It stops with an error: {output.error}"
    expected = exercise.right(*copied(given))
    if output is None:
        return "It returns nothing. Is there a `return`?"
    if not isinstance(output, Tensor):
        kind = kind_of(output)
        return f"Expected a tensor, got {kind}.{OTHERS.get(kind, '')}"
    if output.shape != expected.shape:
        told = f"Expected the shape {list(expected.shape)}, got {list(output.shape)}."
        return f"Expected another shape. {AT_HOME}" if hidden else told
    if output.dtype != expected.dtype:
        return f"Expected numbers of type {expected.dtype}, got {output.dtype}."
    if not same(output, expected, exercise.tolerance):
        told = AT_HOME if hidden else first_difference(output, expected, exercise.tolerance)
        return f"The values differ. {told}"
    return None


def kind_of(output: Any) -> str:
    """The name of an output's type, as the hints know it."""
    if isinstance(output, Other):
        return output.kind
    return "tuple" if isinstance(output, tuple) else type(output).__name__


def named(exercise: Exercise, inputs: Sequence[Inputs], outputs: Sequence[Any]) -> str | None:
    """The message of the mistake that gives just these outputs, if there is one."""
    for mistake in exercise.mistakes:
        wrong = [attempt(mistake.wrong, given) for given in inputs]
        if all(alike(one, other, exercise.tolerance) for one, other in
               zip(wrong, outputs, strict=True)):  # fmt: skip
            return mistake.says
    return None


def attempt(function: Any, given: Inputs) -> Any:
    """Call a function of ours on copies; an error becomes a value."""
    try:
        return function(*copied(given))
    except Exception as error:  # a wrong answer may be wrong in any way
        return Failure(f"{type(error).__name__}: {error}")


def alike(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two outputs are the same; two errors are, if they are of one kind."""
    if isinstance(one, Failure) and isinstance(other, Failure):
        return one.error.partition(":")[0] == other.error.partition(":")[0]
    if not (isinstance(one, Tensor) and isinstance(other, Tensor)):
        return one is None and other is None
    return one.shape == other.shape and one.dtype == other.dtype and same(one, other, tolerance)


def same(one: Tensor, other: Tensor, tolerance: float) -> bool:
    """Whether two tensors of one shape and type hold the same numbers."""
    if not one.is_floating_point():
        return torch.equal(one, other)
    return torch.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)


def first_difference(output: Tensor, expected: Tensor, tolerance: float) -> str:
    """Where two tensors differ first, and how."""
    differs = (output != expected).flatten()
    if output.is_floating_point():
        close = torch.isclose(output, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
        differs = ~close.flatten()
    place = int(differs.nonzero()[0])
    where = list(map(int, torch.unravel_index(torch.tensor(place), expected.shape)))
    got, wanted = output.flatten()[place].item(), expected.flatten()[place].item()
    return f"{f'At {where}: e' if where else 'E'}xpected {wanted:.6g}, got {got:.6g}."


def copied(given: Inputs) -> Inputs:
    """Copies of the inputs, so that no call changes another's."""
    return tuple(one.clone() if isinstance(one, Tensor) else one for one in given)
