import pytest
import torch

import remake_results
from attention_course.claims import catalogue, runner, trained
from attention_course.course import preset
from attention_course.rungs import STEMS
from attention_course.runs.card import RunCard
from attention_course.runs.results import (
    by_length,
    find_card,
    in_minutes,
    losses,
    read_cards,
    read_records,
    results_folder,
    what_to_expect,
)
from small_runs import card_of

VARIANTS = {"ch3_attention": "dot", "ch1_bottleneck": "last"}
CARDS = {
    stem: card_of(
        preset(stem, variant, "multi30k"),
        curve=[{"epoch": 1, "train_loss": 3.0, "validation_loss": 2.5}],
        metrics={
            "bleu_by_source_length": [{"bin": "1-8", "bleu": 30.0, "low": 28.0, "high": 32.0}]
        },
    )
    for stem, variant in VARIANTS.items()
}
CARD = CARDS["ch3_attention"]


@pytest.fixture
def folder(tmp_path):
    """A results folder with two cards, and a place far below its parent."""
    for stem, card in CARDS.items():
        card.write(tmp_path / "results" / "multi30k" / stem / "run.json")
    (tmp_path / "book" / "deep").mkdir(parents=True)
    return tmp_path


def test_cards_are_found_from_any_folder_below(folder, monkeypatch):
    monkeypatch.chdir(folder / "book" / "deep")
    assert results_folder() == folder / "results"
    assert [card.run.stem for card in read_cards()] == ["ch1_bottleneck", "ch3_attention"]
    assert find_card("multi30k", "ch3_attention") == CARD


def test_an_installed_package_reads_the_cards_that_came_with_it(folder, monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr("attention_course.runs.results.MEASURED", folder / "results")
    assert find_card("multi30k", "ch3_attention") == CARD


def test_a_card_that_was_not_trained_is_an_error_that_says_how(folder):
    with pytest.raises(FileNotFoundError, match="attention-course train ch2_averaging --data"):
        find_card("multi30k", "ch2_averaging", folder / "results")


def test_no_results_at_all_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder `results`"):
        results_folder(tmp_path)


def test_rows_for_figures_are_taken_from_the_card():
    assert by_length(CARD) == [("1-8", 30.0, 28.0, 32.0)]
    assert losses(CARD) == [(1, 3.0, 2.5)]


def test_a_training_notebook_says_beforehand_how_long_it_will_take():
    cpu, gpu = (what_to_expect("ch3_attention", preset) for preset in ("cpu", "gpu"))
    minutes = f"{find_card('multi30k', 'ch3_attention').cpu_seconds / 60:.0f} minutes"
    assert minutes in cpu
    assert minutes in gpu
    assert cpu.startswith("No GPU")
    assert "about a minute" in what_to_expect("ch3_attention", "smoke")
    for stem in STEMS:  # also of a chapter that the book trains on one corpus alone
        assert "on pocket-korean (one core" in what_to_expect(stem, "cpu")


@pytest.mark.parametrize(("able", "warned"), [(True, False), (False, True)])
def test_a_learner_whose_processor_has_no_16_bits_is_told_that_it_takes_longer(
    able, warned, monkeypatch
):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": able}, raising=False)
    assert ("full precision only" in what_to_expect("ch3_attention", "cpu")) is warned


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(20.0, "less than a minute"), (73.0, "about a minute"), (900.0, "15 minutes")],
)
def test_seconds_are_told_as_a_learner_would_say_them(seconds, told):
    assert in_minutes(seconds) == told


@pytest.mark.parametrize("place", sorted(remake_results.book_runs("cpu")))
def test_a_card_of_the_book_was_trained_with_the_settings_that_its_preset_has_today(place):
    card = RunCard.read(results_folder() / place / "run.json")
    assert card.run == remake_results.book_runs("cpu")[place]


def test_the_cards_among_the_claims_are_those_of_the_runs_that_are_shown_and_no_others():
    cards = results_folder() / "claims"
    wanted = {trained.file_of(run, cards) for run in remake_results.shown_runs("cpu")}
    found = set(cards.rglob("*.json"))
    assert found <= wanted
    measured = catalogue.find(list(read_records()))  # a question that is not yet lacks some cards
    needed = {trained.file_of(run, cards) for run in runner.runs_of(measured, "cpu")}
    assert needed <= found


def test_a_card_that_no_claim_reads_any_more_is_removed(tmp_path):
    kept = trained.file_of(remake_results.shown_runs("cpu")[0], tmp_path)
    for file in (kept, kept.with_name("ch3_attention-dot-000000-seed0.json")):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    remake_results.remove_stale("cpu", tmp_path)
    assert list(tmp_path.rglob("*.json")) == [kept]
