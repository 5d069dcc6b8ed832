"""Pocket Korean: lengths, gold, switches, and the same pairs on every machine."""

import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from attention_course.course import preset
from attention_course.data import load
from attention_course.data import pocket_korean as module
from attention_course.data.pocket_korean import (
    corpus,
    generate,
    pair_of,
    read_examples,
    write_pair,
)
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.draft import Clause
from attention_course.korean.gloss import dictionary, gloss, gloss_pair
from attention_course.korean.lexicon import FRAMES, ME, WORDS, Deed, find_nouns
from attention_course.korean.phrases import Phrase, Token, Word
from attention_course.korean.reports import report
from attention_course.korean.states import connect
from attention_course.korean.stories import Story, Way, tell
from attention_course.korean.writer import DeadEndError, Switches, Writer

MARKS = set(".,?")
PAIRS = generate(300, seed=1)
SHORT = generate(600, seed=6, longest=12)
FUNCTION = set(
    "a an the my our your his her i we you he she it they there in on at to for from with by and "
    "but who whom that where will would because although when while before after if so then please "
    "let us 's is are was were am be do does did have has had of not can could any them one".split()
)


def words(pair):
    return pair.source.split(), pair.target.split()


@pytest.mark.parametrize("length", [4, 5, 9, 17, 23, 31, 40])
def test_a_sentence_has_just_the_words_that_were_asked_for(length):
    rng = random.Random(length)
    assert [len(write_pair(rng, length).source.split()) for _ in range(8)] == [length] * 8


def test_every_length_is_as_likely_as_another():
    lengths = Counter(len(pair.source.split()) for pair in generate(600, 3, 4, 9))
    assert set(lengths) == set(range(4, 10))
    assert max(lengths.values()) < 2 * min(lengths.values())


def test_no_pair_comes_twice_and_none_is_in_two_parts():
    parts = corpus(300, 60, 60)
    every = [*parts.train, *parts.validation, *parts.test]
    assert len({pair.source for pair in every}) == len(every)
    assert len({pair.target for pair in every}) == len(every)
    assert corpus(50, 60, 60).test == parts.test
    assert corpus(50, 60, 60).train == parts.train[:50]
    assert corpus(50, 20, 60).test == parts.test


def test_another_seed_writes_other_sentences():
    assert generate(50, seed=1) == PAIRS[:50]
    assert not {pair.source for pair in generate(50, seed=2)} & {pair.source for pair in PAIRS}


def test_a_run_on_an_edition_that_is_gone_is_refused_with_the_next_step():
    run = preset("ch3_attention", "scaled", "pocket-korean", "smoke")
    assert run.edition == module.EDITION
    with pytest.raises(ValueError, match="got one on edition 1, which this version"):
        load(replace(run, edition=1))


