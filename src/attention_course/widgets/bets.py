"""Bets: a reader draws what will be measured, and only then sees it.

Each call gives an element that book/_static/bets.js makes playable on the website; the rest of its
section is hidden there until the bet is made. Where that script does not run, in a notebook too,
the element says what to write down, and what was measured stands below it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from IPython.display import HTML

from attention_course.widgets.pages import html


def curve(
    name: str,
    title: str,
    measured: Mapping[int, float],
    *,
    handles: Sequence[int],
    x: str,
    y: str,
    rung: int,
    within: tuple[float, float] = (0.0, 1.0),
) -> HTML:
    """A curve to draw by a few points.

    Args:
        name: unique in the book; the browser remembers the bet by it.
        title: what is bet on, in a few words.
        measured: what was measured at each place on the x axis.
        handles: the places whose points the reader moves.
        x: what the x axis shows, with its unit.
        y: what the y axis shows, with its unit.
        rung: the number of the rung that was measured, which decides the colour.
        within: the ends of the y axis.

    Raises:
        ValueError: nothing was measured at one of the handles, or it lies outside of the axis.
    """
    absent = [place for place in handles if place not in measured]
    if absent:
        raise ValueError(f"expected handles where something was measured, got {absent}")
    points = [point(str(place), measured[place], at=place) for place in handles]
    line = sorted(measured.items())
    return bet(name, title, points, x=x, y=y, rung=rung, within=within, line=line)


def levels(
    name: str,
    title: str,
    measured: Mapping[str, float],
    *,
    x: str,
    y: str,
    rung: int,
    within: tuple[float, float] = (0.0, 1.0),
    given: Collection[str] = (),
) -> HTML:
    """One level to set for each of a few names; those that are `given` are shown beforehand.

    The other arguments are those of `curve`.

    Raises:
        ValueError: a level that was measured lies outside of the axis.
    """
    points = [point(label, value, given=label in given) for label, value in measured.items()]
    return bet(name, title, points, x=x, y=y, rung=rung, within=within)


def point(label: str, measured: float, **more: Any) -> dict[str, Any]:
    """One point that the reader moves, or that is given."""
    return {"label": label, "measured": measured, **more}


def bet(
    name: str,
    title: str,
    points: Sequence[dict[str, Any]],
    *,
    x: str,
    y: str,
    within: tuple[float, float],
    **more: Any,
) -> HTML:
    """The element of a bet, with all that its script draws as JSON.

    Raises:
        ValueError: what was measured lies outside of the axis.
    """
    low, high = within
    outside = {one["label"]: one["measured"] for one in points}
    outside = {label: value for label, value in outside.items() if not low <= value <= high}
    if outside:
        raise ValueError(
            f"expected what was measured within {low:g} to {high:g}, got {outside}; widen `within`"
        )
    axes = {"x": x, "y": y, "low": low, "high": high}
    model = {"name": name, "title": title, "points": points, **axes, **more}
    text = json.dumps(model, ensure_ascii=False).replace("</", "<\\/")
    asked = ", ".join(one["label"] for one in points if not one.get("given"))
    return html(
        f'<course-bet id="bet-{escape(name)}"><p>Before you look, write down your bet: '
        f"{escape(y)}, for {escape(x)}: {escape(asked)}.</p>"
        f'<script type="application/json">{text}</script></course-bet>'
    )
