"""Which letters are said right, by the place at which they are said: read from a card."""

from statistics import fmean

from attention_course.claims.record import Points
from attention_course.claims.trained import metric_of
from attention_course.runs.card import RunCard

Ends = tuple[float, float]  # share right of what is said first, and of what is said last


def shares_by_place(card: RunCard) -> list[float]:
    """Share right at each place, in sources of the longest length."""
    shares: list[float] = metric_of(card, "accuracy_by_place")[-1]["accuracy"]
    return shares


def curve_by_place(card: RunCard) -> Points:
    """The same as a curve; places are counted from 1."""
    return [(float(place), share) for place, share in enumerate(shares_by_place(card), start=1)]


def quarters(shares: list[float]) -> Ends:
    """The mean of the first quarter of the places, and of the last; one place at the least."""
    quarter = quarter_of(shares)
    return sum(shares[:quarter]) / quarter, sum(shares[-quarter:]) / quarter


def between(shares: list[float]) -> float:
    """The mean of the places that are in neither quarter."""
    quarter = quarter_of(shares)
    return fmean(shares[quarter:-quarter])


def quarter_of(shares: list[float]) -> int:
    """How many places a quarter has; one at the least."""
    return max(1, len(shares) // 4)


def first_less_last(shares: list[float]) -> float:
    """How much better the first quarter of the places is than the last."""
    first, last = quarters(shares)
    return first - last
