"""Figures in pages: matplotlib's SVG becomes part of a page and takes its colours and its font."""

import base64
import io
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib import pyplot as plt

from attention_course.figures import plotting
from attention_course.figures.style import new_axes, new_row

sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))
import course_figures


@pytest.fixture(autouse=True)
def _closed_afterwards():
    settings = {"backend": "agg", "svg.fonttype": "none", "svg.hashsalt": "course"}
    with mpl.rc_context(settings):
        yield
        plt.close("all")


def in_page(ax, alt="what is seen", prefix="d1-"):
    """The figure of these axes as a page shows it."""
    file = io.StringIO()
    plotting.figure_of(ax).savefig(file, format="svg", bbox_inches="tight")
    return BeautifulSoup(course_figures.page_figure(file.getvalue(), alt, prefix), "html.parser")


def lines():
    return plotting.quality_by_length(
        {"ch3_attention": [(4, 30, 29, 31), (8, 28, 27, 29)], "IBM": [(4, 9, 8, 10), (8, 7, 6, 8)]},
        title="Attention wins",
    )


def test_every_colour_of_a_figure_is_named_and_its_ground_is_that_of_the_page():
    page = str(in_page(lines()))
    assert course_figures.COLOUR.findall(page) == []
    assert "var(--rung-3)" in page
    assert "fill: var(--paper)" not in page


def test_the_numbers_that_a_figure_says_keep_all_of_their_digits():
    ax = lines()
    ax.set_yticks([0.125, 0.175], ["0.125", "0.175"])
    ax.text(5, 20, "0.002 nats")
    texts = [one.get_text() for one in in_page(ax).find_all("text")]
    for number in ("0.125", "0.175", "0.002 nats"):
        assert number in texts


def test_whiskers_have_named_colours_too():
    page = str(in_page(plotting.bars({"ch1_bottleneck": (2, 1, 3), "IBM": (4, 3, 5)})))
    assert course_figures.COLOUR.findall(page) == []


def test_every_weight_is_drawn_in_steps_of_the_palette():
    words = list("abcdefghijk")
    page = in_page(plotting.heatmap(np.linspace(0, 1, 121).reshape(11, 11), words, words))
    assert course_figures.COLOUR.findall(str(page)) == []
    assert page.find("image") is None
    assert "color-mix(in srgb, var(--weight-8)" in str(page)


def test_text_stays_text_and_leaves_its_font_to_the_page():
    page = in_page(lines())
    assert "Attention wins" in [text.get_text() for text in page.find_all("text")]
    assert "font-family" not in str(page)


def test_styles_of_a_figure_do_not_reach_the_page():
    assert in_page(lines()).find("style") is None


def test_two_figures_of_a_page_share_no_id_and_use_their_own():
    pages = [in_page(lines(), prefix=f"d{number}-") for number in (1, 2)]
    ids = [[one["id"] for one in page.find_all(id=True)] for page in pages]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    for page, own in zip(pages, ids, strict=True):
        assert len(set(own)) == len(own)
        assert {use["href"][1:] for use in page.find_all("use")} <= set(own)


def test_those_who_do_not_see_a_figure_are_told_what_it_shows():
    drawing = in_page(lines(), alt='One "curve" falls & ends').select_one(".drawing")
    assert (drawing["role"], drawing["aria-label"]) == ("img", 'One "curve" falls & ends')
    assert all(svg["aria-hidden"] == "true" for svg in drawing.find_all("svg"))


def test_each_panel_becomes_a_drawing_with_its_own_curve_and_text():
    panels = new_row(3)
    for number, ax in enumerate(panels, 1):
        ax.plot([1, 2], [number, 2 * number], color="#0072B2")
        ax.set_title(f"panel {number}")
    plotting.figure_of(panels[0]).suptitle("The finding")
    page = in_page(panels[0])
    assert page.select_one(".drawing-title").get_text() == "The finding"
    drawings = page.find_all("svg")
    titles = [
        [t.get_text() for t in svg.find_all("text") if "panel" in t.get_text()] for svg in drawings
    ]
    assert titles == [["panel 1"], ["panel 2"], ["panel 3"]]
    lefts = [float(svg["viewbox"].split()[0]) for svg in drawings]
    assert lefts == sorted(set(lefts))


def test_a_figure_is_never_so_narrow_that_its_words_are_too_small():
    ax = new_axes(8.0, 3.0)
    ax.set_title("small", fontsize=5)
    [svg] = in_page(ax).find_all("svg")
    width = float(svg["viewbox"].split()[2])
    assert f"--least: {width * 11 / 5:.0f}px" in svg["style"]


def test_figures_of_the_course_fit_a_phone():
    for ax in (lines(), plotting.bars({"ch1_bottleneck": (2, 1, 3), "IBM": (4, 3, 5)})):
        [svg] = in_page(ax).find_all("svg")
        assert float(svg["style"].split("--least: ")[1].removesuffix("px")) <= 358


def test_a_picture_that_a_cell_carries_is_drawn_in_the_colours_of_the_page_too(tmp_path):
    still = plotting.figure_of(lines())
    still.savefig(tmp_path / "hash.svg", bbox_inches="tight")
    encoded = base64.b64encode((tmp_path / "hash.svg").read_bytes()).decode()
    body = (
        '<img src="../_images/hash.svg" alt="one"/><img src="photo.png" alt="two">'
        f'<p><img alt="three" src="data:image/svg+xml;base64,{encoded}"></p>'
    )
    files = {"hash.svg": tmp_path / "hash.svg"}
    page = BeautifulSoup(course_figures.with_drawings(body, files), "html.parser")
    names = [drawing["aria-label"] for drawing in page.select(".drawing")]
    assert names == ["one", "three"]
    assert page.select_one("p .drawing svg")
    assert [image["alt"] for image in page.find_all("img")] == ["two"]
    assert course_figures.COLOUR.findall(str(page)) == []


def test_what_is_no_figure_of_matplotlib_is_refused():
    with pytest.raises(ValueError, match="expected a figure of matplotlib, got"):
        course_figures.page_figure("<svg xmlns='http://www.w3.org/2000/svg'/>", "", "d1-")
