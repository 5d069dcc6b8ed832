"""Grades as Gradescope's autograders write them: a results.json for each learner and chapter."""

import json
from collections.abc import Sequence
from pathlib import Path

from attention_course.grading.filling import Filled, grade_message, pending_and_absent
from attention_course.grading.gradebook import Grade
from attention_course.grading.words import NOT_GRADED_YET, NOTHING, Total, totals
from attention_course.store.files import write


def write_gradescope(grades: Sequence[Grade], out: Path) -> Filled:
    """Write one file for each learner and chapter; what waits, or is missing, has no score."""
    learner_totals = totals(grades)
    for total in learner_totals:
        folder = out / total.folder / total.chapter
        folder.mkdir(parents=True, exist_ok=True)
        results = {
            "output": summary_text(total),
            "output_format": "text",
            "visibility": "after_published",
            "tests": [test_record(one) for one in total.grades if one.points is not None],
        }
        write(folder / "results.json", (json.dumps(results, indent=1) + "\n").encode())
    return Filled(out, len(learner_totals), *pending_and_absent(grades))


def summary_text(total: Total) -> str:
    """What stands above the items: why there are fewer scores than items, if so."""
    if total.absent:
        return NOTHING
    if all(one.status == "not-run" for one in total.grades):
        return NOT_GRADED_YET
    return f"{total.pending} answers wait for a person." if total.pending else ""


def test_record(grade: Grade) -> dict[str, object]:
    """One item as Gradescope's format has it."""
    return {
        "name": grade.item,
        "score": grade.points,
        "max_score": grade.maximum,
        "status": "passed" if grade.points == grade.maximum else "failed",
        "output": grade_message(grade),
        "output_format": "text",
    }
