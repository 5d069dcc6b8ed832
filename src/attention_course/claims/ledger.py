"""The ledger's figures: the curves of a claim, and bars of what was seen beside it."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from attention_course.claims.record import Claim
from attention_course.figures import plotting
from attention_course.figures.matrices import matrices
from attention_course.figures.palette import MUTED
from attention_course.figures.style import broken, new_row

Record = dict[str, Any]
BETWEEN = " | "  # in the name of a curve: the panel, and what is drawn in it


def figure(claim: Claim, record: Record) -> list[Axes]:
    """The curves of a claim, one panel for each task or corpus, with 95 % bands over seeds."""
    curves_of: dict[str, dict[str, list[tuple[float, float, float, float]]]] = {}
    for name, rows in record["curves"].items():
        panel, _, key = name.rpartition(BETWEEN)
        curves_of.setdefault(panel, {})[key] = [(x, y, low, high) for x, y, low, high in rows]
    xlabel, ylabel = claim.axes
    panels = list(new_row(len(curves_of)))
    for ax, (panel, curves) in zip(panels, curves_of.items(), strict=True):
        shares = max(y for rows in curves.values() for _, y, *_ in rows) <= 1
        named = ylabel.split(", or ")  # what a panel of shares shows, and what another one does
        plotting.quality_by_length(curves, ax, panel, named[0 if shares else -1], xlabel)
        if "y" not in claim.log:
            ax.set_ylim(0, 1.03 if shares else None)  # panels of shares are compared
        if claim.until is not None:
            ax.axvline(claim.until, color=MUTED, linestyle=":", linewidth=1)
        make_logarithmic(ax, claim.log)
    if len({frozenset(curves) for curves in curves_of.values()}) == 1:
        for legend in filter(None, (ax.get_legend() for ax in panels[:-1])):
            legend.remove()  # one is enough
    title_figure(panels, claim.finding)
    return panels


def make_logarithmic(ax: Axes, scales: str) -> None:
    """Draw x, y or both on a logarithmic scale; lengths double from mark to mark."""
    if "x" in scales:
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_formatter("{x:g}")
    if "y" in scales:
        ax.set_yscale("log")


def bars(claim: Claim, record: Record, groups: Mapping[str, str]) -> list[Axes]:
    """Numbers that were seen, as bars with their intervals over seeds: a panel for each group.

    `groups` maps the name of a group to what its axis says.
    """
    panels = []
    for ax, (group, xlabel) in zip(new_row(len(groups)), groups.items(), strict=True):
        values = {
            name.split(BETWEEN)[1]: (row["mean"], *row["interval"])
            for name, row in record["seen"].items()
            if name.startswith(f"{group}{BETWEEN}")
        }
        panels.append(plotting.lying_bars(values, ax, xlabel=xlabel))
    title_figure(panels, claim.finding)
    return panels


def patches(record: Record, readers: Mapping[str, str]) -> list[Axes]:
    """Of q04: how often the word changed, by what is exchanged (columns) and where (rows).

    `readers` maps a panel's title to the reader that it shows.
    """
    places = {
        "largest weight": "the state with the largest weight",
        "the word, elsewhere": "the word that differs, where another has the largest weight",
        "<eos>": "<eos>, where another has the largest weight",
        "any other": "any other word",
    }
    kinds = ("key", "value", "both")
    seen = record["seen"]
    panels = {
        title: [
            [seen[f"{reader}{BETWEEN}{kind} of {place}"]["mean"] for kind in kinds]
            for place in places.values()
        ]
        for title, reader in readers.items()
    }
    axes = matrices(panels, list(places), kinds, digits=2)
    title_figure(axes, "Mostly the value under the largest weight decides the word")
    return axes


def clock(
    measured: dict[str, Any],
    title: str = "Attention takes less time than a GRU at every length",
    ylabel: str = "milliseconds, forward and backward",
    xlabel: str = "source length (words)",
) -> Axes:
    """Milliseconds by length, with the second fastest and the second slowest round as a band."""
    ax = plotting.quality_by_length(measured["curves"], title=title, ylabel=ylabel, xlabel=xlabel)
    make_logarithmic(ax, "xy")
    return ax


def title_figure(panels: list[Axes], finding: str) -> None:
    """Put the finding over the figure; over a single panel, in place of its title."""
    if len(panels) == 1:
        panels[0].set_title(broken(finding), loc="left", fontsize=11)
        return
    plotting.figure_of(panels[0]).suptitle(finding, x=0.01, ha="left")
