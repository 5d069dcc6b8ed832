"""Reading run cards: what the pages and figures of the book are drawn from."""

import json
from pathlib import Path
from typing import Any

import torch

from attention_course.runs.card import RunCard
from attention_course.training.devices import precision

MEASURED = Path(__file__).parents[1] / "measured"  # the clone's `results`, in an installed package
CLONE = Path(__file__).parents[3]  # of a package that is installed from its clone as it stands


def results_folder(start: Path | None = None) -> Path:
    """Find the book's results.

    They came with the package, or are in `results` here or above, or in the package's clone.

    Raises:
        FileNotFoundError: there are none.
    """
    if MEASURED.is_dir():
        return MEASURED
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *([] if start else [CLONE])):
        if (folder / "results").is_dir():
            return folder / "results"
    raise FileNotFoundError(
        f"expected a folder `results` at {here} or above it, got none; run this inside a clone "
        "of the course, or train the runs with: make results"
    )


def read_cards(folder: Path | None = None) -> list[RunCard]:
    """Read every run card under a folder (by default the book's), sorted by data, stem and seed.

    Raises:
        CardError: one of them is no card that this version knows.
    """
    cards = [RunCard.read(file) for file in (folder or results_folder()).rglob("run.json")]
    return sorted(cards, key=lambda card: (card.run.data, card.run.stem, card.run.seed))


def find_card(data: str, stem: str, folder: Path | None = None) -> RunCard:
    """Read the one run card of a rung on a corpus.

    Raises:
        FileNotFoundError: it has not been trained; the message says how to.
        CardError: it is no card that this version knows.
    """
    folder = folder or results_folder()
    file = folder / data / stem / "run.json"
    if not file.exists():
        raise FileNotFoundError(
            f"expected the run card of {stem} on {data} at {file}, got no such file; train it "
            f"with: attention-course train {stem} --data {data} --out {file.parent}"
        )
    return RunCard.read(file)


def translations(data: str, stem: str) -> list[str]:
    """What the run of a rung on a corpus said for each of its test sentences, in their order."""
    file = results_folder() / data / stem / "hypotheses.txt"
    return file.read_text(encoding="utf-8").splitlines()


def what_to_expect(stem: str, preset: str) -> str:
    """What a training notebook will do with a preset, and what the runs of the book took."""
    if preset == "smoke":
        return "Preset smoke: the smallest sizes, about a minute; the models learn next to nothing."
    files = [results_folder() / data / stem / "run.json" for data in ("pocket-korean", "multi30k")]
    cards = [RunCard.read(file) for file in files if file.exists()]  # not each has both
    took = " and ".join(
        f"{in_minutes(card.cpu_seconds)} on {card.run.data} (one core, {card.device})"
        for card in cards
    )
    if preset == "gpu":
        return f"Preset gpu: larger runs, on the GPU. With preset cpu the book's runs took {took}."
    slower = ""
    if precision(torch.device("cpu")) is torch.float32:
        prices = prices_of_full_precision().values()
        slower = (
            " That was in 16 bits. This processor multiplies in full precision only, which takes "
            f"{min(prices):.1f} to {max(prices):.1f} times as long."
        )
    return (
        f"No GPU, so preset cpu: the book's runs took {took}.{slower} For a GPU, in Colab: "
        "Runtime, Change runtime type, T4 GPU, then run all cells again."
    )


def in_minutes(seconds: float) -> str:
    """Seconds told as whole minutes."""
    minutes = round(seconds / 60)
    return {0: "less than a minute", 1: "about a minute"}.get(minutes, f"{minutes} minutes")


def prices_of_full_precision() -> dict[str, float]:
    """How many times dearer a rung's update is where a processor does not multiply in 16 bits.

    By the rung's name in the benchmark, which measured each rung in both.
    """
    rungs = json.loads((results_folder() / "bench.json").read_text(encoding="utf-8"))["rungs"]
    mark = ", full precision"
    return {
        name.removesuffix(mark): rungs[name.removesuffix(mark)]["sentences"] / full["sentences"]
        for name, full in rungs.items()
        if name.endswith(mark)
    }


def read_records(file: Path | None = None) -> dict[str, Any]:
    """Read what was measured for each claim, by its id."""
    file = file or results_folder() / "claims.json"
    records: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return records


def by_length(card: RunCard) -> list[tuple[str, float, float, float]]:
    """BLEU by source length of a card: bin, score, and the ends of its 95 % interval."""
    rows = card.metrics["bleu_by_source_length"]
    return [(row["bin"], row["bleu"], row["low"], row["high"]) for row in rows]


def losses(card: RunCard) -> list[tuple[int, float, float]]:
    """Epoch, loss in training, loss on validation, in nats per token."""
    return [(row["epoch"], row["train_loss"], row["validation_loss"]) for row in card.curve]
