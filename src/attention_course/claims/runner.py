"""Measure claims: train the runs that are missing, several at a time, then judge and record."""

import json
import multiprocessing
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from attention_course import logs
from attention_course.claims.record import Claim, Measured, Setting, make_record
from attention_course.claims.trained import file_of, read, train
from attention_course.config import PRESETS, Run
from attention_course.runs.card import RunCard
from attention_course.store.files import write

Job = tuple[Callable[..., Any], tuple[Any, ...]]  # a function and its arguments


def seeds_of(claim: Claim, preset: str) -> range:
    """One seed at `smoke`, where an exact claim is asserted fully all the same; else all."""
    return range(1 if preset == "smoke" and not claim.exact else claim.seeds)


def runs_of(claims: Sequence[Claim], preset: str) -> list[Run]:
    """The runs that the claims are measured on, each once.

    Raises:
        ValueError: there is no such preset.
    """
    if preset not in PRESETS:
        raise ValueError(f"expected a preset among {', '.join(PRESETS)}, got {preset!r}")
    return list(
        dict.fromkeys(
            run
            for claim in claims
            for seed in seeds_of(claim, preset)
            for run in claim.runs(preset, seed).values()
        )
    )


def missing_runs(claims: Sequence[Claim], preset: str, folder: Path) -> list[Run]:
    """The runs of the claims that have no card yet."""
    return without_card(runs_of(claims, preset), folder)


def without_card(runs: Iterable[Run], folder: Path) -> list[Run]:
    """The runs among them that have no card under a folder."""
    return [run for run in runs if not file_of(run, folder).exists()]


def estimate(runs: Iterable[Run], known: Path) -> float | None:
    """CPU seconds that training the runs will take, by the cards under a folder.

    A run whose card is not there is taken for the mean of the cards of its rung on its data;
    None if of one nothing is known.
    """
    total = 0.0
    for run in runs:
        card = read(run, known)
        seconds = [card.cpu_seconds] if card else seconds_of_like(run, known)
        if not seconds:
            return None
        total += statistics.fmean(seconds)
    return total


def seconds_of_like(run: Run, known: Path) -> list[float]:
    """CPU seconds of the cards of the same rung, data and size."""
    cards = map(RunCard.read, known.glob(f"{run.data}/{run.stem}-*.json"))
    return [card.cpu_seconds for card in cards if card.run.preset == run.preset]


def estimate_in_words(seconds: float | None, jobs: int) -> str:
    """What an estimate of CPU seconds says, and how long so many jobs at a time take."""
    if seconds is None:
        return "how long it takes is not known: no such run has been made before"
    return f"about {seconds / 60:.0f} CPU minutes, {seconds / 60 / jobs:.0f} by the clock"


def measure_claim(claim: Claim, preset: str, folder: Path) -> dict[str, Any]:
    """Measure one claim on all of its seeds; runs that are missing are trained on the way."""
    measured: dict[int, Measured] = {}
    for seed in seeds_of(claim, preset):
        cards = {name: train(run, folder) for name, run in claim.runs(preset, seed).items()}
        measured[seed] = claim.measure(Setting(preset, seed, cards))
    return make_record(claim, preset, measured)


def do_all(jobs: Sequence[Job], at_once: int, what: str) -> None:
    """Do all jobs, so many at a time, each in a process of its own.

    The first error, or Ctrl-C, stops them all at once; a run goes on from its last checkpoint.
    """
    with logs.Bar(len(jobs), what) as bar:
        if at_once == 1:
            for job in jobs:
                do(job)
                bar.advance()
            return
        with multiprocessing.get_context("spawn").Pool(at_once, maxtasksperchild=1) as pool:
            for _ in pool.imap_unordered(do, jobs):
                bar.advance()


def do(job: Job) -> None:
    """Call the function of a job; what it prints is seen at once, from any process."""
    logs.at_once()
    function, arguments = job
    function(*arguments)


def measure_all(
    claims: Sequence[Claim],
    preset: str,
    folder: Path,
    records: Path,
    work: Path | None = None,
    at_once: int = 1,
) -> dict[str, Any]:
    """Measure claims one after the other; each record is written as soon as it is there.

    Cards of runs are kept under `folder`, so that what was interrupted goes on where it was.
    Records of other claims in the file stay.
    """
    runs = missing_runs(claims, preset, folder)
    do_all([(train, (run, folder, work)) for run in runs], at_once, "run")
    known = json.loads(records.read_text(encoding="utf-8")) if records.exists() else {}
    for claim in claims:
        known[claim.id] = measure_claim(claim, preset, folder)
        text = json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1)
        records.parent.mkdir(parents=True, exist_ok=True)
        write(records, f"{text}\n".encode())
        logs.say(f"{claim.id} {known[claim.id]['verdict']:24} {claim.title}")
    return known
