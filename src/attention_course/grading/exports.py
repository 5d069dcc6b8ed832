"""Grades for other systems: CSV, Canvas, Moodle and Gradescope.

A pending grade is never written as 0: its cell stays empty, and is counted aloud.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.files import write
from attention_course.grading.store import Grade
from attention_course.grading.table import safe, table
from attention_course.grading.words import (
    points_in_words,
    status_in_words,
    totals,
)

ITEM_COLUMNS = (
    "learner",
    "name",
    "chapter",
    "item",
    "points",
    "of",
    "status",
    "changed since",
    "message",
    "comment",
    "late",
)


@dataclass(frozen=True)
class Filled:
    """What an export wrote, and what it could not."""

    file: Path
    written: int
    pending: tuple[str, ...]  # learners whose total waits
    without_row: tuple[str, ...] = ()  # learners that the other system's file does not have


def write_csv(grades: Sequence[Grade], late: set[tuple[str, str]], file: Path) -> Filled:
    """Every item of every learner, one row each; pending points are the word pending."""
    rows = [ITEM_COLUMNS]
    for one in grades:
        rows.append(
            (
                one.learner,
                one.name,
                one.chapter,
                one.item,
                points_in_words(one.points),
                f"{one.most:g}",
                status_in_words(one),
                "yes" if one.changed else "",
                one.says,
                one.comment if one.given is not None else "",
                "late" if (one.learner, one.chapter) in late else "",
            )
        )
    write_rows([[safe(value) for value in row] for row in rows], file)
    pending = [one.learner for one in totals(grades) if one.points is None]
    return Filled(file, len(grades), tuple(pending))


def fill_canvas(
    grades: Sequence[Grade], exported: Path, column: str, file: Path, scale: bool = False
) -> Filled:
    """Fill one column of the file that Canvas has exported; all else stays as it is.

    Learners are found by Canvas's ID, else by the SIS login. Canvas takes an empty cell as "no
    change".

    Raises:
        ValueError: it is no such file, the column is not there once, or is worth other points.
    """
    rows = read_rows(exported)
    heads = rows[0] if rows else []
    by = [heads.index(name) for name in ("ID", "SIS User ID", "SIS Login ID") if name in heads]
    found = [place for place, name in enumerate(heads) if name == column]
    found = found or [place for place, name in enumerate(heads) if name.startswith(f"{column} (")]
    if "ID" not in heads or len(found) != 1:
        raise ValueError(
            f"expected a gradebook of Canvas with one column {column!r} in {exported}, got "
            f"{', '.join(heads) or 'nothing'}"
        )
    most = points_possible(rows, found[0])
    return fill(rows, by, found[0], grades, file, most, scale)


def points_possible(rows: list[list[str]], column: int) -> float | None:
    """What Canvas says that a column is worth."""
    for row in rows[1:3]:
        if row and row[0].strip() == "Points Possible":
            try:
                return float(row[column])
            except (ValueError, IndexError):
                return None
    return None


def fill_moodle(
    grades: Sequence[Grade], worksheet: Path, file: Path, scale: bool = False
) -> Filled:
    """Fill the column Grade of Moodle's grading worksheet; learners are found by its number.

    Raises:
        ValueError: it is no such file, or is worth other points.
    """
    rows = read_rows(worksheet)
    heads = rows[0] if rows else []
    if not {"Identifier", "Grade"} <= set(heads):
        raise ValueError(
            f"expected a grading worksheet of Moodle with the columns Identifier and Grade in "
            f"{worksheet}, got {', '.join(heads) or 'nothing'}"
        )
    most = None
    if "Maximum Grade" in heads and len(rows) > 1:
        most = float(rows[1][heads.index("Maximum Grade")].replace(",", "."))
    place = heads.index("Identifier")
    return fill(rows, [place], heads.index("Grade"), grades, file, most, scale)


def fill(
    rows: list[list[str]],
    by: list[int],
    column: int,
    grades: Sequence[Grade],
    file: Path,
    most: float | None,
    scale: bool,
) -> Filled:
    """Write the totals of one chapter into a column; `by` are the columns that tell whose row.

    Raises:
        ValueError: the grades are of several chapters, or worth other points than the column.
    """
    mine = {one.learner: one for one in totals(grades)}
    chapters = {one.chapter for one in mine.values()}
    if len(chapters) != 1:
        raise ValueError(f"expected grades of one chapter, got {len(chapters)}; name it: --chapter")
    whole = max(one.most for one in mine.values())
    if most is not None and most != whole and not scale:
        raise ValueError(
            f"expected a column worth {whole:g} points, got one worth {most:g}; change it there, "
            "or let the points be scaled with --scale"
        )
    factor = most / whole if scale and most else 1.0
    left, written, pending = dict(mine), 0, []
    for row in rows[1:]:
        ids = [row[place].strip().removeprefix("Participant ") for place in by if place < len(row)]
        theirs = next((left.pop(id) for id in ids if id in left), None)
        if theirs is None:
            continue
        points = theirs.points
        row[column] = "" if points is None else f"{points * factor:.10g}"
        written += points is not None
        pending += [theirs.learner] if points is None else []
    write_rows(rows, file)
    return Filled(file, written, tuple(pending), tuple(left))


def write_gradescope(grades: Sequence[Grade], out: Path) -> Filled:
    """One results.json for each learner and chapter, as Gradescope's autograders write it."""
    pending = []
    for total in totals(grades):
        folder = out / total.folder / total.chapter
        folder.mkdir(parents=True, exist_ok=True)
        results = {
            "output": f"{total.pending} answers wait for a person." if total.pending else "",
            "output_format": "text",
            "visibility": "after_published",
            "tests": [test(one) for one in total.grades if one.points is not None],
        }
        write(folder / "results.json", (json.dumps(results, indent=1) + "\n").encode())
        pending += [total.learner] if total.pending else []
    return Filled(out, len(totals(grades)), tuple(pending))


def test(grade: Grade) -> dict[str, object]:
    """One item as Gradescope's format has it."""
    return {
        "name": grade.item,
        "score": grade.points,
        "max_score": grade.most,
        "status": "passed" if grade.points == grade.most else "failed",
        "output": "\n".join(part for part in (grade.says, grade.comment) if part),
        "output_format": "text",
    }


def read_rows(file: Path) -> list[list[str]]:
    """All rows of a CSV file."""
    with open(file, encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def write_rows(rows: Sequence[Sequence[str]], file: Path) -> None:
    """Write a CSV file that spreadsheets read as UTF-8."""
    write(file, table(rows))
