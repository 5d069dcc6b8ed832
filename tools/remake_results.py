"""Train everything again that the book shows: run cards, claims, pictures. Run by `make results`.

Cards are made in runs/results-PRESET and copied over results/ when all are there, so that a run
that is stopped changes nothing and goes on where it was. Another preset than `cpu`, such as `gpu`
on a machine that has one, keeps its results in results/PRESET: those of the book stay.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import torch

from attention_course import logs, processors
from attention_course.claims import catalogue, runner, trained
from attention_course.config import PRESETS, Run
from attention_course.course import CHAPTERS, preset
from attention_course.data.pairs import Corpus
from attention_course.rungs import RUNGS
from attention_course.runs.card import RunCard
from attention_course.runs.experiment import greedy_bleu, run_experiment
from attention_course.runs.trained import Trained
from home import ROOT
from reference_step import Reference, cpu_seconds

CORPORA = ("multi30k", "pocket-korean")
LADDER = [rung.stem for rung in RUNGS]  # beyond it only pocket Korean is trained
KEPT = ("run.json", "hypotheses.txt")  # of a run's folder; weights and checkpoints are not


def book_runs(size: str) -> dict[str, Run]:
    """The runs whose cards the chapters show, by their folder under the results."""
    return {
        f"{data}/{stem}": preset(stem, chapter.default, data, size)
        for stem, chapter in CHAPTERS.items()
        for data in CORPORA
        if data == "pocket-korean" or stem in LADDER
    }


def make_card(run: Run, folder: Path) -> None:
    """Train one of the book's runs on one thread, from its checkpoint if it was stopped."""
    torch.set_num_threads(1)
    watch = bleu_so_far if run.data == "multi30k" else None
    run_experiment(run, folder, resume=(folder / "checkpoint").exists(), watch=watch)


def bleu_so_far(trained: Trained, corpus: Corpus) -> dict[str, float]:
    """Greedy BLEU on the test pairs, and what the reference step takes at this moment."""
    with torch.random.fork_rng():  # the run's own random state is not touched
        step = Reference().step()
    score = greedy_bleu(trained, corpus.test)
    reference = statistics.median(cpu_seconds(step) for _ in range(9))
    return {"bleu": round(score, 2), "reference": round(reference, 4)}


def seconds_of_book(results: Path, folders: list[str]) -> float | None:
    """CPU seconds that the cards in the results say their training took."""
    files = [results / folder / "run.json" for folder in folders]
    if not all(file.exists() for file in files):
        return None
    return sum(RunCard.read(file).cpu_seconds for file in files)


def copy_cards(fresh: Path, results: Path) -> None:
    """Copy fresh cards, and what stands beside them, over those in the results."""
    files = [file for name in KEPT for file in fresh.rglob(name)]
    for file in [*files, *(fresh / "claims").rglob("*.json")]:
        published = results / file.relative_to(fresh)
        published.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, published)


def shown_runs(size: str) -> list[Run]:
    """The runs whose cards lie among the claims: those of every claim, and some for other pages.

    These have the default score of rung 3, which is held beside the others.
    """
    return [*runner.runs_of(catalogue.find([]), size), *trained.of_scores("scaled")]


def remove_stale(size: str, cards: Path) -> None:
    """Remove cards that no claim reads any more: a changed run has a card of another name."""
    wanted = {trained.file_of(run, cards) for run in shown_runs(size)}
    for file in set(cards.rglob("*.json")) - wanted:
        file.unlink()


def main() -> int:
    """Say what it will take, train, copy, measure, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--jobs", type=int, default=processors.count())
    parser.add_argument("--estimate", action="store_true", help="say what it takes, train nothing")
    arguments = parser.parse_args()
    preset_name, at_once = arguments.preset, arguments.jobs
    logs.at_once()
    of_book = preset_name == "cpu"
    results = ROOT / "results" if of_book else ROOT / "results" / preset_name
    fresh, work = ROOT / "runs" / f"results-{preset_name}", ROOT / "runs" / "claims"

    claims = catalogue.find([])
    book = book_runs(preset_name)
    left = [folder for folder in book if not (fresh / folder / "run.json").exists()]
    runs = runner.without_card(shown_runs(preset_name), fresh / "claims")
    parts = seconds_of_book(results, left), runner.estimate(runs, results / "claims")
    total = None if None in parts else sum(part or 0 for part in parts)
    takes = runner.estimate_in_words(total, at_once)
    print(f"To train: {len(left)} runs of the book and {len(runs)} of the claims, {at_once} at")
    print(f"once; {takes}. Ctrl-C stops; the same command goes on.")
    if arguments.estimate:
        return 0
    jobs: list[runner.Job] = [(make_card, (book[folder], fresh / folder)) for folder in left]
    jobs += [(trained.train, (run, fresh / "claims", work)) for run in runs]
    runner.do_all(jobs, at_once, "run")
    copy_cards(fresh, results)
    remove_stale(preset_name, results / "claims")
    runner.measure_all(claims, preset_name, results / "claims", results / "claims.json")
    for name, record in catalogue.BESIDE.items():
        record(results / name)
    if of_book:
        live = ("live_models.py", "--runs", fresh)  # the runs of the book have their weights there
        others = (
            ("live_film.py",),
            ("live_race.py",),
            ("draw_ladder.py",),
            ("execute_notebooks.py",),
        )
        for tool in (live, *others):
            subprocess.run([sys.executable, ROOT / "tools" / tool[0], *tool[1:]], check=True)
    shutil.rmtree(fresh)
    shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped; nothing in results/ has changed. Go on with: make results")
