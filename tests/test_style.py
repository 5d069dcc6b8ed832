"""One look for each rung: told apart by the colour-blind, in grey, and on white."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from attention_course.figures import heatmaps
from attention_course.figures.style import COLOURS, STYLES, styles


def luminance(colour):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


def test_darker_always_means_more_weight_in_grey_too():
    shades = [luminance(heatmaps.WEIGHTS(level)[:3]) for level in np.linspace(0, 1, 101)]
    assert (np.diff(shades) < 0).all()


def test_each_rung_is_told_apart_by_colour_marker_and_dashes():
    for left, right in combinations(STYLES.values(), 2):
        assert all(a != b for a, b in zip(left, right, strict=True))
    for colour in COLOURS.values():
        assert 1.05 / (luminance(colour) + 0.05) > 3  # contrast on white


def test_variants_of_a_rung_share_its_colour_and_nothing_else():
    dot, additive, tied, ibm, random_links = styles(
        ["ch3_attention, dot", "ch3_attention, additive", "ch4_self_attention", "IBM", "chance"]
    )
    assert dot.colour == additive.colour == COLOURS["ch3_attention"]
    assert (dot.marker, dot.dashes) != (additive.marker, additive.dashes)
    assert [dot.label, additive.label] == ["Attention, dot", "Attention, additive"]
    assert len({dot.colour, tied.colour, ibm.colour, random_links.colour}) == 4
    assert ibm.label == "IBM"


def test_curves_that_only_a_legend_tells_apart_are_never_drawn_alike():
    three = styles(["one", "two", "three"])
    assert len({(one.colour, one.marker, one.dashes) for one in three}) == 3
    with pytest.raises(ValueError, match=r"at most 3 curves .* 'four'"):
        styles(["one", "two", "three", "four"])
    assert len(styles(["one", "two", "three", "four"], named=True)) == 4
