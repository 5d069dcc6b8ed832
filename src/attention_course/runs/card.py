"""The run card: what was trained, on what, how long it took, and how good it became."""

import importlib.metadata
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from attention_course import __version__
from attention_course.config import Run
from attention_course.data.batch import encode_pairs, encode_sentence
from attention_course.data.pairs import Corpus, Pair
from attention_course.judging.alignment import error_rates, merge
from attention_course.judging.decoding import Translation, translate_ids
from attention_course.judging.evaluation import (
    CAPTION_BINS,
    Bins,
    accuracy,
    accuracy_by_length,
    bleu,
    bleu_by_length,
)
from attention_course.models.model import Model
from attention_course.training.devices import name, number_format
from attention_course.training.loop import mean_loss
from attention_course.training.progress import Progress
from attention_course.vocabulary import Vocabulary

EXAMPLES = 6
SHOWN_WORDS = 14  # the longest source among the examples
GOLD_PAIRS = 300  # pairs on which attention is held against gold
POCKET_BINS: Bins = ((1, 10), (11, 20), (21, 30), (31, None))


def measure(
    model: Model, corpus: Corpus, source: Vocabulary, target: Vocabulary
) -> tuple[dict[str, Any], list[Translation]]:
    """Judge a model; gives the metrics and the greedy translations of all test pairs.

    All is measured on `corpus.test`, but for the two curves by length: they are measured on
    `corpus.more_tests` too, whose translations come after those of `test`.
    """
    pairs = [*corpus.test, *corpus.more_tests]
    examples = encode_pairs(pairs, source, target)
    tested = examples[: len(corpus.test)]
    rows = accuracy_by_length(model, examples)
    metrics: dict[str, Any] = {
        "loss": round(mean_loss(model, tested), 4),
        "accuracy": round(accuracy(accuracy_by_length(model, tested)), 4),
        "accuracy_by_length": [{**row, "accuracy": round(row["accuracy"], 4)} for row in rows],
    }
    metrics.update(measure_alignment(model, corpus, source, target))
    layer = metrics.get("aer_layer", -1)
    said = translate_ids(model, [example.source for example in examples], layer=layer)
    metrics.update(measure_bleu(corpus, [target.decode(one.tokens) for one in said]))
    beamed = translate_ids(model, [example.source for example in tested], width=5, size=16)
    references = [pair.target for pair in corpus.test]
    score = bleu([target.decode(one.tokens) for one in beamed], references).score
    return {**metrics, "bleu_beam": round(score, 2)}, said


def measure_bleu(corpus: Corpus, outputs: Sequence[str]) -> dict[str, Any]:
    """BLEU of the greedy translations: lowercased, as written, and by source length."""
    pairs = [*corpus.test, *corpus.more_tests]
    references = [pair.target for pair in pairs]
    tests = len(corpus.test)
    lower = bleu(outputs[:tests], references[:tests])
    cased = bleu(outputs[:tests], references[:tests], lowercase=False)
    bins = POCKET_BINS if corpus.name == "pocket-korean" else CAPTION_BINS
    return {
        "bleu": round(lower.score, 2),
        "bleu_low": round(lower.low, 2),
        "bleu_high": round(lower.high, 2),
        "bleu_cased": round(cased.score, 2),
        "sacrebleu_signature": lower.signature,
        "bleu_by_source_length": bleu_by_length(
            [pair.source for pair in pairs], outputs, references, bins
        ),
    }


def measure_alignment(
    model: Model, corpus: Corpus, source: Vocabulary, target: Vocabulary
) -> dict[str, Any]:
    """Alignment error rate where gold is known; a Transformer's layer is chosen on validation.

    The chosen layer is the one whose map is worth showing.
    """
    if corpus.test[0].sure is None or "source" not in model.reads:
        return {}
    chosen = error_rates(model, corpus.validation[:GOLD_PAIRS], source, target)
    layer = min(range(len(chosen)), key=chosen.__getitem__)
    tested = error_rates(model, corpus.test[:GOLD_PAIRS], source, target)
    return {
        "aer": round(tested[layer], 4),
        "aer_layer": layer,
        "aer_by_layer": [round(rate, 4) for rate in tested],
        "aer_pairs": len(corpus.test[:GOLD_PAIRS]),
    }


def pick_examples(pairs: Sequence[Pair]) -> list[int]:
    """Choose test pairs that fit a figure, spread over the test set and known beforehand."""
    short = [place for place, pair in enumerate(pairs) if len(pair.source.split()) <= SHOWN_WORDS]
    chosen = short or list(range(len(pairs)))
    return chosen[:: max(1, len(chosen) // EXAMPLES)][:EXAMPLES]


def example(
    pair: Pair, said: Translation, source: Vocabulary, target: Vocabulary
) -> dict[str, Any]:
    """A sentence, what was said, and the weights behind each word of it."""
    source_words = source.words(encode_sentence(pair.source, source))
    output_words = target.words(said.tokens)
    weights = merge(said.weights, source_words, output_words)
    return {
        "source": pair.source,
        "reference": pair.target,
        "credit": pair.credit,
        "output": target.decode(said.tokens),
        "source_tokens": [word.text for word in source_words],
        "output_tokens": [word.text for word in output_words],
        "weights": [[round(weight, 4) for weight in row] for row in weights.tolist()],
    }


def make(
    run: Run, model: Model, progress: Progress, metrics: dict[str, Any], examples: list[Any]
) -> dict[str, Any]:
    """Put a run card together."""
    return {
        "stem": run.stem,
        "variant": run.variant,
        "data": run.data,
        "preset": run.preset,
        "seed": run.seed,
        **origin(model, run.mixed),
        "seconds": round(progress.seconds, 1),
        "cpu_seconds": round(progress.cpu_seconds, 1),
        "tokens_per_second": round(progress.tokens / max(progress.seconds, 1e-9)),
        "curve": progress.curve,
        "metrics": metrics,
        "examples": examples,
        "run": run.to_dict(),
    }


def origin(model: nn.Module, mixed: bool = False) -> dict[str, Any]:
    """Where a number comes from: the device, the code, and the size of the model.

    `precision` is the number format of matrix products: fewer bits may be asked for (`mixed`)
    than the device can multiply.
    """
    device = next(model.parameters()).device
    return {
        "device": machine(device),
        "precision": str(number_format(device, mixed)).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "versions": versions(),
        "commit": commit(),
        "parameters": sum(part.numel() for part in model.parameters()),
    }


def machine(device: torch.device) -> str:
    """The name of the processor or of the GPU, as it names itself."""
    return name(device)


def versions() -> dict[str, str]:
    """The versions that a number may depend on."""
    names = ("torch", "numpy", "tokenizers", "sacrebleu", "safetensors")
    found = {name: importlib.metadata.version(name) for name in names}
    return {"python": platform.python_version(), "attention_course": __version__, **found}


def commit() -> str:
    """The commit of the code that runs, with -dirty if it was changed; empty outside git."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        here = Path(__file__).parent
        return subprocess.run(
            command, cwd=here, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
