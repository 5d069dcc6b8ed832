"""The race of the rungs: what its figure is told, and what is seen before it is opened."""

import json
from html import escape
from typing import Any

from attention_course import rungs
from attention_course.live.figure import ELSEWHERE, ROOT, element, label_of
from attention_course.runs.results import results_folder

RACE = "race.json"
SHOWN = (0.0, 0.1, 0.3, 1.0)  # shares of the whole time, in the table that stands for the race


def read_race() -> dict[str, Any] | None:
    """The race of the book, which comes with the repository."""
    file = results_folder() / "live" / RACE
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def figure_of_race() -> str:
    """The figure as HTML: a table of a few moments, and a button that plays all.

    Without the file it says where to find it.
    """
    told = read_race()
    if told is None:
        return f"<p>{ELSEWHERE}</p>"
    settings = {
        "root": ROOT,
        "file": f"models/{RACE}",
        "rungs": [
            {"name": rung.stem, "number": rung.number, "label": label_of(rung)}
            for rung in map(rungs.rung, told["frames"])
        ],
    }
    opener = '<p><button type="button" hidden>Start the race</button></p>'
    return element("course-race", "race", settings, table_of(told) + opener)


def loss_at(frames: list[dict[str, Any]], seconds: float) -> float:
    """The loss on the first sentence at the last moment that is not later, in nats a token."""
    reached = [frame for frame in frames if frame["seconds"] <= seconds] or frames[:1]
    loss: float = reached[-1]["sentences"][0]["loss"]
    return loss


def end_of(told: dict[str, Any]) -> float:
    """The seconds after which the last rung is done."""
    seconds: float = max(frames[-1]["seconds"] for frames in told["frames"].values())
    return seconds


def table_of(told: dict[str, Any]) -> str:
    """A few moments: the loss of each rung on the first sentence, and what it says in the end."""
    moments = [share * end_of(told) for share in SHOWN]
    head = [
        "rung",
        *(f"after {seconds:.0f} s" for seconds in moments),
        "likeliest words at the end",
    ]
    rows = "".join(row_of(told, stem, moments) for stem in told["frames"])
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    return (
        "<p>Loss in nats a token while the rungs learn, by processor seconds; the true words "
        f'before are given:</p><table class="table"><tr>{cells}</tr>{rows}</table>'
    )


def row_of(told: dict[str, Any], stem: str, moments: list[float]) -> str:
    """One rung's row of the table."""
    frames = told["frames"][stem]
    says = frames[-1]["sentences"][0]["says"][:-1]
    cells = [
        label_of(rungs.rung(stem)),
        *(f"{loss_at(frames, seconds):.2f}" for seconds in moments),
        " ".join(told["words"][place] for place in says),
    ]
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
