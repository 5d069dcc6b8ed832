"""What was found for one exercise of one submission: a status, and points where there are any.

An error is never a silent 0: a status says what happened, and what nobody has judged yet has no
points at all.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

STATUSES = {
    "graded": "judged by the grader",
    "timeout": "the answer took too long; a person decides what it is worth",
    "died": "the answer ended the process that ran it",
    "missing": "there is no such answer in the notebook",
    "not-graded": "it could not be run here, and the message says why; a person decides",
    "unreadable": "the file is not a notebook",
    "infra-error": "the grader failed, not the answer; it is tried again",
    "needs-manual": "written in words; a person grades it",
}
# No points until somebody gives them.
PENDING = ("unreadable", "infra-error", "needs-manual", "not-graded", "timeout")


@dataclass(frozen=True)
class Result:
    """The grader's word on one item of a submission.

    Raises:
        ValueError: the status is unknown, or the points are not in 0 to `of`, or are there when
            they must not be.
    """

    item: str
    status: str
    points: float | None
    of: float
    says: str
    answer: str = ""  # a hash of what was judged, to see later whether it has changed

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"expected a status among {', '.join(STATUSES)}, got {self.status!r}")
        was_zero = self.status == "timeout" and self.points == 0  # in journals of older versions
        if (self.points is None) != (self.status in PENDING) and not was_zero:
            raise ValueError(f"expected points just if {self.item} is judged, got {self.points}")
        if self.points is not None:
            check_points(self.points, self.of)

    def as_record(self) -> dict[str, Any]:
        """The fields as plain values, as the journal keeps them."""
        return asdict(self)


def check_points(points: float, of: float) -> None:
    """Let no points pass that are not a number from 0 to the most there are.

    Raises:
        ValueError: they are not.
    """
    if isinstance(points, bool) or not isinstance(points, (int, float)):
        raise ValueError(f"expected points as a number, got {points!r}")
    if not (math.isfinite(points) and 0 <= points <= of):
        raise ValueError(f"expected points from 0 to {of:g}, got {points}")
