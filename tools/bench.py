"""What training costs, rung beside rung: writes results/bench.json.

Everything runs in one process on one thread. A round does one reference step and one update of
every rung, in 16 bits and in full precision, so that a busy machine is fair to all; medians are
taken over the rounds. Other courses were measured on another machine: their speed there is carried
over through the reference step, which was measured there too.
"""

import argparse
import json
import multiprocessing
import os
import statistics
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
from home import ROOT
from reference_step import Reference, cpu_seconds

RUNGS: dict[str, tuple[str, dict[str, Any]]] = {  # the variant, and its settings
    "bottleneck": (VARIANTS["bottleneck"], {}),
    "averaging": (VARIANTS["averaging"], {}),
    "dot attention": (VARIANTS["attention"], {}),
    "input feeding": (VARIANTS["attention"], {"input_feeding": "attentional"}),
    "Transformer": (VARIANTS["Transformer"], {}),
}
REFERENCE_THERE = 0.82  # CPU seconds of the reference step where the peers were measured


class Peer(NamedTuple):
    """Another course or toolkit on the same work: Multi30k, batch 128, one thread."""

    name: str
    sentences: float  # a CPU second, on the machine where the peers were measured
    rung: str  # of ours that does the same
    asked: float | None = None  # times as fast as this we aimed at; named so in the file
    bleu: float | None = None  # that it reports, on its own tokens


PEERS = (
    Peer("bentrevett 1, LSTM", 25.0, "bottleneck", 9.0, 13.8),
    Peer("d2l, GRU", 95.0, "bottleneck"),
    Peer("bentrevett 3, additive attention", 8.3, "dot attention", 25.0, 28.3),
    Peer("d2l, additive attention", 55.0, "dot attention"),
    Peer("JoeyNMT, GRU, Luong's attention", 39.0, "dot attention"),
    Peer("bentrevett 3, additive attention", 8.3, "input feeding", 18.0, 28.3),
    Peer("bentrevett 6, Transformer", 104.0, "Transformer", 1.3, 36.5),
    Peer("d2l, Transformer", 88.0, "Transformer"),
    Peer("JoeyNMT, Transformer", 44.0, "Transformer", 3.0),
    Peer("Annotated Transformer", 36.0, "Transformer", 3.5),
)
FULL = ", full precision"  # as on a processor without instructions for 16 bits
FIRST = ", first design"
PROFILED = ("dot attention", "Transformer")
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
    return Learner(trial.trainer, order)


def every_learner(rounds: int) -> dict[str, Learner]:
    """All that is timed: every rung in both number formats, and two as they first were."""
    corpus = data.load(run_on_multi30k(VARIANTS["attention"]))
    learners = {name: learner(name, rounds, corpus) for name in RUNGS}
    learners |= {f"{name}{FULL}": learner(name, rounds, corpus, mixed=False) for name in RUNGS}
    return learners | {f"{name}{FIRST}": first_design(name, rounds, corpus) for name in PROFILED}


def training(rounds: int) -> dict[str, Any]:
    """Sentences and tokens a CPU second of every rung, and what the reference step takes."""
    reference = Reference().step()
    learners = every_learner(rounds)
    steps: list[float] = []
    speeds: dict[str, list[tuple[float, float]]] = {name: [] for name in learners}
    for number in range(rounds + 1):
        steps.append(cpu_seconds(reference))
        for name, (trainer, order) in learners.items():
            batch = order[number]
            seconds = cpu_seconds(partial(trainer.update, batch, 1_000))
            speeds[name].append((len(batch) / seconds, target_tokens(batch) / seconds))
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return {
        "reference": statistics.median(steps[1:]),  # the first round warms up
        "rungs": {
            name: {
                "sentences": statistics.median(sentences for sentences, _ in rows[1:]),
                "tokens": statistics.median(tokens for _, tokens in rows[1:]),
            }
            for name, rows in speeds.items()
        },
        "profile": {
            f"{name}{way}": profile(learners[f"{name}{way}"])
            for way in ("", FIRST)
            for name in PROFILED
        },
    }


def profile(learner: Learner) -> dict[str, float]:
    """Processor milliseconds of one update, by the kind of work."""
    trainer, order = learner
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        for batch in order:
            trainer.update(batch, 1_000)
    spent = dict.fromkeys([*KINDS, "all else"], 0.0)
    for row in profiler.key_averages():
        name = row.key.removeprefix("aten::")
        kind = next((kind for kind, names in KINDS.items() if name.startswith(names)), "all else")
        spent[kind] += row.self_cpu_time_total / 1_000 / len(order)
    return spent


def against_peers(measured: dict[str, Any]) -> list[dict[str, Any]]:
    """For every peer: its speed in sentences a CPU second as expected here, ours, the ratio."""
    rows = []
    for peer in PEERS:
        expected = peer.sentences * REFERENCE_THERE / measured["reference"]
        ours, full = (measured["rungs"][peer.rung + form]["sentences"] for form in ("", FULL))
        ratios = {"ratio": ours / expected, "ratio in full precision": full / expected}
        rows.append({**peer._asdict(), "expected here": expected, "ours": ours, **ratios})
    return rows


def peak_memory(name: str) -> int:
    """Megabytes that training a rung adds at its peak to a process that has loaded all else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(peak_memory_here, (name,))


def peak_memory_here(name: str) -> int:
    """The same, in the process of its own in which it is to be called (on Linux)."""
    torch.set_num_threads(1)
    trainer, order = learner(name, 4)
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


def rounded(value: Any) -> Any:
    """Numbers to four digits: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def main() -> int:
    """Measure everything, print the ratios, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "bench.json")
    arguments = parser.parse_args()
    logs.at_once()
    os.environ["ATTENTION_COURSE_DEVICE"] = "cpu"  # processor time is what is counted
    torch.set_num_threads(1)
    processor = torch.device("cpu")
    measured = training(arguments.rounds)
    peers = against_peers(measured)
    results = {
        "device": machine(processor),
        "torch": torch.__version__,
        "precision": str(precision(processor)).removeprefix("torch."),
        "rounds": arguments.rounds,
        **measured,
        "megabytes": {name: peak_memory(name) for name in RUNGS},
        "peers": peers,
        "attention": attention_times(arguments.rounds),
    }
    write(arguments.out, (json.dumps(rounded(results), indent=1) + "\n").encode())
    for row in peers:
        line = f"{row['ratio']:.1f} times {row['name']}"
        line += f", aimed at {row['asked']}" if row["asked"] else ""
        print(f"{row['rung']:15} {row['ours']:.0f} sentences a CPU second: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
