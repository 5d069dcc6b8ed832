"""What is claimed of the last state, of averaging, of load and of what is said first can fail."""

from pathlib import Path

import pytest
import torch

from attention_course import data
from attention_course.claims import catalogue, places, probes, runner, toy_probes, trained
from attention_course.claims.ch1_bottleneck import c01_last_state, q02_said_first
from attention_course.claims.ch2_averaging import c03_mean_and_max
from attention_course.claims.record import Setting, make_record
from attention_course.course import CHAPTERS
from attention_course.data.pairs import Pair
from attention_course.runs.experiment import prepare
from attention_course.runs.results import read_records
from attention_course.vocabulary import EOS
from small_runs import RUN, card_of

ROOT = Path(__file__).parents[1]


def verdict(claim, folder):
    return runner.measure_claim(claim, "smoke", folder)["verdict"]


def judged(name, cards_of):
    """The record of a claim that finds these cards, the same for each of five seeds."""
    claim = catalogue.CLAIMS[name]
    found = {seed: claim.measure(Setting("cpu", seed, cards_of)) for seed in range(5)}
    return make_record(claim, "cpu", found)


def status(record):
    return {row["name"]: row["status"] for row in record["predictions"]}


# c01


def test_c01_turns_if_nothing_is_lost(tmp_path, monkeypatch):
    variants = CHAPTERS["ch1_bottleneck"].variants
    monkeypatch.setitem(variants, "last", CHAPTERS["ch3_attention"].variants["dot"])
    assert verdict(catalogue.CLAIMS["c01"], tmp_path) == "refuted"


def test_c01_holds_without_a_condition_if_a_larger_state_loses_as_much(tmp_path, monkeypatch):
    monkeypatch.setitem(c01_last_state.SIZES, "smoke", (48, 16))  # called larger, and is smaller
    assert verdict(catalogue.CLAIMS["c01"], tmp_path) == "holds"


def test_c01_changes_one_thing_at_a_time_the_room_the_updates_or_the_pairs():
    small, middle, large, longer, varied = catalogue.CLAIMS["c01"].runs("cpu", 0).values()
    assert large == small.changed(d_state=4 * small.to_dict()["d_state"])
    assert longer == small.changed(epochs=4 * small.epochs)
    assert varied.changed(train_pairs=middle.train_pairs, epochs=middle.epochs) == middle
    assert varied.train_pairs * varied.epochs == middle.train_pairs * middle.epochs


# c02


def long_sources(task, share):
    """A card that says this share right of all letters of long sources."""
    rows = [{"length": length, "tokens": 100, "accuracy": share} for length in range(2, 25)]
    return card_of(trained.toy_run("last", task, "cpu", 0), metrics={"accuracy_by_length": rows})


@pytest.mark.parametrize(
    ("sort", "reverse", "expected"),
    [(0.05, -0.1, "half true"), (-0.05, -0.1, "refuted"), (0.05, 0.1, "holds")],
)
def test_c02_hangs_on_sorting_and_its_limit_on_saying_backwards(sort, reverse, expected):
    gains = {"sort": sort, "reverse": reverse, "copy": 0.0}
    cards = {
        f"{task} {name}": long_sources(task, 0.5 + (gain if name == "mean" else 0.0))
        for task, gain in gains.items()
        for name in ("last", "mean")
    }
    assert judged("c02", cards)["verdict"] == expected


def test_c02_holds_without_its_limit_if_the_mean_keeps_the_order(tmp_path, monkeypatch):
    attention = CHAPTERS["ch3_attention"].variants["dot"]
    monkeypatch.setitem(CHAPTERS["ch2_averaging"].variants, "mean", attention)
    assert verdict(catalogue.CLAIMS["c02"], tmp_path) == "holds"


# c03


def test_c03_turns_if_pooling_forgets_what_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(c03_mean_and_max, "pooled", lambda pool, states, mask: 0 * states[:, 0])
    assert verdict(c03_mean_and_max.CLAIM, tmp_path) == "refuted"


def test_c03_holds_without_a_condition_if_a_sum_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setitem(c03_mean_and_max.POOLS, "sum", c03_mean_and_max.maximum)
    assert verdict(c03_mean_and_max.CLAIM, tmp_path) == "holds"


