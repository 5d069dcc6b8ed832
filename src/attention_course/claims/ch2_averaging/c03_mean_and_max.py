"""c03: pool by the element-wise maximum or by the mean."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.claims.learning import Sampler, TaskBatch, class_accuracy, learn
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch2_averaging import Max, Mean
from attention_course.models.context import Context

LETTERS, LENGTH, SIZE, ROWS = 20, 16, 32, 128
STEPS = {"smoke": 400, "cpu": 1_500, "gpu": 1_500}
POOLS: dict[str, Callable[[], Context]] = {"mean": Mean, "max": Max}


class Pooled(nn.Module):
    """Embed each letter, pool, and name one letter with one linear map."""

    def __init__(self, pool: Context) -> None:
        super().__init__()
        self.embedding = nn.Embedding(LETTERS, SIZE)
        self.pool = pool
        self.readout = nn.Linear(SIZE, LETTERS)

    def forward(self, letters: Int[Tensor, "B S"]) -> Float[Tensor, "B V"]:
        """Score each letter of the alphabet."""
        scores: Tensor = self.readout(pooled(self.pool, self.embedding(letters)))
        return scores


def pooled(pool: Context, states: Float[Tensor, "B S d_state"]) -> Float[Tensor, "B d_state"]:
    """One vector for each row of states; whatever is asked, the answer is the same."""
    everyone = torch.ones(states.shape[:2], dtype=torch.bool)
    vectors: Tensor = pool(states[:, :1], states, everyone).vector
    return vectors[:, 0]


def commonest(generator: torch.Generator) -> TaskBatch:
    """Which letter stands there most often? Rows without a clear winner are left out."""
    letters = torch.randint(LETTERS, (4 * ROWS, LENGTH), generator=generator)
    favourite = torch.randint(LETTERS, (4 * ROWS, 1), generator=generator)
    letters = torch.where(
        torch.rand(4 * ROWS, LENGTH, generator=generator) < 0.2, favourite, letters
    )
    counts = torch.nn.functional.one_hot(letters, LETTERS).sum(dim=1)
    first, second = counts.topk(2, dim=1).values.unbind(dim=1)
    clear = (first > second).nonzero()[:ROWS, 0]
    return TaskBatch((letters[clear],), counts[clear].argmax(dim=1))


def latest(generator: torch.Generator) -> TaskBatch:
    """Which letter that stands there comes last in the alphabet?"""
    top = torch.randint(1, LETTERS, (ROWS, 1), generator=generator)
    letters = (torch.rand(ROWS, LENGTH, generator=generator) * (top + 1)).long()
    return TaskBatch((letters,), letters.max(dim=1).values)


TASKS: dict[str, Sampler] = {"commonest": commonest, "latest": latest}


@torch.no_grad()
def shuffled_difference(pool: Context, recurrent: bool) -> float:
    """How far the pooled vector moves if the letters are shuffled first."""
    embedded = torch.randn(8, LENGTH, SIZE, dtype=torch.float64)
    order = torch.randperm(LENGTH)
    states = [embedded, embedded[:, order]]
    if recurrent:
        rnn = nn.GRU(SIZE, SIZE, batch_first=True).double()
        states = [rnn(one)[0] for one in states]
    first, second = (pooled(pool, one) for one in states)
    return float((first - second).abs().max())


def compare_pools(setting: Setting) -> Measured:
    """Two tasks by two ways to pool; and what shuffling does to each."""
    torch.manual_seed(setting.seed)
    accuracies = {}
    for task, sample in TASKS.items():
        for pool, make in POOLS.items():
            model = Pooled(make())
            generator = learn(model, sample, setting.seed, STEPS[setting.preset])
            accuracies[f"{task}, {pool}"] = class_accuracy(model, sample, generator)
    return Measured(
        {
            "better": min(max(accuracies[f"{task}, {pool}"] for pool in POOLS) for task in TASKS),
            "commonest": accuracies["commonest, mean"] - accuracies["commonest, max"],
            "latest": accuracies["latest, max"] - accuracies["latest, mean"],
            "blind": shuffled_difference(Mean(), False),
            "states": shuffled_difference(Mean(), True),
        },
        seen={
            **{f"{name}, accuracy": value for name, value in accuracies.items()},
            "maximum of embeddings, moved by shuffling": shuffled_difference(Max(), False),
        },
    )


CLAIM = Claim(
    id="c03",
    stem="ch2_averaging",
    title=("Pool by the element-wise maximum or by the mean"),
    korean=(
        "문장의 encoding을 계산할 떄 모든 hidden state들의 element-wise max 또는 mean을 취하는 것!"
    ),
    english=(
        "To encode a sentence, take the element-wise maximum or the mean of all hidden states!"
    ),
    how=(
        f"{LENGTH} letters are embedded and pooled, one linear map answers: which letter stands "
        "there most often? Which one comes last in the alphabet? Then the letters are shuffled."
    ),
    predictions=(
        Prediction(
            "better",
            "for each question the better of the two: its accuracy, on the harder question",
            low=0.95,
            smoke=(0.5, 1.0),
        ),
        Prediction(
            "commonest",
            "the commonest letter: accuracy of the mean, less that of the maximum",
            low=0.2,
            about="limit",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "latest",
            "the last in the alphabet: accuracy of the maximum, less that of the mean",
            low=0.2,
            about="limit",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "blind",
            "letters shuffled: largest change in the mean of their embeddings",
            high=1e-9,
            about="limit",
        ),
        Prediction(
            "states",
            "letters shuffled: largest change in the mean of GRU states",
            low=1e-2,
            about="limit",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "They are two functions: the mean answers both questions, the maximum cannot tell "
        "often from once. (A mean keeps shares; only with the length do they become counts.) "
        "We had predicted that the mean fails at the second question, and it does not. Both "
        "forget the order of what they are given; the mean of GRU states still moves with it, "
        "because the states have read each other."
    ),
    measure=compare_pools,
)
