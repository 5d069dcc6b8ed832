"""The ledger shows every claim as it was measured, with the words and bands of today."""

import json
import math
import re
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import pytest

from attention_course.claims import entries, ledger
from attention_course.claims.catalogue import CLAIMS
from attention_course.claims.record import Measured, Prediction, make_record, of_notes
from attention_course.claims.trained import label
from attention_course.runs.results import read_records

ROOT = Path(__file__).parents[1]
RECORDS = read_records(ROOT / "results" / "claims.json")
MEASURED = [claim for claim in CLAIMS.values() if claim.id in RECORDS]
every_claim = pytest.mark.parametrize("claim", MEASURED, ids=lambda claim: claim.id)


def test_every_claim_of_the_notes_is_measured():
    assert {claim.id for claim in CLAIMS.values() if of_notes(claim)} <= set(RECORDS)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_has_one_deciding_limit_at_the_most(claim):
    about = [one.about for one in claim.predictions]
    assert about[0] == "claim"
    assert about.count("limit") <= (0 if claim.verdict == "true by construction" else 1)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_that_is_not_measured_yet_is_shown_with_its_bands_and_no_result(claim):
    shown = entries.entry(claim, None)
    assert entries.NOT_YET in shown
    assert shown.count("<tr><td>") == len(claim.predictions)
    assert not claim.condition or claim.condition not in shown
    table = entries.overview({}, of_notes(claim))
    assert table.count(entries.NOT_YET) == len(entries.of_kind(of_notes(claim)))


@every_claim
def test_a_record_was_measured_against_the_bands_written_down_today(claim):
    record = RECORDS[claim.id]
    assert record["preset"] == "cpu"
    assert len(record["seeds"]) == claim.seeds
    known = [
        (one.name, one.says, one.about, [None if math.isinf(end) else end for end in
                                         (one.low, one.high)])
        for one in claim.predictions
    ]  # fmt: skip
    measured = [(row["name"], row["says"], row["about"], row["band"])
                for row in record["predictions"]]  # fmt: skip
    assert measured == known


@every_claim
def test_every_trained_number_rests_on_enough_seeds(claim):
    enough = min(claim.seeds, 5)
    assert enough >= (5 if of_notes(claim) else 3)
    for row in RECORDS[claim.id]["predictions"]:
        few = row["name"].startswith(("captions", "grows"))
        assert len(row["values"]) >= (3 if few else enough)


@every_claim
def test_no_curve_of_a_figure_lies_outside_of_its_panel(claim):
    if not RECORDS[claim.id]["curves"]:
        pytest.skip("it has no figure")
    for ax in ledger.figure(claim, RECORDS[claim.id]):
        low, high = ax.get_ylim()
        drawn = [float(y) for line in ax.get_lines() for y in line.get_ydata()]
        assert low <= min(drawn)
        assert max(drawn) <= high
    plt.close("all")


@pytest.mark.parametrize(
    ("claim", "shown"),
    [("q03", ["BLEU", "evenness"]), ("c16", ["share of words right", "BLEU"])],
)
def test_a_panel_says_what_its_own_curves_are(claim, shown):
    panels = ledger.figure(CLAIMS[claim], RECORDS[claim])
    assert [ax.get_ylabel() for ax in panels] == shown
    plt.close("all")


@every_claim
def test_an_entry_says_all_numbers_with_what_was_foretold(claim):
    shown = entries.entry(claim, RECORDS[claim.id])
    assert shown.count("<tr><td>") >= len(claim.predictions)
    assert f'href="claims_code.html#{claim.id}-code"' in shown
    assert not re.search(r"\b(nan|inf)\b", shown)


@every_claim
def test_the_table_shows_a_whole_sentence_of_what_is_to_be_remembered(claim):
    short, whole = entries.in_short(claim), claim.condition
    assert whole.startswith(short)
    assert short == whole or re.search(r"\S\.$", short)  # "q . k" holds a stop that ends nothing


