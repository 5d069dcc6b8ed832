"""c19: any two words interact at distance O(1)."""

import math
from collections.abc import Mapping

import torch
from torch import nn

from attention_course.claims.ch4_self_attention.graph import layers, windowed
from attention_course.claims.probes import reach
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import label, metric_of, toy_run
from attention_course.config import Run
from attention_course.course import build
from attention_course.data.batch import Example
from attention_course.runs.card import RunCard
from attention_course.vocabulary import EOS, SPECIALS

WORDS, REACHES = 17, (1, 2, 4, 8)
LENGTHS = (4, 8, 16, 32, 64)
SHOWN = 32  # the length whose ratio the text quotes
LETTERS = 24  # ids that untrained models are asked with, special tokens among them
KEEP = 2.0  # added to the bias of a GRU's update gate: it starts by keeping its state
READERS = {
    "GRU, last state": "last",
    "GRU, read by attention": "dot",
    "self-attention": "transformer",
}
SELF_ATTENTION = "ch4_self_attention"
UNTRAINED = {  # as figures name them: the reader, and what is added to its gates
    label("last", "GRU"): ("GRU, last state", 0.0),
    label("last", "GRU that starts by keeping"): ("GRU, last state", KEEP),
    SELF_ATTENTION: ("self-attention", 0.0),
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same readers after they have learned to copy."""
    names = list(READERS)[: 1 if preset == "smoke" else None]
    return {name: toy_run(READERS[name], "copy", preset, seed) for name in names}


def share_of_last(answer: Mapping[str, float | int]) -> float:
    """What reaches the first word, as a share of what reaches the last word."""
    return answer["first_word"] / answer["last_word"]


def share_of_mark(answer: Mapping[str, float | int]) -> float:
    """What reaches the first word, as a share of what reaches the mark whose state it is."""
    return answer["first_word"] / answer["end_mark"]


def random_sources(length: int, count: int, generator: torch.Generator) -> list[list[int]]:
    """Sources of random words, each ended by <eos>, as those that models learn from."""
    tokens = torch.randint(len(SPECIALS), LETTERS, (count, length), generator=generator)
    return [[*ids, EOS] for ids in tokens.tolist()]


def untrained(
    reader: str, seed: int, preset: str, keep: float = 0.0
) -> list[dict[str, float | int]]:
    """How strongly a reader that has learned nothing answers to words, at each length."""
    torch.manual_seed(seed)
    model = build(toy_run(READERS[reader], "copy", preset, seed), LETTERS, LETTERS)
    if keep:
        open_gates(model.get_submodule("encoder"), keep)
    generator = torch.Generator().manual_seed(seed)
    return [
        reach(model, [Example(one, one) for one in random_sources(length, 32, generator)])
        for length in LENGTHS
    ]


def open_gates(encoder: nn.Module, keep: float) -> None:
    """Let the GRUs of an encoder begin with update gates that keep more of their state."""
    for rnn in encoder.modules():
        if isinstance(rnn, nn.GRU):
            _, update, _ = rnn.get_parameter("bias_ih_l0").data.chunk(3)  # reset, update, new
            update += keep


def layers_needed(window: int) -> int:
    """Layers until the last word answers to the first, if each sees `window` words each side."""
    states = torch.randn(WORDS, 8, dtype=torch.float64, requires_grad=True)
    for count in range(1, WORDS):
        read = layers(lambda one: windowed(one, window), states, count)
        [slope] = torch.autograd.grad(read[-1].sum(), states)
        if float(slope[0].abs().sum()) > 0:
            return count
    raise AssertionError(f"{WORDS} words are not connected by {WORDS - 1} layers")


def reach_of(card: RunCard) -> dict[str, float]:
    """What a trained reader answers to, as its card says it."""
    tokens = ("first_word", "last_word", "end_mark")
    return {token: metric_of(card, "reach", token) for token in tokens}


def layers_and_gradients_to_the_first_word(setting: Setting) -> Measured:
    """Layers from end to end; gradients before and after training."""
    before = {
        name: untrained(reader, setting.seed, setting.preset, keep)
        for name, (reader, keep) in UNTRAINED.items()
    }
    after = {name: reach_of(card) for name, card in setting.cards.items()}
    torch.manual_seed(setting.seed)
    off = [layers_needed(one) - math.ceil((WORDS - 1) / one) for one in REACHES]
    quoted = LENGTHS.index(SHOWN)
    seen = {
        f"first word / last word, untrained, {SHOWN} words: {name}": share_of_last(answers[quoted])
        for name, answers in before.items()
    }
    for name, answer in after.items():
        seen[f"first letter / last letter, trained to copy: {name}"] = share_of_last(answer)
        seen[f"first letter / <eos>, trained to copy: {name}"] = share_of_mark(answer)
    return Measured(
        {
            "path": float(layers_needed(WORDS - 1)),
            "even": share_of_last(before[SELF_ATTENTION][-1]),
            "window": float(max(map(abs, off))),
            "thin": share_of_mark(before[SELF_ATTENTION][-1]),
            "learned": share_of_last(after["GRU, last state"]),
        },
        {
            name: [(float(one["words"]), share_of_last(one)) for one in answers]
            for name, answers in before.items()
        },
        seen,
    )


CLAIM = Claim(
    id="c19",
    stem="ch4_self_attention",
    title="Any two words interact at distance O(1)",
    korean=(
        "모든 word가 한 layer에서 서로 상호작용 하기 때문에 최대 interaction distance는 O(1)이다."
    ),
    english=(
        "As all words interact with each other within one layer, the largest interaction "
        "distance is O(1)."
    ),
    how=(
        "Self-attention reads 17 words, all of them or r to each side only; layers are stacked "
        "until the last word answers to the first. Then: the state of the mark that ends a "
        "source answers to the first word; how strongly, beside its answer to the last word? "
        "Untrained, and after learning to copy. This is a second measurement. In the first, "
        "the mark was taken for the last word of the trained readers, so that all their ratios "
        "were wrong. It also judged an untrained ratio at one length (at least 0.01 for "
        "self-attention, at most 0.0001 for a GRU), which hangs on the length and on how gates "
        "start. The bands of the windows and of the trained GRU are still the first ones; the "
        "other three were written down before the second measurement, with the first in mind, "
        "and a trial run of one seed that had shown the direction. A third time the trained "
        "readers were measured on larger test sets, new for each seed; the bands stayed."
    ),
    predictions=(
        Prediction(
            "path",
            "all words seen: layers until the ends are in touch (by construction)",
            low=1.0,
            high=1.0,
        ),
        Prediction(
            "even",
            "self-attention, untrained, 64 words: gradient on the first word / on the last word",
            low=0.5,
            high=2.0,
        ),
        Prediction(
            "learned",
            "GRU trained to carry 24 letters: gradient on the first letter / on the last letter",
            low=0.05,
            about="limit",
            smoke=(0.01, 100.0),
        ),
        Prediction(
            "window",
            "windows of r words: layers until the ends are in touch, less (S - 1) / r rounded up",
            high=0.0,
            about="beside",
        ),
        Prediction(
            "thin",
            "self-attention, untrained, 64 words: gradient on the first word / on the mark",
            high=0.1,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "One step in each layer, if the layer sees everything; with a window the distance is "
        "back. Before training, self-attention answers to the first word about as strongly as "
        "to the last, at every length, but to each of many words weakly: a short way is not a "
        "strong one. And a long way is not a closed one: a GRU that has to carry the first "
        "letter learns to, and answers to it several times as strongly as to the last letter. "
        "(A remark: how far a GRU reaches before training hangs on how its gates start.)"
    ),
    measure=layers_and_gradients_to_the_first_word,
    runs=runs,
    axes=("source length (words)", "gradient on the first word / on the last"),
    finding="Untrained, a GRU loses the first word; self-attention does not",
    log="xy",
)
