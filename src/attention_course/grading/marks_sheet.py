"""A spreadsheet of answers to be read: written for a person, and read back with their points.

Nothing that a person has typed is lost: no file is written over that holds marks which were not
read, and of a sheet with one impossible row none is taken.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from attention_course.exercises.catalogue import EXERCISES
from attention_course.grading.assignment import Assignment
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import Grade, Gradebook
from attention_course.grading.marks import (
    LONGEST_COMMENT,
    Mark,
    answer_text,
    checked_grade,
    give_mark,
    grade_of,
    question_of,
    to_be_read,
)
from attention_course.grading.sheets import parse_number, read_sheet, rounded
from attention_course.grading.shown import counted, shown
from attention_course.grading.table import csv_bytes, safe, without_shield
from attention_course.grading.words import why
from attention_course.store.files import write

COLUMNS = (
    "learner",
    "name",
    "item",
    "why",
    "question",
    "rubric",
    "of",
    "answer id",
    "answer",
    "points",
    "comment",
)
NEEDED = ("learner", "item", "answer id", "points")
READ = (*NEEDED, "why", "comment")
ID = "answer-"  # before the hash of an answer: without it spreadsheets take some for numbers
Key = tuple[str, str, str, str, str]  # learner, item, comment, points, answer
LONGEST_TEXT = 500  # characters of a question or a rubric


@dataclass(frozen=True)
class Row:
    """A row of a sheet with points or a comment, and where it is, for messages."""

    where: str
    cells: Mapping[str, str]


def write_marks_sheet(
    room: Classroom,
    gradebook: Gradebook,
    assignments: dict[str, Assignment],
    file: Path,
    everything: bool = False,
    names: bool = False,
) -> int:
    """Write what waits for a person as a spreadsheet; returns how many rows it has.

    `everything`: what was marked already, and what the grader has judged, too. `names`: with a
    column of names. Without any row no file is written.

    Raises:
        ValueError: the file holds marks that were not read yet, or is no sheet of marks.
    """
    refuse_unread(room, file)
    grades = gradebook.grades() if everything else to_be_read(gradebook.grades())
    grades = [one for one in grades if one.chapter in assignments]
    headers = [one for one in COLUMNS if names or one != "name"]
    rows = [headers]
    for one in grades:
        cells = cells_of(room, assignments[one.chapter], one)
        rows.append([safe(cells[name]) for name in headers])
    if grades:
        write(file, csv_bytes(rows))
    return len(grades)


def cells_of(room: Classroom, assignment: Assignment, grade: Grade) -> dict[str, str]:
    """What a sheet says of one answer; points only if they were given for this very answer."""
    question = question_of(assignment, grade.item)
    function = EXERCISES.get(grade.item)
    task = question.text if question else function.asks if function else ""
    return {
        "learner": grade.folder,
        "name": grade.name,
        "item": grade.item,
        "why": why(grade),
        "question": brief(task),
        "rubric": brief(question.rubric) if question else "",
        "of": f"{grade.maximum:g}",
        "answer id": ID + grade.answer,
        "answer": answer_text(room, assignment, grade),
        "points": "" if grade.given is None or grade.changed else f"{grade.given:g}",
        "comment": grade.comment if grade.given is not None else "",
    }


def brief(text: str) -> str:
    """A notebook's text on one line, without headings and bullets, not too long."""
    lines = [line.lstrip("-* ") for line in text.splitlines() if not line.startswith("#")]
    return shorten(" ".join(lines), LONGEST_TEXT, placeholder=" ...")


def refuse_unread(room: Classroom, file: Path) -> None:
    """Keep a file that holds points or comments which were not read, or is no sheet of marks.

    Raises:
        ValueError: it is such a file.
    """
    if not file.exists():
        return
    try:
        rows = list(rows_of(file))
    except ValueError as error:
        raise ValueError(
            f"expected a new file or a sheet of marks, got {file}, which is kept; name another "
            f"file ({error})"
        ) from error
    people, marks = learners_by_folder(room), all_mark_keys(room)
    if not all(is_taken(row, people, marks) for row in rows):
        raise ValueError(
            f"{file} holds points that were not read yet; read it first, or name another file"
        )


