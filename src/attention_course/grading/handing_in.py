"""What will be handed in, said before it is: what the grader will find in the notebook's file.

A kernel remembers what a file may not hold: a cell that was deleted, a definition above another
one, a notebook that was not saved. So the answers are read from the file as the grader reads
them, run by themselves, and compared with what the check says of the functions that are here.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import torch

from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.checking import is_unanswered, learners_verdict
from attention_course.exercises.exercise import Exercise
from attention_course.exercises.keys import DEMO
from attention_course.exercises.names import COURSE
from attention_course.grading.grader import grade_functions
from attention_course.grading.inside.calling import outputs
from attention_course.grading.inside.cells import read_notebook
from attention_course.grading.inside.program import program_for
from attention_course.grading.notebook import Cell, code_cells, read_cells, written_in
from attention_course.grading.result import Result
from attention_course.rungs import RUNGS

WITH_GRADER = {"torch", "numpy", COURSE, *sys.stdlib_module_names}  # what every grader has
COLAB_SECONDS = 20  # for Colab's page to send the notebook
RIGHT, WRONG, OPEN, DIFFERS, WORDS = "✓✗○!·"


@dataclass(frozen=True)
class NotebookSource:
    """A notebook as it was read, and where from."""

    cells: Sequence[Cell]
    origin: str  # in words, for the learner
    whole: bool = True  # whether it has the cells with text, too


def handing_in(chapter: str) -> None:
    """Print for each exercise of a chapter, by the short form of its stem, what will be handed in.

    Call it in the notebook's last cell, after the notebook was saved.
    """
    names = notebook_names()
    source = notebook_source(names)
    print(f"What will be handed in, read from {source.origin}:")
    for line in [*function_lines(chapter, source, names), *written_lines(chapter, source)]:
        print(line)


class InProcessRunner:
    """In the place of a sandbox: a learner's own answers run in this process.

    `needs` are the packages that answers ask for and a grader may not have, by exercise.
    """

    def __init__(self) -> None:
        self.needs: dict[str, list[str]] = {}

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one answer as a sandbox does, without its walls and limits."""
        program = program_for(
            request["function"],
            read_notebook(request["cells"]),
            request["marked"],
            request["forbids"],
            request["exercise"],
        )
        reply = {"end": "done", "problem": program.problem, "detail": program.detail, "sent": ""}
        if program.problem is None:
            self.needs[request["exercise"]] = sorted(program.imports - WITH_GRADER)
            numbers = torch.get_default_dtype()
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                sent = outputs(request["function"], program, request["cases"])
            torch.set_default_dtype(numbers)
            reply["sent"] = json.dumps(sent)
        return reply


def function_lines(chapter: str, source: NotebookSource, names: Mapping[str, Any]) -> list[str]:
    """One line for each function of a chapter: what the grader will find.

    Raises:
        ValueError: there is no such chapter.
    """
    exercises = [one for one in EXERCISES.values() if one.chapter == chapter]
    if not exercises:
        raise ValueError(
            f'expected a chapter with exercises, such as "{RUNGS[0].short}", got {chapter!r}'
        )
    runner = InProcessRunner()
    results = grade_functions(code_cells(source.cells), exercises, DEMO, runner, hidden=False)
    return [
        function_line(
            exercise, result, names.get(exercise.function), runner.needs.get(exercise.name, [])
        )
        for exercise, result in zip(exercises, results, strict=True)
    ]


def written_lines(chapter: str, source: NotebookSource) -> list[str]:
    """One line for each answer in words: whether there is one."""
    if not source.whole:
        return ["? the answers in words cannot be seen from here"]
    return [written_line(*one) for one in written_in(source.cells, chapter).items()]


def function_line(exercise: Exercise, result: Result, defined: Any, needs: Sequence[str]) -> str:
    """What will be handed in for an exercise, and whether the check says otherwise here."""
    right = result.points == result.of
    if callable(defined) and not right:
        if is_unanswered(defined):
            return f"{OPEN} {exercise.name}: not answered yet"
        if learners_verdict(exercise, defined).right:
            return (
                f"{DIFFERS} {exercise.name}: here it is right, what will be handed in may not be: "
                f"{result.says} Restart, run all cells from the top, save, and look again."
            )
    if result.status == "missing" and not callable(defined):
        return f"{OPEN} {exercise.name}: {result.says}"
    if right and needs:
        return (
            f"{DIFFERS} {exercise.name}: right, but it needs {', '.join(needs)}, which may not be "
            "there where it is graded. Write it with torch alone."
        )
    return f"{RIGHT if right else WRONG} {exercise.name}: {result.says}"


def written_line(name: str, text: str) -> str:
    """How much was written for an answer in words."""
    count = len(text.split())
    if not count:
        return f"{OPEN} {name}: nothing is written yet"
    return f"{WORDS} {name}: {count} word{'s' if count > 1 else ''}, to be read by a person"


def notebook_names() -> dict[str, Any]:
    """The names of the notebook that runs this; of the main program where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell else vars(sys.modules["__main__"])


def notebook_source(names: Mapping[str, Any]) -> NotebookSource:
    """The notebook as its file holds it; where nobody tells which file, the cells that were run.

    Colab sends it when it is asked, VS Code and Jupyter tell a kernel where the file is.
    """
    if sent := sent_by_colab():
        return NotebookSource(read_cells(sent), "this notebook, as Colab shows it")
    for file in (names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if file and Path(file).suffix == ".ipynb" and Path(file).is_file():
            saved = datetime.fromtimestamp(Path(file).stat().st_mtime)
            origin = f"{Path(file).name} as it was saved at {saved:%H:%M:%S}"
            return NotebookSource(read_cells(Path(file).read_bytes()), origin)
    ran = [Cell("code", text) for text in names.get("In", ()) if text.strip()]
    return NotebookSource(
        ran, "the cells that were run here, since the file cannot be found", whole=False
    )


def sent_by_colab() -> bytes:
    """The notebook as Colab's page has it; nothing where this is not Colab, or it says nothing."""
    try:
        from google.colab import _message  # there is no public way
    except ImportError:
        return b""
    sent = _message.blocking_request("get_ipynb", timeout_sec=COLAB_SECONDS)
    return json.dumps(sent["ipynb"]).encode() if sent else b""
