"""What is handed out holds no answer, runs as it is, and scores full marks once it is filled in."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from attention_course.cli import main
from attention_course.exercises.catalogue import EXERCISES
from attention_course.grading.release import emptied, release

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "notebooks" / "assignments"
STEMS = sorted(file.stem for file in SOURCES.glob("*.ipynb"))
each = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    out = tmp_path_factory.mktemp("handed out")
    release(SOURCES, out)
    return out


def cells(file):
    return json.loads(file.read_text(encoding="utf-8"))["cells"]


def text_of(cell):
    return "".join(cell["source"])


def secret_lines(stem):
    """Every line of a solution or of a rubric that is long enough to be told apart."""
    found = []
    for cell in cells(SOURCES / f"{stem}.ipynb"):
        inside = re.findall(r"BEGIN SOLUTION\n(.*?)### END SOLUTION", text_of(cell), re.DOTALL)
        if "rubric" in cell["metadata"].get("tags", []):
            inside.append(text_of(cell))
        found += [line.strip() for part in inside for line in part.splitlines()]
    return [line for line in found if len(line) > 12]


@each
def test_no_line_of_a_solution_or_a_rubric_is_handed_out(stem, handed_out):
    whole = (handed_out / f"{stem}.ipynb").read_text(encoding="utf-8")
    secrets = secret_lines(stem)
    assert len(secrets) > 8
    assert [line for line in secrets if json.dumps(line, ensure_ascii=False)[1:-1] in whole] == []
    assert "SOLUTION" not in whole
    assert "ubric" not in whole


@each
def test_the_copies_in_the_repository_are_those_that_are_handed_out(stem, handed_out):
    kept = ROOT / "notebooks" / "exercises" / f"{stem}.ipynb"
    assert kept.read_bytes() == (handed_out / f"{stem}.ipynb").read_bytes(), (
        "make them again with: attention-course grade release notebooks/exercises"
    )


@each
def test_no_badge_of_what_is_handed_out_leads_to_the_solutions(stem, handed_out):
    whole = (handed_out / f"{stem}.ipynb").read_text(encoding="utf-8")
    assert f"notebooks/exercises/{stem}.ipynb" in whole
    assert "notebooks/assignments" not in whole


@each
def test_what_is_handed_out_is_a_notebook_with_every_exercise_of_its_chapter(stem, handed_out):
    notebook = nbformat.read(handed_out / f"{stem}.ipynb", as_version=4)
    nbformat.validate(notebook)
    asked = [
        text_of(cell).partition("\n")[0].removeprefix("# exercise: ")
        for cell in cells(handed_out / f"{stem}.ipynb")
        if text_of(cell).startswith("# exercise: ")
    ]
    assert asked == [name for name in EXERCISES if name.startswith(stem[:3])]
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    points = [cell.metadata["nbgrader"]["points"] for cell in notebook.cells
              if cell.metadata.get("nbgrader", {}).get("grade")]  # fmt: skip
    assert f"{sum(points)} points" in text_of(notebook.cells[0])
    manual = [cell for cell in notebook.cells if cell.cell_type == "markdown"
              and "nbgrader" in cell.metadata]  # fmt: skip
    assert len(manual) == 2  # a prediction, and an answer in words


def said_by(notebook, folder):
    """Everything that a notebook prints."""
    NotebookClient(
        notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])
    )


@each
def test_left_empty_it_runs_without_a_traceback_and_says_what_is_missing(
    stem, handed_out, tmp_path
):
    said = said_by(nbformat.read(handed_out / f"{stem}.ipynb", as_version=4), tmp_path)
    for name in [name for name in EXERCISES if name.startswith(stem[:3])]:
        assert f"○ {name}: not answered yet." in said
    assert "✓" not in said


@each
def test_filled_in_again_it_scores_full_marks(stem, handed_out, tmp_path):
    notebook = nbformat.read(handed_out / f"{stem}.ipynb", as_version=4)
    answers = {cell["id"]: text_of(cell) for cell in cells(SOURCES / f"{stem}.ipynb")}
    for cell in notebook.cells:
        if cell.source.startswith("# exercise: "):
            cell.source = answers[cell["id"]]
    said = said_by(notebook, tmp_path)
    assert said.count("✓") >= len([name for name in EXERCISES if name.startswith(stem[:3])])
    assert "✗" not in said


def test_a_solution_whose_end_is_not_marked_is_refused(tmp_path):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [],
            "execution_count": None, "source": ["### BEGIN SOLUTION\n", "return 1"]}  # fmt: skip
    (tmp_path / "one.ipynb").write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(ValueError, match=r"in pairs, got one alone in one\.ipynb, cell a"):
        release(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_assignments_is_an_error_that_says_what_to_do(tmp_path, capsys):
    assert main(["grade", "release", str(tmp_path / "out"), "--assignments", str(tmp_path)]) == 2
    assert "run this inside a clone of the course" in capsys.readouterr().err


def test_a_function_keeps_its_head_and_loses_its_body():
    text = (
        "def one(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION\n"
        'assert check("a", one)'
    )
    assert emptied(text, "code") == 'def one(x):\n    ...  # your answer\ncheck("a", one);'
