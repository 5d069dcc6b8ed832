"""What can be guessed without a source, and what of quality lies beyond it."""

import pytest

from attention_course.claims.guessing import Guesser, beyond, guessed_words
from attention_course.data.pairs import Pair

TEXTS = ["the cat sat down", "the cat sat up", "the cat ran", "a cat sat down"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], "the"),  # how texts begin
        (["the", "cat"], "sat"),
        (["cat", "sat"], "down"),
        (["big", "cat"], "sat"),  # two words that were never met: the last one decides
        (["big", "red"], "cat"),  # none was met: the likeliest word of all
    ],
)
def test_a_guess_is_the_likeliest_word_after_the_longest_known_context(before, expected):
    assert Guesser(TEXTS).guess(before) == expected


def test_words_are_guessed_where_gold_links_them_and_counted_by_the_source():
    pair = Pair("고양이가 앉았다 .", "the cat ran .", sure=frozenset({(0, 1), (1, 2)}))
    [cat, ran] = guessed_words(Guesser(TEXTS), [pair])
    assert (cat.length, cat.distance, cat.right) == (3, 2, True)
    assert (ran.length, ran.distance, ran.right) == (3, 1, False)  # "sat" is likelier


def test_what_lies_beyond_a_guess_is_none_for_the_guess_and_all_for_the_truth():
    assert beyond(0.4, 0.4) == 0
    assert beyond(1.0, 0.4) == 1
    assert beyond(0.7, 0.4) == pytest.approx(0.5)
