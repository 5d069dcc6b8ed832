"""What the ledger quotes is what the notes say, word for word."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from attention_course.claims.catalogue import CLAIMS
from attention_course.claims.record import of_notes

LEFT_OUT = "(...)"  # stands between words of two places
QUOTED = [claim for claim in CLAIMS.values() if of_notes(claim)]
NOTES = os.environ.get("ATTENTION_COURSE_NOTES", "")
# The first digits of the sha256 of each quotation without its spaces, made when all of them had
# been found in the notes. Whoever changes a quotation holds it against the notes again.
MARKS = {
    "c01": "6b6e09ca929f",
    "c02": "d60520cbcb76",
    "c03": "daccd55238b4",
    "c04": "be79aed20ee8",
    "c05": "0dfe834d03a2",
    "c06": "a642411f579d",
    "c07": "446dd2cff075",
    "c08": "face380d4c86",
    "c09": "91b641559e8e",
    "c10": "3e97d29bce53",
    "c11": "f62ca8982695",
    "c12": "f2f699678dde",
    "c13": "0d56ffbcaff2",
    "c14": "592b51ca5a6e",
    "c15": "213a0d182835",
    "c16": "f2d23b5a3ce8",
    "c17": "47c9d2e095f2",
    "c18": "205974104f23",
    "c19": "7cfae5b2577d",
    "c20": "b862beb471a6",
    "c21": "c4892edd5129",
    "c22": "ad78afc85ebb",
    "c23": "2f993dad69d3",
}


def without_spaces(text):
    """The notes break lines and put spaces where the writer paused; a quotation may not."""
    return "".join(text.split())


def mark(text):
    return sha256(without_spaces(text).encode()).hexdigest()[:12]


def is_in(quotation, notes):
    """Whether every place that a quotation joins stands in the notes, in this order."""
    places = [without_spaces(part) for part in quotation.split(LEFT_OUT)]
    notes = without_spaces(notes)
    found = [notes.find(part) for part in places]
    return all(places) and min(found) >= 0 and found == sorted(found)


def test_every_quotation_is_as_it_was_when_it_was_held_against_the_notes():
    assert {claim.id: mark(claim.korean) for claim in QUOTED} == MARKS


@pytest.mark.skipif(not NOTES, reason="ATTENTION_COURSE_NOTES names no file of the notes")
@pytest.mark.parametrize("claim", QUOTED, ids=lambda claim: claim.id)
def test_a_quotation_stands_in_the_notes_word_for_word(claim):
    assert is_in(claim.korean, Path(NOTES).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("quotation", "stands"),
    [
        ("둘이 온다", True),
        ("하나가 온다 (...) 셋이 온다", True),
        ("셋이 온다 (...) 하나가 온다", False),  # turned around
        ("하나가 온다 셋이 온다", False),  # joined and not marked
        ("둘은 온다", False),
        ("하나가 온다 (...)", False),
    ],
)
def test_a_place_that_is_changed_or_joined_silently_is_found(quotation, stands):
    assert is_in(quotation, "하나가 온다.\n둘이\n온다.\n셋이 온다.") == stands


@pytest.mark.parametrize("claim", QUOTED, ids=lambda claim: claim.id)
def test_a_translation_marks_the_same_places_as_left_out(claim):
    assert claim.english.count(LEFT_OUT) == claim.korean.count(LEFT_OUT)
