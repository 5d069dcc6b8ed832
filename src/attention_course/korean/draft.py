"""A clause while it is drafted: what it is to be, what it has, how many words each part may get."""

from dataclasses import dataclass, field

from attention_course.korean.lexicon import WHERE, WORDS, Frame, Noun
from attention_course.korean.phrases import Phrase
from attention_course.korean.predicates import Saying
from attention_course.korean.writer import DAYS_AGO, Writer

CLAUSES = frozenset(("reason", "adjunct", "before", "beside"))  # parts that are clauses
OFTEN = ("자주", "가끔")  # in English before the verb
LONG_AGO = ("지난주에", "다음 주에", "지난달에", "사흘 전에")  # not of what follows something
ROOTS = {  # adjectives that do not go with a manner: of one root, or odd beside it
    "조용히": ("조용한",),
    "열심히": ("부지런한",),
    "즐겁게": ("슬픈", "조용한"),
    "빨리": ("따뜻한",),
    "깨끗하게": ("깨끗한",),
}
UNDESCRIBED = frozenset("pronoun name elder sibling fixed town island tool vehicle young".split())


@dataclass(slots=True)
class Clause:
    """What a clause is to be."""

    frames: tuple[Frame, ...]
    subject: Noun
    how: Saying
    marker: str = "topic"  # topic, subject, dropped
    named: bool = True  # English names the subject; else it says the pronoun
    gap: str = ""  # the part that stands outside, as the head of a relative clause
    times: str = "main"  # main, earlier, dated (earlier, and always said), often, none
    describes: tuple[str, ...] = ()  # parts that may have a relative clause
    fullness: float = 0.2  # how likely one has it where it need not
    extras: dict[str, Phrase] = field(default_factory=dict)  # parts that are said already
    asked: str = ""  # the part that a question asks for
    moves: bool = False  # its reason is nobody's own: it may stand before the subject


@dataclass(slots=True)
class Draft:
    """A clause of one frame, and what has been decided about it."""

    writer: Writer
    clause: Clause
    frame: Frame
    nouns: dict[str, Noun] = field(default_factory=dict)
    time: str = ""  # when it is, or how often, if that is said
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)  # least and most words
    parts: dict[str, Phrase] = field(default_factory=dict)
    described: str = ""  # the part that has a relative clause
    uncounted: bool = False  # whether a number would be of one person's things, of two people
    topical: bool = False  # whether its object is what is spoken of, and stands first

    def leaves_open(self, part: str) -> bool:
        """Whether a part is neither said already nor outside, nor asked for."""
        return part not in (*self.parts, self.clause.gap, self.clause.asked)

    def most(self) -> int:
        """How many words its parts can be at most, within their limits."""
        return sum(most for _, most in self.limits.values())

    def has_clauses(self) -> bool:
        """Whether a part of it is a clause."""
        return not CLAUSES.isdisjoint(self.parts)

    def is_habit(self) -> bool:
        """Whether it is told of again and again, which wants to be said: how often?"""
        how = self.clause.how
        told = how.form in ("final", "asked", "quoted")
        return how.tense == "present" and not how.modal and told

    def left_out(self) -> tuple[str, ...]:
        """The parts that are left out of what is not done: without a reason, where it was not."""
        if self.clause.how.polarity == "done":
            return ()
        bare = "reason" not in self.parts and "into" not in self.frame.also
        return ("means", "place") if bare else ("means",)

    def manners(self) -> tuple[str, ...]:
        """How it may be said to be done: once in a sentence, and not in passing."""
        clause, told = self.clause, "#manner" in self.writer.used
        plain = clause.gap == clause.asked == "" and "reason" not in self.parts
        aside = clause.how.form in ("before", "after", "but")
        done = clause.how.polarity == "done" and clause.how.modal in ("", "progressive")
        if told or aside or not plain or not done or self.is_habit():
            return ()
        soon = clause.how.form in ("while", "and")  # what is done soon does not last
        return tuple(
            one
            for one in self.frame.manners
            if not (soon and one == "빨리") and self.writer.used.isdisjoint(ROOTS.get(one, ()))
        )

    def may_count(self) -> bool:
        """Whether a number of things may be spoken of: not of what is not done, nor in passing."""
        how = self.clause.how
        once = how.tense != "present" and how.form != "while"
        told = self.clause.gap == "" and how.polarity == "done" and once and not self.uncounted
        return told and "count" in self.frame.also and self.writer.switches.counters

    def may_describe(self, part: str) -> bool:
        """Whether a part's noun may have a relative clause: no names, nobody of the family."""
        noun = self.nouns.get(part)
        if noun is None or noun.group in UNDESCRIBED:
            return False
        if part == "object":
            return "takes" in self.frame.also
        return bool(WHERE[noun]) if part == "place" else True

    def must_have_time(self) -> bool:
        """Whether it has to say when, or how often."""
        return self.clause.times in ("often", "dated") or self.is_habit()

    def may_have_time(self) -> bool:
        """Whether it may say when, or how often: once in a sentence, but for habits."""
        clause = self.clause
        if clause.times == "none" or clause.asked == "time" or "time" in self.parts:
            return False
        return clause.times == "often" or "#time" not in self.writer.used or self.is_habit()

    def times(self) -> dict[str, str]:
        """When it may be, or how often; what a relative clause tells of was before all else."""
        clause, when = self.clause, self.writer.when
        options = WORDS["habit"] if clause.how.tense == "present" else WORDS[clause.how.tense]
        if clause.times == "often":
            options = {text: options[text] for text in OFTEN}
        elif clause.how.modal:
            options = WORDS["now"] if clause.how.modal == "progressive" else {}
        elif clause.times in ("earlier", "dated"):
            options = {text: said for text, said in options.items() if is_before(text, when)}
        elif clause.how.tense == "past":
            options = {when: options[when]}
        if {"adjunct", "before"} & self.parts.keys():
            options = {text: said for text, said in options.items() if text not in LONG_AGO}
        return {text: said for text, said in options.items() if text not in self.writer.used}


def is_before(text: str, when: str) -> bool:
    """Whether a time that is past lies before another."""
    return DAYS_AGO[text] > DAYS_AGO[when]
