"""c08: the dot product measures similarity."""

import torch
from torch.nn import functional as F

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, metric_of
from attention_course.config import Run
from attention_course.ladder.ch3_attention import DotScore

SIZE, ENTRIES, QUERIES = 32, 16, 400
NOISE = 0.1  # of a query, as a share of the key that it resembles
IN_TRAINED = {
    "log_length_spread": "spread of the keys' lengths (log) within a sentence",
    "overtaken": "share of queries whose key by dot product is not the one by angle",
}
TRAINED = ("dot", "scaled")
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the logarithm of a key's length


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Trained models that ask with a dot product, whose keys are looked at."""
    if preset == "smoke":
        return {}
    return {name: korean_run(name, seed) for name in TRAINED}


def best_entries(keys: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """The entry with the largest dot product, for each query."""
    scores: torch.Tensor = DotScore()(queries.unsqueeze(0), keys.unsqueeze(0))
    return scores[0].argmax(dim=1)


def shares(spread: float, generator: torch.Generator) -> tuple[float, float]:
    """How often the key that a query resembles wins: by dot product, and by cosine."""
    hits = hits_by_cosine = 0
    for _ in range(QUERIES // ENTRIES):
        directions = F.normalize(torch.randn(ENTRIES, SIZE, generator=generator), dim=1)
        lengths = torch.exp(spread * torch.randn(ENTRIES, 1, generator=generator))
        noise = NOISE * torch.randn(ENTRIES, SIZE, generator=generator)
        queries, answers = directions + noise, torch.arange(ENTRIES)
        hits += int((best_entries(directions * lengths, queries) == answers).sum())
        hits_by_cosine += int((best_entries(directions, queries) == answers).sum())
    return hits / (QUERIES // ENTRIES * ENTRIES), hits_by_cosine / (QUERIES // ENTRIES * ENTRIES)


def hits_by_spread_of_lengths(setting: Setting) -> Measured:
    """Keys of equal length, then of lengths that differ more and more."""
    generator = torch.Generator().manual_seed(setting.seed)
    results = {spread: shares(spread, generator) for spread in SPREADS}
    dot, cosine = results[SPREADS[-1]]
    return Measured(
        {"equal": results[0.0][0], "unequal": dot, "cosine": cosine},
        {
            "ch3_attention (dot)": [(spread, one) for spread, (one, _) in results.items()],
            "cosine": [(spread, one) for spread, (_, one) in results.items()],
        },
        {
            f"{words} | trained on pocket Korean ({name})": metric_of(card, metric)
            for name, card in setting.cards.items()
            for metric, words in IN_TRAINED.items()
        },
    )


CLAIM = Claim(
    id="c08",
    stem="ch3_attention",
    title="The dot product measures similarity",
    korean="dot product는 결국 두 입력이 얼마나 관련 있는지 (유사도)를 측정하는 것!",
    english="In the end the dot product measures how related two inputs are (similarity).",
    how=(
        f"A query resembles one of {ENTRIES} keys. All keys point somewhere at random; then their "
        "lengths are made to differ. How often does the key that it resembles win? Beside it: "
        "the keys of models that were trained on pocket Korean."
    ),
    predictions=(
        Prediction("equal", "keys of one length: share of queries that find their key", low=0.95),
        Prediction(
            "unequal",
            "lengths with a spread of 1 (typically 2.7 times as long): share that find it",
            high=0.8,
            about="limit",
        ),
        Prediction("cosine", "the same keys, compared by angle alone: share", low=0.95),
    ),
    verdict="half true",
    condition=(
        "It measures similarity times length: q . k = |q| |k| cos. Among keys of one length "
        "it ranks by similarity; else it prefers long vectors. These keys are drawn at "
        "random, and so are their lengths. In models that were trained on pocket Korean the "
        "lengths hardly differ within a sentence, and for about 97 of 100 queries the dot "
        "product finds the key that the angle finds."
    ),
    measure=hits_by_spread_of_lengths,
    runs=runs,
    exact=True,
    axes=("spread of the keys' lengths (log)", "share of queries that find their key"),
    finding="The dot product prefers long vectors and misses the right ones",
)
