"""q12: what does a language model know that counts of a few words do not?"""

from typing import Any

from attention_course.claims.language_judging import EXCHANGED
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, label
from attention_course.config import Run

# Three layers: there is no source to read.
MODEL: dict[str, Any] = {"reads_source": False, "layers": 3, "epochs": 4}
LONGER = 16  # epochs
READERS = {  # by their names in a card: those in figures
    "model": label("one-stack", "four epochs"),
    "five_gram": "five-gram",
    "trigram": "trigram",
}
SEEN = {  # what a card says of each, in words
    "nats_a_token": "nats a token",
    "bits_a_character": "bits a character",
    **{f"right_{kind}": f"knows {' or '.join(list(EXCHANGED[kind])[:2])}" for kind in EXCHANGED},
}
SMALL = {**MODEL, "train_pairs": 4_000, "held_out_pairs": 100, "longest": 6, "epochs": 8}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """One stack that writes the English side of pocket Korean."""
    small = SMALL if preset == "smoke" else MODEL
    by_name = {"model": korean_run("one-stack", seed, **small)}
    if preset != "smoke":
        by_name["longer"] = korean_run("one-stack", seed, **{**MODEL, "epochs": LONGER})
    return by_name


def beside_n_grams(setting: Setting) -> Measured:
    """Nats a token that the model is ahead of n-grams, and grammar that each knows."""
    metrics = setting.cards["model"].metrics
    nats = {reader: metrics[reader]["nats_a_token"] for reader in READERS}
    shown = {name: metrics[reader] for reader, name in READERS.items()}
    values = {"trigram": nats["trigram"] - nats["model"]}
    if setting.preset != "smoke":
        longer = setting.cards["longer"].metrics["model"]
        shown = {label("one-stack", f"{LONGER} epochs"): longer, **shown}
        values |= {
            "five": nats["five_gram"] - nats["model"],
            "pronoun": metrics["model"]["right_pronoun"],
            "guess": metrics["trigram"]["right_pronoun"],
            "longer": longer["right_pronoun"],
        }
    return Measured(
        values,
        seen={
            f"{what} | {name}": one[key]
            for key, what in SEEN.items()
            for name, one in shown.items()
            if key in one
        },
    )


CLAIM = Claim(
    id="q12",
    stem="ch5_one_stack",
    title="A language model and n-grams",
    korean="",
    english=(
        "One stack without a source predicts the next word of a text. How far is it ahead of "
        "counting which word followed the last two, or the last four?"
    ),
    how=(
        "The English side of pocket Korean, 10,000 sentences to learn from, another corpus for "
        "each seed; three layers, four epochs. Beside it n-grams of three and of five words with "
        "interpolated Kneser-Ney smoothing, counted in the same sentences, over the same words. "
        "Loss on test sentences, all words and the end. Minimal pairs: in test sentences one he "
        "becomes she (his becomes her, and the other way around), a becomes an, was becomes were; "
        "how often is the true sentence the likelier one? These sentences come from a grammar, so "
        "they are far more regular than a newspaper."
    ),
    predictions=(
        Prediction(
            "trigram",
            "nats a token: trigram less language model",
            low=0.1,
            smoke=(-0.2, 2.0),
        ),
        Prediction(
            "five",
            "nats a token: five-gram less language model",
            low=0.05,
            about="limit",
        ),
        Prediction(
            "pronoun",
            "language model: share of sentences in which the true pronoun is the likelier one",
            low=0.9,
            about="beside",
        ),
        Prediction(
            "guess",
            "trigram: the same share",
            high=0.75,
            about="beside",
        ),
        Prediction(
            "longer",
            "language model, sixteen epochs: the same share",
            low=0.9,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "The model is ahead of the trigram by 0.385 nats a token, and of the five-gram by 0.209. A "
        "or an, was or were hang on words nearby, and counting knows them as well. He or she hangs "
        "on a name that may stand many words back. After four epochs the model had the true one "
        "in 0.667 of the sentences (0.553 to 0.781), little more than the five-gram, and our bet "
        "was lost. After sixteen it has it in 0.999, while its loss fell by 0.127 nats. N-grams "
        "have counted all that there is, and would gain nothing by counting it again."
    ),
    measure=beside_n_grams,
    runs=runs,
    finding="He and she are learned late",
)
