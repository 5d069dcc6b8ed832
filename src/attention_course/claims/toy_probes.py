"""Questions to a model of a toy task: where a token comes from, and when it is said, is known."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_course.claims.probes import STEP, hits_of
from attention_course.data.batch import Example, collate
from attention_course.data.pairs import Pair
from attention_course.data.toys import MARK, TASKS, pairs_at
from attention_course.models.model import Model
from attention_course.runs.trained import Trained
from attention_course.vocabulary import EOS

# The index, among the words of the source, of the word that is the target token at a step.
ORIGINS: dict[str, Callable[[list[str], int], int]] = {
    "copy": lambda words, step: step,
    "reverse": lambda words, step: len(words) - 1 - step,
    "find": lambda words, step: words.index(MARK) + 1,
    "numbered": lambda words, step: words.index(str(step + 1)) + 1,
}
OF_ANY_LENGTH = (
    "copy",
    "reverse",
    "find",
    "sort",
)  # tasks whose sources can be as long as one likes
PARTS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # of the longest source learned from
PER_LENGTH = 100  # new sources of each length
# Tasks in which as many letters are said as are read, and the task of the sources without pauses.
LETTER_BY_LETTER = {"copy": "copy", "reverse": "reverse", "late": "copy"}


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


def accuracy_by_place(trained: Trained) -> list[dict[str, Any]]:
    """Share of letters right, by the place at which they are said, in sources of one length each.

    The lengths are a third, two thirds and all of the longest, where they were trained; of each
    a third as many sources are drawn as are held out. The reference is given up to each step, and
    <eos> is no choice: a model that doubts whether a letter comes may still know which one.
    """
    run, task = trained.run, LETTER_BY_LETTER[trained.run.data]
    rows = []
    for length in (run.longest // 3, 2 * run.longest // 3, run.longest):
        if length < run.shortest:
            continue
        pairs = pairs_at(task, length, max(1, run.held_out_pairs // 3), run.corpus_seed)
        hits = hits_of(trained.model, pairs, trained.source, trained.target, never=[EOS])
        shares = [share([one[place] for one in hits]) for place in range(length)]
        rows.append({"length": length, "sources": len(pairs), "accuracy": shares})
    return rows


def accuracy_by_load(trained: Trained, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Of numbered letters: share right by how many there are, and by where and when.

    For each load `by_place` follows the order in which they are said, and `by_distance` has pairs
    (right, asked) for letters after which the encoder read 0 to 9 tokens, 10 to 19 and so on.
    <eos> is no choice.
    """
    bins = -(-trained.run.longest // STEP)
    said: dict[int, list[list[bool]]] = defaultdict(list)
    at: dict[int, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in range(bins)])
    every_hit = hits_of(trained.model, pairs, trained.source, trained.target, never=[EOS])
    for pair, (*hits, _) in zip(pairs, every_hit, strict=True):  # without <eos>
        words, load = pair.source.split(), len(hits)
        said[load].append(hits)
        for step, right in enumerate(hits):
            counts = at[load][(len(words) - 1 - ORIGINS["numbered"](words, step)) // STEP]
            counts[0] += right
            counts[1] += 1
    return [
        {
            "load": load,
            "sources": len(said[load]),
            "by_place": [share(hits) for hits in zip(*said[load], strict=True)],
            "by_distance": at[load],
        }
        for load in sorted(said)
    ]


def share(hits: Sequence[bool]) -> float:
    """How many are right, of all."""
    return round(sum(hits) / len(hits), 4)
