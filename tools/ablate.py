"""What each choice in training is worth: one change each, results in results/ablation.json.

Every run gets the same processor time, 250 reference steps, and its learning rate ends its way
when the time is up: what makes an update slower pays for it by fewer updates. Judged by greedy BLEU
on the validation pairs. Some changes are tried with three seeds, most with one.
Rows are kept in runs/ablation.json as they come: the same command goes on where it was stopped,
and takes over rows of results/ablation.json that were measured under the same conditions.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time
from dataclasses import replace
from itertools import count
from typing import Any

import torch

from alterations import (
    BOTH,
    CHANGES,
    VARIANTS,
    Change,
    Trial,
    run_on_multi30k,
    sort_in_pools,
)
from attention_course import data, logs, processors
from attention_course.config import Run
from attention_course.data.batch import Example, encode_pairs
from attention_course.runs.card import commit, machine
from attention_course.runs.experiment import greedy_bleu
from attention_course.store.files import write
from attention_course.training.devices import precision
from attention_course.training.loop import start_warm
from home import ROOT
from reference_step import Reference, cpu_seconds

RESULTS = ROOT / "results" / "ablation.json"
KEPT = ROOT / "runs" / "ablation.json"
BUDGET = 250  # reference steps of processor time that a run gets
Job = tuple[str, int, int, float]  # the rung, the change's index in the list, seed, budget
Row = dict[str, Any]  # of the results: a job, its conditions and what came of it
SHARES = ("learning_rate", "batch_size")  # whose changes are factors of what the preset says


def changed_run(rung: str, change: Change, seed: int = 0) -> Run:
    """The preset `cpu` of a rung with one change."""
    plain = run_on_multi30k(VARIANTS[rung])
    settings = {
        name: type(getattr(plain, name))(getattr(plain, name) * value) if name in SHARES else value
        for name, value in change.settings.items()
    }
    return run_on_multi30k(change.variant or VARIANTS[rung], seed=seed, **settings)


def conditions(job: Job) -> Row:
    """The part of a row that is known beforehand: the job, its settings, the machine."""
    rung, index, seed, budget = job
    change = CHANGES[index]
    processor = torch.device("cpu")
    return {
        "rung": rung,
        "change": change.name,
        "seed": seed,
        "budget": budget,
        "device": machine(processor),
        "torch": torch.__version__,
        "precision": str(precision(processor)).removeprefix("torch."),
        "run": changed_run(rung, change, seed).to_dict(),
    }


def row_of(job: Job, rows: list[Row]) -> Row | None:
    """The row that a job has left already under the conditions of now, or None."""
    wanted = conditions(job).items()
    return next((row for row in rows if wanted <= row.items()), None)


def row_or_error(job: Job) -> Row:
    """Train and judge a job; its row, or where that fails its conditions and the `error`."""
    try:
        return {**conditions(job), **train_and_judge(job)}
    except Exception as error:
        return {**conditions(job), "error": f"{type(error).__name__}: {error}"}


def train_and_judge(job: Job) -> Row:
    """Train one changed run for its budget of processor time: its BLEU, and how far it came."""
    rung, index, seed, budget = job
    change = CHANGES[index]
    torch.set_num_threads(1)
    step = Reference().step()
    reference = statistics.median(cpu_seconds(step) for _ in range(12))
    run = changed_run(rung, change, seed)
    corpus = data.load(run)
    if change.rewrite:
        corpus = change.rewrite(corpus)
    trial = Trial(run, corpus)
    if change.alter:
        change.alter(trial)
    updates, sentences = train_for(trial, budget * reference)
    judged: Any = trial.trainer.evaluated  # a model, kept in a module that averages its weights
    score = greedy_bleu(replace(trial.trained, model=judged), corpus.validation)
    return {
        "bleu": round(score, 2),
        "updates": updates,
        "sentences": round(sentences / (budget * reference), 1),  # a CPU second
        "reference": round(reference, 4),
        "commit": commit(),
    }


def train_for(trial: Trial, seconds: float) -> tuple[int, int]:
    """Train until the processor time is spent; gives how many updates and sentences it was for.

    A warm start is part of that time.
    """
    examples = encode_pairs(trial.corpus.train, trial.trained.source, trial.trained.target)
    trainer, sentences = trial.trainer, 0
    trainer.model.train()
    start = time.process_time()
    if trial.run.warm_start:
        start_warm(trainer, examples)
    for epoch in count():
        for batch in trial.order(examples, trial.run, epoch):
            share = (time.process_time() - start) / seconds
            if share >= 1:
                return trainer.progress.step, sentences
            # The update numbered `step` is at this share of all: so many would they be.
            steps = round((trainer.progress.step + 1) / max(share, 1e-3))
            trainer.update(batch, steps)
            trial.after(share)
            sentences += len(batch)
    raise AssertionError("the time never ends")


def known_rows() -> list[Row]:
    """The rows that were measured before, here or by whoever published the results."""
    kept, published = (
        json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        for file in (KEPT, RESULTS)
    )
    return [*(kept or []), *(published["runs"] if published else [])]


def measure_all(jobs: list[Job], at_once: int) -> list[Row]:
    """Measure the jobs that have left no row yet; every row is kept as soon as it is there."""
    rows = known_rows()
    left = [job for job in jobs if row_of(job, rows) is None]
    KEPT.parent.mkdir(exist_ok=True)
    with (
        multiprocessing.get_context("spawn").Pool(at_once, maxtasksperchild=1) as pool,
        logs.Bar(len(left), "run") as bar,
    ):
        for row in pool.imap_unordered(row_or_error, left):
            if "error" not in row:
                rows.append(row)
                write(KEPT, json.dumps(rows).encode())
            outcome = row.get("error") or f"{row['bleu']:.1f} BLEU"
            logs.say(f"{row['rung']:12} {row['change']:36} {outcome}")
            bar.advance()
    return rows


def main() -> int:
    """Train all changed runs, several at a time, and write what each was worth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=processors.count())
    parser.add_argument("--budget", type=float, default=BUDGET, help="reference steps a run")
    parser.add_argument("--only", default="", help="changes whose name holds this")
    arguments = parser.parse_args()
    logs.at_once()
    os.environ["ATTENTION_COURSE_DEVICE"] = "cpu"  # processor time is what is counted
    jobs = [
        (rung, index, seed, arguments.budget)
        for index, change in enumerate(CHANGES)
        for rung in change.rungs
        for seed in range(change.seeds if rung in BOTH else 1)
    ]
    chosen = [job for job in jobs if arguments.only in CHANGES[job[1]].name]
    rows = measure_all(chosen, arguments.jobs)
    if arguments.budget == BUDGET:  # a shorter try is not published
        publish(jobs, rows)
    missing = [job for job in chosen if row_of(job, rows) is None]
    if missing:
        print(f"{len(missing)} of {len(chosen)} runs failed; the others are kept.")
    return 1 if missing else 0


