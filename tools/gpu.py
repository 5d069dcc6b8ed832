"""What a GPU makes of the course: run cards in results/gpu, all else in results/gpu.json.

Trains every rung at the preset `gpu` on both corpora of the book with three seeds, and measures
beside it what `gpu_measures` holds. The most telling comes first. It stops when its time is up and
keeps what it has: the same command goes on there. A rehearsal on a processor, `--device cpu --size
smoke`, writes into runs/gpu-rehearsal and never into the results.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

import gpu_measures
from attention_course import logs
from attention_course.course import CHAPTERS, preset, stem_of
from attention_course.data.pairs import Corpus
from attention_course.rungs import RUNGS
from attention_course.runs import experiment
from attention_course.runs.card import RunCard, commit, machine
from attention_course.runs.trained import CARD, Trained
from attention_course.store.files import write
from attention_course.training import devices
from gpu_measures import corpus_of, peak_megabytes
from home import ROOT
from measures import rounded

CORPORA = ("multi30k", "pocket-korean")
SEEDS = {"gpu": (0, 1, 2), "smoke": (0,)}  # by preset
GOAL = 30  # greedy BLEU on the validation pairs of Multi30k that the time to is taken for
REACH_GOAL = (stem_of("scaled"), stem_of("transformer"))  # the lower rungs end below it
BUDGET = 540  # seconds
MEASURES: dict[str, Callable[[str, str, torch.device], dict[str, Any]]] = {
    "profile": gpu_measures.profile,
    "equality": gpu_measures.equality,
    "batch sizes": gpu_measures.batch_sizes,
    "compile": gpu_measures.compiled,
}
TRAIN = "train"


@dataclass(frozen=True)
class Piece:
    """A piece of work that leaves one row in the file."""

    measure: str  # train, or one of MEASURES
    stem: str
    data: str = CORPORA[0]
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.measure}, {self.stem}, {self.data}, seed {self.seed}"


LADDER = [rung.stem for rung in RUNGS]


def plan(size: str = "gpu") -> list[Piece]:
    """All pieces in the order of their worth: what stops early has the first of every kind."""
    first, other = CORPORA
    lower = [stem for stem in LADDER if stem not in REACH_GOAL]
    pieces = [Piece(measure, stem) for measure in ("equality", "profile") for stem in LADDER]
    pieces += [Piece(TRAIN, stem, first) for stem in REACH_GOAL]
    pieces += [Piece("batch sizes", stem) for stem in LADDER]
    pieces += [Piece(TRAIN, stem, first) for stem in lower]
    pieces += [Piece(TRAIN, stem, other) for stem in LADDER]
    pieces += [
        Piece(TRAIN, stem, data, seed)
        for seed in SEEDS[size][1:]
        for data in CORPORA
        for stem in LADDER
    ]
    return [*pieces, Piece("compile", stem_of("transformer"))]


class Measured:
    """The file of results: a row for each piece that is done, written as soon as it is there."""

    def __init__(self, file: Path, size: str, device: torch.device) -> None:
        self.file = file
        self.where = {
            "kind": device.type,
            "device": machine(device),
            "torch": str(torch.__version__),
            "size": size,
        }
        self.rows: list[dict[str, Any]] = []
        if file.exists():
            stored = json.loads(file.read_text(encoding="utf-8"))
            before = {name: stored.get(name) for name in self.where}
            if before != self.where:
                raise ValueError(
                    f"expected results of {self.where} in {file}, got {before}; move the file "
                    "away, or name another folder with --out"
                )
            self.rows = stored["pieces"]

    def has(self, piece: Piece) -> bool:
        """Whether a piece is done."""
        wanted = asdict(piece).items()
        return any(wanted <= row.items() and "error" not in row for row in self.rows)

    def add(self, piece: Piece, came: dict[str, Any]) -> None:
        """Keep what came of a piece; an earlier row of it, which was an error, gives way."""
        named = asdict(piece)
        self.rows = [row for row in self.rows if not named.items() <= row.items()]
        self.rows.append({**named, **rounded(came), "commit": commit()})
        self.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**self.where, "goal": GOAL, "pieces": self.rows}, indent=1)
        write(self.file, f"{text}\n".encode())


def train(piece: Piece, size: str, device: torch.device, out: Path, work: Path) -> dict[str, Any]:
    """Train and judge a run, from its checkpoint if it was stopped; keep its card."""
    run = preset(piece.stem, CHAPTERS[piece.stem].default, piece.data, size, seed=piece.seed)
    folder = work / piece.data / piece.stem / f"seed{piece.seed}"
    corpus = corpus_of(piece.data, size)
    trained = experiment.prepare(run, corpus, device.type)
    watch = watcher(device, with_bleu=piece.data == CORPORA[0] and piece.stem in REACH_GOAL)
    progress = experiment.fit(trained, corpus, folder, resume=None, watch=watch)
    card = experiment.judge(trained, corpus, progress, folder)
    kept = out / "gpu" / piece.data / piece.stem / f"seed{piece.seed}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    write(kept, (folder / CARD).read_bytes())
    shutil.rmtree(folder)
    return {**in_short(card), "card": str(kept.relative_to(out))}


def watcher(device: torch.device, with_bleu: bool) -> experiment.Watch:
    """What is looked at after an epoch: the peak of memory, and BLEU until the goal is reached."""
    scores: list[float] = []

    def watch(trained: Trained, corpus: Corpus) -> dict[str, float]:
        row: dict[str, float] = {"megabytes": peak_megabytes(device)}
        if with_bleu and max(scores, default=0.0) < GOAL:
            scores.append(experiment.greedy_bleu(trained, corpus.validation))
            row["bleu"] = round(scores[-1], 2)
        return row

    return watch


def in_short(card: RunCard) -> dict[str, Any]:
    """What of a card the figures and tables need."""
    there = [row["seconds"] for row in card.curve if row.get("bleu", 0.0) >= GOAL]
    return {
        "precision": card.precision,
        "updates": card.curve[-1]["step"],
        "seconds": card.seconds,
        "tokens_per_second": card.tokens_per_second,
        "megabytes": max(row["megabytes"] for row in card.curve),
        "bleu": card.metrics["bleu"],
        "bleu_beam": card.metrics["bleu_beam"],
        "seconds_to_goal": there[0] if there else None,
    }


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Press Ctrl-C when the time is up: a training saves itself at its next update."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def do(piece: Piece, size: str, device: torch.device, out: Path, work: Path) -> dict[str, Any]:
    """Do a piece of work; what fails leaves an `error`, and the next piece begins."""
    started = time.monotonic()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    try:
        if piece.measure == TRAIN:
            came = train(piece, size, device, out, work)
        else:
            came = MEASURES[piece.measure](piece.stem, size, device)
    except Exception as error:
        came = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
    return {**came, "seconds_in_all": time.monotonic() - started}


def work_through(
    pieces: list[Piece], measured: Measured, until: float, device: torch.device, work: Path
) -> None:
    """Do the pieces that are not there yet, one after the other, while there is time."""
    size, out = measured.where["size"], measured.file.parent
    for piece in pieces:
        if measured.has(piece):
            continue
        if time.monotonic() >= until:
            raise KeyboardInterrupt
        came = do(piece, size, device, out, work)
        measured.add(piece, came)
        logs.say(f"{piece}: {came.get('error', 'done')} ({came['seconds_in_all']:.0f} s)")


def tell(pieces: list[Piece], measured: Measured, budget: float) -> None:
    """Print the plan: what will be done, in which order, and what is there already."""
    left = [piece for piece in pieces if not measured.has(piece)]
    print(f"On {measured.where['device']}, size {measured.where['size']}, into {measured.file}:")
    for piece in pieces:
        print(f"  {'to do' if piece in left else 'there'}  {piece}")
    print(f"{len(left)} pieces of {len(pieces)} to do, in {budget:.0f} seconds at the most.")


def parsed(words: list[str] | None) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--size", default="gpu", choices=SEEDS, help="the preset")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds until it stops")
    parser.add_argument("--only", nargs="+", choices=(TRAIN, *MEASURES), help="kinds of work")
    parser.add_argument("--out", type=Path, help="the folder of results")
    parser.add_argument("--plan", action="store_true", help="print the plan, do nothing")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Print the plan, do what there is time for; gives 1 if a piece has failed."""
    arguments = parsed(words)
    until = time.monotonic() + arguments.budget
    logs.at_once()
    real = (arguments.device, arguments.size) == ("cuda", "gpu")
    out = arguments.out or ROOT / ("results" if real else "runs/gpu-rehearsal")
    work = ROOT / "runs" / "gpu" if real else out / "work"
    try:
        device = devices.pick_device(arguments.device)
        measured = Measured(out / "gpu.json", arguments.size, device)
    except ValueError as error:
        print(f"{error}\nWithout a GPU this can be rehearsed: --device cpu --size smoke")
        return 2
    wanted = arguments.only or [TRAIN, *MEASURES]
    pieces = [piece for piece in plan(arguments.size) if piece.measure in wanted]
    tell(pieces, measured, arguments.budget)
    if arguments.plan:
        return 0
    try:
        with stopped_after(max(0.0, until - time.monotonic())):
            work_through(pieces, measured, until, device, work)
    except KeyboardInterrupt:
        left = sum(not measured.has(piece) for piece in pieces)
        print(f"Stopped, {left} pieces are left; what is there is kept. The same command goes on.")
    failed = [row for row in measured.rows if "error" in row]
    for row in failed:
        print(f"Failed: {row['measure']}, {row['stem']}: {row['error']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
