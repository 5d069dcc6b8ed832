"""c05: attention is a soft look-up table."""

import math

import torch

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch3_attention import soft_lookup

ENTRIES, QUERIES = 8, 64
SIZES = (4, 16, 64, 256, 1024)  # of keys


def dictionary_error(temperature: float, generator: torch.Generator) -> float:
    """The largest difference between the soft table and a dictionary of the best-matching keys."""
    queries, keys, values = table(16, generator)
    best = (queries @ keys.T).argmax(dim=1)
    return float((soft_lookup(queries, keys, values, temperature).value - values[best]).abs().max())


def mean_error(temperature: float, generator: torch.Generator) -> float:
    """The largest difference between the soft table and the mean of all its values."""
    queries, keys, values = table(16, generator)
    soft = soft_lookup(queries, keys, values, temperature).value
    return float((soft - values.mean(dim=0)).abs().max())


def table(size: int, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
    """Random queries, keys and values in float64."""
    shapes = ((QUERIES, size), (ENTRIES, size), (ENTRIES, 3))
    queries, keys, values = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes
    )
    return queries, keys, values


def sensitivity(size: int, scaled: bool, generator: torch.Generator) -> float:
    """How much the weights answer to a change of the scores: the norm of softmax's Jacobian.

    diag(w) - w w^T, mean over queries; 0 where the softmax is saturated and nothing is learned.
    """
    queries, keys, values = table(size, generator)
    temperature = math.sqrt(size) if scaled else 1.0
    weights = soft_lookup(queries, keys, values, temperature).weights
    jacobians = torch.diag_embed(weights) - weights.unsqueeze(2) * weights.unsqueeze(1)
    return float(jacobians.norm(dim=(1, 2)).mean())


def lookup_at_temperatures_and_sizes(setting: Setting) -> Measured:
    """Ask random tables at two extreme temperatures, and with keys of five sizes."""
    generator = torch.Generator().manual_seed(setting.seed)
    raw = [(float(size), sensitivity(size, False, generator)) for size in SIZES]
    scaled = [(float(size), sensitivity(size, True, generator)) for size in SIZES]
    return Measured(
        {
            "cold": dictionary_error(1e-6, generator),
            "hot": mean_error(1e6, generator),
            "warm": dictionary_error(1.0, generator),
            "raw": raw[-1][1] / raw[0][1],
            "scaled": scaled[-1][1] / scaled[0][1],
        },
        {"q . k": raw, "ch3_attention (q . k / sqrt(d))": scaled},
    )


CLAIM = Claim(
    id="c05",
    stem="ch3_attention",
    title="Attention is a soft look-up table",
    korean=(
        "Query는 모든 Keys들과 부드럽게 매칭되어 0과 1 사이의 weight를 만든다. (...) "
        "Lookup table은 key들을 value에 Mapping한 table이다."
    ),
    english=(
        "A query matches all keys softly, which gives weights between 0 and 1. (...) A look-up "
        "table maps keys to values."
    ),
    how=(
        "Random tables of eight entries are asked at a very low and at a very high "
        "temperature (the scores are divided by it). Then the keys grow from d = 4 to 1,024 "
        "numbers, and we watch how sensitive the weights still are to a change of the scores: "
        "the norm of the Jacobian of the softmax."
    ),
    predictions=(
        Prediction(
            "cold",
            "near temperature 0: largest difference from a dictionary (by construction)",
            high=1e-6,
        ),
        Prediction(
            "hot",
            "at a very high temperature: largest difference from the mean (by construction)",
            high=1e-4,
        ),
        Prediction(
            "warm",
            "at temperature 1: largest difference from a dictionary",
            low=0.1,
            about="beside",
        ),
        Prediction(
            "raw",
            "scores q . k: sensitivity with keys of 1,024 numbers, divided by that with 4",
            high=0.4,
            about="limit",
        ),
        Prediction("scaled", "scores q . k / sqrt(d): the same ratio", low=0.7, high=1.4),
    ),
    verdict="holds under a condition",
    condition=(
        "Soft only while the scores are small. The entry with the highest score wins alone as "
        "the temperature falls, and without 1/sqrt(d) keys of many numbers have the same "
        "effect. The root is right for numbers that are independent and of one size, as drawn "
        "here; a trained model may learn others."
    ),
    measure=lookup_at_temperatures_and_sizes,
    exact=True,
    axes=("numbers in a key", "sensitivity (norm of the Jacobian)"),
    finding="Dividing by sqrt(d) keeps the softmax soft, for random keys",
    log="xy",
)
