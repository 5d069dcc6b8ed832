"""The questions on pocket Korean: probes by hand, and worlds that turn them."""

from dataclasses import replace

import pytest
import torch

from attention_course import data
from attention_course.claims import korean_judging, patching, trained, who_did_what
from attention_course.claims.ch3_attention import (
    q03_root_of_d,
    q04_one_state,
    q05_real_alignments,
)
from attention_course.claims.ch4_self_attention import q10_free_order
from attention_course.claims.record import Setting, make_record
from attention_course.data.batch import collate, encode_pairs
from attention_course.data.pairs import Corpus, Pair
from attention_course.ladder.ch2_averaging import Mean
from attention_course.runs.experiment import prepare
from small_runs import card_of

TINY = {"train_pairs": 60, "held_out_pairs": 20, "longest": 8, "d_model": 8, "epochs": 1}
MET = Pair(
    "민수는 유나를 만났어요 .",
    "minsu met yuna .",
    sure=frozenset({(0, 0), (2, 1), (1, 2)}),
    possible=frozenset({(0, 0), (2, 1), (1, 2)}),
)
BIG = Pair(
    "민수는 큰 집에서 쉬었어요 .",
    "minsu rested in the big house .",
    sure=frozenset({(0, 0), (3, 1), (1, 4), (2, 5)}),
    possible=frozenset({(0, 0), (3, 1), (1, 4), (2, 2), (2, 5)}),
)


@pytest.fixture(scope="module")
def untrained():
    run = trained.korean_run("scaled", 0, **TINY, d_state=8)
    corpus = data.load(run)
    return prepare(run, corpus, "cpu"), corpus


def record_of(claim, cards_of):
    """The record of a claim if its cards were these, by seed."""
    measured = {
        seed: claim.measure(Setting("cpu", seed, cards_of(seed))) for seed in range(claim.seeds)
    }
    return make_record(claim, "cpu", measured)


# Who did what


def test_a_contrast_exchanges_the_two_people_of_the_target():
    one = who_did_what.contrast_of(MET)
    assert one.exchanged == Pair(MET.source, "yuna met minsu .")
    assert (one.length, one.distance, one.crossed, one.between) == (4, 0, False, "one clause")


@pytest.mark.parametrize(
    "target",
    [
        "minsu met minsu .",
        "minsu met yuna and jiho .",
        "minsu met him .",
        "minsu said she met yuna .",
    ],
)
def test_a_pair_without_two_people_that_could_be_exchanged_gives_no_contrast(target):
    assert who_did_what.contrast_of(replace(MET, target=target)) is None


def test_an_article_goes_with_its_person():
    pair = replace(MET, target="the doctor met yuna .", sure=frozenset({(0, 1), (1, 3)}))
    assert who_did_what.contrast_of(pair).exchanged.target == "yuna met the doctor ."


def test_clauses_between_two_people_are_told_apart():
    assert who_did_what.clauses_between({"met"}) == "one clause"
    assert who_did_what.clauses_between({"rested", "because"}) == "joined"
    assert who_did_what.clauses_between({"said", "that", "because"}) == "embedded"


def test_the_share_that_is_right_is_that_of_the_rows_asked_for():
    rows = [
        {"crossed": True, "right": True},
        {"crossed": True, "right": False},
        {"crossed": False, "right": True},
    ]
    assert who_did_what.share_right(rows) == pytest.approx(2 / 3)
    assert who_did_what.share_right(rows, crossed=True) == 0.5
    with pytest.raises(ValueError, match="got none"):
        who_did_what.share_right(rows[:2], crossed=False)


# One state


def test_twins_differ_in_one_word_on_each_side():
    [name, adjective] = patching.twins_of(BIG)
    assert name.other == Pair("지호는 큰 집에서 쉬었어요 .", "jiho rested in the big house .")
    assert (name.place, name.step) == (0, 0)
    assert adjective.other.target == "minsu rested in the small house ."
    assert (adjective.place, adjective.step) == (1, 4)


def test_each_copy_has_one_row_of_the_others():
    copies = patching.patched(torch.zeros(3, 2), torch.ones(3, 2))
    assert copies.sum(dim=2).tolist() == [[2.0, 0, 0], [0, 2.0, 0], [0, 0, 2.0]]


