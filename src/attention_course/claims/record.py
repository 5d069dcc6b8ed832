"""What a claim says before it is measured, and what the measurement makes of it.

A claim is written down with numbers that it foretells. Each number has a band; outside of it the
foretelling has failed, and the record says so.
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from attention_course.claims.paired import Outcomes, joined_interval, widened
from attention_course.config import Run
from attention_course.runs.card import RunCard

Verdict = Literal[
    "holds",
    "holds under a condition",
    "half true",
    "refuted",
    "undecided",
    "true by construction",
]
Status = Literal["held", "failed", "undecided"]
Points = list[tuple[float, float]]  # x and y of a curve

# Student's t: 95 % of all means lie within so many standard errors, by number of seeds less one.
T95 = tuple(
    map(
        float,
        "12.706 4.303 3.182 2.776 2.571 2.447 2.365 2.306 2.262 2.228 "
        "2.201 2.179 2.160 2.145 2.131 2.120 2.110 2.101 2.093".split(),
    )
)


class Setting(NamedTuple):
    """One measurement: how large, with which seed, and the cards of the runs asked for."""

    preset: str
    seed: int
    cards: Mapping[str, RunCard]


class Measured(NamedTuple):
    """What one measurement found: the numbers foretold, curves, and what else is worth seeing.

    A number that is a difference in BLEU between two systems on the same test set has under its
    name the `outcomes` of both, so that its interval can count in the choice of the sentences.
    Where only scores are known, their standard error over sentences stands in `errors`.
    """

    values: dict[str, float]
    curves: dict[str, Points] = {}  # noqa: RUF012  (never changed)
    seen: dict[str, float] = {}  # noqa: RUF012  (numbers of which nothing was foretold)
    outcomes: dict[str, Outcomes] = {}  # noqa: RUF012
    errors: dict[str, float] = {}  # noqa: RUF012


@dataclass(frozen=True)
class Prediction:
    """A number that is foretold, and the band outside of which the foretelling has failed.

    One about the `claim` must hold for the claim to hold. The one about its `limit`, if there is
    one, says where the claim ends: if it holds, the verdict is qualified. What is foretold
    `beside` them is judged and shown, and decides nothing.
    """

    name: str
    says: str  # what is measured, in words that a reader of the ledger understands
    low: float = -math.inf
    high: float = math.inf
    about: Literal["claim", "limit", "beside"] = "claim"
    smoke: tuple[float, float] | None = None  # the band at the smallest size: the direction

    def band(self, preset: str) -> tuple[float, float]:
        """The band at this size."""
        return self.smoke if preset == "smoke" and self.smoke else (self.low, self.high)


def no_runs(preset: str, seed: int) -> dict[str, Run]:
    """Nothing is trained."""
    return {}


@dataclass(frozen=True)
class Claim:
    """A sentence of the lecture notes, and all that is said about it before it is measured.

    Questions that we add ourselves are claims too: their ids begin with a q, and the notes have no
    words for them.
    """

    id: str
    stem: str  # the chapter that it belongs to
    title: str
    korean: str  # the notes' words; empty in a question of our own
    english: str  # their translation, or the question
    predictions: tuple[Prediction, ...]
    verdict: Verdict  # if every prediction holds
    condition: str  # what the verdict adds: when it holds, or which half is true
    how: str  # the experiment, in a sentence or two
    measure: Callable[[Setting], Measured]
    runs: Callable[[str, int], dict[str, Run]] = no_runs
    seeds: int = 5
    exact: bool = False  # nothing is trained, so every seed must lie in the band
    axes: tuple[str, str] = ("", "")  # what x and y of the curves are; y: "a share, or the rest"
    log: str = ""  # which of them are drawn on a logarithmic scale: "", "x" or "xy"
    until: float | None = None  # where on the x axis training ended: an upright line is drawn
    finding: str = ""  # what the curves show: the title of their figure


def of_notes(claim: Claim) -> bool:
    """Whether the lecture notes make this claim; else it is a question of our own."""
    return claim.id.startswith("c")


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean over seeds, by Student's t.

    Raises:
        ValueError: there are no values, or more than twenty.
    """
    if not 1 <= len(values) <= len(T95) + 1:
        raise ValueError(f"expected values of 1 to {len(T95) + 1} seeds, got {len(values)}")
    if not all(map(math.isfinite, values)):
        return -math.inf, math.inf
    mean = statistics.fmean(values)
    if len(values) == 1:
        return mean, mean
    margin = T95[len(values) - 2] * statistics.stdev(values) / math.sqrt(len(values))
    return mean - margin, mean + margin


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """The mean of ours less theirs, seed by seed, and the ends of its 95 % interval."""
    differences = [one - other for one, other in zip(ours, theirs, strict=True)]
    return statistics.fmean(differences), *interval(differences)


