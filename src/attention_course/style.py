"""One look for each rung, the same in every figure, on every page and in every widget."""

from typing import NamedTuple


class Style(NamedTuple):
    """How a curve is drawn: told apart by colour, by marker and by dashes."""

    colour: str
    label: str
    marker: str
    dashes: str


# Okabe and Ito's colours (2008), black made grey; each has a contrast above 3 on white.
STYLES = {
    "ch1_bottleneck": Style("#4D4D4D", "Bottleneck", "o", ":"),
    "ch2_averaging": Style("#D55E00", "Averaging", "s", "--"),
    "ch3_attention": Style("#0072B2", "Attention", "D", "-"),
    "ch4_self_attention": Style("#009E73", "Self-attention", "^", "-."),
}
COLOURS = {stem: style.colour for stem, style in STYLES.items()}
LABELS = {stem: style.label for stem, style in STYLES.items()}
OTHERS = [Style("#8C6BB1", "", "v", "--"), Style("#999999", "", "P", ":")]
GOLD = "#E69F00"


def style(key: str, number: int) -> Style:
    """The style of a rung; what is no rung gets one of the others, by its number."""
    for stem, known in STYLES.items():
        if key.startswith(stem):
            return known._replace(label=key.replace(stem, known.label, 1))
    return OTHERS[number % len(OTHERS)]._replace(label=key)
