"""Embeddings that begin with what IBM Model 1 finds in the pairs."""

from collections import defaultdict

import pytest
import torch

from attention_course.course import build, describe
from attention_course.data.batch import Example
from attention_course.models.model import Model
from attention_course.training import warm_start as room
from attention_course.training.warm_start import side_by_side, translation_counts, warm_start
from attention_course.vocabulary import PAD

LA, MAISON, FLEUR, THE, HOUSE, FLOWER = 4, 5, 6, 4, 5, 6
PAIRS = [Example([LA, MAISON], [THE, HOUSE]), Example([LA, FLEUR], [THE, FLOWER])]
SMALL = {"d_model": 6, "d_state": 8}


def by_plain_words(examples, rounds):
    """The same counts, number by number."""
    table = defaultdict(lambda: 1.0)
    for _ in range(rounds):
        counts, totals = defaultdict(float), defaultdict(float)
        for source, target in examples:
            for word in target:
                believed = sum(table[other, word] for other in source)
                for other in source:
                    counts[other, word] += table[other, word] / believed
                    totals[other] += table[other, word] / believed
        table = defaultdict(float, {key: value / totals[key[0]] for key, value in counts.items()})
    return counts


def test_the_counts_are_those_of_model_1_worked_out_word_by_word():
    examples = [*PAIRS, Example([LA, LA, MAISON, 7], [HOUSE, 7]), Example([7], [THE, 7, 7])]
    counts = translation_counts(examples, 9, 9)
    expected = by_plain_words(examples, room.ROUNDS)
    for (source, target), value in expected.items():
        assert counts[source, target].item() == pytest.approx(value, abs=1e-5)
    assert counts.sum().item() == pytest.approx(sum(len(one.target) for one in examples))
    assert (counts[PAD] == 0).all()


def test_words_that_translate_each_other_begin_nearer_than_others():
    source, target = side_by_side(translation_counts(PAIRS * 3, 8, 8), 3)
    likeness = source @ target.T
    for word, translation in ((LA, THE), (MAISON, HOUSE), (FLEUR, FLOWER)):
        assert likeness[word].argmax() == translation


def test_vectors_may_have_more_features_than_there_are_words():
    source, target = side_by_side(translation_counts(PAIRS * 3, 8, 8), 32)
    assert source.shape == target.shape == (8, 32)
    likeness = source @ target.T
    assert likeness[MAISON].argmax() == HOUSE
    torch.testing.assert_close(source[LA : FLEUR + 1].norm(dim=1), torch.ones(3))


def test_a_word_in_no_pair_and_padding_keep_what_they_had():
    model = build(describe("ch3_attention", "dot", "copy", **SMALL), 9, 9)
    before = model.encoder.embedding.table.weight.clone()
    warm_start(model, PAIRS, seed=0)
    after = model.encoder.embedding.table.weight
    assert torch.equal(after[7:], before[7:])
    assert (after[PAD] == 0).all()
    assert not torch.allclose(after[LA], before[LA])
    torch.testing.assert_close(after[LA : FLEUR + 1].norm(dim=1), torch.ones(3))


def test_the_seed_alone_decides_and_other_random_numbers_are_left_alone():
    tables = []
    for drawn_before in (0, 5):
        model = build(describe("ch3_attention", "dot", "copy", **SMALL), 9, 9)
        torch.rand(drawn_before)
        state = torch.get_rng_state()
        warm_start(model, PAIRS, seed=3)
        assert torch.equal(torch.get_rng_state(), state)
        tables.append(model.decoder.embedding.table.weight[THE].clone())
    assert torch.equal(*tables)


def test_a_model_that_names_no_embeddings_is_told_what_it_must_name():
    with pytest.raises(NotImplementedError, match="must name its two embeddings"):
        warm_start(Model(), PAIRS, seed=0)
