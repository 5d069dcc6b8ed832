"""Clauses: who does what, with the parts of each language in its own order."""

from dataclasses import dataclass, field, replace
from functools import partial

from attention_course.korean.endings import OBJECT, SUBJECT, TOPIC, TOWARDS, WITH, attach
from attention_course.korean.lexicon import FRAMES, HUMAN, NOUNS, WORDS, Frame, Noun, find_nouns
from attention_course.korean.noun_phrases import Role, say_noun
from attention_course.korean.phrases import Phrase, Word, arrange, entry, tokens
from attention_course.korean.predicates import Forms, Saying, say
from attention_course.korean.writer import DeadEnd, Writer, person

TRIES = 8  # frames of one clause
PARTICLES = {"을": OBJECT, "와": WITH, "로": TOWARDS, "에": "에", "에게": "에게"}
KOREAN = (
    "subject reason adjunct time before company place recipient means object content manner verb"
).split()
ENGLISH = (
    "asked inverted time_first subject auxiliary before verb object content manner recipient company "
    "means place time adjunct reason"
).split()
NOUN_PARTS = ("subject", "company", "place", "recipient", "means", "object")
FOLLOWING = ("object", "recipient", "company", "means", "place")  # in English, after the verb
DAYS = {  # how many days ago, at least
    "오늘": 0, "오늘 아침에": 0, "어제": 1, "어제 아침에": 1, "어제 오후에": 1, "어제 저녁에": 1,
    "그저께": 2, "사흘 전에": 3, "지난 토요일에": 5, "지난 주말에": 5, "지난주에": 7, "지난달에": 30,
}  # fmt: skip
MEANS = {
    "tool": find_nouns("연필 펜"),
    "vehicle": tuple(one for one in find_nouns("버스 지하철 택시") if one.preposition),
    "far": tuple(one for one in find_nouns("버스 기차") if one.preposition),
}
COMPANY = tuple(noun for group in ("name", "friend", "sibling", "young") for noun in NOUNS[group])
RECEIVERS = (*COMPANY, *NOUNS["elder"], *NOUNS["neighbor"])


@dataclass
class Clause:
    """What a clause is to be."""

    frames: tuple[Frame, ...]
    subject: Noun
    how: Saying
    marker: str = "topic"  # topic, subject, dropped
    named: bool = True  # English names the subject; else it says the pronoun
    gap: str = ""  # the part that stands outside, as the head of a relative clause
    times: str = "main"  # main, earlier, habit, none
    describes: tuple[str, ...] = ()  # parts that may have a relative clause
    fullness: float = 0.2  # how likely one has it where it need not
    extras: dict[str, Phrase] = field(default_factory=dict)  # parts that are said already
    asked: str = ""  # the part that a question asks for
    depth: int = 0  # of relative clauses around it


def how_of(subject: Noun, tense: str, form: str = "final", polarity: str = "done", modal: str = "") -> Saying:
    """How a predicate is said of this subject."""
    return Saying(tense, form, polarity, modal, person(subject), subject.elder)  # type: ignore[arg-type]


def say_clause(writer: Writer, size: int, clause: Clause) -> Phrase:
    """Say a clause in so many Korean words.

    Raises:
        DeadEnd: none of the frames that were tried fits.
    """
    fitting = [
        one
        for one in clause.frames
        if clause.subject.group in one.who and one.verb.name not in writer.used
    ]
    used, days = set(writer.used), writer.days_ago
    for _ in range(TRIES):
        frame = writer.pick(fitting)
        try:
            return Building(writer, clause, frame).say(size)
        except DeadEnd:
            writer.used, writer.days_ago = set(used), days
    raise DeadEnd


