"""Diagrams: one grammar, colours of the page, readable on a phone, told to those who cannot see."""

import math
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import torch
from bs4 import BeautifulSoup

from attention_course.diagrams import (
    asking,
    by_hand,
    gru,
    layers,
    machine,
    matrices,
    one_sum,
    roles,
    sentence,
    stacks,
    trained_to,
    triangles,
    writing,
)
from attention_course.diagrams.diagram import NARROW, Diagram, Drawing
from attention_course.diagrams.grids import rounded
from attention_course.diagrams.parts import arrow, step, text, toned, weight_line, width_of
from attention_course.figures.palette import PALETTE
from attention_course.rungs import RUNGS
from home import ROOT

PACKAGE = ROOT / "src" / "attention_course" / "diagrams"
LOOK = (PACKAGE / "diagram.css").read_text(encoding="utf-8")
DIAGRAMS: list[Callable[[], Diagram]] = [
    asking.heads,
    asking.self_attention,
    by_hand.one_step,
    by_hand.plane,
    gru.gru_cell,
    layers.decoder_layer,
    layers.encoder_layer,
    machine.encoder_decoder,
    machine.what_waits,
    matrices.attention_matrices,
    matrices.masks,
    *(partial(one_sum.one_sum, rung.number) for rung in RUNGS),
    roles.roles,
    stacks.transformer,
    trained_to.three_machines,
    triangles.who_reads_whom,
    writing.prefill_and_generation,
    writing.target_shift,
]


def name_of(draw: Callable[[], Diagram]) -> str:
    """The name of the function that draws."""
    return draw.func.__name__ if isinstance(draw, partial) else draw.__name__


each_diagram = pytest.mark.parametrize("draw", DIAGRAMS, ids=lambda draw: name_of(draw))
SMALLEST = 11  # pixels of a letter on a phone


@cache
def drawn(draw: Callable[[], Diagram]) -> Diagram:
    """What a function draws, once for all tests."""
    return draw()


@cache
def page_of(diagram: Diagram) -> BeautifulSoup:
    """The diagram as a page holds it."""
    return BeautifulSoup(diagram._repr_html_(), "html.parser")


def words_of(diagram: Diagram) -> str:
    """All that is written in its first drawing."""
    return " ".join(one.get_text() for one in page_of(diagram).svg.find_all("text"))


def test_every_function_that_draws_a_diagram_is_tried_here():
    named = {
        name
        for file in PACKAGE.glob("*.py")
        for name in re.findall(r"^def (\w+)\([^)]*\) -> Diagram:", file.read_text(), re.M)
    }
    tried = {name_of(draw) for draw in DIAGRAMS}
    assert named - tried == {"layer"}  # from which both layers are made


