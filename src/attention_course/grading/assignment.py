"""What is graded in a chapter: its functions, and its written answers with their rubrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.exercise import Exercise
from attention_course.grading.release import Cell, emptied, load_notebook
from attention_course.grading.stems import chapter


@dataclass(frozen=True)
class WrittenQuestion:
    """A question that is answered in words, and graded by a person."""

    name: str
    points: float
    text: str
    rubric: str
    handed_out: str  # what stands in the cell before it is answered


@dataclass(frozen=True)
class Assignment:
    """All that a chapter asks for: functions, whose exercises its stem names, and words."""

    stem: str
    written: tuple[WrittenQuestion, ...]

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The functions to be written, in their order."""
        short = chapter(self.stem).short
        return tuple(one for one in EXERCISES.values() if one.chapter == short)

    @property
    def items(self) -> list[tuple[str, float]]:
        """The name and the points of everything that is graded."""
        functions = [(one.name, float(one.points)) for one in self.exercises]
        return functions + [(one.name, one.points) for one in self.written]


def read_assignments(folder: Path) -> dict[str, Assignment]:
    """All assignments of a folder of source notebooks, by their stems.

    Raises:
        FileNotFoundError: there is none.
    """
    sources = sorted(folder.glob("ch[0-9]*.ipynb"))
    if not sources:
        raise FileNotFoundError(
            f"expected the assignments' notebooks in {folder}, got none; run this inside a clone "
            "of the course, or name their folder with --assignments"
        )
    return {
        file.stem: Assignment(
            stem=file.stem,
            written=tuple(written_answers(file.stem, load_notebook(file)["cells"])),
        )
        for file in sources
    }


def written_answers(stem: str, cells: Sequence[Cell]) -> list[WrittenQuestion]:
    """The questions that are answered in words: each cell for one, what it follows, its rubric."""
    questions = []
    for index, cell in enumerate(cells):
        grading = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown" and grading.get("grade"):
            questions.append(
                WrittenQuestion(
                    name=f"{chapter(stem).short}.{grading['grade_id']}",
                    points=float(grading["points"]),
                    text="".join(cells[index - 1]["source"]),
                    rubric=rubric_after(cells, index),
                    handed_out=emptied("".join(cell["source"]), "markdown"),
                )
            )
    return questions


def rubric_after(cells: Sequence[Cell], index: int) -> str:
    """The rubric that follows an answer's cell, or nothing."""
    for following in cells[index + 1 : index + 2]:
        if "rubric" in following["metadata"].get("tags", []):
            return "".join(following["source"]).partition("\n")[2].strip()
    return ""