def read_marks(
    room: Classroom, gradebook: Gradebook, file: Path, by: str, encoding: str | None = None
) -> int:
    """Take marks from a spreadsheet, all of them or none; returns how many are new.

    A row that says what the gradebook says, or said when the sheet was written, is no new mark, so
    that it takes back nothing that was corrected meanwhile. A comment without points is not taken,
    and that is printed.

    Raises:
        ValueError: no row has points, or one names nobody, has impossible points, or is there
            twice.
    """
    people, rows = learners_by_folder(room), list(rows_of(file, encoding))
    with_points = [row for row in rows if row.cells["points"]]
    if not with_points:
        raise ValueError(f"expected points in {file}, got none in any row")
    new, seen, before = [], set(), all_mark_keys(room)
    for row in with_points:
        mark = mark_of(row, people, by)
        if (mark.learner, mark.item) in seen:
            raise ValueError(f"expected one row for an answer, got a second one {row.where}")
        seen.add((mark.learner, mark.item))
        untouched = row.cells["why"].startswith(f"given {mark.points:g} by ")
        if not (untouched and mark_key(vars(mark)) in before) and is_new(
            gradebook, mark, row.where
        ):
            new.append(mark)
    for mark in new:
        give_mark(room, gradebook, mark)
    marks = all_mark_keys(room)
    if left := sum(not is_taken(row, people, marks) for row in rows):
        rows_left = f"{counted(left, 'row')} with a comment and no points"
        print(f"{shown(str(file))}: not taken: {rows_left}", file=sys.stderr)
    return len(new)


def is_new(gradebook: Gradebook, mark: Mark, where: str) -> bool:
    """Whether a possible mark is not the one that stands in the gradebook.

    Raises:
        ValueError: it is impossible; the message says where it is.
    """
    try:
        grade = grade_of(gradebook, mark.learner, mark.item)
        stands = vars(grade) | {"points": grade.given, "answer": grade.marked}
        if mark_key(stands) == mark_key(vars(mark)):
            return False
        checked_grade(gradebook, mark)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    return True


def mark_key(one: Mapping[str, Any]) -> Key:
    """What makes a mark another one; how a spreadsheet breaks the lines of a comment does not."""
    points = "" if one["points"] is None else f"{one['points']:g}"
    comment = " ".join(one["comment"][:LONGEST_COMMENT].split())
    return one["learner"], one["item"], comment, points, one["answer"]


def all_mark_keys(room: Classroom) -> set[Key]:
    """The keys of all marks that were ever given, those that were taken back among them."""
    return {mark_key(record) for _, record in room.marks.read()}


def is_taken(row: Row, people: Mapping[str, str], marks: Collection[Key]) -> bool:
    """Whether a row's points and comment, or its comment where that is all, were given before."""
    try:
        mine = mark_key(vars(mark_of(row, people, "")))
    except ValueError:
        return False
    if row.cells["points"]:
        return mine in marks
    return mine[:3] in {one[:3] for one in marks}


def rows_of(file: Path, encoding: str | None = None) -> Iterator[Row]:
    """The rows of a spreadsheet that hold points or a comment.

    Raises:
        ValueError: it is no CSV file, or a column is missing.
    """
    sheet = read_sheet(file, encoding)
    headers = sheet.headers
    if missing := [name for name in NEEDED if name not in headers]:
        raise ValueError(f"expected the column '{missing[0]}' in {file}, got none")
    for number_of_row in range(1, len(sheet.rows)):
        texts = dict(zip(headers, sheet.texts(number_of_row), strict=False))
        cells = {name: without_shield(texts.get(name, "").strip()) for name in READ}
        if cells["points"] or cells["comment"]:
            whose = f"{shown(cells['learner'])}, {shown(cells['item'])}"
            yield Row(f"in row {number_of_row + 1} of {file} ({whose})", cells)


def learners_by_folder(room: Classroom) -> dict[str, str]:
    """The ids of learners by their neutral names."""
    return {one.folder: one.id for one in room.learners().values()}


def mark_of(row: Row, people: Mapping[str, str], by: str) -> Mark:
    """The mark in a row; without points if there are none.

    Raises:
        ValueError: its learner is unknown, its points are no number, or its answer's id is none.
    """
    cells, where = row.cells, row.where
    if cells["learner"] not in people:
        raise ValueError(f"expected a learner {where}, got '{shown(cells['learner'])}'")
    return Mark(
        learner=people[cells["learner"]],
        item=cells["item"],
        points=points_in(cells["points"], where) if cells["points"] else None,
        comment=cells["comment"],
        answer=answer_in(cells["answer id"], where),
        by=by,
    )


def points_in(text: str, where: str) -> float:
    """Points with a decimal point or comma.

    Raises:
        ValueError: they are no number, as a date that a spreadsheet has made of 1.5.
    """
    points = parse_number(text)
    if points is None:
        raise ValueError(f"expected points {where}, got '{shown(text)}'")
    return points


def answer_in(text: str, where: str) -> str:
    """The hash of an answer; sheets of earlier versions have it without the word before.

    Raises:
        ValueError: a spreadsheet has made a number of it.
    """
    if rounded([text]) is not None:
        raise ValueError(
            f"expected an answer id {where}, got {text}: a spreadsheet has turned it into a "
            "number; write a new sheet with --write, and copy the points into it"
        )
    return text.removeprefix(ID)
