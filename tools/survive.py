"""Kill training at random moments and damage its files, and see what is left. `make survive`.

A training that is killed (SIGKILL, no farewell) must leave a usable checkpoint, and, resumed by a
fresh process, must end with the very weights of a training that was never killed: bit for bit. A
checkpoint that was damaged must be noticed, and the older one used. Beside each stands what the
usual way of saving makes of the same treatment. Results in results/survive.json; the same --seed
asks for the same moments and damage, but no two kills ever hit quite the same instruction.
"""

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from attention_course import data, logs, processors
from attention_course.course import preset
from attention_course.runs import experiment
from attention_course.runs.card import machine
from attention_course.store import checkpoint, files
from attention_course.training import loop
from home import ROOT

RUN = preset(
    "ch3_attention", "dot", "copy", "smoke",
    train_pairs=320, held_out_pairs=40, d_model=64, d_state=128,
    dropout=0.3, word_dropout=0.1, averaging=0.9, epochs=3,
)  # fmt: skip
UPDATES = 30
SAVES = UPDATES + RUN.epochs  # after every update, and after every epoch
WHILE_SAVING = 0.8  # share of the kills that are aimed into a save
Harm = Callable[[bytes, random.Random], bytes]


def truncate(content: bytes, chance: random.Random) -> bytes:
    """Lose the end of a file, as a copy that was broken off does."""
    return content[: chance.randrange(len(content))]


def flip_a_bit(content: bytes, chance: random.Random) -> bytes:
    """Turn one bit around, as bad memory or a worn disk does."""
    place = chance.randrange(len(content))
    flipped = content[place] ^ (1 << chance.randrange(8))
    return content[:place] + bytes([flipped]) + content[place + 1 :]


def zero_a_block(content: bytes, chance: random.Random) -> bytes:
    """Fill some bytes with zeros, as a disk that lost power does."""
    while True:
        start, size = chance.randrange(len(content)), chance.randrange(1, 64)
        zeroed = content[:start] + bytes(size)[: len(content) - start] + content[start + size :]
        if zeroed != content:  # a block that was zero before is no damage
            return zeroed


HARMS: dict[str, Harm] = {
    "truncated": truncate,
    "one bit flipped": flip_a_bit,
    "a block zeroed": zero_a_block,
}


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
        said = self.file.read_bytes() if self.file.exists() else b""
        return int.from_bytes(said[:4], "big"), int.from_bytes(said[4:8], "big")


def train_here(folder: Path, plainly: bool) -> None:
    """Train in this process, on one thread, saving after every update."""
    torch.set_num_threads(1)
    marker, save, saves = Marker(folder), checkpoint.save, 0
    took = []

    def watched(*given: Any) -> None:
        nonlocal saves
        saves += 1
        marker.write(saves, saves - 1)
        start = time.perf_counter()
        save_plainly(*given) if plainly else save(*given)
        took.append(time.perf_counter() - start)
        marker.write(saves, saves)

    checkpoint.save = watched
    loop.SAVE_EVERY = 0.0
    corpus = data.load(RUN)
    experiment.fit(experiment.prepare(RUN, corpus), corpus, folder, resume=None)
    print(statistics.median(took) if took else 0.0)  # nothing is left to save of a finished run


