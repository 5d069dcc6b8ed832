"""q09: does it help to feed back a_{t-1} itself, as the notes do?"""

from attention_course.claims.captions import compared
from attention_course.claims.paired import difference
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import CAPTION_SEEDS, caption_run, toy_run
from attention_course.config import Run

FEEDS = ("none", "context")


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The divided dot product, with a_{t-1} fed to the decoder and without."""
    if preset == "smoke":
        return {feed: toy_run("scaled", "copy", preset, seed, input_feeding=feed) for feed in FEEDS}
    return {feed: caption_run("scaled", seed, input_feeding=feed) for feed in FEEDS}


def changes_by_the_notes_feeding(setting: Setting) -> Measured:
    """With less without: quality, and two faults that feeding is said to mend."""
    without, fed = (setting.cards[feed].metrics for feed in FEEDS)
    if setting.preset == "smoke":
        return Measured({"gain": fed["accuracy"] - without["accuracy"]})
    sentences = compared(setting.cards, "context", "none")
    faults = {fault: fed[fault] - without[fault] for fault in ("repeated", "missing")}
    times = setting.cards["context"].cpu_seconds / setting.cards["none"].cpu_seconds
    return Measured(
        {"gain": difference(sentences), **faults},
        seen={"feeding, CPU seconds / without": times},
        outcomes={"gain": sentences},
    )


CLAIM = Claim(
    id="q09",
    stem="ch3_attention",
    title="Feeding back a_{t-1}, as the notes do, changes little",
    korean="",
    english=(
        "c11 fed back the vector of Luong et al., with a dot product that is not divided. Does it "
        "help to feed what the notes feed, the attention output itself, where the score is divided?"
    ),
    how=(
        "Captions (Multi30k), the dot product divided by the root of d: the decoder also reads "
        "the attention output of the step before, or it does not. BLEU of the 2016 test set; its "
        "interval counts in seeds and sentences."
    ),
    predictions=(
        Prediction("gain", "BLEU gained by feeding a_{t-1}", -2.5, 2.5, smoke=(-0.3, 1.0)),
        Prediction(
            "repeated",
            "change in the share of word pairs said again",
            -0.02,
            0.02,
            about="beside",
        ),
        Prediction("missing", "change in the share of words left out", -0.02, 0.02, about="beside"),
    ),
    verdict="holds",
    condition=(
        "No gain and no loss is shown, and neither fewer words said twice nor fewer left out. It "
        "takes a quarter more CPU time, as every step has to wait for the one before."
    ),
    measure=changes_by_the_notes_feeding,
    runs=runs,
    seeds=CAPTION_SEEDS,
)
