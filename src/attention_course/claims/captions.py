"""Systems that translated the same captions, compared sentence by sentence."""

from collections.abc import Mapping
from functools import cache

from attention_course import data
from attention_course.claims.paired import Outcomes, outcomes
from attention_course.config import Run
from attention_course.runs.card import RunCard


@cache
def references(run: Run) -> tuple[str, ...]:
    """What the captions that a run is judged on should become."""
    return tuple(pair.target for pair in data.load(run).test)


def compared(cards: Mapping[str, RunCard], ours: str, theirs: str) -> Outcomes:
    """What two of the systems made of each caption of the 2016 test set.

    Raises:
        KeyError: a card is missing, or keeps no translations.
    """
    first, second = cards[ours], cards[theirs]
    return outcomes(first.metrics["outputs"], second.metrics["outputs"], references(first.run))
