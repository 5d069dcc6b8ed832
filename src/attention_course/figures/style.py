"""One look for each rung, the same in every figure, on every page and in every widget."""

from collections import Counter
from collections.abc import Iterable
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from attention_course.figures.palette import OTHERS as OTHER_COLOURS
from attention_course.rungs import NUMBERED

if TYPE_CHECKING:  # the colours can be had without matplotlib
    from matplotlib.axes import Axes


class Style(NamedTuple):
    """How a curve is drawn: told apart by colour, by marker and by dashes."""

    colour: str
    label: str
    marker: str
    dashes: str | tuple[int, tuple[int, ...]]


COLOURS = {rung.stem: rung.colour for rung in NUMBERED}
LABELS = {rung.stem: rung.label for rung in NUMBERED}
STYLES = {rung.stem: Style(rung.colour, rung.label, rung.marker, rung.dashes) for rung in NUMBERED}
VARIANTS = (("v", "--"), ("P", ":"), ("X", "-."))  # marker and dashes of a rung's further curves
OTHERS = tuple(  # what is no rung
    Style(colour, "", marker, dashes)
    for colour, (marker, dashes) in zip(OTHER_COLOURS, VARIANTS, strict=True)
)
LEGEND_LINE = 0.19  # inches of height
WIDTH = 4.3  # inches of a figure or panel: on a phone its 10 points are 11 pixels or more
LINE, BESIDE = 40, 28  # characters of a title over such a figure, and where names stand beside it


def styles(keys: Iterable[str], named: bool = False) -> list[Style]:
    """The styles of things that stand in one figure: stems, stems and more words, or others.

    All that begins with one stem has the colour of its rung, and markers and dashes of its own.
    Where each is `named` beside its mark, as bars are, styles may come again.

    Raises:
        ValueError: two that only a legend tells apart would look alike.
    """
    counts: Counter[str] = Counter()  # curves of each rung so far, and of what is none
    chosen = []
    for key in keys:
        stem = next((stem for stem in STYLES if key.startswith(stem)), "")
        most = len(VARIANTS) + 1 if stem else len(OTHERS)
        if counts[stem] == most and not named:
            raise ValueError(
                f"expected at most {most} curves of one kind in a figure, got one more, {key!r}; "
                "draw fewer, or put some into a panel of their own"
            )
        chosen.append(style_of(key, stem, counts[stem]))
        counts[stem] += 1
    return chosen


def style_of(key: str, stem: str, earlier: int) -> Style:
    """The style of one curve of a rung (none: "") that has so many earlier ones in the figure."""
    if not stem:
        return OTHERS[earlier % len(OTHERS)]._replace(label=key)
    style = STYLES[stem]._replace(label=key.replace(stem, LABELS[stem], 1))
    if earlier:
        marker, dashes = VARIANTS[(earlier - 1) % len(VARIANTS)]
        style = style._replace(marker=marker, dashes=dashes)
    return style


def new_row(count: int) -> list["Axes"]:
    """Axes side by side in one figure, so many, each in a subfigure of its own.

    The website cuts the figure into these subfigures, which lie below each other on a phone.
    """
    import matplotlib.pyplot as plt

    if count == 1:
        return [new_axes(WIDTH, 3.3)]
    figure = plt.figure(figsize=(WIDTH * count, 3.3), layout="constrained", facecolor="white")
    panels = figure.subfigures(1, count, squeeze=False, facecolor="white")
    return [panel.subplots() for panel in panels[0]]


def new_axes(width: float, height: float) -> "Axes":
    """Axes of a figure of their own, white on dark pages too."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(width, height), layout="constrained")
    figure.set_facecolor("white")
    return ax


def broken(title: str, room: int = LINE) -> str:
    """A title in lines of so many characters, for which a figure has room."""
    return "\n".join(wrap(title, room))
