"""Matrices as pictures: each cell shaded by its number, which stands in it where there is room."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from attention_course.figures.heatmaps import WEIGHTS
from attention_course.figures.palette import INK, PAPER
from attention_course.figures.style import new_row

DARK = 0.5  # from this share of the shades on a number is written in the colour of the paper


def matrices(
    panels: Mapping[str, ArrayLike],
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    digits: int | None = 1,
) -> list[Axes]:
    """Draw matrices side by side, each shaded from its lowest number to its highest.

    `panels` maps a title to a matrix; all have these rows and columns. With `digits` each cell
    says its number. A cell of minus infinity is a hidden one: it is blank and says so.
    """
    axes = new_row(len(panels))
    for ax, (title, values) in zip(axes, panels.items(), strict=True):
        draw(ax, np.asarray(values, dtype=float), digits)
        name(ax, rows, columns)
        ax.set_title(title, fontsize=11, pad=10)
    return axes


def draw(ax: Axes, values: NDArray[np.float64], digits: int | None) -> None:
    """Draw the cells, the first row on top, and the numbers in them."""
    height, width = values.shape
    shades = shares(values)
    edges = np.arange(width + 1) - 0.5, np.arange(height + 1) - 0.5
    ax.pcolormesh(*edges, shades, cmap=WEIGHTS, vmin=0, vmax=1)
    ax.set_aspect("equal")
    ax.invert_yaxis()
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=10)
    if digits is not None:
        for (row, column), value in np.ndenumerate(values):
            colour = PAPER if shades[row, column] > DARK else INK
            ax.text(column, row, written(value, digits), ha="center", va="center", color=colour)


def shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each number lies between the lowest and the highest; hidden cells are lowest."""
    known = np.isfinite(values)
    low, high = values[known].min(), values[known].max()
    return np.where(known, (values - low) / (high - low or 1), 0.0)


def written(value: float, digits: int) -> str:
    """A number as a cell says it: whole ones without digits, and with a true minus."""
    if value == -np.inf:
        return "−∞"
    whole = bool(np.isclose(value, round(value), atol=1e-5))
    text = f"{value:.{0 if whole else digits}f}".replace("-", "−")
    return text if text.strip("−0.") else text.removeprefix("−")


def name(ax: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Name rows and columns; without names there are no ticks."""
    ax.xaxis.tick_top()
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
