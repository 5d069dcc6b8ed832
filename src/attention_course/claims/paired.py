"""Is one system better than another on the same sentences? A paired bootstrap (Koehn 2004)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sacrebleu.metrics.bleu import BLEU

IntArray = npt.NDArray[np.int64]
RESAMPLES = 500


def bleu_difference(
    ours: Sequence[str], theirs: Sequence[str], references: Sequence[str], seed: int = 0
) -> tuple[float, float, float]:
    """BLEU of ours less BLEU of theirs, and the ends of its 95 % interval.

    Sentences are drawn again and again, the same ones for both systems. Lowercased, 13a.

    Raises:
        ValueError: the three are not of one length, or are empty.
    """
    if not len(ours) == len(theirs) == len(references) or not references:
        raise ValueError(
            f"expected as many translations as references, got {len(ours)}, {len(theirs)} and "
            f"{len(references)}"
        )
    metric = BLEU(lowercase=True, force=True)
    counts = [statistics_of(metric, outputs, references) for outputs in (ours, theirs)]

    def score(system: IntArray, rows: IntArray) -> float:
        return metric._compute_score_from_stats(list(system[rows].sum(axis=0))).score

    def difference(rows: IntArray) -> float:
        return score(counts[0], rows) - score(counts[1], rows)

    sentences = np.arange(len(references))
    rng = np.random.default_rng(seed)
    resampled = sorted(difference(rng.choice(sentences, len(sentences))) for _ in range(RESAMPLES))
    low, high = (resampled[round(share * (RESAMPLES - 1))] for share in (0.025, 0.975))
    return difference(sentences), low, high


def statistics_of(metric: BLEU, outputs: Sequence[str], references: Sequence[str]) -> IntArray:
    """sacrebleu's counts of each sentence, from which BLEU is computed."""
    return np.array(metric._extract_corpus_statistics(list(outputs), [list(references)]))
