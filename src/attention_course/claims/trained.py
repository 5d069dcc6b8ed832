"""Runs that claims are measured on: trained once, judged, and kept as small cards.

A card is named after its run; a run with other settings has another name, so that no card can
be taken for another run's. Several claims may share one.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from attention_course import data
from attention_course.claims import probes, toy_probes
from attention_course.claims.record import Points
from attention_course.config import TOYS, Run
from attention_course.course import describe, preset, read_run
from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Corpus
from attention_course.judging.decoding import translate_ids
from attention_course.judging.evaluation import accuracy, accuracy_by_length
from attention_course.runs import card
from attention_course.runs.experiment import Trained, fit, prepare
from attention_course.store.files import write
from attention_course.training.loop import mean_loss

Card = dict[str, Any]
FULL: dict[str, Any] = {
    "d_model": 64,
    "d_state": 64,
    "d_hidden": 128,
    "train_pairs": 6_000,
    "held_out_pairs": 600,
    "shortest": 2,
    "longest": 24,
    "epochs": 10,
}
CAPTION_SEEDS = 3  # runs on captions take minutes, so there are fewer
SMOKE = {**FULL, "train_pairs": 2_500, "held_out_pairs": 200, "longest": 10, "epochs": 4}


RUNGS = {  # that several claims compare: the stem and the variant, by the variant's name
    "last": ("ch1_bottleneck", "last"),
    "mean": ("ch2_averaging", "mean"),
    "max": ("ch2_averaging", "max"),
    "dot": ("ch3_attention", "dot"),
    "transformer": ("ch4_self_attention", "transformer"),
}


def label(rung: str) -> str:
    """A rung as the names of curves have it: the stem decides its colour."""
    return f"{RUNGS[rung][0]} ({rung})"


def pocket_run(stem: str, variant: str, seed: int, **changes: Any) -> Run:
    """A run on pocket Korean as the book's own run cards have it."""
    return preset(stem, variant, "pocket-korean", "cpu", seed=seed, **changes)


def caption_run(stem: str, variant: str, seed: int, **changes: Any) -> Run:
    """A run on all of Multi30k, smaller and shorter than the book's: many are compared.

    It has the sizes of the first design, which are the defaults of a Run.
    """
    smaller: dict[str, Any] = {"epochs": 4, "mixed": True}
    if stem == "ch4_self_attention":
        smaller |= {"layers": 2, "learning_rate": 1.5e-3, "dropout": 0.15}
    else:
        smaller["d_state"] = 256
    return describe(stem, variant, "multi30k", seed=seed, **{**smaller, **changes})


def nothing_above(size: str = "cpu") -> Run:
    """The book's own run of attention on captions, but with nothing above the socket."""
    return preset("ch3_attention", "dot", "multi30k", size, layers_above=0)


def less_dropout(rung: str, size: str = "cpu") -> Run:
    """The book's own run of a rung on captions, but with half of its dropout."""
    stem, variant = RUNGS[rung]
    plain = preset(stem, variant, "multi30k", size)
    return replace(plain, dropout=plain.dropout / 2)


def toy_run(stem: str, variant: str, task: str, size: str, seed: int, **changes: Any) -> Run:
    """A run on a toy task in which all of the source has to pass through the socket.

    The decoder starts from a learned vector. At `smoke` sources have up to 10 tokens, else 24.
    """
    sizes = SMOKE if size == "smoke" else FULL
    start = stem != "ch4_self_attention"
    rate = 5e-3 if start else 2e-3
    settings = {**sizes, "learning_rate": rate, **changes}
    if start:
        settings = {"learned_start": True, **settings}
        settings.pop("d_hidden")
    else:
        settings.pop("d_state")
    return preset(stem, variant, task, "cpu", seed=seed, **settings)


def name(run: Run) -> str:
    """The name of a run's card: readable, and another one for other settings."""
    plain = asdict(Run(run.stem, run.variant, run.data, seed=run.seed))
    changed = {key: value for key, value in asdict(run).items() if value != plain[key]}
    mark = sha256(json.dumps(changed, sort_keys=True).encode()).hexdigest()[:6]
    return f"{run.data}/{run.stem}-{run.variant}-{mark}-seed{run.seed}"


def file_of(run: Run, folder: Path) -> Path:
    """Where the card of a run lies under the folder of cards."""
    return folder / f"{name(run)}.json"


