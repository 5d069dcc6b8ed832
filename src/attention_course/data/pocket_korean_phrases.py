"""Phrases in two languages at once: the smallest parts of Pocket Korean, and how they make a pair.

A Korean word is a `Word`. An English `Token` remembers the words that it comes from; the places
of both are counted only when the sentence is done, so the two orders may differ at will.
"""

from dataclasses import dataclass
from typing import NamedTuple

from attention_course.data import korean_particles as ko
from attention_course.data.pairs import Link, Pair
from attention_course.data.pocket_korean_frames import Frame
from attention_course.data.pocket_korean_verbs import VERBS, Verb
from attention_course.data.pocket_korean_words import FUNCTION_WORDS, Noun

STOP = "."
VOWELS = tuple("aeiou")
GO = VERBS["go"]
ORDERS = {  # the parts of a clause, as Korean and as English says them
    "plain": (
        "time often company place means recipient object manner verb".split(),
        "often verb object manner recipient company means place time".split(),
    ),
    "errand": (  # 책을 사러 서점에 갔어요: went to the bookstore to buy a book
        "time often company object errand place verb".split(),
        "often verb place company errand object time".split(),
    ),
    "trip": (  # 서점에 가서 책을 샀어요: went to the bookstore and bought a book
        "time often company place trip object manner verb".split(),
        "often trip place company verb object manner time".split(),
    ),
}


@dataclass(eq=False)
class Word:
    """One Korean word of one sentence."""

    text: str


class Token(NamedTuple):
    """One English word, and the Korean words that it comes from."""

    text: str
    words: tuple[Word, ...]


class Phrase(NamedTuple):
    """The same thing said in Korean and in English."""

    korean: list[Word]
    english: list[Token]


class Clause(NamedTuple):
    """What a clause is to be: who acts, when, and how its verb ends."""

    who: Noun
    tense: str  # past, present, future
    ending: str  # final, and, but, who
    times: str  # first, later, relative: the times that it may name
    gap: str = ""  # the part that stands outside it, as the head of a relative clause
    heavy: bool = False  # its last noun may have a relative clause
    plain: bool = False  # nobody goes somewhere to do it
    seldom: bool = False  # "often" would be unclear: its subject ends in a relative clause
    goes_on: bool = False  # English has said "will" already
    will: Word | None = None  # the 거예요 that ends the sentence, if it is about the future


def tokens(english: str, *words: Word) -> list[Token]:
    """Say an English phrase that comes from these Korean words."""
    return [Token(text, words) for text in english.split()]


def entry(korean: str, english: str) -> Phrase:
    """Say an entry of the lists, such as `다음 주에` and `next|week`, bar by bar."""
    words = [Word(text) for text in korean.split()]
    bars = zip(words, english.split("|"), strict=True)
    return Phrase(words, [token for word, bar in bars for token in tokens(bar, word)])


def finite(verb: Verb, clause: Clause, word: Word) -> list[Token]:
    """Put an English verb into the tense of its clause.

    Korean says "will" once, at the end, for all verbs of the sentence: 가고 잘 거예요.
    """
    if clause.tense == "future" and clause.will:
        will = [] if clause.goes_on else tokens("will", word, clause.will)
        return [*will, *tokens(verb.base, word)]
    present = verb.third if clause.who.singular else verb.base
    return tokens(verb.past if clause.tense == "past" else present, word)


def inflect(verb: Verb, clause: Clause) -> Phrase:
    """Put a verb into the tense and the ending of its clause."""
    form = {"final": clause.tense, "and": "and"}.get(
        clause.ending, f"{clause.ending} {clause.tense}"
    )
    word = Word(ko.conjugate(verb.stems, form))
    words = [word, clause.will] if form == "future" and clause.will else [word]
    return Phrase(words, finite(verb, clause, word))


def verbs(frame: Frame, mode: str, clause: Clause) -> dict[str, Phrase]:
    """Say the verb of a clause, and the going that goes with an errand or a trip."""
    if mode == "errand":
        purpose = Word(ko.conjugate(frame.verb.stems, "in order to"))
        errand = Phrase([purpose], tokens(f"to {frame.verb.base}", purpose))
        return {"verb": inflect(GO, clause), "errand": errand}
    if mode == "trip":
        gone = Word(ko.conjugate(GO.stems, "and then"))
        verb = inflect(frame.verb, clause._replace(goes_on=True))
        return {
            "trip": Phrase([gone], finite(GO, clause, gone)),
            "verb": Phrase(verb.korean, [*tokens("and", gone), *verb.english]),
        }
    verb = inflect(frame.verb, clause)
    if clause.gap == "object":  # whom minsu waited for
        verb.english.extend(tokens(frame.verb.preposition, verb.korean[0]))
    return {"verb": verb}


def case(part: str, noun: Noun, frame: Frame, mode: str) -> tuple[str, str]:
    """Choose the Korean particle of a part of a clause, and its English preposition."""
    goal = "" if noun.english == "home" else "to"  # one goes home, but to school
    if part == "object":
        if frame.particle == ko.TO and frame.verb.preposition:  # going, coming
            return ko.TO, goal
        return frame.particle, frame.verb.preposition or noun.preposition
    if part == "recipient" and frame.recipient:
        return frame.recipient
    if part == "company":
        return ko.WITH, "with"
    if part == "means":
        return ko.TOWARDS, noun.preposition
    return (frame.at, noun.preposition) if mode == "plain" else (ko.TO, goal)


def arrange(parts: dict[str, Phrase], mode: str) -> Phrase:
    """Put the parts of a clause in the order of each language."""
    korean, english = ORDERS[mode]
    return Phrase(
        [word for part in korean if part in parts for word in parts[part].korean],
        [token for part in english if part in parts for token in parts[part].english],
    )


def indefinite(english: list[str]) -> list[str]:
    """Choose between a and an by the first letter of the next word."""
    following = [*english[1:], ""]
    return [
        "an" if word == "a" and after.startswith(VOWELS) else word
        for word, after in zip(english, following, strict=True)
    ]


def finish(phrase: Phrase) -> Pair:
    """Count the words, and turn what each token remembers into links."""
    position = {id(word): number for number, word in enumerate(phrase.korean)}
    possible: set[Link] = set()
    sure: set[Link] = set()
    for target, token in enumerate(phrase.english):
        links = [(position[id(word)], target) for word in token.words]
        possible.update(links)
        if token.text not in FUNCTION_WORDS:
            sure.update(links)
    return Pair(
        " ".join([*(word.text for word in phrase.korean), STOP]),
        " ".join([*indefinite([token.text for token in phrase.english]), STOP]),
        frozenset(sure),
        frozenset(possible),
    )
