"""Runs that claims are measured on: trained once, judged, and kept as small cards.

A card is named after its run; a run with other settings has another name, so that no card can
be taken for another run's. Several claims may share one.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from attention_course import data
from attention_course.claims import judging
from attention_course.claims.record import Points
from attention_course.config import (
    ModelSettings,
    OneStackSettings,
    RecurrentSettings,
    Run,
    StackedSettings,
)
from attention_course.course import chapter, describe, preset, stem_of
from attention_course.judging.evaluation import accuracy
from attention_course.runs.card import CardError, RunCard, origin
from attention_course.runs.experiment import fit, prepare
from attention_course.runs.results import results_folder
from attention_course.store.conditions import differences
from attention_course.training import devices

FULL: dict[str, Any] = {
    "d_model": 64,
    "train_pairs": 6_000,
    "held_out_pairs": 1_500,
    "new_corpus": True,  # so that seeds differ in what is drawn, too, as their interval says
    "shortest": 2,
    "longest": 24,
    "epochs": 10,
}
SMOKE = {**FULL, "train_pairs": 2_500, "held_out_pairs": 200, "longest": 10, "epochs": 4}
TOYS_OF: dict[type[ModelSettings], dict[str, Any]] = {  # besides, by the kind of model
    RecurrentSettings: {"d_state": 64, "learned_start": True, "learning_rate": 5e-3},
    StackedSettings: {"d_hidden": 128, "learning_rate": 2e-3},
    OneStackSettings: {"d_hidden": 128, "learning_rate": 2e-3},
}
SEEDS = 5  # of whatever is compared, unless it takes too long
KOREAN_SEEDS = 5  # of runs on pocket Korean, whose seeds differ in their corpus too
CAPTION_SEEDS = 3  # runs on captions take minutes, so there are fewer
KOREAN: dict[str, Any] = {"new_corpus": True, "train_pairs": 10_000}
KOREAN_OF: dict[type[ModelSettings], dict[str, Any]] = {
    RecurrentSettings: {"epochs": 5},
    StackedSettings: {"epochs": 6},
    OneStackSettings: {"epochs": 6},
}
CAPTIONS_OF: dict[type[ModelSettings], dict[str, Any]] = {
    RecurrentSettings: {"d_state": 256},
    StackedSettings: {"layers": 2, "learning_rate": 1.5e-3, "dropout": 0.15},
    OneStackSettings: {"learning_rate": 1.5e-3, "dropout": 0.15},
}


def label(variant: str, words: str = "") -> str:
    """A curve's name: the stem of its rung, which decides the colour, and some words of its own.

    Without words, the variant stands there.
    """
    return f"{stem_of(variant)} ({words or variant})"


def korean_run(variant: str, seed: int, **changes: Any) -> Run:
    """A run on pocket Korean, on fewer pairs than the book's: each seed has a corpus of its own."""
    stem = stem_of(variant)
    sizes = {**KOREAN, **KOREAN_OF[chapter(stem).settings_type]}
    settings = {**sizes, **changes}
    return preset(stem, variant, "pocket-korean", "cpu", seed=seed, **settings)


def caption_run(variant: str, seed: int, **changes: Any) -> Run:
    """A run on all of Multi30k, smaller and shorter than the book's: many are compared.

    It has the sizes of the first design, the defaults of a Run, but for `CAPTIONS_OF` and epochs.
    """
    stem = stem_of(variant)
    smaller = {"epochs": 4, "mixed": True, **CAPTIONS_OF[chapter(stem).settings_type]}
    return describe(stem, variant, "multi30k", seed=seed, **{**smaller, **changes})


def of_scores(variant: str) -> list[Run]:
    """Runs on pocket Korean that differ in their seed alone; the page of rung 3 compares scores."""
    return [korean_run(variant, seed) for seed in range(KOREAN_SEEDS)]


def cards_of_scores(variant: str) -> list[RunCard]:
    """The published cards of those runs, by seed.

    Raises:
        FileNotFoundError: one of them has not been trained.
    """
    cards = []
    for run in of_scores(variant):
        card = read(run, results_folder() / "claims")
        if card is None:
            raise FileNotFoundError(
                f"expected the card {card_name(run)} among the results, got none; train it with: "
                "make results"
            )
        cards.append(card)
    return cards


