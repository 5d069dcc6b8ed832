"""c04: learned weights on the states beat the last state and the average."""

from attention_course.claims.ch1_bottleneck.c01_last_state import ends
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import curve, label, toy_run
from attention_course.config import Run

VARIANTS = ("last", "mean", "max", "dot", "scaled")


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same model five times, but for its context."""
    return {name: toy_run(name, "copy", preset, seed) for name in VARIANTS}


def gain_of_learned_weights(setting: Setting) -> Measured:
    """Compare the rungs on the longest sources."""
    long = {name: ends(card)[1] for name, card in setting.cards.items()}
    best = max(long["last"], long["mean"], long["max"])
    return Measured(
        {"gain": long["dot"] - best, "level": long["dot"], "scaled": long["scaled"]},
        {label(name): curve(card, "length") for name, card in setting.cards.items()},
    )


CLAIM = Claim(
    id="c04",
    stem="ch3_attention",
    title="Learned weights beat the last state and the average",
    korean="즉 weighted average를 통해서... weight가 높은 것을 비중으로 학습하는거지!!!",
    english="That is, through a weighted average it learns to lean on what has a high weight.",
    how=(
        "The copying task of c01, one model, five contexts: last state, mean, maximum, and "
        "attention by the dot product, plain and divided by the root of d. All else is equal, "
        "the number of parameters too. Each seed draws its own sources, 1,500 of them to be "
        "judged on. The bands are those of a first measurement, in which all seeds shared one "
        "test set of a third of that; the scaled dot product was added before the second."
    ),
    predictions=(
        Prediction(
            "gain",
            "long sources: accuracy of attention, less that of the best other",
            low=0.3,
            smoke=(0.1, 1.0),
        ),
        Prediction("level", "long sources: accuracy of attention", low=0.9, smoke=(0.6, 1.0)),
        Prediction(
            "scaled",
            "long sources: accuracy of attention by the scaled dot product",
            low=0.9,
            about="beside",
            smoke=(0.6, 1.0),
        ),
    ),
    verdict="holds",
    condition="",
    measure=gain_of_learned_weights,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="Attention alone holds up to 24 letters",
)
