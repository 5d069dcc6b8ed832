"""The tools of the claims wing: verdicts, depths of graphs, the plain aligner, probes."""

import math

import pytest
import torch
from torch import nn

from attention_course import data
from attention_course.claims import probes, toy_probes, trained
from attention_course.claims.ch4_self_attention import c19_distance, graph
from attention_course.claims.ibm_model_1 import IBMModel1
from attention_course.claims.paired import bleu_difference, joined_interval, outcomes
from attention_course.claims.record import (
    Claim,
    Measured,
    Prediction,
    average_curves,
    decide,
    ends,
    interval,
    judge,
    make_record,
)
from attention_course.data.batch import Example, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.judging.alignment import alignment_error_rate
from attention_course.judging.evaluation import bleu
from attention_course.models.embedding import Embedding
from attention_course.models.transformer import Transformer, TransformerMemory
from attention_course.runs.experiment import prepare
from attention_course.vocabulary import EOS, PAD
from small_runs import card_of


def claim(**changes):
    parts = {
        "id": "c00",
        "stem": "ch3_attention",
        "title": "",
        "korean": "",
        "english": "",
        "predictions": (
            Prediction("gain", "", low=0.1),
            Prediction("end", "", high=0.5, about="limit"),
        ),
        "verdict": "half true",
        "condition": "",
        "how": "",
        "measure": lambda setting: Measured({"gain": 1.0, "end": 0.0}),
    }
    return Claim(**{**parts, **changes})


# Verdicts


def test_the_interval_of_a_mean_is_student_s():
    low, high = interval([1.0, 2.0, 3.0])
    assert low == pytest.approx(2 - 4.303 / math.sqrt(3), abs=1e-3)
    assert high == pytest.approx(2 + 4.303 / math.sqrt(3), abs=1e-3)
    assert interval([5.0]) == (5.0, 5.0)
    with pytest.raises(ValueError, match="1 to 20 seeds, got 0"):
        interval([])


def test_a_foretelling_is_held_failed_or_undecided_by_its_whole_interval():
    assert judge(interval([0.5, 0.6, 0.55]), (0.1, math.inf), exact=False) == "held"
    assert judge(interval([0.0, 0.01, 0.02]), (0.1, math.inf), exact=False) == "failed"
    assert judge(interval([0.05, 0.15, 0.1]), (0.1, math.inf), exact=False) == "undecided"
    assert judge(ends([0.5, math.nan], False), (0.1, math.inf), exact=False) == "failed"


def test_of_an_exact_claim_every_value_must_lie_in_the_band():
    values = [0.2, 0.2, 0.2, 0.2, 0.09]
    assert judge(ends(values, True), (0.1, math.inf), exact=True) == "failed"


@pytest.mark.parametrize(
    ("gain", "end", "verdict"),
    [
        ("held", "held", "half true"),
        ("held", "failed", "holds"),
        ("failed", "held", "refuted"),
        ("undecided", "held", "undecided"),
        ("held", "undecided", "undecided"),
    ],
)
def test_the_verdict_follows_from_what_held(gain, end, verdict):
    assert decide(claim(), {"gain": gain, "end": end}) == verdict


@pytest.mark.parametrize("beside", ["held", "failed", "undecided"])
def test_what_stands_beside_a_claim_decides_nothing(beside):
    more = Prediction("more", "", low=0.0, about="beside")
    judged = claim(predictions=(*claim().predictions, more))
    assert decide(judged, {"gain": "held", "end": "held", "more": beside}) == "half true"


def test_a_record_holds_every_seed_and_says_the_same_twice():
    measured = {seed: Measured({"gain": 0.3 + seed / 100, "end": 0.1}) for seed in range(5)}
    record = make_record(claim(), "cpu", measured)
    assert record["predictions"][0]["values"] == [0.3, 0.31, 0.32, 0.33, 0.34]
    assert record["predictions"][0]["band"] == [0.1, None]
    assert record["verdict"] == "half true"
    assert record == make_record(claim(), "cpu", measured)


def test_curves_are_averaged_point_by_point():
    [low, high] = average_curves(
        [{"a": [(1.0, 0.0), (2.0, 1.0)]}, {"a": [(1.0, 1.0), (2.0, 1.0)]}]
    )["a"]
    assert low[:2] == [1.0, 0.5]
    assert high == [2.0, 1.0, 1.0, 1.0]


# Depth


def test_a_recurrent_cell_gets_deeper_with_every_step_and_self_attention_does_not():
    cell = nn.GRUCell(4, 4)
    recurrent = [graph.depth(graph.unrolled(cell, torch.randn(size, 4))) for size in (4, 8, 16)]
    assert recurrent[2] - recurrent[1] == 2 * (recurrent[1] - recurrent[0]) > 0
    states = [torch.randn(size, 4, requires_grad=True) for size in (4, 16)]
    assert graph.depth(graph.self_attended(states[0])) == graph.depth(
        graph.self_attended(states[1])
    )


