"""What people give: points and a comment for one item, kept apart from what the grader found.

A mark counts before the grader's points and outlives every regrade. It remembers which answer
was read, so that a change of the answer shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.files import write
from attention_course.grading.assignment import Assignment, Written
from attention_course.grading.classroom import Classroom, now
from attention_course.grading.notebook import UnreadableError, code_cells, places_of, read_cells
from attention_course.grading.notebook import words_of as words_in
from attention_course.grading.result import check_points
from attention_course.grading.sheets import head, number, rounded
from attention_course.grading.sheets import read_sheet as read_csv
from attention_course.grading.shown import shown
from attention_course.grading.store import Grade, Store
from attention_course.grading.table import safe, table, without_shield

FOR_A_PERSON = ("needs-manual", "not-graded", "timeout")
LONGEST_COMMENT = 10_000
COLUMNS = ("learner", "item", "of", "answer id", "answer", "points", "comment")
NEEDED = ("learner", "item", "answer id", "points")
ID = "answer-"  # before the hash of an answer: without it spreadsheets take some for numbers


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
            f"({shown(mark.answer)}) of '{shown(mark.learner)}' for {shown(mark.item)}: it was "
            "graded again meanwhile; read it again"
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
    raise ValueError(
        f"expected an item of a learner who handed in, got '{shown(item)}' of '{shown(learner)}'"
    )


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
    """The answers that wait for a person: in words, not graded, or changed since they were read."""
    return [one for one in grades if one.changed or (one.pending and one.status in FOR_A_PERSON)]


def write_sheet(
    room: Classroom, store: Store, assignments: dict[str, Assignment], file: Path
) -> int:
    """Write all that waits for a person as a spreadsheet; returns how many rows it has."""
    rows: list[Sequence[str]] = [COLUMNS]
    waiting = [one for one in to_be_read(store.grades()) if one.chapter in assignments]
    for one in waiting:
        text = answer_text(room, assignments[one.chapter], one)
        given = "" if one.given is None else f"{one.given:g}"
        row = (one.folder, one.item, f"{one.most:g}", ID + one.answer, text, given, one.comment)
        rows.append([safe(value) for value in row])
    write(file, table(rows))
    return len(waiting)


def read_sheet(
    room: Classroom, store: Store, file: Path, by: str, encoding: str | None = None
) -> int:
    """Take marks from a spreadsheet: all of them, or none if one is impossible.

    Raises:
        ValueError: a row names nobody, holds points that cannot be, or an item is there twice.
    """
    marks = list(marks_of(room, file, by, encoding))
    for mark in marks:
        checked(store, mark)
    rows = Counter((mark.learner, mark.item) for mark in marks)
    for (learner, item), count in rows.items():
        if count > 1:
            raise ValueError(
                f"expected one row for {shown(item)} of '{shown(learner)}' in {file}, got {count}"
            )
    for mark in marks:
        give(room, store, mark)
    return len(marks)


def marks_of(room: Classroom, file: Path, by: str, encoding: str | None = None) -> Iterator[Mark]:
    """The rows of a spreadsheet that have points.

    Raises:
        ValueError: a column is missing, a learner is unknown, or points are no number.
    """
    people = {one.folder: one.id for one in room.learners().values()}
    sheet = read_csv(file, encoding)
    heads = [head(text) for text in sheet.texts(0)]
    if missing := [name for name in NEEDED if name not in heads]:
        raise ValueError(f"expected the column '{missing[0]}' in {file}, got none")
    for number_of_row in range(1, len(sheet.rows)):
        cells = dict(zip(heads, sheet.texts(number_of_row), strict=False))
        row = {name: without_shield(cells.get(name, "").strip()) for name in COLUMNS}
        if row["points"]:
            where = f"in row {number_of_row + 1} of {file}"
            yield Mark(
                learner=learner_in(row["learner"], people, where),
                item=row["item"],
                points=points_in(row["points"], where),
                comment=row["comment"],
                answer=answer_in(row["answer id"], where),
                by=by,
            )


def learner_in(text: str, people: Mapping[str, str], where: str) -> str:
    """The id of the learner with that neutral name.

    Raises:
        ValueError: there is none.
    """
    if text not in people:
        raise ValueError(f"expected a learner {where}, got '{shown(text)}'")
    return people[text]


def points_in(text: str, where: str) -> float:
    """Points with a decimal point or comma.

    Raises:
        ValueError: they are no number, as a date that a spreadsheet has made of 1.5.
    """
    points = number(text)
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
            "number; write the sheet again with --write, and copy the points into it"
        )
    return text.removeprefix(ID)
