"""What the claims about one step of attention say turns where the world is another one."""

import math
from dataclasses import replace

import pytest
import torch

from attention_course.claims import captions, catalogue, runner
from attention_course.claims.ch3_attention import (
    c05_soft_lookup,
    c06_weights,
    c07_dot_product,
    c08_similarity,
    c09_mostly_high,
    c13_where_it_looks,
    c16_bottleneck_solved,
)
from attention_course.claims.record import Setting, make_record
from attention_course.claims.trained import KOREAN_SEEDS
from attention_course.ladder.ch3_attention import Lookup
from small_runs import RUN, card_of


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """Runs that claims share are trained once."""
    return tmp_path_factory.mktemp("cards")


def verdict(claim, preset, folder):
    return runner.measure_claim(claim, preset, folder)["verdict"]


def statuses(record):
    return {one["name"]: one["status"] for one in record["predictions"]}


def test_c11_turns_if_feeding_does_harm(tmp_path, monkeypatch):
    from attention_course.models.input_feeding import FeedAttentional

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

    monkeypatch.setattr(c08_similarity, "best_entries", by_angle)
    assert verdict(c08_similarity.CLAIM, "smoke", cards) == "holds"


def test_c09_turns_if_the_sum_ignores_its_weights(cards, monkeypatch):
    monkeypatch.setattr(
        c09_mostly_high, "weighted_sum", lambda weights, states: states.mean(dim=1, keepdim=True)
    )
    assert verdict(c09_mostly_high.CLAIM, "smoke", cards) == "refuted"


def test_c07_turns_if_the_score_prefers_what_differs(cards, monkeypatch):
    monkeypatch.setattr(
        c07_dot_product.DotScore, "compare", lambda self, q, k: -(q @ k.transpose(1, 2))
    )
    assert verdict(c07_dot_product.CLAIM, "smoke", cards) == "refuted"


def test_c13_turns_if_there_is_no_twin_and_if_the_weights_are_wrong(cards, monkeypatch):
    asked = {"aer": 0.5, "free": 0.4, "aer_content": 0.3, "aer_function": 0.6}
    monkeypatch.setattr(c13_where_it_looks, "model_1", lambda run: asked)
    card = card_of(RUN, metrics={**told(), "aer": 0.9})
    found = c13_where_it_looks.CLAIM.measure(Setting("cpu", 0, {"dot": card}))
    record = make_record(c13_where_it_looks.CLAIM, "cpu", {0: found})
    assert record["verdict"] == "refuted"
    assert statuses(record)["aer"] == "failed"
    monkeypatch.setattr(c13_where_it_looks, "twin", lambda weights, states: weights)
    record = runner.measure_claim(c13_where_it_looks.CLAIM, "smoke", cards)
    assert statuses(record) == {"twin": "failed", "same": "held"}


def test_c13_asks_model_1_for_the_pairs_and_the_links_that_attention_is_asked_for(monkeypatch):
    asked = []

    class Spy(c13_where_it_looks.IBMModel1):
        def links(self, pair, abstain=True):
            asked.append(abstain)
            return super().links(pair, abstain)

    monkeypatch.setattr(c13_where_it_looks, "IBMModel1", Spy)
    monkeypatch.setattr(c13_where_it_looks, "GOLD_PAIRS", 20)
    run = replace(c13_where_it_looks.runs("cpu", 0)["dot"], train_pairs=400, held_out_pairs=50)
    rates = c13_where_it_looks.model_1(run)
    assert [asked.count(one) for one in (False, True)] == [20, 20]
    assert rates["aer"] > rates["free"]  # who may leave out what is hard makes fewer mistakes


def test_there_is_no_twin_where_states_have_more_numbers_than_there_are_states():
    weights = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
    states = torch.randn(3, 8, dtype=torch.float64)
    assert torch.equal(c13_where_it_looks.twin(weights, states), weights)


def test_c05_s_limit_fails_if_every_score_is_divided(cards, monkeypatch):
    soft_lookup = c05_soft_lookup.soft_lookup

    def dividing(queries, keys, values, temperature=1.0):
        root = math.sqrt(keys.shape[-1])
        return soft_lookup(queries, keys, values, root if temperature == 1.0 else temperature)

    monkeypatch.setattr(c05_soft_lookup, "soft_lookup", dividing)
    record = runner.measure_claim(c05_soft_lookup.CLAIM, "cpu", cards)
    assert statuses(record)["raw"] == "failed"
    assert record["verdict"] == "holds"