def test_the_unfused_cell_is_pytorch_s_cell():
    torch.manual_seed(0)
    cell, inputs = nn.GRUCell(3, 5), torch.randn(4, 3)
    state = torch.zeros(1, 5)
    for place, one in enumerate(inputs.split(1)):
        state = cell(one, state)
        torch.testing.assert_close(graph.unrolled(cell, inputs)[place : place + 1], state)


def test_a_linear_recurrence_by_a_scan_is_the_recurrence_step_by_step():
    torch.manual_seed(0)
    decays, inputs = torch.rand(13, 3).double(), torch.randn(13, 3).double()
    state, expected = torch.zeros(3).double(), []
    for decay, one in zip(decays, inputs, strict=True):
        state = decay * state + one
        expected.append(state)
    torch.testing.assert_close(graph.scan(decays, inputs), torch.stack(expected))


def test_a_window_sees_its_reach_and_no_further():
    states = torch.randn(9, 4, requires_grad=True)
    [slope] = torch.autograd.grad(graph.windowed(states, 2)[4].sum(), states)
    seen = (slope.abs().sum(dim=1) > 0).tolist()
    assert seen == [False, False, True, True, True, True, True, False, False]


# The plain aligner


def test_ibm_model_1_finds_the_words_of_a_language_without_order():
    pairs = [Pair("큰 개", "big dog"), Pair("큰 집", "big house"), Pair("집", "house")]
    links = IBMModel1(pairs * 3).links(Pair("큰 개", "big dog"))
    assert links == frozenset({(0, 0), (1, 1)})


def test_ibm_model_1_links_every_word_if_it_may_not_abstain():
    model = IBMModel1([Pair("개", "the dog"), Pair("집", "the house"), Pair("새", "the bird")] * 3)
    pair = Pair("개 .", "the dog barks .")  # 'the' comes from nothing, 'barks' is new
    assert model.links(pair) == frozenset({(0, 1)})
    assert model.links(pair, abstain=False) == frozenset({(0, 0), (0, 1), (0, 2)})


def test_ibm_model_1_beats_a_guess_on_pocket_korean():
    corpus = data.load(trained.korean_run("dot", 0, train_pairs=800, held_out_pairs=60))
    found = [IBMModel1(corpus.train).links(pair) for pair in corpus.test[:1]]
    rate = alignment_error_rate(found, [corpus.test[0].sure], [corpus.test[0].possible])
    assert rate < 0.5


# Two systems on the same sentences


def test_the_paired_difference_is_the_difference_of_two_bleu_scores():
    references = ["a b c d e f", "g h i j k", "l m n o p q r"] * 5
    ours = ["a b c d e f", "g h i j x", "l m n o p q r"] * 5
    theirs = ["a b c d y f", "g h i j x", "l m n z p q r"] * 5
    found, low, high = bleu_difference(ours, theirs, references)
    assert found == pytest.approx(bleu(ours, references).score - bleu(theirs, references).score)
    assert low <= found <= high
    assert bleu_difference(ours, ours, references) == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="as many translations as references"):
        bleu_difference(ours, theirs[1:], references)


def test_the_choice_of_sentences_widens_an_interval_that_seeds_alone_would_make():
    references = ["a b c d e f", "g h i j k", "l m n o p q r"] * 5
    ours = ["a b c d e f", "g h i j x", "l m n o p q r"] * 5
    theirs = ["a b c d y f", "g h i j x", "l m n z p q r"] * 5
    compared = [outcomes(ours, theirs, references)] * 3
    low, high = joined_interval(11.0, 13.0, compared)
    assert low + high == pytest.approx(24.0)
    assert high - low > 2.5
    same = [outcomes(ours, ours, references)] * 3
    assert joined_interval(11.0, 13.0, same) == pytest.approx((11.0, 13.0))


def test_a_record_judges_a_difference_in_bleu_by_seeds_and_sentences_together():
    references = ["a b c d e f", "g h i j k l", "l m n o p q r"] * 4
    theirs = ["a b c d y f", "g h i j k l", "l m n z p q r"] * 4
    compared = {"gain": outcomes(references, theirs, references)}
    measured = {
        seed: Measured({"gain": 35.0 + seed / 10, "end": 0.0}, outcomes=compared)
        for seed in range(3)
    }
    foretold = (Prediction("gain", "", low=34.0), Prediction("end", "", high=0.5, about="limit"))
    alone = {seed: one._replace(outcomes={}) for seed, one in measured.items()}
    together = make_record(claim(predictions=foretold), "cpu", measured)
    assert together["verdict"] == "undecided"
    assert make_record(claim(predictions=foretold), "cpu", alone)["verdict"] == "half true"


# Runs and probes


def test_a_run_with_other_settings_has_another_name():
    names = {
        trained.card_name(trained.korean_run("dot", 0, **changes))
        for changes in ({}, {"bidirectional": True}, {"epochs": 1})
    }
    assert len(names) == 3
    one, two = (trained.card_name(trained.korean_run("dot", seed)) for seed in (0, 1))
    assert one.removesuffix("0") == two.removesuffix("1")