def save_plainly(folder: Path, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
    """The usual way: torch.save over the file that was there."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"tensors": tensors, "state": state}, folder / "checkpoint.pt")


def start(folder: Path, plainly: bool = False) -> subprocess.Popen[str]:
    """Train in a fresh process, from the checkpoint in the folder if there is one."""
    words = ["--train", str(folder), *(["--plainly"] if plainly else [])]
    return subprocess.Popen(
        [sys.executable, __file__, *words],
        env={**os.environ, "TQDM_DISABLE": "1", "ATTENTION_COURSE_DEVICE": "cpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(folder: Path, plainly: bool = False) -> dict[str, Any]:
    """Train to the end in a fresh process; gives what it ended with."""
    process = start(folder, plainly)
    said, wrong = process.communicate()
    if process.returncode:
        raise RuntimeError(f"expected the training in {folder} to end, got: {wrong}")
    stored = [json.loads(file.read_text()) for file in folder.glob("checkpoint/*.json")]
    newest = max(stored, key=lambda one: one["generation"], default={"tensors_sha256": ""})
    return {
        "weights": files.digest((folder / "weights.safetensors").read_bytes()),
        "state": newest["tensors_sha256"],  # the optimiser, the chance, the mean of weights
        "seconds a save": float(said.splitlines()[-1]),
        "went on": any(line.startswith(("Going on", "This run is")) for line in said.splitlines()),
    }


def kill_at(folder: Path, chance: random.Random, a_save: float, plainly: bool) -> tuple[int, int]:
    """Kill a training at a random moment; gives how many saves it had begun, and ended.

    It is never the first save: before that there is nothing to lose.
    """
    number, into_save = chance.randrange(2, SAVES), chance.random() < WHILE_SAVING
    later = chance.random() * a_save
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


def survive(number: int, folder: Path, whole: dict[str, Any], seed: int) -> dict[str, Any]:
    """Kill one training, look at what is left, and train on to the end.

    Usable is a checkpoint that can be read and is at least as new as the last whole save.
    """
    place, chance = folder / f"kill-{number}", random.Random(f"{seed}/{number}")
    begun, ended = kill_at(place, chance, whole["seconds a save"], False)
    left = what_is_left(place / "checkpoint", begun)
    try:
        usable = checkpoint.load(place / "checkpoint").generation >= ended
    except checkpoint.CheckpointError:
        usable = False
    later = finish(place)
    shutil.rmtree(place)
    equal = later["went on"] and all(later[name] == whole[name] for name in ("weights", "state"))
    return {"saving": begun > ended, "left": left, "usable": usable, "equal": equal}


def what_is_left(place: Path, newest: int) -> str:
    """What the kill has left of the newest generation."""
    if any(place.glob(".*.part")):
        return "half a file beside whole ones"
    tensors, text = (file.exists() for file in checkpoint.pair(place, newest))
    return "tensors whose JSON was still to come" if tensors and not text else "whole files"


def survive_plainly(number: int, folder: Path, a_save: float, seed: int) -> dict[str, Any]:
    """Kill a training that saves in the usual way; see whether its file can be read."""
    place, chance = folder / f"plain-{number}", random.Random(f"{seed}/{number}")
    begun, ended = kill_at(place, chance, a_save, True)
    try:
        torch.load(place / "checkpoint" / "checkpoint.pt", weights_only=True)
        usable = True
    except Exception:  # whatever a reader of half a file raises
        usable = False
    shutil.rmtree(place)
    return {"saving": begun > ended, "usable": usable}


def damage(folder: Path, name: str, times: int, seed: int) -> dict[str, Any]:
    """Harm the newest generation again and again; count what was noticed, by us and without us."""
    place, chance = folder / "checkpoint", random.Random(f"{seed}/{name}")
    newest, older, *_ = checkpoint.generations(place)
    counts: Counter[str] = Counter(times=times)
    for number in range(times):
        file = checkpoint.pair(place, newest)[number % 4 == 3]  # every fourth time the JSON
        content = file.read_bytes()
        harmed = HARMS[name](content, chance)
        file.write_bytes(harmed)
        loaded = checkpoint.load(place)
        counts["noticed"] += loaded.warning is not None
        counts["older used"] += loaded.generation == older
        if file.suffix == ".safetensors":
            counts["tensors harmed"] += 1
            counts["read without a word by safetensors alone"] += reads(harmed)
        file.write_bytes(content)
    return dict(counts)


def reads(content: bytes) -> bool:
    """Whether safetensors by itself takes these bytes."""
    try:
        safetensors.torch.load(content)
        return True
    except safetensors.SafetensorError:
        return False


def counted(trials: list[dict[str, Any]], *names: str) -> dict[str, Any]:
    """How many trials there were, and in how many each thing held."""
    return {
        "kills": len(trials),
        "while saving": sum(one["saving"] for one in trials),
        "usable while saving": sum(one["usable"] for one in trials if one["saving"]),
        **{name: sum(one[name] for one in trials) for name in names},
    }


def seen(trials: Iterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """All trials as they come, counted where somebody can see it."""
    found = []
    with logs.Bar(count, "kill", every=10) as bar:
        for trial in trials:
            found.append(trial)
            bar.advance()
    return found


def program(kills: int, harms: int, jobs: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kill so many trainings in each way of saving; harm a checkpoint so often in each way."""
    whole = finish(folder / "whole")
    usual_save = finish(folder / "usual", plainly=True)["seconds a save"]
    one = partial(survive, folder=folder, whole=whole, seed=seed)
    plain = partial(survive_plainly, folder=folder, a_save=usual_save, seed=seed)
    with ThreadPoolExecutor(jobs) as pool:
        trials = seen(pool.map(one, range(kills)), kills)
        usual = seen(pool.map(plain, range(kills)), kills)
    return {
        "seconds a save": {"ours": whole["seconds a save"], "torch.save": usual_save},
        "updates": UPDATES,
        "killed": {
            **counted(trials, "usable", "equal"),
            "left": dict(Counter(trial["left"] for trial in trials)),
        },
        "killed, torch.save": counted(usual, "usable"),
        "damaged": {name: damage(folder / "whole", name, harms, seed) for name in HARMS},
    }


def main() -> int:
    """Be the training that is killed, or kill: as the command line says."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=60)
    asked.add_argument("--harms", type=int, default=200, help="of each kind")
    asked.add_argument("--jobs", type=int, default=processors.count())
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--out", type=Path, default=ROOT / "results" / "survive.json")
    asked.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--plainly", action="store_true", help=argparse.SUPPRESS)
    words = asked.parse_args()
    logs.at_once()
    if words.train:
        train_here(words.train, words.plainly)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = program(words.kills, words.harms, words.jobs, words.seed, Path(folder))
    processor = torch.device("cpu")
    made = {"device": machine(processor), "torch": str(torch.__version__), "seed": words.seed}
    files.write(words.out, (json.dumps({**made, **found}, indent=1) + "\n").encode())
    killed, harmed = found["killed"], found["damaged"].values()
    print(
        f"killed {killed['kills']} times, {killed['while saving']} of them while saving: "
        f"{killed['usable']} usable checkpoints, {killed['equal']} runs equal bit for bit; "
        f"harmed {sum(one['times'] for one in harmed)} times: "
        f"{sum(one['older used'] for one in harmed)} times the older generation was used"
    )
    held = 0 < killed["while saving"] <= killed["kills"] == killed["usable"] == killed["equal"]
    held = held and all(0 < one["times"] == one["older used"] for one in harmed)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