def publish(jobs: list[Job], rows: list[Row]) -> None:
    """Write the rows that there are, in the order of the changes."""
    in_order = [row for job in jobs if (row := row_of(job, rows)) is not None]
    results = {
        "device": machine(torch.device("cpu")),
        "torch": torch.__version__,
        "budget": BUDGET,
        "padding": paddings(),
        "runs": in_order,
    }
    write(RESULTS, (json.dumps(results, indent=1) + "\n").encode())
    print(f"{len(in_order)} of {len(jobs)} runs stand in {RESULTS.relative_to(ROOT)}.")


def paddings() -> dict[str, dict[str, float]]:
    """How much of an epoch's batches is padding, by how they are sorted and by their size."""
    shares: dict[str, dict[str, float]] = {"sorted": {}, "pools": {}}
    for rung in BOTH:
        run = run_on_multi30k(VARIANTS[rung])
        trial = Trial(run, data.load(run))
        trained = trial.trained
        examples = encode_pairs(trial.corpus.train, trained.source, trained.target)
        for name in shares:
            if name == "pools":
                sort_in_pools(trial)
            order = trial.order(examples, run, 0)
            shares[name][str(run.batch_size)] = round(padding(order), 4)
    return shares


def padding(groups: list[list[Example]]) -> float:
    """The share of the cells of some batches, on both sides, that hold no token."""
    cells = tokens = 0
    for group in groups:
        for side in zip(*group, strict=True):
            cells += len(side) * max(map(len, side))
            tokens += sum(map(len, side))
    return 1 - tokens / cells


if __name__ == "__main__":
    sys.exit(main())
