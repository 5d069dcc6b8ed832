"""What the short runs are worth, worked out by hand."""

import json
import math

import pytest

from attention_course.claims.ablation import Ablation, in_interval, signed

PLAIN = [
    {"rung": "attention", "change": "nothing changed", "bleu": b, "updates": 90}
    for b in (30.0, 31.0, 32.0)
]
LOWER = [{"rung": "averaging", "change": "nothing changed", "bleu": 20.0, "updates": 80}]
ONE = [{"rung": "attention", "change": "no mean", "bleu": 29.0, "updates": 90}]
THREE = [
    {"rung": "attention", "change": "pools", "bleu": b, "updates": u}
    for b, u in ((29.0, 60), (31.0, 60), (30.0, 63))
]


@pytest.fixture
def short(tmp_path):
    file = tmp_path / "ablation.json"
    file.write_text(json.dumps({"budget": 250, "runs": [*PLAIN, *LOWER, *ONE, *THREE]}))
    return Ablation(file)


def test_a_change_is_worth_the_difference_of_the_means_of_all_seeds(short):
    assert short.worth("attention", "no mean") == pytest.approx(-2)
    assert short.worth("attention", "pools") == pytest.approx(-1)
    assert short.updates("attention", "pools") == 61


def test_the_most_harmful_change_comes_first(short):
    assert short.changes("attention") == ["no mean", "pools"]
    assert short.changes("averaging") == []


def test_seeds_are_told_by_rungs_that_have_several(short):
    assert short.spread() == (pytest.approx(1), 2)


def test_chance_is_smaller_where_a_change_was_tried_with_more_seeds(short):
    assert short.margin("attention", "no mean") == pytest.approx(4.303 * math.sqrt(1 + 1 / 3))
    assert short.margin("attention", "pools") == pytest.approx(4.303 * math.sqrt(1 / 3 + 1 / 3))


def test_pairs_are_of_one_seed_each(short):
    assert short.paired("attention", "pools") == [1, 0, 2]
    with pytest.raises(ValueError, match="zip"):
        short.paired("attention", "no mean")


def test_a_difference_is_read_with_its_sign_and_nought_has_no_minus():
    assert [signed(one) for one in (1.25, -0.04, -2.0)] == ["+1.2", "+0.0", "−2.0"]
    assert in_interval([1.0, 1.0, 1.0]) == "+1.0 (+1.0 to +1.0)"
