"""The rungs of the ladder: the one place that names them. What is true of a rung is read here.

A rung is what a chapter of the course is about: `Rung` is its name and its look, `Chapter` (in
`ladder`) its code. Its files are all named by its stem: its page, its notebooks, its source of
weights in `ladder`, its claims, its exercises, its tests. Nothing else writes a stem down.
"""

from importlib import import_module
from types import ModuleType
from typing import NamedTuple


class Rung(NamedTuple):
    """A rung: what it is called, where its weights come from, and how its curves are drawn."""

    number: int
    stem: str  # names all of its files
    title: str  # of its page
    label: str  # in figures
    source_of_weights: str  # as the tables "where the weights come from" say it
    colour: str  # Okabe and Ito's (2008), black made grey; a contrast above 3 on white
    marker: str  # as Matplotlib names markers
    dashes: str | tuple[int, tuple[int, ...]]  # as Matplotlib names them

    @property
    def short(self) -> str:
        """The beginning of its stem, as in `ch3`: it begins the names of exercises, too."""
        return f"ch{self.number}"


RUNGS = (
    Rung(1, "ch1_bottleneck", "The bottleneck", "Bottleneck",
         "all on the last word", "#4D4D4D", "o", ":"),
    Rung(2, "ch2_averaging", "Averaging", "Averaging",
         "the same on every word", "#D55E00", "s", "--"),
    Rung(3, "ch3_attention", "Attention", "Attention",
         "the decoder asks", "#0072B2", "D", "-"),
    Rung(4, "ch4_self_attention", "Self-attention", "Self-attention",
         "every word asks", "#009E73", "^", "-."),
)  # fmt: skip
# Chapters beyond the ladder: their weights come from where a rung's do, and more is made of them.
BEYOND = (
    Rung(5, "ch5_one_stack", "One stack", "One stack",
         "every word asks what is before it", "#A3478C", "*", (0, (6, 2))),
)  # fmt: skip
NUMBERED = (*RUNGS, *BEYOND)  # all chapters
STEMS = tuple(rung.stem for rung in NUMBERED)
CONTINUED = {  # pages without a number, in their order, and whose page each goes on from
    "positions": STEMS[3],
    "transformer": STEMS[3],
}


def rung(stem: str) -> Rung:
    """The rung with this stem.

    Raises:
        ValueError: there is none.
    """
    for one in NUMBERED:
        if one.stem == stem:
            return one
    raise ValueError(f"expected a chapter among {', '.join(STEMS)}, got {stem!r}")


def rung_of_page(name: str) -> Rung:
    """The rung that a page of the ladder is about: a chapter's page, or one that goes on from it.

    Raises:
        ValueError: the page belongs to no rung.
    """
    return rung(CONTINUED.get(name, name))


def of_each_rung(package: str) -> dict[str, ModuleType]:
    """What each rung brings to `ladder`, `claims` or `exercises`: its module there, by its stem.

    Imported when asked for, so that naming the rungs loads nothing.
    """
    return {stem: import_module(f"attention_course.{package}.{stem}") for stem in STEMS}
