"""c10: the attention output and the decoder's state are joined to predict."""

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import pocket_run, toy_run
from attention_course.config import Run

SEES = ("both", "query", "context")


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Readouts that see [a_t; s_t], s_t alone, a_t alone: each trained from the start."""
    rung = "ch3_attention", "dot"
    made = {
        f"copy {sees}": toy_run(*rung, "copy", preset, seed, predict_from=sees) for sees in SEES
    }
    if preset != "smoke":
        made |= {f"pocket {sees}": pocket_run(*rung, seed, predict_from=sees) for sees in SEES}
    return made


def measure(setting: Setting) -> Measured:
    """What is lost without a_t, and without s_t."""
    copy = {sees: setting.cards[f"copy {sees}"]["metrics"]["accuracy"] for sees in SEES}
    values = {
        "copy_without_a": copy["both"] - copy["query"],
        "copy_without_s": copy["both"] - copy["context"],
    }
    if setting.preset != "smoke":
        bleu = {sees: setting.cards[f"pocket {sees}"]["metrics"]["bleu"] for sees in SEES}
        values["pocket_without_a"] = bleu["both"] - bleu["query"]
        values["pocket_without_s"] = bleu["both"] - bleu["context"]
    return Measured(values)


CLAIM = Claim(
    id="c10",
    stem="ch3_attention",
    title="Both halves of [a_t; s_t] are needed to predict",
    korean=(
        "attention output (context output)과 decoder hidden state를 연결해서 이를 기반으로 "
        "y1을 계산한다."
    ),
    english=(
        "The attention output (context) and the decoder's hidden state are joined, and y1 is "
        "computed from that."
    ),
    how=(
        "The model is trained again from the start with a readout that sees only one of the two "
        "halves: on copying letters, and on translating pocket Korean."
    ),
    predictions=(
        Prediction(
            "copy_without_a", "copying: without a_t accuracy falls by", low=0.2,
            smoke=(0.1, 1.0),
        ),
        Prediction("pocket_without_a", "translating: without a_t BLEU falls by", low=5.0),
        Prediction("pocket_without_s", "translating: without s_t BLEU falls by", low=5.0),
        Prediction(
            "copy_without_s", "copying: without s_t it falls by no more than", low=-0.05,
            high=0.05, about="limit", smoke=(-0.2, 0.2),
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "Translating needs both: what was read, and what has been said. Copying does not need "
        "s_t, since a_t already holds the letter."
    ),
    measure=measure,
    runs=runs,
)  # fmt: skip
