"""c03: pool by the element-wise maximum or by the mean."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.claims.learning import Sampler, TaskBatch, class_accuracy, learn
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch2_averaging import Max, Mean
from attention_course.models.context import Context

LETTERS, LENGTH, SIZE, ROWS = 20, 16, 32, 128
COUNTED, SHORTEST, LONGEST = 4, 8, 32  # the highest count; letters, where the length varies
STEPS = {"smoke": 400, "cpu": 1_500, "gpu": 1_500}


def pooled(
    pool: Context, states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
) -> Float[Tensor, "B d_state"]:
    """One vector for each row of states; whatever is asked, the answer is the same."""
    vectors: Tensor = pool(states[:, :1], states, mask).vector
    return vectors[:, 0]


def mean(
    states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
) -> Float[Tensor, "B d_state"]:
    """Shares: how much of the source each letter is."""
    return pooled(Mean(), states, mask)


def maximum(
    states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
) -> Float[Tensor, "B d_state"]:
    """Presence: whether a letter is there."""
    return pooled(Max(), states, mask)


def total(
    states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
) -> Float[Tensor, "B d_state"]:
    """Counts: how often each letter is there. Its weights are all 1, so they do not sum to 1."""
    return (states * mask.unsqueeze(2)).sum(dim=1)


Pool = Callable[[Tensor, Tensor], Tensor]  # of states and their mask
POOLS: dict[str, Pool] = {"mean": mean, "max": maximum, "sum": total}


class Pooled(nn.Module):
    """Embed each letter, pool, and answer with one linear map."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(LETTERS, SIZE)
        self.pool = pool
        self.readout = nn.Linear(SIZE, LETTERS)

    def forward(
        self, letters: Int[Tensor, "B S"], mask: Bool[Tensor, "B S"]
    ) -> Float[Tensor, "B V"]:
        """Score each letter of the alphabet, or each number below its size."""
        scores: Tensor = self.readout(self.pool(self.embedding(letters), mask))
        return scores


def whole(letters: Int[Tensor, "B S"]) -> tuple[Tensor, Tensor]:
    """Sources without padding, and the mask that says so."""
    return letters, torch.ones_like(letters, dtype=torch.bool)


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
    return TaskBatch(whole(letters[clear]), counts[clear].argmax(dim=1))


def latest(generator: torch.Generator) -> TaskBatch:
    """Which letter that stands there comes last in the alphabet?"""
    top = torch.randint(1, LETTERS, (ROWS, 1), generator=generator)
    letters = (torch.rand(ROWS, LENGTH, generator=generator) * (top + 1)).long()
    return TaskBatch(whole(letters), letters.max(dim=1).values)


def count(generator: torch.Generator) -> TaskBatch:
    """How often does the first letter of the alphabet stand there? Lengths vary."""
    lengths = torch.randint(SHORTEST, LONGEST + 1, (ROWS, 1), generator=generator)
    answers = torch.randint(1, COUNTED + 1, (ROWS, 1), generator=generator)
    letters = torch.randint(1, LETTERS, (ROWS, LONGEST), generator=generator)
    letters = torch.where(torch.arange(LONGEST) < answers, 0, letters)  # a mean knows no order
    return TaskBatch((letters, torch.arange(LONGEST) < lengths), answers[:, 0])


TASKS: dict[str, tuple[Sampler, tuple[str, ...]]] = {  # and who is asked
    "commonest": (commonest, ("mean", "max")),
    "latest": (latest, ("mean", "max")),
    "count": (count, ("mean", "max", "sum")),
}


@torch.no_grad()
def shuffled_difference(pool: Pool, recurrent: bool) -> float:
    """How far the pooled vector moves if the letters are shuffled first."""
    embedded = torch.randn(8, LENGTH, SIZE, dtype=torch.float64)
    everyone = torch.ones(8, LENGTH, dtype=torch.bool)
    states = [embedded, embedded[:, torch.randperm(LENGTH)]]
    if recurrent:
        rnn = nn.GRU(SIZE, SIZE, batch_first=True).double()
        states = [rnn(one)[0] for one in states]
    first, second = (pool(one, everyone) for one in states)
    return float((first - second).abs().max())


def compare_pools(setting: Setting) -> Measured:
    """Three questions by three ways to pool; and what shuffling does."""
    torch.manual_seed(setting.seed)
    right = {}
    for task, (sample, names) in TASKS.items():
        for name in names:
            model = Pooled(POOLS[name])
            generator = learn(model, sample, setting.seed, STEPS[setting.preset])
            right[f"{task}, {name}"] = class_accuracy(model, sample, generator)
    of_notes = ("commonest", "latest")  # questions that one of the notes' two can answer
    return Measured(
        {
            "better": min(max(right[f"{task}, mean"], right[f"{task}, max"]) for task in of_notes),
            "counts": right["count, sum"] - max(right["count, mean"], right["count, max"]),
            "commonest": right["commonest, mean"] - right["commonest, max"],
            "latest": right["latest, max"] - right["latest, mean"],
            "states": shuffled_difference(mean, True),
        },
        seen={
            **{f"{name}, accuracy": value for name, value in right.items()},
            "mean of embeddings, moved by shuffling": shuffled_difference(mean, False),
            "maximum of embeddings, moved by shuffling": shuffled_difference(maximum, False),
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
        f"Letters are embedded and pooled, one linear map answers. Of {LENGTH} letters: which "
        "stands there most often? Which one comes last in the alphabet? And where the length "
        f"varies, from {SHORTEST} to {LONGEST}: how often, 1 to {COUNTED} times, does the first "
        "letter of the alphabet stand there? Beside mean and maximum pools a sum, whose weights "
        "are all 1. Then the letters are shuffled."
    ),
    predictions=(
        Prediction(
            "better",
            "for each of the first two questions the better of mean and maximum: its accuracy, on "
            "the harder question",
            low=0.95,
            smoke=(0.5, 1.0),
        ),
        Prediction(
            "counts",
            "how often, lengths vary: accuracy of the sum, less that of the better of the two",
            low=0.1,
            about="limit",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "commonest",
            "the commonest letter: accuracy of the mean, less that of the maximum",
            low=0.2,
            about="beside",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "latest",
            "the last in the alphabet: accuracy of the maximum, less that of the mean",
            low=0.2,
            about="beside",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "states",
            "letters shuffled: largest change in the mean of GRU states",
            low=1e-2,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "They are two functions, and neither keeps how often: a mean keeps shares, a maximum "
        "keeps presence, and where lengths vary it takes a sum to keep counts. Of letters of one "
        "length the mean answers both questions, and the maximum cannot tell often from once. We "
        "had predicted that the mean fails at the second question, and it does not. Both forget "
        "the order of what they are given; the mean of GRU states still moves with it, because "
        "the states have read each other."
    ),
    measure=compare_pools,
)
