"""The aligner that knows order: worked by hand, and against the one that does not."""

import numpy as np
import pytest

from attention_course.claims.hmm_aligner import HMMAligner, forward_backward
from attention_course.claims.ibm_model_1 import IBMModel1
from attention_course.data import hansards
from attention_course.data.pairs import Pair
from attention_course.judging.alignment import alignment_error_rate

PAIRS = [Pair("a b", "x y"), Pair("b c", "y z"), Pair("c a", "z x"), Pair("a", "x")]
TWICE = [  # a word that stands twice: only order says which is which
    Pair("a b a c", "x y x z"), Pair("b a c a", "y x z x"), Pair("c b", "z y"), Pair("a b", "x y"),
]  # fmt: skip


def test_forward_and_backward_give_what_is_worked_out_by_hand():
    """Two target words, two source words: four paths of 1/2 * emitted * moved * emitted."""
    emitted = np.array([[0.5, 0.25], [0.2, 0.4]])
    moved = np.array([[0.25, 0.75], [0.5, 0.5]])
    # paths: 0 0 .5 * .25 * .2 = .025, 0 1 .5 * .75 * .4 = .15, 1 0 .25 * .5 * .2 = .025,
    # 1 1 .25 * .5 * .4 = .05; together .25
    found = forward_backward(emitted, moved)
    assert found.places[0] == pytest.approx([0.7, 0.3])
    assert found.places[1] == pytest.approx([0.2, 0.8])
    assert found.jumps == pytest.approx(np.array([[0.1, 0.6], [0.1, 0.2]]))


def test_with_equal_jumps_it_believes_what_model_1_believes():
    model, first = HMMAligner(PAIRS, rounds=0), IBMModel1(PAIRS)
    for pair in PAIRS:
        rows = [first.targets[word] for word in pair.target.split()]
        columns = [first.sources[word] for word in pair.source.split()]
        shares = first.table.double().numpy()[np.ix_(rows, columns)]
        expected = shares / shares.sum(axis=1, keepdims=True)
        assert model.posterior(pair).places == pytest.approx(expected, abs=1e-6)
        assert model.links(pair) == first.links(pair, abstain=False)


def test_order_tells_two_equal_words_apart():
    gold = [frozenset((place, place) for place in range(len(p.source.split()))) for p in TWICE]
    rates = [
        alignment_error_rate(links, gold, gold)
        for links in (
            [HMMAligner(TWICE).links(pair) for pair in TWICE],
            [IBMModel1(TWICE).links(pair, abstain=False) for pair in TWICE],
        )
    ]
    assert rates[0] == 0 < rates[1]


def test_a_source_that_is_longer_than_all_before_is_refused():
    with pytest.raises(ValueError, match="expected a source of at most 2 words, got 3"):
        HMMAligner(PAIRS).links(Pair("a b c", "x"))


def test_unknown_words_are_aligned_by_their_place():
    links = HMMAligner(TWICE).links(Pair("a b new", "x y other"))
    assert (2, 2) in links


def test_gold_links_are_read_as_sure_and_possible_and_counted_from_0():
    pair = hansards.read_pair("oh , yes   ||| ah oui  ", "1-1 3p2")
    assert (pair.source, pair.target) == ("oh , yes", "ah oui")
    assert pair.sure == {(0, 0)}
    assert pair.possible == {(0, 0), (2, 1)}
