"""Text of unknown origin, as it may be printed on a terminal; and how people are listed there."""

import unicodedata
from collections.abc import Sequence

NOT_SHOWN = ("C", "Zl", "Zp")  # control characters, directions, halves of characters, line ends
MAX_LISTED = 20  # people who are listed; of more, the number is


def shown(text: str) -> str:
    """A text on one line: letters of every script as they are, control characters as escapes."""
    return "".join(
        one.encode("unicode_escape").decode("ascii")
        if unicodedata.category(one).startswith(NOT_SHOWN)
        else one
        for one in text
    )


def counted(number: int, noun: str) -> str:
    """A number of things, with the plural where there is not one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def person(id: str, name: str) -> str:
    """Somebody by id and name; by the id alone where there is no other name."""
    return id if name in ("", id) else f"{id} {name}"


def listed(people: Sequence[str], noun: str = "learner") -> str:
    """How many people, and who: one in brackets, several one a line."""
    if len(people) == 1:
        return in_one_line(people, noun)
    return "\n    ".join([counted(len(people), noun), *first(people)])


def in_one_line(people: Sequence[str], noun: str = "learner") -> str:
    """How many people, and who, for an error."""
    return f"{counted(len(people), noun)} ({'; '.join(first(people))})"


def first(people: Sequence[str]) -> list[str]:
    """The first of some people, as they may be printed, and how many more there are."""
    more = len(people) - MAX_LISTED
    return [*map(shown, people[:MAX_LISTED]), *([f"and {more:,} more"] if more > 0 else [])]
