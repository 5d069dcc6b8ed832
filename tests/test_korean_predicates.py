"""Predicates in both languages: tense, negation, modality, honour; and who means whom."""

import pytest

from attention_course.korean.endings import Stem
from attention_course.korean.predicates import Forms, Saying, say

READ = Forms("read", "reads", "read", "reading"), (), Stem("읽다")
STUDY = Forms("study", "studies", "studied", "studying"), (), Stem("공부하다")
SHOW = Forms("show", "shows", "showed", "showing"), ("보여",), Stem("주다")


def both(verb, **how):
    said = say(*verb, Saying(**how))
    english = [*said.auxiliary, *said.rest]
    return " ".join(word.text for word in said.korean), " ".join(one.text for one in english)


@pytest.mark.parametrize(
    ("verb", "how", "korean", "english"),
    [
        (READ, {}, "읽었어요", "read"),
        (READ, {"tense": "present"}, "읽어요", "reads"),
        (READ, {"tense": "present", "person": "they"}, "읽어요", "read"),
        (READ, {"tense": "future"}, "읽을 거예요", "will read"),
        (READ, {"polarity": "not"}, "안 읽었어요", "did not read"),
        (READ, {"polarity": "cannot"}, "못 읽었어요", "could not read"),
        (STUDY, {"polarity": "not"}, "공부하지 않았어요", "did not study"),
        (STUDY, {"polarity": "cannot", "elder": True}, "공부하지 못하셨어요", "could not study"),
        (READ, {"tense": "present", "modal": "progressive"}, "읽고 있어요", "is reading"),
        (READ, {"tense": "present", "modal": "progressive", "elder": True}, "읽고 계세요",
         "is reading"),
        (READ, {"tense": "present", "modal": "want", "person": "i"}, "읽고 싶어요", "want to read"),
        (READ, {"tense": "present", "modal": "want"}, "읽고 싶어 해요", "wants to read"),
        (READ, {"tense": "present", "modal": "can"}, "읽을 수 있어요", "can read"),
        (READ, {"tense": "present", "modal": "must"}, "읽어야 해요", "has to read"),
        (READ, {"elder": True}, "읽으셨어요", "read"),
        (READ, {"tense": "present", "elder": True}, "읽으세요", "reads"),
        (READ, {"form": "quoted"}, "읽었다고", "read"),
        (READ, {"form": "quoted", "tense": "present"}, "읽는다고", "read"),
        (READ, {"form": "quoted", "tense": "future"}, "읽을 거라고", "would read"),
        (READ, {"form": "before", "tense": "future"}, "읽기 전에", "reads"),
        (READ, {"form": "while"}, "읽는 동안", "read"),
        (READ, {"form": "command", "tense": "present"}, "읽으세요", "read"),
        (READ, {"form": "asked"}, "읽었어요", "did read"),
        (SHOW, {}, "보여 줬어요", "showed"),
        (SHOW, {"polarity": "not"}, "보여 주지 않았어요", "did not show"),
    ],
)  # fmt: skip
def test_a_predicate_is_said_in_both_languages(verb, how, korean, english):
    assert both(verb, **how) == (korean, english)


@pytest.mark.parametrize(
    ("name", "elders"),
    [
        ("먹다", "드셨어요"),
        ("마시다", "드셨어요"),
        ("자다", "주무셨어요"),
        ("말하다", "말씀하셨어요"),
    ],
)
def test_for_some_deeds_of_elders_there_is_another_word(name, elders):
    said = say(Forms("do", "does", "did"), (), Stem(name), Saying(elder=True))
    assert said.korean[-1].text == elders


def test_who_drinks_is_not_taken_for_somebody_honoured():
    said = say(Forms("drink", "drinks", "drank"), (), Stem("마시다"), Saying("present"))
    assert said.korean[-1].text == "마셔요"


@pytest.mark.parametrize(
    ("stem", "form", "tense", "korean"),
    [
        (Stem("좋다"), "who", "present", "좋은"),
        (Stem("재미있다"), "who", "present", "재미있는"),
        (Stem("없다"), "who", "past", "없었던"),
        (Stem("좋다"), "quoted", "present", "좋다고"),
        (Stem("만들다"), "quoted", "present", "만든다고"),
        (Stem("생일이다", "이"), "because", "past", "생일이라서"),
    ],
)
def test_what_describes_and_what_is_have_endings_of_their_own(stem, form, tense, korean):
    said = say(Forms("be", "is", "was"), (), stem, Saying(tense, form))
    assert said.korean[-1].text == korean


def test_each_english_word_of_a_negated_verb_knows_its_korean_word():
    said = say(*STUDY, Saying(polarity="not"))
    verb, no = said.korean
    told = {token.text: (token.words, token.sure) for token in [*said.auxiliary, *said.rest]}
    assert told == {"did": ((no,), False), "not": ((no,), True), "study": ((verb,), True)}
