"""Draw the README's picture from the run cards: one sentence, four rungs, the same sum.

Run by `make results`, after the cards are made.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from attention_course.figures import plotting
from attention_course.runs.results import find_card

PICTURE = Path(__file__).resolve().parents[1] / "book" / "_static" / "ladder.png"


def main() -> None:
    """Draw the shortest example of each card side by side."""
    figure, places = plt.subplots(2, 2, figsize=(9, 7.5), layout="constrained")
    for axes, (stem, label) in zip(places.flat, plotting.LABELS.items(), strict=True):
        examples = find_card("pocket-korean", stem).examples
        example = min(examples, key=lambda one: len(one.source))
        plotting.heatmap(
            example.weights,
            example.source_tokens,
            example.output_tokens,
            ax=axes,
            title=label,
            colour_bar=False,
        )
    figure.savefig(PICTURE, dpi=100, facecolor="white")


if __name__ == "__main__":
    main()
