"""Questions to a model that copies, reverses or finds: where a token comes from is known."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_course.data.batch import Example, collate
from attention_course.data.pairs import Pair
from attention_course.data.toys import MARK
from attention_course.models.model import Model

# The index, among the words of the source, of the word that is the target token at a step.
ORIGINS: dict[str, Callable[[list[str], int], int]] = {
    "copy": lambda words, step: step,
    "reverse": lambda words, step: len(words) - 1 - step,
    "find": lambda words, step: words.index(MARK) + 1,
}


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
