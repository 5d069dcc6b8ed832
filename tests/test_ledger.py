"""The ledger shows every claim as it was measured, with the words and bands of today."""

import json
import math
import re
from pathlib import Path

import pytest

from attention_course.claims import ledger
from attention_course.claims.catalogue import CLAIMS
from attention_course.claims.record import Measured, Prediction, make_record
from attention_course.results import read_records

ROOT = Path(__file__).parents[1]
RECORDS = read_records(ROOT / "results" / "claims.json")
every_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)


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
    for row in RECORDS[claim.id]["predictions"]:
        assert len(row["values"]) >= (3 if row["name"].startswith(("captions", "grows")) else 5)


@every_claim
def test_an_entry_says_all_numbers_with_what_was_foretold(claim):
    shown = ledger.entry(claim, RECORDS[claim.id])
    assert shown.count("<tr><td>") >= len(claim.predictions)
    assert f'href="claims_code.html#{claim.id}-code"' in shown
    assert not re.search(r"\b(nan|inf)\b", shown)


@every_claim
def test_the_table_shows_a_whole_sentence_of_what_is_to_be_remembered(claim):
    short, whole = ledger.in_short(claim), claim.condition
    assert whole.startswith(short)
    assert short == whole or re.search(r"\S\.$", short)  # "q . k" holds a stop that ends nothing


def test_the_page_has_a_section_for_each_claim_and_its_code():
    for page, label in (("claims", "{}"), ("claims_code", "{}-code")):
        text = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
        headings = re.findall(r"^\((.*)\)=\n\n##+ (.*)$", text, flags=re.MULTILINE)
        assert sorted(headings) == [
            (label.format(claim.id), f"{claim.id}. {claim.title}") for claim in CLAIMS.values()
        ]


def test_every_claim_with_curves_is_drawn_and_no_other():
    text = (ROOT / "book" / "claims.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^draw\("(c\d\d)"\)', text, flags=re.MULTILINE))
    shown = {name for name in CLAIMS if RECORDS[name]["curves"]}
    assert drawn <= shown
    assert drawn == {name for name in shown if CLAIMS[name].finding}
    for name in drawn:
        assert all(CLAIMS[name].axes)


@pytest.mark.parametrize("name", [name for name in CLAIMS if CLAIMS[name].finding])
def test_a_figure_has_the_finding_for_its_title(name):
    import matplotlib.pyplot as plt

    if name == "c13":
        ax = ledger.bars(CLAIMS[name], RECORDS[name], "AER", "alignment error rate")
        assert len(ax.patches) == 8
    else:
        ax = ledger.figure(CLAIMS[name], RECORDS[name])[0]
    above = ax.get_figure().get_suptitle() or ax.get_title(loc="left")
    assert above == CLAIMS[name].finding
    plt.close("all")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (0.5531, "0.553"), (-10.46, "−10.5"), (5505.0, "5,505"), (1.0, "1"),
        (2.7e-16, "2.7 · 10⁻¹⁶"), (88.0, "88"), (0.0139, "0.0139"), (-2e-9, "−2.0 · 10⁻⁹"),
    ],
)  # fmt: skip
def test_a_number_is_written_to_be_read(value, text):
    assert ledger.number(value) == text


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
    assert ledger.band(Prediction("one", "one", low, high), "cpu") == text


def test_what_is_foretold_and_refuted_is_shown_as_failed():
    claim = CLAIMS["c23"]
    found = {seed: Measured({one.name: 1.0 for one in claim.predictions}) for seed in range(5)}
    shown = ledger.entry(claim, make_record(claim, "cpu", found))
    assert 'verdict-refuted">refuted' in shown
    assert shown.count('class="failed"') == len(claim.predictions)
    assert "we had expected" in shown


def test_words_of_a_claim_cannot_become_markup(tmp_path):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"c10": RECORDS["c10"]}))
    assert read_records(file)["c10"]["id"] == "c10"
    assert "<b>c10</b> Join [a_t; s_t]" in ledger.overview(RECORDS)
