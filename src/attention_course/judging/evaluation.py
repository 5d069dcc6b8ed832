"""How good a model is: BLEU of its translations, accuracy by source length."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import nn

from attention_course.data.batch import Example, in_order
from attention_course.models.model import Output
from attention_course.vocabulary import PAD

RESAMPLES = 300
Bins = tuple[tuple[int, int | None], ...]  # first and last length; None leaves the bin open
CAPTION_BINS: Bins = ((1, 8), (9, 12), (13, 16), (17, None))


class Bleu(NamedTuple):
    """A corpus score from 0 to 100, its 95 % interval, and how it was counted."""

    score: float
    low: float
    high: float
    signature: str


def bleu(outputs: Sequence[str], references: Sequence[str], lowercase: bool = True) -> Bleu:
    """Corpus BLEU (Papineni et al. 2002) as sacrebleu counts it (Post 2018), 13a tokens.

    The interval is sacrebleu's bootstrap over sentences.

    Raises:
        ValueError: not one reference for each output, or none at all.
    """
    from sacrebleu.metrics.bleu import BLEU

    if len(outputs) != len(references) or not outputs:
        raise ValueError(
            f"expected one reference for each output, got {len(outputs)} outputs and "
            f"{len(references)} references"
        )
    metric = BLEU(lowercase=lowercase, force=True)  # no advice about text that ends with ' .'
    result = metric.corpus_score(list(outputs), [list(references)], n_bootstrap=RESAMPLES)
    # The bootstrap's interval lies around its own mean; in a tiny bin the score can lie outside.
    low = max(0.0, min(result._mean - result._ci, result.score))
    high = max(result._mean + result._ci, result.score)
    return Bleu(result.score, low, high, str(metric.get_signature()))


def bin_name(bounds: tuple[int, int | None]) -> str:
    """Write a bin as readers do: 9-12, 17+."""
    first, last = bounds
    return f"{first}+" if last is None else f"{first}-{last}"


def in_bin(length: int, bounds: tuple[int, int | None]) -> bool:
    """Whether a length falls into a bin, both ends included."""
    first, last = bounds
    return first <= length and (last is None or length <= last)


def bleu_by_length(
    sources: Sequence[str],
    outputs: Sequence[str],
    references: Sequence[str],
    bins: Bins = CAPTION_BINS,
) -> list[dict[str, Any]]:
    """BLEU of the sentences in each bin of source words, lowercased, with its interval."""
    rows: list[dict[str, Any]] = []
    triples = list(zip(sources, outputs, references, strict=True))
    for bounds in bins:
        inside = [triple for triple in triples if in_bin(len(triple[0].split()), bounds)]
        if inside:
            score = bleu([output for _, output, _ in inside], [true for *_, true in inside])
            rows.append(
                {
                    "bin": bin_name(bounds),
                    "sentences": len(inside),
                    "bleu": round(score.score, 2),
                    "low": round(score.low, 2),
                    "high": round(score.high, 2),
                }
            )
    return rows


@torch.no_grad()
def accuracy_by_length(
    model: nn.Module, examples: Sequence[Example], size: int = 64
) -> list[dict[str, Any]]:
    """Share of next tokens that are likeliest, given the true ones before, by source length.

    The length counts the source's tokens without <eos>; <eos> of the target is one to predict.
    """
    device = next(model.parameters()).device
    right: dict[int, int] = defaultdict(int)
    total: dict[int, int] = defaultdict(int)
    model.eval()
    for batch in in_order(sorted(examples, key=lambda one: len(one.source)), size):
        batch = batch.to(device)
        output: Output = model(batch.source, batch.source_lengths, batch.target_in)
        real = batch.target_out != PAD
        correct = ((output.logits.argmax(dim=2) == batch.target_out) & real).sum(dim=1).tolist()
        totals = real.sum(dim=1).tolist()
        for length, hits, words in zip(batch.source_lengths.tolist(), correct, totals, strict=True):
            right[length - 1] += hits
            total[length - 1] += words
    return [
        {"length": length, "tokens": total[length], "accuracy": right[length] / total[length]}
        for length in sorted(total)
    ]


def accuracy(rows: Sequence[dict[str, Any]]) -> float:
    """The same share over all lengths."""
    tokens = sum(row["tokens"] for row in rows)
    return float(sum(row["accuracy"] * row["tokens"] for row in rows) / tokens)
