"""Questions to a model that copies, reverses or finds: where a token comes from is known."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_course.claims.probes import hits_of
from attention_course.data.batch import Example, collate
from attention_course.data.pairs import Pair
from attention_course.data.toys import MARK, TASKS
from attention_course.models.model import Model
from attention_course.runs.trained import Trained

# The index, among the words of the source, of the word that is the target token at a step.
ORIGINS: dict[str, Callable[[list[str], int], int]] = {
    "copy": lambda words, step: step,
    "reverse": lambda words, step: len(words) - 1 - step,
    "find": lambda words, step: words.index(MARK) + 1,
}
OF_ANY_LENGTH = (*ORIGINS, "sort")  # tasks whose sources can be as long as one likes
PARTS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # of the longest source learned from
PER_LENGTH = 100  # new sources of each length


@torch.no_grad()
def pointing(
    model: Model, pairs: Sequence[Pair], examples: Sequence[Example], task: str
) -> dict[str, Any]:
    """How often the strongest weight is on the word that is the target token, and accuracy.

    The share is `pointed`. Accuracy is given by distance: how many words the encoder read after
    that word. The reference is given up to each step.
    """
    model.eval()
    pointed = tokens = 0
    hits: dict[int, int] = defaultdict(int)
    totals: dict[int, int] = defaultdict(int)
    for pair, one in zip(pairs, examples, strict=True):
        batch, words = collate([one]).to(model.device), pair.source.split()
        output = model(batch.source, batch.source_lengths, batch.target_in)
        predicted, attended = output.logits[0].argmax(dim=1), output.weights[0].argmax(dim=1)
        for step in range(len(one.target) - 1):  # without <eos>
            origin = ORIGINS[task](words, step)
            distance = len(words) - 1 - origin
            tokens += 1
            pointed += int(attended[step]) == origin
            totals[distance] += 1
            hits[distance] += int(predicted[step]) == one.target[step]
    return {
        "pointed": pointed / tokens,
        "accuracy_by_distance": [
            {"distance": one, "words": totals[one], "accuracy": hits[one] / totals[one]}
            for one in sorted(totals)
        ],
    }


def accuracy_beyond(trained: Trained) -> list[dict[str, Any]]:
    """Accuracy on new sources, among them longer ones than those that were learned from.

    The reference is given up to each step. The <eos> of the target is not counted: where one
    letter is asked for, it would be half of all tokens, and the easier half.
    """
    run = trained.run
    rng = random.Random(f"beyond/{run.data}/{run.seed}")
    rows = []
    for part in PARTS:
        length = round(part * run.longest)
        drawn = [TASKS[run.data](rng, length) for _ in range(PER_LENGTH)]
        pairs = [Pair(" ".join(source), " ".join(target)) for source, target in drawn]
        all_hits = hits_of(trained.model, pairs, trained.source, trained.target)
        hits = [hit for of_pair in all_hits for hit in of_pair[:-1]]
        rows.append({"length": length, "tokens": len(hits), "accuracy": sum(hits) / len(hits)})
    return rows
