"""c22: a linear structure makes sentences hard to understand."""

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import Card, curve, pocket_run, toy_run
from attention_course.config import Run

RUNGS = {
    "last": ("ch1_bottleneck", "last"),
    "dot": ("ch3_attention", "dot"),
    "transformer": ("ch4_self_attention", "transformer"),
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Two readers that go from left to right, and one that does not."""
    if preset == "smoke":
        return {name: toy_run(*RUNGS[name], "copy", preset, seed) for name in ("last", "dot")}
    return {name: pocket_run(*rung, seed) for name, rung in RUNGS.items()}


def fall(card: Card) -> float:
    """Accuracy on what was read last, less accuracy on what was read first."""
    points = curve(card, "distance")
    return points[0][1] - points[-1][1]


def measure(setting: Setting) -> Measured:
    """How much is lost with distance."""
    return Measured(
        {"last": fall(setting.cards["last"]), "dot": fall(setting.cards["dot"])},
        {
            f"{RUNGS[name][0]} ({name})": curve(card, "distance")
            for name, card in setting.cards.items()
        },
    )


CLAIM = Claim(
    id="c22",
    stem="ch1_bottleneck",
    title="A linear structure makes sentences hard to understand",
    korean="선형 구조에 의존되어 문장을 이해하기 때문에 잘 처리하지 못함!",
    english="Since it understands a sentence through a linear structure, it handles it badly!",
    how=(
        "Gold alignments of pocket Korean say which Korean word an English word comes from. How "
        "well is it translated, by how many words were read after it? Two models read from left "
        "to right with the same GRU, one through its last state and one through attention."
    ),
    predictions=(
        Prediction(
            "last", "last state: accuracy falls from near to far words by", low=0.1,
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "dot", "attention over the same kind of states: it falls by less than", low=-0.1,
            high=0.1, about="limit", smoke=(-0.3, 0.3),
        ),
    ),
    verdict="half true",
    condition=(
        "What is far is lost where one state must carry it. Reading in a line is not by itself "
        "the fault: the same states, read by attention, keep it."
    ),
    measure=measure,
    runs=runs,
    axes=("words read afterwards", "share of words said right"),
)  # fmt: skip
