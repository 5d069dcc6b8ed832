"""Arrays in, Axes out; the caller saves. One colour for each rung, one figure for each question."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attention_course.figures.heatmaps import heatmap
from attention_course.figures.palette import GRID, INK, MUTED
from attention_course.figures.style import (
    BESIDE,
    COLOURS,
    LABELS,
    LEGEND_LINE,
    LINE,
    WIDTH,
    Style,
    broken,
    new_axes,
    styles,
)

__all__ = [
    "COLOURS",
    "LABELS",
    "bars",
    "figure_of",
    "heatmap",
    "lying_bars",
    "quality_by_length",
    "save",
    "training_curves",
]

Number = float | int
Interval = tuple[Number, Number, Number]  # value, low, high
Measured = tuple[str | Number, Number, Number, Number]  # where, value, low, high
Losses = tuple[Number, Number, Number]  # where, in training, in validation


def quality_by_length(
    curves: Mapping[str, Sequence[Measured]],
    ax: Axes | None = None,
    title: str = "",
    ylabel: str = "BLEU",
    xlabel: str = "source length (words)",
) -> Axes:
    """Draw one curve for each rung, with its interval from low to high.

    `curves` maps a stem, or a stem and more words, to rows of (where, value, low, high). Where
    it was measured is a length, or the name of a bin of lengths.

    Raises:
        ValueError: a value is not between its low and its high.
    """
    ax = ax if ax is not None else new_axes(WIDTH, 3.3)
    bins = [where for rows in curves.values() for where, *_ in rows if isinstance(where, str)]
    names = list(dict.fromkeys(bins))
    for number, ((key, rows), style) in enumerate(zip(curves.items(), styles(curves), strict=True)):
        value, low, high = intervals(key, [(row[1], row[2], row[3]) for row in rows])
        if names:  # side by side, so that intervals do not hide each other
            offset = 0.07 * (number - (len(curves) - 1) / 2)
            positions = np.array([names.index(str(where)) + offset for where, *_ in rows])
            ax.errorbar(
                positions, value, [value - low, high - value], fmt="none", ecolor=style.colour
            )
        else:
            positions = np.array([where for where, *_ in rows])
            ax.fill_between(positions, low, high, color=style.colour, alpha=0.15, linewidth=0)
        ax.plot(positions, value, **line_style(style, len(rows)))
    if names:
        ax.set_xticks(range(len(names)), names)
    return finish(ax, title, xlabel, ylabel)


def training_curves(
    curves: Mapping[str, Sequence[Losses]],
    ax: Axes | None = None,
    title: str = "",
    xlabel: str = "epoch",
    ylabel: str = "loss (nats per token)",
) -> Axes:
    """Draw the loss in validation, and thin behind it the loss in training.

    `curves` maps a stem, or a stem and more words, to rows of (where, training, validation).
    """
    ax = ax if ax is not None else new_axes(WIDTH, 3.3)
    for rows, style in zip(curves.values(), styles(curves), strict=True):
        positions, training, validation = np.array(rows, dtype=float).T
        ax.plot(positions, training, color=style.colour, linewidth=1, alpha=0.45)
        ax.plot(positions, validation, **line_style(style, len(rows)))
    ax.plot([], [], color=MUTED, linewidth=1, alpha=0.6, label="(thin: in training)")
    return finish(ax, title, xlabel, ylabel)


def bars(
    values: Mapping[str, Interval],
    ax: Axes | None = None,
    title: str = "",
    ylabel: str = "BLEU",
) -> Axes:
    """Draw one bar for each rung, from 0, with its interval and its value.

    `values` maps a stem, or a stem and more words, to (value, low, high).

    Raises:
        ValueError: a value is not between its low and its high.
    """
    ax = ax if ax is not None else new_axes(min(WIDTH, 1.1 * len(values) + 1), 3.3)
    value, low, high = intervals("bars", list(values.values()))
    bar_styles = styles(values, named=True)
    positions = np.arange(len(values))
    ax.bar(positions, value, width=0.6, color=[style.colour for style in bar_styles])
    ax.errorbar(positions, value, [value - low, high - value], fmt="none", ecolor=INK, capsize=4)
    decimals = decimals_of(high.max())
    for position, top, number in zip(positions, high, value, strict=True):
        ax.annotate(
            f"{number:.{decimals}f}",
            (position, top),
            (0, 3),
            textcoords="offset points",
            ha="center",
        )
    ax.set_xticks(positions, [style.label for style in bar_styles])
    ax.margins(y=0.12)
    return finish(ax, title, "", ylabel)


def lying_bars(
    values: Mapping[str, Interval],
    ax: Axes | None = None,
    title: str = "",
    xlabel: str = "",
) -> Axes:
    """Draw the same from left to right, the first on top: room for long names.

    Raises:
        ValueError: a value is not between its low and its high.
    """
    ax = ax if ax is not None else new_axes(WIDTH, 0.42 * len(values) + 1.1)
    value, low, high = intervals("bars", list(values.values()))
    bar_styles = styles(values, named=True)
    positions = np.arange(len(values))
    ax.barh(positions, value, height=0.6, color=[style.colour for style in bar_styles])
    ax.errorbar(value, positions, xerr=[value - low, high - value], fmt="none", ecolor=INK)
    decimals = decimals_of(high.max())
    for position, end, number in zip(positions, high, value, strict=True):
        ax.annotate(
            f"{number:.{decimals}f}",
            (end, position),
            (4, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_yticks(positions, [style.label for style in bar_styles])
    ax.invert_yaxis()
    ax.margins(x=0.1)
    return finish(ax, title, xlabel, "", grid="x")


def decimals_of(highest: float) -> int:
    """Digits after the point of a bar's number: shares have two, BLEU has one."""
    return 1 if highest >= 10 else 2