def test_a_mean_gives_the_same_for_three_of_sixteen_and_six_of_thirty_two_and_a_sum_does_not():
    letters = torch.tensor([[0] * 3 + [1] * 13 + [1] * 16, [0] * 6 + [1] * 26])
    mask = torch.arange(32) < torch.tensor([[16], [32]])
    states = torch.randn(2, 5)[letters]
    short, long = c03_mean_and_max.mean(states, mask)
    torch.testing.assert_close(short, long)
    short, long = c03_mean_and_max.total(states, mask)
    torch.testing.assert_close(2 * short, long)


def test_c03_asks_for_a_count_that_is_there_in_sources_of_many_lengths():
    batch = c03_mean_and_max.count(torch.Generator().manual_seed(0))
    letters, mask = batch.inputs
    assert torch.equal(((letters == 0) & mask).sum(dim=1), batch.answers)
    assert set(batch.answers.tolist()) == {1, 2, 3, 4}
    assert {8, 32} <= set(mask.sum(dim=1).tolist())


def untrained(task, **changes):
    """A model that has learned nothing yet."""
    run = trained.toy_run("last", task, "smoke", 0, train_pairs=50, held_out_pairs=30, **changes)
    return prepare(run, data.load(run))


# q01


def loads(right):
    """A card on which `right(load, place, far)` says the share right; far is 0 to 5."""
    rows = []
    for load in range(1, 17):
        said = [sum(right(load, place, far) for far in range(6)) / 6 for place in range(load)]
        rows.append({
            "load": load,
            "sources": 10,
            "by_place": said,
            "by_distance": [
                [sum(right(load, place, far) for place in range(load)), load] for far in range(6)
            ],
        })  # fmt: skip
    return {"last": card_of(RUN, metrics={"accuracy_by_load": rows})}


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (lambda load, place, far: 1 - 0.05 * place, "holds under a condition"),
        (lambda load, place, far: 1 - 0.05 * load, "holds"),  # whenever it is said
        (lambda load, place, far: 1 - 0.04 * place - 0.05 * far, "refuted"),  # distance loses too
        (lambda load, place, far: 1 - 0.1 * far, "refuted"),
        (lambda load, place, far: 0.9, "refuted"),
    ],
)
def test_q01_hangs_on_the_load_alone_and_its_limit_on_the_order(right, expected):
    assert judged("q01", loads(right))["verdict"] == expected


def test_numbered_letters_are_counted_by_load_by_place_and_by_distance(monkeypatch):
    pairs = [Pair("a 1 b c c c c c c c c d 2 e", "b e"), Pair("1 a b", "a")]
    hits = [[True, False, True], [True, True]]  # the last of each is <eos>
    monkeypatch.setattr(toy_probes, "hits_of", lambda *asked, never: hits)
    one, two = toy_probes.accuracy_by_load(untrained("numbered", longest=14), pairs)
    assert one == {
        "load": 1, "sources": 1, "by_place": [1.0], "by_distance": [[1, 1], [0, 0]]
    }  # fmt: skip
    assert two == {
        "load": 2, "sources": 1, "by_place": [1.0, 0.0], "by_distance": [[0, 1], [1, 1]]
    }  # fmt: skip


# q02


def practised(name, shares):
    return {name: card_of(RUN, metrics={"accuracy_by_place": [{"accuracy": shares}]})}


FALLING, LEVEL = [1 - place / 30 for place in range(24)], [0.6] * 24
GENTLE = [0.7 - place / 120 for place in range(24)]


@pytest.mark.parametrize(
    ("alike", "expected"), [(GENTLE, "half true"), (LEVEL, "holds"), (FALLING, "refuted")]
)
def test_q02_hangs_on_what_practice_changes_and_its_limit_on_what_remains(alike, expected):
    cards = {}
    for most, shares in (
        (q02_said_first.MIXED, FALLING),
        (q02_said_first.ALIKE, alike),
        (q02_said_first.TURNED, FALLING[::-1]),
    ):
        for task in ("copying", "backwards"):
            cards |= practised(f"{most}, {task}", shares)
    record = judged("q02", cards)
    assert record["verdict"] == expected
    assert status(record)["turned"] == status(record)["backwards"] == "held"


def test_q02_turns_if_all_that_is_read_can_be_read_again(tmp_path, monkeypatch):
    variants = CHAPTERS["ch1_bottleneck"].variants
    monkeypatch.setitem(variants, "last", CHAPTERS["ch3_attention"].variants["dot"])
    assert verdict(catalogue.CLAIMS["q02"], tmp_path) == "refuted"


