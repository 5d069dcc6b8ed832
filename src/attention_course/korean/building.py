"""A clause while it is built: its nouns, how many words each part gets, its parts, their order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from attention_course.korean.endings import OBJECT, SUBJECT, TOPIC, TOWARDS, WITH
from attention_course.korean.lexicon import HUMAN, NOUNS, WHERE, WORDS, Frame, Noun, find_nouns
from attention_course.korean.noun_phrases import COUNTED, Role, say_noun
from attention_course.korean.phrases import Phrase, Word, arrange, entry, tokens
from attention_course.korean.predicates import Forms, Predicate, Saying, count_words, say
from attention_course.korean.writer import DAYS_AGO, DeadEndError, Writer

CLAUSES = frozenset(("reason", "adjunct", "before", "beside"))  # parts that are clauses
OFTEN = ("자주", "가끔")  # in English before the verb
ROOTS = {  # adjectives that do not go with a manner: of one root, or odd beside it
    "조용히": ("조용한",),
    "열심히": ("부지런한",),
    "즐겁게": ("슬픈", "조용한"),
    "빨리": ("따뜻한",),
    "맛있게": ("맛있는",),
    "깨끗하게": ("깨끗한",),
}
LONG_AGO = ("지난주에", "다음 주에", "지난달에")  # no times for what comes after something else
PARTICLES = {"을": OBJECT, "와": WITH, "로": TOWARDS, "에": "에", "에게": "에게"}
ROOM = 7  # words of a verb, of when and of who: as many as there may be
KOREAN = (
    "beside subject time reason adjunct before company place recipient means object often manner "
    "verb"
).split()
ENGLISH = (
    "reason_first adjunct_first time_first asked inverted subject auxiliary often before verb "
    "object manner recipient company means place time adjunct reason beside"
).split()
NOUN_PARTS = ("subject", "company", "place", "recipient", "means", "object")
FOLLOWING = ("object", "recipient", "company", "means", "place")  # in English, after the verb
UNDESCRIBED = frozenset("pronoun name elder sibling fixed town island tool vehicle young".split())
MEANS = {
    "tool": find_nouns("연필 펜"),
    "vehicle": tuple(one for one in find_nouns("버스 지하철 택시") if one.preposition),
    "far": tuple(one for one in find_nouns("버스 기차") if one.preposition),
    "over": find_nouns("비행기"),
}
COMPANY = tuple(noun for group in ("name", "friend", "sibling", "young") for noun in NOUNS[group])
GROWN = tuple(noun for noun in COMPANY if noun.group != "young")
RECEIVERS = (*COMPANY, *NOUNS["neighbor"])
RECIPIENTS = {
    "to": RECEIVERS,
    "from": RECEIVERS,
    "young": (*NOUNS["young"], *NOUNS["name"]),
    "elder": NOUNS["elder"],
}
Relative = Callable[[Writer, Noun | None, int, Noun, int, Word], Phrase]


@dataclass
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
    depth: int = 0  # of relative clauses around it


def most_words(frame: Frame, clause: Clause) -> int:
    """How many words a clause of this frame can have at most, or a few less."""
    return (
        ROOM
        + len(frame.verb.before)
        + 2 * bool(frame.objects)
        + 2 * ("count" in frame.also)
        + 2 * bool(frame.places)
        + 2 * ("with" in frame.also)
        + 2 * bool(RECIPIENTS.keys() & frame.also)
        + bool(MEANS.keys() & frame.also)
        + bool(frame.manners)
        + 8 * bool(clause.describes)
        + sum(len(part.korean) for part in clause.extras.values())
    )


class Building:
    """A clause of one frame, built step by step by `say`."""

    def __init__(self, writer: Writer, clause: Clause, frame: Frame, relative: Relative) -> None:
        self.writer, self.clause, self.frame, self.relative = writer, clause, frame, relative
        self.nouns: dict[str, Noun] = {}
        self.limits: dict[str, tuple[int, int]] = {}
        self.parts = dict(clause.extras)
        self.described = ""  # the part that has a relative clause
        self.topical = False  # whether its object is what is spoken of, and stands first

    def say(self, size: int) -> Phrase:
        """Say the clause in so many Korean words.

        Raises:
            DeadEndError: this frame cannot be said in so many.
        """
        verb = self.frame.verb
        size -= count_words(verb.before, self.clause.how)
        size -= sum(len(part.korean) for part in self.parts.values())
        self.writer.used.add(verb.name)
        if "before" in self.parts:
            self.writer.used.add("#company")
        self.choose_nouns()
        self.limit_words()
        self.choose_described(size)
        sizes = self.deal(size)
        self.choose_topic(sizes)
        self.say_words(sizes)
        self.say_nouns(sizes)
        forms = Forms(verb.base, verb.third, verb.past, verb.ing)
        self.say_verb(say(forms, verb.before, verb.stem, self.clause.how))
        self.clear_the_end()
        return arrange(self.parts, self.korean_order(), ENGLISH)

    def choose_nouns(self) -> None:
        """Find a noun for each part that the frame and the clause leave open."""
        clause, also = self.clause, self.frame.also
        options = {
            "object": self.frame.objects,
            "place": self.frame.places,
            "company": self.companions(),
            "recipient": next((nouns for kind, nouns in RECIPIENTS.items() if kind in also), ()),
            "means": self.means(),
        }
        if clause.marker != "dropped" and "subject" not in self.parts:
            self.nouns["subject"] = clause.subject
        for part, nouns in options.items():
            if part in self.parts or part in (clause.gap, clause.asked):
                continue
            if not nouns or (part == "company" and not self.has_company()):
                continue
            try:
                self.nouns[part] = self.writer.noun(nouns)
            except DeadEndError:
                if part == "object":
                    raise
                continue
            self.writer.used.add(self.nouns[part].korean)

    def companions(self) -> tuple[Noun, ...]:
        """Who may be with the subject: no children where no child is a subject."""
        if "with" not in self.frame.also:
            return ()
        return COMPANY if "young" in self.frame.who else GROWN

    def means(self) -> tuple[Noun, ...]:
        """What it may be done with; not of what is not done."""
        if self.clause.how.polarity != "done":
            return ()
        return next((nouns for kind, nouns in MEANS.items() if kind in self.frame.also), ())

    def has_company(self) -> bool:
        """Whether somebody is with the subject: once in a sentence, and rarely.

        Not where the subject is left out in a clause that describes: it would be read with the
        verb around it. Not with a pen either.
        """
        if self.clause.gap not in ("", "subject") and self.clause.marker == "dropped":
            return False
        if "tool" in self.frame.also:
            return False
        return self.writer.likely(0.25) and self.writer.once("#company")

    def limit_words(self) -> None:
        """Say how many words each part may have, without relative clauses."""
        clause, also = self.clause, self.frame.also
        needed = ["subject", "object"]
        needed += ["place"] if "there" in also else []
        needed += ["recipient"] if "need" in also else []
        for part, noun in self.nouns.items():
            most = 1 + any(one not in self.writer.used for one in noun.adjectives)
            if part == "object" and self.counts(noun):
                most += COUNTED
            self.limits[part] = (int(part in needed), most)
        if not clause.named and "subject" in self.limits:
            self.limits["subject"] = (1, 1)  # who is named again needs no adjective
        if "company" in self.nouns:
            self.limits["company"] = (2, 2)  # 민수와 함께
        if self.frame.manners and self.may_tell_how():
            self.limits["manner"] = (0, 1)
        untimed = "#time" not in self.writer.used
        if clause.times == "often":
            self.limits["time"] = (1, 1)
        elif clause.times != "none" and clause.asked != "time" and (untimed or self.is_habit()):
            self.limits["time"] = (int(self.is_habit() or clause.times == "dated"), 2)

    def may_tell_how(self) -> bool:
        """Whether it may be said how it is done: once, and not in passing."""
        clause, told = self.clause, "#manner" in self.writer.used
        plain = clause.gap == "" and clause.asked in ("", "yes") and "reason" not in self.parts
        return plain and clause.how.polarity == "done" and not told

    def counts(self, noun: Noun) -> bool:
        """Whether a number of these may be spoken of: not of what is not done, nor in passing."""
        how = self.clause.how
        once = how.tense != "present" and how.form != "while"
        told = self.clause.gap == "" and how.polarity == "done" and once
        can = told and "count" in self.frame.also and noun.counter != ""
        return can and self.writer.switches.counters

    def is_habit(self) -> bool:
        """Whether it is told of again and again, which wants to be said: how often?"""
        how = self.clause.how
        told = how.form in ("final", "asked", "quoted")
        return how.tense == "present" and not how.modal and told

    def choose_described(self, size: int) -> None:
        """Let one part have a relative clause, where there are words for it, or by chance.

        In English no part of the clause that could be left out follows it, so it stays clear.
        """
        can = [part for part in self.clause.describes if self.may_describe(part)]
        if CLAUSES & set(self.parts):  # what stands before a described noun would be read with it
            can = [part for part in can if part == "subject"]
        most = sum(high for _, high in self.limits.values())
        wanted = size > most or self.writer.likely(self.clause.fullness)
        if not can or not wanted or not self.writer.switches.relatives:
            return
        self.described = part = self.writer.pick(can)
        self.limits[part] = (3, 9)
        if part != "subject":
            if self.clause.marker == "subject":  # else it would be the subject of what describes
                self.clause.marker = "topic"
            for other in (*FOLLOWING[FOLLOWING.index(part) + 1 :], "manner"):
                if self.limits.get(other, (1, 1))[0] == 0:
                    del self.limits[other]

    def choose_topic(self, sizes: dict[str, int]) -> None:
        """Let the object stand first, with 은/는: 그림은 화가가 그렸어요."""
        clause, noun = self.clause, self.nouns.get("object")
        told = clause.gap == clause.asked == "" and clause.how.form == "final"
        can = told and clause.marker == "subject" and clause.how.tense == "past" and noun
        free = self.writer.switches.free_order and not CLAUSES & set(self.parts)
        if can and free and noun and self.frame.particle == "을" and noun.group not in HUMAN:
            untimed = "time" not in self.parts and not sizes.get("time")
            single = self.described not in ("subject", "place") and sizes.get("object") != 3
            self.topical = untimed and single and self.writer.likely(0.4)

    def may_describe(self, part: str) -> bool:
        """Whether a part's noun may have a relative clause: no names, nobody of the family."""
        noun = self.nouns.get(part)
        if noun is None or noun.group in UNDESCRIBED:
            return False
        if part == "object":
            return "takes" in self.frame.also
        return bool(WHERE[noun]) if part == "place" else True

    def deal(self, size: int) -> dict[str, int]:
        """Deal so many words out to the parts, within their limits.

        Another part is likelier than another word for one that has some.
        """
        least, most = (sum(limit[end] for limit in self.limits.values()) for end in (0, 1))
        if not least <= size <= most:
            raise DeadEndError
        sizes = {part: low for part, (low, _) in self.limits.items()}
        for _ in range(size - least):
            room = {
                part: 1.0 if part == "company" else 3.0 if self.is_open(part, count) else 0.8
                for part, count in sizes.items()
                if count < self.limits[part][1]
            }
            sizes[self.writer.weigh(room)] += 1
        return sizes

    def is_open(self, part: str, count: int) -> bool:
        """Whether a part has no word yet, or is the one that is described."""
        return count == 0 or part == self.described

    def say_words(self, sizes: dict[str, int]) -> None:
        """Say when and how."""
        if sizes.get("time"):
            said = self.time(sizes["time"])
            often = " ".join(word.text for word in said.korean) in OFTEN
            self.parts["often" if often else "time"] = said
            self.writer.used.add("#time")
        if sizes.get("manner"):
            manner = self.writer.word(self.frame.manners)
            self.parts["manner"] = entry(manner, WORDS["manners"][manner])
            self.writer.used |= {"#manner", *ROOTS.get(manner, ())}

    def time(self, size: int) -> Phrase:
        """Say when, or how often; what a relative clause tells of was before all else."""
        clause, writer = self.clause, self.writer
        options = WORDS[clause.how.tense] if clause.how.tense != "present" else WORDS["habit"]
        if clause.times == "often":
            options = {text: options[text] for text in OFTEN}
        elif clause.how.modal:
            options = WORDS["now"] if clause.how.modal == "progressive" else {}
        elif clause.how.tense == "past" and clause.times == "main":
            options = {writer.when: options[writer.when]}
        elif clause.times in ("earlier", "dated"):
            since = DAYS_AGO[writer.when]
            options = {text: said for text, said in options.items() if DAYS_AGO[text] > since}
        if {"adjunct", "before"} & set(self.parts):
            options = {text: said for text, said in options.items() if text not in LONG_AGO}
        korean = writer.word(text for text in options if text.count(" ") == size - 1)
        return entry(korean, options[korean])

    def say_nouns(self, sizes: dict[str, int]) -> None:
        """Say the nouns, each with its particle."""
        clause = self.clause
        for part in NOUN_PARTS:
            if part not in self.nouns or not sizes.get(part):
                continue
            noun = self.nouns[part]
            if part == "company":
                self.parts[part] = self.say_company(noun)
                continue
            describe = None
            if part == self.described:
                owner = None if part == "subject" else clause.subject
                describe = partial(self.relative, self.writer, owner, clause.depth + 1)
            role = self.role(part, noun)
            self.parts[part] = say_noun(self.writer, noun, sizes[part], role, describe)
        if "subject" in self.parts and not clause.named:
            words = self.parts["subject"].korean
            self.parts["subject"] = Phrase(words, tokens(clause.subject.pronoun, *words))

    def say_company(self, noun: Noun) -> Phrase:
        """With whom: 민수와 함께."""
        said = say_noun(self.writer, noun, 1, Role(WITH, "", self.writer.possessive(noun)))
        together = Word("함께")
        english = [*tokens("with", together, said.korean[0]), *said.english]
        return Phrase([*said.korean, together], english)

    def role(self, part: str, noun: Noun) -> Role:
        """The particle of a part, and its preposition and article in English."""
        article = self.writer.possessive(noun)
        if part == "subject":  # the family of whoever speaks: of others it would be said whose
            article = noun.article
            beast = noun.group in ("hunter", "prey")
            return Role(self.subject_particle(noun), "", "the" if beast else article)
        if part == "recipient":
            giving = "from" not in self.frame.also
            particle = "께" if noun.elder else "에게" if giving else "에게서"
            return Role(particle, "to" if giving else "from", article)
        if part == "means":
            return Role(TOWARDS, noun.preposition, article)
        if part == "place":
            into = "into" in self.frame.also
            return Role("에" if into else "에서", noun.preposition, article)
        if self.topical:
            known = noun.several or noun.group in ("subject", "past", "screen")
            return Role(TOPIC, "", article if known else "the")
        particle = PARTICLES[self.frame.particle]
        particle = "께" if noun.elder and particle == "에게" else particle
        return Role(particle, "", article, 4 if self.counts(noun) else 1)

    def subject_particle(self, noun: Noun) -> str:
        """은/는 or 이/가, and for those who are honoured often 께서(는)."""
        topic = self.clause.marker == "topic"
        if noun.elder and self.writer.likely(0.4):
            return "께서는" if topic else "께서"
        return TOPIC if topic else SUBJECT

    def say_verb(self, predicate: Predicate) -> None:
        """Say the verb, and the subject's pronoun where Korean has no word for it."""
        clause, last = self.clause, predicate.korean[-1]
        if clause.marker == "dropped" and clause.gap != "subject" and "subject" not in self.parts:
            pronoun = clause.subject.pronoun or clause.subject.english
            self.parts["subject"] = Phrase((), tokens(pronoun, last, sure=False))
        preposition = tokens(self.frame.verb.preposition, last, sure=False)
        goal = self.nouns.get("object")
        if goal and goal.korean == "집" and goal.preposition:
            preposition = []  # went home
        if preposition and "manner" in self.parts:  # listened quietly to
            preposition = [*self.parts["manner"].english, *preposition]
            self.parts["manner"] = Phrase(self.parts["manner"].korean)
        self.parts["verb"] = Phrase(predicate.korean, [*predicate.rest, *preposition])
        inverted = clause.asked not in ("", "subject")
        self.parts["inverted" if inverted else "auxiliary"] = Phrase((), predicate.auxiliary)

    def clear_the_end(self) -> None:
        """Say in English when and why at the beginning, if a described noun stands at the end."""
        clause = self.clause
        if self.described in ("", "subject") or clause.gap or clause.asked:
            return
        for part in ("time", "reason", "adjunct"):
            if part in self.parts:
                said = self.parts[part]
                self.parts[part] = Phrase(said.korean)
                self.parts[f"{part}_first"] = Phrase((), said.english)

    def korean_order(self) -> list[str]:
        """The order of the parts in Korean: free, but for the verb, which is last.

        What could be read with a clause that describes does not stand before it.
        """
        order = list(KOREAN)
        if not self.writer.switches.free_order:
            return order
        leading = self.leading()
        order = [*leading, *(part for part in order if part not in leading)]
        if self.described not in ("", "subject"):  # only the topic may stand before it, and when
            order.remove(self.described)
            order.insert(order.index("subject") + 1, self.described)
        if "recipient" in self.parts and not self.described and self.writer.likely(0.3):
            order.remove("object")
            order.insert(order.index("recipient"), "object")
        return order

    def leading(self) -> list[str]:
        """What stands before the subject: when, why, meanwhile; or the place, or the object."""
        clause, writer = self.clause, self.writer
        inside = clause.gap != "" or clause.asked != "" or clause.how.form == "quoted"
        if "beside" in self.parts:
            described = self.described == "subject"
            return ["subject", "time", "beside"] if described else ["time", "beside"]
        if inside or self.described == "subject":
            return []
        if self.described:
            return ["time"]
        if clause.moves and writer.likely(0.5):
            return ["time", "reason"]
        timed = clause.marker == "topic" or clause.how.tense == "past"
        if timed and not clause.moves and writer.likely(0.4):
            return ["time"]
        if self.topical:
            return ["object"]
        alone = not CLAUSES & set(self.parts) and clause.how.form == "final"
        if alone and clause.marker == "subject" and not self.described and writer.likely(0.25):
            return ["time", "place"]
        return []
