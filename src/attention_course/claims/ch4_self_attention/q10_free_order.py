"""q10: what is still known when order is free, and particles decide?"""

from typing import Any

import torch

from attention_course import data
from attention_course.claims import who_did_what
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, label, metric_of
from attention_course.config import Run
from attention_course.data.batch import collate, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.runs.experiment import prepare

UNORDERED = "Transformer without positions"
NO_POSITIONS: dict[str, Any] = {"positions": False}
WORDS: dict[str, Any] = {"reads_order": False}
READERS: dict[str, tuple[str, dict[str, Any]]] = {
    "mean of word vectors": ("mean", WORDS),
    "mean of states": ("mean", {}),
    "attention to word vectors": ("scaled", WORDS),
    "attention to states": ("scaled", {}),
    UNORDERED: ("transformer", NO_POSITIONS),
    "Transformer": ("transformer", {}),
}
SHORT = {  # what stands behind a rung's name in a figure
    "mean of word vectors": "of word vectors",
    "mean of states": "of states",
    "attention to word vectors": "to word vectors",
    "attention to states": "to states",
    UNORDERED: "no positions",
    "Transformer": "with positions",
}
FIXED = ("mean of word vectors", "attention to states", UNORDERED, "Transformer")
KINDS = ("one clause", "joined", "embedded")
SHUFFLED = {"train_pairs": 50, "held_out_pairs": 5, "longest": 8}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """All readers where order is free; some of them where every clause has one order."""
    if preset == "smoke":
        return {}
    by_name = {
        f"free | {name}": korean_run(variant, seed, **settings)
        for name, (variant, settings) in READERS.items()
    }
    for name in FIXED:
        variant, settings = READERS[name]
        by_name[f"fixed | {name}"] = korean_run(variant, seed, without="free_order", **settings)
    return by_name


@torch.no_grad()
def change_when_shuffled(seed: int, variant: str, **settings: Any) -> float:
    """How much the scores of an untrained model change if the source's words are reversed."""
    run = korean_run(variant, seed, **SHUFFLED, **settings)
    corpus = data.load(run)
    trained = prepare(run, corpus, "cpu")
    trained.model.eval()
    pair = corpus.test[0]
    reversed_pair = Pair(" ".join(reversed(pair.source.split())), pair.target)
    batch = collate(encode_pairs([pair, reversed_pair], trained.source, trained.target))
    one, other = trained.model(batch.source, batch.source_lengths, batch.target_in).logits
    return float((one - other).abs().max())


def knowledge(setting: Setting) -> Measured:
    """Who did what, and BLEU, by reader and by whether order is free."""
    blind = change_when_shuffled(setting.seed, "mean", **WORDS)
    if not setting.cards:
        return Measured({"blind": blind})
    people = {name: metric_of(card, "who_did_what") for name, card in setting.cards.items()}
    right = {name: who_did_what.share_right(rows) for name, rows in people.items()}
    bleu = {name: float(metric_of(card, "bleu")) for name, card in setting.cards.items()}
    worth = {
        world: bleu[f"{world} | Transformer"] - bleu[f"{world} | {UNORDERED}"]
        for world in ("free", "fixed")
    }
    unordered = people[f"free | {UNORDERED}"]
    crossed, kept = (who_did_what.share_right(unordered, crossed=one) for one in (True, False))
    return Measured(
        {
            "words": right["free | mean of word vectors"],
            "without": right[f"free | {UNORDERED}"],
            "order": worth["free"],
            "cheaper": worth["free"] - worth["fixed"],
            "crossed": crossed - kept,
            "states": bleu["free | mean of states"] - bleu["free | mean of word vectors"],
            "blind": blind,
        },
        seen={
            **{named("who did what", name): share for name, share in right.items()},
            **{named("BLEU", name): score for name, score in bleu.items()},
            **{
                named(f"who did what, {kind}", name): who_did_what.share_right(rows, between=kind)
                for name, rows in people.items()
                for kind in KINDS
            },
        },
    )


def named(what: str, name: str) -> str:
    """A number's name: what it is of which order, and behind it the rung and the reader."""
    world, reader = name.split(" | ")
    return f"{what}, {world} order | {label(READERS[reader][0], SHORT[reader])}"


CLAIM = Claim(
    id="q10",
    stem="ch4_self_attention",
    title="Where order is free",
    korean="",
    english="What does a reader without order still know where order is free and particles decide?",
    how=(
        "Pocket Korean as it is and with one fixed order of the clause. Readers: "
        "the mean of word vectors (no GRU reads the source), the mean of states, attention to "
        "either, the Transformer with positions and without. Who did what: in new sentences the "
        "two people of the English target are exchanged; how often is the true target the "
        "likelier one? One half is a guess. Three seeds."
    ),
    predictions=(
        Prediction("words", "mean of word vectors: who did what, share right", low=0.8),
        Prediction("without", "Transformer without positions: who did what, share right", low=0.9),
        Prediction(
            "order",
            "what positions are worth to the Transformer where order is free, BLEU",
            low=3.0,
            about="limit",
        ),
        Prediction(
            "cheaper",
            "the same, less what they are worth where order is fixed, BLEU",
            high=0.0,
            about="beside",
        ),
        Prediction(
            "crossed",
            "Transformer without positions: share right where Korean names the two in the other "
            "order than English, less where in the same order",
            low=-0.1,
            high=0.1,
            about="beside",
        ),
        Prediction(
            "states", "mean of states less mean of word vectors, BLEU", low=0.0, about="beside"
        ),
        Prediction(
            "blind",
            "untrained mean of word vectors: how much its scores change if the words are reversed",
            high=1e-4,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "Who did what stands in the particles, and a reader that can look at each word by itself "
        "knows it without any order: the Transformer without positions, and attention to bare "
        "word vectors, in nearly every sentence. One mean of the same word vectors is right in "
        "about three sentences of four, where a guess is right in two; whether in fewer than the "
        "eight of ten that we had foretold, three seeds do not decide. Positions are worth some "
        "fifteen BLEU all the same, for other things than who did what, and it is not shown that "
        "they are worth less where order is free than where it is fixed."
    ),
    finding="Without order it is known who did what, if each word can be read",
    measure=knowledge,
    runs=runs,
    seeds=3,
)
