"""Read a learner's notebook without running anything, and find the answers in it.

Whatever a learner hands in is data here: text of unknown size, shape and intent.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from attention_course.grading.stems import chapter

LARGEST = 20 << 20  # bytes of a notebook; pictures are inside
CODE_MARK = re.compile(r"^[ \t]*#[ \t]*exercise:[ \t]*(ch\d+\.\w+)", re.MULTILINE | re.IGNORECASE)
WORDS_MARK = re.compile(r"<!--\s*answer:\s*(ch\d+\.\w+)\s*-->", re.IGNORECASE)
HEADING = re.compile(r"\s*#{1,6}\s")
PROMPT = re.compile(r"\*[^*]+\*")
LONGEST_CELL = 200_000  # characters


class UnreadableError(ValueError):
    """A file that is not a notebook, in words for the learner."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook: what is used to find answers, and its text."""

    kind: str  # code or markdown
    text: str
    name: str = ""  # nbgrader's name for it, which Colab may have dropped
    id: str = ""
    cut: bool = False  # whether its text was longer than what is read of a cell


def read_cells(data: bytes) -> list[Cell]:
    """The cells of a notebook.

    Raises:
        UnreadableError: it is empty, too large, no UTF-8, no JSON or no notebook.
    """
    if not data.strip():
        raise UnreadableError("The file is empty.")
    if len(data) > LARGEST:
        raise UnreadableError(
            f"The file has {len(data) >> 20} MB; at most {LARGEST >> 20} are read. Clear the "
            "outputs (Edit, Clear all outputs), save and hand in again."
        )
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeError as error:
        raise UnreadableError("The file is not text in UTF-8. Save the notebook again.") from error
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            "The file is not a notebook, or only a part of one. Download it again as .ipynb."
        ) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError("The file has no cells. Download the notebook again as .ipynb.")
    return [cell for one in cells if (cell := read_cell(one))]


def read_cell(cell: Any) -> Cell | None:
    """One cell; None if it is no cell of code or of text, as JSON of any shape may stand there."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str) or cell.get("cell_type") not in ("code", "markdown"):
        return None
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return Cell(
        kind=cell["cell_type"],
        text=source[:LONGEST_CELL].encode("utf-8", "replace").decode(),
        name=name if isinstance(name, str) else "",
        id=cell["id"] if isinstance(cell.get("id"), str) else "",
        cut=len(source) > LONGEST_CELL,
    )


def chapter_of(cells: Sequence[Cell], stems: Sequence[str], file: str) -> str | None:
    """Which chapter a notebook belongs to: by its marks, else by the file's name."""
    marks = Counter(mark.partition(".")[0].lower() for cell in cells for mark in marks_of(cell))
    short = {stem: chapter(stem).short for stem in stems}
    best = max(stems, key=lambda stem: marks[short[stem]], default=None)
    if best is not None and marks[short[best]]:
        return best
    words = file.replace("-", "_")
    named = [stem for stem in stems if re.search(rf"{stem}|\b{short[stem]}\b", words)]
    named = named or [stem for stem in stems if short[stem] in file.lower()]
    return named[0] if len(named) == 1 else None


def marks_of(cell: Cell) -> list[str]:
    """The exercises that a cell says it answers, in its text."""
    return (CODE_MARK if cell.kind == "code" else WORDS_MARK).findall(cell.text)


def code_cells(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with code, in order."""
    return [cell for cell in cells if cell.kind == "code"]


def answer_indices(cells: Sequence[Cell], name: str) -> list[int]:
    """Which cells hold an answer: those marked in their text, else those named so by metadata."""
    word = name.partition(".")[2]
    indices = [
        index
        for index, cell in enumerate(cells)
        if name in [mark.lower() for mark in marks_of(cell)]
    ]
    indices = indices or [index for index, cell in enumerate(cells) if cell.name == word]
    return indices or [
        index for index, cell in enumerate(cells) if cell.id.replace("-", "_") == word
    ]


def written_answer(cells: Sequence[Cell], name: str, handed_out: str, question: str) -> str | None:
    """A written answer: None if its cell is gone, empty if nothing was written in it.

    `handed_out` is what stood in the cell before; the cell below the question is the answer's
    if all its marks are gone. Cells of text that were added right below belong to it.
    """
    text = [index for index, cell in enumerate(cells) if cell.kind == "markdown"]
    title = question.strip().partition("\n")[0]
    below = [
        after
        for index, after in pairwise(text)
        if cells[index].text.strip().partition("\n")[0] == title
    ]
    indices = [index for index in answer_indices(cells, name) if index in text] or below[:1]
    if not indices:
        return None
    before = {line.strip() for line in WORDS_MARK.sub("", handed_out).splitlines()} - {""}
    return "\n".join(
        line
        for index in indices
        for cell in (cells[index], *added_below(cells, index))
        for line in WORDS_MARK.sub("", cell.text).strip().splitlines()
        if line.strip() not in before
    ).strip()


def added_below(cells: Sequence[Cell], index: int) -> list[Cell]:
    """The cells of text right below an answer's, up to code, a heading or another answer.

    So a learner has gone on in a cell of their own.
    """
    added = []
    for cell in cells[index + 1 :]:
        if cell.kind != "markdown" or marks_of(cell) or HEADING.match(cell.text):
            break
        added.append(cell)
    return added


def written_in(cells: Sequence[Cell], chapter: str) -> dict[str, str]:
    """The answers in words of a chapter, by their names: what was added to each.

    Lines that are in italics as a whole were there before, and ask for something.
    """
    answers: dict[str, str] = {}
    for index, cell in enumerate(cells):
        for name in marks_of(cell) if cell.kind == "markdown" else []:
            if name.lower().startswith(f"{chapter}."):
                texts = [WORDS_MARK.sub("", cell.text)]
                texts += [one.text for one in added_below(cells, index)]
                lines = "\n".join(texts).splitlines()
                kept = [one for one in lines if not PROMPT.fullmatch(one.strip())]
                answers[name.lower()] = "\n".join(kept).strip()
    return answers
