"""q06: what of the scores' differences is the missing division by sqrt(d)?"""

from attention_course.claims.captions import compared
from attention_course.claims.paired import difference
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import CAPTION_SEEDS, caption_run, toy_run
from attention_course.config import Run

READERS = ("last", "dot", "scaled", "general", "additive", "transformer")
COMPARED = {
    "alike": ("additive", "scaled"),
    "divided": ("scaled", "dot"),
    "access": ("scaled", "last, both ends"),
    "ends": ("last, both ends", "last"),
    "general": ("general", "scaled"),
    "depth": ("transformer", "scaled"),
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same model but for its score, and rung 1 as it is, and read from both ends."""
    if preset == "smoke":
        return {name: toy_run(name, "copy", preset, seed) for name in ("last", "scaled")}
    return {
        **{name: caption_run(name, seed) for name in READERS},
        "last, both ends": caption_run("last", seed, bidirectional=True),
    }


def differences_of_scores(setting: Setting) -> Measured:
    """BLEU of one score less BLEU of another, on the same captions."""
    cards = setting.cards
    if setting.preset == "smoke":
        found = {name: card.metrics["accuracy"] for name, card in cards.items()}
        return Measured({"access": found["scaled"] - found["last"]})
    sentences = {name: compared(cards, *pair) for name, pair in COMPARED.items()}
    return Measured(
        {name: difference(one) for name, one in sentences.items()},
        seen={f"captions, {name}, BLEU": card.metrics["bleu"] for name, card in cards.items()},
        outcomes=sentences,
    )


CLAIM = Claim(
    id="q06",
    stem="ch3_attention",
    title="Once divided, the dot product does as well as the additive score",
    korean="",
    english=(
        "How much of what the scores differ by on captions is the missing division by the root "
        "of d? And does attention win as much over a last state that was read from both ends?"
    ),
    how=(
        "Captions (Multi30k, German to English). One model, of which only the score changes: dot "
        "product, the same divided by the root of d, general, additive. Beside them two kinds of "
        "last state: of an encoder that reads from the left, as chapter 1 tells it, and of one "
        "that reads from both ends and hands over where both ended; and the Transformer, which "
        "is another model. BLEU of the 2016 test set; each interval counts in seeds and "
        "sentences. (One of the three runs with the divided score had been trained when these "
        "bands were written down, and not read; the runs with the plain dot product, with the "
        "last state and with the Transformer are those of c16, and were known.)"
    ),
    predictions=(
        Prediction(
            "alike", "BLEU of the additive score, less the divided dot product's", -2.5, 2.5
        ),
        Prediction(
            "access",
            "BLEU of the divided dot product, less that of the last states of both ends",
            low=5.0,
            smoke=(0.1, 1.0),
        ),
        Prediction("divided", "BLEU that the division gains", low=0.0, about="limit"),
        Prediction("ends", "BLEU that a second end gains for rung 1", low=0.0, about="beside"),
        Prediction(
            "general",
            "BLEU of the general score, which is not divided, less the divided dot product's",
            high=0.0,
            about="beside",
        ),
        Prediction(
            "depth",
            "BLEU of the Transformer, less that of the divided dot product",
            high=1.0,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "On captions too: divided by the root of d, the dot product gains some three BLEU, and no "
        "difference from the additive score is shown. The general score, which is not divided, "
        "stays about as far behind as the plain one, and so does the Transformer of these runs, "
        "which is small and trained for four epochs. What attention gains is not explained by a "
        "second reading: that a second end helps rung 1 is not shown (-0.2, -1.7 to 1.2), and the "
        "divided score is some fourteen BLEU ahead of it."
    ),
    measure=differences_of_scores,
    runs=runs,
    seeds=CAPTION_SEEDS,
)
