"""Questions that are put to a trained model, beyond those of its run card."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.batch import Example, collate, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.judging.alignment import is_word, read_pair
from attention_course.judging.evaluation import Bins, bin_name, in_bin
from attention_course.models.model import Model
from attention_course.models.seq2seq import Seq2Seq
from attention_course.vocabulary import EOS, PAD, Vocabulary

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


class Asked(NamedTuple):
    """A target word whose source word is known, and whether the model found it likeliest."""

    length: int  # words of its source
    distance: int  # words that the encoder read after the source word
    right: bool


def asked_words(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> list[Asked]:
    """Ask for every target word of which gold alignments say where it comes from."""
    asked = []
    for pair, right in zip(pairs, said_right(model, pairs, source, target), strict=True):
        words = target.words(target.encode(pair.target))
        length = len(pair.source.split())
        for read, said in sorted(pair.sure or ()):
            hit = all(right[place] for place in words[said].positions)
            asked.append(Asked(length, length - 1 - read, hit))
    return asked


def accuracy_by_distance(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """How well a word is translated, by how many words ago the encoder read it when it ended."""
    bins: dict[int, list[bool]] = defaultdict(list)
    for one in asked:
        bins[one.distance // STEP * STEP].append(one.right)
    return [
        {"distance": start, "words": len(hits), "accuracy": round(sum(hits) / len(hits), 4)}
        for start, hits in sorted(bins.items())
    ]


def accuracy_at_lengths(asked: Sequence[Asked], bins: Bins) -> dict[str, list[dict[str, Any]]]:
    """The same within sources of like length, for far words stand in long sources only."""
    return {
        bin_name(bounds): accuracy_by_distance([one for one in asked if in_bin(one.length, bounds)])
        for bounds in bins
    }


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
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary, layer: int = -1
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
        weights = read_pair(model, pair, source, target).map(layer)[0]
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
    """How strongly the state behind a source depends on its first word, and on its last word.

    That state is the one of <eos>, which ends every source and is not a word of it. Measured is
    the norm of the gradient of the state's sum of squares, halved, on the embedding of a token:
    mean over the longest sources.

    Raises:
        ValueError: a source does not end with <eos>, or has no two words before it.
    """
    if any(one.source[-1] != EOS for one in examples):
        raise ValueError("expected sources that end with <eos>, got one without; append EOS")
    longest = max(len(one.source) for one in examples)
    if longest < 3:
        raise ValueError(f"expected sources of two words and more, got {longest - 1}")
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
    *words, mark = slopes.norm(dim=2).mean(dim=0).tolist()
    return {
        "words": len(words),
        "first_word": words[0],
        "last_word": words[-1],
        "end_mark": mark,
    }


def strongest_weight(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary, layer: int = -1
) -> float:
    """The largest weight of a target word, on average: 1 if it looks at one word alone."""
    tops = [
        read_pair(model, pair, source, target).map(layer)[0].max(dim=1).values for pair in pairs
    ]
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
