"""One look for each rung, the same in every figure, on every page and in every widget."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from attention_course.rungs import RUNGS

if TYPE_CHECKING:  # the colours can be had without matplotlib
    from matplotlib.axes import Axes


class Style(NamedTuple):
    """How a curve is drawn: told apart by colour, by marker and by dashes."""

    colour: str
    label: str
    marker: str
    dashes: str


STYLES = {rung.stem: Style(rung.colour, rung.label, rung.marker, rung.dashes) for rung in RUNGS}
COLOURS = {stem: style.colour for stem, style in STYLES.items()}
LABELS = {stem: style.label for stem, style in STYLES.items()}
OTHERS = [Style("#8C6BB1", "", "v", "--"), Style("#999999", "", "P", ":")]
AGAIN = [("v", "--"), ("P", ":"), ("X", "-.")]  # a rung's second, third and fourth variant
GOLD = "#E69F00"  # of what is known to be right


def styles(keys: Iterable[str]) -> list[Style]:
    """The styles of things that stand in one figure: stems, stems and more words, or others.

    All that begins with one stem has the colour of its rung, and markers and dashes of its own.
    """
    chosen: list[Style] = []
    for key in keys:
        stem = next((stem for stem in STYLES if key.startswith(stem)), None)
        if stem is None:
            number = sum(style.colour in (other.colour for other in OTHERS) for style in chosen)
            chosen.append(OTHERS[number % len(OTHERS)]._replace(label=key))
            continue
        known = STYLES[stem]._replace(label=key.replace(stem, LABELS[stem], 1))
        again = sum(style.colour == known.colour for style in chosen)
        if again:
            marker, dashes = AGAIN[(again - 1) % len(AGAIN)]
            known = known._replace(marker=marker, dashes=dashes)
        chosen.append(known)
    return chosen


def new_row(count: int) -> list["Axes"]:
    """Axes side by side in one figure, so many; alone, as wide as `new_axes` makes them."""
    import matplotlib.pyplot as plt

    width = 6.4 if count == 1 else 4.2 * count
    figure, axes = plt.subplots(1, count, figsize=(width, 3.8), layout="constrained", squeeze=False)
    figure.set_facecolor("white")
    return list(axes[0])


def new_axes(width: float, height: float) -> "Axes":
    """Axes of a figure of their own, white on dark pages too."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(width, height), layout="constrained")
    figure.set_facecolor("white")
    return ax
