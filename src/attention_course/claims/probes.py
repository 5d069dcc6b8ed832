"""Questions that are put to a trained model, beyond those of its run card."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.alignment import is_word, read_pair
from attention_course.data.batch import Example, collate, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.decoding import Model
from attention_course.seq2seq import Seq2Seq
from attention_course.vocabulary import PAD, Vocabulary

STEP = 10  # words, of a bin of distances
DELETED_PAIRS, DELETED_WORDS = 60, 15  # pairs of the deletion test, and their longest source


def device_of(model: Model) -> torch.device:
    """Where the model is; what it is asked must be there too."""
    return next(model.parameters()).device


@torch.no_grad()
def said_right(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> list[list[bool]]:
    """For each target token of each pair: was it the likeliest one, the true ones given?"""
    model.eval()
    examples = encode_pairs(pairs, source, target)
    right = []
    for start in range(0, len(examples), 64):
        batch = collate(examples[start : start + 64]).to(device_of(model))
        logits = model(batch.source, batch.source_lengths, batch.target_in).logits
        hits = (logits.argmax(dim=2) == batch.target_out).tolist()
        right += [
            row[: len(one.target)]
            for row, one in zip(hits, examples[start : start + 64], strict=True)
        ]
    return right


def accuracy_by_distance(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> list[dict[str, Any]]:
    """How well a word is translated, by how many words ago the encoder read it when it ended.

    Gold alignments say which source word a target word comes from.
    """
    hits: dict[int, int] = defaultdict(int)
    asked: dict[int, int] = defaultdict(int)
    for pair, right in zip(pairs, said_right(model, pairs, source, target), strict=True):
        words = target.words(target.encode(pair.target))
        length = len(pair.source.split())
        for read, said in sorted(pair.sure or ()):
            bin_ = (length - 1 - read) // STEP * STEP
            asked[bin_] += 1
            hits[bin_] += all(right[place] for place in words[said].positions)
    return [
        {"distance": bin_, "words": asked[bin_], "accuracy": round(hits[bin_] / asked[bin_], 4)}
        for bin_ in sorted(asked)
    ]


@torch.no_grad()
def word_losses(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> Float[Tensor, "B T"]:
    """Nats that each target token costs, the true ones before it given; 0 on padding."""
    batch = collate(encode_pairs(pairs, source, target)).to(device_of(model))
    logits = model(batch.source, batch.source_lengths, batch.target_in).logits
    losses = torch.nn.functional.cross_entropy(
        logits.transpose(1, 2), batch.target_out, ignore_index=PAD, reduction="none"
    )
    return losses


def deletion(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> dict[str, float]:
    """What it costs a target word, in nats, if one source word is deleted before reading.

    Deleted is in turn the word with the strongest weight, each other word (the mean of them),
    and a word that gold says is translated by it. Needs a vocabulary of whole words.
    """
    model.eval()
    costs: dict[str, list[float]] = defaultdict(list)
    chosen = [pair for pair in pairs if len(pair.source.split()) <= DELETED_WORDS]
    for pair in chosen[:DELETED_PAIRS]:
        words, said = pair.source.split(), pair.target.split()
        without = [
            Pair(" ".join(words[:place] + words[place + 1 :]), pair.target)
            for place in range(len(words))
        ]
        losses = word_losses(model, [pair, *without], source, target)
        rise = losses[1:] - losses[0]  # [word deleted, target token]
        weights = read_pair(model, pair, source, target).weights[0]
        real = [place for place, word in enumerate(words) if is_word(word)]
        gold = {link[1]: link[0] for link in sorted(pair.sure or ())}
        for place in [place for place, word in enumerate(said) if place in gold and is_word(word)]:
            strongest = max(real, key=lambda one: float(weights[place, one]))
            others = [float(rise[one, place]) for one in real if one != strongest]
            costs["strongest"].append(float(rise[strongest, place]))
            costs["others"].append(sum(others) / max(1, len(others)))
            costs["gold"].append(float(rise[gold[place], place]))
    return {name: round(sum(values) / len(values), 4) for name, values in costs.items()}


def reach(model: Model, examples: Sequence[Example]) -> dict[str, Any]:
    """How strongly the encoder's last state depends on its first word, and on its last.

    The norm of the gradient of the last real state's sum of squares, halved, on the embedding
    of each word: mean over the longest sources. Their ratio says what of the way back is left.
    """
    longest = max(len(one.source) for one in examples)
    batch = collate([one for one in examples if len(one.source) == longest])
    batch = batch.to(device_of(model))
    embedding = model.encoder.embedding if isinstance(model, Seq2Seq) else model.source_embedding
    kept: list[Tensor] = []
    hook = embedding.register_forward_hook(lambda _, __, made: kept.append(made))
    model.eval()
    try:
        states = model.encode(batch.source, batch.source_lengths).states[:, -1]
    finally:
        hook.remove()
    [slopes] = torch.autograd.grad(states.square().sum() / 2, kept[0])
    norms = slopes.norm(dim=2).mean(dim=0)
    return {"words": longest, "first": float(norms[0]), "last": float(norms[-1])}


def strongest_weight(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> float:
    """The largest weight of a target word, on average: 1 if it looks at one word alone."""
    tops = [read_pair(model, pair, source, target).weights[0].max(dim=1).values for pair in pairs]
    return round(float(torch.cat(tops).mean()), 4)


def fluency(outputs: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Two faults of a decoder that loses its place: saying things twice, leaving things out.

    `repeated`: share of an output's word pairs (bigrams) that it had said before, beyond those
    that the reference repeats too. `missing`: share of the reference's words not said.
    """
    again = bigrams_said = missing = wanted = 0
    for output, reference in zip(outputs, references, strict=True):
        said, true = output.split(), reference.split()
        pairs, true_pairs = Counter(pairwise(said)), Counter(pairwise(true))
        again += sum((pairs - true_pairs)[pair] for pair in pairs if pairs[pair] > 1)
        bigrams_said += sum(pairs.values())
        missing += sum((Counter(true) - Counter(said)).values())
        wanted += len(true)
    return {
        "repeated": round(again / max(1, bigrams_said), 4),
        "missing": round(missing / max(1, wanted), 4),
    }