class Building:
    """One clause while it is built: its nouns, how many words each part may have, its parts."""

    def __init__(self, writer: Writer, clause: Clause, frame: Frame) -> None:
        self.writer, self.clause, self.frame = writer, clause, frame
        self.nouns: dict[str, Noun] = {}
        self.limits: dict[str, tuple[int, int]] = {}
        self.parts = dict(clause.extras)
        self.described = ""  # the part that has a relative clause

    def say(self, size: int) -> Phrase:
        """Choose the nouns, deal out the words, say the parts, put them in order."""
        verb = self.frame.verb
        forms = Forms(verb.base, verb.third, verb.past, verb.ing)
        predicate = say(forms, verb.before, verb.stem, self.clause.how, verb.base)
        size -= len(predicate.korean) + sum(len(one.korean) for one in self.parts.values())
        self.writer.used.add(verb.name)
        self.choose_nouns()
        self.limit_words()
        self.choose_described(size)
        sizes = self.deal(size)
        self.say_words(sizes)
        self.say_nouns(sizes)
        self.say_verb(predicate)
        if self.described not in ("", "subject") and "time" in self.parts and self.clause.gap == "" and not self.clause.asked:
            time = self.parts["time"]  # in English nothing follows what is described
            self.parts["time"], self.parts["time_first"] = Phrase(time.korean), Phrase((), time.english)
        return arrange(self.parts, self.korean_order(), ENGLISH)

    def choose_nouns(self) -> None:
        """Find a noun for each part that the frame and the clause leave open."""
        clause, frame, also = self.clause, self.frame, self.frame.also
        options = {
            "object": frame.objects,
            "place": frame.places,
            "company": COMPANY if "with" in also else (),
            "recipient": RECEIVERS if also & {"to", "from"} else (),
            "means": next((nouns for kind, nouns in MEANS.items() if kind in also), ()),
        }
        if clause.marker != "dropped" and "subject" not in self.parts:
            self.nouns["subject"] = clause.subject
        for part, nouns in options.items():
            found = self.writer.unused(one for one in nouns if one.elder <= self.writer.switches.honour)
            if found and part not in (clause.gap, clause.asked) and part not in self.parts:
                self.nouns[part] = self.writer.pick(found)
                self.writer.used.add(self.nouns[part].korean)
        if frame.objects and "object" not in self.nouns and "object" not in (clause.gap, clause.asked):
            raise DeadEnd

    def limit_words(self) -> None:
        """Say how many words each part may have, without relative clauses."""
        clause, also = self.clause, self.frame.also
        needed = {"subject", "object"}
        needed |= {"place"} if "there" in also else set()
        needed |= {"recipient"} if "need" in also else set()
        for part, noun in self.nouns.items():
            most = 1 + bool(noun.adjectives) * (part != "company" or noun.group == "friend")
            if part == "object" and "count" in also and noun.counter and self.writer.switches.counters:
                most += 2
            self.limits[part] = (int(part in needed), most)
        if self.frame.manners and clause.how.polarity == "done":
            self.limits["manner"] = (0, 1)
        habit = clause.how.tense == "present" and not clause.how.modal and clause.how.form in ("final", "who", "asked")
        if clause.times != "none" and clause.asked != "time":
            self.limits["time"] = (int(habit and clause.times in ("main", "habit")), 2)

    def choose_described(self, size: int) -> None:
        """Let one part have a relative clause, where there are words for it, or by chance."""
        can = [part for part in self.clause.describes if part in self.nouns and self.may_describe(part)]
        most = sum(high for _, high in self.limits.values())
        if not can or not self.writer.switches.relatives:
            return
        if size <= most and not self.writer.likely(self.clause.fullness):
            return
        self.described = part = self.writer.pick(can)
        self.limits[part] = (3, 9)
        if part != "subject":  # in English nothing follows what is described
            for other in (*FOLLOWING[FOLLOWING.index(part) + 1 :], "manner"):
                if self.limits.get(other, (1, 1))[0] == 0:
                    del self.limits[other]

    def may_describe(self, part: str) -> bool:
        """Whether a part's noun may have a relative clause: no names, nobody of the family."""
        noun = self.nouns[part]
        if noun.group in ("pronoun", "name", "elder", "sibling", "fixed", "town", "tool", "vehicle", "young"):
            return False
        if part == "object":
            return "takes" in self.frame.also
        if part == "place":
            return any(noun in one.places and "where" in one.also for one in FRAMES)
        return part in ("subject", "recipient")

    def deal(self, size: int) -> dict[str, int]:
        """Deal so many words out to the parts, within their limits, by chance."""
        least, most = (sum(limit[end] for limit in self.limits.values()) for end in (0, 1))
        if not least <= size <= most:
            raise DeadEnd
        sizes = {part: low for part, (low, _) in self.limits.items()}
        for _ in range(size - least):
            room = {part: 1.0 for part in sizes if sizes[part] < self.limits[part][1]}
            for part in room:  # rather another part than another adjective
                if sizes[part] == 0 or part == self.described:
                    room[part] = 1.5 if part == "company" else 4.0
            sizes[self.writer.weigh(room)] += 1
        return sizes

    def say_words(self, sizes: dict[str, int]) -> None:
        """Say when and how."""
        if sizes.get("time"):
            self.parts["time"] = self.time(sizes["time"])
        if sizes.get("manner"):
            manner = self.writer.word(self.frame.manners)
            self.parts["manner"] = entry(manner, WORDS["manners"][manner], "how")

    def time(self, size: int) -> Phrase:
        """Say when, or how often; what a relative clause tells of was before the main clause."""
        clause = self.clause
        if clause.times == "earlier":
            options = {text: english for text, english in WORDS["past"].items() if DAYS[text] > self.writer.days_ago}
        elif clause.how.modal == "progressive" and clause.how.tense == "present":
            options = WORDS["now"]
        elif clause.how.tense == "present":
            options = WORDS["habit"] if not clause.how.modal else {}
        else:
            options = WORDS[clause.how.tense]
        korean = self.writer.word(text for text in options if text.count(" ") == size - 1)
        if clause.times == "main" and clause.how.tense == "past":
            self.writer.days_ago = DAYS[korean]
        return entry(korean, options[korean], "when")

    def say_nouns(self, sizes: dict[str, int]) -> None:
        """Say the nouns, and the subject that Korean leaves out."""
        clause = self.clause
        for part in NOUN_PARTS:
            if part in self.nouns and sizes.get(part):
                noun = self.nouns[part]
                owner = clause.subject if part != "subject" else None
                describe = partial(relative, self.writer, owner, clause.depth + 1) if part == self.described else None
                self.parts[part] = say_noun(self.writer, noun, sizes[part], self.role(part, noun), describe)
        if "subject" in self.parts and not clause.named:
            words = self.parts["subject"].korean
            self.parts["subject"] = Phrase(words, tokens(clause.subject.pronoun, *words))

    def role(self, part: str, noun: Noun) -> Role:
        """The particle of a part, and its preposition and article in English."""
        article = "my" if noun.group == "friend" else noun.article
        if part == "subject":
            return Role(self.subject_particle(noun), "", article)
        if part == "company":
            return Role(WITH, "with", article)
        if part == "recipient":
            giving = "to" in self.frame.also
            particle = "께" if noun.elder else "에게" if giving else "에게서"
            return Role(particle, "to" if giving else "from", article)
        if part == "means":
            return Role(TOWARDS, noun.preposition, noun.article)
        if part == "place":
            to = "into" in self.frame.also or self.frame.verb.name == "live"
            return Role("에" if to else "에서", noun.preposition, noun.article)
        if noun.preposition:  # where one goes: the verb has its own preposition
            return Role(PARTICLES[self.frame.particle], "", noun.article)
        particle = "께" if noun.elder and self.frame.particle == "에게" else PARTICLES[self.frame.particle]
        return Role(particle, "", article, counted="count" in self.frame.also)

    def subject_particle(self, noun: Noun) -> str:
        """은/는 or 이/가, and for those who are honoured often 께서(는)."""
        topic = self.clause.marker == "topic"
        if noun.elder and self.writer.likely(0.4):
            return "께서는" if topic else "께서"
        return TOPIC if topic else SUBJECT

    def say_verb(self, predicate) -> None:  # type: ignore[no-untyped-def]
        """Say the verb, and the subject's pronoun where Korean has no word for it."""
        clause, last = self.clause, predicate.korean[-1]
        if clause.marker == "dropped" and clause.gap != "subject" and "subject" not in self.parts:
            pronoun = clause.subject.pronoun or clause.subject.english
            self.parts["subject"] = Phrase((), tokens(pronoun, last, sure=False))
        preposition = tokens(self.frame.verb.preposition, last, sure=False)
        goal = self.nouns.get("object")
        if goal and goal.korean == "집" and self.frame.verb.name in ("go", "come"):
            preposition = []  # went home
        if preposition and "manner" in self.parts:  # listened quietly to
            preposition = [*self.parts["manner"].english, *preposition]
            self.parts["manner"] = Phrase(self.parts["manner"].korean)
        self.parts["verb"] = Phrase(predicate.korean, [*predicate.rest, *preposition])
        self.parts["inverted" if clause.asked and clause.asked != "subject" else "auxiliary"] = Phrase((), predicate.auxiliary)

    def korean_order(self) -> list[str]:
        """The order of the parts in Korean: free, but the verb is last."""
        order, clause = list(KOREAN), self.clause
        if not self.writer.switches.free_order:
            return order

        def before(name: str, other: str, share: float) -> None:
            if name in self.parts and other in self.parts and self.writer.likely(share):
                order.remove(name)
                order.insert(order.index(other), name)

        main = clause.gap == "" and clause.times == "main"
        if main:
            before("time", "subject", 0.4)
        if clause.marker == "subject" and main and not {"reason", "adjunct", "before"} & set(self.parts):
            before("place", "subject", 0.25)
            before("object", "subject", 0.5 if self.described == "object" else 0.12)
        if "other" in self.parts:
            before("reason", "subject", 0.5)
        before("place", "company", 0.3)
        before("object", "recipient", 0.3)
        before("manner", "object", 0.3)
        return order


