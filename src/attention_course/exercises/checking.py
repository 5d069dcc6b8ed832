"""`check("ch3.dot_scores", fn)`: the verdict that a learner sees, here or on Colab."""

import contextlib
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from attention_course.exercises import catalogue
from attention_course.exercises.exercise import Exercise, Function, Inputs
from attention_course.exercises.judging import Failure, Verdict, copied, judge
from attention_course.exercises.keys import DEMO, draw_inputs
from attention_course.exercises.names import COURSE, names_used


def call(function: Function, given: Inputs) -> tuple[Any, bool]:
    """What a learner's function returns, and whether it has changed its inputs."""
    handed = copied(given)
    try:
        output = function(*handed)
    except Exception as error:  # whatever a learner's code raises is told, never thrown
        return Failure(f"{type(error).__name__}: {one_line(error)}"), False
    changed = any(
        isinstance(one, Tensor) and not (one.shape == other.shape and one.equal(other))
        for one, other in zip(given, handed, strict=True)
    )
    return (output.detach() if isinstance(output, Tensor) else output), changed


def one_line(error: Exception) -> str:
    """The first line of an error's message."""
    return str(error).partition("\n")[0][:200]


def code_in(text: str) -> CodeType:
    """The code of the function that a text defines."""
    return next(one for one in compile(text, "", "exec").co_consts if isinstance(one, CodeType))


STUB = code_in("def stub(): 'what is asked'; ...").co_code


def is_unanswered(function: Function) -> bool:
    """Whether a function is still as it was handed out: a docstring and three dots."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_code == STUB


def learners_verdict(exercise: Exercise, function: Function, key: bytes = DEMO) -> Verdict:
    """The verdict on a learner's function, which may not use the course's own code."""
    if COURSE in names_used(function):
        return by_hand([COURSE])
    return verdict(exercise, function, key)


def by_hand(names: Iterable[str]) -> Verdict:
    """The verdict on an answer that uses what it may not."""
    used = ", ".join(sorted(names))
    return Verdict(False, f"It uses {used}; here it is to be written by hand.")


def verdict(exercise: Exercise, function: Function, key: bytes = DEMO) -> Verdict:
    """Run a function on the cases that a key draws, and judge it."""
    if forbidden := names_used(function) & set(exercise.forbids):
        return by_hand(forbidden)
    with plain_numbers():
        inputs = draw_inputs(exercise, key)
    called = [call(function, given) for given in inputs]
    outputs, changed = [output for output, _ in called], any(changed for _, changed in called)
    with plain_numbers():
        return judge(exercise, inputs, outputs, changed)


@contextlib.contextmanager
def plain_numbers() -> Iterator[None]:
    """Our own tensors are of 32 bits, whatever the notebook has set for its own."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def check(name: str, function: Function | None, key: bytes = DEMO) -> bool:
    """Say whether a function does what the exercise asks, and what is likely wrong if not.

    Raises:
        ValueError: there is no exercise of that name.
    """
    exercise = catalogue.find(name)
    if function is None:
        print(f"{name}: expected the function {exercise.function}, got None. Run its cell first.")
        return False
    if is_unanswered(function):
        print(f"○ {name}: not answered yet.")
        return False
    result = learners_verdict(exercise, function, key)
    print(f"{'✓' if result.right else '✗'} {name}: {result.says}")
    if not result.right:
        print(f"  Read again: {exercise.again}")
    return result.right
