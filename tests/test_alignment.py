import random

import pytest
import torch

from attention_course.course import preset
from attention_course.data import load
from attention_course.data.pairs import Pair
from attention_course.judging.alignment import (
    alignment_error_rate,
    error_rates,
    is_word,
    merge,
    strongest_links,
)
from attention_course.runs.experiment import prepare
from attention_course.vocabulary import Word


def links(*pairs):
    return frozenset(pairs)


def test_the_rate_of_a_case_counted_by_hand():
    found, sure = [links((0, 0), (1, 1), (2, 2))], [links((0, 0), (1, 2))]
    possible = [links((0, 0), (1, 2), (1, 1))]
    # |A and S| = 1, |A and P| = 2, |A| + |S| = 5
    assert alignment_error_rate(found, sure, possible) == pytest.approx(1 - 3 / 5)


def test_sure_links_count_as_possible_even_if_they_were_not_listed_so():
    assert alignment_error_rate([links((0, 0))], [links((0, 0))], [links()]) == 0


def test_without_any_link_there_is_nothing_to_rate():
    with pytest.raises(ValueError, match="expected links to rate"):
        alignment_error_rate([links()], [links()], [links()])


def test_the_gold_of_pocket_korean_against_itself_is_perfect_and_a_guess_is_far_from_it():
    corpus = load(preset("ch3_attention", "dot", "pocket-korean", "smoke"))
    sure = [pair.sure for pair in corpus.test]
    possible = [pair.possible for pair in corpus.test]
    assert alignment_error_rate(sure, sure, possible) == 0
    chance = random.Random(0)
    guesses = [
        links(
            *(
                (chance.randrange(len(pair.source.split())), place)
                for place in range(len(pair.target.split()))
            )
        )
        for pair in corpus.test
    ]
    assert alignment_error_rate(guesses, sure, possible) > 0.7


def test_pieces_of_a_source_word_are_added_and_of_a_target_word_averaged():
    weights = torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [1.0, 0.0, 0.0]])
    source = [Word("ab", [0, 1]), Word("c", [2])]
    target = [Word("x", [0]), Word("yz", [1, 2])]
    merged = merge(weights, source, target)
    torch.testing.assert_close(merged, torch.tensor([[0.3, 0.7], [0.8, 0.2]]))


def test_punctuation_and_special_tokens_are_left_out_of_the_links():
    weights = torch.tensor([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1]])
    assert strongest_links(weights, ["a", "b", "."], ["x", ".", "y"]) == links((1, 0), (1, 2))
    assert not is_word(".")
    assert not is_word("<eos>")
    assert is_word("don't")


def test_a_model_that_looks_at_the_gold_has_no_error():
    """A socket that is handed the right answers, seen through the whole path to the rate."""
    pair = Pair("가 나 .", "x y .", links((1, 0), (0, 1)), links((1, 0), (0, 1)))
    corpus = load(preset("ch3_attention", "dot", "copy", "smoke"))
    trained = prepare(preset("ch3_attention", "dot", "copy", "smoke"), corpus)
    gold = torch.tensor([[[0.0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]])
    trained.model.decoder.context.weights = lambda queries, states, mask: gold
    assert error_rates(trained.model, [pair], trained.source, trained.target) == [0.0]


def test_a_transformer_is_rated_layer_by_layer():
    run = preset("ch4_self_attention", "transformer", "copy", "smoke", layers=3)
    trained = prepare(run, load(run))
    pair = Pair("a b", "a b", links((0, 0), (1, 1)), links((0, 0), (1, 1)))
    rates = error_rates(trained.model, [pair], trained.source, trained.target)
    assert len(rates) == 3
