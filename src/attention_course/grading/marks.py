"""What people give: points and a comment for one item, kept apart from what the grader found.

A mark counts before the grader's points and outlives every regrade. It remembers which answer
was read, so that a change of the answer shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from attention_course.grading.assignment import Assignment, WrittenQuestion
from attention_course.grading.classroom import Classroom, now
from attention_course.grading.gradebook import Grade, Gradebook
from attention_course.grading.notebook import (
    UnreadableError,
    answer_indices,
    code_cells,
    read_cells,
    written_answer,
)
from attention_course.grading.result import check_points
from attention_course.grading.shown import shown

FOR_A_PERSON = ("needs-manual", "not-graded", "timeout")
LONGEST_COMMENT = 10_000


@dataclass(frozen=True)
class Mark:
    """Points that a person gives, or None to take an earlier mark back."""

    learner: str
    item: str
    points: float | None
    comment: str
    answer: str  # the hash of the answer that was read
    by: str


def give_mark(room: Classroom, gradebook: Gradebook, mark: Mark) -> None:
    """Write a mark into the journal, and the gradebook.

    Raises:
        ValueError: the learner or item is unknown, the points impossible, or the answer is not
            the one that was read.
    """
    grade = checked_grade(gradebook, mark)
    room.marks.append(
        {
            "learner": mark.learner,
            "item": mark.item,
            "points": mark.points,
            "most": grade.maximum,
            "comment": mark.comment[:LONGEST_COMMENT],
            "answer": mark.answer,
            "by": mark.by,
            "at": now(),
        }
    )
    gradebook.catch_up()


def checked_grade(gradebook: Gradebook, mark: Mark) -> Grade:
    """The grade that a mark is for, if the mark is possible.

    Raises:
        ValueError: as `give_mark` does.
    """
    grade = grade_of(gradebook, mark.learner, mark.item)
    if mark.points is not None:
        check_points(mark.points, grade.maximum)
    if mark.answer != grade.answer:
        raise ValueError(
            f"expected the answer that is there now ({grade.answer}), got another one "
            f"({shown(mark.answer)}) of {grade.folder} for {grade.item}: it was "
            "graded again meanwhile; read it again"
        )
    return grade


def grade_of(gradebook: Gradebook, learner: str, item: str) -> Grade:
    """One learner's grade for one item.

    Raises:
        ValueError: there is none.
    """
    for grade in gradebook.grades(learner=learner):
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
    question = question_of(assignment, grade.item)
    if question is not None:
        return written_answer(cells, question.name, question.handed_out, question.text) or ""
    code = code_cells(cells)
    return "\n\n".join(code[index].text for index in answer_indices(code, grade.item))


def question_of(assignment: Assignment, item: str) -> WrittenQuestion | None:
    """The question of a written answer; None for a function."""
    return next((one for one in assignment.written if one.name == item), None)


def to_be_read(grades: Iterable[Grade]) -> list[Grade]:
    """The answers that wait for a person: in words, not graded, or changed since they were read."""
    return [one for one in grades if one.changed or (one.pending and one.status in FOR_A_PERSON)]
