"""The grades of a whole class: with those who handed in nothing, or were not graded yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from attention_course.grading.classroom import Classroom, Learner
from attention_course.grading.gradebook import Grade, Gradebook
from attention_course.grading.words import NOT_GRADED_YET, NOTHING
from attention_course.rungs import STEMS

AGAIN = "Handed in again, and not graded yet."


def grades_of_everybody(gradebook: Gradebook, chapter: str | None = None) -> list[Grade]:
    """All grades of what was handed in last, and of all others the items without points.

    The status of these is missing where nothing was handed in, else not-run: what was graded may
    be an earlier answer. Points are None in both: whether nothing handed in is worth 0, a person
    decides.

    Raises:
        ValueError: there is no such chapter.
    """
    handed_in = gradebook.room.submissions()
    stems = sorted({*STEMS, *(stem for _, stem in handed_in)})
    if chapter not in (None, *stems):
        raise ValueError(f"expected --chapter among {', '.join(stems)}, got {chapter}")
    graded = gradebook.grades(chapter)
    since = {
        (one.learner, one.chapter)
        for one in graded
        if (last := handed_in.get((one.learner, one.chapter))) and last.sha != one.submission
    }
    current = [one for one in graded if (one.learner, one.chapter) not in since]
    present = {(one.learner, one.chapter) for one in current}
    for stem, items in items_of(graded).items():
        for learner in gradebook.room.learners().values():
            if (learner.id, stem) not in present:
                last = handed_in.get((learner.id, stem))
                waits = AGAIN if (learner.id, stem) in since else NOT_GRADED_YET
                current += without_grade(items, learner, last.sha if last else "", waits)
    return sorted(current, key=lambda one: (one.folder, one.chapter))


def items_of(grades: Iterable[Grade]) -> dict[str, list[Grade]]:
    """One learner's grades for each chapter: of whom has the items that most of the class have."""
    people: dict[str, dict[str, list[Grade]]] = {}
    for one in grades:
        people.setdefault(one.chapter, {}).setdefault(one.learner, []).append(one)
    by_chapter = {}
    for stem, theirs in people.items():
        lists = {who: tuple((one.item, one.maximum) for one in own) for who, own in theirs.items()}
        [(usual, _)] = Counter(lists.values()).most_common(1)
        by_chapter[stem] = next(theirs[who] for who, items in lists.items() if items == usual)
    return by_chapter


def without_grade(
    items: Sequence[Grade], learner: Learner, submission: str, waits: str
) -> list[Grade]:
    """A learner's items of a chapter, none of which has points; `waits`: why, if handed in."""
    return [
        replace(
            one,
            learner=learner.id,
            name=learner.name,
            folder=learner.folder,
            status="not-run" if submission else "missing",
            automatic=None,
            says=waits if submission else NOTHING,
            answer="",
            submission=submission,
            given=None,
            comment="",
            marked="",
            by="",
        )
        for one in items
    ]


def never_graded(room: Classroom, grades: Iterable[Grade]) -> dict[str, int]:
    """How many submissions there are in chapters of which nothing is graded."""
    graded = {one.chapter for one in grades}
    return dict(Counter(stem for _, stem in room.submissions() if stem not in graded))
