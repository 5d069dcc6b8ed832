"""What a writer of sentences keeps in mind: the dice, the words used so far, the switches."""

import random
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TypeVar

from attention_course.korean.lexicon import ME, NOUNS, WE, YOU, Noun
from attention_course.korean.predicates import Person

T = TypeVar("T")
OFTEN = {  # how often who is spoken of
    "name": 8.0,
    "pronoun": 4.0,
    "elder": 3.0,
    "sibling": 2.0,
    "adult": 2.0,
    "artist": 1.5,
    "neighbor": 2.0,
    "friend": 1.5,
    "young": 2.5,
    "hunter": 1.0,
    "prey": 0.4,
}


DAYS_AGO = {  # of times that are past: how long ago they are, at least
    "오늘": 0, "오늘 아침에": 0, "어제": 1, "어제 아침에": 1, "어제 오후에": 1, "어제 저녁에": 1,
    "그저께": 2, "사흘 전에": 3, "지난 토요일에": 5, "지난 주말에": 5, "지난주에": 7,
    "지난달에": 30,
}  # fmt: skip
MORNINGS = ("오늘", "오늘 아침에", "어제", "어제 아침에")
WHOLE_DAYS = ("오늘", "어제", "그저께", "지난 토요일에", "지난 주말에")  # in which there is time
RECENT = tuple(text for text, days in DAYS_AGO.items() if days < 7)


AT_HOME = frozenset("집 방 부엌 마당".split())
SPEAKERS = frozenset((ME.korean, WE.korean))
KIN = "#kin of "
SPOKEN_WITH = (ME, WE, YOU)
PEOPLE = {group: (ME, ME, WE) if group == "pronoun" else NOUNS[group] for group in OFTEN}
POSSESSIVES = {"i": "my", "we": "our", "you": "your", "he": "his", "she": "her"}


class DeadEndError(Exception):
    """A sentence that cannot be brought to its length: begin another."""


@dataclass(frozen=True)
class Switches:
    """The phenomena of Korean that the grammar has; each can be turned off."""

    free_order: bool = True  # parts stand in several orders, and particles tell who is who
    subjects: bool = True  # 이/가 in main clauses beside 은/는
    dropped: bool = True  # what the context gives is not said
    negation: bool = True
    questions: bool = True
    requests: bool = True
    modals: bool = True  # -고 있다, -고 싶다, -(으)ㄹ 수 있다, -아야 하다
    honour: bool = True  # -(으)시-, 께서
    counters: bool = True
    relatives: bool = True
    reasons: bool = True  # -아서, -(으)면, -(으)ㄹ 때, -지만
    sequences: bool = True  # -기 전에, -(으)ㄴ 후에, -고, -(으)러
    quotes: bool = True
    copula: bool = True


def without(*names: str) -> Switches:
    """The switches with some phenomena off.

    Raises:
        ValueError: there is no such phenomenon.
    """
    known = [one.name for one in fields(Switches)]
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"expected phenomena among {', '.join(known)}, got {', '.join(unknown)}")
    return Switches(**dict.fromkeys(names, False))


