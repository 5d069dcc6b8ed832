"""The colours of the website: those of figures are the package's, and all can be told apart."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from attention_course.figures.palette import PALETTE

CSS = (Path(__file__).parents[1] / "book" / "_static" / "palette.css").read_text(encoding="utf-8")
SHAPES = [name for name in PALETTE if re.match("rung|gold|other", name)]


def block(selector):
    """The variables that the palette gives to a selector."""
    [inside] = re.findall(rf"^{re.escape(selector)} {{(.*?)^}}", CSS, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#\w{6});", inside))


LIGHT = block("html")
DARK = LIGHT | block('html[data-theme="dark"]')
THEMES = {"light": LIGHT | block('html[data-theme="light"]'), "dark": DARK}
each_theme = pytest.mark.parametrize("theme", THEMES)


def luminance(colour):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_light_pages_draw_figures_in_the_colours_of_the_package():
    assert {name: colour.upper() for name, colour in LIGHT.items()} == PALETTE


def test_dark_pages_have_a_colour_of_their_own_for_every_colour_of_figures():
    assert {name for name in PALETTE if DARK[name] == LIGHT[name]} == set()


@each_theme
@pytest.mark.parametrize("name", ["rung-1", "rung-2", "rung-3", "rung-4"])
def test_a_rung_stands_out_from_the_page(theme, name):
    assert contrast(THEMES[theme][name], THEMES[theme]["paper"]) >= 3


@each_theme
def test_words_can_be_read_on_the_page_and_on_what_is_raised_from_it(theme):
    colours = THEMES[theme]
    for ground in (colours["paper"], colours["pst-color-surface"]):
        for name in ("text-base", "text-muted", "link", "link-hover", "inline-code"):
            assert contrast(colours[f"pst-color-{name}"], ground) >= 4.5, name
        assert contrast(colours["ink"], ground) >= 7


@each_theme
def test_more_weight_stands_out_more_from_the_page(theme):
    colours = THEMES[theme]
    steps = [contrast(colours[f"weight-{step}"], colours["paper"]) for step in range(9)]
    assert all(before < after for before, after in pairwise(steps))


@each_theme
def test_no_two_colours_of_curves_are_the_same(theme):
    colours = [THEMES[theme][name] for name in SHAPES]
    assert len(set(colours)) == len(colours)
