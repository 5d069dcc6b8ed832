"""What the tests of the grader share: notebooks as learners hand them in, right and wrong."""

import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attention_course.grading.assignment import read_assignments
from attention_course.grading.batch import run, thread_pool
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.sandbox import Limits, bubblewrap

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "notebooks" / "assignments"
ASSIGNMENTS = read_assignments(SOURCES)
KEY = b"a key of the tests, not of a class"
QUICK = Limits(cpu_seconds=1, asleep=20)
needs_bubblewrap = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="bubblewrap is not installed: no sandbox to be tested"
)
FILLED = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n", re.MULTILINE)


def notebook(stem: str, code: dict[str, str] | None = None, words: str = "Because.") -> dict:
    """A notebook as a learner hands it in: all right, but for the functions in `code`."""
    handed_in = json.loads((SOURCES / f"{stem}.ipynb").read_text(encoding="utf-8"))
    handed_in["cells"] = [
        cell for cell in handed_in["cells"] if "rubric" not in cell["metadata"].get("tags", [])
    ]
    for cell in handed_in["cells"]:
        text = "".join(cell["source"])
        marked = re.match(r"# exercise: ch\d\.(\w+)\n", text)
        if marked and code and marked[1] in code:
            text = marked[0] + code[marked[1]]
        elif cell["cell_type"] == "markdown" and "BEGIN SOLUTION" in text:
            text = text.partition("### BEGIN")[0] + words
        cell["source"] = FILLED.sub("", text)
    return handed_in


def stripped(handed_in: dict) -> dict:
    """A notebook as Colab may give it back: no metadata, no ids of cells."""
    bare = copy.deepcopy(handed_in)
    bare["metadata"] = {"colab": {"provenance": []}}
    for cell in bare["cells"]:
        cell["metadata"] = {"id": "a1b2c3"}
        cell.pop("id", None)
    return bare


def as_bytes(handed_in: dict) -> bytes:
    return json.dumps(handed_in).encode()


def class_of(folder: Path, files: dict[str, bytes], stem: str = "ch3_attention") -> Classroom:
    """A class in which each learner has handed in one file."""
    room = Classroom.open_or_create(folder)
    for name, data in files.items():
        room.add_submission(room.add_learner(name, name), stem, data, f"{name}.ipynb", False)
    return room


def graded(room: Classroom, box=None, limits: Limits = QUICK, jobs: int = 2, **options):
    """Grade a class and give all its grades."""
    with thread_pool(jobs) as executor:
        run(room, ASSIGNMENTS, KEY, box or bubblewrap(True), executor, jobs, limits, **options)
    return grades(room)


def started(room: Classroom, jobs: int) -> subprocess.Popen:
    """The grader as an instructor starts it, past its self-test and at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "attention_course.cli", "grade", "run", str(room.root),
         "--jobs", str(jobs), "--assignments", str(SOURCES)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline().startswith("Sandbox:")
    return process


def grades(room: Classroom):
    with open_gradebook(room) as gradebook:
        return gradebook.grades()


def of(learner: str, found) -> dict:
    """One learner's grades by item."""
    return {one.item: one for one in found if one.learner == learner}
