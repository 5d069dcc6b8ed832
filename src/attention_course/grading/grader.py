"""Grade one submission: read it, run its answers in the sandbox, judge what came out.

This side is trusted: it has the key, the expected values and the comparison, and it runs no line
of a learner's code.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable

from attention_course.exercises.catalogue import find
from attention_course.exercises.exercise import Exercise, Inputs
from attention_course.exercises.judging import judge
from attention_course.exercises.keys import draw_inputs
from attention_course.exercises.names import COURSE
from attention_course.grading.assignment import Assignment, WrittenQuestion
from attention_course.grading.inside.wire import pack_input
from attention_course.grading.notebook import (
    LONGEST_CELL,
    Cell,
    UnreadableError,
    answer_indices,
    code_cells,
    read_cells,
    written_answer,
)
from attention_course.grading.replies import PYTHON, Reply, read_reply
from attention_course.grading.result import PENDING, Result
from attention_course.grading.sandbox import SandboxError

TRIES = 2  # of an answer, for what may be the machine's fault
AGAIN = ("died", "unread")
ENDED = {
    "timeout": ("timeout", "It takes too long. Is there a loop that never ends?"),
    "stuck": ("timeout", "It does not come to an end. Does it wait for something?"),
    "unread": ("timeout", "The notebook's code takes too long to be read."),
    "flood": ("died", "It sends more than any answer needs."),
    "died": ("died", "It ends the whole process: too much memory, or an exit."),
}
PROBLEMS = {
    "missing": (
        "missing",
        "There is no function {function} in the notebook. Was its cell deleted or renamed?",
    ),
    "unanswered": ("missing", "Nothing was written: the function is as it was handed out."),
    "syntax": ("graded", "Its cell is not Python ({detail}): run it, and Python tells where."),
    "forbidden": ("graded", "It uses {detail}; here it is to be written by hand."),
    "newer": (
        "not-graded",
        f"It is written in a newer Python than {PYTHON}, which grades here. Write it without what "
        "is new, as quotes of one kind inside an f-string.",
    ),
    "magic": (
        "not-graded",
        "Its cell begins with %%{detail}, which is not there where answers are graded.",
    ),
    "cut": (
        "not-graded",
        f"A cell of the notebook has more than {LONGEST_CELL:,} characters and was cut off.",
    ),
}


@runtime_checkable
class Runner(Protocol):
    """What runs an answer: a sandbox."""

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one answer of a notebook; see `Sandbox.ask`."""
        ...


def grade_submission(
    data: bytes, assignment: Assignment, key: bytes, sandbox: Runner, hidden: bool = True
) -> list[Result]:
    """All results of one submission. Whatever is handed in, there is one for each item.

    `hidden`: the key is secret, so messages tell none of the inputs.
    """
    try:
        cells = read_cells(data)
    except UnreadableError as error:
        return [
            Result(name, "unreadable", None, points, str(error))
            for name, points in assignment.items
        ]
    graded = grade_functions(code_cells(cells), assignment.exercises, key, sandbox, hidden)
    return graded + [grade_written(cells, one) for one in assignment.written]


def grade_written(cells: Sequence[Cell], question: WrittenQuestion) -> Result:
    """A written answer waits for a person; an empty one needs none."""
    answer = written_answer(cells, question.name, question.handed_out, question.text)
    if not answer:
        gone = "Nothing was written." if answer == "" else "The cell of this answer is gone."
        return Result(
            question.name, "missing", 0.0, question.points, gone, short_hash(answer or "")
        )
    says = "Waits to be read."
    return Result(question.name, "needs-manual", None, question.points, says, short_hash(answer))


