"""Draw the README's picture from the run cards: one sentence, every rung, the same sum.

Run by `make results`, after the cards are made.
"""

import math
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from attention_course.figures import plotting
from attention_course.rungs import RUNGS
from attention_course.runs.results import find_card
from attention_course.widgets import pages

PICTURE = Path(__file__).resolve().parents[1] / "book" / "_static" / "ladder.png"


def main() -> None:
    """Draw the sentence of the book as each card has it, side by side."""
    rows = math.ceil(len(RUNGS) / 2)
    figure, panels = plt.subplots(rows, 2, figsize=(9, 3.75 * rows), layout="constrained")
    for axes, rung in zip(panels.flat, RUNGS, strict=False):
        example = pages.shown(find_card("pocket-korean", rung.stem))
        plotting.heatmap(
            example.weights,
            example.source_tokens,
            example.output_tokens,
            ax=axes,
            title=rung.label,
            colour_bar=False,
        )
    figure.savefig(PICTURE, dpi=100, facecolor="white")


if __name__ == "__main__":
    main()