def toy_run(variant: str, task: str, size: str, seed: int, **changes: Any) -> Run:
    """A run on a toy task in which all of the source has to pass through the socket.

    The decoder starts from a learned vector. At `smoke` sources have up to 10 tokens, else 24.
    """
    sizes = SMOKE if size == "smoke" else FULL
    stem = stem_of(variant)
    settings = {**sizes, **TOYS_OF[chapter(stem).settings_type], **changes}
    return preset(stem, variant, task, "cpu", seed=seed, **settings)


def card_name(run: Run) -> str:
    """The name of a run's card: what a reader looks for, and a hash of all of its settings.

    The seed stands beside the hash, so that runs which differ in nothing else share it.
    """
    settings = {**run.to_dict(), "seed": None}
    mark = sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:6]
    return f"{run.data}/{run.stem}-{run.variant}-{mark}-seed{run.seed}"


def file_of(run: Run, folder: Path) -> Path:
    """Where the card of a run lies under the folder of cards."""
    return folder / f"{card_name(run)}.json"


def read(run: Run, folder: Path) -> RunCard | None:
    """The card of a run, if it has been trained.

    Raises:
        CardError: the file holds no card, or that of a run with other settings.
    """
    file = file_of(run, folder)
    if not file.exists():
        return None
    card = RunCard.read(file)
    differs = differences(run.to_dict(), card.run.to_dict())
    if differs:
        raise CardError(
            f"expected the card of the run that was asked for in {file}, got one of another run: "
            f"{differs}; delete the file, and measuring trains it again"
        )
    return card


def train(run: Run, folder: Path, work: Path | None = None) -> RunCard:
    """Train a run on one thread, judge it and keep its card; one that is kept is only read.

    With one thread the numbers are the same on the same machine, however many runs are trained
    side by side. `work` keeps checkpoints, so that an interrupted run goes on where it was.
    """
    kept = read(run, folder)
    if kept is not None:
        return kept
    with devices.one_thread():
        card = train_and_judge(run, work)
    card.write(file_of(run, folder))
    return card


def train_and_judge(run: Run, work: Path | None) -> RunCard:
    """Train one run, in a folder of its own under `work` if there is one, and judge it."""
    corpus = data.load(run)
    trained = prepare(run, corpus)
    with tempfile.TemporaryDirectory() as throwaway:
        folder = work / card_name(run) if work else Path(throwaway)
        watch = judging.watch_of(run)
        untrained = [{"epoch": 0, **watch(trained, corpus)}] if watch else []
        resume = (folder / "checkpoint").exists()
        progress = fit(trained, corpus, folder, resume, watch=watch)
    judging_since = time.process_time()
    metrics = judging.judge(trained, corpus)
    return RunCard(
        run=run,
        **origin(trained.model, run.mixed),
        cpu_seconds=round(progress.cpu_seconds, 1),
        judging_cpu_seconds=round(time.process_time() - judging_since, 1),
        metrics=metrics,
        curve=[*untrained, *progress.curve] if watch else [],
        shown_layer=metrics.get("aer_layer", -1),
    )


def metric_of(card: RunCard, *names: str) -> Any:
    """What a card says under these names, one inside the other.

    Raises:
        ValueError: the card does not say it, since it was made before that was measured.
    """
    value: Any = card.metrics
    for one in names:
        if one not in value:
            raise ValueError(
                f"expected {' / '.join(names)} on the card {card_name(card.run)}, got "
                "a card of an older version; delete it, and measuring trains it again"
            )
        value = value[one]
    return value


def curve(card: RunCard, by: str) -> Points:
    """Accuracy by `length` of the source, or by `distance` of a word."""
    return [(float(row[by]), row["accuracy"]) for row in card.metrics[f"accuracy_by_{by}"]]


def accuracy_between(rows: Sequence[dict[str, Any]], first: int, last: int) -> float:
    """Accuracy over all tokens of the sources of these lengths, both ends included."""
    return accuracy([row for row in rows if first <= row["length"] <= last])