def test_the_same_pairs_come_whatever_the_hash_seed_is():
    code = (
        "from attention_course.data.pocket_korean import generate\n"
        "print(*(pair.source + pair.target + str(sorted(pair.sure)) for pair in generate(40, 7)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_links_stand_between_words_and_sure_ones_are_possible():
    for pair in PAIRS:
        source, target = words(pair)
        assert pair.sure <= pair.possible
        for korean, english in pair.possible:
            assert source[korean] not in MARKS
            assert target[english] not in MARKS


def test_every_content_word_is_linked_for_sure_on_both_sides():
    for pair in PAIRS:
        source, target = words(pair)
        linked = {english for _, english in pair.sure}
        missing = [
            word
            for place, word in enumerate(target)
            if place not in linked and word not in FUNCTION | MARKS
        ]
        assert not missing, (pair.source, pair.target)
        possible = {korean for korean, _ in pair.possible}
        left = [
            word
            for place, word in enumerate(source)
            if place not in possible and word not in MARKS and not counter(source, place)
        ]
        assert not left, (pair.source, pair.target)


def counter(source, place):
    """Whether a word counts what stands before its number: 책 세 권을."""
    return place > 1 and source[place - 1] in "한 두 세 네".split()


def test_a_sure_link_joins_words_that_mean_the_same():
    for pair in PAIRS:
        source, target = words(pair)
        known = dictionary()
        for korean, english in pair.sure:
            readings = known[source[korean]]
            said = set().union(*(one.english for one in readings))
            meant = " ".join(one.meaning for one in readings).split()
            assert target[english] in {*said, *meant} | FUNCTION, (source[korean], target[english])


def test_sentences_end_with_a_mark_and_only_questions_with_a_question_mark():
    for pair in PAIRS:
        source, target = words(pair)
        assert source[-1] == target[-1]
        assert source[-1] in (".", "?")
        assert source.count("?") + source.count(".") == target.count("?") + target.count(".")


def test_a_is_an_before_a_vowel_and_nowhere_else():
    for pair in PAIRS:
        _, target = words(pair)
        for word, after in pairwise(target):
            if word in ("a", "an"):
                assert (word == "an") == (after[0] in "aeiou"), pair.target


def crossing(pair):
    """The share of pairs of sure links that cross."""
    links = sorted(pair.sure)
    crossed = total = 0
    for place, (one, other) in enumerate(links):
        for earlier, before in links[:place]:
            if one != earlier and other != before:
                total += 1
                crossed += other < before
    return crossed / total if total else 0.0


def test_links_cross_in_short_sentences_and_in_long_ones():
    rng = random.Random(0)
    for length in (8, 16, 24, 32):
        shares = [crossing(write_pair(rng, length)) for _ in range(40)]
        assert sum(shares) / len(shares) > 0.2, length


def test_the_order_alone_changes_when_order_is_fixed():
    free, fixed = (generate(900, 2, 4, 8, Switches(free_order=order)) for order in (True, False))
    vocabulary = [{word for pair in some for word in pair.source.split()} for some in (free, fixed)]
    assert len(vocabulary[0] & vocabulary[1]) > 0.5 * len(vocabulary[0])
    objects_first = [sum(is_object_first(pair) for pair in some) for some in (free, fixed)]
    assert objects_first[0] > 0
    assert objects_first[1] == 0


def is_object_first(pair):
    """Whether what is spoken of stands before a subject with 이 or 가, in a single clause."""
    first, second, *_ = pair.source.split()
    clauses = {"who", "whom", "that", "where", "because", "if", "when", "while", "although"}
    one_clause = not clauses & set(pair.target.split()) and "." not in pair.source[:-1]
    spoken_of = first[-1] in "은는" and first not in WORDS["adjectives"]
    return one_clause and spoken_of and second[-1] in "이가"


SIGNS = {  # what only one phenomenon brings
    "questions": lambda pair: "?" in pair.source,
    "requests": lambda pair: "please" in pair.target or "let us" in pair.target,
    "modals": lambda pair: any(
        f" {word} " in pair.source for word in ("수", "있어요", "해요", "계세요")
    ),
    "honour": lambda pair: "my mother" in pair.target or "the teacher" in pair.target,
    "counters": lambda pair: any(f" {number} " in pair.source for number in ("두", "세", "네")),
    "relatives": lambda pair: " who " in pair.target or " where " in pair.target[1:],
    "reasons": lambda pair: "because" in pair.target or "although" in pair.target,
    "sequences": lambda pair: "동안" in pair.source or "기 전에 " in pair.source,
    "quotes": lambda pair: " said that " in pair.target,
    "copula": lambda pair: pair.source.startswith(("이것은", "여기는")),
    "negation": lambda pair: any(f" {word}" in pair.source for word in ("안 ", "못", "않")),
    "dropped": lambda pair: (
        pair.target.startswith("i ") and not {"저는", "제가"} & set(pair.source.split())
    ),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_switch_turns_its_phenomenon_off(name):
    assert any(map(SIGNS[name], [*PAIRS, *SHORT]))
    without = generate(120, seed=4, switches=Switches(**{name: False}))
    assert not any(map(SIGNS[name], without)), name


def test_every_switch_has_a_test():
    tested = {*SIGNS, "free_order", "subjects"}
    assert {field.name for field in fields(Switches)} == tested


@pytest.mark.parametrize(("shortest", "longest"), [(3, 9), (9, 4), (4, 41)])
def test_lengths_that_cannot_be_are_refused(shortest, longest):
    with pytest.raises(ValueError, match="expected 4 <= shortest <= longest <= 40"):
        generate(5, 0, shortest, longest)


def test_a_corpus_without_training_pairs_is_refused():
    with pytest.raises(ValueError, match="expected train of at least 1 pair, got 0"):
        corpus(0, 10, 10)


def test_more_short_pairs_than_there_are_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(module, "TRIES", 2)  # so it gives up soon
    with pytest.raises(ValueError, match="there are too few short sentences"):
        generate(200_000, 0, 4, 4)


# The sentences that the book shows


def noun(name):
    return find_nouns(name)[0]


def uses(verb, thing, place=""):
    """The uses of a verb with this object alone, and with this place alone or with none."""
    wanted = find_nouns(thing)
    return tuple(
        replace(one, objects=wanted, places=tuple(p for p in one.places if p.korean == place))
        for one in FRAMES
        if one.verb.name == verb and wanted[0] in one.objects
        if not place or any(p.korean == place for p in one.places)
    )


def recommended(writer):
    who = noun("유나")
    frames = uses("read", "소설")
    how = how_of(who, "past")
    return say_clause(writer, 6, Clause(frames, who, how, describes=("object",), fullness=1.0))


def rainy(writer):
    return tell(writer, 8, Story(Deed(uses("drink", "차", "집"), "done"), "rain"))


def meanwhile(writer):
    listening = how_of(ME, "past", "while")
    aside = Clause(uses("listen", "음악"), ME, listening, "subject", times="none")
    beside = {"beside": connect("while", say_clause(writer, 4, aside))}
    who = noun("동생")
    frames = uses("draw", "그림", "집")
    how = how_of(who, "past")
    return say_clause(writer, 8, Clause(frames, who, how, times="none", extras=beside))


def reported(writer):
    story = Story(Deed(uses("watch", "영화"), "cannot"), "busy")
    return report(
        writer, 7, noun("민수"), content=lambda size: tell(writer, size, story, Way("quoted"))
    )


@pytest.mark.parametrize(
    ("place", "say"),
    list(enumerate((recommended, rainy, meanwhile, reported))),
    ids=("recommended", "rainy", "meanwhile", "reported"),
)
def test_the_grammar_writes_the_sentences_that_the_book_shows(place, say):
    shown = read_examples()[place]
    mark = Word(".")
    for seed in range(20_000):
        try:
            said = say(Writer(random.Random(seed)))
        except DeadEndError:
            continue
        if " ".join(word.text for word in said.korean) + " ." == shown.source:
            whole = Phrase([*said.korean, mark], [*said.english, Token(".")])
            assert pair_of(whole) == shown
            return
    pytest.fail(f"the grammar does not write {shown.source}")


def test_they_are_the_first_of_the_test_set_and_nobody_learns_from_them():
    parts = corpus(3_000, 60, 60, longest=12)
    assert parts.test[:4] == read_examples()
    learned = {pair.source for pair in (*parts.train, *parts.validation)}
    assert learned.isdisjoint(pair.source for pair in read_examples())
    assert not set(read_examples()) & set(corpus(5, 5, 20, longest=5).test)


def test_the_first_of_them_is_short_and_turns_its_words_around():
    flagship, *others = read_examples()
    assert len(others) == 3
    assert len(flagship.source.split()) < 12
    assert " that " in flagship.target
    assert crossing(flagship) > 0.3


# The gloss


def test_every_word_of_every_pair_has_a_gloss():
    for pair in PAIRS:
        for one in gloss_pair(pair.source, pair.target, pair.sure):
            assert one.sound
            assert one.meaning or one.word in MARKS, (one.word, pair.source)


def test_the_alignment_tells_which_meaning_is_meant():
    told = {}
    for pair in generate(600, 5):
        for one in gloss_pair(pair.source, pair.target, pair.sure):
            told.setdefault(one.word, set()).add(one.meaning)
    assert all(" / " not in one for one in told.get("산", {"buy"}))


@pytest.mark.parametrize(
    ("sentence", "place", "expected"),
    [
        ("유나는 책을 읽었어요 .", 0, ("유나는", "yunaneun", "yuna", "topic")),
        ("유나는 책을 읽었어요 .", 2, ("읽었어요", "ilgeosseoyo", "read", "past")),
        ("유나가 책을 읽는 동안", 2, ("읽는", "ingneun", "read", "")),
        ("유나가 읽는 책은", 1, ("읽는", "ingneun", "read", "who, that")),
        ("박물관에 갈 거예요 .", 0, ("박물관에", "bangmulgwane", "museum", "to, at")),
        ("박물관에 갈 거예요 .", 2, ("거예요", "geoyeyo", "will", "")),
        ("커피 두 잔을", 2, ("잔을", "janeul", "cup / glass", "object")),
        ("안녕", 0, ("안녕", "annyeong", "", "")),
    ],
)
def test_a_word_is_glossed_by_what_stands_around_it(sentence, place, expected):
    assert tuple(gloss(sentence)[place]) == expected
