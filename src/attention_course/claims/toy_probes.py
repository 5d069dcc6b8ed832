"""Questions to a model that copies or reverses: there, where a token comes from is known."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_course.data.batch import Example, collate
from attention_course.decoding import Model

# Where the token said at step t of a source of so many tokens comes from.
ORIGINS: dict[str, Callable[[int, int], int]] = {
    "copy": lambda step, length: step,
    "reverse": lambda step, length: length - 1 - step,
}


@torch.no_grad()
def look(model: Model, examples: Sequence[Example], task: str) -> dict[str, Any]:
    """How often the strongest weight is on the token that is said, and how well a token is said
    by how many tokens were read after it.
    """
    model.eval()
    pointed = asked = 0
    hits: dict[int, int] = defaultdict(int)
    totals: dict[int, int] = defaultdict(int)
    for one in examples:
        batch, length = collate([one]), len(one.source) - 1  # without <eos>
        output = model(batch.source, batch.source_lengths, batch.target_in)
        said, looked = output.logits[0].argmax(dim=1), output.weights[0].argmax(dim=1)
        for step in range(length):
            origin = ORIGINS[task](step, length)
            asked += 1
            pointed += int(looked[step]) == origin
            totals[length - 1 - origin] += 1
            hits[length - 1 - origin] += int(said[step]) == one.target[step]
    return {
        "pointed": pointed / asked,
        "accuracy_by_distance": [
            {"distance": far, "words": totals[far], "accuracy": hits[far] / totals[far]}
            for far in sorted(totals)
        ],
    }
