"""c13: the weights say where the decoder looks."""

import math
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course import data
from attention_course.claims.ibm_model_1 import IBMModel1
from attention_course.claims.korean_judging import error_rates_by_kind
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, label
from attention_course.config import Run
from attention_course.judging.alignment import alignment_error_rate
from attention_course.models.context import weighted_sum
from attention_course.runs.metrics import GOLD_PAIRS

STATES, SIZE, DIRECTIONS = 24, 8, 200
READERS: dict[str, tuple[str, bool]] = {
    "dot": ("dot", False),
    "dot, both ends": ("dot", True),
    "general": ("general", False),
    "additive": ("additive", False),
    "transformer": ("transformer", False),
}
LATER = "scaled"  # trained after the bands were written down: shown, and judged by none


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Every score, and the Transformer, on pocket Korean, whose alignments are known.

    The two lower rungs prefer no word, so their strongest weights say nothing.
    """
    if preset == "smoke":
        return {}
    return {
        **{
            name: korean_run(variant, seed, **({"bidirectional": True} if both else {}))
            for name, (variant, both) in READERS.items()
        },
        LATER: korean_run(LATER, seed),
    }


@cache
def model_1(run: Run) -> dict[str, float]:
    """Alignment error rates of IBM Model 1, those of content and of function words among them.

    It learns from the pairs that the run learned from, and is asked for the pairs that attention
    is scored on: for a link of every word, as attention is, and once so that it may leave words
    without one.
    """
    corpus = data.load(run)
    model = IBMModel1(corpus.train)
    pairs = corpus.test[:GOLD_PAIRS]
    forced, free = ([model.links(pair, abstain) for pair in pairs] for abstain in (False, True))
    sure, possible = (
        [getattr(pair, kind) or frozenset() for pair in pairs] for kind in ("sure", "possible")
    )
    return {
        "aer": alignment_error_rate(forced, sure, possible),
        "free": alignment_error_rate(free, sure, possible),
        **error_rates_by_kind(forced, pairs),
    }


def twin(weights: Float[Tensor, "S"], states: Float[Tensor, "S d_state"]) -> Float[Tensor, "S"]:
    """Other weights, also not negative and of sum 1, that give the very same output.

    A change of the weights that the states and the sum do not notice lies in the null space of
    [states, 1]^T. Random directions in it are followed until a weight becomes 0; the one that leads
    farthest is taken. Where the states have more numbers than there are states, there is none.
    """
    constraints = torch.cat([states, torch.ones(len(states), 1).to(states)], dim=1).T
    null_space: Tensor = torch.linalg.svd(constraints).Vh[constraints.shape[0] :]
    if len(null_space) == 0:
        return weights
    directions = torch.randn(DIRECTIONS, len(null_space)).to(states) @ null_space
    steps = (weights / -directions).masked_fill(directions >= 0, math.inf).min(dim=1).values
    changes = steps[:, None] * directions
    return weights + changes[changes.abs().sum(dim=1).argmax()]


def weights_against_gold(setting: Setting) -> Measured:
    """Look for twins; on pocket Korean, compare weights with gold and with deleted words."""
    torch.manual_seed(setting.seed)
    states = torch.randn(STATES, SIZE, dtype=torch.float64)
    weights = torch.randn(STATES, dtype=torch.float64).softmax(dim=0)
    other = twin(weights, states)
    moved = weighted_sum(other[None], states) - weighted_sum(weights[None], states)
    values = {
        "twin": float((other - weights).abs().sum() / 2),
        "same": float(moved.abs().max()),
    }
    cards = {name: card.metrics for name, card in setting.cards.items()}
    if not cards:
        return Measured(values)
    statistical = model_1(setting.cards["dot"].run)
    best = min(one["aer"] for name, one in cards.items() if name in READERS)
    labels = {**{name: label(READERS[name][0], name) for name in READERS}, LATER: label(LATER)}
    deleted = cards["dot"]["deletion"]
    return Measured(
        {
            **values,
            "aer": cards["dot"]["aer"],
            "deletion": deleted["strongest"] - deleted["others"],
            "baseline": best - statistical["aer"],
        },
        seen={
            **{f"AER | {labels[name]}": one["aer"] for name, one in cards.items()},
            "AER | IBM Model 1": statistical["aer"],
            "IBM Model 1, which may leave words without a link, AER": statistical["free"],
            **{
                f"{kind} words, AER | {name}": one[f"aer_{kind}"]
                for kind in ("content", "function")
                for name, one in (*cards.items(), ("IBM Model 1", statistical))
            },
            **{f"nats that deletion costs | {name}": cost for name, cost in deleted.items()},
            **{
                f"strongest weight of a word, mean | {labels[name]}": one["strongest_weight"]
                for name, one in cards.items()
                if "strongest_weight" in one
            },
        },
    )


CLAIM = Claim(
    id="c13",
    stem="ch3_attention",
    title="The weights say where it looks",
    korean="즉, 각 st가 encoder hidden state에 대해서 얼마나 집중할지 확률처럼 해석 가능!!",
    english=(
        "So one can read it like a probability: how much each s_t concentrates on the encoder's "
        "hidden states!"
    ),
    how=(
        "Pocket Korean comes with gold alignments. The strongest weight of each English word "
        "is scored against them (alignment error rate, 0 is perfect), beside the likeliest "
        "word of IBM Model 1, which has no order and no network and is fitted to the pairs "
        "by EM; it is shown the English word, while attention has to look before it is said. "
        "(At first Model 1 had been asked for 500 pairs and not 300, and could leave words "
        "without a link. Now both are asked alike; the band is the first one.) Then source words "
        "are deleted (60 sentences of at most 15 words). Last, for 24 random states of 8 "
        "numbers, other weights with the same output are sought."
    ),
    predictions=(
        Prediction("aer", "attention with a dot product: alignment error rate", high=0.3),
        Prediction(
            "deletion",
            "deleting the word with the strongest weight, less deleting another (nats)",
            low=1.0,
        ),
        Prediction(
            "baseline",
            "error rate of the best attention (of five, per seed), less that of IBM Model 1",
            low=-0.03,
            about="limit",
        ),
        Prediction(
            "twin",
            "random states: how far other weights with the same output are (total variation)",
            low=0.1,
            about="beside",
        ),
        Prediction("same", "how far the two outputs are apart", high=1e-9, about="beside"),
    ),
    verdict="half true",
    condition=(
        "The strongest weight mostly stands on a right word, and that word matters: to delete it "
        "costs 2.5 nats, where to delete the one that gold names costs 2.9. How often it is right "
        "depends on the score: the divided dot product errs least on average over all words (that "
        "it errs less than the plain one over an encoder that reads from both ends is not shown), "
        "and the plain one, of which we had written down a band, errs in more than every third "
        "word, which is more than the band allows. As foretold, none of five attentions errs less "
        "than a statistical aligner that is asked alike. The divided score, added later, is not "
        "among these five: between it and the aligner no difference is shown (0.012, -0.026 to "
        "0.050), which does not say that there is none; an aligner that may leave words without a "
        "link errs less, 0.14. IBM Model 1 errs less on content words, and more on function "
        "words. And the strongest weight is not all of it: it is 0.97 with the plain dot product, "
        "and 0.53 with the same divided by the root of d. Where there are more states than "
        "numbers in one, other weights give the very same output; with 192 numbers a state and 40 "
        "words there are no such exact twins here (whether there are near ones was not tried). "
        "Weights say where the sum read most. They do not say why."
    ),
    measure=weights_against_gold,
    runs=runs,
    finding="No attention is shown to align better than IBM Model 1",
)
