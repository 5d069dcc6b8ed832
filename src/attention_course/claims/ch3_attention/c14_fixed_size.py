"""c14: attention gives a vector of fixed size from any number of states."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.claims.learning import Sampler, TaskBatch, learn
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch3_attention import Attention, ScaledDotScore
from attention_course.models.context import weighted_sum

ITEMS, WORDS, ROWS = 64, 24, 128
COUNTS = (1, 2, 4, 8, 16)  # items to be carried by the one vector
SIZES = (16, 64)  # numbers in that vector
STEPS = {"smoke": 200, "cpu": 1_000, "gpu": 1_000}


class Carrier(nn.Module):
    """The marked items of a row are read into one vector; which ones were they?

    The weights are those of attention that has found them all: equal on the marked items.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.item = nn.Embedding(ITEMS, size)
        self.readout = nn.Linear(size, ITEMS)

    def forward(
        self, items: Int[Tensor, "B S"], weights: Float[Tensor, "B S"]
    ) -> Float[Tensor, "B V"]:
        """Score each item: was it marked?"""
        scores: Tensor = self.readout(weighted_sum(weights.unsqueeze(1), self.item(items))[:, 0])
        return scores


def sampler_of(count: int) -> Sampler:
    """A sampler of rows of different items, so many of them marked."""

    def sample(generator: torch.Generator) -> TaskBatch:
        items = torch.rand(ROWS, ITEMS, generator=generator).argsort(dim=1)[:, :WORDS]
        weights = (torch.arange(WORDS) < count).float().expand(ROWS, -1) / count
        return TaskBatch((items, weights), torch.zeros(ROWS, ITEMS).scatter(1, items, weights))

    return sample


def share_of_items(size: int, count: int, setting: Setting) -> float:
    """The share of the marked items among as many best guesses, by a reader trained for it."""
    model, sample = Carrier(size), sampler_of(count)
    generator = learn(model, sample, setting.seed, STEPS[setting.preset])
    with torch.no_grad():
        batch = sample(generator)
        best = model(*batch.inputs).topk(count, dim=1).indices
    return float((batch.answers.gather(1, best) > 0).float().mean())


def items_by_vector_size(setting: Setting) -> Measured:
    """Let vectors of two sizes carry more and more items."""
    torch.manual_seed(setting.seed)
    counts = COUNTS[:: len(COUNTS) - 1] if setting.preset == "smoke" else COUNTS
    small, large = (
        [(float(count), share_of_items(size, count, setting)) for count in counts] for size in SIZES
    )
    guess = [(float(count), count / ITEMS) for count in counts]
    sizes = {
        Attention(ScaledDotScore())(
            torch.zeros(1, 1, 16), torch.zeros(1, many, 16), torch.ones(1, many, dtype=torch.bool)
        ).vector.numel()
        for many in (1, 10, 1_000)
    }
    return Measured(
        {
            "sizes": float(len(sizes)),
            "one": small[0][1],
            "fall": small[0][1] - small[-1][1],
            "larger": large[-1][1] - small[-1][1],
        },
        {
            "ch3_attention (64 numbers)": large,
            "ch3_attention (16 numbers)": small,
            "guessing": guess,
        },
    )


CLAIM = Claim(
    id="c14",
    stem="ch3_attention",
    title="A vector of fixed size from any number of states",
    korean=(
        "Attention은 아무리 많은 representation이 있어도 하나의 고정된 "
        "fixed-size representation(vector)을 뽑아낸다."
    ),
    english=(
        "However many representations there are, attention draws one of fixed size (a vector) "
        "out of them."
    ),
    how=(
        "Of 24 items, drawn from 64 kinds, some are marked; weights set by hand, equal on the "
        "marked ones, read them into one vector, and a linear map must say which kinds they "
        "were. From 1 to 16 items, through vectors of 16 and of 64 numbers; each case is "
        "trained for itself. A guess finds more of many items than of one, so it is drawn "
        "too, and the share that is lost would be larger yet if it were taken off."
    ),
    predictions=(
        Prediction("one", "one item through 16 numbers: share found", low=0.95, smoke=(0.5, 1.0)),
        Prediction(
            "fall",
            "16 items instead of one, 16 numbers: share lost",
            low=0.15,
            about="limit",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "larger",
            "16 items, 64 numbers instead of 16: share gained",
            low=0.1,
            about="beside",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "sizes",
            "how many sizes the output has, for 1, 10 and 1,000 states (by construction)",
            low=1.0,
            high=1.0,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "The bottleneck is back in small: each step gets one vector, and only so many items fit "
        "into it for a linear map to find again: of 16 items 0.60 through 16 numbers, and all "
        "through 64, whose own limit was not reached. Another reader may find more, or fewer."
    ),
    measure=items_by_vector_size,
    axes=("items that one vector must carry", "share of items found"),
    finding="One vector carries a few items, then it is full",
    log="x",
)
