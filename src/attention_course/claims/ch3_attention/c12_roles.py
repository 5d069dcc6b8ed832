"""c12: keys and values are the states themselves; the Transformer multiplies them by matrices."""

from functools import partial

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.claims.learning import TaskBatch, class_accuracy, learn
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch4_self_attention import Heads, Projected, Tied, attend

KEYS, VALUES, PAIRS, SIZE, ROWS = 20, 10, 8, 64, 128
STEPS = {"smoke": 300, "cpu": 2_500, "gpu": 2_500}
RATE = 3e-3


class Recall(nn.Module):
    """Read pairs of a key and a value, then one or two keys: name their values.

    The states are a code of the key plus a code of the value; the query is a code of the keys
    that are asked for. Codes that are not `learned` stay as they were drawn.
    """

    def __init__(self, heads: Heads, questions: int = 1, learned: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.key = nn.Embedding(KEYS, SIZE)
        self.value = nn.Embedding(VALUES, SIZE)
        self.question = nn.ModuleList(nn.Embedding(KEYS, SIZE) for _ in range(questions))
        self.answer = nn.Linear(SIZE, questions * VALUES)
        for codes in (self.key, self.value, *self.question):
            codes.requires_grad_(learned)

    def forward(
        self,
        keys: Int[Tensor, "B S"],
        values: Int[Tensor, "B S"],
        questions: Int[Tensor, "B A"],
    ) -> Float[Tensor, "B V A"]:
        """Score each value for each key that is asked for."""
        states = self.key(keys) + self.value(values)
        codes = [
            code(one) for code, one in zip(self.question, questions.unbind(dim=1), strict=True)
        ]
        query = torch.stack(codes).sum(dim=0).unsqueeze(1)
        everyone = torch.ones(len(keys), 1, PAIRS, dtype=torch.bool)
        read = self.heads(query, states, everyone).vector[:, 0]
        scores: Tensor = self.answer(read)
        return scores.view(len(keys), VALUES, -1)


def sample_pairs(generator: torch.Generator, questions: int) -> TaskBatch:
    """Rows of pairs with different keys, and the keys that are asked for."""
    keys = torch.rand(ROWS, KEYS, generator=generator).argsort(dim=1)[:, :PAIRS]
    values = torch.randint(VALUES, (ROWS, PAIRS), generator=generator)
    positions = torch.rand(ROWS, PAIRS, generator=generator).argsort(dim=1)[:, :questions]
    return TaskBatch((keys, values, keys.gather(1, positions)), values.gather(1, positions))


class MappedQuery(Tied):
    """Tied roles, but a learned map on the query, as every decoder state has one before it."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(SIZE, SIZE)


def folded_difference() -> float:
    """One head with learned maps, against the states themselves with both maps folded away.

    (W_Q q) . (W_K h) = (W_K^T W_Q q) . h, and the sum of w W_V h is W_V times the sum of w h.
    """
    roles = Projected(SIZE).double()
    for role in (roles.query, roles.key, roles.value):
        nn.init.zeros_(role.bias)
    query_states, states = (torch.randn(1, n, SIZE, dtype=torch.float64) for n in (3, PAIRS))
    everyone = torch.ones(1, 3, PAIRS, dtype=torch.bool)
    with torch.no_grad():
        queries, keys, values = roles(query_states, states)
        projected, _ = attend(queries, keys, values, everyone)
        folded = query_states @ roles.query.weight.T @ roles.key.weight
        tied, _ = attend(folded, states, states, everyone)
        return float((projected - tied @ roles.value.weight.T).abs().max())


def recall_with_and_without_projections(setting: Setting) -> Measured:
    """Recall with and without roles of their own: one head, frozen codes, two heads."""

    def accuracy_of(
        roles: Tied | Projected, heads: int = 1, questions: int = 1, learned: bool = True
    ) -> float:
        joined = Heads(SIZE, heads, roles, nn.Linear(SIZE, SIZE))
        model, sample = (
            Recall(joined, questions, learned),
            partial(sample_pairs, questions=questions),
        )
        generator = learn(model, sample, setting.seed, STEPS[setting.preset], RATE)
        return class_accuracy(model, sample, generator)

    torch.manual_seed(setting.seed)
    accuracies = {
        "one head, projected": accuracy_of(Projected(SIZE)),
        "one head, tied": accuracy_of(MappedQuery()),
        "codes never learned, projected": accuracy_of(Projected(SIZE), learned=False),
        "codes never learned, tied": accuracy_of(Tied(), learned=False),
    }
    values = {
        "folded": folded_difference(),
        "one": accuracies["one head, projected"] - accuracies["one head, tied"],
        "frozen": accuracies["codes never learned, tied"],
        "mended": accuracies["codes never learned, projected"],
    }
    if setting.preset != "smoke":
        two = {
            "two heads, projected": accuracy_of(Projected(SIZE), 2, questions=2, learned=False),
            "two heads, tied": accuracy_of(MappedQuery(), 2, questions=2, learned=False),
            "one head, projected": accuracy_of(Projected(SIZE), 1, questions=2, learned=False),
        }
        values["heads"] = two["two heads, projected"] - two["two heads, tied"]
        accuracies |= {f"two questions, {name}": value for name, value in two.items()}
    return Measured(values, seen={f"{name}, accuracy": value for name, value in accuracies.items()})


CLAIM = Claim(
    id="c12",
    stem="ch3_attention",
    title="Keys and values are the states; Transformers project them",
    korean=(
        "Key = Value = Encoder Hidden State로 그냥 써버린 것!! "
        "Transformer에서는 Key, Value는 hidden state에 다른 가중치 marix를 곱한다."
    ),
    english=(
        "Key = value = encoder state: they were simply used as they are! In the Transformer, "
        "keys and values are the state multiplied by other weight matrices."
    ),
    how=(
        "8 pairs of a letter and a digit are read by attention; a letter is asked for, its "
        "digit is wanted. With states that are learned, with states that stay as they were "
        "drawn at random, and with two letters asked at once."
    ),
    predictions=(
        Prediction(
            "one",
            "one head, trained: accuracy that projecting gains",
            low=-0.05,
            high=0.05,
            smoke=(-0.3, 0.3),
        ),
        Prediction(
            "folded",
            "one head: matrices multiplied into the query and the output, largest difference",
            high=1e-9,
        ),
        Prediction(
            "frozen",
            "states never learned, no matrices: accuracy (guessing: 0.1)",
            high=0.5,
            about="limit",
        ),
        Prediction(
            "mended",
            "the same states with matrices: accuracy",
            low=0.9,
            about="limit",
            smoke=(0.15, 1.0),
        ),
        Prediction(
            "heads",
            "two letters asked, two heads: accuracy that projecting gains",
            low=0.1,
            about="limit",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "With one head that asks through a map of its own, over learned states, nothing is "
        "lost: a matrix on the keys can be folded into the query, one on the values into what "
        "follows. (Where the same states ask and answer, as in self-attention, no map at all "
        "would mean h . g = g . h: no word could ask for another louder than it is asked for.) "
        "States that cannot adapt need matrices. For two heads both models were perfect, so "
        "this task cannot tell whether heads need them."
    ),
    measure=recall_with_and_without_projections,
)
