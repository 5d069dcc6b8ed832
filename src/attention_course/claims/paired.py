"""Is one system better than another on the same sentences? A paired bootstrap (Koehn 2004)."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sacrebleu.metrics.bleu import BLEU

IntArray = npt.NDArray[np.int64]
RESAMPLES = 500
METRIC = BLEU(lowercase=True, force=True)  # 13a tokens; no advice about text that ends with " ."
Z95 = 1.96  # 95 % of a normal distribution lie within so many standard deviations


class Outcomes(NamedTuple):
    """sacrebleu's counts of each sentence, from which BLEU is computed, of two systems."""

    ours: IntArray  # [sentences, counts]
    theirs: IntArray


def outcomes(ours: Sequence[str], theirs: Sequence[str], references: Sequence[str]) -> Outcomes:
    """Count what two systems made of the same sentences. Lowercased, 13a.

    Raises:
        ValueError: the three are not of one length, or are empty.
    """
    if not len(ours) == len(theirs) == len(references) or not references:
        raise ValueError(
            f"expected as many translations as references, got {len(ours)}, {len(theirs)} and "
            f"{len(references)}"
        )
    counts = (
        np.array(METRIC._extract_corpus_statistics(list(outputs), [list(references)]))
        for outputs in (ours, theirs)
    )
    return Outcomes(*counts)


def score(counts: IntArray) -> float:
    """BLEU of the sentences that were counted."""
    return float(METRIC._compute_score_from_stats(list(counts.sum(axis=0))).score)


def difference(compared: Outcomes) -> float:
    """BLEU of ours less BLEU of theirs."""
    return score(compared.ours) - score(compared.theirs)


def resampled_differences(compared: Sequence[Outcomes], seed: int = 0) -> list[float]:
    """The mean difference of several pairs of systems, sentences drawn again and again.

    Each time the same sentences are drawn for all: the systems share a test set.
    """
    rng = np.random.default_rng(seed)
    sentences = len(compared[0].ours)

    def mean_of(rows: IntArray) -> float:
        return statistics.fmean(
            difference(Outcomes(one.ours[rows], one.theirs[rows])) for one in compared
        )

    return [mean_of(rng.integers(sentences, size=sentences)) for _ in range(RESAMPLES)]


def bleu_difference(
    ours: Sequence[str], theirs: Sequence[str], references: Sequence[str], seed: int = 0
) -> tuple[float, float, float]:
    """BLEU of ours less BLEU of theirs, and the ends of its 95 % interval over sentences.

    Raises:
        ValueError: the three are not of one length, or are empty.
    """
    compared = outcomes(ours, theirs, references)
    resampled = sorted(resampled_differences([compared], seed))
    low, high = (resampled[round(share * (RESAMPLES - 1))] for share in (0.025, 0.975))
    return difference(compared), low, high


def joined_interval(low: float, high: float, compared: Sequence[Outcomes]) -> tuple[float, float]:
    """The 95 % interval of a mean difference, with seeds and sentences both counted in.

    `low` and `high` are the interval over seeds alone. Seeds share their test sentences, so how
    these happen to be is not in it.
    """
    return widened(low, high, statistics.stdev(resampled_differences(compared)))


def widened(low: float, high: float, error: float) -> tuple[float, float]:
    """An interval over seeds with a standard error over sentences counted in.

    The squares of the two half-widths are added.
    """
    middle, half = (low + high) / 2, (high - low) / 2
    joined = math.hypot(half, Z95 * error)
    return middle - joined, middle + joined


def error_of_bins(*rows: Mapping[str, Any]) -> float:
    """The standard error over sentences of a sum or difference of BLEU scores of several bins.

    A row of a card brings its own interval over sentences, `low` and `high`. Bins hold different
    sentences, so their squares are added. Of two systems on one bin this says too much, for what
    their sentences share is not taken off.
    """
    return math.hypot(*((row["high"] - row["low"]) / 2 / Z95 for row in rows))
