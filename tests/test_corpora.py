"""The real corpora: read as they are, divided without a leak, each sentence with its credit."""

import gzip
from hashlib import sha256
from itertools import combinations

import pytest

from attention_course import config
from attention_course.data import corpora, download
from attention_course.data.corpora import bare, divide, load, read_pairs, tokenise
from attention_course.data.pairs import Pair
from attention_course.data.sources import SOURCES, Lines, Source
from attention_course.vocabulary import Subwords, Words, normalise, unmarked

LINES = (
    "Go.\t가.\tCC-BY tatoeba.org #1 (CM) & #2 (Eunhee)\n"
    'He said, "Don\'t go."\t그는 "가지 마"라고 했어.\tCC-BY tatoeba.org #3 (CK) & #4 (ljj)\n'
)


def here(name: str) -> pytest.MarkDecorator:
    """Skip where the corpus is not on this machine: no test downloads it."""
    return pytest.mark.skipif(
        not download.available(name).ready, reason=f"{name}: {download.available(name).reason}"
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Hi.", "Hi ."),
        ('He said, "Don\'t go!"', 'He said , " Don\'t go ! "'),
        ("It's 2:30, isn't it?", "It's 2:30 , isn't it ?"),
        ("A well-known book costs $1,000.50.", "A well-known book costs $ 1,000.50 ."),
        ("톰은 8시간 동안 잤어.", "톰은 8시간 동안 잤어 ."),
        ("가", "가"),  # decomposed letters are put together
    ],
)
def test_punctuation_is_a_word_of_its_own(written, words):
    assert tokenise(written) == words
    assert tokenise(words) == words


def test_a_sentence_is_the_same_whatever_its_marks():
    assert bare("he said , go !") == bare("he said go .")
    assert bare("he said go") != bare("he said no")


def test_no_sentence_of_either_language_is_in_two_parts():
    pairs = [Pair(f"k{number % 97}", f"e{number % 89} {'.!'[number % 2]}") for number in range(900)]
    parts = divide(pairs)
    assert all(parts)
    for left, right in combinations(parts, 2):
        assert {bare(p.source) for p in left}.isdisjoint(bare(p.source) for p in right)
        assert {bare(p.target) for p in left}.isdisjoint(bare(p.target) for p in right)


def test_a_sentence_stays_in_its_part_when_others_come_or_go():
    pairs = [Pair(f"k{number}", f"e{number}") for number in range(500)]
    test, validation, train = divide(pairs)
    fewer = divide(pairs[::2])
    assert [set(part) for part in fewer] == [
        set(part) & set(pairs[::2]) for part in (test, validation, train)
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_tatoeba_is_read_with_the_credit_of_each_pair(tmp_path, monkeypatch, packed):
    file = tmp_path / ("kor.txt.gz" if packed else "kor.txt")
    file.write_bytes(gzip.compress(LINES.encode()) if packed else LINES.encode())
    monkeypatch.setattr(corpora, "fetch", lambda name: [file])
    corpus = load("tatoeba")
    pairs = {pair for part in (corpus.train, corpus.validation, corpus.test) for pair in part}
    assert pairs == {
        Pair("가 .", "go .", credit="CC-BY tatoeba.org #1 (CM) & #2 (Eunhee)"),
        Pair(
            '그는 " 가지 마 " 라고 했어 .',
            'he said , " don\'t go . "',
            credit="CC-BY tatoeba.org #3 (CK) & #4 (ljj)",
        ),
    }
    assert corpus.units == "words"


def test_multi30k_pairs_german_lines_with_english_ones(tmp_path, monkeypatch):
    for part in ("train", "val", "test_2016_flickr", "test_2017_flickr", "test_2017_mscoco"):
        for code in ("de", "en"):
            lines = "".join(f" {part} {code} {number} \n" for number in range(3))
            (tmp_path / f"{part}.{code}.gz").write_bytes(gzip.compress(lines.encode()))
    files = [tmp_path / name for name in SOURCES["multi30k"].files]
    assert sorted(files) == sorted(tmp_path.iterdir())
    monkeypatch.setattr(corpora, "fetch", lambda name: files)
    corpus = load("multi30k", train=2, held_out=1)
    assert [(pair.source, pair.target) for pair in corpus.train] == [
        ("train de 0", "train en 0"),
        ("train de 1", "train en 1"),
    ]
    assert [pair.source for pair in corpus.validation] == ["val de 0"]
    assert [pair.source for pair in corpus.test] == ["test_2016_flickr de 0"]
    assert corpus.units == "subwords"
    assert "Elliott" in corpus.train[0].credit
    assert [pair.target for pair in load("multi30k").more_tests][-1] == "test_2017_mscoco en 2"


def test_two_files_of_lines_are_a_corpus_by_one_entry(tmp_path, monkeypatch):
    sides = {
        code: "".join(f"{code} {number} .\n" for number in range(200)) + "\n"
        for code in ("fr", "en")
    }
    for code, text in sides.items():
        (tmp_path / f"news.{code}").write_text(text, encoding="utf-8")
    entry = Source(
        languages="French -> English",
        pairs="200",
        licence="none",
        credit="the news",
        folder="trial",
        url="http://news.invalid/",
        files={f"news.{code}": sha256(text.encode()).hexdigest() for code, text in sides.items()},
        units="subwords",
        train=Lines("news.fr", "news.en"),
    )
    monkeypatch.setitem(SOURCES, "trial", entry)
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(tmp_path))
    corpus = load("trial")
    parts = (corpus.train, corpus.validation, corpus.test)
    assert all(parts)
    assert sum(map(len, parts)) == 200  # and not the blank line
    assert Pair("fr 7 .", "en 7 .", credit="the news") in {pair for part in parts for pair in part}
    assert corpus.name == "trial"
    assert corpus.units == "subwords"
    assert load("trial", train=3, held_out=1).train == corpus.train[:3]
    assert corpora.describe()[-1].where == f"found in {tmp_path}"