def grade_functions(
    cells: list[Cell],
    exercises: Sequence[Exercise],
    key: bytes,
    sandbox: Runner,
    hidden: bool,
) -> list[Result]:
    """The results of functions, in the order of the exercises.

    Each runs in a process and a folder of its own, and sees its own inputs only. A notebook whose
    code takes too long to be read is not read again for the next one.
    """
    results: list[Result] = []
    reply = Reply()
    for exercise in exercises:
        if reply.end != "unread":
            try:
                reply = run_exercise(cells, exercise, key, sandbox)
            except SandboxError as error:
                points = float(exercise.points)
                results.append(Result(exercise.name, "infra-error", None, points, str(error)))
                continue
        result = result_of(exercise, reply, key, cells, hidden)
        if reply.outputs and result.points == 0:
            result = rerun_whole_notebook(result, exercise, cells, key, sandbox)
        results.append(result)
    return results


def rerun_whole_notebook(
    result: Result, exercise: Exercise, cells: list[Cell], key: bytes, sandbox: Runner
) -> Result:
    """An answer that is wrong by itself may need a statement of which nobody can read that.

    So no answer is wrong before all that stands above it was run too, as its learner ran it.
    """
    try:
        reply = run_exercise(cells, exercise, key, sandbox, whole=True)
    except SandboxError:
        return result
    in_notebook = result_of(exercise, reply, key, cells, hidden=True)
    return in_notebook if in_notebook.points == in_notebook.of else result


def run_exercise(
    cells: list[Cell], exercise: Exercise, key: bytes, sandbox: Runner, whole: bool = False
) -> Reply:
    """Run an exercise's answer in the sandbox; what may be the machine's fault is tried again.

    `whole`: with all that stands above it, and not only what it needs.

    Raises:
        SandboxError: the sandbox was lost, each time.
    """
    marked = answer_indices(cells, exercise.name)
    request = {
        "cells": [cell.text for cell in cells],
        "function": exercise.function,
        "exercise": exercise.name,
        "marked": marked,
        "forbids": [*exercise.forbids, COURSE],
        "removes": list(exercise.forbids),
        "cases": packed_inputs(exercise.name, key),
        "whole": whole,
    }
    for left in reversed(range(TRIES)):
        try:
            reply = read_reply(sandbox.ask(request))
        except SandboxError:
            if not left:
                raise
            continue
        if reply.end not in AGAIN:
            break
    return reply


@lru_cache
def packed_inputs(name: str, key: bytes) -> list[list[dict[str, Any]]]:
    """The inputs of an exercise as the sandbox takes them; the same for the whole class."""
    return [[pack_input(value) for value in case] for case in inputs_of(name, key)]


@lru_cache
def inputs_of(name: str, key: bytes) -> list[Inputs]:
    """The inputs of an exercise that a key draws; the judge works on copies of them."""
    return draw_inputs(find(name), key)


def result_of(
    exercise: Exercise, reply: Reply, key: bytes, cells: Sequence[Cell], hidden: bool
) -> Result:
    """The result of an exercise that was run, or that could not be."""
    points: float | None = 0.0
    if reply.problem or reply.end:
        status, says = PROBLEMS[reply.problem] if reply.problem else ENDED[reply.end]
        says = says.format(function=exercise.function, detail=reply.detail or "the cell")
    else:
        inputs = inputs_of(exercise.name, key)
        verdict = judge(exercise, inputs, reply.outputs, reply.changed, hidden)
        status, says = "graded", verdict.says
        points = float(exercise.points) if verdict.right else 0.0
        if not verdict.right and reply.reason:
            status, says = "not-graded", reply.reason
    if points == 0 and any(cell.cut for cell in cells):
        status, says = PROBLEMS["cut"]
    if status in PENDING:
        points = None
    return Result(
        exercise.name, status, points, float(exercise.points), says, code_hash(exercise, cells)
    )


def code_hash(exercise: Exercise, cells: Sequence[Cell]) -> str:
    """A hash of the cells that say that they hold an answer; of all code if none says so."""
    indices = answer_indices(cells, exercise.name) or range(len(cells))
    return short_hash("\n".join(cells[index].text for index in indices))


def short_hash(text: str) -> str:
    """A short hash of an answer: 64 bits of SHA-256, as 16 hexadecimal digits."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
