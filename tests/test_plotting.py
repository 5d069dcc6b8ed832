"""Figures: the numbers that are given are the numbers that are drawn, in letters that exist."""

import subprocess
import sys
import warnings
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from attention_course.figures import heatmaps, plotting
from attention_course.figures.hangul import find_font

SOURCE, TARGET = ["나는", "책을", "읽었다"], ["I", "read", "a", "book", "."]
WEIGHTS = np.random.default_rng(0).dirichlet(np.ones(3), size=5)
BINS = ["1-8", "9-12"]


@pytest.fixture(autouse=True)
def _closed_afterwards():
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_source_is_on_x_and_target_on_y_and_weights_run_from_0_to_1():
    ax = plotting.heatmap(WEIGHTS, SOURCE, TARGET, font=None, title="Who looks where")
    (cells,) = ax.collections
    assert np.array_equal(cells.get_array(), WEIGHTS)
    assert cells.get_clim() == (0, 1)
    assert labels(ax.xaxis) == ["naneun", "chaegeul", "ilgeotda"]
    assert labels(ax.yaxis) == TARGET
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first predicted word is at the top
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("source", "predicted")
    assert ax.get_title() == "Who looks where"
    (bar,) = ax.child_axes
    assert bar.get_ylabel() == "attention weight"


def test_a_heatmap_is_drawn_on_the_axes_that_are_given():
    figure, ax = plt.subplots()
    assert plotting.heatmap(WEIGHTS, SOURCE, TARGET, ax=ax, colour_bar=False) is ax
    assert plt.get_fignums() == [figure.number]
    assert ax.child_axes == []


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (WEIGHTS.T, r"shape \(5, 3\), got \(3, 5\); transpose them"),
        (WEIGHTS[:, :2], r"got \(5, 2\); cut off the padding"),
        (WEIGHTS * 2, "expected weights from 0 to 1, got .*; if these are scores"),
        (WEIGHTS - 0.5, "expected weights from 0 to 1, got -0"),
        (np.where(WEIGHTS[0, 0] == WEIGHTS, np.nan, WEIGHTS), "got nan to nan"),
    ],
)
def test_what_are_no_weights_of_these_words_is_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        plotting.heatmap(weights, SOURCE, TARGET)


def test_no_words_are_refused():
    with pytest.raises(ValueError, match="expected weights"):
        plotting.heatmap(np.zeros((0, 0)), [], [])


def test_sure_links_are_solid_squares_and_possible_ones_dotted():
    sure, possible = {(0, 0), (1, 3)}, {(0, 0), (1, 3), (1, 2)}
    ax = plotting.heatmap(WEIGHTS, SOURCE, TARGET, links=(sure, possible))
    dashes = {
        (round(patch.get_x() + 0.42), round(patch.get_y() + 0.42)): patch.get_linestyle()
        for patch in ax.patches
    }
    assert dashes == {(0, 0): "-", (1, 3): "-", (1, 2): ":"}
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["gold: sure link", "gold: possible link"]


@pytest.mark.parametrize("link", [(3, 0), (0, 5), (-1, 0)])
def test_a_link_outside_the_sentence_is_refused(link):
    with pytest.raises(ValueError, match=r"inside 3 source and 5 target words, got \("):
        plotting.heatmap(WEIGHTS, SOURCE, TARGET, links=({link}, set()))


