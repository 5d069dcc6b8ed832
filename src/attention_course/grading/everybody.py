"""The grades of a whole class: with those who handed in nothing, or were not graded yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from attention_course.grading.classroom import Classroom, Learner
from attention_course.grading.store import Grade, Store
from attention_course.grading.words import NOT_GRADED_YET, NOTHING


def everybody(store: Store, chapter: str | None = None) -> list[Grade]:
    """All grades, and for each learner without any in a graded chapter its items without points.

    Their status is missing where nothing was handed in, else not-run. Points are None in both:
    whether nothing handed in is worth 0, a person decides.
    """
    found = store.grades(chapter)
    there = {(one.learner, one.chapter) for one in found}
    handed_in = store.room.submissions()
    for stem, items in items_of(found).items():
        for learner in store.room.learners().values():
            if (learner.id, stem) not in there:
                submission = handed_in.get((learner.id, stem))
                found += without_grade(items, learner, submission.sha if submission else "")
    return sorted(found, key=lambda one: (one.folder, one.chapter))


def items_of(grades: Iterable[Grade]) -> dict[str, list[Grade]]:
    """One learner's grades for each chapter: of whom has the items that most of the class have."""
    people: dict[str, dict[str, list[Grade]]] = {}
    for one in grades:
        people.setdefault(one.chapter, {}).setdefault(one.learner, []).append(one)
    found = {}
    for stem, theirs in people.items():
        lists = {who: tuple((one.item, one.most) for one in own) for who, own in theirs.items()}
        [(usual, _)] = Counter(lists.values()).most_common(1)
        found[stem] = next(theirs[who] for who, items in lists.items() if items == usual)
    return found


def without_grade(items: Sequence[Grade], learner: Learner, submission: str) -> list[Grade]:
    """A learner's items of a chapter, none of which has points."""
    return [
        replace(
            one,
            learner=learner.id,
            name=learner.name,
            folder=learner.folder,
            status="not-run" if submission else "missing",
            automatic=None,
            says=NOT_GRADED_YET if submission else NOTHING,
            answer="",
            submission=submission,
            given=None,
            comment="",
            marked="",
            by="",
        )
        for one in items
    ]


def handed_in_since(room: Classroom, grades: Iterable[Grade]) -> list[str]:
    """Learners whose newest submission is not the one that their grades are of."""
    newest = room.submissions()
    found = {
        one.learner: None
        for one in grades
        if (there := newest.get((one.learner, one.chapter))) and there.sha != one.submission
    }
    return list(found)


def never_graded(room: Classroom, grades: Iterable[Grade]) -> dict[str, int]:
    """How many submissions there are in chapters of which nothing is graded."""
    graded = {one.chapter for one in grades}
    return dict(Counter(stem for _, stem in room.submissions() if stem not in graded))