def test_the_page_has_a_section_for_each_claim_and_its_code():
    for page, name in (("claims", "{}"), ("claims_code", "{}-code")):
        text = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
        headings = re.findall(r"^\((.*)\)=\n\n##+ (.*)$", text, flags=re.MULTILINE)
        assert sorted(headings) == [
            (name.format(claim.id), f"{claim.id}. {claim.title}") for claim in CLAIMS.values()
        ]


def test_every_claim_with_curves_is_drawn_and_no_other():
    text = (ROOT / "book" / "claims.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^draw\("([cq]\d\d)"\)', text, flags=re.MULTILINE))
    shown = {name for name, record in RECORDS.items() if record["curves"]}
    assert drawn <= shown
    assert drawn == {name for name in shown if CLAIMS[name].finding}
    for name in drawn:
        assert all(CLAIMS[name].axes)


class Bars(NamedTuple):
    groups: dict[str, str]
    count: int


BARS = {
    "c13": Bars({"AER": "alignment error rate"}, 7),  # six kinds of attention and IBM Model 1
    "q12": Bars({"nats a token": "nats a token", "knows he or she": "share right"}, 4),
    "q14": Bars({"nats a token": "nats a token", "knows he or she": "share right"}, 4),
    "q10": Bars({"who did what, free order": "share right", "BLEU, free order": "BLEU"}, 6),
}


@pytest.mark.parametrize("name", [claim.id for claim in MEASURED if claim.finding])
def test_a_figure_has_the_finding_for_its_title(name):
    import matplotlib.pyplot as plt

    if name in BARS:
        [ax, *_] = panels = ledger.bars(CLAIMS[name], RECORDS[name], BARS[name].groups)
        assert [len(one.patches) for one in panels] == [BARS[name].count] * len(panels)
    else:
        ax = ledger.figure(CLAIMS[name], RECORDS[name])[0]
    above = ax.get_figure(root=True).get_suptitle() or ax.get_title(loc="left")
    assert " ".join(above.split()) == CLAIMS[name].finding  # however many lines it takes
    plt.close("all")


def test_the_matrices_of_patches_say_what_was_measured():
    first, second = ledger.patches(RECORDS["q04"], {"one": "scaled", "other": "dot, both ends"})
    seen = RECORDS["q04"]["seen"]["scaled | value of the state with the largest weight"]
    assert [text.get_text() for text in first.texts][1] == f"{seen['mean']:.2f}"
    assert first.get_title() == "one"
    assert second.get_title() == "other"
    plt.close("all")


# What the ledger and the chapters say in words is what the records say in numbers


def seen(claim, name):
    return RECORDS[claim]["seen"][name]


def foretold(claim, name):
    return next(row for row in RECORDS[claim]["predictions"] if row["name"] == name)


def test_a_gru_answers_to_the_first_letter_several_times_as_strongly_as_to_the_last():
    assert "several times as strongly as to the last letter" in CLAIMS["c19"].condition
    row = foretold("c19", "learned")
    assert row["interval"][0] > 3
    beside = seen("c19", "first letter / <eos>, trained to copy: GRU, last state")
    assert beside["mean"] < 1 < row["mean"]  # to divide by the mark turns the sentence around


def test_self_attention_answers_to_the_first_word_about_as_to_the_last_and_weakly():
    for row in RECORDS["c19"]["curves"]["ch4_self_attention"]:
        assert 0.8 < row[1] < 1.25
    assert foretold("c19", "thin")["interval"][1] < 1 / 64


def test_model_1_is_better_on_content_words_and_worse_on_function_words_as_c13_says():
    names = ("dot", "dot, both ends", "general", "additive", "transformer", "scaled")
    rates = {name: seen("c13", f"AER | {label_of(name)}")["mean"] for name in names}
    assert all(one > seen("c13", "AER | IBM Model 1")["interval"][1] for one in rates.values())
    assert min(rates, key=rates.get) == "scaled"
    for kind, model_1_is_better in (("content", True), ("function", False)):
        model_1 = seen("c13", f"{kind} words, AER | IBM Model 1")["mean"]
        means = [seen("c13", f"{kind} words, AER | {name}")["mean"] for name in names]
        assert all((model_1 < one) == model_1_is_better for one in means)


def label_of(name):
    return label("transformer" if name == "transformer" else "dot", name)


def test_trained_keys_have_like_lengths_as_c08_says():
    for name in ("dot", "scaled"):
        ending = f"| trained on pocket Korean ({name})"
        lengths = seen("c08", f"spread of the keys' lengths (log) within a sentence {ending}")
        assert lengths["mean"] < 0.1
        other = seen(
            "c08", f"share of queries whose key by dot product is not the one by angle {ending}"
        )
        assert other["mean"] == pytest.approx(0.03, abs=0.01)


def test_a_trained_output_points_where_the_strongest_state_points_as_c09_says():
    means = {
        name: seen(
            "c09", f"cosine of output and strongest state | trained on pocket Korean ({name})"
        )["mean"]
        for name in ("dot", "scaled", "additive")
    }
    assert min(means.values()) > 0.9
    assert max(means, key=means.get) == "dot"


def test_the_strongest_weight_depends_on_the_division_as_c13_says():
    for score, strongest in (("dot", "0.97"), ("scaled", "0.53")):
        row = seen("c13", f"strongest weight of a word, mean | ch3_attention ({score})")
        assert f"{row['mean']:.2f}" == strongest
        assert strongest in CLAIMS["c13"].condition


def test_length_costs_no_words_on_pocket_korean_as_c16_says():
    lost = {
        name: seen("c16", f"pocket {name}, words right that length costs")["interval"]
        for name in ("last", "mean", "dot", "scaled", "additive", "transformer")
    }
    assert lost["mean"][0] < 0 < lost["mean"][1]  # no change shown
    assert all(high < 0 for name, (_, high) in lost.items() if name != "mean")


def test_the_division_and_not_the_transformer_makes_the_difference_as_c16_says():
    bleu = {name: seen("c16", f"pocket {name}, BLEU")["mean"] for name in ("dot", "scaled")}
    assert round(bleu["scaled"] - bleu["dot"]) == 12
    for other in ("scaled", "additive"):
        low, high = seen("c16", f"pocket, transformer less {other}, BLEU")["interval"]
        assert low < 0 < high


def test_the_weights_are_peaked_early_without_the_division_as_q03_says():
    even = {
        score: [y for _, y, *_ in RECORDS["q03"]["curves"][f"evenness by epoch | {label(score)}"]]
        for score in ("dot", "scaled")
    }
    assert even["dot"][1] < 0.1
    assert even["scaled"][1] == pytest.approx(0.75, abs=0.03)
    assert even["scaled"][-1] == pytest.approx(0.5, abs=0.05)
    assert 8 <= foretold("q03", "gain")["interval"][0] < 9
    gap = seen("q03", f"BLEU | {label('additive')}")["mean"]
    dot, scaled = (seen("q03", f"BLEU | {label(one)}")["mean"] for one in ("dot", "scaled"))
    assert (scaled - dot) / (gap - dot) > 0.9


def test_no_state_but_that_under_the_largest_weight_decides_as_q04_says():
    assert foretold("q04", "value")["mean"] == pytest.approx(0.9, abs=0.02)
    for name in ("end", "elsewhere", "key"):
        assert foretold("q04", name)["interval"][1] < 0.01
    own = "value of the word that differs, where another has the largest weight"
    assert seen("q04", f"scaled | {own}")["mean"] == pytest.approx(2 / 3, abs=0.05)
    ends = "dot, both ends | value of"
    assert seen("q04", f"{ends} the state with the largest weight")["interval"][0] > 0.95
    for other in ("any other word", "<eos>, where another has the largest weight"):
        assert seen("q04", f"{ends} {other}")["mean"] < 0.01


def test_on_captions_neither_a_growing_gain_nor_a_lead_of_the_transformer_is_shown_as_c16_says():
    low, high = foretold("c16", "grows")["interval"]
    assert low < 0 < high
    low, high = seen("c16", "captions, transformer less dot, BLEU")["interval"]
    assert low < 0 < high


def test_averaging_loses_on_captions_and_gains_on_pocket_korean_as_chapter_2_says():
    korean = seen("c16", "pocket, mean less last, BLEU")
    assert min(*korean["values"], korean["interval"][0]) > 0
    captions = seen("c16", "captions, mean less last, BLEU")
    assert max(captions["values"]) < 0
    assert captions["interval"][1] < 0


def test_a_run_with_feeding_takes_about_twice_as_long_as_c11_says():
    assert "about twice as long" in CLAIMS["c11"].condition
    assert 1.7 < seen("c11", "feeding, CPU seconds / without")["mean"] < 2.3
    gains = sorted(foretold("c11", "gain")["values"])
    assert gains[1] < -5 < -2 < gains[2] <= gains[3] < 2 < 5 < gains[4]


def test_beyond_a_guess_length_costs_the_mean_and_not_attention_as_c16_says():
    costs = {
        name: seen("c16", f"pocket {name}, words right beyond a guess that length costs")
        for name in ("last", "mean", "dot", "scaled", "additive", "transformer")
    }
    assert costs["last"]["interval"][0] < 0 < costs["last"]["interval"][1]
    assert costs["mean"]["interval"][0] > 0
    for name in ("dot", "scaled", "additive", "transformer"):
        assert costs[name]["interval"][1] < 0
    short, long = (seen("c16", f"pocket, words guessed, {one}")["mean"] for one in ("1-10", "31+"))
    assert long / short == pytest.approx(2, abs=0.2)


def test_near_words_are_said_right_more_often_within_sentences_of_like_length_as_c22_says():
    for length in ("11-20", "21-30", "31+"):
        assert seen("c22", f"last state, {length} words, near less far")["interval"][0] > 0
    low, high = foretold("c22", "structure")["interval"]
    assert low < 0 < high


def test_one_run_without_s_t_broke_down_and_two_lose_as_much_as_c10_says():
    *others, broken = sorted(foretold("c10", "captions_without_s")["values"])
    assert "the other two lose about 19 BLEU" in CLAIMS["c10"].condition
    assert [round(one) for one in others] == [19, 19]
    assert broken > 30


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (0.5531, "0.553"), (-10.46, "−10.5"), (5505.0, "5,505"), (1.0, "1"),
        (2.7e-16, "2.7 · 10⁻¹⁶"), (88.0, "88"), (0.0139, "0.0139"), (-2e-9, "−2.0 · 10⁻⁹"),
    ],
)  # fmt: skip
def test_a_number_is_written_to_be_read(value, text):
    assert entries.number(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.2, math.inf, "at least 0.2"),
        (-math.inf, 0.1, "at most 0.1"),
        (0.0, 0.0, "exactly 0"),
        (-0.05, 0.05, "−0.05 to 0.05"),
    ],
)
def test_a_band_is_said_in_words(low, high, text):
    assert entries.band(Prediction("one", "one", low, high), "cpu") == text


def test_what_is_foretold_and_refuted_is_shown_as_failed():
    claim = CLAIMS["c23"]
    found = {seed: Measured({one.name: 1.0 for one in claim.predictions}) for seed in range(5)}
    shown = entries.entry(claim, make_record(claim, "cpu", found))
    assert 'verdict-refuted">refuted' in shown
    assert shown.count('class="failed"') == len(claim.predictions)
    assert "we had expected" in shown


def test_words_of_a_claim_cannot_become_markup(tmp_path):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"c10": RECORDS["c10"]}))
    assert read_records(file)["c10"]["id"] == "c10"
    assert "<b>c10</b> Join [a_t; s_t]" in entries.overview(RECORDS)