def draw_strictly(font):
    """Draw Hangul in words and title; a letter that the font lacks would raise a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plotting.heatmap(WEIGHTS, SOURCE, TARGET, title="읽었다 looks back", font=font)
        ax.figure.canvas.draw()
    return ax


def test_without_a_font_hangul_is_written_in_latin_letters():
    ax = draw_strictly(None)
    assert ax.get_title() == "ilgeotda looks back"
    assert labels(ax.xaxis) == ["naneun", "chaegeul", "ilgeotda"]


def test_where_no_font_has_a_letter_latin_letters_are_chosen(monkeypatch):
    monkeypatch.setattr(heatmaps, "find_font", lambda text: None)
    assert labels(draw_strictly("auto").xaxis) == ["naneun", "chaegeul", "ilgeotda"]


def test_with_a_font_hangul_is_drawn_as_it_is():
    ax = draw_strictly("auto")
    assert labels(ax.xaxis) == SOURCE
    assert find_font() in ax.get_xticklabels()[0].get_fontfamily()


@pytest.mark.parametrize("words", [1, 3, 11, 61])
def test_words_beside_a_heatmap_do_not_lie_on_each_other(words):
    names = [f"w{number}" for number in range(words)]
    ax = plotting.heatmap(np.eye(words), names, names)
    ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(upper.y0 > lower.y0 + 0.6 * lower.height for upper, lower in pairwise(boxes))
    assert max(ax.figure.get_size_inches()) < 12


def test_quality_by_bins_is_drawn_with_its_intervals():
    curves = {
        "ch1_bottleneck": [("1-8", 25, 24, 27), ("9-12", 20, 19, 21)],
        "ch3_attention": [("1-8", 35, 34, 36), ("9-12", 34, 33, 35)],
    }
    ax = plotting.quality_by_length(curves)
    assert labels(ax.xaxis) == BINS
    assert [line.get_ydata().tolist() for line in ax.lines] == [[25, 20], [35, 34]]
    spans = [bars.get_segments()[0][:, 1].tolist() for bars in ax.collections]
    assert spans == [[24, 27], [34, 36]]
    assert [line.get_color() for line in ax.lines] == [plotting.COLOURS[stem] for stem in curves]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("source length (words)", "BLEU")


def test_quality_by_length_is_drawn_at_its_lengths():
    rows = [(4, 0.9, 0.8, 1.0), (16, 0.5, 0.4, 0.6)]
    ax = plotting.quality_by_length({"ch2_averaging": rows}, ylabel="accuracy")
    assert ax.lines[0].get_xdata().tolist() == [4, 16]
    assert ax.get_ylabel() == "accuracy"


def test_an_interval_without_its_value_is_refused():
    with pytest.raises(ValueError, match=r"with the value between, got .* for ch1_bottleneck"):
        plotting.quality_by_length({"ch1_bottleneck": [("1-8", 25, 26, 27)]})
    with pytest.raises(ValueError, match="with the value between"):
        plotting.bars({"ch1_bottleneck": (25, 24, float("nan"))})


def test_training_and_validation_are_both_drawn():
    ax = plotting.training_curves({"ch3_attention": [(1, 5.0, 5.5), (2, 4.0, 4.75)]})
    assert [line.get_ydata().tolist() for line in ax.lines] == [[5, 4], [5.5, 4.75], []]
    assert ax.get_ylabel() == "loss (nats per token)"


def test_bars_begin_at_zero_and_say_their_value():
    ax = plotting.bars({"ch1_bottleneck": (18.25, 17, 19), "IBM": (9, 8, 10)}, title="Ladder")
    assert [patch.get_height() for patch in ax.patches] == [18.25, 9]
    assert ax.get_ylim()[0] == 0
    assert [text.get_text() for text in ax.texts] == ["18.2", "9.0"]
    assert labels(ax.xaxis) == ["Bottleneck", "IBM"]


def test_figures_are_white_on_dark_pages_too():
    with mpl.rc_context({"figure.facecolor": (0, 0, 0, 0)}):
        ax = plotting.bars({"ch1_bottleneck": (2, 1, 3)})
    assert to_rgb(ax.figure.get_facecolor()) == (1, 1, 1)


def test_plotting_does_not_load_torch():
    code = "import sys, attention_course.figures.plotting; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_columns_of_pocket_korean_say_what_their_words_mean():
    words = "유나는 책을 읽었어요 . <eos>".split()
    ax = plotting.heatmap(np.eye(5), words, words)
    columns = [label.get_text() for label in ax.get_xticklabels()]
    assert columns == ["유나는 · yuna", "책을 · book", "읽었어요 · read", ".", "<eos>"]
    plain = plotting.heatmap(np.eye(5), words, words, gloss=False)
    assert [label.get_text() for label in plain.get_xticklabels()] == words


def test_columns_of_other_korean_have_no_meanings():
    words = "철수는 집에 갔다".split()
    ax = plotting.heatmap(np.eye(3), words, words)
    assert [label.get_text() for label in ax.get_xticklabels()] == words
