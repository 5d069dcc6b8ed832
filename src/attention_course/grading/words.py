"""What statuses and points are called, the same on pages, in tables and in reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import Grade
from attention_course.grading.shown import person, shown

NAMES = {
    "graded": "graded",
    "timeout": "took too long",
    "died": "ended by itself",
    "missing": "missing",
    "unreadable": "cannot be read",
    "not-graded": "could not be run here",
    "infra-error": "to be tried again",
    "needs-manual": "waits to be read",
    "not-run": "not graded yet",
}
NOTHING = "Nothing was handed in."
NOT_GRADED_YET = "Handed in, and not graded yet."


@dataclass(frozen=True)
class Total:
    """What a learner has in a chapter. While something is pending there is no total."""

    learner: str
    name: str
    folder: str
    chapter: str
    grades: tuple[Grade, ...]

    @property
    def maximum(self) -> float:
        """The points that the chapter is worth."""
        return sum((one.maximum for one in self.grades), 0.0)

    @property
    def so_far(self) -> float:
        """The points that are there already."""
        return sum((one.points or 0.0 for one in self.grades), 0.0)

    @property
    def pending(self) -> int:
        """How many items wait for a person, or for the grader."""
        return sum(one.pending for one in self.grades)

    @property
    def absent(self) -> bool:
        """Whether nothing was handed in, and nobody has given points either."""
        return all(one.absent for one in self.grades)

    @property
    def points(self) -> float | None:
        """The points in all; None while something is pending, or if nothing was handed in."""
        return None if self.pending or self.absent else self.so_far


def totals(grades: Sequence[Grade]) -> list[Total]:
    """One total for each learner and chapter, in the order of the grades."""
    groups: dict[tuple[str, str], list[Grade]] = {}
    for one in grades:
        groups.setdefault((one.learner, one.chapter), []).append(one)
    return [
        Total(group[0].learner, group[0].name, group[0].folder, group[0].chapter, tuple(group))
        for group in groups.values()
    ]


def points_in_words(points: float | None, absent: bool = False) -> str:
    """Points for people: neither pending nor missing is 0."""
    if points is not None:
        return f"{points:g}"
    return "missing" if absent else "pending"


def status_in_words(grade: Grade) -> str:
    """What happened, and what a person made of it."""
    if grade.given is not None:
        return "read again: the answer has changed" if grade.changed else "graded by a person"
    return name_of(grade.status)


def name_of(status: str) -> str:
    """What a status is called for people."""
    return NAMES.get(status, status)


def why(grade: Grade) -> str:
    """Why a person may want to read an answer, or what it has got."""
    if grade.given is not None:
        given = f"given {grade.given:g}"
        return (
            f"changed since it was read, and {given}" if grade.changed else f"{given} by {grade.by}"
        )
    if grade.automatic is not None:
        return f"the grader gave {grade.automatic:g}: {grade.says}"
    if grade.status == "needs-manual":
        return name_of(grade.status)
    name = "not graded" if grade.status == "not-graded" else name_of(grade.status)
    return f"{name}: {grade.says}"


def person_and_folder(one: Grade | Total) -> str:
    """A learner's id, name where it is another, and neutral name, on one line."""
    return f"{person(shown(one.learner), shown(one.name))} ({one.folder})"


def late_in(room: Classroom) -> set[tuple[str, str]]:
    """Which learners were late for which chapter."""
    return {key for key, one in room.submissions().items() if one.late}


def zeros(grades: Iterable[Grade]) -> dict[str, int]:
    """How many items have no points for a reason other than a wrong answer, by the reason."""
    counted: dict[str, int] = {}
    for one in grades:
        if one.given is None and one.points == 0 and one.status != "graded":
            counted[name_of(one.status)] = counted.get(name_of(one.status), 0) + 1
    return counted
