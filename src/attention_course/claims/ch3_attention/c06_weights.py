"""c06: the weights lie between 0 and 1 and sum to 1."""

import torch

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.models.masks import masked_softmax

DRAWS = 200


def worst_weights(setting: Setting) -> Measured:
    """Draw scores of many sizes, mask some of them, and look at the worst of all weights."""
    generator = torch.Generator().manual_seed(setting.seed)
    lowest, highest, error, hidden = 1.0, 0.0, 0.0, 0.0
    for _ in range(DRAWS):
        size = int(torch.randint(2, 30, (), generator=generator))
        spread = 10 ** float(torch.empty(()).uniform_(-3, 3, generator=generator))
        scores = spread * torch.randn(4, 5, size, generator=generator)
        mask = torch.rand(4, 1, size, generator=generator) < 0.7
        mask[:, :, 0] = True
        weights = masked_softmax(scores, mask)
        lowest = min(lowest, float(weights.min()))
        highest = max(highest, float(weights.max()))
        error = max(error, float((weights.sum(dim=2) - 1).abs().max()))
        hidden = max(hidden, float(weights.masked_fill(mask, 0.0).abs().max()))
    return Measured({"lowest": lowest, "highest": highest, "sum": error, "hidden": hidden})


CLAIM = Claim(
    id="c06",
    stem="ch3_attention",
    title="The weights are a distribution",
    korean="softmax 함수로! (확률 분포를 계산해주고, 합은 1)",
    english="With the softmax! (It computes a probability distribution, the sum is 1.)",
    how=(
        f"{DRAWS} batches of random scores per seed, from a thousandth to a thousand in size, "
        "with three in ten positions masked; the worst weight counts."
    ),
    predictions=(
        Prediction("lowest", "the smallest of all weights", low=0.0),
        Prediction("highest", "the largest of all weights", high=1.0 + 1e-6),
        Prediction("sum", "largest distance of a sum of weights from 1", high=1e-5),
        Prediction("hidden", "largest weight on a masked position", low=0.0, high=0.0),
    ),
    verdict="true by construction",
    condition=(
        "An exponential is never negative, and dividing by the sum makes the sum 1: it cannot come "
        "out otherwise. What is tested here is that our code does it, on masked positions too."
    ),
    measure=worst_weights,
    exact=True,
)
