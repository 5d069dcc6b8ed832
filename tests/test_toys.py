import pytest

from attention_course import data
from attention_course.claims import trained
from attention_course.config import TOYS
from attention_course.data import toys


def first(task, **sizes):
    settings = {"train": 40, "validation": 5, "test": 5, "shortest": 4, "longest": 9, **sizes}
    return toys.corpus(task, **settings)


@pytest.mark.parametrize("task", TOYS)
def test_no_source_is_in_two_parts_and_the_same_seed_draws_the_same(task):
    corpus = first(task)
    sources = [pair.source for part in (corpus.train, corpus.validation, corpus.test)
               for pair in part]  # fmt: skip
    assert len(sources) == len(set(sources)) == 50
    assert corpus == first(task)
    assert corpus != first(task, seed=1)


def test_the_test_set_does_not_depend_on_how_much_is_learned_from():
    assert first("copy").test == first("copy", train=300).test


def test_each_task_is_what_its_name_says():
    for pair in first("copy").train:
        assert pair.target == pair.source
        assert 4 <= len(pair.source.split()) <= 9
    for pair in first("reverse").train:
        assert pair.target.split() == pair.source.split()[::-1]
    for pair in first("recall").train:
        *pairs, query = pair.source.split()
        table = dict(zip(pairs[::2], pairs[1::2], strict=True))
        assert pair.target == table[query]
    for pair in first("bag").train:
        expected = sorted(set(pair.source.split()) & set("abcde")) or ["none"]
        assert pair.target.split() == expected
    for pair in first("sort").train:
        assert pair.target.split() == sorted(pair.source.split())
    for pair in first("numbered").train:
        words, letters = pair.source.split(), pair.target.split()
        numbers = [words.index(str(number)) for number in range(1, len(letters) + 1)]
        assert [words[place + 1] for place in numbers] == letters
        assert sum(word.isdigit() for word in words) == len(letters)
    for pair in first("late").train:
        letters = pair.source.replace("- ", "")
        assert pair.target == pair.source
        assert "-" not in letters
        assert len(letters.split()) >= 2


def test_where_a_numbered_letter_stands_says_nothing_of_when_it_is_said():
    pairs = toys.pairs_at("numbered", 60, 400)
    assert {len(pair.source.split()) for pair in pairs} == {60}
    assert {len(pair.target.split()) for pair in pairs} == set(range(1, 17))
    places = [[pair.source.split().index(str(number)) for pair in pairs
               if len(pair.target.split()) >= number] for number in (1, 8)]  # fmt: skip
    first, eighth = (sum(one) / len(one) for one in places)
    assert abs(first - eighth) < 5  # of 60 tokens


def test_which_places_are_trained_most_is_turned_around_by_pauses():
    letters = [pair.source.split() for pair in first("late", train=300, shortest=9).train]
    heard = [sum(words[place] != "-" for words in letters) for place in range(9)]
    assert heard == sorted(heard)
    assert heard[0] < heard[-1] / 4
    copied = [len(pair.source.split()) for pair in first("copy", train=300, shortest=2).train]
    assert sum(length >= 9 for length in copied) < len(copied) / 4


def test_more_sources_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="expected 1010 distinct sources of 1 to 1 tokens, got"):
        first("copy", train=1000, shortest=1, longest=1)


def test_each_seed_has_a_corpus_of_its_own_only_where_the_run_says_so():
    run = trained.toy_run("last", "copy", "smoke", 0, train_pairs=50, held_out_pairs=10)
    tests = {seed: data.load(run.changed(seed=seed)).test for seed in (0, 1)}
    shared = run.changed(new_corpus=False)
    assert not set(tests[0]) & set(tests[1])
    assert data.load(shared.changed(seed=1)).test == data.load(shared).test == tests[0]
    named = {trained.card_name(one) for one in (run, run.changed(seed=1), shared)}
    assert len({name.rsplit("-seed")[0] for name in named}) == 2
