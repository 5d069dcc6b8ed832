"""Train everything again that the book shows: run cards, claims, pictures. Run by `make results`.

Cards are made in runs/results and copied over results/ when all are there, so that a run that is
stopped changes nothing and goes on where it was. Cards of other presets stay as they are.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from attention_course.claims import catalogue, clocks, runner, trained
from attention_course.config import PRESETS, Run, preset
from attention_course.course import CHAPTERS
from attention_course.experiment import run_experiment

ROOT = Path(__file__).resolve().parents[1]
RESULTS, FRESH, WORK = ROOT / "results", ROOT / "runs" / "results", ROOT / "runs" / "claims"
CORPORA = ("multi30k", "pocket-korean")


def book_runs(size: str) -> dict[str, Run]:
    """The runs whose cards the chapters show, by their folder under results/."""
    above = "" if size == "cpu" else f"{size}/"
    return {
        f"{above}{data}/{stem}": preset(stem, chapter.default, data, size)
        for data in CORPORA
        for stem, chapter in CHAPTERS.items()
    }


def make_card(run: Run, folder: Path) -> None:
    """Train one of the book's runs on one thread, from its checkpoint if it was stopped."""
    import torch

    torch.set_num_threads(1)
    run_experiment(run, folder, resume=(folder / "checkpoint").exists())


def seconds_of_book(runs: dict[str, Run]) -> float | None:
    """CPU seconds that the cards in results/ say their training took."""
    files = [RESULTS / folder / "run.json" for folder in runs]
    if not all(file.exists() for file in files):
        return None
    return sum(json.loads(file.read_text(encoding="utf-8"))["cpu_seconds"] for file in files)


def copy_cards() -> None:
    """Put what was made in the place of what was there."""
    for file in FRESH.rglob("*"):
        kept = file.name in ("run.json", "hypotheses.txt") or file.parent.parent.name == "claims"
        if kept and file.is_file():
            place = RESULTS / file.relative_to(FRESH)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def main() -> int:
    """Say what it will take, train, copy, measure, draw."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--preset", default="cpu", choices=PRESETS)
    wanted.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    wanted.add_argument("--estimate", action="store_true", help="say what it takes, train nothing")
    asked = wanted.parse_args()

    claims = catalogue.find([])
    book = book_runs(asked.preset)
    book = {
        folder: run for folder, run in book.items() if not (FRESH / folder / "run.json").exists()
    }
    runs = runner.missing_runs(claims, asked.preset, FRESH / "claims")
    parts = seconds_of_book(book), runner.estimate(runs, RESULTS / "claims")
    total = None if None in parts else sum(parts)
    print(f"To train: {len(book)} runs of the book and {len(runs)} of the claims, {asked.jobs} at")
    print(f"once; {runner.told(total, asked.jobs)}. Ctrl-C stops; the same command goes on.")
    if asked.estimate:
        return 0
    jobs = [(make_card, (run, FRESH / folder)) for folder, run in book.items()]
    jobs += [(trained.train, (run, FRESH / "claims", WORK)) for run in runs]
    runner.do_all(jobs, asked.jobs, "runs")
    copy_cards()
    runner.measure_all(claims, asked.preset, RESULTS / "claims", RESULTS / "claims.json")
    clocks.record(RESULTS / "clocks.json")
    subprocess.run([sys.executable, ROOT / "tools" / "draw_ladder.py"], check=True)
    shutil.rmtree(FRESH)
    shutil.rmtree(WORK, ignore_errors=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped; nothing in results/ has changed. Go on with: make results")
