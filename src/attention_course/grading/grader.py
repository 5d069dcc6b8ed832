"""Grade one submission: read it, run its answers in the sandbox, judge what came out.

This side is trusted: it has the key, the expected values and the comparison, and it runs no line
of a learner's code.
"""

import builtins
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from attention_course.exercises.catalogue import find
from attention_course.exercises.exercise import CASES, Exercise, Inputs
from attention_course.exercises.judging import Failure, Other, judge
from attention_course.exercises.keys import draw_inputs
from attention_course.grading.assignment import Assignment, Written
from attention_course.grading.inside.wire import OTHERS, WireError, pack_input, unpack_tensor
from attention_course.grading.notebook import (
    Cell,
    UnreadableError,
    code_cells,
    places_of,
    read_cells,
    words_of,
)
from attention_course.grading.result import Result
from attention_course.grading.sandbox import Sandbox, SandboxError

ERRORS = {name for name, one in vars(builtins).items() if isinstance(one, type)}
TRIES = 2  # of a submission, for what may be the machine's fault
AGAIN = ("died", "unread")
ENDED = {
    "timeout": ("timeout", "It takes too long. Is there a loop that never ends?"),
    "stuck": ("timeout", "It does not come to an end. Does it wait for something?"),
    "unread": ("timeout", "The notebook's code takes too long to be read."),
    "flood": ("died", "It sends more than any answer needs."),
    "died": ("died", "It ends the whole process: too much memory, or an exit."),
}
SAID = {
    "missing": "There is no function {function} in the notebook. Was its cell deleted or renamed?",
    "syntax": "Its cell is not Python ({detail}): run it, and Python tells where.",
    "forbidden": "It uses {detail}; here it is to be written by hand.",
}


@dataclass(frozen=True)
class Ran:
    """What the sandbox tells of one job: a problem in the code, outputs, or an early end."""

    problem: str | None = None
    detail: str = ""
    outputs: tuple[Any, ...] = ()
    changed: bool = False


