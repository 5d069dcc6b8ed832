"""All exercises, in the order of the chapters."""

from attention_course.exercises import (
    ch1_bottleneck,
    ch2_averaging,
    ch3_attention,
    ch4_self_attention,
)
from attention_course.exercises.exercise import Exercise

EXERCISES: dict[str, Exercise] = {
    one.name: one
    for chapter in (ch1_bottleneck, ch2_averaging, ch3_attention, ch4_self_attention)
    for one in chapter.EXERCISES
}


def find(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        ValueError: there is none.
    """
    if name not in EXERCISES:
        raise ValueError(f"expected an exercise among {', '.join(EXERCISES)}, got {name!r}")
    return EXERCISES[name]
