"""Each claim is measured at the smallest size, and each experiment can fail."""

from dataclasses import replace

import pytest
import torch

from attention_course.claims import catalogue, runner
from attention_course.claims.ch3_attention import c05_soft_lookup, c06_weights, c09_mostly_high
from attention_course.claims.ch4_self_attention import c17_parallel, c21_every_word, c23_general
from attention_course.claims.graph import unrolled
from attention_course.context import Context
from attention_course.course import CHAPTERS
from attention_course.ladder.ch2_averaging import Mean
from attention_course.ladder.ch3_attention import Lookup

EXACT = [claim for claim in catalogue.CLAIMS.values() if claim.exact]
TRAINED = ["c01", "c04", "c10", "c11"]  # at `smoke`, c22 shows nothing yet


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """Runs that claims share are trained once."""
    return tmp_path_factory.mktemp("cards")


@pytest.mark.parametrize("claim", EXACT, ids=lambda claim: claim.id)
def test_an_exact_claim_has_the_verdict_written_down_beforehand(claim, cards):
    record = runner.measure(claim, "cpu", cards)
    assert record["verdict"] == claim.verdict, record["predictions"]
    assert record == runner.measure(claim, "cpu", cards)


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_claim_shows_its_direction(name, cards):
    record = runner.measure(catalogue.CLAIMS[name], "smoke", cards)
    assert record["verdict"] == catalogue.CLAIMS[name].verdict, record["predictions"]


@pytest.mark.parametrize("claim", catalogue.CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_says_everything_before_it_is_measured(claim):
    assert claim.stem in CHAPTERS
    assert all((claim.korean, claim.english, claim.how, claim.predictions))
    assert claim.exact or claim.seeds >= 5
    for one in claim.predictions:
        assert one.low > -float("inf") or one.high < float("inf"), "a band that nothing refutes"


def test_an_unknown_claim_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"expected claims among c01, .* got c99"):
        catalogue.find(["c99"])


# Each of them can fail


def verdict(claim, preset, folder):
    return runner.measure(claim, preset, folder)["verdict"]


def test_c01_turns_if_nothing_is_lost(tmp_path, monkeypatch):
    variants = CHAPTERS["ch1_bottleneck"].variants
    monkeypatch.setitem(variants, "last", CHAPTERS["ch3_attention"].variants["dot"])
    assert verdict(catalogue.CLAIMS["c01"], "smoke", tmp_path) == "refuted"


def test_c04_and_c10_turn_if_attention_ignores_the_query(tmp_path, monkeypatch):
    monkeypatch.setitem(CHAPTERS["ch3_attention"].variants, "dot", lambda run: Mean())
    assert verdict(catalogue.CLAIMS["c04"], "smoke", tmp_path) == "refuted"


def test_c11_turns_if_feeding_does_harm(tmp_path, monkeypatch):
    from attention_course.ladder.ch3_attention import FeedAttentional

    monkeypatch.setattr(
        FeedAttentional, "forward", lambda self, vector, readout: 1e3 * torch.randn_like(readout)
    )
    assert verdict(catalogue.CLAIMS["c11"], "smoke", tmp_path) == "refuted"


def test_c05_turns_if_the_temperature_is_left_out(cards, monkeypatch):
    def forgetful(queries, keys, values, temperature=1.0):
        weights = (queries @ keys.T).softmax(dim=-1)
        return Lookup(weights @ values, weights)

    monkeypatch.setattr(c05_soft_lookup, "soft_lookup", forgetful)
    assert verdict(c05_soft_lookup.CLAIM, "cpu", cards) == "refuted"


@pytest.mark.parametrize(
    "broken",
    [
        lambda scores, mask: scores.masked_fill(~mask, float("-inf")).exp(),  # not normalised
        lambda scores, mask: scores.softmax(dim=-1),  # without the mask
        lambda scores, mask: scores.masked_fill(~mask, -1e9).softmax(dim=-2),  # over the queries
    ],
)
def test_c06_turns_if_the_softmax_is_wrong(broken, cards, monkeypatch):
    monkeypatch.setattr(c06_weights, "masked_softmax", broken)
    assert verdict(c06_weights.CLAIM, "cpu", cards) == "refuted"


def test_c08_turns_if_the_dot_product_does_not_prefer_long_keys(cards, monkeypatch):
    from attention_course.claims.ch3_attention import c08_similarity

    def by_angle(keys, queries):
        return (queries @ torch.nn.functional.normalize(keys, dim=1).T).argmax(dim=1)

    monkeypatch.setattr(c08_similarity, "found", by_angle)
    assert verdict(c08_similarity.CLAIM, "cpu", cards) == "holds"


def test_c09_turns_if_the_sum_ignores_its_weights(cards, monkeypatch):
    monkeypatch.setattr(
        c09_mostly_high, "weighted_sum", lambda weights, states: states.mean(dim=1, keepdim=True)
    )
    assert verdict(c09_mostly_high.CLAIM, "cpu", cards) == "refuted"


def test_c17_and_c18_turn_if_attention_goes_step_by_step(cards, monkeypatch):
    from attention_course.claims.ch4_self_attention import c18_sequential_operations

    cell = torch.nn.GRUCell(8, 8)
    for module in (c17_parallel, c18_sequential_operations):
        monkeypatch.setattr(module, "self_attended", lambda states: unrolled(cell, states))
        assert verdict(module.CLAIM, "cpu", cards) == "refuted"


def test_c21_turns_if_a_word_cannot_see_every_word(cards, monkeypatch):
    from attention_course.ladder import ch4_self_attention

    attend = ch4_self_attention.attend
    monkeypatch.setattr(
        ch4_self_attention,
        "attend",
        lambda q, k, v, mask: attend(q, k, v, mask & torch.ones(10, 10).tril().bool()),
    )
    assert verdict(c21_every_word.CLAIM, "cpu", cards) == "refuted"


def test_c23_turns_if_attention_forgets_its_scale(cards, monkeypatch):
    attend = c23_general.attend
    monkeypatch.setattr(c23_general, "attend", lambda q, k, v, mask: attend(2 * q, k, v, mask))
    assert verdict(c23_general.CLAIM, "cpu", cards) == "refuted"


def test_a_context_that_says_nothing_of_its_weights_is_refused():
    with pytest.raises(NotImplementedError, match="where its weights come from"):
        Context()(torch.zeros(1, 1, 2), torch.zeros(1, 1, 2), torch.ones(1, 1, dtype=torch.bool))


def test_records_are_kept_and_other_claims_stay(tmp_path):
    chosen = [catalogue.CLAIMS["c06"], catalogue.CLAIMS["c18"]]
    runner.measure_all(chosen[:1], "cpu", tmp_path, tmp_path / "claims.json")
    known = runner.measure_all(chosen[1:], "cpu", tmp_path, tmp_path / "claims.json")
    assert set(known) == {"c06", "c18"}
    assert replace(chosen[0], id="c00").id not in known
