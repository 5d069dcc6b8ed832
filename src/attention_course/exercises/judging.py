"""Compare what a function returned with what is right, and name what went wrong.

Nothing here runs a learner's code: outputs come in as tensors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from attention_course.exercises.exercise import Exercise, Inputs
from attention_course.exercises.telling import Other as Other
from attention_course.exercises.telling import is_plain, no_tensor, other_shape, other_type

AT_HOME = "The check in the notebook shows where, with inputs that are not secret."


@dataclass(frozen=True)
class Failure:
    """A call that returned nothing to compare: what was raised, in one line."""

    error: str


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
    with torch.device("cpu"):  # whatever device a notebook makes its tensors on
        for given, output in zip(inputs, outputs, strict=True):
            fault = judge_one(exercise, given, output, hidden)
            if fault is not None:
                return Verdict(False, named(exercise, inputs, outputs) or fault)
    return Verdict(True, "Right.")


def judge_one(exercise: Exercise, given: Inputs, output: Any, hidden: bool = False) -> str | None:
    """What is wrong with one output, in words; None if it is right."""
    if isinstance(output, Failure):
        return f"It stops with an error: {output.error}"
    if output is None:
        return "It returns nothing. Is there a `return`?"
    if not isinstance(output, Tensor) or output.is_nested:
        return no_tensor(output)
    expected = exercise.right(*copied(given))
    if output.shape != expected.shape:
        detail = f"Expected the shape {list(expected.shape)}, got {list(output.shape)}."
        return f"{other_shape(output, expected)} {AT_HOME if hidden else detail}"
    if differs := other_type(output, expected):
        return differs
    if any(is_right(exercise, output, one) for one in answers(exercise, given)):
        return None
    detail = AT_HOME if hidden else first_difference(output, expected, exercise.tolerance)
    return f"{symptom(exercise, given, output, expected)} {detail}"


def answers(exercise: Exercise, given: Inputs) -> Iterator[Tensor]:
    """The expected output, then those of `also_right`."""
    for function in (exercise.right, *exercise.also_right):
        yield function(*copied(given))


def is_right(exercise: Exercise, output: Tensor, expected: Tensor) -> bool:
    """Whether an output is as expected, its zeros too if they must be exact."""
    if exercise.exact_zeros and output[expected == 0].any():
        return False
    return same(output, expected, exercise.tolerance)


def symptom(exercise: Exercise, given: Inputs, output: Tensor, expected: Tensor) -> str:
    """The first thing that can be observed in an output that no mistake explains."""
    if output.isnan().any() and not expected.isnan().any():
        return "Some values are no numbers: 0 was divided by 0, or infinity met 0 or infinity."
    seen = (one.says for one in exercise.symptoms if one.seen(copied(given), output))
    return next(seen, "The values differ.")


def named(exercise: Exercise, inputs: Sequence[Inputs], outputs: Sequence[Any]) -> str | None:
    """The message of the mistake that gives just these outputs, if there is one.

    Outputs that hold no number at all have many causes.
    """
    if all(map(holds_no_number, outputs)):
        return None
    for mistake in exercise.mistakes:
        for wrong in (mistake.wrong, *mistake.also):
            expected = (attempt(wrong, given) for given in inputs)
            if all(map(partial(alike, tolerance=exercise.tolerance), expected, outputs)):
                return mistake.says
    for mistake in exercise.mistakes:
        if (
            mistake.seen
            and comparable(exercise, inputs, outputs)
            and all(map(mistake.seen, map(copied, inputs), outputs))
        ):
            return mistake.says
    return None


def holds_no_number(output: Any) -> bool:
    """Whether all values of a tensor are NaN."""
    return isinstance(output, Tensor) and is_plain(output) and bool(output.isnan().all())


def comparable(exercise: Exercise, inputs: Sequence[Inputs], outputs: Sequence[Any]) -> bool:
    """Whether all outputs are tensors of the right shape and type."""
    wanted = (exercise.right(*copied(given)) for given in inputs)
    return all(
        isinstance(one, Tensor) and one.shape == right.shape and not other_type(one, right)
        for one, right in zip(outputs, wanted, strict=True)
    )


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
    return (
        not other.is_nested
        and one.shape == other.shape
        and other_type(other, one) is None
        and same(one, other, tolerance)
    )


def same(one: Tensor, other: Tensor, tolerance: float) -> bool:
    """Whether two tensors of one shape and type hold the same numbers."""
    if not one.is_floating_point():
        return torch.equal(one, other)
    return torch.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)


def first_difference(output: Tensor, expected: Tensor, tolerance: float) -> str:
    """Where two tensors differ first, and how; if only a little, where a 0 is none."""
    differs = (output != expected).flatten()
    if output.is_floating_point():
        close = torch.isclose(output, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
        far = ~close.flatten()
        differs = far if far.any() else differs & (expected == 0).flatten()
    index = int(differs.nonzero()[0])
    position = list(map(int, torch.unravel_index(torch.tensor(index), expected.shape)))
    got, wanted = output.flatten()[index].item(), expected.flatten()[index].item()
    return f"{f'At {position}: e' if position else 'E'}xpected {wanted:.6g}, got {got:.6g}."


def copied(given: Inputs) -> Inputs:
    """Copies of the inputs, so that no call changes another's."""
    return tuple(one.clone() if isinstance(one, Tensor) else one for one in given)