def test_places_are_compared_within_sources_of_one_length():
    run = trained.toy_run("last", "copy", "smoke", 0, epochs=1, train_pairs=200)
    card = trained.train_and_judge(run, None)
    rows = card.metrics["accuracy_by_place"]
    assert [row["length"] for row in rows] == [3, 6, 10]
    assert [len(row["accuracy"]) for row in rows] == [3, 6, 10]
    assert places.shares_by_place(card) == rows[-1]["accuracy"]
    assert places.curve_by_place(card)[0][0] == 1.0


def test_a_doubt_about_the_end_is_no_letter_said_wrong():
    sure_of_the_end = untrained("copy")
    with torch.no_grad():
        sure_of_the_end.model.decoder.embedding.bias[EOS] += 100.0
    last = toy_probes.accuracy_by_place(sure_of_the_end)[-1]
    assert max(last["accuracy"]) > 0
    pairs = [Pair("a b c", "a b c")]
    vocabularies = sure_of_the_end.source, sure_of_the_end.target
    assert probes.hits_of(sure_of_the_end.model, pairs, *vocabularies) == [[False] * 3 + [True]]


def test_the_quarter_said_first_is_compared_with_the_quarter_said_last():
    assert places.quarters([0.9, 0.7, *4 * [0.5], 0.3, 0.1]) == pytest.approx((0.8, 0.2))
    assert places.first_less_last([1.0, 0.5]) == pytest.approx(0.5)  # one of each at the least


def test_what_begins_with_pauses_is_judged_on_sources_without(monkeypatch):
    asked = []

    def spy(model, pairs, source, target, never):
        asked.extend(pairs)
        return [[True] * (len(pair.target.split()) + 1) for pair in pairs]

    monkeypatch.setattr(toy_probes, "hits_of", spy)
    [row] = toy_probes.accuracy_by_place(untrained("late", shortest=10))
    assert row == {"length": 10, "sources": len(asked), "accuracy": [1.0] * 10}
    assert not any("-" in pair.source for pair in asked)


# What the ledger and the chapters say of them in words is what the records say in numbers


RECORDS = read_records(ROOT / "results" / "claims.json")


def foretold(name, prediction):
    return next(row for row in RECORDS[name]["predictions"] if row["name"] == prediction)


def seen(name, what):
    return RECORDS[name]["seen"][what]


def test_more_updates_gain_a_little_less_than_more_room_and_neither_is_enough_as_c01_says():
    assert "they gain a little less" in catalogue.CLAIMS["c01"].condition
    gained, more = foretold("c01", "trained"), foretold("c01", "room")
    assert gained["interval"][0] > 0
    assert 0 < more["interval"][0] < more["mean"] < gained["mean"] / 2
    assert all(row["interval"][1] < 0.6 for row in RECORDS["c01"]["seen"].values())


def test_the_mean_loses_even_in_sorting_as_c02_says():
    assert foretold("c02", "sort")["interval"][1] < 0
    assert seen("c02", "sort last, long sources, accuracy")["mean"] > 0.95
    assert abs(foretold("c02", "copy")["mean"]) < 0.03


def test_neither_mean_nor_maximum_keeps_how_often_as_c03_says():
    right = {pool: seen("c03", f"count, {pool}, accuracy")["mean"] for pool in ("mean", "max")}
    assert max(right.values()) < 0.6
    assert foretold("c03", "counts")["interval"][0] > 0.2


def test_load_costs_even_what_is_said_first_and_attention_little_as_q01_says():
    assert foretold("q01", "first")["interval"][0] > 0
    attention = "ch3_attention (dot, 13 to 16 letters, one seed), share right"
    assert seen("q01", attention)["mean"] > 0.95


def test_practice_explains_half_and_the_order_of_reading_some_as_q02_says():
    names = ("practice", "alike", "turned", "backwards", "alike_backwards")
    practice, alike, turned, backwards, rest = (foretold("q02", name) for name in names)
    assert 0.4 < alike["mean"] / (practice["mean"] + alike["mean"]) < 0.6
    assert rest["mean"] / backwards["mean"] < 0.4  # practice is more of it there
    assert 0 < turned["interval"][0] < turned["interval"][1] < alike["interval"][0]  # it shrinks
    assert seen("q02", q02_said_first.ORDER)["interval"][0] > 0
    between = seen("q02", "all places alike, copying: said in between")
    assert (
        between["interval"][1] < seen("q02", "all places alike, copying: said last")["interval"][0]
    )
