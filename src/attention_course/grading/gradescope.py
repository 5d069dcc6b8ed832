"""Grades as Gradescope's autograders write them: a results.json for each learner and chapter."""

import json
from collections.abc import Sequence
from pathlib import Path

from attention_course.grading.filling import Filled, message, waiting
from attention_course.grading.store import Grade
from attention_course.grading.words import NOT_GRADED_YET, NOTHING, Total, totals
from attention_course.store.files import write


def write_gradescope(grades: Sequence[Grade], out: Path) -> Filled:
    """Write one file for each learner and chapter; what waits, or is missing, has no score."""
    made = totals(grades)
    for total in made:
        folder = out / total.folder / total.chapter
        folder.mkdir(parents=True, exist_ok=True)
        results = {
            "output": words_of(total),
            "output_format": "text",
            "visibility": "after_published",
            "tests": [test(one) for one in total.grades if one.points is not None],
        }
        write(folder / "results.json", (json.dumps(results, indent=1) + "\n").encode())
    return Filled(out, len(made), *waiting(grades))


def words_of(total: Total) -> str:
    """What to say above the items."""
    if total.absent:
        return NOTHING
    if all(one.status == "not-run" for one in total.grades):
        return NOT_GRADED_YET
    return f"{total.pending} answers wait for a person." if total.pending else ""


def test(grade: Grade) -> dict[str, object]:
    """One item as Gradescope's format has it."""
    return {
        "name": grade.item,
        "score": grade.points,
        "max_score": grade.most,
        "status": "passed" if grade.points == grade.most else "failed",
        "output": message(grade),
        "output_format": "text",
    }
