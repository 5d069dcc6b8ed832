"""Each claim is measured at the smallest size, and each experiment can fail."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from attention_course.claims import catalogue, runner, trained
from attention_course.claims.record import of_notes
from attention_course.course import CHAPTERS
from attention_course.ladder.ch2_averaging import Mean
from attention_course.models.context import Context
from attention_course.runs.results import results_folder
from small_runs import card_of

EXACT = [claim for claim in catalogue.CLAIMS.values() if claim.exact]
TRAINED = [claim for claim in catalogue.CLAIMS.values() if not claim.exact]


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """Runs that claims share are trained once."""
    return tmp_path_factory.mktemp("cards")


@pytest.mark.parametrize("claim", EXACT, ids=lambda claim: claim.id)
def test_an_exact_claim_has_the_verdict_written_down_beforehand(claim):
    published = results_folder() / "claims"  # of trained models, which some of them look at too
    record = runner.measure_claim(claim, "cpu", published)
    assert record["verdict"] == claim.verdict, record["predictions"]
    assert record == runner.measure_claim(claim, "cpu", published)


@pytest.mark.parametrize("claim", TRAINED, ids=lambda claim: claim.id)
def test_a_trained_claim_shows_its_direction(claim, cards):
    record = runner.measure_claim(claim, "smoke", cards)
    assert record["verdict"] == claim.verdict, record["predictions"]
    assert {one["status"] for one in record["predictions"]} == {"held"}, record["predictions"]


@pytest.mark.parametrize("claim", catalogue.CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_says_everything_before_it_is_measured(claim):
    assert claim.stem in CHAPTERS
    assert all((claim.english, claim.how, claim.predictions))
    assert bool(claim.korean) == of_notes(claim)
    assert claim.exact or claim.seeds >= 5 or not of_notes(claim)
    for one in claim.predictions:
        assert one.low > -float("inf") or one.high < float("inf"), "a band that nothing refutes"


def test_an_unknown_claim_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"expected claims among c01, .* got c99"):
        catalogue.find(["c99"])


# Each of them can fail


def verdict(claim, preset, folder):
    return runner.measure_claim(claim, preset, folder)["verdict"]


def statuses(record):
    return {one["name"]: one["status"] for one in record["predictions"]}


def test_c22_turns_if_the_last_state_forgets(tmp_path, monkeypatch):
    class Nothing(Mean):
        def forward(self, queries, states, mask, keys):
            made = super().forward(queries, states, mask, keys)
            return made._replace(vector=0 * made.vector)

    variants = CHAPTERS["ch1_bottleneck"].variants
    monkeypatch.setitem(variants, "last", lambda run, settings: Nothing())
    record = runner.measure_claim(catalogue.CLAIMS["c22"], "smoke", tmp_path)
    assert statuses(record)["kept"] == "failed"


def test_a_context_that_says_nothing_of_its_weights_is_refused():
    with pytest.raises(NotImplementedError, match="where its weights come from"):
        Context()(torch.zeros(1, 1, 2), torch.zeros(1, 1, 2), torch.ones(1, 1, dtype=torch.bool))


def test_records_are_kept_and_other_claims_stay(tmp_path):
    chosen = [catalogue.CLAIMS["c06"], catalogue.CLAIMS["c18"]]
    runner.measure_all(chosen[:1], "cpu", tmp_path, tmp_path / "claims.json")
    known = runner.measure_all(chosen[1:], "cpu", tmp_path, tmp_path / "claims.json")
    assert set(known) == {"c06", "c18"}
    assert replace(chosen[0], id="c00").id not in known


def test_runs_are_trained_side_by_side_once_each_and_the_first_error_is_raised(tmp_path):
    wanted = runner.runs_of([catalogue.CLAIMS["c15"], catalogue.CLAIMS["c04"]], "smoke")
    assert len(wanted) == len(set(wanted)) == 5  # they share the run with a dot product
    small = [replace(run, train_pairs=64, epochs=1, held_out_pairs=16) for run in wanted[:2]]
    runner.do_all([(trained.train, (run, tmp_path)) for run in small], 2, "runs")
    assert all(trained.read(run, tmp_path) for run in small)
    assert runner.estimate(small, tmp_path) is not None
    broken = replace(small[0], variant="none")
    with pytest.raises(ValueError, match="expected a variant"):
        runner.do_all([(trained.train, (broken, tmp_path))], 2, "runs")


SLEEPERS = """
import signal, time
from attention_course.claims.runner import do_all
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
if __name__ == "__main__":
    print("begun", flush=True)
    do_all([(time.sleep, (600,))] * 4, 2, "naps")
"""


def test_ctrl_c_stops_runs_that_are_trained_side_by_side(tmp_path):
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout.readline() == b"begun\n"
        time.sleep(3)  # the naps have begun
        running.send_signal(signal.SIGINT)
        try:
            _, said = running.communicate(timeout=1000)  # it would sleep for twenty minutes
        finally:
            running.kill()
    assert b"KeyboardInterrupt" in said
    assert running.returncode != 0


def test_an_estimate_takes_an_unknown_run_for_one_of_its_kind(tmp_path):
    [first, second] = list(catalogue.CLAIMS["c01"].runs("smoke", 0).values())
    assert runner.estimate([first], tmp_path) is None
    file = trained.file_of(first, tmp_path)
    card_of(first, cpu_seconds=90.0).write(file)
    assert runner.estimate([first, second], tmp_path) == 180.0
    assert runner.estimate_in_words(180.0, 2) == "about 3 CPU minutes, 2 by the clock"


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="expected a preset among smoke, cpu, gpu, got 'large'"):
        runner.missing_runs([catalogue.CLAIMS["c01"]], "large", Path())


def test_a_run_that_is_trained_again_with_the_same_seed_gives_the_same_numbers(tmp_path):
    [run] = catalogue.CLAIMS["c15"].runs("smoke", 0).values()
    run = replace(run, train_pairs=600, epochs=1)
    first, again = (trained.train(run, tmp_path / name) for name in ("first", "again"))
    assert first.metrics == again.metrics
    assert trained.train(run, tmp_path / "first") == first  # a kept card is only read