def test_c07_s_limit_fails_if_nothing_is_turned(cards, monkeypatch):
    monkeypatch.setattr(c07_dot_product, "rotation", torch.eye)
    record = runner.measure_claim(c07_dot_product.CLAIM, "smoke", cards)
    assert statuses(record)["turned"] == "failed"
    assert record["verdict"] == "holds"


def test_c08_turns_if_the_score_prefers_what_differs(cards, monkeypatch):
    monkeypatch.setattr(
        c08_similarity, "best_entries", lambda keys, queries: (queries @ keys.T).argmin(dim=1)
    )
    assert verdict(c08_similarity.CLAIM, "smoke", cards) == "refuted"


def test_c09_s_limit_fails_if_the_strongest_state_is_taken_alone(cards, monkeypatch):
    def alone(weights, states):
        return states[torch.arange(len(states)), weights[:, 0].argmax(dim=1)].unsqueeze(1)

    monkeypatch.setattr(c09_mostly_high, "weighted_sum", alone)
    record = runner.measure_claim(c09_mostly_high.CLAIM, "smoke", cards)
    assert statuses(record)["flat"] == "failed"
    assert record["verdict"] == "holds"


# Claims on runs, measured on cards that were made up

REFERENCES = ("a b c d e f", "g h i j k l", "m n o p q r", "s t u v w x")
GOOD, POOR = list(REFERENCES), ["a b c d y z", "g h i j y z", "m n o p y z", "s t u v y z"]
BAD = ["y z"] * 4


def at_lengths(short, long):
    return {"1-10": short, "11-20": short, "21-30": long, "31+": long}


def rows(short, long):
    return [
        {"bin": name, "bleu": bleu, "low": bleu - 1, "high": bleu + 1}
        for name, bleu in at_lengths(short, long).items()
    ]


def words(short, long):
    return {
        name: [{"distance": 0, "words": 10, "accuracy": bleu / 100}]
        for name, bleu in at_lengths(short, long).items()
    }


def told(outputs=(), bleu=0.0, short=0.0, long=0.0, copied=0.0):
    """The metrics of a run of which all that claims ask for is known."""
    by_length = [{"length": length, "tokens": 1, "accuracy": copied} for length in range(2, 17)]
    return {
        "outputs": list(outputs), "bleu": bleu, "bleu_by_source_length": rows(short, long),
        "accuracy": copied, "accuracy_by_length": by_length, "repeated": 0.1, "missing": 0.1,
        "aer": 0.2, "aer_content": 0.1, "aer_function": 0.3,
        "deletion": {"strongest": 5.0, "others": 0.1, "gold": 5.5},
        "accuracy_by_distance_at_lengths": words(short, long),
    }  # fmt: skip


def judged(name, world, monkeypatch):
    """The record of a claim in a world: the metrics of every run that it asks for, by name."""
    monkeypatch.setattr(captions, "references", lambda run: REFERENCES)
    guessed = {"1-10": 0.2, "31+": 0.4}
    monkeypatch.setattr(c16_bottleneck_solved, "guessed_at_lengths", lambda run: guessed)
    claim = catalogue.CLAIMS[name]
    measured = {}
    for seed in range(claim.seeds):
        runs = claim.runs("cpu", seed)
        made = {key: card_of(RUN, metrics={**told(), **world.get(key, {})}) for key in runs}
        measured[seed] = claim.measure(Setting("cpu", seed, made))
    return make_record(claim, "cpu", measured)


BOTH = {
    "pocket both": told(bleu=80.0), "captions both": told(GOOD), "copy both": told(copied=1.0),
    "copy context": told(copied=1.0), "captions query": told(BAD), "captions context": told(BAD),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "holds under a condition"),
        ({"pocket query": told(bleu=80.0)}, "refuted"),  # nothing is lost without a_t
        ({"captions context": told(GOOD)}, "refuted"),  # nothing is lost without s_t
        ({"copy context": told(copied=0.4)}, "holds"),  # copying needs s_t in the readout, too
    ],
)
def test_c10_turns_and_its_limit_fails(changed, expected, monkeypatch):
    assert judged("c10", {**BOTH, **changed}, monkeypatch)["verdict"] == expected


