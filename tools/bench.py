"""What training costs, rung beside rung, and writing with and without what is kept.

Writes results/bench.json. All is measured in one process on one thread, in processor time. A round
does one reference step and one update of every rung, in 16 bits and in full precision, so that a
busy machine is fair to all. Rounds come in blocks, with and without a busy process beside them, and
each figure is the median over all of them, with the least and the most. Ratios are taken round by
round. Other courses are not run: what was measured of them stands in `bench_peers.py`.
"""

import argparse
import json
import multiprocessing
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch

from alterations import (
    VARIANTS,
    Trial,
    drop_everywhere,
    plain_adam,
    run_on_multi30k,
    write_weights_out,
)
from attention_course import data, logs
from attention_course.course import describe, stem_of
from attention_course.data.batch import Example, encode_pairs, target_tokens
from attention_course.data.pairs import Corpus
from attention_course.runs.card import machine
from attention_course.store.files import write
from attention_course.training.devices import precision
from attention_course.training.trainer import Trainer
from bench_attention import attention_times
from bench_decoding import decoding
from bench_peers import FASTER, FULL, REFERENCE_THERE, SIDE_BY_SIDE, against_peers
from bench_rounds import ALONE, BESIDE, in_blocks, spread
from home import ROOT
from measures import REST, kind_of, rounded
from reference_step import Reference, cpu_seconds

RUNGS: dict[str, tuple[str, dict[str, Any]]] = {  # the variant, and its settings
    "bottleneck": (VARIANTS["bottleneck"], {}),
    "averaging": (VARIANTS["averaging"], {}),
    "dot attention": ("dot", {}),
    "input feeding": ("dot", {"input_feeding": "attentional"}),
    "Transformer": (VARIANTS["Transformer"], {}),
}
FIRST = ", first design"
PROFILED = ("dot attention", "Transformer")
UPDATES = 5  # that are profiled, and whose memory is taken
KINDS = {  # of work, by how the names of PyTorch's operations begin
    "matrix products": ("mm", "addmm", "bmm", "baddbmm"),
    "attention in one kernel": ("_scaled_dot_product",),
    "copies and number formats": ("copy_", "_to_copy", "cat", "fill_", "zero_"),
    "softmax and loss": ("_log_softmax", "_softmax", "nll_loss"),
    "random numbers": ("bernoulli_",),
    "optimiser": ("_fused_adam", "lerp_", "addcdiv_", "sqrt", "addcmul_"),
}


class Learner(NamedTuple):
    """A rung that is being trained, and batches for it."""

    trainer: Trainer
    batches: list[list[Example]]
    length: float  # target tokens of a sentence, <eos> included, on average


class Measured(NamedTuple):
    """What one round took: the reference step in CPU seconds, every learner in tokens a second."""

    state: str  # of the machine
    reference: float
    tokens: dict[str, float]


def learner(name: str, rounds: int, corpus: Corpus | None = None, **changes: Any) -> Learner:
    """A rung at the preset `cpu`, or with a change, and its first batches of Multi30k."""
    variant, of_rung = RUNGS[name]
    run = run_on_multi30k(variant, **of_rung, **changes)
    return learner_of(Trial(run, corpus or data.load(run)), rounds)


def first_design(name: str, rounds: int, corpus: Corpus) -> Learner:
    """The same rung as a first design had it: a Run's defaults, before anything was measured."""
    variant, settings = RUNGS[name]
    trial = Trial(describe(stem_of(variant), variant, "multi30k", **settings), corpus)
    for alter in (drop_everywhere, plain_adam, write_weights_out):
        alter(trial)
    return learner_of(trial, rounds)


def learner_of(trial: Trial, rounds: int) -> Learner:
    """A trial in training, and one batch for each round and one to warm up with."""
    examples = encode_pairs(trial.corpus.train, trial.trained.source, trial.trained.target)
    order = trial.order(examples, trial.run, 0)[: rounds + 1]
    trial.model.train()
    return Learner(trial.trainer, order, target_tokens(examples) / len(examples))


def every_learner(rounds: int, corpus: Corpus) -> dict[str, Learner]:
    """All that is timed: every rung in both number formats, and two as they first were."""
    learners = {name: learner(name, rounds, corpus) for name in RUNGS}
    learners |= {f"{name}{FULL}": learner(name, rounds, corpus, mixed=False) for name in RUNGS}
    return learners | {f"{name}{FIRST}": first_design(name, rounds, corpus) for name in PROFILED}


