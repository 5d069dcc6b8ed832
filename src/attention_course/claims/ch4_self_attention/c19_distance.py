"""c19: any two words interact at distance O(1)."""

import math
from typing import Any

import torch

from attention_course.claims.graph import layers, windowed
from attention_course.claims.probes import reach
from attention_course.claims.record import Claim, Measured, Points, Prediction, Setting
from attention_course.claims.trained import Card, toy_run
from attention_course.config import Run
from attention_course.course import build
from attention_course.data.batch import Example

WORDS, REACHES = 17, (1, 2, 4, 8)
LENGTHS = (4, 8, 16, 32, 64)
LETTERS = 24  # ids that untrained models are asked with
READERS = {
    "GRU, last state": ("ch1_bottleneck", "last"),
    "GRU, read by attention": ("ch3_attention", "dot"),
    "self-attention": ("ch4_self_attention", "transformer"),
}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The same readers after they have learned to copy."""
    names = list(READERS)[: 1 if preset == "smoke" else None]
    return {name: toy_run(*READERS[name], "copy", preset, seed) for name in names}


def share_left(found: dict[str, Any]) -> float:
    """What reaches the first word of what reaches the last."""
    return found["first"] / found["last"]


def untrained(name: str, seed: int, preset: str) -> Points:
    """What is left of the gradient on the way back to the first word, by length."""
    torch.manual_seed(seed)
    run = toy_run(*READERS[name], "copy", preset, seed)
    model = build(run, LETTERS, LETTERS)
    chance = torch.Generator().manual_seed(seed)
    points = []
    for length in LENGTHS:
        ids = torch.randint(4, LETTERS, (32, length), generator=chance).tolist()
        points.append((float(length), share_left(reach(model, [Example(one, one) for one in ids]))))
    return points


def layers_needed(window: int) -> int:
    """Layers until the last word answers to the first, if each sees `window` words each side."""
    states = torch.randn(WORDS, 8, dtype=torch.float64, requires_grad=True)
    for count in range(1, WORDS):
        read = layers(lambda one: windowed(one, window), states, count)
        [slope] = torch.autograd.grad(read[-1].sum(), states)
        if float(slope[0].abs().sum()) > 0:
            return count
    raise AssertionError(f"{WORDS} words are not connected by {WORDS - 1} layers")


def trained_share(card: Card) -> float:
    """The same share, measured when the reader had been trained."""
    return share_left(card["metrics"]["reach"])


def measure(setting: Setting) -> Measured:
    """Gradients before and after training; layers that a window needs."""
    curves = {
        name: untrained(name, setting.seed, setting.preset)
        for name in ("GRU, last state", "self-attention")
    }
    torch.manual_seed(setting.seed)
    off = [layers_needed(one) - math.ceil((WORDS - 1) / one) for one in REACHES]
    after = {name: trained_share(card) for name, card in setting.cards.items()}
    at = LENGTHS.index(32)
    return Measured(
        {
            "attention": curves["self-attention"][at][1],
            "gru": curves["GRU, last state"][at][1],
            "window": float(max(map(abs, off))),
            "learned": after["GRU, last state"],
        },
        {
            "ch1_bottleneck (GRU)": curves["GRU, last state"],
            "ch4_self_attention": curves["self-attention"],
        },
        {f"{name}, trained to copy": share for name, share in after.items()},
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
        "How strongly does the encoder's last state answer to its first word, compared with "
        "its last word? Measured on untrained encoders, and again after they learned to copy. "
        "Then self-attention may only read r words to each side, and layers are stacked until "
        "the last word answers to the first."
    ),
    predictions=(
        Prediction(
            "attention",
            "self-attention, untrained, 32 words: gradient on the first word / on the last",
            low=0.01,
        ),
        Prediction("gru", "GRU, untrained, 32 words: the same ratio", high=1e-4),
        Prediction(
            "window",
            "windows of r words: layers until the ends are in touch, less (S - 1) / r rounded up",
            high=0.0,
            about="limit",
        ),
        Prediction(
            "learned",
            "GRU trained to carry 24 letters: the same ratio",
            low=0.05,
            about="limit",
            smoke=(0.01, 100.0),
        ),
    ),
    verdict="holds",
    condition=(
        "One step in each layer, if the layer sees everything, but a short way is not a "
        "strong one. With a window the distance is back, and the influence of one word thins "
        "out as sentences grow. And a long way is not a closed one: a GRU that has to carry "
        "the first word learns to, and then answers to it far more than self-attention does."
    ),
    measure=measure,
    runs=runs,
    axes=("source length (words)", "gradient on the first word / on the last"),
    finding="Untrained, the way back through a GRU closes fast",
    log="xy",
)
