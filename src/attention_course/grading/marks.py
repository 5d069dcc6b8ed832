"""What people give: points and a comment for one item, kept apart from what the grader found.

A mark counts before the grader's points and outlives every regrade. It remembers which answer
was read, so that a change of the answer shows.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.files import write
from attention_course.grading.assignment import Assignment, Written
from attention_course.grading.classroom import Classroom, now
from attention_course.grading.notebook import UnreadableError, code_cells, places_of, read_cells
from attention_course.grading.notebook import words_of as words_in
from attention_course.grading.result import check_points
from attention_course.grading.store import Grade, Store
from attention_course.grading.table import safe, table, without_shield

LONGEST_COMMENT = 10_000
COLUMNS = ("learner", "item", "of", "answer id", "answer", "points", "comment")


@dataclass(frozen=True)
class Mark:
    """Points that a person gives, or None to take an earlier mark back."""

    learner: str
    item: str
    points: float | None
    comment: str
    answer: str  # the hash of the answer that was read
    by: str


def give(room: Classroom, store: Store, mark: Mark) -> None:
    """Write a mark into the journal, and the gradebook.

    Raises:
        ValueError: the learner or item is unknown, the points impossible, or the answer is not
            the one that was read.
    """
    grade = checked(store, mark)
    room.marks.append(
        {
            "learner": mark.learner,
            "item": mark.item,
            "points": mark.points,
            "most": grade.most,
            "comment": mark.comment[:LONGEST_COMMENT],
            "answer": mark.answer,
            "by": mark.by,
            "at": now(),
        }
    )
    store.catch_up()


def checked(store: Store, mark: Mark) -> Grade:
    """The grade that a mark is for, if the mark is possible.

    Raises:
        ValueError: as `give` does.
    """
    grade = grade_of(store, mark.learner, mark.item)
    if mark.points is not None:
        check_points(mark.points, grade.most)
    if mark.answer != grade.answer:
        raise ValueError(
            f"expected the answer that is there now ({grade.answer}), got another one "
            f"({mark.answer}) of {mark.learner!a} for {mark.item}: it was graded again "
            "meanwhile; read it again"
        )
    return grade


def grade_of(store: Store, learner: str, item: str) -> Grade:
    """One learner's grade for one item.

    Raises:
        ValueError: there is none.
    """
    for grade in store.grades(learner=learner):
        if grade.item == item:
            return grade
    raise ValueError(f"expected an item of a learner who handed in, got {item!r} of {learner!r}")


def answer_text(room: Classroom, assignment: Assignment, grade: Grade) -> str:
    """The answer as the learner wrote it: words, or the cells of a function."""
    submission = room.submissions().get((grade.learner, grade.chapter))
    if submission is None:
        return ""
    try:
        cells = read_cells(room.data_of(submission))
    except UnreadableError as error:
        return f"({error})"
    asked = question_of(assignment, grade.item)
    if asked is not None:
        return words_in(cells, asked.name, asked.handed_out, asked.question) or ""
    code = code_cells(cells)
    return "\n\n".join(code[place].text for place in places_of(code, grade.item))


def question_of(assignment: Assignment, item: str) -> Written | None:
    """The question of a written answer; None for a function."""
    return next((one for one in assignment.written if one.name == item), None)


def to_be_read(grades: Iterable[Grade]) -> list[Grade]:
    """The answers that wait for a person: those in words, and those that have changed since."""
    return [one for one in grades if one.changed or (one.pending and one.status == "needs-manual")]


def write_sheet(
    room: Classroom, store: Store, assignments: dict[str, Assignment], file: Path
) -> int:
    """Write all that waits for a person as a spreadsheet; returns how many rows it has."""
    rows: list[Sequence[str]] = [COLUMNS]
    waiting = [one for one in to_be_read(store.grades()) if one.chapter in assignments]
    for one in waiting:
        text = answer_text(room, assignments[one.chapter], one)
        given = "" if one.given is None else f"{one.given:g}"
        row = (one.folder, one.item, f"{one.most:g}", one.answer, text, given, one.comment)
        rows.append([safe(value) for value in row])
    write(file, table(rows))
    return len(waiting)


def read_sheet(room: Classroom, store: Store, file: Path, by: str) -> int:
    """Take marks from a spreadsheet: all of them, or none if one is impossible.

    Raises:
        ValueError: a row names nobody, or holds points that cannot be.
    """
    marks = list(marks_of(room, file, by))
    for mark in marks:
        checked(store, mark)
    for mark in marks:
        give(room, store, mark)
    return len(marks)


def marks_of(room: Classroom, file: Path, by: str) -> Iterator[Mark]:
    """The rows of a spreadsheet that have points.

    Raises:
        ValueError: a column is missing, a learner is unknown, or points are no number.
    """
    people = {one.folder: one.id for one in room.learners().values()}
    with open(file, encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            if missing := {"learner", "item", "answer id", "points"} - set(row):
                raise ValueError(f"expected the column {missing.pop()!r} in {file}, got none")
            if not (row["points"] or "").strip():
                continue
            if row["learner"] not in people:
                raise ValueError(f"expected a learner in row {number}, got {row['learner']!r}")
            try:
                points = float(without_shield(row["points"]).replace(",", "."))
            except ValueError as error:
                raise ValueError(
                    f"expected points in row {number}, got {row['points']!r}"
                ) from error
            comment = without_shield(row.get("comment") or "")
            yield Mark(people[row["learner"]], row["item"], points, comment, row["answer id"], by)
