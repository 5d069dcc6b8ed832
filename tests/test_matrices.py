"""Matrices as pictures: what stands in a cell, and how dark it is."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from attention_course.figures.matrices import matrices, shares, written
from attention_course.figures.palette import INK, PAPER


@pytest.fixture(autouse=True)
def _closed_afterwards():
    yield
    plt.close("all")


def test_cells_are_shaded_from_the_lowest_number_to_the_highest_and_hidden_ones_are_blank():
    found = shares(np.array([[-1.0, 0.0], [-np.inf, 3.0]]))
    assert found.tolist() == [[0.0, 0.25], [0.0, 1.0]]
    assert shares(np.full((2, 2), 7.0)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.0, 2, "2"),
        (4.000001, 2, "4"),
        (0.444, 2, "0.44"),
        (-1.25, 1, "−1.2"),
        (-0.01, 1, "0.0"),
        (0.0, 1, "0"),
        (-0.0, 0, "0"),
        (-np.inf, 1, "−∞"),
    ],
)
def test_a_cell_says_its_number_with_a_true_minus_and_no_negative_zero(value, digits, text):
    assert written(value, digits) == text


def test_each_matrix_has_its_own_panel_names_and_numbers_that_can_be_read_on_their_ground():
    panels = matrices({"scores": [[4, 0], [0, 4]], "weights": [[1, 0], [0, 1]]}, "uv", "uv", 0)
    assert [ax.get_title() for ax in panels] == ["scores", "weights"]
    assert [tick.get_text() for tick in panels[0].get_yticklabels()] == ["u", "v"]
    numbers = [(text.get_text(), text.get_color()) for text in panels[0].texts]
    assert numbers == [("4", PAPER), ("0", INK), ("0", INK), ("4", PAPER)]


def test_without_digits_a_matrix_has_no_numbers():
    [ax] = matrices({"": np.eye(3)}, digits=None)
    assert len(ax.texts) == 0
