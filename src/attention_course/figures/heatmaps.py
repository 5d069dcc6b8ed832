"""Where each predicted word looks, drawn as a grid of weights, with gold alignments if known."""

import unicodedata
from collections.abc import Collection, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from attention_course.figures.gloss import with_meanings
from attention_course.figures.hangul import find_font
from attention_course.figures.palette import GOLD
from attention_course.figures.palette import WEIGHTS as SHADES
from attention_course.figures.style import WIDTH, broken, new_axes
from attention_course.korean.romanisation import romanise

Link = tuple[int, int]  # (source word, target word), both counted from 0
CELL, NARROW = 0.3, 0.19  # inches: where there is room, and where a phone would have to scroll

WEIGHTS = LinearSegmentedColormap.from_list("weights", SHADES)


def heatmap(
    weights: ArrayLike,
    source_words: Sequence[str],
    target_words: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    links: tuple[Collection[Link], Collection[Link]] | None = None,
    font: str | None = "auto",
    gloss: bool = True,
    colour_bar: bool = True,
) -> Axes:
    """Draw where each predicted word looks: source on x, target on y, weights from 0 to 1.

    Row t of `weights` [T, S] belongs to the word predicted at t. `links` are gold alignments,
    (sure, possible), outlined. Hangul is drawn in `font`: a name, or "auto" for the course's own;
    with None, or where no font has a letter of it, it is written in Latin letters. With `gloss`,
    what a Korean word means stands behind it, if the sentence is one of pocket Korean.

    Raises:
        ValueError: the weights are no [T, S] numbers from 0 to 1, or a link is outside them.
    """
    values = validated(weights, source_words, target_words)
    font = find_font(" ".join([*source_words, *target_words, title])) if font == "auto" else font
    source, target = names(source_words, font, gloss), names(target_words, font)
    if ax is None:
        ax = new_axes(*figure_size(source, target, title))
    cells = draw_cells(ax, values)
    cell = cell_size(ax, *values.shape)
    name_rows_and_columns(ax, source, target, points=float(np.clip(52 * cell, 5, 10)))
    if colour_bar:
        width = cell * len(source)
        bar_axes = ax.inset_axes((1 + 0.14 / width, 0, 0.16 / width, 1))
        steps = np.linspace(0, 1, 41)  # few enough to stay vectors
        bar = ax.figure.colorbar(cells, cax=bar_axes, label="attention weight", boundaries=steps)
        bar.set_ticks([0, 0.5, 1])
        bar.outline.set_visible(False)
    if links is not None:
        outline(ax, *links, shape=values.shape)
    ax.set_title(broken(drawable(title, font)), pad=10, fontsize=11)
    for text in (ax.title, *ax.get_xticklabels(), *ax.get_yticklabels()):
        text.set_fontfamily([*plt.rcParams["font.family"], *([font] if font else [])])
    return ax


def draw_cells(ax: Axes, values: NDArray[np.float64]) -> QuadMesh:
    """Draw a square for each weight, the first row on top; an SVG then has colours, not pixels."""
    rows, columns = values.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    cells = ax.pcolormesh(*edges, values, cmap=WEIGHTS, vmin=0, vmax=1)
    ax.set_aspect("equal")
    ax.invert_yaxis()
    return cells


def names(words: Sequence[str], font: str | None, gloss: bool = False) -> list[str]:
    """What is written beside rows or columns for these words, with what they mean if asked."""
    told = with_meanings(words) if gloss and font else words
    return [drawable(word, font) for word in told]


def drawable(text: str, font: str | None) -> str:
    """The text itself, its syllables whole, where there is a font for Hangul; else romanised."""
    return unicodedata.normalize("NFC", text) if font else romanise(text)


def validated(
    weights: ArrayLike, source_words: Sequence[str], target_words: Sequence[str]
) -> NDArray[np.float64]:
    """The weights as an array, after making sure that they are weights of these words."""
    array = np.asarray(weights, dtype=float)
    expected = (len(target_words), len(source_words))
    if array.shape != expected or 0 in expected:
        hint = "transpose them" if array.shape == expected[::-1] else "cut off the padding"
        raise ValueError(
            f"expected weights [target words, source words] of shape {expected}, "
            f"got {array.shape}; {hint}"
        )
    if not (array.min() >= -1e-6 and array.max() <= 1 + 1e-6):  # false for nan too
        raise ValueError(
            f"expected weights from 0 to 1, got {array.min():.3g} to {array.max():.3g}; "
            "if these are scores, draw their softmax"
        )
    return array


def figure_size(source: Sequence[str], target: Sequence[str], title: str) -> tuple[float, float]:
    """Inches for a heatmap whose words can be read, as wide as a phone if its words allow that."""
    beside, above = (0.09 * max(map(len, words)) + 1 for words in (target, source))
    fitting = max(NARROW, min(CELL, (WIDTH - beside - 0.7) / len(source)))
    cell = min(fitting, 9 / len(source), 9 / len(target))
    width = cell * len(source) + beside + 0.7
    title_width = 0.09 * max(map(len, broken(title).split("\n")))
    return max(width, title_width), cell * len(target) + above


def cell_size(ax: Axes, rows: int, columns: int) -> float:
    """Inches that one cell has on each side."""
    box = ax.get_window_extent()
    return float(min(box.width / columns, box.height / rows) / ax.figure.dpi)


def name_rows_and_columns(
    ax: Axes, source: Sequence[str], target: Sequence[str], points: float
) -> None:
    """Write the words along the axes, and thin white lines between the cells."""
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(range(len(source)), source, rotation=45, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(target)), target)
    ax.tick_params(which="major", labelsize=points)
    ax.set(xlabel="source", ylabel="predicted")
    ax.set_xticks(np.arange(0.5, len(source) - 1), minor=True)
    ax.set_yticks(np.arange(0.5, len(target) - 1), minor=True)
    ax.grid(which="minor", color="white", linewidth=0.8)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)


def outline(
    ax: Axes, sure: Collection[Link], possible: Collection[Link], shape: tuple[int, int]
) -> None:
    """Draw a square around every gold link: sure ones solid, merely possible ones dotted."""
    rows, columns = shape
    for source, target in (*sure, *possible):
        if not (0 <= target < rows and 0 <= source < columns):
            raise ValueError(
                f"expected links (source, target) inside {columns} source and {rows} target "
                f"words, got {(source, target)}; count from 0, and leave EOS out of links"
            )
    kinds = {"sure link": (set(sure), "-"), "possible link": (set(possible) - set(sure), ":")}
    for links, dashes in kinds.values():
        for source, target in links:
            corner = (source - 0.42, target - 0.42)
            ax.add_patch(Rectangle(corner, 0.84, 0.84, fill=False, edgecolor=GOLD, lw=2, ls=dashes))
    handles = [
        Line2D([], [], color=GOLD, lw=2, ls=dashes, label=f"gold: {name}")
        for name, (links, dashes) in kinds.items()
        if links
    ]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.1 / rows), frameon=False)
