"""Write the models that the page "The ladder, live" runs, and measure what is lost on the way.

Each is a run of the book: its weights in whole numbers of 8 bits, in one file. Beside the files
stands `results/live.json`: how large they are, how often the page says what PyTorch says from the
same file, what 8 bits cost in BLEU, and how long a sentence takes. A file whose settings are still
those of the run is left as it is.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch

import npm_package
from attention_course import data, logs
from attention_course.config import Run
from attention_course.course import CHAPTERS, preset, stem_of
from attention_course.data.batch import encode_sentence
from attention_course.data.pairs import Pair
from attention_course.judging.decoding import translate_ids
from attention_course.judging.evaluation import bleu
from attention_course.live import model_file
from attention_course.live.writing import LANGUAGE_MODEL
from attention_course.runs import trained as folders
from attention_course.runs.experiment import run_experiment
from attention_course.runs.trained import Trained, translate
from attention_course.store.files import write
from home import ROOT

SCRIPT = ROOT / "tools" / "live_translate.mjs"
COMPARED = 200  # sentences that the page and PyTorch translate
DEFAULTS = [chapter.default for chapter in CHAPTERS.values()]
SCORES = ["dot", "additive"]  # of chapter 3, beside its default
CAPTIONS = ["last", "scaled", "transformer"]  # of German: where the ladder begins, turns, and ends
MODELS = {"pocket-korean": [*DEFAULTS, *SCORES], "multi30k": CAPTIONS}


# The language model that writes in the page of chapter 5: one stack that is given no source.
WRITER: dict[str, Any] = {"reads_source": False, "layers": 3, "epochs": 4}


class InThePage(NamedTuple):
    """What the page's engine makes of a sentence."""

    text: str
    tokens: list[int]
    weights: list[list[float]]
    milliseconds: float


def in_the_page(file: Path, sentences: list[str]) -> list[InThePage]:
    """Translate sentences with the engine of the page, outside of a browser."""
    done = subprocess.run(
        [npm_package.find_program("node"), SCRIPT, file],
        input="\n".join(sentences), check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return [InThePage(**json.loads(line)) for line in done.stdout.splitlines()]


def ready_folder(run: Run, folder: Path) -> Path:
    """The folder of a finished run: trained, or gone on with, where it is not finished yet."""
    if not (folder / folders.CARD).exists():
        torch.set_num_threads(1)
        run_experiment(run, folder, resume=(folder / "checkpoint").exists())
    return folder


def folder_name(run: Run) -> str:
    """Where a run lies: those of the book under their chapter, others beside them."""
    return run.stem if run.variant in DEFAULTS else f"{run.stem}-{run.variant}"


def is_of(file: Path, run: Run) -> bool:
    """Whether a file holds the model of a run."""
    try:
        return model_file.read(file).run == run
    except (OSError, ValueError):
        return False


def measure(folder: Path, file: Path, pairs: tuple[Pair, ...]) -> dict[str, Any]:
    """Compare the page with PyTorch on the same file, and both with the model before it."""
    sentences, references = [pair.source for pair in pairs], [pair.target for pair in pairs]
    original, stored = folders.load(folder), model_file.read(file)
    ours = in_the_page(file, sentences[:COMPARED])
    # Token by token: a word may be of several.
    tokens = [encode_sentence(sentence, stored.source) for sentence in sentences[:COMPARED]]
    theirs = translate_ids(stored.model, tokens, layer=stored.shown_layer)
    same = [one.tokens == other.tokens for one, other in zip(ours, theirs, strict=True)]
    apart = [
        abs(a - b)
        for one, other, agreed in zip(ours, theirs, same, strict=True)
        if agreed
        for row, expected in zip(one.weights, other.weights.tolist(), strict=True)
        for a, b in zip(row, expected, strict=True)
    ]
    scores = [greedy_bleu(one, sentences, references) for one in (original, stored)]
    return {
        "bytes": file.stat().st_size,
        "sentences": len(same),
        "same_words": sum(same),
        "weights_apart": float(f"{max(apart):.2g}"),
        "bleu": round(scores[0], 2),
        "bleu_in_8_bits": round(scores[1], 2),
        "milliseconds": round(statistics.median(one.milliseconds for one in ours), 1),
    }


def greedy_bleu(trained: Trained, sentences: list[str], references: list[str]) -> float:
    """BLEU of the greedy translations, lowercased."""
    return bleu([one.output for one in translate(trained, sentences)], references).score


def write_models(runs: Path, results: Path) -> None:
    """Write the files that are missing or of other settings, and measure them."""
    record = results / "live.json"
    known = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    (results / "live").mkdir(parents=True, exist_ok=True)
    for corpus, variants in MODELS.items():
        for variant in variants:
            run = preset(stem_of(variant), variant, corpus)
            name = f"{corpus}-{variant}"
            file = results / "live" / f"{name}.model"
            if name in known and is_of(file, run):
                continue
            folder = ready_folder(run, runs / corpus / folder_name(run))
            model_file.export_run(folder, file)
            known[name] = measure(folder, file, data.load(run).test)
            write(record, (json.dumps(known, indent=1) + "\n").encode())
            logs.say(f"{name}: {known[name]}")


def write_language_model(runs: Path, results: Path) -> None:
    """Write the file of the language model, if it is missing or of other settings."""
    run = preset(stem_of("one-stack"), "one-stack", "pocket-korean", **WRITER)
    file = results / "live" / LANGUAGE_MODEL
    if is_of(file, run):
        return
    folder = ready_folder(run, runs / "pocket-korean" / "language-model")
    model_file.export_run(folder, file)
    logs.say(f"{file.name}: {file.stat().st_size:,} bytes")


def main() -> int:
    """Write the files of the book, or those of a trial somewhere else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "live")
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    arguments = parser.parse_args()
    logs.at_once()
    write_models(arguments.runs, arguments.results)
    write_language_model(arguments.runs, arguments.results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
