"""c11: sometimes the last attention output is fed back: input feeding."""

from typing import Any

from attention_course.claims.captions import compared
from attention_course.claims.paired import Outcomes, difference
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import (
    CAPTION_SEEDS,
    caption_run,
    korean_run,
    toy_run,
)
from attention_course.config import Run

FEEDS = ("none", "attentional")


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same model without and with Luong's input feeding."""
    if preset == "smoke":
        return {feed: toy_run("dot", "copy", preset, seed, input_feeding=feed) for feed in FEEDS}
    by_name = {feed: korean_run("dot", seed, input_feeding=feed) for feed in FEEDS}
    if seed < CAPTION_SEEDS:
        by_name |= {
            f"captions {feed}": caption_run("dot", seed, input_feeding=feed) for feed in FEEDS
        }
    return by_name


def changes_by_feeding(setting: Setting) -> Measured:
    """With less without: quality, and two faults that feeding is said to mend."""
    without, fed = (setting.cards[feed].metrics for feed in FEEDS)
    if setting.preset == "smoke":
        return Measured({"works": fed["accuracy"] - without["accuracy"]})
    values = changes_on_pocket(without, fed)
    seen = {"feeding, CPU seconds / without": times_as_long(setting, *FEEDS)}
    sentences: dict[str, Outcomes] = {}
    if "captions none" in setting.cards:
        cards = [setting.cards[f"captions {feed}"].metrics for feed in FEEDS]
        sentences["captions"] = compared(setting.cards, "captions attentional", "captions none")
        values["captions"] = difference(sentences["captions"])
        seen |= {
            f"captions, share {fault}, changes by": cards[1][fault] - cards[0][fault]
            for fault in ("repeated", "missing")
        }
    return Measured(values, seen=seen, outcomes=sentences)


def times_as_long(setting: Setting, without: str, fed: str) -> float:
    """How many times as long the training takes with feeding."""
    return setting.cards[fed].cpu_seconds / setting.cards[without].cpu_seconds


def changes_on_pocket(without: dict[str, Any], fed: dict[str, Any]) -> dict[str, float]:
    """What feeding changes on pocket Korean."""
    return {
        "works": fed["bleu"] - without["bleu"],
        "gain": fed["bleu"] - without["bleu"],
        "repeated": fed["repeated"] - without["repeated"],
        "missing": fed["missing"] - without["missing"],
    }


CLAIM = Claim(
    id="c11",
    stem="ch3_attention",
    title="The last attention output may be fed back",
    korean="어떤 경우에는 이전 step의 attention output도 decoder input에 같이 넣는다.",
    english="In some cases the attention output of the step before is put into the decoder too.",
    how=(
        "Attention on pocket Korean and on captions, with and without input feeding (Luong et "
        "al. 2015, section 3.3), for equally many epochs: BLEU, words said twice, words left "
        "out. No direction was foretold."
    ),
    predictions=(
        Prediction(
            "works", "pocket Korean: BLEU gained by feeding (no harm)", low=-5.0, smoke=(-0.3, 1.0)
        ),
        Prediction(
            "gain",
            "pocket Korean: BLEU gained by feeding (no great gain)",
            high=5.0,
            about="limit",
        ),
        Prediction(
            "captions", "captions: BLEU gained by feeding", low=-3.0, high=3.0, about="beside"
        ),
        Prediction(
            "repeated",
            "pocket Korean: change in the share of word pairs said again",
            low=-0.05,
            high=0.05,
            about="beside",
        ),
        Prediction(
            "missing",
            "pocket Korean: change in the share of words left out",
            low=-0.05,
            high=0.05,
            about="beside",
        ),
    ),
    verdict="half true",
    condition=(
        "It can be done, and a run then takes about twice as long. On captions no change was "
        "shown. On pocket Korean five seeds disagree, by more than our band is wide: one gains, "
        "two lose, two hardly change. So the verdict stays open. Fed was the vector after tanh, "
        "as Luong et al. do, and not a_t itself, as the notes do; and with another score than "
        "this plain dot product it may go otherwise. Of both asks q09."
    ),
    measure=changes_by_feeding,
    runs=runs,
)