def figure_of(ax: Axes) -> Figure:
    """The figure that the axes stand in.

    Raises:
        ValueError: they stand in none.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("expected axes that stand in a figure, got loose ones; draw them anew")
    return figure


def save(ax: Axes, file: Path) -> None:
    """Write the figure that the axes stand in to a file; its ending says the format."""
    figure_of(ax).savefig(file, dpi=150, bbox_inches="tight")


def intervals(name: str, rows: Sequence[Interval]) -> list[NDArray[np.float64]]:
    """The columns value, low and high.

    Raises:
        ValueError: a value is not between its low and its high.
    """
    value, low, high = np.array(rows, dtype=float).T
    if not ((low <= value) & (value <= high)).all():
        raise ValueError(
            f"expected rows of (value, low, high) with the value between, got {list(rows)} "
            f"for {name}; give (value, value, value) where there is no interval"
        )
    return [value, low, high]


def line_style(style: Style, points: int) -> dict[str, Any]:
    """Keywords for `Axes.plot`; a curve of many points gets about twelve markers."""
    return {
        "color": style.colour,
        "label": style.label,
        "marker": style.marker,
        "linestyle": style.dashes,
        "linewidth": 2,
        "markersize": 6,
        "markevery": max(1, points // 12),
    }


def finish(ax: Axes, title: str, xlabel: str, ylabel: str, grid: Literal["x", "y"] = "y") -> Axes:
    """Names for the axes, a quiet grid, and a legend where there is something to tell apart.

    The grid counts along the axis named: "x" is for bars that lie.
    """
    room = LINE if grid == "y" else BESIDE
    ax.set_title(broken(title, room), loc="left", fontsize=11)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(axis=grid, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    add_legend(ax)
    return ax


def add_legend(ax: Axes) -> None:
    """Say which curve is which: below the axes, in a figure that grows by as much.

    Where axes share a figure, whose panels keep one height, in the best corner.
    """
    named = len(ax.get_legend_handles_labels()[0])
    figure = figure_of(ax)
    if not named:
        return
    if len(figure.axes) > 1:
        ax.legend(frameon=False, handlelength=3)
    else:
        below = -0.55 / (figure.get_figheight() - 1)  # inches, as a share of the axes' height
        figure.set_figheight(figure.get_figheight() + LEGEND_LINE * named)
        ax.legend(frameon=False, handlelength=3, loc="upper left", bbox_to_anchor=(0, below))
