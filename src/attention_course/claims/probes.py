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
from attention_course.models.embedding import Embedding
from attention_course.models.model import Model
from attention_course.vocabulary import EOS, PAD, Vocabulary

STEP = 10  # words, of a bin of distances
DELETED_PAIRS, DELETED_WORDS = 60, 15  # pairs of the deletion test, and their longest source


@torch.no_grad()
def hits_of(
    model: Model,
    pairs: Sequence[Pair],
    source: Vocabulary,
    target: Vocabulary,
    never: Sequence[int] = (),
) -> list[list[bool]]:
    """For each target token of each pair: was it the likeliest one, the reference before given?

    Tokens that are `never` said are no choice: with EOS among them it is asked which letter comes,
    and not whether one comes at all.
    """
    model.eval()
    examples = encode_pairs(pairs, source, target)
    hits = []
    for start in range(0, len(examples), 64):
        chosen = examples[start : start + 64]
        batch = collate(chosen).to(model.device)
        logits = model(batch.source, batch.source_lengths, batch.target_in).logits
        logits[:, :, list(never)] = -torch.inf
        rows = (logits.argmax(dim=2) == batch.target_out).tolist()
        hits += [row[: len(one.target)] for row, one in zip(rows, chosen, strict=True)]
    return hits


class AlignedWord(NamedTuple):
    """A target word whose source word is known, and whether the model found it likeliest."""

    length: int  # words of its source
    distance: int  # words that the encoder read after the source word
    right: bool


def aligned_words(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> list[AlignedWord]:
    """Every target word of which gold alignments say where it comes from; right if all is."""
    aligned = []
    for pair, hits in zip(pairs, hits_of(model, pairs, source, target), strict=True):
        words = target.words(target.encode(pair.target))
        length = len(pair.source.split())
        for source_word, target_word in sorted(pair.sure or ()):
            right = all(hits[position] for position in words[target_word].positions)
            aligned.append(AlignedWord(length, length - 1 - source_word, right))
    return aligned


def accuracy_by_distance(words: Sequence[AlignedWord]) -> list[dict[str, Any]]:
    """How well a word is translated, by how many words ago the encoder read it when it ended."""
    bins: dict[int, list[bool]] = defaultdict(list)
    for one in words:
        bins[one.distance // STEP * STEP].append(one.right)
    return [
        {"distance": start, "words": len(hits), "accuracy": round(sum(hits) / len(hits), 4)}
        for start, hits in sorted(bins.items())
    ]


def accuracy_at_lengths(
    words: Sequence[AlignedWord], bins: Bins
) -> dict[str, list[dict[str, Any]]]:
    """The same within sources of like length, for far words stand in long sources only."""
    return {
        bin_name(bounds): accuracy_by_distance([one for one in words if in_bin(one.length, bounds)])
        for bounds in bins
    }


@torch.no_grad()
def word_losses(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> Float[Tensor, "B T"]:
    """Nats that each target token costs, the reference before it given; 0 on padding."""
    batch = collate(encode_pairs(pairs, source, target)).to(model.device)
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
        words, target_words = pair.source.split(), pair.target.split()
        without = [
            Pair(" ".join(words[:index] + words[index + 1 :]), pair.target)
            for index in range(len(words))
        ]
        losses = word_losses(model, [pair, *without], source, target)
        rise = losses[1:] - losses[0]  # [word deleted, target token]
        weights = read_pair(model, pair, source, target).of_layer(layer)[0]
        real = [index for index, word in enumerate(words) if is_word(word)]
        gold = {link[1]: link[0] for link in sorted(pair.sure or ())}
        for row, word in enumerate(target_words):
            if row not in gold or not is_word(word):
                continue
            strongest = max(real, key=lambda column: float(weights[row, column]))
            others = [float(rise[column, row]) for column in real if column != strongest]
            costs["strongest"].append(float(rise[strongest, row]))
            costs["others"].append(sum(others) / max(1, len(others)))
            costs["gold"].append(float(rise[gold[row], row]))
    return {name: round(sum(values) / len(values), 4) for name, values in costs.items()}


def reach(model: Model, examples: Sequence[Example]) -> dict[str, float | int]:
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
    batch = batch.to(model.device)
    embedded: list[Tensor] = []
    hooks = [
        module.register_forward_hook(lambda _, __, output: embedded.append(output))
        for module in model.modules()
        if isinstance(module, Embedding)
    ]
    model.eval()
    try:
        memory: Any = model.encode(batch.source, batch.source_lengths)
    finally:
        for hook in hooks:
            hook.remove()
    states = memory.states[:, -1]
    [slopes] = torch.autograd.grad(states.square().sum() / 2, embedded[0])
    *words, end_mark = slopes.norm(dim=2).mean(dim=0).tolist()
    return {
        "words": len(words),
        "first_word": words[0],
        "last_word": words[-1],
        "end_mark": end_mark,
    }


def strongest_weight(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary, layer: int = -1
) -> float:
    """The largest weight of a target word, on average: 1 if it reads one word alone."""
    largest = [
        read_pair(model, pair, source, target).of_layer(layer)[0].amax(dim=1) for pair in pairs
    ]
    return round(float(torch.cat(largest).mean()), 4)


def fluency(outputs: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Two faults of a decoder that loses its place: saying things twice, leaving things out.

    `repeated`: share of an output's word pairs (bigrams) that it had said before, beyond those
    that the reference repeats too. `missing`: share of the reference's words not said.
    """
    repeated = bigrams = missing = reference_words = 0
    for output, reference in zip(outputs, references, strict=True):
        words, expected = output.split(), reference.split()
        pairs, expected_pairs = Counter(pairwise(words)), Counter(pairwise(expected))
        repeated += sum((pairs - expected_pairs)[pair] for pair in pairs if pairs[pair] > 1)
        bigrams += sum(pairs.values())
        missing += sum((Counter(expected) - Counter(words)).values())
        reference_words += len(expected)
    return {
        "repeated": round(repeated / max(1, bigrams), 4),
        "missing": round(missing / max(1, reference_words), 4),
    }
