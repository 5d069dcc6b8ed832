"""Questions to a model that copies, reverses or finds: where a token comes from is known."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_course.claims.probes import device_of
from attention_course.data.batch import Example, collate
from attention_course.data.pairs import Pair
from attention_course.data.toys import MARK
from attention_course.models.model import Model

# Where the token that is said at step t stands among the words of the source.
ORIGINS: dict[str, Callable[[list[str], int], int]] = {
    "copy": lambda words, step: step,
    "reverse": lambda words, step: len(words) - 1 - step,
    "find": lambda words, step: words.index(MARK) + 1,
}


@torch.no_grad()
def look(
    model: Model, pairs: Sequence[Pair], examples: Sequence[Example], task: str
) -> dict[str, Any]:
    """How often the strongest weight is on the token that is said, and how well a token is said
    by how many tokens were read after it.
    """
    model.eval()
    pointed = asked = 0
    hits: dict[int, int] = defaultdict(int)
    totals: dict[int, int] = defaultdict(int)
    for pair, one in zip(pairs, examples, strict=True):
        batch, words = collate([one]).to(device_of(model)), pair.source.split()
        output = model(batch.source, batch.source_lengths, batch.target_in)
        said, looked = output.logits[0].argmax(dim=1), output.weights[0].argmax(dim=1)
        for step in range(len(one.target) - 1):  # without <eos>
            origin = ORIGINS[task](words, step)
            far = len(words) - 1 - origin
            asked += 1
            pointed += int(looked[step]) == origin
            totals[far] += 1
            hits[far] += int(said[step]) == one.target[step]
    return {
        "pointed": pointed / asked,
        "accuracy_by_distance": [
            {"distance": far, "words": totals[far], "accuracy": hits[far] / totals[far]}
            for far in sorted(totals)
        ],
    }
