"""A small training that is there to be killed, in a process of its own: part of `survive.py`.

It has all that could go astray when it is resumed: dropout, words that are hidden, a mean of the
weights. It saves after every update, and a marker beside its folder says when a save begins and
ends, so that a kill can be aimed into one.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import torch

from attention_course import data, logs
from attention_course.course import preset, stem_of
from attention_course.runs import experiment
from attention_course.store import checkpoint, files
from attention_course.training import loop

RUN = preset(
    stem_of("dot"),
    "dot",
    "copy",
    "smoke",
    train_pairs=320,
    held_out_pairs=40,
    d_model=64,
    d_state=128,
    dropout=0.3,
    word_dropout=0.1,
    averaging=0.9,
    epochs=3,
)
UPDATES = 30
SAVES = UPDATES + RUN.epochs  # after every update, and after every epoch
WHILE_SAVING = 0.8  # share of the kills that are aimed into a save


class End(NamedTuple):
    """What a training ended with. Two that are equal bit for bit have equal hashes."""

    weights: str  # sha256 of those of the best epoch
    state: str  # sha256 of the optimiser, the random state and the mean of weights
    seconds_a_save: float  # median
    resumed: bool  # from a checkpoint of an earlier process


class Marker:
    """A file in which a training says what it is doing: how many saves it began, and ended."""

    def __init__(self, folder: Path) -> None:
        self.file = folder.with_suffix(".marker")

    def write(self, begun: int, ended: int) -> None:
        """Say it; eight bytes at once reach the reader whole."""
        with self.file.open("r+b" if self.file.exists() else "wb") as stream:
            stream.write(begun.to_bytes(4, "big") + ended.to_bytes(4, "big"))

    def read(self) -> tuple[int, int]:
        """Saves begun and saves ended; none before the training has said anything."""
        content = self.file.read_bytes() if self.file.exists() else b""
        return int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")


def train(folder: Path, plainly: bool) -> None:
    """Train in this process, on one thread, saving after every update."""
    torch.set_num_threads(1)
    marker, save, saves = Marker(folder), save_plainly if plainly else checkpoint.save, 0
    seconds = []

    def marked_save(folder: Path, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> Path:
        nonlocal saves
        saves += 1
        marker.write(saves, saves - 1)
        start = time.perf_counter()
        written = save(folder, tensors, state)
        seconds.append(time.perf_counter() - start)
        marker.write(saves, saves)
        return written

    checkpoint.save = marked_save
    loop.SAVE_EVERY = 0.0
    corpus = data.load(RUN)
    experiment.fit(experiment.prepare(RUN, corpus), corpus, folder, resume=None)
    # Of a run that was finished before there is nothing left to save.
    print(statistics.median(seconds) if seconds else 0.0)


def save_plainly(folder: Path, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> Path:
    """The usual way: torch.save over the file that was there."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"tensors": tensors, "state": state}, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


def start(folder: Path, plainly: bool = False) -> subprocess.Popen[str]:
    """Train in a fresh process, from the checkpoint in the folder if there is one."""
    return subprocess.Popen(
        [sys.executable, __file__, str(folder), *(["--plainly"] if plainly else [])],
        env={**os.environ, "TQDM_DISABLE": "1", "ATTENTION_COURSE_DEVICE": "cpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def train_to_the_end(folder: Path, plainly: bool = False) -> End:
    """Train to the end in a fresh process, from the checkpoint in the folder if there is one.

    Raises:
        RuntimeError: the training failed.
    """
    process = start(folder, plainly)
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"expected the training in {folder} to end, got: {errors}")
    stored = [json.loads(file.read_text()) for file in folder.glob("checkpoint/*.json")]
    newest = max(stored, key=lambda one: one["generation"], default={"tensors_sha256": ""})
    lines = output.splitlines()
    return End(
        files.digest((folder / "weights.safetensors").read_bytes()),
        newest["tensors_sha256"],
        float(lines[-1]),
        any(line.startswith(("Going on", "This run is")) for line in lines),
    )


def kill_at_random(
    folder: Path, rng: random.Random, seconds_a_save: float, plainly: bool
) -> tuple[int, int]:
    """Kill a training at a random moment; gives how many saves it had begun, and ended.

    It is never the first save: before that there is nothing to lose.

    Raises:
        RuntimeError: the training ended by itself.
    """
    number, into_save = rng.randrange(2, SAVES), rng.random() < WHILE_SAVING
    later = rng.random() * seconds_a_save
    process, marker = start(folder, plainly), Marker(folder)
    while marker.read()[0 if into_save else 1] < number:
        if process.poll() is not None:
            raise RuntimeError(f"expected a training to kill, got: {process.communicate()[1]}")
        time.sleep(0.0002)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        raise RuntimeError(f"expected a killed training, got exit status {process.returncode}")
    return marker.read()


def main() -> None:
    """Be the training."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plainly", action="store_true", help="save as torch.save does")
    arguments = parser.parse_args()
    logs.at_once()
    train(arguments.folder, arguments.plainly)


if __name__ == "__main__":
    main()
