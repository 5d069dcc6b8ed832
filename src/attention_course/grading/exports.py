"""Grades for other programs: a CSV file of our own, Canvas, Moodle and Gradescope.

A pending grade is never written as 0, nor is what was not handed in: words say which it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attention_course.grading.canvas import fill_canvas
from attention_course.grading.everybody import AGAIN
from attention_course.grading.filling import Filled, grade_message, pending_and_absent
from attention_course.grading.gradebook import Grade
from attention_course.grading.gradescope import write_gradescope
from attention_course.grading.moodle import fill_moodle
from attention_course.grading.shown import counted, listed, person
from attention_course.grading.table import csv_bytes, safe
from attention_course.grading.words import NOT_GRADED_YET, points_in_words, status_in_words, zeros
from attention_course.store.files import write

COLUMNS = (
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


def write_export(
    form: str,
    grades: Sequence[Grade],
    out: Path,
    late: Collection[tuple[str, str]] = (),
    exported: Path | None = None,
    column: str | None = None,
    **how: Any,
) -> Filled:
    """Write grades in one form: csv, canvas, moodle or gradescope.

    `exported`: the file of Canvas or Moodle to be filled in; `column`: where the grades go there;
    `how`: scale, encoding and ids, as `fill_canvas` has them.

    Raises:
        ValueError: something is not named, or the file is not what it must be.
    """
    if form == "csv":
        return write_csv(grades, late, out)
    if form == "gradescope":
        return write_gradescope(grades, out)
    if exported is None:
        raise ValueError(f"expected --from FILE, the file that {form} has exported")
    if form == "moodle":
        return fill_moodle(grades, exported, out, column=column, **how)
    if not column:
        raise ValueError("expected --column NAME, the assignment's column in Canvas's file")
    return fill_canvas(grades, exported, column, out, **how)


def check_overwrites_nothing(room: Path, out: Path, exported: Path | None) -> None:
    """Make sure that an export writes over nothing that is needed.

    Raises:
        ValueError: it would go into the class's folder, or over the file that is filled in.
    """
    if out.resolve().is_relative_to(room.resolve()):
        raise ValueError(
            f"expected a place outside of the class's folder, got {out}; name another one"
        )
    if exported is not None and out.exists() and exported.exists() and out.samefile(exported):
        raise ValueError(
            f"expected another file than the one that is filled in, got {out} twice; name a new one"
        )


def write_csv(grades: Sequence[Grade], late: Collection[tuple[str, str]], file: Path) -> Filled:
    """Write all grades; `late`: which learners were late for which chapter.

    Raises:
        ValueError: a file is there that this function did not write.
    """
    if file.exists() and not file.read_bytes().startswith(csv_bytes([COLUMNS[:1]]).rstrip()):
        raise ValueError(
            f"expected a new file, or an earlier export, got {file}, which is neither; name "
            "another file"
        )
    rows: list[Sequence[str]] = [COLUMNS]
    for one in grades:
        rows.append(
            (
                one.learner,
                one.name,
                one.chapter,
                one.item,
                points_in_words(one.points, one.absent),
                f"{one.maximum:g}",
                status_in_words(one),
                "yes" if one.changed else "",
                grade_message(one),
                one.comment if one.given is not None else "",
                "late" if (one.learner, one.chapter) in late else "",
            )
        )
    write(file, csv_bytes([safe(value) for value in row] for row in rows))
    return Filled(file, len(grades), *pending_and_absent(grades))


def points_lines(done: Filled, grades: Sequence[Grade]) -> Iterator[str]:
    """What an export says of points that are not there: why, and whose."""
    for why, count in zeros(grades).items():
        yield f"counted as 0 points: {counted(count, 'item')} ({why})"
    if done.pending:
        yield f"pending, and no 0: the points of {listed(done.pending)}"
    if done.absent:
        yield f"missing, and no 0: nothing was handed in by {listed(done.absent)}"


def warning_lines(done: Filled, grades: Sequence[Grade], never: Mapping[str, int]) -> Iterator[str]:
    """What an export says of all that may need a hand; `never`: chapters that it leaves out."""
    people = {
        "the cell stays as it is": done.left,
        "no row in the file that is filled in": done.without_row,
        "handed in, and not graded yet (grade run)": learners_of(
            one for one in grades if one.says == NOT_GRADED_YET
        ),
        "handed in again since they were graded (grade run)": learners_of(
            one for one in grades if one.says == AGAIN
        ),
        "marks given to an earlier answer (read them again: grade manual)": learners_of(
            one for one in grades if one.changed
        ),
    }
    for what, who in people.items():
        if who:
            yield f"{what}: {listed(who)}"
    for stem, count in never.items():
        of = f"{counted(count, 'submission')} of {stem}"
        yield f"in no export, since its chapter is not graded (grade run): {of}"


def learners_of(grades: Iterable[Grade]) -> list[str]:
    """The learners of some grades, each once."""
    return list(dict.fromkeys(person(one.learner, one.name) for one in grades))
