import random

import pytest
import torch

from attention_course.data.batch import (
    Example,
    batches,
    collate,
    encode_pairs,
    encode_sentence,
    in_order,
    lengths,
)
from attention_course.data.pairs import Pair
from attention_course.vocabulary import BOS, EOS, PAD, Words

WORDS = Words(["a", "b", "c"])


def test_the_target_is_shifted_by_one_token():
    batch = collate([Example([4, EOS], [5, 6, EOS]), Example([4, 5, EOS], [6, EOS])])
    assert batch.target_in.tolist() == [[BOS, 5, 6], [BOS, 6, PAD]]
    assert batch.target_out.tolist() == [[5, 6, EOS], [6, EOS, PAD]]
    assert batch.source.tolist() == [[4, EOS, PAD], [4, 5, EOS]]
    assert batch.source_lengths.tolist() == [2, 3]
    assert batch.source_mask.int().tolist() == [[1, 1, 0], [1, 1, 1]]
    assert batch.tokens == 5


def test_the_order_of_the_data_is_a_function_of_seed_and_epoch():
    examples = [Example([4] * size, [5] * size) for size in range(1, 98)]
    once = batches(examples, 7, seed=3, epoch=2)
    assert once == batches(examples, 7, seed=3, epoch=2)
    assert once != batches(examples, 7, seed=3, epoch=3)
    assert once != batches(examples, 7, seed=4, epoch=2)


def padding(batch):
    """Cells of a batch, both sides together, and how many of them are padding."""
    cells = sum(len(batch) * max(map(len, side)) for side in zip(*batch, strict=True))
    return cells, cells - sum(len(side) for example in batch for side in example)


def test_little_of_a_batch_is_padding_on_either_side():
    rng = random.Random(0)
    sizes = [max(4, round(rng.gauss(17, 6))) for _ in range(4_000)]
    examples = [Example([4] * size, [5] * max(3, size + round(rng.gauss(0, 3)))) for size in sizes]
    cells, empty = map(sum, zip(*map(padding, batches(examples, 32, 0, 0)), strict=True))
    assert empty / cells < 0.05
    one_way = sorted(examples, key=lengths)  # each length begins again at the shortest source
    groups = [one_way[first : first + 32] for first in range(0, len(examples), 32)]
    cells, empty = map(sum, zip(*map(padding, groups), strict=True))
    assert empty / cells > 0.06


def test_every_example_is_in_exactly_one_batch():
    examples = [Example([number], [number, EOS]) for number in range(101)]
    seen = [one for batch in batches(examples, 10, 0, 0) for one in batch]
    assert sorted(seen) == sorted(examples)
    judged = [row for batch in in_order(examples, 10) for row in batch.source.tolist()]
    assert judged == [[number] for number in range(101)]


def test_an_empty_sentence_is_an_error():
    with pytest.raises(ValueError, match="at least one word, got an empty one"):
        encode_sentence("  ", WORDS)
    with pytest.raises(ValueError, match="at least one word"):
        encode_pairs([Pair("a", "")], WORDS, WORDS)


def test_pairs_that_are_too_long_are_left_out_only_when_asked():
    pairs = [Pair("a b", "c"), Pair("a b c", "c")]
    assert len(encode_pairs(pairs, WORDS, WORDS)) == 2
    assert len(encode_pairs(pairs, WORDS, WORDS, longest=3)) == 1


def test_a_batch_moves_as_a_whole():
    batch = collate([Example([4, EOS], [5, EOS])]).to(torch.device("cpu"))
    assert batch.source.device.type == "cpu"
