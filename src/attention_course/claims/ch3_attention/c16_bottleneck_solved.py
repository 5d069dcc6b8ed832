"""c16: attention solves the bottleneck."""

import statistics

from attention_course import data
from attention_course.claims.ch1_bottleneck.c01_last_state import ends
from attention_course.claims.paired import bleu_difference
from attention_course.claims.record import Claim, Measured, Points, Prediction, Setting
from attention_course.claims.trained import (
    CAPTION_SEEDS,
    caption_run,
    label,
    pocket_run,
    toy_run,
)
from attention_course.config import Run
from attention_course.runs.card import RunCard

TRANSLATORS = ("last", "mean", "dot", "transformer")
COMPARED = (("dot", "last"), ("dot", "mean"), ("transformer", "dot"), ("mean", "last"))


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Copying, pocket Korean and captions: the same model but for its context."""
    by_name = {f"copy {name}": toy_run(name, "copy", preset, seed) for name in ("last", "dot")}
    if preset == "smoke":
        return by_name
    for name in TRANSLATORS:
        by_name[f"pocket {name}"] = pocket_run(name, seed)
        if seed < CAPTION_SEEDS:
            by_name[f"captions {name}"] = caption_run(name, seed)
    return {**by_name, "pocket additive": pocket_run("additive", seed)}


def by_length(card: RunCard) -> Points:
    """BLEU in each bin of source lengths, drawn at the bin's first length."""
    rows = card.metrics["bleu_by_source_length"]
    return [(float(row["bin"].rstrip("+").split("-")[0]), row["bleu"]) for row in rows]


def gain_by_length(setting: Setting) -> Measured:
    """What attention gains over the last state, and where."""
    cards = dict(setting.cards)
    values = {"copy": ends(cards["copy dot"])[1] - ends(cards["copy last"])[1]}
    if "pocket dot" not in cards:
        return Measured(values)
    lengths = {name: by_length(card) for name, card in cards.items() if "copy" not in name}
    falls = {name: points[0][1] - points[-1][1] for name, points in lengths.items()}
    del lengths["pocket additive"]  # only its fall is shown
    dot, last = lengths["pocket dot"], lengths["pocket last"]
    values |= {
        "pocket": dot[-1][1] - last[-1][1],
        "remains": falls["pocket dot"],
    }
    seen = {
        f"{name}, BLEU": card.metrics["bleu"]
        for name, card in cards.items()
        if not name.startswith("copy")
    }
    for name in ("dot", "additive", "transformer"):
        seen[f"pocket {name}, BLEU from the shortest to the longest, lost"] = falls[
            f"pocket {name}"
        ]
    level = {name: cards[f"pocket {name}"].metrics["bleu"] for name in ("mean", "last")}
    seen["pocket, mean less last, BLEU"] = level["mean"] - level["last"]
    if "captions dot" in cards:
        dot, last = lengths["captions dot"], lengths["captions last"]
        gains = [a[1] - b[1] for a, b in zip(dot, last, strict=True)]
        differences = {pair: paired_difference(cards, *pair) for pair in COMPARED}
        values |= {
            "captions": differences["dot", "last"][0],
            "grows": gains[-1] - statistics.fmean(gains[:2]),
        }
        for (ours, theirs), difference in differences.items():
            for word, value in zip(("", ", from", ", to"), difference, strict=True):
                seen[f"captions, {ours} less {theirs}, BLEU{word}"] = value
    return Measured(values, {panel(name): points for name, points in lengths.items()}, seen)


def panel(name: str) -> str:
    """The corpus, and who was asked, as figures name them."""
    corpus, rung = name.split()
    shown = {"pocket": "pocket Korean", "captions": "captions (Multi30k)"}[corpus]
    return f"{shown} | {label(rung)}"


def paired_difference(
    cards: dict[str, RunCard], ours: str, theirs: str
) -> tuple[float, float, float]:
    """BLEU gained on the same captions, and the ends of its 95 % bootstrap interval."""
    corpus = data.load(cards[f"captions {ours}"].run)
    references = [pair.target for pair in corpus.test]
    first, second = (cards[f"captions {name}"].metrics["outputs"] for name in (ours, theirs))
    tests = len(references)
    return bleu_difference(first[:tests], second[:tests], references)


CLAIM = Claim(
    id="c16",
    stem="ch3_attention",
    title="Attention solves the bottleneck",
    korean="bottlenck issues를 해결할 수 있다.",
    english="It can solve the bottleneck problem.",
    how=(
        "One model with the same number of parameters, only its context changes from the last "
        "state to attention: copying, pocket Korean, and real captions (Multi30k, German to "
        "English), by the length of the source. The Transformer is drawn beside them and is "
        "another model. BLEU of captions is that of the 2016 test set, its curve by length is "
        "of three test sets together."
    ),
    predictions=(
        Prediction("captions", "captions: BLEU attention gains", low=3.0),
        Prediction(
            "copy",
            "copying long sources: accuracy attention gains",
            low=0.3,
            smoke=(0.1, 1.0),
        ),
        Prediction("pocket", "pocket Korean, 31 words and more: BLEU attention gains", low=20.0),
        Prediction(
            "grows",
            "captions: BLEU gained on the longest, less that gained on the shorter half",
            low=0.0,
            about="limit",
        ),
        Prediction(
            "remains",
            "pocket Korean: BLEU the dot product loses from the shortest to the longest",
            low=5.0,
            about="limit",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "Every state can be reached at every step, and that is worth many BLEU at every "
        "length. With a dot product attention still falls on long sentences. That is not the "
        "encoder's doing, nor that of the one vector a step: the additive score has both, and "
        "falls much less."
    ),
    measure=gain_by_length,
    runs=runs,
    axes=("source length (words, start of the bin)", "BLEU"),
    finding="Attention lifts every length",
)
