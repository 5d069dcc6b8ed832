"""The front page's figure: what it shows is what the run cards say."""

import pytest

from attention_course.data.pocket_korean import read_examples
from attention_course.rungs import RUNGS
from attention_course.runs.results import find_card
from attention_course.widgets import front, pages


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.stem)
def test_the_front_page_shows_the_weights_of_the_run_cards(rung):
    [shown] = [one for one in front.model()["rungs"] if one["number"] == rung.number]
    example = pages.shown(find_card("pocket-korean", rung.stem))
    assert shown["output"] == example.output_tokens
    assert len(shown["weights"]) == len(example.weights)
    for row, measured in zip(shown["weights"], example.weights, strict=True):
        assert row == pytest.approx(measured, abs=6e-4)


def test_the_front_page_says_what_each_word_of_the_sentence_means():
    words = front.model()["words"]
    assert [one["word"] for one in words] == [*read_examples()[0].source.split(), "<eos>"]
    assert [one["word"] for one in words if not one["meaning"]] == ["."]


def test_every_state_of_the_front_page_has_its_word():
    model = front.model()
    assert {len(row) for rung in model["rungs"] for row in rung["weights"]} == {len(model["words"])}
