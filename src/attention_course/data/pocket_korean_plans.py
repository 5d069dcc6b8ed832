"""Before a clause of Pocket Korean is said: which nouns it has, and how many words each part gets.

A part (time, place, object ...) has a least and a most number of words; `distribute` deals words
out within these limits, so that a clause has just as many words as it was asked for.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from attention_course.data import korean_particles as ko
from attention_course.data.pocket_korean_frames import ANIMAL, FRAMES, HUMAN, SOMEONE, Frame
from attention_course.data.pocket_korean_phrases import ORDERS, Clause
from attention_course.data.pocket_korean_words import (
    BARE,
    EARLIER,
    FREQUENCIES,
    NOT_REACHED,
    PARTS,
    TIMES,
    TWINS,
    YESTERDAY,
    Noun,
)

T = TypeVar("T")
TRIES = 20  # at a noun or a verb that the sentence does not have yet
Limits = dict[str, tuple[int, int]]
HEAVY, WIDEST = 3, 8  # words of a noun phrase with a relative clause, at least and at most
TODAY = {"오늘", "오늘 아침에"}  # whose night is yet to come
WIDE = 7  # words of a clause without one, at most

DESCRIBING: dict[str, list[Frame]] = defaultdict(list)  # frames, by a noun they may describe
for _frame in FRAMES:
    for _noun in (*(_frame.objects if _frame.brings else ()), *_frame.places):
        DESCRIBING[_noun.preposition + _noun.korean].append(_frame)


class DeadEnd(Exception):  # noqa: N818  (not an error: a way that the sentence cannot take)
    """Nothing suitable has just so many words; the sentence is begun anew."""


class Plan(NamedTuple):
    """A clause whose frame, nouns and numbers of words are settled."""

    frame: Frame
    mode: str
    nouns: dict[str, Noun]
    sizes: dict[str, int]


@dataclass
class Memory:
    """The words that a sentence has used so far, so that none comes twice."""

    rng: random.Random
    used: set[str] = field(default_factory=set)
    part: int = 0  # of the day: later clauses never go back

    def likely(self, probability: float) -> bool:
        """Toss a coin that shows heads with this probability."""
        return self.rng.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of a few; `random()` alone is the same in every version of Python."""
        return options[int(self.rng.random() * len(options))]

    def fresh(self, nouns: Sequence[Noun]) -> Noun | None:
        """Choose a noun that the sentence does not have yet, neither as one nor as several."""
        for _ in range(TRIES if nouns else 0):
            noun = self.pick(nouns)
            if noun.root not in self.used:
                return noun
        return None

    def word(self, words: Sequence[str]) -> str:
        """Choose a word, a new one if there is one, and remember it."""
        new = [word for word in words if word not in self.used]
        chosen = self.pick(new or words)
        self.used |= {chosen, TWINS.get(chosen, chosen)}
        return chosen


def distribute(memory: Memory, total: int, limits: Limits) -> dict[str, int]:
    """Deal words out to parts, each within its limits."""
    sizes = {part: low for part, (low, _) in limits.items()}
    left = total - sum(sizes.values())
    while left > 0:
        room = [part for part in limits if sizes[part] < limits[part][1]]
        if not room:
            raise DeadEnd
        part = memory.pick(room)
        dealt = 1 + int(memory.rng.random() * min(2, left, limits[part][1] - sizes[part]))
        sizes[part] += dealt
        left -= dealt
    return sizes


def describing(noun: Noun) -> list[Frame]:
    """Give the frames that may say something about a noun: who bought it, who works there."""
    return DESCRIBING.get(noun.preposition + noun.korean, [])


def suits(memory: Memory, frame: Frame, clause: Clause) -> bool:
    """Tell whether the verb is new, and fit for who acts and when."""
    return (
        clause.who.group in frame.who
        and frame.verb.name not in memory.used
        and not (frame.once and clause.tense == "present")
        and not (frame.ends and clause.ending == "and" and not clause.heavy)
        and (frame.particle != ko.WITH or names_company(clause))
    )


def names_company(clause: Clause) -> bool:
    """Tell whether "with someone" is clear: "민수는 친구와 일한 의사와" may be read in two ways."""
    return clause.heavy or clause.times != "relative"


def choose_nouns(memory: Memory, frame: Frame, clause: Clause) -> dict[str, Noun]:
    """Choose who and what may stand with a verb; company and means exclude each other."""
    company = frame.company and names_company(clause)
    options = {
        "object": frame.objects,
        "recipient": SOMEONE if frame.recipient else (),
        "company": SOMEONE if company else (),
        "means": frame.means,
        "place": frame.places,
    }
    del options[memory.pick(("company", "means"))]
    chosen = {part: memory.fresh(nouns) for part, nouns in options.items() if part != clause.gap}
    return {part: noun for part, noun in chosen.items() if noun}


