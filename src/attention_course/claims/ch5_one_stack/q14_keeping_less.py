"""q14: what does it cost to keep less of the past?"""

from attention_course.claims.ch5_one_stack.q12_language_model import MODEL, SMALL
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, label
from attention_course.config import Run

LESS = {  # what is kept of each word and layer, beside the keys and values of four heads
    "one head of keys": {"key_heads": 1},
    "a window of 8": {"window": 8},
    "a window of 3": {"window": 3},
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The language model of q12, and the same with less to keep."""
    if preset == "smoke":
        shared = korean_run("one-stack", seed, **{**SMALL, "key_heads": 1})
        return {"all": korean_run("one-stack", seed, **SMALL), "one head of keys": shared}
    return {
        "all": korean_run("one-stack", seed, **MODEL),
        **{name: korean_run("one-stack", seed, **MODEL, **less) for name, less in LESS.items()},
    }


def nats_lost(setting: Setting) -> Measured:
    """Nats a token that keeping less costs."""
    metrics = {name: card.metrics["model"] for name, card in setting.cards.items()}
    nats = {name: one["nats_a_token"] for name, one in metrics.items()}
    lost = {name: nats[name] - nats["all"] for name in nats}
    values = {"shared": lost["one head of keys"]}
    if setting.preset != "smoke":
        values |= {
            "eight": lost["a window of 8"],
            "three": lost["a window of 3"],
            "pronoun": metrics["all"]["right_pronoun"] - metrics["a window of 3"]["right_pronoun"],
        }
    names = {name: label("one-stack", name) for name in metrics}
    return Measured(
        values,
        seen={
            **{f"nats a token | {names[name]}": one for name, one in nats.items()},
            **{
                f"knows he or she | {names[name]}": one["right_pronoun"]
                for name, one in metrics.items()
                if "right_pronoun" in one
            },
            **{
                f"parameters, {name}": float(card.parameters)
                for name, card in setting.cards.items()
            },
        },
    )


CLAIM = Claim(
    id="q14",
    stem="ch5_one_stack",
    title="Keeping less",
    korean="",
    english=(
        "All heads of queries share one head of keys and values, which leaves a quarter to keep; "
        "or a word reads the last few words alone. What does it cost?"
    ),
    how=(
        "The language model of q12, with one change at a time; three seeds were read before "
        "two were added. One head of keys and values instead of four also has fewer parameters. A "
        "window of 8 lets a word read itself and seven words before it in each layer; through "
        "three layers it can hear of 21 words back, with a window of 3 of six."
    ),
    predictions=(
        Prediction(
            "shared",
            "nats a token that one head of keys and values costs",
            high=0.02,
            smoke=(-0.5, 0.5),
        ),
        Prediction(
            "eight",
            "nats a token that a window of 8 costs",
            high=0.02,
            about="beside",
        ),
        Prediction(
            "three",
            "nats a token that a window of 3 costs",
            low=0.02,
            about="limit",
        ),
        Prediction(
            "pronoun",
            "share of true pronouns found likelier that a window of 3 loses",
            low=0.05,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "One head of keys and values for four of queries leaves a quarter to keep. It costs 0.009 "
        "nats a token (-0.005 to 0.024); that this is less than 0.02 is not shown. A window of 8 "
        "costs 0.029, more than we had bet, although through three layers a word can hear of 21 "
        "words back. A window of 3 costs 0.127, and is still ahead of the five-gram of q12. What "
        "either does to he and she differs too much between seeds to be told."
    ),
    measure=nats_lost,
    runs=runs,
    finding="A window of three costs more than shared keys",
)