def test_where_all_weight_is_on_one_state_its_value_alone_decides(untrained, monkeypatch):
    model, corpus = untrained
    [twins, *_] = patching.twins_of(BIG)
    pairs = twins.pair, twins.other, *corpus.train
    fitted = prepare(model.run, Corpus("pocket-korean", pairs, (), ()), "cpu")
    decoder = fitted.model.decoder
    ours, theirs = (fitted.target.encode(name)[0] for name in ("minsu", "jiho"))
    fitted.model.eval()
    batch = collate(encode_pairs(pairs[:2], fitted.source, fitted.target))
    memory = fitted.model.encode(batch.source, batch.source_lengths)
    direction = memory.states[0, 0] - memory.states[1, 0]
    middle = (memory.states[0, 0] + memory.states[1, 0]) @ direction / 2
    score = torch.zeros(len(fitted.target))

    def first(queries, keys, mask):
        weights = torch.zeros(*queries.shape[:2], keys.shape[1])
        weights[:, :, 0] = 1
        return weights

    def say(vectors, queries):
        return vectors

    def logits(vectors):
        side = vectors @ direction - middle
        rows = score.expand(*vectors.shape[:-1], -1).clone()
        rows[..., ours], rows[..., theirs] = side, -side
        return rows

    monkeypatch.setattr(decoder.context, "weights", first)
    monkeypatch.setattr(decoder, "read", say)
    monkeypatch.setattr(decoder, "remember", lambda vectors: (vectors, None))
    monkeypatch.setattr(decoder.embedding, "logits", logits)
    found = patching.patch(fitted, twins)
    assert found.top == 0
    assert found.flips["value"] == found.flips["both"] == [True] + [False] * 5
    assert found.flips["key"] == [False] * 6


def cards_of_patching(top, elsewhere, end):
    flips = {"top": top, "elsewhere": elsewhere, "end": end}
    patched = {
        "twins": 9, "top_is": {"own": 9, "end": 0, "elsewhere": 0}, "weight": 0.9,
        "flips": {"value": flips, "key": dict.fromkeys(flips, 0.0), "both": flips},
        "some_other_state_keeps_the_word": 0.1,
    }  # fmt: skip
    return lambda seed: {
        name: card_of(run, metrics={"patching": patched})
        for name, run in q04_one_state.runs("cpu", seed).items()
    }


def test_q04_turns_where_other_states_decide_too_and_its_limit_where_the_end_is_no_exception():
    claim = q04_one_state.CLAIM
    assert record_of(claim, cards_of_patching(0.95, 0.01, 0.2))["verdict"] == claim.verdict
    assert record_of(claim, cards_of_patching(0.5, 0.01, 0.2))["verdict"] == "refuted"
    assert record_of(claim, cards_of_patching(0.95, 0.3, 0.2))["verdict"] == "refuted"
    assert record_of(claim, cards_of_patching(0.95, 0.01, 0.0))["verdict"] == "holds"


# The square root


def cards_of_bleu(**bleu):
    def cards(seed):
        return {
            name: card_of(
                trained.korean_run(name, seed),
                metrics={
                    "bleu": score + seed / 10,
                    "aer": 0.2,
                    "bleu_by_source_length": [{"bin": "1-10", "bleu": float(score)}],
                },
                curve=[{"epoch": 0, "evenness": 1.0}, {"epoch": 1, "evenness": score / 100}],
            )
            for name, score in bleu.items()
        }

    return cards


def test_q03_turns_where_the_division_gains_nothing_and_its_limit_where_a_map_learns_no_size():
    claim = q03_root_of_d.CLAIM
    scores = {"dot": 80, "scaled": 93, "general": 92, "additive": 95, "transformer": 90}
    assert record_of(claim, cards_of_bleu(**scores))["verdict"] == claim.verdict
    assert record_of(claim, cards_of_bleu(**{**scores, "scaled": 80}))["verdict"] == "refuted"
    assert record_of(claim, cards_of_bleu(**{**scores, "general": 80}))["verdict"] == "holds"


# Free order


def cards_of_order(words, without, order):
    def cards(seed):
        found = {}
        for name, run in q10_free_order.runs("cpu", seed).items():
            share = words if "mean of word" in name else without
            rows = [
                {"between": kind, "crossed": crossed, "right": index < share * 20}
                for kind in q10_free_order.KINDS
                for crossed in (True, False)
                for index in range(20)
            ]
            bleu = 90.0 - (order if q10_free_order.UNORDERED in name else 0) + seed / 10
            found[name] = card_of(run, metrics={"who_did_what": rows, "bleu": bleu})
        return found

    return cards


