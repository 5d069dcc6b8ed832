"""All exercises, in the order of the chapters."""

from attention_course.exercises.exercise import Exercise
from attention_course.rungs import of_each_rung

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for chapter in of_each_rung("exercises").values()
    for exercise in chapter.EXERCISES
}


def find(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        ValueError: there is none.
    """
    if name not in EXERCISES:
        raise ValueError(f"expected an exercise among {', '.join(EXERCISES)}, got {name!r}")
    return EXERCISES[name]
