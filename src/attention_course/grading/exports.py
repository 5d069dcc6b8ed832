"""Grades for other programs: a CSV file of our own, Canvas, Moodle and Gradescope.

A pending grade is never written as 0, nor is what was not handed in: words say which it is.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from attention_course.files import write
from attention_course.grading.canvas import fill_canvas
from attention_course.grading.filling import Filled, waiting
from attention_course.grading.gradescope import write_gradescope
from attention_course.grading.moodle import fill_moodle
from attention_course.grading.store import Grade
from attention_course.grading.table import safe, table
from attention_course.grading.words import points_in_words, status_in_words

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


def write_csv(grades: Sequence[Grade], late: Collection[tuple[str, str]], file: Path) -> Filled:
    """Write all grades; `late`: which learners were late for which chapter."""
    rows: list[Sequence[str]] = [COLUMNS]
    for one in grades:
        rows.append(
            (
                one.learner,
                one.name,
                one.chapter,
                one.item,
                points_in_words(one.points, one.absent),
                f"{one.most:g}",
                status_in_words(one),
                "yes" if one.changed else "",
                one.says,
                one.comment if one.given is not None else "",
                "late" if (one.learner, one.chapter) in late else "",
            )
        )
    write(file, table([safe(value) for value in row] for row in rows))
    return Filled(file, len(grades), *waiting(grades))