def training(rounds: int, corpus: Corpus) -> dict[str, Any]:
    """The speed of every rung and its profile, the reference step, and the ratios to others."""
    learners = every_learner(rounds, corpus)
    measured = all_rounds(learners, rounds)[1:]  # the first warms up
    references = [one.reference for one in measured]
    # Batches are of like length, so a round's sentences are short or long. Its tokens are not.
    sentences = {
        name: [one.tokens[name] / learners[name].length for one in measured] for name in learners
    }
    return {
        "reference": spread(references)["median"],
        "reference spread": spread(references),
        "rungs": {
            name: {
                "sentences": spread(row)["median"],
                "tokens": spread(row)["median"] * learners[name].length,
                "spread": spread(row),
            }
            for name, row in sentences.items()
        },
        "states": {state: in_state(measured, state) for state in (ALONE, BESIDE)},
        "profile": {
            f"{name}{way}": profile(learners[f"{name}{way}"])
            for way in ("", FIRST)
            for name in PROFILED
        },
        "peers": against_peers(references, sentences),
    }


def all_rounds(learners: dict[str, Learner], rounds: int) -> list[Measured]:
    """Do the rounds: in each the reference step, and one update of every learner."""
    reference, measured = Reference().step(), []
    for number, state in in_blocks(rounds):
        step, tokens = cpu_seconds(reference), {}
        for name, (trainer, order, _) in learners.items():
            batch = order[number]
            seconds = cpu_seconds(partial(trainer.update, batch, 1_000))
            tokens[name] = target_tokens(batch) / seconds
        measured.append(Measured(state, step, tokens))
        print(f"training, round {number} of {rounds}, {state}", file=sys.stderr, flush=True)
    return measured


def in_state(measured: list[Measured], state: str) -> dict[str, Any]:
    """What the rounds in one state of the machine say: the step, and what 16 bits are worth."""
    rows = [one for one in measured if one.state == state]
    worth = {
        name: spread(one.tokens[name] / one.tokens[f"{name}{FULL}"] for one in rows)
        for name in RUNGS
    }
    return {"reference": spread(one.reference for one in rows), "worth of 16 bits": worth}


def profile(learner: Learner) -> dict[str, float]:
    """Processor milliseconds of one update, by the kind of work."""
    trainer, order, _ = learner
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        for batch in order[:UPDATES]:
            trainer.update(batch, 1_000)
    spent = dict.fromkeys([*KINDS, REST], 0.0)
    for row in profiler.key_averages():
        spent[kind_of(row.key, KINDS)] += row.self_cpu_time_total / 1_000 / min(UPDATES, len(order))
    return spent


def peak_memory(name: str) -> int:
    """Megabytes that training a rung adds at its peak to a process that has loaded all else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(peak_memory_here, (name,))


def peak_memory_here(name: str) -> int:
    """The same, in the process of its own in which it is to be called (on Linux)."""
    torch.set_num_threads(1)
    trainer, order, _ = learner(name, UPDATES - 1)
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of loading the data
    before = memory("VmRSS")
    for batch in order:
        trainer.update(batch, 1_000)
    return memory("VmHWM") - before


def memory(field: str) -> int:
    """A figure of this process in megabytes: VmRSS, now, or VmHWM, the peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) // 1024


def main() -> int:
    """Measure everything, print the ratios, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=16, help="of each part, in four blocks")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "bench.json")
    arguments = parser.parse_args()
    logs.at_once()
    os.environ["ATTENTION_COURSE_DEVICE"] = "cpu"  # processor time is what is counted
    torch.set_num_threads(1)
    results = rounded(measure(arguments.rounds))
    write(arguments.out, (json.dumps(results, indent=1) + "\n").encode())
    say(results)
    return 0


def measure(rounds: int) -> dict[str, Any]:
    """All that the file holds."""
    processor = torch.device("cpu")
    corpus = data.load(run_on_multi30k(VARIANTS["attention"]))
    return {
        "device": machine(processor),
        "torch": torch.__version__,
        "precision": str(precision(processor)).removeprefix("torch."),
        "rounds": rounds,
        **training(rounds, corpus),
        "reference there": REFERENCE_THERE,
        "side by side": SIDE_BY_SIDE,
        "faster": [one._asdict() for one in FASTER],
        "megabytes": {name: peak_memory(name) for name in RUNGS},
        "attention": attention_times(rounds),
        "decoding": decoding(corpus, max(4, rounds // 2)),
    }


def say(results: dict[str, Any]) -> None:
    """Print the ratios, each with the least and the most of the rounds."""
    for row in results["peers"]:
        least, most = row["spread"]["ratio"]
        line = f"{row['ratio']:.1f} ({least:.1f} to {most:.1f}) times {row['name']}"
        line += f", aimed at {row['asked']}" if row["asked"] else ""
        print(f"{row['rung']:15} {row['ours']:.0f} sentences a CPU second: {line}")
    for name, model in results["decoding"].items():
        for search, found in model["searches"].items():
            times = found["times"]
            line = f"{times['median']:.2f} ({times['least']:.2f} to {times['most']:.2f}) times"
            same = f"{found['same']} of {found['sentences']} alike"
            print(f"{name}, {search}: {line} as fast with what is kept, {same}")


if __name__ == "__main__":
    sys.exit(main())
