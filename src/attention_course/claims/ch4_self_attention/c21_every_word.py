"""c21: every word sees every word."""

from typing import Any

import torch

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import curve, toy_run
from attention_course.config import Run
from attention_course.ladder.ch4_self_attention import projected_heads, sinusoidal_positions
from attention_course.models.transformer import EncoderLayer

WORDS, SIZE, HEADS = 10, 32, 4


SHORT: dict[str, Any] = {
    "shortest": 3,
    "longest": 8,
    "train_pairs": 6_000,
    "layers": 1,
    "learning_rate": 4e-3,
}
EPOCHS = {"smoke": 5, "cpu": 10, "gpu": 10}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """A small Transformer learns to reverse, told where each letter stands, and not told."""
    return {
        name: toy_run(
            "transformer",
            "reverse",
            preset,
            seed,
            **SHORT,
            epochs=EPOCHS[preset],
            positions=positions,
        )
        for name, positions in (("with", True), ("without", False))
    }


def gradients_and_shuffling(setting: Setting) -> Measured:
    """Shuffle the words in front of a layer, without and with positions."""
    torch.manual_seed(setting.seed)
    layer = EncoderLayer(SIZE, 64, projected_heads(SIZE, HEADS), 0.0).double().eval()
    words = torch.randn(1, WORDS, SIZE, dtype=torch.float64)
    order = torch.randperm(WORDS)
    mask = torch.ones(1, 1, WORDS, dtype=torch.bool)
    patterns = sinusoidal_positions(WORDS, SIZE).double()
    with torch.no_grad():
        without = (layer(words[:, order], mask) - layer(words, mask)[:, order]).abs().max()
        moved = layer(words[:, order] + patterns, mask) - layer(words + patterns, mask)[:, order]
    inputs = words.clone().requires_grad_()
    reached = [
        torch.autograd.grad(layer(inputs, mask)[0, t].sum(), inputs)[0][0].norm(dim=1).min()
        for t in range(WORDS)
    ]
    accuracies = {name: card.metrics["accuracy"] for name, card in setting.cards.items()}
    return Measured(
        {
            "sees": float(torch.stack(reached).min()),
            "without": float(without),
            "with": float(moved.abs().max()),
            "trained": accuracies["with"] - accuracies["without"],
        },
        {
            f"ch4_self_attention ({name} positions)": curve(card, "length")
            for name, card in setting.cards.items()
        },
    )


CLAIM = Claim(
    id="c21",
    stem="ch4_self_attention",
    title="Every word sees every word",
    korean="각 단어(Query)는 모든 단어를 탐색하여(key) 자기에게 필요한 정보만 골라낸다!",
    english="Each word (query) searches all words (keys) and picks only what it needs!",
    how=(
        "One encoder layer with random parameters. Does each output answer to each input word? "
        "What changes if the words are shuffled, without positions and with them? And what are "
        "positions worth to a Transformer that learns to say letters backwards?"
    ),
    predictions=(
        Prediction("sees", "weakest answer of an output to an input word (gradient)", low=1e-6),
        Prediction(
            "trained",
            "trained to say letters backwards: accuracy that positions gain",
            low=0.2,
            about="limit",
            smoke=(0.1, 1.0),
        ),
        Prediction(
            "without",
            "words shuffled, no positions: outputs are shuffled alike, up to a difference of",
            high=1e-9,
            about="beside",
        ),
        Prediction("with", "the same with positions: they differ by", low=1e-2, about="beside"),
    ),
    verdict="holds under a condition",
    condition=(
        "Every word answers to every word, but which stands where must be told: without "
        "positions a sentence is a bag of words. (That a word picks only what it needs was not "
        "tested.)"
    ),
    measure=gradients_and_shuffling,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="Without positions, order is lost",
)
