"""Make the learners' notebooks: no solution, no rubric, no output; the checks stay.

The assignments are written in nbgrader's format (its cell metadata and solution markers), so
that nbgrader's own tools can read them too.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

from attention_course.store.files import write

Cell = dict[str, Any]
Notebook = dict[str, Any]
SOLUTION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION[ \t]*\n?", re.MULTILINE | re.DOTALL
)
SOURCES, COPIES = "notebooks/assignments/", "notebooks/exercises/"  # where badges lead
IN_WORDS = "*Write your answer here.*\n"


def release(assignments: Path, out: Path) -> list[Path]:
    """Write the learners' copies of all assignments into a folder.

    Raises:
        FileNotFoundError: there are no assignments.
        ValueError: an assignment holds a solution whose end is not marked.
    """
    sources = sorted(assignments.glob("*.ipynb"))
    if not sources:
        raise FileNotFoundError(
            f"expected notebooks in {assignments}, got none; run this inside a clone of the "
            "course, or name their folder with --assignments"
        )
    released = {source.name: without_answers(load_notebook(source), source) for source in sources}
    out.mkdir(parents=True, exist_ok=True)
    for name, notebook in released.items():
        write(out / name, (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode())
    return [out / name for name in released]


def load_notebook(file: Path) -> Notebook:
    """A source notebook as JSON values: ours, so that it is not checked."""
    notebook: Notebook = json.loads(file.read_text(encoding="utf-8"))
    return notebook


def without_answers(notebook: Notebook, source: Path) -> Notebook:
    """A copy of a notebook without what a learner is to find out."""
    released = copy.deepcopy(notebook)
    released["cells"] = [
        cell for cell in released["cells"] if "rubric" not in cell["metadata"].get("tags", [])
    ]
    for cell in released["cells"]:
        text = emptied("".join(cell["source"]), cell["cell_type"])
        if "BEGIN SOLUTION" in text or "END SOLUTION" in text:
            raise ValueError(
                f"expected ### BEGIN SOLUTION and ### END SOLUTION in pairs, got one alone in "
                f"{source.name}, cell {cell.get('id')}; add the other"
            )
        cell["source"] = text.splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = None, []
    return released


def emptied(text: str, kind: str) -> str:
    """A cell's text with its solutions taken out.

    A function is left with a body that returns nothing, and a check says what is wrong without
    stopping the notebook.
    """
    if kind == "markdown":
        return SOLUTION.sub(IN_WORDS, text).replace(SOURCES, COPIES)
    text = SOLUTION.sub(r"\1...  # your answer\n", text).rstrip("\n")
    return re.sub(r"^assert (check\(.*\))$", r"\1;", text, flags=re.MULTILINE)  # prints no value
