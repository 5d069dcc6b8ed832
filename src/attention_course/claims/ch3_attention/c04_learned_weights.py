"""c04: learned weights on the states beat the last state and the average."""

from attention_course.claims.ch1_bottleneck.c01_last_state import ends
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import curve, label, toy_run
from attention_course.config import Run

VARIANTS = ("last", "mean", "max", "dot")


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same model four times, but for its context."""
    return {name: toy_run(name, "copy", preset, seed) for name in VARIANTS}


def gain_of_learned_weights(setting: Setting) -> Measured:
    """Compare the rungs on the longest sources."""
    long = {name: ends(card)[1] for name, card in setting.cards.items()}
    best = max(long["last"], long["mean"], long["max"])
    return Measured(
        {"gain": long["dot"] - best, "level": long["dot"]},
        {label(name): curve(card, "length") for name, card in setting.cards.items()},
    )


CLAIM = Claim(
    id="c04",
    stem="ch3_attention",
    title="Learned weights beat the last state and the average",
    korean="즉 weighted average를 통해서... weight가 높은 것을 비중으로 학습하는거지!!!",
    english="That is, through a weighted average it learns to lean on what has a high weight.",
    how=(
        "The copying task of c01, one model, four contexts: last state, mean, maximum, attention. "
        "All else is equal, the number of parameters too."
    ),
    predictions=(
        Prediction(
            "gain",
            "long sources: accuracy of attention, less that of the best other",
            low=0.3,
            smoke=(0.1, 1.0),
        ),
        Prediction("level", "long sources: accuracy of attention", low=0.9, smoke=(0.6, 1.0)),
    ),
    verdict="holds",
    condition="",
    measure=gain_of_learned_weights,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="Of the four, attention alone holds up to 24 letters",
)
