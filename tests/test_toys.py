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
