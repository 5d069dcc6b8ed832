"""Kill training at random moments and damage its files, and see what is left. `make survive`.

A training that is killed (SIGKILL, no farewell) must leave a usable checkpoint, and, resumed by a
fresh process, must end with the very weights of a training that was never killed: bit for bit. A
checkpoint that was damaged must be noticed, and the older one used. Beside each stands what the
usual way of saving makes of the same treatment. Results in results/survive.json; the same --seed
asks for the same moments and damage, but no two kills ever hit quite the same instruction.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch

from attention_course import logs, processors
from attention_course.runs.card import machine
from attention_course.store import checkpoint, files
from harms import HARMS, damage
from home import ROOT
from training_to_kill import UPDATES, End, kill_at_random, train_to_the_end


class Kill(NamedTuple):
    """What came of one killed training."""

    saving: bool  # it was hit in the middle of a save
    usable: bool  # its checkpoint can be read and is at least as new as the last whole save
    equal: bool = False  # resumed, it ended as the training that was never killed
    left: str = ""  # of the newest generation


def kill_and_resume(number: int, folder: Path, whole: End, seed: int) -> Kill:
    """Kill one training, look at what is left, and train on to the end."""
    run_folder, rng = folder / f"kill-{number}", random.Random(f"{seed}/{number}")
    begun, ended = kill_at_random(run_folder, rng, whole.seconds_a_save, plainly=False)
    left = what_is_left(run_folder / "checkpoint", begun)
    try:
        usable = checkpoint.load(run_folder / "checkpoint").generation >= ended
    except checkpoint.CheckpointError:
        usable = False
    end = train_to_the_end(run_folder)
    shutil.rmtree(run_folder)
    equal = end.resumed and (end.weights, end.state) == (whole.weights, whole.state)
    return Kill(begun > ended, usable, equal, left)


def what_is_left(folder: Path, newest: int) -> str:
    """What the kill has left of the newest generation, in words."""
    if any(folder.glob(".*.part")):
        return "half a file beside whole ones"
    tensors, text = (file.exists() for file in checkpoint.pair(folder, newest))
    return "tensors whose JSON was still to come" if tensors and not text else "whole files"


def kill_plain_saving(number: int, folder: Path, seconds_a_save: float, seed: int) -> Kill:
    """Kill a training that saves in the usual way; see whether its file can be read."""
    run_folder, rng = folder / f"plain-{number}", random.Random(f"{seed}/{number}")
    begun, ended = kill_at_random(run_folder, rng, seconds_a_save, plainly=True)
    try:
        torch.load(run_folder / "checkpoint" / "checkpoint.pt", weights_only=True)
        usable = True
    except Exception:  # whatever a reader of half a file raises
        usable = False
    shutil.rmtree(run_folder)
    return Kill(begun > ended, usable)


def counted(kills: list[Kill]) -> dict[str, Any]:
    """How many trainings were killed, and how many left a checkpoint that can be used."""
    return {
        "kills": len(kills),
        "while saving": sum(kill.saving for kill in kills),
        "usable while saving": sum(kill.usable for kill in kills if kill.saving),
        "usable": sum(kill.usable for kill in kills),
    }


def with_bar(kills: Iterator[Kill], count: int) -> list[Kill]:
    """All kills as they come, counted where somebody can see it."""
    done = []
    with logs.Bar(count, "kill", every=10) as bar:
        for kill in kills:
            done.append(kill)
            bar.advance()
    return done


def program(kills: int, harms: int, jobs: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kill so many trainings in each way of saving; harm a checkpoint so often in each way."""
    whole = train_to_the_end(folder / "whole")
    plain_save = train_to_the_end(folder / "usual", plainly=True).seconds_a_save
    ours = partial(kill_and_resume, folder=folder, whole=whole, seed=seed)
    plain = partial(kill_plain_saving, folder=folder, seconds_a_save=plain_save, seed=seed)
    with ThreadPoolExecutor(jobs) as pool:
        killed = with_bar(pool.map(ours, range(kills)), kills)
        killed_plain = with_bar(pool.map(plain, range(kills)), kills)
    checkpoints = folder / "whole" / "checkpoint"
    return {
        "seconds a save": {"ours": whole.seconds_a_save, "torch.save": plain_save},
        "updates": UPDATES,
        "killed": {
            **counted(killed),
            "equal": sum(kill.equal for kill in killed),
            "left": dict(Counter(kill.left for kill in killed)),
        },
        "killed, torch.save": counted(killed_plain),
        "damaged": {name: damage(checkpoints, name, harms, seed) for name in HARMS},
    }


def main() -> int:
    """Kill, damage, write what was measured; status 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--harms", type=int, default=200, help="of each kind")
    parser.add_argument("--jobs", type=int, default=processors.count())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "survive.json")
    arguments = parser.parse_args()
    logs.at_once()
    with tempfile.TemporaryDirectory() as folder:
        measured = program(
            arguments.kills, arguments.harms, arguments.jobs, arguments.seed, Path(folder)
        )
    results = {
        "device": machine(torch.device("cpu")),
        "torch": str(torch.__version__),
        "seed": arguments.seed,
        **measured,
    }
    files.write(arguments.out, (json.dumps(results, indent=1) + "\n").encode())
    killed, damaged = measured["killed"], measured["damaged"].values()
    print(
        f"killed {killed['kills']} times, {killed['while saving']} of them while saving: "
        f"{killed['usable']} usable checkpoints, {killed['equal']} runs equal bit for bit; "
        f"harmed {sum(one['times'] for one in damaged)} times: "
        f"{sum(one['older used'] for one in damaged)} times the older generation was used"
    )
    held = 0 < killed["while saving"] <= killed["kills"] == killed["usable"] == killed["equal"]
    held = held and all(0 < one["times"] == one["older used"] for one in damaged)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
