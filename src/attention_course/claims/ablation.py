"""Short runs that choices in training are judged by: what a change is worth, what chance does.

Their results stand in `results/ablation.json`; `tools/ablate.py` measures them.
"""

import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attention_course.claims.record import T95, interval
from attention_course.runs.results import results_folder

PLAIN = "nothing changed"


class Ablation:
    """Short runs by rung and change, each a list with a row for every seed."""

    def __init__(self, file: Path | None = None) -> None:
        file = file or results_folder() / "ablation.json"
        self.about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        self.runs: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.about["runs"]:
            self.runs.setdefault((row["rung"], row["change"]), []).append(row)

    @property
    def rungs(self) -> list[str]:
        """The rungs that were trained, in their order."""
        return list(dict.fromkeys(rung for rung, _ in self.runs))

    def scores(self, rung: str, change: str = PLAIN) -> list[float]:
        """BLEU on the validation pairs, by seed."""
        return [row["bleu"] for row in self.runs[rung, change]]

    def bleu(self, rung: str, change: str = PLAIN) -> float:
        """The mean of all seeds."""
        return statistics.fmean(self.scores(rung, change))

    def worth(self, rung: str, change: str) -> float:
        """BLEU won by a change, or lost: means of all seeds."""
        return self.bleu(rung, change) - self.bleu(rung)

    def updates(self, rung: str, change: str = PLAIN) -> float:
        """How many updates there were in the time, on average."""
        return statistics.fmean(row["updates"] for row in self.runs[rung, change])

    def changes(self, rung: str) -> list[str]:
        """The changes that a rung was trained with, the most harmful first."""
        made = [change for of, change in self.runs if of == rung and change != PLAIN]
        return sorted(made, key=lambda change: self.worth(rung, change))

    def spread(self) -> tuple[float, int]:
        """The standard deviation that seeds alone make, over the rungs with several seeds.

        Beside it the degrees of freedom that it was measured with.
        """
        plain = [self.scores(rung) for rung in self.rungs]
        several = [scores for scores in plain if len(scores) > 1]
        freedom = sum(len(scores) - 1 for scores in several)
        squares = sum(statistics.variance(scores) * (len(scores) - 1) for scores in several)
        return math.sqrt(squares / freedom), freedom

    def margin(self, rung: str, change: str) -> float:
        """What seeds alone may make of a difference, nineteen times in twenty (Student's t)."""
        deviation, freedom = self.spread()
        counts = len(self.runs[rung, change]), len(self.runs[rung, PLAIN])
        return T95[freedom - 1] * deviation * math.sqrt(sum(1 / count for count in counts))

    def paired(self, rung: str, change: str) -> list[float]:
        """By how much the unchanged run is ahead of the changed one with the same seed."""
        both = zip(self.scores(rung), self.scores(rung, change), strict=True)
        return [plain - changed for plain, changed in both]


def signed(won: float) -> str:
    """A difference in BLEU as it is read: with its sign, and no minus nought."""
    return f"{won:+.1f}".replace("-", "−").replace("−0.0", "+0.0")


def in_interval(differences: Sequence[float]) -> str:
    """The mean of paired differences and its 95 % interval."""
    low, high = interval(differences)
    return f"{signed(statistics.fmean(differences))} ({signed(low)} to {signed(high)})"
