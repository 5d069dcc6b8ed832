"""Attention held against gold: who translates whom, and how often the weights say so."""

from collections.abc import Iterable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.batch import collate, encode_pairs
from attention_course.data.pairs import Link, Pair
from attention_course.models.model import Model, Output, Side
from attention_course.vocabulary import Vocabulary, Word


def alignment_error_rate(
    links: Iterable[frozenset[Link]],
    sure: Iterable[frozenset[Link]],
    possible: Iterable[frozenset[Link]],
) -> float:
    """`1 - (|A and S| + |A and P|) / (|A| + |S|)`, over all sentences.    Och and Ney 2003, eq. 38

    0 is perfect, 1 is all wrong. Sure links count as possible too.

    Raises:
        ValueError: there is no link at all, so there is nothing to rate.
    """
    agreed = total = 0
    for found, certain, allowed in zip(links, sure, possible, strict=True):
        agreed += len(found & certain) + len(found & (allowed | certain))
        total += len(found) + len(certain)
    if not total:
        raise ValueError("expected links to rate, got none; give pairs with gold alignments")
    return 1 - agreed / total


def is_word(text: str) -> bool:
    """Whether a token is a word rather than punctuation or a special token."""
    return any(letter.isalnum() for letter in text) and not text.startswith("<")


def merge(
    weights: Float[Tensor, "T S"], source: Sequence[Word], target: Sequence[Word]
) -> Float[Tensor, "words_out words_in"]:
    """Weights between written words: summed over a source word's subwords, averaged over a target
    word's. Rows still sum to 1 if `source` covers every column."""
    columns = torch.stack([weights[:, word.positions].sum(dim=1) for word in source], dim=1)
    return torch.stack([columns[word.positions].mean(dim=0) for word in target])


def read_words(reads: Sequence[Side], source: Sequence[Word], past: Sequence[Word]) -> list[Word]:
    """The words of a map's columns: of the source, of the model's own past, or of both in order."""
    columns: list[Word] = []
    for side in reads:
        start = sum(len(word.positions) for word in columns)
        words = source if side == "source" else past
        columns += [Word(text, [start + one for one in positions]) for text, positions in words]
    return columns


def strongest_links(
    weights: Float[Tensor, "words_out words_in"],
    source: Sequence[str],
    target: Sequence[str],
) -> frozenset[Link]:
    """For each target word the source word with the largest weight; punctuation left out.

    Words are numbered as in the gold: by their position among all words of the sentence.
    """
    columns = [index for index, word in enumerate(source) if is_word(word)]
    rows = [index for index, word in enumerate(target) if is_word(word)]
    if not columns:
        return frozenset()
    best = weights[:, columns].argmax(dim=1).tolist()
    return frozenset((columns[best[row]], row) for row in rows)


@torch.no_grad()
def read_pair(model: Model, pair: Pair, source: Vocabulary, target: Vocabulary) -> Output:
    """What the model gives for a pair, its true words given: scores, and maps of what it read."""
    batch = collate(encode_pairs([pair], source, target)).to(model.device)
    model.eval()
    output: Output = model(batch.source, batch.source_lengths, batch.target_in)
    return output


def links_by_layer(
    model: Model, pair: Pair, source: Vocabulary, target: Vocabulary
) -> list[frozenset[Link]]:
    """The strongest links of a pair: one set for each layer of the model (mean of heads)."""
    maps = read_pair(model, pair, source, target).maps[0].mean(dim=1)  # [L, T, R]
    source_words = source.words(source.encode(pair.source))
    target_words = target.words(target.encode(pair.target))
    names = pair.source.split(), pair.target.split()
    return [strongest_links(merge(weights, source_words, target_words), *names) for weights in maps]


def error_rates(
    model: Model, pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary
) -> list[float]:
    """Alignment error rate on pairs with gold: one for each layer of the model."""
    links = [links_by_layer(model, pair, source, target) for pair in pairs]
    sure = [pair.sure or frozenset() for pair in pairs]
    possible = [pair.possible or frozenset() for pair in pairs]
    return [alignment_error_rate(layer, sure, possible) for layer in zip(*links, strict=True)]
