"""Train attention once more and keep how it learns to look: results/live/film.json.

The run is that of the book's third rung, with its seed; only what is watched comes on top. It
takes some two minutes of processor time.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TypeVar

import torch

from attention_course import data, logs
from attention_course.course import CHAPTERS, preset, stem_of
from attention_course.data.batch import batches, encode_pairs
from attention_course.data.pocket_korean import read_examples
from attention_course.live.film import Film
from attention_course.runs.experiment import fit, prepare
from attention_course.store.files import write
from home import ROOT

VARIANT = "scaled"
SENTENCES = 2
AnyFilm = TypeVar("AnyFilm", bound=Film)


def filmed(kind: type[AnyFilm], stem: str, folder: Path) -> AnyFilm:
    """Train a rung of the book on pocket Korean, watched by a film of some kind."""
    run = preset(stem, CHAPTERS[stem].default, "pocket-korean")
    corpus = data.load(run)
    trained = prepare(run, corpus)
    learned = encode_pairs(corpus.train, trained.source, trained.target)
    updates = run.epochs * len(batches(learned, run.batch_size, run.seed, 0))
    film = kind(trained, read_examples()[:SENTENCES], updates)
    watching = film.watch()
    fit(trained, corpus, folder)
    watching.remove()
    return film


def make_film(folder: Path, file: Path) -> None:
    """Train, watch, and write what was seen."""
    stem = stem_of(VARIANT)
    assert CHAPTERS[stem].default == VARIANT
    film = filmed(Film, stem, folder)
    text = json.dumps(film.to_json(), ensure_ascii=False, separators=(",", ":"))
    write(file, text.encode())
    logs.say(f"{file.name}: {len(film.frames)} moments, {len(text.encode()):,} bytes")


def main() -> int:
    """Make the film of the book, or one somewhere else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "film")
    parser.add_argument("--file", type=Path, default=ROOT / "results" / "live" / "film.json")
    arguments = parser.parse_args()
    logs.at_once()
    torch.set_num_threads(1)
    make_film(arguments.runs, arguments.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
