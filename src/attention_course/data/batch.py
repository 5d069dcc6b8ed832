"""Sentences to padded tensors. The one-token shift of the target is made here, nowhere else."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from attention_course.data.pairs import Pair
from attention_course.models.masks import padding_mask
from attention_course.vocabulary import BOS, EOS, PAD, Vocabulary


class Example(NamedTuple):
    """A pair as token ids; both ends carry <eos>."""

    source: list[int]
    target: list[int]


@dataclass(frozen=True)
class Batch:
    """What a model is trained on: it reads target_in and is to predict target_out."""

    source: Int[Tensor, "B S"]
    source_lengths: Int[Tensor, "B"]
    target_in: Int[Tensor, "B T"]
    target_out: Int[Tensor, "B T"]

    @property
    def source_mask(self) -> Bool[Tensor, "B S"]:
        """True on the real tokens of the source."""
        return padding_mask(self.source_lengths, self.source.shape[1])

    @property
    def tokens(self) -> int:
        """How many real target tokens the batch asks for."""
        return int((self.target_out != PAD).sum())

    def to(self, device: torch.device) -> "Batch":
        """Move all tensors to a device; a GPU of NVIDIA fetches them while the processor goes on.

        To a processor, or to an Apple GPU, the move is waited for: who reads on at once might read
        what has not arrived yet.
        """
        at_once = device.type not in ("cpu", "mps")
        names = self.__dataclass_fields__
        return Batch(*(getattr(self, name).to(device, non_blocking=at_once) for name in names))


def encode_sentence(text: str, vocabulary: Vocabulary) -> list[int]:
    """Turn a sentence into ids that end with <eos>.

    Raises:
        ValueError: the sentence is empty.
    """
    ids = vocabulary.encode(text)
    if not ids:
        raise ValueError("expected a sentence of at least one word, got an empty one; type a word")
    return [*ids, EOS]


def encode_pairs(
    pairs: Sequence[Pair], source: Vocabulary, target: Vocabulary, longest: int | None = None
) -> list[Example]:
    """Turn pairs into ids; pairs with more than `longest` tokens on a side are left out."""
    examples = [
        Example(encode_sentence(pair.source, source), encode_sentence(pair.target, target))
        for pair in pairs
    ]
    if longest is None:
        return examples
    return [
        example for example in examples if max(len(example.source), len(example.target)) <= longest
    ]


def pad(sequences: Sequence[list[int]]) -> Int[Tensor, "B L"]:
    """Fill sequences up with <pad> to the longest of them."""
    size = max(map(len, sequences))
    return torch.tensor([ids + [PAD] * (size - len(ids)) for ids in sequences])


def source_lengths(sources: Sequence[list[int]]) -> Int[Tensor, "B"]:
    """Count the real tokens of each sentence."""
    return torch.tensor([len(ids) for ids in sources])


def target_tokens(examples: Sequence[Example]) -> int:
    """How many target tokens the examples ask for."""
    return sum(len(example.target) for example in examples)


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples to one batch; the target is shifted by one token: <bos> a b, a b <eos>."""
    sources = [example.source for example in examples]
    return Batch(
        source=pad(sources),
        source_lengths=source_lengths(sources),
        target_in=pad([[BOS, *example.target[:-1]] for example in examples]),
        target_out=pad([example.target for example in examples]),
    )


def batches(examples: Sequence[Example], size: int, seed: int, epoch: int) -> list[list[Example]]:
    """Put examples of like length together, in an order that (seed, epoch) alone decides.

    Which of those that are equally long share a batch is drawn, and so is the order of the batches.
    """
    rng = random.Random(f"{seed}/{epoch}")
    order = list(examples)
    rng.shuffle(order)
    order.sort(key=up_and_down)
    grouped = in_groups(order, size)
    rng.shuffle(grouped)
    return grouped


def in_groups(examples: Sequence[Example], size: int) -> list[list[Example]]:
    """Cut examples into groups of this size, in the order given; the last may be smaller."""
    return [list(examples[first : first + size]) for first in range(0, len(examples), size)]


def up_and_down(example: Example) -> tuple[int, int]:
    """Sorts by the target's length, and within it by the source's, up and down.

    So neighbours are alike on both sides, where the next length begins as
    well, and a batch holds little padding.
    """
    target, source = lengths(example)
    return target, source if target % 2 else -source


def lengths(example: Example) -> tuple[int, int]:
    """Tokens of the target, then of the source: sorted by this, a batch holds little padding."""
    return len(example.target), len(example.source)


def in_order(examples: Sequence[Example], size: int) -> Iterator[Batch]:
    """Make batches in the order given, for judging rather than learning."""
    return map(collate, in_groups(examples, size))