def read(run: Run, folder: Path) -> Card | None:
    """The card of a run, if it has been trained."""
    file = file_of(run, folder)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def train(run: Run, folder: Path, work: Path | None = None) -> Card:
    """Train a run on one thread, judge it and keep its card; one that is kept is only read.

    With one thread the numbers are the same on the same machine, however many runs are trained
    side by side. `work` keeps checkpoints, so that an interrupted run goes on where it was.
    """
    kept = read(run, folder)
    if kept is not None:
        return kept
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        made = measure(run, work)
    finally:
        torch.set_num_threads(threads)
    file = file_of(run, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    return made


def measure(run: Run, work: Path | None) -> Card:
    """Train and judge one run."""
    corpus = data.load(run)
    trained = prepare(run, corpus)
    started = time.process_time()
    with tempfile.TemporaryDirectory() as throwaway:
        here = work / name(run) if work else Path(throwaway)
        progress = fit(trained, corpus, here, resume=(here / "checkpoint").exists())
    seconds = progress.cpu_seconds
    metrics = JUDGES[run.data if run.data not in TOYS else "toy"](trained, corpus)
    return {
        "run": run.to_dict(),
        **card.origin(trained.model, run.mixed),
        "cpu_seconds": round(seconds, 1),
        "judging_cpu_seconds": round(time.process_time() - started - seconds, 1),
        "metrics": metrics,
    }


def judge_toy(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Loss and accuracy by length, the true tokens given; on copying, where it looked too."""
    examples = encode_pairs(corpus.test, trained.source, trained.target)
    rows = accuracy_by_length(trained.model, examples)
    metrics = {
        "loss": mean_loss(trained.model, examples),
        "accuracy": accuracy(rows),
        "accuracy_by_length": rows,
        "reach": probes.reach(trained.model, examples),
    }
    if corpus.name in toy_probes.ORIGINS:
        metrics |= toy_probes.look(trained.model, corpus.test, examples, corpus.name)
    return metrics


def judge_sentences(trained: Trained, corpus: Corpus) -> tuple[dict[str, Any], list[str]]:
    """What is measured on every corpus of sentences, and the greedy translations."""
    pairs = [*corpus.test, *corpus.more_tests]
    examples = encode_pairs(pairs, trained.source, trained.target)
    said = translate_ids(trained.model, [one.source for one in examples])
    outputs = [trained.target.decode(one.tokens) for one in said]
    metrics = {
        "loss": round(mean_loss(trained.model, examples[: len(corpus.test)]), 4),
        **card.measure_bleu(corpus, outputs),
        **probes.fluency(outputs, [pair.target for pair in pairs]),
    }
    return metrics, outputs


def judge_captions(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """The translations of the test set are kept: rungs are compared sentence by sentence."""
    metrics, outputs = judge_sentences(trained, corpus)
    return {**metrics, "outputs": outputs[: len(corpus.test)]}


def judge_pocket(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Attention against gold too, and what depends on it."""
    metrics, _ = judge_sentences(trained, corpus)
    parts = trained.model, corpus.test, trained.source, trained.target
    asked = probes.asked_words(*parts)
    aligned = card.measure_alignment(trained.model, corpus, trained.source, trained.target)
    layer = aligned["aer_layer"]
    return {
        **metrics,
        **aligned,
        "accuracy_by_distance": probes.accuracy_by_distance(asked),
        "accuracy_by_distance_at_lengths": probes.accuracy_at_lengths(asked, card.POCKET_BINS),
        "deletion": probes.deletion(*parts, layer),
        "strongest_weight": probes.strongest_weight(
            trained.model, corpus.test[:60], trained.source, trained.target, layer
        ),
    }


Judge = Callable[[Trained, Corpus], dict[str, Any]]
JUDGES: dict[str, Judge] = {
    "toy": judge_toy,
    "pocket-korean": judge_pocket,
    "multi30k": judge_captions,
    "tatoeba": judge_captions,
}


def measured(card: Card, *names: str) -> Any:
    """What a card says under these names, one inside the other.

    Raises:
        ValueError: the card does not say it, since it was made before that was measured.
    """
    found = card["metrics"]
    for one in names:
        if one not in found:
            raise ValueError(
                f"expected {' / '.join(names)} on the card {name(read_run(card['run']))}, got "
                "a card of an older version; delete it, and measuring trains it again"
            )
        found = found[one]
    return found


def curve(card: Card, by: str) -> Points:
    """Accuracy by `length` of the source, or by `distance` of a word."""
    return [(float(row[by]), row["accuracy"]) for row in card["metrics"][f"accuracy_by_{by}"]]


def accuracy_between(rows: Sequence[dict[str, Any]], first: int, last: int) -> float:
    """Accuracy over all tokens of the sources of these lengths, both ends included."""
    inside = [row for row in rows if first <= row["length"] <= last]
    return accuracy(inside)
