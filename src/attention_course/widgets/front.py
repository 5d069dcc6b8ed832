"""What the front page opens with: the sum on the book's sentence, as four trained models do it."""

from typing import Any

import matplotlib.pyplot as plt
from IPython.display import HTML

from attention_course.data.pocket_korean import read_examples
from attention_course.figures import plotting
from attention_course.korean.gloss import gloss_pair
from attention_course.rungs import RUNGS, Rung
from attention_course.runs.results import find_card
from attention_course.widgets import pages

ALT = "Heatmap of the weights of attention: each English word reads Korean words of its own."


def four_rungs() -> HTML:
    """A figure to play with: choose a rung and a word, see which states the word is made of."""
    example = pages.shown(find_card("pocket-korean", RUNGS[2].stem))
    picture = plotting.heatmap(example.weights, example.source_tokens, example.output_tokens)
    figure = pages.play("four-rungs", model(), picture, alt=ALT)
    plt.close(plotting.figure_of(picture))
    return figure


def model() -> dict[str, Any]:
    """What the figure draws: the words that are read, and what each rung's run card says of them.

    Weights are rounded to thousandths.
    """
    pair = read_examples()[0]
    words = [
        {"word": one.word, "meaning": one.meaning.split(" / ")[0]}
        for one in gloss_pair(pair.source, pair.target, pair.sure or ())
    ]
    return {
        "words": [*words, {"word": "<eos>", "meaning": "the end"}],
        "reference": pair.target,
        "rungs": [of_rung(rung) for rung in RUNGS],
    }


def of_rung(rung: Rung) -> dict[str, Any]:
    """What the run card of a rung says of the sentence: its words, and their weights."""
    example = pages.shown(find_card("pocket-korean", rung.stem))
    return {
        "name": rung.label,
        "number": rung.number,
        "colour": rung.colour,
        "source_of_weights": rung.source_of_weights,
        "output": example.output_tokens,
        "weights": [[round(weight, 3) for weight in row] for row in example.weights],
    }