def choose_mode(memory: Memory, frame: Frame, place: Noun | None, clause: Clause, size: int) -> str:
    """Choose whether one goes somewhere to do it, goes and does it, or simply does it."""
    goes = place and place.korean not in NOT_REACHED and clause.who.group in HUMAN
    if clause.plain or frame.recipient or not goes or size < 4 or memory.likely(0.7):
        return "plain"
    return "trip" if frame.stays else memory.pick(("errand", "trip"))


def limit_parts(
    memory: Memory, size: int, frame: Frame, nouns: dict[str, Noun], clause: Clause, mode: str
) -> Limits:
    """Say how many words each part of a clause may have, without relative clauses."""
    # "on friday the child slept" wants more: where?
    alone = size > 0 and not frame.objects and clause.times != "later"
    needed = ["object"]
    needed += ["place"] if alone or frame.there or mode != "plain" else []
    needed += ["recipient"] if frame.recipient_needed else []
    later = 1 if memory.part < len(PARTS) else 0
    # "the boy who sees a dog" wants more: how often?
    habit = clause.times == "relative" and clause.tense == "present"
    limits = {
        "time": (int(habit), later if clause.times == "later" else 2),
        "manner": (0, int(not memory.used.issuperset(frame.manners))),
    }
    for part, noun in nouns.items():
        limits[part] = (int(part in needed), 2 if noun.adjectives else 1)
    return {part: bounds for part, bounds in limits.items() if part in ORDERS[mode][0]}


def add_relative_clause(
    memory: Memory, frame: Frame, nouns: dict[str, Noun], limits: Limits, clause: Clause
) -> Limits:
    """Let one noun have a relative clause. Nothing follows it in its English clause: so it stays
    clear. Nor does another clause in the same tense follow a "where".
    """
    last = clause.ending == "final" or clause.will is not None
    order = ORDERS["plain"][1]
    needed = [part for part in limits if limits[part][0]]
    candidates = [
        part
        for part, noun in nouns.items()
        if noun.group not in BARE
        and (part != "object" or frame.takes)
        and (last or not noun.preposition)
        and (noun.group in (*HUMAN, *ANIMAL) or describing(noun))
        and all(order.index(other) <= order.index(part) for other in needed)
    ]
    if not candidates:
        return limits
    heavy = memory.pick(candidates)
    before = {part: limits[part] for part in limits if order.index(part) < order.index(heavy)}
    before.pop("company", None)  # "민수와 의사가 일하는 병원에": minsu would seem to work there
    # the cafe where yuna drank tea: a word more than the tea that yuna drank
    return {**before, heavy: (HEAVY + bool(nouns[heavy].preposition), WIDEST)}


def make_plan(memory: Memory, size: int, frame: Frame, clause: Clause) -> Plan | None:
    """Settle nouns and numbers of words, if the frame can use just so many."""
    if not suits(memory, frame, clause):
        return None
    nouns = choose_nouns(memory, frame, clause)
    if frame.objects and clause.gap != "object" and "object" not in nouns:
        return None
    if frame.there and clause.gap != "place" and "place" not in nouns:
        return None
    mode = choose_mode(memory, frame, nouns.get("place"), clause, size)
    size -= 1 if mode == "plain" else 2  # the verb, and 가서 or 사러
    limits = limit_parts(memory, size, frame, nouns, clause, mode)
    maximum = sum(high for _, high in limits.values())
    if clause.heavy and mode == "plain" and (size > maximum or memory.likely(0.4)):
        limits = add_relative_clause(memory, frame, nouns, limits, clause)
    minimum, maximum = (sum(bounds) for bounds in zip(*limits.values(), strict=True))
    if not minimum <= size <= maximum:
        return None
    return Plan(frame, mode, nouns, distribute(memory, size, limits))


def choose_time(memory: Memory, size: int, clause: Clause, story: str) -> tuple[str, str, str]:
    """Choose when, or how often: the part of the clause, the Korean and the English.

    What a relative clause tells lies before the rest; `story` is the tense of the rest.
    """
    habit = clause.tense == "present" and clause.times != "later" and not clause.seldom
    often = FREQUENCIES if habit else {}
    if clause.times == "later":
        options = dict(list(PARTS.items())[memory.part :])
        if clause.tense == "past" and memory.used & TODAY:
            options.pop("밤에", None)
    elif clause.times == "first":
        options = {**TIMES[clause.tense], **PARTS, **often}
    elif clause.tense == "present":
        options = {**TIMES["present"], **often}
    else:
        options = EARLIER if story == "past" else {**EARLIER, **YESTERDAY}
    candidates = [one for one in options if one.count(" ") == size - 1 and one not in memory.used]
    if not candidates:
        raise DeadEnd
    korean = memory.word(candidates)
    if clause.times != "relative":
        for number, part in enumerate(PARTS, start=1):
            memory.part = number if part.removesuffix("에") in korean else memory.part
        memory.part = len(PARTS) if "주" in korean else memory.part  # a week has many evenings
    return "often" if korean in often else "time", korean, options[korean]