@pytest.mark.parametrize(
    ("fed", "expected"), [(81.0, "half true"), (40.0, "refuted"), (95.0, "holds")]
)
def test_c11_turns_and_its_limit_fails(fed, expected, monkeypatch):
    world = {
        "none": told(bleu=80.0), "attentional": told(bleu=fed),
        "captions none": told(GOOD), "captions attentional": told(GOOD),
    }  # fmt: skip
    assert judged("c11", world, monkeypatch)["verdict"] == expected


@pytest.mark.parametrize(("model_1", "expected"), [(0.1, "half true"), (0.5, "holds")])
def test_c13_s_limit_fails_if_attention_aligns_better(model_1, expected, monkeypatch):
    asked = dict.fromkeys(("aer", "free", "aer_content", "aer_function"), model_1)
    monkeypatch.setattr(c13_where_it_looks, "model_1", lambda run: asked)
    record = judged("c13", {}, monkeypatch)
    assert record["verdict"] == expected
    assert "AER | ch3_attention (scaled)" in record["seen"]


SOLVED = {
    "copy last": told(copied=0.2), "copy dot": told(copied=1.0),
    "pocket last": told(short=60.0, long=10.0), "pocket dot": told(short=90.0, long=70.0),
    "captions last": told(BAD, short=20.0, long=10.0),
    "captions dot": told(GOOD, short=30.0, long=25.0),
    "captions mean": told(BAD), "captions transformer": told(GOOD),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "holds under a condition"),
        ({"captions dot": told(BAD)}, "refuted"),  # no gain on captions
        ({"pocket dot": told(short=90.0, long=90.0)}, "holds"),  # no fall on long sentences
    ],
)
def test_c16_turns_and_its_limit_fails(changed, expected, monkeypatch):
    assert judged("c16", {**SOLVED, **changed}, monkeypatch)["verdict"] == expected


def test_c16_counts_the_words_that_are_right_by_length(monkeypatch):
    fall = next(
        row for row in judged("c16", SOLVED, monkeypatch)["predictions"] if row["name"] == "remains"
    )
    assert fall["values"] == pytest.approx([0.2] * KOREAN_SEEDS)


def sides(right):
    """Contrasts of two people side by side: the share that is right, by structure."""
    return [
        {"distance": 0, "between": kind, "right": place < 10 * share}
        for kind, share in right.items()
        for place in range(10)
    ]


@pytest.mark.parametrize(("across", "expected"), [(0.6, "held"), (0.9, "failed")])
def test_c22_s_structure_counts_people_side_by_side_alone(across, expected, monkeypatch):
    far = [{"distance": 5, "between": "embedded", "right": False}] * 9  # not side by side
    world = {"who_did_what": [*sides({"one clause": 0.9, "embedded": across}), *far]}
    by_distance = [{"distance": place, "words": 10, "accuracy": 0.5} for place in (0, 30)]
    known = {"accuracy_by_distance": by_distance, **told(short=50.0, long=50.0), **world}
    cards = dict.fromkeys(("last", "dot", "transformer", "find"), known)
    assert statuses(judged("c22", cards, monkeypatch))["structure"] == expected


SCORES = {
    "last": told(BAD), "last, both ends": told(BAD), "dot": told(POOR), "scaled": told(GOOD),
    "general": told(POOR), "additive": told(GOOD), "transformer": told(GOOD),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "holds under a condition"),
        ({"scaled": told(POOR)}, "refuted"),  # the additive score is better than the divided one
        ({"last, both ends": told(GOOD)}, "refuted"),  # rung 1 reads from both ends as well
        ({"dot": told(GOOD), "scaled": told(POOR), "additive": told(POOR)}, "holds"),
    ],
)
def test_q06_turns_and_its_limit_fails(changed, expected, monkeypatch):
    assert judged("q06", {**SCORES, **changed}, monkeypatch)["verdict"] == expected


@pytest.mark.parametrize(("outputs", "expected"), [(GOOD, "holds"), (BAD, "refuted")])
def test_q09_turns_if_feeding_does_harm(outputs, expected, monkeypatch):
    world = {"none": told(GOOD), "context": told(outputs)}
    assert judged("q09", world, monkeypatch)["verdict"] == expected