def ends(
    values: Sequence[float],
    exact: bool,
    outcomes: Sequence[Outcomes] = (),
    errors: Sequence[float] = (),
) -> tuple[float, float]:
    """The interval that is shown, and that a number is judged by.

    Of an exact claim it reaches from the smallest to the largest value. Of a difference in BLEU it
    counts in both what the seeds make of it and what the choice of the sentences makes of it:
    all seeds have the same sentences, so of their errors the mean is taken.
    """
    if any(map(math.isnan, values)):
        return math.nan, math.nan
    if exact:
        return min(values), max(values)
    low, high = interval(values)
    if errors:
        return widened(low, high, statistics.fmean(errors))
    return joined_interval(low, high, outcomes) if outcomes else (low, high)


def judge(shown: tuple[float, float], band: tuple[float, float], exact: bool) -> Status:
    """Held: the whole interval is in the band. Failed: it is all outside. Else undecided.

    Of an exact claim every single value must lie in the band.
    """
    low, high = band
    first, last = shown
    if math.isnan(first) or math.isnan(last):
        return "failed"
    if exact:
        return "held" if low <= first and last <= high else "failed"
    if low <= first and last <= high:
        return "held"
    return "failed" if last < low or high < first else "undecided"


def decide(claim: Claim, statuses: Mapping[str, Status]) -> Verdict:
    """What the predictions that held and that failed make of the claim.

    The claim held, and its limit, if one was foretold: the verdict written down beforehand. The
    claim held, but not its limit: it simply holds. A number of the claim itself failed: it is
    refuted.
    """
    judged = [one for one in claim.predictions if one.name in statuses]
    of_claim = {statuses[one.name] for one in judged if one.about == "claim"}
    of_limit = {statuses[one.name] for one in judged if one.about == "limit"}
    if "failed" in of_claim:
        return "refuted"
    if "undecided" in of_claim | of_limit:
        return "undecided"
    return "holds" if "failed" in of_limit else claim.verdict


def make_record(claim: Claim, preset: str, measured: Mapping[int, Measured]) -> dict[str, Any]:
    """The record of a claim: what was foretold, each seed's values, the verdict."""
    rows, statuses = [], {}
    seeds = sorted(measured)
    for one in claim.predictions:
        values = [
            measured[seed].values[one.name] for seed in seeds if one.name in measured[seed].values
        ]
        if not values and preset == "smoke":
            continue  # what seconds cannot show is not measured at that size
        band = one.band(preset)
        shown = ends(values, claim.exact, *sentences_of(one.name, measured))
        statuses[one.name] = judge(shown, band, claim.exact)
        rows.append(
            {
                "name": one.name,
                "says": one.says,
                "about": one.about,
                "band": [None if math.isinf(end) else end for end in band],
                **summary(values, shown),
                "status": statuses[one.name],
            }
        )
    return {
        "id": claim.id,
        "stem": claim.stem,
        "preset": preset,
        "seeds": seeds,
        "predictions": rows,
        "verdict": decide(claim, statuses),
        "seen": average_seen(measured),
        "curves": average_curves([measured[seed].curves for seed in seeds]),
    }


def sentences_of(name: str, measured: Mapping[int, Measured]) -> tuple[list[Outcomes], list[float]]:
    """What is known of the sentences behind a number, by seed: their outcomes, or an error."""
    seeds = [one for _, one in sorted(measured.items())]
    return (
        [one.outcomes[name] for one in seeds if name in one.outcomes],
        [one.errors[name] for one in seeds if name in one.errors],
    )


def average_seen(measured: Mapping[int, Measured]) -> dict[str, dict[str, Any]]:
    """What else was seen, by name: each seed's value, the mean and its 95 % interval."""
    seen = [one.seen for _, one in sorted(measured.items())]
    names = list(dict.fromkeys(name for one in seen for name in one))
    by_name = {name: [one[name] for one in seen if name in one] for name in names}
    return {
        name: summary(values, ends(values, False, *sentences_of(name, measured)))
        for name, values in by_name.items()
    }


def summary(values: Sequence[float], shown: tuple[float, float]) -> dict[str, Any]:
    """Each seed's value, their mean, and the interval that is shown with it."""
    return {
        "values": [rounded(value) for value in values],
        "mean": rounded(statistics.fmean(values)),
        "interval": [rounded(end) for end in shown],
    }


def average_curves(curves: Sequence[Mapping[str, Points]]) -> dict[str, list[list[float]]]:
    """Curves over seeds: x, mean of y, and the ends of its 95 % interval."""
    averaged: dict[str, list[list[float]]] = {}
    for name in dict.fromkeys(name for one in curves for name in one):
        ys: dict[float, list[float]] = {}
        for one in curves:
            for x, y in one.get(name, []):
                ys.setdefault(x, []).append(y)
        averaged[name] = [
            [x, *map(rounded, (statistics.fmean(values), *interval(values)))]
            for x, values in sorted(ys.items())
        ]
    return averaged


def rounded(value: float) -> float:
    """Five digits: more would differ from machine to machine and mean nothing."""
    return float(f"{value:.5g}")
