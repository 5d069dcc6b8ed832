"""q04: does one state decide the word?"""

from typing import Any

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, metric_of
from attention_course.config import Run

READERS: dict[str, tuple[str, dict[str, Any]]] = {
    "scaled": ("scaled", {}),
    "dot": ("dot", {}),
    "dot, both ends": ("dot", {"bidirectional": True}),  # shown, and judged by none
    "additive": ("additive", {}),
}
SMALL = {"train_pairs": 2_500, "held_out_pairs": 150, "longest": 8, "epochs": 6}
KINDS = ("key", "value", "both")
PLACES = {
    "top": "the state with the largest weight",
    "own": "the word that differs, where another has the largest weight",
    "end": "<eos>, where another has the largest weight",
    "elsewhere": "any other word",
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Attention by several scores; at `smoke` one run on short sentences."""
    if preset == "smoke":
        return {"scaled": korean_run("scaled", seed, **SMALL)}
    return {
        name: korean_run(variant, seed, **changes) for name, (variant, changes) in READERS.items()
    }


def rate(setting: Setting, reader: str, kind: str, place: str) -> float | None:
    """How often the word became the other one; None where no such position was met."""
    flips = metric_of(setting.cards[reader], "patching", "flips")
    found: float | None = flips.get(kind, {}).get(place)
    return found


def flips_by_patch(setting: Setting) -> Measured:
    """Flip rates by what is patched and where, and whether other weights keep the word."""
    patched = metric_of(setting.cards["scaled"], "patching")
    rates = {
        "value": rate(setting, "scaled", "value", "top"),
        "elsewhere": rate(setting, "scaled", "value", "elsewhere"),
        "key": rate(setting, "scaled", "key", "top"),
    }
    if "dot" in setting.cards:
        rates["end"] = rate(setting, "scaled", "value", "end")
        rates["undivided"] = rate(setting, "dot", "value", "top")
    seen = {
        f"{reader} | {kind} of {PLACES[place]}": found
        for reader in setting.cards
        for kind in KINDS
        for place in PLACES
        if (found := rate(setting, reader, kind, place)) is not None
    }
    tops = patched["top_is"]
    return Measured(
        {
            **{name: one for name, one in rates.items() if one is not None},
            "kept": patched["some_other_state_keeps_the_word"],
        },
        seen={
            **seen,
            "pairs of sentences": float(patched["twins"]),
            "the largest weight": patched["weight"],
            **{
                f"the largest weight is on | {name}": tops[name] / max(1, patched["twins"])
                for name in tops
            },
        },
    )


CLAIM = Claim(
    id="q04",
    stem="ch3_attention",
    title="Does one state decide the word?",
    korean="",
    english="Does the state under the largest weight decide which word is said?",
    how=(
        "Two Korean sentences that differ in one word (민수, 지호), both translated rightly there. "
        "At the step that says the word, one state of the first sentence is replaced by that of "
        "the second: as what is found (key), as what is read (value), or as both. How often does "
        "the model then say the second sentence's word? And does it still say the first one's if "
        "all of the weight is put on some other state?"
    ),
    predictions=(
        Prediction(
            "value",
            "divided dot product: the value under the largest weight exchanged, the word changes",
            low=0.9,
            smoke=(0.6, 1.0),
        ),
        Prediction(
            "elsewhere",
            "the value of any other word exchanged, the word changes",
            high=0.05,
            smoke=(0.0, 0.2),
        ),
        Prediction(
            "end",
            "the value of <eos> exchanged, which has read everything: the word changes",
            low=0.05,
            about="limit",
        ),
        Prediction(
            "key",
            "the key under the largest weight exchanged, the word changes",
            high=0.05,
            about="beside",
            smoke=(0.0, 0.2),
        ),
        Prediction(
            "undivided",
            "undivided dot product: as the first number",
            low=0.9,
            about="beside",
        ),
        Prediction(
            "kept",
            "sentences in which all of the weight on some other state keeps the word",
            high=0.5,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "In pairs of sentences that differ in one word (two names), the value under the largest "
        "weight decides about nine words of ten, and any other word's value next to none; whether "
        "it is nine of ten and more, five seeds do not decide. Where the word that differs has "
        "not the largest weight, its value decides with the divided score as well, two times of "
        "three (0.37 to 0.97); with the other three scores next to never. And the state is not "
        "all there is: with all of the weight on another one, the word is kept in 0.31 of the "
        "sentences (0.06 to 0.55): the decoder, or that other state, knows it too; the two were "
        "not told apart. Undivided the share is 0.97 already. An encoder that reads from the left "
        "leaves the states before that word alike in both sentences, so those could not decide. "
        "Read from both ends all states differ, and it is 0.99, any other next to never (this "
        "model has the plain dot product; the divided one was not read so). To exchange the key "
        "and not the value changes nothing. We had expected one exception, the state of the end "
        "mark, which has read everything; it decides nothing."
    ),
    measure=flips_by_patch,
    runs=runs,
)
