"""The gloss: under each Korean word how it sounds, what it means, and what its ending does.

It is made of the lexicon and the rules, so it knows every word that the grammar can write, also in
a sentence that somebody has changed or typed. Where a form may be several things, the word that
follows decides (살 거예요, will buy), or the translation, if it is known; else all are shown.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from attention_course.korean.endings import (
    IS,
    OBJECT,
    SUBJECT,
    TOPIC,
    TOWARDS,
    WITH,
    Stem,
    attach,
    honoured,
)
from attention_course.korean.lexicon import ME, NOUNS, STATES, VERBS, WE, WORDS, lines, read_stem
from attention_course.korean.noun_phrases import ONE_OF
from attention_course.korean.predicates import DESCRIBING, ELDERS_DO, WHEN_ASKED, join
from attention_course.korean.romanisation import romanise

PARTICLES = {
    TOPIC: "topic",
    SUBJECT: "subject",
    OBJECT: "object",
    WITH: "with",
    TOWARDS: "by, towards",
    "에": "to, at",
    "에서": "at",
    "에게": "to",
    "께": "to (honoured)",
    "에게서": "from",
    "께서": "subject (honoured)",
    "께서는": "topic (honoured)",
    IS: "is",
    "": "",
}
FORMS = (  # a form, its ending, what it does, and how the next word must begin for it to be that
    ("final", "아요", "", ""),
    ("final", "았어요", "past", ""),
    ("final", "(으)ㄹ", "", "거예요"),
    ("quoted", "(으)ㄹ", "", "거라고"),
    ("quoted", "았다고", "past, that", ""),
    ("quoted", "는다고", "that", ""),
    ("because", "아서", "because, and", ""),
    ("since", "(으)니까", "because", ""),
    ("if", "(으)면", "if", ""),
    ("although", "지만", "although, but", ""),
    ("although", "았지만", "past, although, but", ""),
    ("when", "(으)ㄹ", "", "때"),
    ("before", "기", "", "전에"),
    ("after", "(으)ㄴ", "", "후에"),
    ("while", "는", "", "동안"),
    ("and", "고", "and", ""),
    ("and", "고", "", "있"),
    ("and", "고", "", "계"),
    ("and", "고", "", "싶"),
    ("purpose", "(으)러", "in order to", ""),
    ("who", "(으)ㄴ", "who, that (past)", ""),
    ("who", "는", "who, that", ""),
    ("where", "았던", "where (past)", ""),
    ("who", "(으)ㄹ", "who, that (future)", ""),
    ("who", "(으)ㄹ", "", "수"),
    ("command", "(으)세요", "please", ""),
    ("must", "아야", "", "해"),
    ("must", "아야", "", "한"),
    ("not", "지", "", "않"),
    ("not", "지", "", "못"),
)
ALONE = {  # words that stand in no table, with what they do
    "안": ("not", ""),
    "못": ("can not", ""),
    "수": ("can", ""),
    "싶어": ("want", ""),
    "거예요": ("will", ""),
    "거라고": ("would", "that"),
    "때": ("when", ""),
    "전에": ("before", ""),
    "후에": ("after", ""),
    "동안": ("while", ""),
    "이것은": ("this", "topic"),
    "이분은": ("this person", "topic"),
    "여기는": ("this place", "topic"),
    "무엇을": ("what", "object"),
    "어디에서": ("where", ""),
    "누구와": ("whom", "with"),
    "언제": ("when", ""),
    "누가": ("who", "subject"),
    "같이": ("together", ""),
    "함께": ("together", ""),
    "이": ("this", ""),
    "사람은": ("person", "topic"),
    "하지만": ("but", ""),
    "그래서": ("so", ""),
    "그다음에": ("then", ""),
    "둘은": ("two", "topic"),
    "마지막으로": ("finally", ""),
    "너무": ("so", ""),
    "아주": ("very", ""),
    "정말": ("really", ""),
    "많이": ("a lot", ""),
    "늦게": ("late", ""),
    "생일이라서": ("birthday", "because it is"),
}
ALSO = {  # other English of such words
    **{"싶어": "wanted", "해요": "had", "한다고": "had"},
    **{"이것은": "these", "사람은": "this", "너무": "too"},
}


class Entry(NamedTuple):
    """One reading of a word."""

    meaning: str
    function: str = ""
    following: str = ""  # how the next word begins where this is the reading
    english: frozenset[str] = frozenset()  # the English words that it may be translated by


class Gloss(NamedTuple):
    """One word with what a reader without Korean needs."""

    word: str
    sound: str  # in the Revised Romanisation
    meaning: str
    function: str


@cache
def gloss(sentence: str) -> tuple[Gloss, ...]:
    """Gloss each word of a sentence; of a word that is in no table only the sound is known."""
    words = sentence.split()
    return tuple(
        one_gloss(word, after, ()) for word, after in zip(words, [*words[1:], ""], strict=False)
    )


def gloss_pair(source: str, target: str, links: Iterable[tuple[int, int]]) -> tuple[Gloss, ...]:
    """Gloss each word of a Korean sentence; what it is linked with in English tells what is meant.

    `links` are pairs of places: of a Korean word, and of an English one.
    """
    words, english = source.split(), target.split()
    said: list[list[str]] = [[] for _ in words]
    for korean, place in links:
        said[korean].append(english[place])
    together = zip(words, [*words[1:], ""], said, strict=False)
    return tuple(one_gloss(word, after, linked) for word, after, linked in together)


def one_gloss(word: str, after: str, linked: Collection[str]) -> Gloss:
    """Gloss one word: by the next one, and by the English words that it is linked with."""
    readings = dictionary().get(word, [Entry("")])
    bound = [one for one in readings if one.following and after.startswith(one.following)]
    readings = bound or [one for one in readings if not one.following] or readings
    meant = [one for one in readings if one.english.intersection(linked)]
    readings = meant or readings
    meanings = dict.fromkeys(one.meaning for one in readings)
    functions = dict.fromkeys(one.function for one in readings if one.function)
    return Gloss(word, romanise(word), " / ".join(meanings), " / ".join(functions))


@cache
def dictionary() -> dict[str, list[Entry]]:
    """Every word that the grammar can write, with its readings."""
    found: dict[str, list[Entry]] = {}
    for word, one in (*nouns(), *counters(), *listed(), *verbs(), *alone()):
        readings = found.setdefault(word, [])
        if one not in readings:
            readings.append(one)
    return found


def entry(meaning: str, function: str = "", following: str = "", english: str = "") -> Entry:
    """A reading; where its English is not given, it is that of the meaning."""
    return Entry(meaning, function, following, frozenset((english or meaning).split()))


def nouns() -> Iterator[tuple[str, Entry]]:
    """All nouns with all particles."""
    for noun in (ME, WE, *(noun for group in NOUNS.values() for noun in group)):
        english = f"{noun.english} {noun.plural}"
        for particle, function in PARTICLES.items():
            yield attach(noun.korean, particle), entry(noun.english, function, "", english)


def counters() -> Iterator[tuple[str, Entry]]:
    """All counters, with the particle of what is counted."""
    for noun in (noun for group in NOUNS.values() for noun in group if noun.counter):
        units, of, _ = noun.plural.partition(" of ")
        unit = ONE_OF[units] if of else "(counted)"
        for particle in (OBJECT, SUBJECT, TOPIC, ""):
            english = f"{unit} {units}"
            yield attach(noun.counter, particle), entry(unit, PARTICLES[particle], "", english)


def listed() -> Iterator[tuple[str, Entry]]:
    """Adjectives, adverbs, numbers and times; of several words each one."""
    for words in WORDS.values():
        for korean, english in words.items():
            texts, bars = korean.split(), english.split("|")
            bars = bars if len(bars) == len(texts) else [english] * len(texts)
            for text, bar in zip(texts, bars, strict=True):
                if text not in ALONE:
                    yield text, entry(bar)


def alone() -> Iterator[tuple[str, Entry]]:
    """Words of grammar; 전에 is also what 사흘 전에 ends in."""
    yield "전에", entry("ago")
    for word, (meaning, function) in ALONE.items():
        yield word, entry(meaning, function, "", f"{meaning} {ALSO.get(word, '')}")


def verbs() -> Iterator[tuple[str, Entry]]:
    """All verbs in all forms, and the words that belong to some."""
    for verb in VERBS.values():
        english = " ".join((verb.base, verb.third, verb.past, verb.ing))
        yield from forms(verb.stem, verb.base, english)
        for word in verb.before:
            yield word, entry(verb.base, "", "", english)
    for line in lines("literal"):
        korean, _, told = (part.strip() for part in line.partition("="))
        meaning, _, other = (part.strip() for part in told.partition("/"))
        if korean.split()[0].endswith("다"):
            stem = read_stem(korean)[1]
            also = " ".join(idioms().get(stem.dictionary, ()))
            yield from forms(stem, meaning, f"{meaning} {other} {also}")
        else:
            for particle in (SUBJECT, OBJECT, "에", ""):
                word = attach(korean, particle)
                english = f"{meaning} {other} {' '.join(idioms().get(word, ()))}"
                yield word, entry(meaning, PARTICLES[particle], "", english)


@cache
def idioms() -> dict[str, list[str]]:
    """What English says for the words of states: of 배가 in 배가 고프다 comes hungry."""
    found: dict[str, list[str]] = {}
    for state in STATES.values():
        for place, word in enumerate((*state.before, state.stem.dictionary)):
            said = [text for text, places, _ in state.english if place in places]
            verbs = [VERBS[text] for text in said if text in VERBS]
            said += [form for verb in verbs for form in (verb.third, verb.past, verb.ing)]
            found.setdefault(word, []).extend(said)
    return found


def forms(stem: Stem, meaning: str, english: str) -> Iterator[tuple[str, Entry]]:
    """A verb in all forms, that of somebody who is honoured too."""
    own, asked = ELDERS_DO.get(stem.dictionary), WHEN_ASKED.get(stem.dictionary)
    if asked:
        yield join(asked, "(으)세요", "command"), entry(meaning, "please", "", english)
    for one in (stem, Stem(own) if own else honoured(stem)):
        for form, ending, function, following in FORMS:
            describes = stem.dictionary in DESCRIBING
            if describes and (form == "who" or ending == "(으)세요" or following == "동안"):
                continue  # 좋은 is an adjective of the tables
            yield join(one, ending, form), entry(meaning, function, following, english)
