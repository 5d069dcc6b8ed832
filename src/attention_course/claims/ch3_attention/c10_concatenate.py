"""c10: the attention output and the decoder's state are joined to predict."""

from attention_course.claims.captions import compared
from attention_course.claims.paired import difference
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import (
    CAPTION_SEEDS,
    caption_run,
    korean_run,
    toy_run,
)
from attention_course.config import Run

SEES = ("both", "query", "context")
LOST = {"without_a": "query", "without_s": "context"}  # what a readout lacks, and what it sees


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Readouts that see [a_t; s_t], s_t alone, a_t alone: each trained from the start."""
    by_name = {
        f"copy {sees}": toy_run("dot", "copy", preset, seed, predict_from=sees) for sees in SEES
    }
    if preset != "smoke":
        by_name |= {f"pocket {sees}": korean_run("dot", seed, predict_from=sees) for sees in SEES}
        if seed < CAPTION_SEEDS:
            by_name |= {
                f"captions {sees}": caption_run("dot", seed, predict_from=sees) for sees in SEES
            }
    return by_name


def loss_without_each_half(setting: Setting) -> Measured:
    """What is lost without a_t, and without s_t."""
    copy = {sees: setting.cards[f"copy {sees}"].metrics["accuracy"] for sees in SEES}
    values = {
        "copy_without_a": copy["both"] - copy["query"],
        "copy_without_s": copy["both"] - copy["context"],
    }
    seen = {
        f"{corpus}, readout sees {sees}, BLEU": setting.cards[f"{corpus} {sees}"].metrics["bleu"]
        for corpus in ("pocket", "captions")
        for sees in SEES
        if f"{corpus} {sees}" in setting.cards
    }
    for lost, sees in LOST.items():
        if "pocket both" in setting.cards:
            both, one = (setting.cards[f"pocket {name}"].metrics for name in ("both", sees))
            values[f"pocket_{lost}"] = both["bleu"] - one["bleu"]
    sentences = {
        f"captions_{lost}": compared(setting.cards, "captions both", f"captions {sees}")
        for lost, sees in LOST.items()
        if "captions both" in setting.cards
    }
    values |= {name: difference(one) for name, one in sentences.items()}
    return Measured(values, seen=seen, outcomes=sentences)


CLAIM = Claim(
    id="c10",
    stem="ch3_attention",
    title=("Join [a_t; s_t] to predict"),
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
        "halves: on copying letters, on pocket Korean, and on captions (Multi30k)."
    ),
    predictions=(
        Prediction("pocket_without_a", "pocket Korean: BLEU lost without a_t", low=5.0),
        Prediction(
            "copy_without_a",
            "copying: accuracy lost without a_t",
            low=0.2,
            smoke=(0.1, 1.0),
            about="beside",
        ),
        Prediction("pocket_without_s", "pocket Korean: BLEU lost without s_t", low=5.0),
        Prediction("captions_without_a", "captions: BLEU lost without a_t", low=2.0),
        Prediction("captions_without_s", "captions: BLEU lost without s_t", low=2.0),
        Prediction(
            "copy_without_s",
            "copying: accuracy lost without s_t",
            low=-0.05,
            high=0.05,
            about="limit",
            smoke=(-0.2, 0.2),
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "Translating needs both in the readout: what was read, and what has been said. When "
        "copying, the readout does not need s_t, since a_t already holds the letter; s_t "
        "still asks for it. (Without a_t no letter of the source can reach the output at all, "
        "so that loss is large by construction and decides nothing. On captions one of the three "
        "runs without s_t broke down and is at 0; the other two lose about 19 BLEU.) All of it "
        "is with a dot product that is not divided."
    ),
    measure=loss_without_each_half,
    runs=runs,
)