def test_every_corpus_can_be_trained_on_by_its_name_and_has_its_sizes():
    assert set(SOURCES) == set(config.DATA) - {*config.TOYS, "pocket-korean"}
    assert set(SOURCES) <= set(config.CORPORA)


def test_each_part_of_a_corpus_names_files_that_have_a_sha256():
    for source in SOURCES.values():
        parts = [source.train, *([source.validation] if source.validation else []), *source.tests]
        assert (source.validation is None) == (not source.tests)
        named = {one for part in parts for one in vars(part).values() if isinstance(one, str)}
        assert named == set(source.files)


def test_the_table_of_corpora_says_where_each_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_CACHE", str(tmp_path))
    monkeypatch.setenv("ATTENTION_COURSE_OFFLINE", "1")
    monkeypatch.delenv("ATTENTION_COURSE_DATA", raising=False)
    rows = corpora.describe()
    assert [row.name for row in rows] == list(SOURCES)
    assert rows[0].where == "10 of 10 files not fetched, and ATTENTION_COURSE_OFFLINE is set (1)"
    assert all(one.source.licence and one.source.credit and one.source.languages for one in rows)


@here("multi30k")
def test_multi30k_has_its_known_size_and_no_blank_lines():
    corpus = load("multi30k")
    assert (len(corpus.train), len(corpus.validation), len(corpus.test)) == (29_000, 1_014, 1_000)
    assert corpus.train[0].source.startswith("Zwei junge weiße Männer")
    assert corpus.train[-1].target.endswith("fog and mountains in the background.")
    assert all(pair.source and pair.target for pair in corpus.train)
    source = SOURCES["multi30k"]
    files = dict(zip(source.files, corpora.fetch("multi30k"), strict=True))
    tests = [read_pairs(source, part, files) for part in source.tests]
    assert [len(part) for part in tests] == [1_000, 1_000, 461]
    assert corpus.test + corpus.more_tests == tests[0] + tests[1] + tests[2]
    assert set(corpus.train).isdisjoint(corpus.validation + corpus.test)


@here("tatoeba")
def test_tatoeba_is_divided_without_a_leak_and_keeps_every_credit():
    corpus = load("tatoeba")
    parts = (corpus.train, corpus.validation, corpus.test)
    assert len(corpus.train) > 5_000
    assert min(len(corpus.validation), len(corpus.test)) > 300
    for left, right in combinations(parts, 2):
        assert {bare(pair.target) for pair in left}.isdisjoint(bare(p.target) for p in right)
        assert {bare(pair.source) for pair in left}.isdisjoint(bare(p.source) for p in right)
    assert all("tatoeba.org #" in pair.credit for part in parts for pair in part)
    assert load("tatoeba", train=7, held_out=5).train == corpus.train[:7]


@here("multi30k")
def test_what_a_model_of_multi30k_reads_is_what_it_read_before_texts_were_normalised():
    corpus = load("multi30k")
    for side in ("source", "target"):
        texts = [getattr(pair, side) for pair in corpus.train]
        assert all(normalise(text) == unmarked(text) == text for text in texts)
        subwords = Subwords.learn(texts, 2_000)
        for pair in (*corpus.validation, *corpus.test, *corpus.more_tests):
            text = getattr(pair, side)
            assert subwords.encode(text) == subwords.tokenizer.encode(text).ids


@here("tatoeba")
def test_what_a_model_of_tatoeba_reads_is_what_it_read_before_texts_were_normalised():
    corpus = load("tatoeba")
    for side in ("source", "target"):
        words = Words.learn([getattr(pair, side) for pair in corpus.train], 4_000)
        for pair in (*corpus.train, *corpus.validation, *corpus.test):
            text = getattr(pair, side)
            assert words.encode(text) == [words.ids.get(word, 3) for word in text.split()]
