"""`check("ch3.dot_scores", fn)`: the verdict that a learner sees, here or on Colab."""

from types import CodeType
from typing import Any

from torch import Tensor

from attention_course.exercises.catalogue import find
from attention_course.exercises.exercise import Exercise, Function, Inputs
from attention_course.exercises.judging import Failure, Verdict, copied, judge
from attention_course.exercises.keys import DEMO, draw_inputs


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


def names_used(function: Function) -> set[str]:
    """Every name that a function's code mentions, and the code of its notebook that it calls."""
    found, waiting = set[str](), [function]
    world = getattr(function, "__globals__", {})
    while waiting:
        names = names_in(getattr(waiting.pop(), "__code__", None)) - found
        found |= names
        called = [world[name] for name in names if name in world]
        waiting += [one for one in called if getattr(one, "__globals__", None) is world]
    return found


def names_in(code: CodeType | None) -> set[str]:
    """Every name in a function's code, and in the functions inside it."""
    if code is None:
        return set()
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*map(names_in, inner))


def unanswered() -> None:
    """The body of a function that was handed out and not written yet."""
    ...  # your answer


def is_unanswered(function: Function) -> bool:
    """Whether a function is still as it was handed out: a docstring and three dots."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_code == unanswered.__code__.co_code


def verdict(exercise: Exercise, function: Function, key: bytes = DEMO) -> Verdict:
    """Run a function on the cases that a key draws, and judge it."""
    forbidden = names_used(function) & set(exercise.forbids)
    if forbidden:
        return Verdict(
            False, f"It uses {', '.join(sorted(forbidden))}; here it is to be written by hand."
        )
    inputs = draw_inputs(exercise, key)
    called = [call(function, given) for given in inputs]
    return judge(
        exercise, inputs, [output for output, _ in called], any(changed for _, changed in called)
    )


def check(name: str, function: Function | None, key: bytes = DEMO) -> bool:
    """Say whether a function does what the exercise asks, and what is likely wrong if not.

    Raises:
        ValueError: there is no exercise of that name.
    """
    exercise = find(name)
    if function is None:
        print(f"{name}: expected the function {exercise.function}, got None. Run its cell first.")
        return False
    if is_unanswered(function):
        print(f"○ {name}: not answered yet.")
        return False
    found = verdict(exercise, function, key)
    print(f"{'✓' if found.right else '✗'} {name}: {found.says}")
    if not found.right:
        print(f"  Read again: {exercise.again}")
    return found.right
