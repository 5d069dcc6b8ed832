"""c07: the score is the dot product of the decoder's state with the encoder's states."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attention_course.claims.learning import TaskBatch, class_accuracy, learn
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch3_attention import AdditiveScore, DotScore, GeneralScore

ENTRIES, ROWS = 16, 128
SIZES = (4, 8, 16, 32, 64)
SIZE = SIZES[-1]
STEPS = {"smoke": 150, "cpu": 1_500, "gpu": 1_500}


class Tables:
    """Sample tables of keys, and queries that are one of the keys; the keys may be turned after."""

    def __init__(self, size: int, turn: Float[Tensor, "d d"] | None = None) -> None:
        self.size = size
        self.turn = turn

    def __call__(self, generator: torch.Generator) -> TaskBatch:
        """A batch of tables; the answer is the index of the key that the query was."""
        keys = torch.randn(ROWS, ENTRIES, self.size, generator=generator)
        answers = torch.randint(ENTRIES, (ROWS,), generator=generator)
        queries = keys[torch.arange(ROWS), answers].unsqueeze(1)
        return TaskBatch((queries, keys if self.turn is None else keys @ self.turn), answers)


class Scores(nn.Module):
    """A score function of the course, one query a table."""

    def __init__(self, score: nn.Module) -> None:
        super().__init__()
        self.score = score

    def forward(
        self, queries: Float[Tensor, "B 1 d"], keys: Float[Tensor, "B S d"]
    ) -> Float[Tensor, "B S"]:
        """Score each entry."""
        scores: Tensor = self.score(queries, keys)
        return scores.squeeze(1)


def rotation(size: int) -> Float[Tensor, "d d"]:
    """A rotation drawn evenly from all of them (Mezzadri 2007, section 5)."""
    factors = torch.linalg.qr(torch.randn(size, size))
    turn: Tensor = factors.Q * factors.R.diagonal().sign()
    turn[:, 0] *= torch.linalg.det(turn).sign()
    return turn


def lookup_by_each_score(setting: Setting) -> Measured:
    """Look entries up by dot product, turn the keys, then learn to look them up again."""
    torch.manual_seed(setting.seed)
    generator = torch.Generator().manual_seed(setting.seed)
    dot = Scores(DotScore())
    by_size = [(float(size), class_accuracy(dot, Tables(size), generator)) for size in SIZES]
    turned = Tables(SIZE, rotation(SIZE))
    learned = {
        "general": Scores(GeneralScore(SIZE, SIZE)),
        "additive": Scores(AdditiveScore(SIZE, SIZE, 2 * SIZE)),
    }
    if setting.preset == "smoke":
        del learned["additive"]  # seconds do not teach it
    accuracies = {}
    for name, score in learned.items():
        rate = 1e-2 / math.sqrt(SIZE)
        unseen = learn(score, turned, setting.seed, STEPS[setting.preset], rate)
        accuracies[name] = class_accuracy(score, turned, unseen)
    values = {
        "shared": by_size[-1][1],
        "turned": class_accuracy(dot, turned, generator),
        "general": accuracies["general"],
        "small": by_size[0][1],
    }
    if "additive" in accuracies:
        values["additive"] = accuracies["additive"] - values["turned"]
    return Measured(
        values,
        {"ch3_attention (dot)": by_size},
        {f"{name} after turning, accuracy": value for name, value in accuracies.items()},
    )


CLAIM = Claim(
    id="c07",
    stem="ch3_attention",
    title="Score by the dot product of s_t with the states",
    korean=(
        "각 input의 hidden state에 대해서 현재 st(decoder의 초기화 vector)를 곱해서 "
        "Attention scores를 계산한다."
    ),
    english=(
        "Multiply the current s_t (the decoder's initial vector) with each input's hidden state: "
        "that gives the attention scores."
    ),
    how=(
        "Tables of 16 random keys are asked with one of their own keys. Then all keys, but "
        "not the query, are turned by one random rotation, which keeps every length and angle "
        "among the keys, and two learned scores are trained to find the entry again."
    ),
    predictions=(
        Prediction("shared", "one space, 64 numbers a key: share of entries found", low=0.95),
        Prediction(
            "turned",
            "keys turned: share of entries found (guessing: 0.06)",
            high=0.15,
            about="limit",
        ),
        Prediction(
            "general",
            "keys turned, score q . W k learned: share found",
            low=0.9,
            about="beside",
            smoke=(0.3, 1.0),
        ),
        Prediction(
            "additive",
            "keys turned, score v . tanh(W q + U k) learned: share found, above the dot product",
            low=0.2,
            about="beside",
        ),
        Prediction(
            "small", "one space, but 4 numbers a key: share found", high=0.85, about="beside"
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "The two must speak one language: the dot product needs queries and keys in one "
        "space, with room enough. In a trained network they are trained into it; where they "
        "are not, a learned matrix translates. The additive score stayed near guessing: it "
        "did not learn to compare keys that it had never seen, though with words that it "
        "knows it does well (c13). And s_t is the decoder's state at step t; its initial "
        "vector, as the notes call it in brackets, is s_0."
    ),
    measure=lookup_by_each_score,
    axes=("size of a key (numbers)", "share of entries found"),
    finding="A dot product needs room to tell keys apart",
    log="x",
)