@each_diagram
def test_a_diagram_has_a_title_and_a_description_in_each_of_its_drawings(draw):
    page = page_of(drawn(draw))
    drawings = page.find_all("svg")
    assert drawings
    for svg in drawings:
        assert svg["role"] == "img"
        told = [page.find(id=name).get_text() for name in svg["aria-labelledby"].split()]
        assert len(told[0]) > 5
        assert len(told[1]) > 60
    ids = [one["id"] for one in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_no_two_diagrams_share_an_id():
    ids = [one["id"] for draw in DIAGRAMS for one in page_of(drawn(draw)).find_all(id=True)]
    assert len(ids) == len(set(ids))


@each_diagram
def test_letters_of_a_diagram_are_large_enough_on_a_phone(draw):
    drawing = drawn(draw).narrow
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', "".join(drawing.parts))]
    assert sizes
    assert min(sizes) * min(1, NARROW / drawing.width) >= SMALLEST


@each_diagram
def test_words_of_a_diagram_stay_on_its_sheet(draw):
    for svg in page_of(drawn(draw)).find_all("svg"):
        width, height = map(float, svg["viewbox"].split()[2:])
        for one in svg.find_all("text"):
            wide = width_of(one.get_text(), float(one["font-size"])) * 0.93
            left = (
                float(one["x"]) - wide * {"start": 0, "middle": 0.5, "end": 1}[one["text-anchor"]]
            )
            assert left >= -3, one
            assert left + wide <= width + 3, one
            assert 8 <= float(one["y"]) <= height, one


@each_diagram
def test_a_diagram_has_no_colour_of_its_own(draw):
    parts = "".join(part for drawing in drawn(draw).drawings() for part in drawing.parts)
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|fill=|stroke=", parts)
    used = {name for names in re.findall(r'class="([^"]*)"', parts) for name in names.split()}
    unknown = {name for name in used if f".{name}" not in LOOK}
    assert unknown == set()


def test_colours_of_diagrams_are_those_of_the_palette():
    written = re.findall(r"var\(--([\w-]+), (#\w{6})\)", LOOK)
    assert len(written) > 10
    assert {(name, PALETTE[name].lower()) for name, _ in written} == set(written)
    bare = re.sub(r"var\(--[\w-]+, #\w{6}\)", "", LOOK)
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b|rgba?\(|hsl", bare)


@each_diagram
def test_every_step_has_a_sentence_and_shows_something_new(draw):
    diagram = drawn(draw)
    assert len(diagram.steps) != 1
    assert len(diagram.steps) <= 8
    assert all(sentence.endswith(".") for sentence in diagram.steps)
    for drawing in diagram.drawings():
        steps = {int(one) for one in re.findall(r'data-step="(\d+)"', "".join(drawing.parts))}
        assert steps == set(range(1, len(diagram.steps) + 1))


def test_without_a_script_all_steps_are_there_as_a_list():
    page = page_of(layers.encoder_layer())
    items = [item.get_text() for item in page.select(".diagram > ol > li")]
    assert items == list(layers.encoder_layer().steps)
    assert page.script is None


def test_a_step_without_a_sentence_is_refused():
    drawing = Drawing(10, 10, (step(2, "<g/>"),))
    with pytest.raises(ValueError, match="expected steps from 1 to 1"):
        Diagram("A title", "what there is to see", drawing, steps=("One.",))


def test_an_arrow_that_leads_nowhere_is_refused():
    with pytest.raises(ValueError, match="leads somewhere"):
        arrow((1, 1), (1, 1))


def test_more_weight_is_a_thicker_and_a_deeper_line():
    thin, thick = (
        BeautifulSoup(weight_line((0, 0), (1, 1), w), "html.parser").path for w in (0.1, 1)
    )
    for what in ("stroke-width", "stroke-opacity"):
        assert float(thin[what]) < float(thick[what])


def test_a_weight_of_zero_has_no_line():
    assert weight_line((0, 0), (1, 1), 0) == ""
    [line] = page_of(one_sum.one_sum(1)).svg.select(".weight")
    assert float(line["stroke-width"]) == 13


def test_what_stands_below_the_line_is_part_of_the_word():
    written = BeautifulSoup(text(0, 0, "W_{hr} & h_t"), "html.parser")
    assert written.get_text() == "Whr & ht"
    assert [one.get_text() for one in written.find_all("tspan") if one["dy"] == "4"] == ["hr", "t"]


def test_parts_of_one_colour_are_a_group():
    assert toned("rung-3", "<g/>") == '<g class="tone-rung-3"><g/></g>'


@pytest.mark.parametrize("values", [(1 / 3, 1 / 3, 1 / 3), (0.125,) * 8, (0.004, 0.006, 0.99)])
def test_weights_add_up_to_one_as_they_are_written(values):
    assert round(sum(map(float, rounded(values))), 9) == 1


def test_numbers_below_zero_are_rounded_too():
    assert rounded((-0.5, 0.25, 1.004)) == ["−0.50", "0.25", "1.00"]


def test_the_matrices_hold_what_pytorch_computes():
    queries, keys, values = (
        torch.tensor(one).double()[None]
        for one in (matrices.QUERIES, matrices.KEYS, matrices.VALUES)
    )
    new = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
    written = words_of(matrices.attention_matrices())
    for number in new.flatten().tolist():
        assert f"{number:.2f}" in written


def test_a_masked_cell_is_empty_and_the_others_are_filled():
    svg = page_of(matrices.masks()).svg
    filled = [bool(cell.get("style")) for cell in svg.select(".cell")]
    padding, causal, window = (filled[start : start + 36] for start in (0, 36, 72))
    assert [sum(one) for one in (padding, causal, window)] == [6 * 4, 21, 16]
    assert causal[5] is False
    assert causal[30] is True


def test_every_word_gets_one_line_from_every_word():
    [group] = [one for one in page_of(asking.self_attention()).find_all(class_="narrow")]
    assert len(group.select(".weight")) == len(asking.WORDS) ** 2


def test_two_heads_look_at_different_words():
    lines = page_of(asking.heads()).svg.select(".weight")
    widths = [float(line["stroke-width"]) for line in lines]
    first, second = widths[:4], widths[4:]
    assert first.index(max(first)) != second.index(max(second))


def test_each_part_of_a_layer_is_added_to_what_was_there():
    for draw, parts in ((layers.encoder_layer, 2), (layers.decoder_layer, 3)):
        svg = page_of(drawn(draw)).svg
        words = [one.get_text() for one in svg.find_all("text")]
        assert words.count("norm") == words.count("+") == len(svg.select(".arrow.thick")) == parts


def test_what_is_read_is_what_is_predicted_one_place_later():
    assert writing.READ[1:] == writing.PREDICTED[:-1]


def test_only_the_first_pass_works_out_several_words():
    svg = page_of(writing.prefill_and_generation()).svg
    words = [one.get_text() for one in svg.find_all("text")]
    assert words.count("k, v") == len(writing.PROMPT) + len(writing.WRITTEN)
    assert words.count("kept") == 3 + 4


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.stem)
def test_the_lines_of_a_rung_are_its_weights_and_add_up_to_one(rung):
    weights = sentence.weights_for(one_sum.PREDICTED, rung)
    assert sum(weights) == pytest.approx(1, abs=1e-3)
    for svg in page_of(one_sum.one_sum(rung.number)).find_all("svg"):
        [group] = svg.select(f".tone-rung-{rung.number}")
        numbers = [one.get_text() for one in group.find_all("text")]
        numbers = [float(one) for one in numbers if one[0].isdigit()]
        assert round(sum(numbers), 9) == 1
        assert numbers == pytest.approx(weights, abs=0.0101)
        widths = [float(line["stroke-width"]) for line in group.select(".weight")]
        assert widths == pytest.approx([1 + 12 * one for one in weights if one], abs=0.02)


def test_each_rung_is_the_same_picture_with_other_lines():
    shown = []
    for number in (1, 2, 3, 4):
        svg = page_of(one_sum.one_sum(number)).svg
        last = svg.select(f".tone-rung-{number}")[-1]
        shown.append([str(one) for one in last.select(".box, .sum")])
    assert shown[0] == shown[1] == shown[2] == shown[3]


def test_a_word_that_a_model_did_not_write_has_no_weights():
    with pytest.raises(ValueError, match="expected 'postcard' in what"):
        sentence.weights_for("postcard", RUNGS[0])


def test_the_encoder_has_a_state_for_each_token_and_hands_over_the_last():
    svg = page_of(machine.encoder_decoder()).svg
    words = [one.get_text() for one in svg.find_all("text")]
    assert [word for word in words if word[0] == "h"][-1] == f"h{len(sentence.source())}"
    assert len([word for word in words if word[0] == "s" and word[1:].isdigit()]) == len(
        sentence.target()
    )
    fed_back = svg.select(".tone-gold .arrow")
    assert len(fed_back) == len(sentence.target()) - 1


def test_the_algebra_of_the_cell_is_that_of_pytorch():
    torch.manual_seed(0)
    cell, word, before = torch.nn.GRUCell(3, 5), torch.randn(2, 3), torch.randn(2, 5)
    (w_r, w_z, w), (u_r, u_z, u) = cell.weight_ih.chunk(3), cell.weight_hh.chunk(3)
    torch.nn.init.zeros_(cell.bias_ih)
    torch.nn.init.zeros_(cell.bias_hh)
    z = torch.sigmoid(word @ w_z.T + before @ u_z.T)
    r = torch.sigmoid(word @ w_r.T + before @ u_r.T)
    n = torch.tanh(word @ w.T + r * (before @ u.T))
    assert gru.ALGEBRA[2] == "h_t = z_t ∘ h_{t−1} + (1 − z_t) ∘ n_t"
    torch.testing.assert_close(z * before + (1 - z) * n, cell(word, before))


def test_a_cell_that_is_folded_opens_with_a_line():
    page = page_of(gru.gru_cell())
    assert page.details.summary.get_text().startswith("Open the cell")
    assert page.select("details .diagram svg")


def test_only_the_chain_waits():
    words = words_of(machine.what_waits())
    assert [f"moment {number}" in words for number in range(1, 8)] == [True] * 6 + [False]


def test_the_mean_lies_in_the_triangle_and_the_maximum_outside():
    words = words_of(by_hand.plane())
    assert "mean (1.33, 1)" in words
    assert "maximum (3, 2)" in words


def test_the_step_by_hand_is_what_the_chapter_computes():
    words = words_of(by_hand.one_step())
    context = [26 / 11, 10 / 11]
    for number in (*context, math.log(2), 3 * math.log(2)):
        assert f"{number:.2f}" in words
    for weight in rounded([2 / 11, 1 / 11, 8 / 11]):
        assert weight in words


def test_each_role_says_what_it_is_here_and_later():
    words = words_of(roles.roles())
    assert words.count("here") == words.count("later") == len(roles.ROLES) == 3


def test_the_script_of_steps_is_loaded_by_every_page():
    script = Path("book/_static/diagrams.js")
    assert (ROOT / script).is_file()
    assert script.name in (ROOT / "_config.yml").read_text(encoding="utf-8")


def test_equal_weights_are_written_alike():
    assert one_sum.written([0.125] * 8) == ["0.125"] * 8
    assert one_sum.written([0.7, 0.3]) == ["0.70", "0.30"]


def test_nothing_is_drawn_for_no_words():
    assert text(1, 1, "") == ""
