"""The n-gram model that a language model is held against."""

import math

import pytest

from attention_course.claims.kneser_ney import KneserNey
from attention_course.vocabulary import BOS, EOS

A, B, C = 4, 5, 6
SIZE = 7
SENTENCES = [[A, B, EOS], [A, B, EOS], [A, C, EOS], [C, B, EOS]]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("before", [[], [A], [A, B], [B, B, B], [C, A, B, C]])
def test_the_likelihoods_of_all_tokens_sum_to_one_after_any_beginning(order, before):
    model = KneserNey(order, SENTENCES, SIZE)
    text = [BOS] * order + before
    assert sum(model.probability(text, token) for token in range(SIZE)) == pytest.approx(1)


def test_a_bigram_by_hand():
    """After A: B twice, C once. One bigram was counted twice, and so on."""
    model = KneserNey(2, SENTENCES, SIZE)
    # bigrams: (bos A) 3, (A B) 2, (B eos) 3, (A C) 1, (C eos) 1, (bos C) 1, (C B) 1
    discount = 4 / (4 + 2 * 1)
    # tokens by how many different ones stand before them: A 1, B 2, eos 2, C 2, of 7
    lower = 1 / (1 + 2 * 3)  # n1 = 1 (A), n2 = 3
    of_b = (2 - lower) / 7 + lower * 4 / 7 / SIZE
    expected = (2 - discount) / 3 + discount * 2 / 3 * of_b
    assert model.probability([BOS, A], B) == pytest.approx(expected)


def test_a_word_that_follows_much_is_likelier_in_a_new_place_than_one_that_is_only_frequent():
    san, francisco, the, dog, cat, house = range(4, 10)
    sentences = [[san, francisco, EOS]] * 8 + [[the, one, EOS] for one in (dog, cat, house)]
    sentences += [[dog, house, EOS], [cat, house, EOS]]
    model = KneserNey(2, sentences, 10)
    assert model.probability([francisco], house) > model.probability([francisco], francisco)


def test_losses_are_those_of_each_token_with_the_end():
    model = KneserNey(3, SENTENCES, SIZE)
    losses = model.losses([A, B, EOS])
    assert len(losses) == 3
    assert losses[0] == pytest.approx(-math.log(model.probability([BOS, BOS], A)))
    assert losses[1] == pytest.approx(-math.log(model.probability([BOS, A], B)))


def test_more_tokens_of_the_past_help_where_they_decide():
    sentences = [[A, C, A, EOS], [B, C, B, EOS]] * 5
    short, long = KneserNey(2, sentences, SIZE), KneserNey(3, sentences, SIZE)
    assert long.probability([A, C], A) > 0.7 > short.probability([A, C], A)
