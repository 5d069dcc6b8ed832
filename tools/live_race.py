"""Train the four rungs once more and keep what each says after so many seconds: the race.

The runs are those of the book on pocket Korean; only what is watched comes on top. The clock is
that of the book's cards: how many processor seconds each training takes. What is written is
results/live/race.json.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from attention_course import logs
from attention_course.live.race import Lap, race
from attention_course.live.racing import RACE
from attention_course.rungs import RUNGS
from attention_course.runs.results import find_card
from attention_course.store.files import write
from home import ROOT
from live_film import filmed

LADDER = [rung.stem for rung in RUNGS]


def main() -> int:
    """Make the race of the book, or one somewhere else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "race")
    parser.add_argument("--file", type=Path, default=ROOT / "results" / "live" / RACE)
    arguments = parser.parse_args()
    logs.at_once()
    torch.set_num_threads(1)
    laps = {stem: filmed(Lap, stem, arguments.runs / stem) for stem in LADDER}
    seconds = {stem: find_card("pocket-korean", stem).cpu_seconds for stem in LADDER}
    text = json.dumps(race(laps, seconds), ensure_ascii=False, separators=(",", ":"))
    write(arguments.file, text.encode())
    logs.say(f"{arguments.file.name}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
