"""c02: averaging the states mends the bottleneck."""

from typing import Any

from attention_course.claims.ch1_bottleneck.c01_last_state import ends
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import curve, label, toy_run
from attention_course.config import Run

TASKS = {
    "bag": "which letters were there",
    "copy": "copying",
    "reverse": "saying backwards",
}
LONG_BAGS: dict[str, Any] = {"shortest": 10, "longest": 80}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Three tasks, each through the last state and through the mean."""
    by_name = {}
    for name in ("last", "mean"):
        by_name[f"copy {name}"] = toy_run(name, "copy", preset, seed)
        if preset != "smoke":
            by_name[f"bag {name}"] = toy_run(name, "bag", preset, seed, **LONG_BAGS)
            by_name[f"reverse {name}"] = toy_run(name, "reverse", preset, seed)
    return by_name


def gain_of_the_mean(setting: Setting) -> Measured:
    """What does the mean gain over the last state, on each task?"""
    cards = setting.cards
    tasks = {name.split()[0] for name in cards}
    level = {name: card.metrics["accuracy"] for name, card in cards.items()}
    long = {name: ends(card)[1] for name, card in cards.items()}
    values = {task: long[f"{task} mean"] - long[f"{task} last"] for task in tasks}
    if "bag" in tasks:
        values["bag"] = level["bag mean"] - level["bag last"]
    return Measured(
        values,
        {panel(name): curve(cards[name], "length") for name in sorted(cards)},
        {f"{name}, accuracy": value for name, value in level.items()},
    )


def panel(name: str) -> str:
    """The task, and who was asked, as figures name them."""
    task, rung = name.split()
    return f"{TASKS[task]} | {label(rung)}"


CLAIM = Claim(
    id="c02",
    stem="ch2_averaging",
    title="Averaging the states mends it",
    korean=(
        "hidden state 정보 하나에 이전의 정보가 모두 잘 요약했다고 보장할 수 "
        "없으니까...? 그걸 다 요약하는 거 어때??"
    ),
    english=(
        "There is no guarantee that one hidden state has summed up all that came before ... "
        "so how about summing up all of them? (That is: take their average.)"
    ),
    how=(
        "Three tasks through the last state and through the mean: which of five letters were "
        "among the 20 kinds (order does not matter), say the letters again, say them "
        "backwards. The decoder starts from a learned vector."
    ),
    predictions=(
        Prediction(
            "bag", "order does not matter, 10 to 80 letters: accuracy the mean gains", low=0.02
        ),
        Prediction(
            "copy",
            "copying long sources: accuracy the mean gains",
            high=0.1,
            about="limit",
            smoke=(-1.0, 0.15),
        ),
        Prediction(
            "reverse",
            "saying long sources backwards: accuracy the mean gains",
            high=0.0,
            about="limit",
        ),
    ),
    verdict="half true",
    condition=(
        "Nothing was mended: the last state alone had every bag right, up to 80 letters, so "
        "there was nothing for the mean to gain, and our prediction had been careless. In "
        "copying it gains almost nothing, and saying backwards it loses. The mean is worth "
        "having as the step before weights that are learned."
    ),
    measure=gain_of_the_mean,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="The mean brings back nothing that the last state had lost",
)