def test_a_trained_run_is_kept_and_repeats_to_the_last_digit(tmp_path):
    run = trained.toy_run("dot", "copy", "smoke", 0, train_pairs=200, epochs=1)
    made = trained.train(run, tmp_path / "one")
    assert trained.train(run, tmp_path / "one") == made
    again = trained.train(run, tmp_path / "two")
    assert again.metrics == made.metrics
    assert {"pointed", "accuracy_by_distance", "reach"} <= set(made.metrics)


def test_fluency_counts_what_is_said_again_and_what_is_missing():
    perfect = probes.fluency(["a b c"], ["a b c"])
    assert perfect == {"repeated": 0.0, "missing": 0.0}
    loop = probes.fluency(["a b a b a b"], ["a b c d"])
    assert loop["repeated"] > 0.5
    assert loop["missing"] == 0.5


def test_a_model_that_looks_nowhere_points_at_nothing():
    run = trained.toy_run("mean", "copy", "smoke", 0, train_pairs=100, epochs=1)
    corpus = data.load(run)
    made = prepare(run, corpus)
    examples = encode_pairs(corpus.test, made.source, made.target)
    looked = toy_probes.pointing(made.model, corpus.test, examples, "copy")
    assert looked["pointed"] < 0.4  # the mean's largest weight is the first of equals
    assert probes.reach(made.model, examples)["first_word"] > 0


class Weighing(Transformer):
    """An encoder whose states are sums of its words, each as heavy as its number says."""

    def __init__(self, weights):
        nn.Module.__init__(self)
        self.source_embedding = Embedding(len(weights), 3)
        self.weights = torch.tensor(weights)

    def encode(self, source, lengths):
        heavy = self.weights[source].unsqueeze(2) * self.source_embedding(source)
        return TransformerMemory(heavy.cumsum(dim=1), source != PAD, ())


FIRST, BETWEEN, LAST = 4, 5, 6


def test_reach_compares_the_first_word_with_the_last_word_and_not_with_the_mark_behind_it():
    weights = [1.0] * 7
    weights[FIRST], weights[LAST], weights[EOS] = 6.0, 2.0, 60.0
    source = [FIRST, BETWEEN, BETWEEN, LAST, EOS]
    found = probes.reach(Weighing(weights), [Example(source, source)])
    assert found["words"] == 4
    assert found["first_word"] / found["last_word"] == pytest.approx(3.0)
    assert found["first_word"] / found["end_mark"] == pytest.approx(0.1)


def test_reach_refuses_a_source_without_an_end_or_with_one_word():
    model = Weighing([1.0] * 7)
    with pytest.raises(ValueError, match="expected sources that end with <eos>"):
        probes.reach(model, [Example([FIRST, LAST], [LAST])])
    with pytest.raises(ValueError, match="expected sources of two words and more, got 1"):
        probes.reach(model, [Example([FIRST, EOS], [LAST])])


def test_an_untrained_reader_is_asked_with_sources_like_those_that_it_learns_from():
    [source] = c19_distance.random_sources(5, 1, torch.Generator().manual_seed(0))
    assert len(source) == 6
    assert source[-1] == EOS
    assert EOS not in source[:-1]


def test_a_card_that_took_the_mark_for_the_last_word_is_refused_with_what_to_do():
    run = trained.toy_run("last", "copy", "cpu", 0)
    old = card_of(run, metrics={"reach": {"words": 25, "first": 0.3, "last": 0.5}})
    with pytest.raises(ValueError, match=r"reach / first_word on the card copy/ch1_bott.* delete"):
        c19_distance.reach_of(old)


def test_a_gru_that_starts_by_keeping_reaches_farther_before_it_has_learned_anything():
    at = c19_distance.LENGTHS.index(32)
    plain, keeping = (
        c19_distance.share_of_last(c19_distance.untrained("GRU, last state", 0, "smoke", keep)[at])
        for keep in (0.0, c19_distance.KEEP)
    )
    assert keeping > 1_000 * plain


def test_far_and_near_words_are_compared_within_sources_of_like_length():
    short = [probes.AlignedWord(8, distance, right=True) for distance in (0, 7)]
    near, far = ([probes.AlignedWord(36, distance, right) for right in hits] for distance, hits in
                 ((3, (True, False, False, False)), (33, (True, True, False, False))))  # fmt: skip
    asked = [*short, *near, *far]
    pooled = {row["distance"]: row["accuracy"] for row in probes.accuracy_by_distance(asked)}
    assert pooled == {0: 0.5, 30: 0.5}  # near words of short sources hide what long ones lose
    long = probes.accuracy_at_lengths(asked, ((1, 30), (31, None)))["31+"]
    assert [(row["distance"], row["words"], row["accuracy"]) for row in long] == [
        (0, 4, 0.25), (30, 4, 0.5)
    ]  # fmt: skip


def test_a_found_letter_counts_at_its_distance():
    run = trained.toy_run("last", "find", "smoke", 0, epochs=1, train_pairs=200)
    corpus = data.load(run)
    made = prepare(run, corpus)
    examples = encode_pairs(corpus.test, made.source, made.target)
    rows = toy_probes.pointing(made.model, corpus.test, examples, "find")["accuracy_by_distance"]
    assert sum(row["words"] for row in rows) == len(corpus.test)
    assert max(row["distance"] for row in rows) <= run.longest - 2