def grade(
    data: bytes, assignment: Assignment, key: bytes, sandbox: Sandbox, hidden: bool = True
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
    return graded + [grade_words(cells, one) for one in assignment.written]


def grade_words(cells: Sequence[Cell], asked: Written) -> Result:
    """A written answer waits for a person; an empty one needs none."""
    words = words_of(cells, asked.name, asked.handed_out, asked.question)
    if not words:
        gone = "Nothing was written." if words == "" else "The cell of this answer is gone."
        return Result(asked.name, "missing", 0.0, asked.points, gone, hashed(words or ""))
    says = "Waits to be read."
    return Result(asked.name, "needs-manual", None, asked.points, says, hashed(words))


def grade_functions(
    cells: list[Cell],
    exercises: Sequence[Exercise],
    key: bytes,
    sandbox: Sandbox,
    hidden: bool,
) -> list[Result]:
    """The results of functions, in the order of the exercises.

    An exercise that ends its process, or does not end, gets its status; those behind it are run
    again without it. What may be the machine's fault is tried again, a few times in all.
    """
    found: dict[str, Result] = {}
    tries = TRIES
    while waiting := [one for one in exercises if one.name not in found]:
        try:
            ran, ended = run(cells, waiting, key, sandbox)
        except SandboxError as error:
            tries -= 1
            if tries <= 0:
                for one in waiting:
                    points = float(one.points)
                    found[one.name] = Result(one.name, "infra-error", None, points, str(error))
            continue
        for one in waiting:
            if one.name in ran:
                found[one.name] = judged(one, ran[one.name], key, cells, hidden)
        tries -= any(end in AGAIN for end in ended.values())
        for one in waiting:
            end = ended.get(one.name, "")
            if end and (tries <= 0 or end not in AGAIN):
                found[one.name] = without_outputs(one, *ENDED[end], cells)
    return [found[one.name] for one in exercises]


def run(
    cells: list[Cell], exercises: Sequence[Exercise], key: bytes, sandbox: Sandbox
) -> tuple[dict[str, Ran], dict[str, str]]:
    """Run exercises in the sandbox: what each gave, and for those that ended a process, how.

    Exercises that forbid the same names share a process.

    Raises:
        SandboxError: the sandbox was lost.
    """
    groups = list(dict.fromkeys(one.forbids for one in exercises))
    jobs = [
        {
            "function": one.function,
            "group": groups.index(one.forbids),
            "marked": places_of(cells, one.name),
            "forbids": list(one.forbids),
            "cases": packed_inputs(one.name, key),
        }
        for one in exercises
    ]
    reply = sandbox.ask([cell.text for cell in cells], jobs)
    if reply["end"] == "unread":
        return {}, {one.name: "unread" for one in exercises}
    ran = {
        one.name: problem_of(about)
        for one, about in zip(exercises, reply["read"], strict=True)
        if about["problem"] is not None
    }
    ended: dict[str, str] = {}
    for group in reply["groups"]:
        mine = [one for one, job in zip(exercises, jobs, strict=True)
                if job["group"] == group["group"] and one.name not in ran]  # fmt: skip
        ran |= sent_by(group["sent"], mine, exercises)
        missing = [one.name for one in mine if one.name not in ran]
        if missing:
            ended[missing[0]] = "died" if group["end"] == "done" else group["end"]
    if not ran and not ended:
        raise SandboxError("the sandbox found no time to run an answer")
    return ran, ended


@lru_cache
def packed_inputs(name: str, key: bytes) -> list[list[dict[str, Any]]]:
    """The inputs of an exercise as the sandbox takes them; the same for the whole class."""
    return [[pack_input(value) for value in case] for case in inputs_of(name, key)]


@lru_cache
def inputs_of(name: str, key: bytes) -> list[Inputs]:
    """The inputs of an exercise that a key draws; the judge works on copies of them."""
    return draw_inputs(find(name), key)


def problem_of(about: dict[str, Any]) -> Ran:
    """What is wrong with a program, as the process says that read it and ran nothing."""
    detail = re.sub(r"[^\w ,]", "", str(about["detail"])[:100], flags=re.ASCII)
    return Ran(problem=about["problem"], detail=detail)


def sent_by(sent: str, mine: Sequence[Exercise], exercises: Sequence[Exercise]) -> dict[str, Ran]:
    """What the process of some exercises has sent. It can only be outputs, never points.

    An answer can write there by itself: nothing counts from the first line on that is odd.
    """
    ran: dict[str, Ran] = {}
    for line in sent.splitlines():
        try:
            message = json.loads(line)
            exercise = exercises[int(message["job"])]
            outputs = tuple(unpacked(output) for output in message["outputs"])
            changed = message["changed"] is not False
        except Exception:  # whatever is wrong with it
            break
        if exercise not in mine or exercise.name in ran or len(outputs) != CASES:
            break
        ran[exercise.name] = Ran(outputs=outputs, changed=changed)
    return ran


def unpacked(output: dict[str, Any]) -> Any:
    """An output from the sandbox as the judge takes it."""
    if "failure" in output:
        kind = output["failure"]
        return Failure(f"{kind}." if kind in ERRORS else "Exception.")
    if "nothing" in output:
        return None
    if "other" in output:
        return Other(output["other"] if output["other"] in OTHERS else "something else")
    try:
        return unpack_tensor(output)
    except WireError as error:
        raise ValueError(str(error)) from error


def judged(exercise: Exercise, ran: Ran, key: bytes, cells: Sequence[Cell], hidden: bool) -> Result:
    """The result of an exercise that was run, or that could not be."""
    if ran.problem == "missing":
        says = SAID["missing"].format(function=exercise.function)
        return without_outputs(exercise, "missing", says, cells)
    if ran.problem is not None:
        says = SAID[ran.problem].format(detail=ran.detail)
        return without_outputs(exercise, "graded", says, cells)
    verdict = judge(exercise, inputs_of(exercise.name, key), ran.outputs, ran.changed, hidden)
    points = float(exercise.points) if verdict.right else 0.0
    return Result(
        exercise.name,
        "graded",
        points,
        float(exercise.points),
        verdict.says,
        code_hash(exercise, cells),
    )


def without_outputs(exercise: Exercise, status: str, says: str, cells: Sequence[Cell]) -> Result:
    """An answer that gave nothing to compare: no points, and the reason beside."""
    return Result(
        exercise.name, status, 0.0, float(exercise.points), says, code_hash(exercise, cells)
    )


def code_hash(exercise: Exercise, cells: Sequence[Cell]) -> str:
    """A hash of the cells that say that they hold an answer; of all code if none says so."""
    places = places_of(cells, exercise.name) or range(len(cells))
    return hashed("\n".join(cells[place].text for place in places))


def hashed(text: str) -> str:
    """A short hash of an answer."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