def test_q10_turns_where_a_bag_cannot_tell_and_its_limit_where_positions_are_worth_nothing(
    monkeypatch,
):
    monkeypatch.setattr(q10_free_order, "change_when_shuffled", lambda *_, **__: 0.0)
    claim = q10_free_order.CLAIM
    assert record_of(claim, cards_of_order(0.9, 0.95, 10))["verdict"] == claim.verdict
    assert record_of(claim, cards_of_order(0.5, 0.95, 10))["verdict"] == "refuted"
    assert record_of(claim, cards_of_order(0.9, 0.95, 0))["verdict"] == "holds"


def test_a_mean_of_word_vectors_is_blind_to_order_and_a_mean_of_states_is_not():
    blind = q10_free_order.change_when_shuffled(0, "mean", **q10_free_order.WORDS)
    assert blind < 1e-4 < q10_free_order.change_when_shuffled(0, "mean")


# Real alignments


def test_q05_turns_where_order_helps_nobody_and_its_limit_where_free_order_does_no_harm():
    claim = q05_real_alignments.CLAIM
    values = {"twice": 0.2, "order": 0.1, "attention": 0.1, "free": 0.1}

    def verdict(**changed):
        found = q05_real_alignments.Measured({**values, **changed})
        return make_record(claim, "cpu", dict.fromkeys(range(claim.seeds), found))["verdict"]

    assert verdict() == claim.verdict
    assert verdict(order=0.0) == "refuted"
    assert verdict(attention=-0.1) == "refuted"
    assert verdict(free=-0.1) == "holds"


def test_an_interval_of_a_rate_lies_around_it_and_of_equals_is_zero():
    counted = q05_real_alignments.counts(
        [frozenset({(0, 0)}), frozenset({(0, 1)})] * 20, [MET] * 40
    )
    low, high = q05_real_alignments.interval(counted)
    assert low < q05_real_alignments.rate(counted) < high
    assert q05_real_alignments.interval(counted, counted) == (0.0, 0.0)


def test_links_of_punctuation_are_left_out_of_the_gold():
    pair = Pair("Yes .", "Oui .", frozenset({(0, 0), (1, 1)}), frozenset({(0, 0), (1, 1)}))
    found = q05_real_alignments.of_words(pair)
    assert (found.source, found.sure, found.possible) == ("yes .", {(0, 0)}, {(0, 0)})


# Judging


def test_equal_weights_are_even_and_the_watch_leaves_training_as_it_was(untrained, monkeypatch):
    model, corpus = untrained
    monkeypatch.setattr(
        model.model.decoder.context, "weights", lambda *parts: Mean().weights(*parts)
    )
    model.model.train()
    seen = korean_judging.watch_weights(model, corpus)
    assert seen["evenness"] == pytest.approx(1.0)
    assert 1 / 9 <= seen["largest_weight"] <= 1 / 5
    assert model.model.training


def test_content_and_function_words_are_rated_apart():
    links = [frozenset({(0, 0), (3, 1), (1, 4), (3, 5), (1, 2)})]
    rates = korean_judging.error_rates_by_kind(links, [BIG])
    assert rates == {"aer_content": 0.25, "aer_function": 1.0}


def test_links_are_written_by_target_word():
    assert korean_judging.write_links(frozenset({(2, 0), (1, 2)}), 4) == "2 - 1 -"


def test_a_run_on_free_order_is_watched_and_asked_what_it_knows(tmp_path):
    card = trained.train(trained.korean_run("scaled", 0, **TINY, d_state=8), tmp_path)
    assert [row["epoch"] for row in card.curve] == [0, 1]
    assert {"evenness", "largest_weight"} <= card.curve[0].keys()
    assert {"who_did_what", "patching", "links", "aer_content", "outputs"} <= card.metrics.keys()


def test_every_reader_of_the_claims_is_judged_whatever_its_decoder_reads():
    kinds = [
        ("dot", {"input_feeding": "attentional"}),
        ("dot", {"bidirectional": True}),
        ("dot", {"predict_from": "context"}),
        ("last", {}),
    ]
    for variant, settings in kinds:
        run = trained.korean_run(variant, 0, **TINY, d_state=8, **settings)
        corpus = data.load(run)
        known = korean_judging.judge_knowledge(prepare(run, corpus, "cpu"), corpus)
        assert ("patching" in known) == (variant == "dot" and "input_feeding" not in settings)
        assert "who_did_what" in known
