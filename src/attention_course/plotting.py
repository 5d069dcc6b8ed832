"""Arrays in, Axes out; the caller saves. One colour for each rung, one map for all weights."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from attention_course.hangul import find_font, romanise
from attention_course.style import COLOURS, GOLD, LABELS, Style, style

__all__ = ["COLOURS", "LABELS", "bars", "heatmap", "quality_by_length", "training_curves"]

Link = tuple[int, int]  # (source word, target word), both counted from 0
Measured = tuple[str | float, float, float, float]  # where, value, low, high
Loss = tuple[float, float, float]  # where, in training, in validation

# One hue, white to dark blue in equal steps of lightness (CIE L*), so that it is also true in grey.
STEPS = "f7fbff cfe1f2 9ecae1 71b1d7 4997c9 2c7cba 1460a8 08478d 08306b"
WEIGHTS = LinearSegmentedColormap.from_list("weights", [f"#{step}" for step in STEPS.split()])


def heatmap(
    weights: ArrayLike,
    source_words: Sequence[str],
    target_words: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    links: tuple[Collection[Link], Collection[Link]] | None = None,
    font: str | None = "auto",
) -> Axes:
    """Draw where each predicted word looks: source on x, target on y, weights from 0 to 1.

    Row t of `weights` [T, S] belongs to the word predicted at t. `links` are gold alignments,
    (sure, possible), outlined. Hangul needs `font`: a name, "auto" to look for an installed
    one; with None, or where none is installed, words are written in Latin letters.

    Raises:
        ValueError: the weights are no [T, S] numbers from 0 to 1, or a link is outside them.
    """
    weights = checked(weights, source_words, target_words)
    rows, columns = weights.shape
    font = find_font() if font == "auto" else font
    if ax is None:
        ax = new_axes(*heatmap_size(source_words, target_words))
    image = ax.imshow(weights, cmap=WEIGHTS, vmin=0, vmax=1, aspect="equal")
    size = letter_size(ax, rows, columns)
    name_rows_and_columns(ax, source_words, target_words, font, size)
    place = ax.inset_axes((1 + 0.4 / columns, 0, 0.5 / columns, 1))
    bar = ax.figure.colorbar(image, cax=place, label="attention weight", ticks=[0, 0.5, 1])
    bar.outline.set_visible(False)
    if links is not None:
        outline(ax, *links, shape=(rows, columns))
    ax.set_title(title if font else romanise(title), fontfamily=families(font), pad=10)
    return ax


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
    ax = ax if ax is not None else new_axes(6.4, 3.8)
    bins = [where for rows in curves.values() for where, *_ in rows if isinstance(where, str)]
    names = list(dict.fromkeys(bins))
    for number, (key, rows) in enumerate(curves.items()):
        drawn = style(key, number)
        value, low, high = intervals(key, [row[1:] for row in rows])
        if names:  # side by side, so that intervals do not hide each other
            aside = 0.07 * (number - (len(curves) - 1) / 2)
            places = np.array([names.index(str(where)) + aside for where, *_ in rows])
            ax.errorbar(places, value, [value - low, high - value], fmt="none", ecolor=drawn.colour)
        else:
            places = np.array([where for where, *_ in rows])
            ax.fill_between(places, low, high, color=drawn.colour, alpha=0.15, linewidth=0)
        ax.plot(places, value, **line_of(drawn))
    if names:
        ax.set_xticks(range(len(names)), names)
    return finished(ax, title, xlabel, ylabel)


def training_curves(
    curves: Mapping[str, Sequence[Loss]],
    ax: Axes | None = None,
    title: str = "",
    xlabel: str = "epoch",
    ylabel: str = "loss (nats per token)",
) -> Axes:
    """Draw the loss in validation, and thin behind it the loss in training.

    `curves` maps a stem, or a stem and more words, to rows of (where, training, validation).
    """
    ax = ax if ax is not None else new_axes(6.4, 3.8)
    for number, (key, rows) in enumerate(curves.items()):
        drawn = style(key, number)
        places, training, validation = np.array(rows, dtype=float).T
        ax.plot(places, training, color=drawn.colour, linewidth=1, alpha=0.45)
        ax.plot(places, validation, **line_of(drawn))
    ax.plot([], [], color="#555555", linewidth=1, alpha=0.6, label="(thin: in training)")
    return finished(ax, title, xlabel, ylabel)


def bars(
    values: Mapping[str, tuple[float, float, float]],
    ax: Axes | None = None,
    title: str = "",
    ylabel: str = "BLEU",
) -> Axes:
    """Draw one bar for each rung, from 0, with its interval and its value.

    `values` maps a stem, or a stem and more words, to (value, low, high).

    Raises:
        ValueError: a value is not between its low and its high.
    """
    ax = ax if ax is not None else new_axes(max(3.2, 1.25 * len(values) + 1), 3.6)
    value, low, high = intervals("bars", list(values.values()))
    styles = [style(key, number) for number, key in enumerate(values)]
    places = np.arange(len(values))
    ax.bar(places, value, width=0.6, color=[drawn.colour for drawn in styles])
    ax.errorbar(places, value, [value - low, high - value], fmt="none", ecolor="black", capsize=4)
    for place, top, number in zip(places, high, value, strict=True):
        ax.annotate(f"{number:.3g}", (place, top), (0, 3), textcoords="offset points", ha="center")
    ax.set_xticks(places, [drawn.label for drawn in styles])
    ax.margins(y=0.12)
    return finished(ax, title, "", ylabel)


def checked(weights: ArrayLike, source_words: Sequence[str], target_words: Sequence[str]) -> Any:
    """The weights as an array, after making sure that they are weights of these words."""
    array: NDArray[np.float64] = np.asarray(weights, dtype=float)
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


def heatmap_size(source_words: Sequence[str], target_words: Sequence[str]) -> tuple[float, float]:
    """Inches for a heatmap whose words can be read, up to the width of a page."""
    cell = min(0.4, 9 / len(source_words), 9 / len(target_words))
    beside, above = (0.09 * max(map(len, words)) + 1 for words in (target_words, source_words))
    return cell * len(source_words) + beside + 0.8, cell * len(target_words) + above


def letter_size(ax: Axes, rows: int, columns: int) -> float:
    """Points for words beside cells as large as these axes have."""
    box = ax.get_window_extent()
    inches = min(box.width / columns, box.height / rows) / ax.figure.dpi
    return float(np.clip(28 * inches, 5, 10))


def name_rows_and_columns(
    ax: Axes,
    source_words: Sequence[str],
    target_words: Sequence[str],
    font: str | None,
    size: float,
) -> None:
    """Write the words along the axes, and thin white lines between the cells."""
    source, target = (
        [word if font else romanise(word) for word in words]
        for words in (source_words, target_words)
    )
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(range(len(source)), source, rotation=45, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(target)), target)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set(fontfamily=families(font), fontsize=size)
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
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, -0.1 / rows), ncols=2, frameon=False
    )


def families(font: str | None) -> list[str]:
    """The reader's font, and behind it one for letters that it lacks."""
    return [*plt.rcParams["font.family"], *([font] if font else [])]


def intervals(name: str, rows: Sequence[tuple[float, ...]]) -> list[NDArray[np.float64]]:
    """The columns value, low and high."""
    value, low, high = np.array(rows, dtype=float).T
    if not ((low <= value) & (value <= high)).all():
        raise ValueError(
            f"expected rows of (value, low, high) with the value between, got {list(rows)} "
            f"for {name}; give (value, value, value) where there is no interval"
        )
    return [value, low, high]


def line_of(drawn: Style) -> dict[str, Any]:
    """How a curve is drawn."""
    return {
        "color": drawn.colour,
        "label": drawn.label,
        "marker": drawn.marker,
        "linestyle": drawn.dashes,
        "linewidth": 2,
        "markersize": 6,
    }


def new_axes(width: float, height: float) -> Axes:
    """Axes of a figure of their own, white on dark pages too."""
    figure, ax = plt.subplots(figsize=(width, height), layout="constrained")
    figure.set_facecolor("white")
    return ax


def finished(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """Names for the axes, a quiet grid, and a legend where there is something to tell apart."""
    ax.set_title(title, loc="left")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False)
    return ax