@dataclass
class Writer:
    """Draws words, none twice in a sentence."""

    rng: random.Random
    switches: Switches = Switches()
    used: set[str] = field(default_factory=set)
    owner: Noun | None = None  # who does what the clause tells: whose friends and family come in
    formal: bool = False  # whether who is honoured has 께서
    when: str = ""  # when all of it was, if it is past; what describes a noun was before that

    def __post_init__(self) -> None:
        self.when = self.pick(RECENT)
        self.formal = self.likely(0.4)

    def likely(self, share: float) -> bool:
        """Whether a thing that happens in this share of all cases happens now."""
        return self.rng.random() < share

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all alike.

        Raises:
            DeadEndError: there are none.
        """
        if not options:
            raise DeadEndError
        return options[int(self.rng.random() * len(options))]

    def weigh(self, options: Mapping[str, int | float]) -> str:
        """One of the options, by their weights."""
        names = [name for name, weight in options.items() if weight > 0]
        if not names:
            raise DeadEndError
        left = self.rng.random() * sum(options[name] for name in names)
        for name in names:
            left -= options[name]
            if left < 0:
                return name
        return names[-1]

    def allows(self, noun: Noun) -> bool:
        """Whether the sentence may have this noun: it has not yet, and the switches allow it.

        No friends and family of somebody whose pronoun is not known, and none of an elder: whose
        brother would be meant? A 누나 is a man's sister. Who says 저 is one of 우리. And a room is
        no other place than home.
        """
        if noun.korean in self.used or (noun.elder and not self.switches.honour):
            return False
        if noun.korean in AT_HOME and self.used & AT_HOME:
            return False
        if noun.article == "my" and self.owner is not None:
            owner = self.owner
            if noun.elder:  # whose grandmother, would be asked
                return owner in SPOKEN_WITH
            hers = owner.pronoun == "she" and noun.korean == "누나"
            if owner.article != "my" and self.has_kin_of_another(self.possessive(noun)):
                return False  # my sister's friend may come in, but not two people's sisters
            return not owner.elder and owner.pronoun != "" and not hers
        if noun.article == "my" and self.has_kin_of_another("my"):
            return False
        return noun.group != "pronoun" or not self.used & SPEAKERS

    def has_kin_of_another(self, possessive: str) -> bool:
        """Whether the sentence has friends or family of somebody else: then whose are these?"""
        return any(one.startswith(KIN) and one != KIN + possessive for one in self.used)

    def take(self, noun: Noun) -> Noun:
        """Use a noun; of friends and family keep in mind whose they are."""
        self.used.add(noun.korean)
        if noun.article == "my" and (self.owner is None or self.owner.article != "my"):
            self.used.add(KIN + self.possessive(noun))
        return noun

    def noun(self, nouns: Sequence[Noun]) -> Noun:
        """One of these nouns that the sentence may have.

        Raises:
            DeadEndError: there is none.
        """
        for _ in range(3):  # most often the first will do, and the others need not be looked at
            one = self.pick(nouns)
            if self.allows(one):
                return one
        return self.pick([one for one in nouns if self.allows(one)])

    def once(self, what: str) -> bool:
        """Whether a sentence may have this still; from now on it has it."""
        if what in self.used:
            return False
        self.used.add(what)
        return True

    def word(self, options: Iterable[str]) -> str:
        """A word that the sentence does not have yet, which it has from now on."""
        word = self.pick([one for one in options if one not in self.used])
        self.used.add(word)
        return word

    def someone(self, who: Container[str], named_again: bool = False) -> Noun:
        """Somebody of these groups and nouns; `named_again` asks for one whose pronoun is known."""
        weights = dict(OFTEN)
        can: list[Noun] = []
        while weights:
            group = self.weigh(weights)
            can = [
                one
                for one in PEOPLE[group]
                if may_be(one, who) and self.allows(one) and (one.pronoun or not named_again)
            ]
            if can:
                break
            del weights[group]
        return self.take(self.pick(can))

    def possessive(self, noun: Noun) -> str:
        """The article of a noun; of friends and family whose they are."""
        if noun.article != "my" or self.owner in (None, noun):
            return noun.article
        return POSSESSIVES.get(self.owner.pronoun, "")


def may_be(noun: Noun, who: Container[str]) -> bool:
    """Whether a noun is of these groups, or one of these nouns."""
    return noun.group in who or noun.korean in who


def person(noun: Noun) -> Person:
    """The person of English verbs that a subject asks for."""
    if noun.group != "pronoun":
        return "it"
    return "i" if noun is ME else "they"


def attempt(writer: Writer, times: int, say: Callable[[], T]) -> T:
    """Say something, and where it leads nowhere try again, with the words as they were.

    Raises:
        DeadEndError: it led nowhere that many times.
    """
    used, owner, when = set(writer.used), writer.owner, writer.when
    for _ in range(times):
        try:
            return say()
        except DeadEndError:
            writer.used, writer.owner, writer.when = set(used), owner, when
    raise DeadEndError