def relative(writer: Writer, owner: Noun | None, depth: int, noun: Noun, size: int, head: Word) -> Phrase:
    """Describe a noun by what it did, or by what somebody did with it, or there."""
    person_or_animal = noun.group in HUMAN or noun.group in ("hunter", "prey", "grazer")
    brought = tuple(one for one in FRAMES if noun in one.objects and "brings" in one.also)
    where = tuple(one for one in FRAMES if noun in one.places and "where" in one.also)
    gap = writer.pick(["subject"] * person_or_animal + ["object"] * bool(brought) + ["place"] * bool(where and noun.preposition))
    frames = {"subject": FRAMES, "object": brought, "place": where}[gap]
    habit = gap != "object" and writer.likely(0.4)
    if habit:
        frames = tuple(one for one in frames if "habit" in one.also)
    marker, subject = "dropped", noun
    if gap != "subject":
        groups = {group for one in frames for group in one.who}
        if owner is not None and owner.pronoun and owner.group in groups and (size == 1 or (writer.switches.dropped and writer.likely(0.5))):
            subject = owner
        else:
            subject, marker = writer.someone(groups), "subject"
    how = how_of(subject, "present" if habit else "past", "who")
    clause = Clause(frames, subject, how, marker, marker == "subject", gap, "habit" if habit else "earlier", depth=depth)
    body = say_clause(writer, size, clause)
    human = noun.group in HUMAN
    pronoun = {"subject": "who" if human else "that", "object": "whom" if human else "that", "place": "where"}[gap]
    return Phrase(body.korean, [*tokens(pronoun, head, body.korean[-1], sure=False), *body.english])
