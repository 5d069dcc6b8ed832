"""Clauses: who does what; and clauses that describe a noun."""

from attention_course.korean.building import build
from attention_course.korean.choosing import most_words
from attention_course.korean.draft import Clause
from attention_course.korean.lexicon import (
    BRINGS,
    DESCRIPTIONS,
    HUMAN,
    WHEN_DESCRIBED,
    WHERE,
    Frame,
    Noun,
)
from attention_course.korean.phrases import Phrase, Word, tokens
from attention_course.korean.predicates import Modal, Polarity, Saying, Tense
from attention_course.korean.writer import DeadEndError, Writer, attempt, may_be, person

TRIES = 6  # frames of one clause
EDIBLE = ("bread", "bowl", "dish", "sweet", "fruit", "melon", "berry", "grocery", "hot", "cold")
TIMES = {"lasting": "none", "often": "often", "once": "dated", "": "earlier"}


def how_of(
    subject: Noun,
    tense: Tense,
    form: str = "final",
    polarity: Polarity = "done",
    modal: Modal = "",
) -> Saying:
    """How a predicate is said of this subject."""
    return Saying(tense, form, polarity, modal, person(subject), subject.elder)


def say_clause(writer: Writer, size: int, clause: Clause) -> Phrase:
    """Say a clause in so many Korean words.

    Raises:
        DeadEndError: none of the frames that were tried fits.
    """
    possible = [
        one
        for one in clause.frames
        if may_be(clause.subject, one.who) and one.verb.name not in writer.used
    ]
    most = most_words(clause, writer, possible) if possible else []
    fitting = [one for one, words in zip(possible, most, strict=True) if size <= words]
    marker = clause.marker

    def say() -> Phrase:
        clause.marker = marker
        return build(writer, clause, writer.pick(fitting), relative, size)

    return attempt(writer, TRIES if fitting else 0, say)


def relative(writer: Writer, owner: Noun | None, noun: Noun, size: int, head: Word) -> Phrase:
    """Describe a noun by what it did, or by what somebody did with it, or there.

    `owner` is the subject of the clause around it, who may be meant without being named.
    """
    if not writer.switches.relatives:
        raise DeadEndError
    gap, frames = choose_gap(writer, noun)
    told = "#time" in writer.used and gap == "place"  # then no other day can be named
    whens = [when for when in WHEN_DESCRIBED if any(when in one.also for one in frames)]
    when = writer.pick([one for one in whens if one != "once" or not told]) if whens else ""
    frames = tuple(one for one in frames if when == "" or when in one.also)
    subject, marker = noun, "dropped"
    if gap != "subject":
        subject, marker = choose_doer(writer, owner, frames, size)
        if marker == "dropped":
            frames = without_receivers(frames)
    tense: Tense = "present" if when in ("lasting", "often") else "past"
    form = "where" if gap == "place" else "who"
    times = TIMES[when] if gap != "subject" else "none"
    if gap == "object" and noun.group in EDIBLE:
        times = "none"  # what was made last month is not eaten now
    if gap == "object" and noun.group in HUMAN:
        times = "dated"  # not "the man whom i met", but "whom i met last week"
    how, named = how_of(subject, tense, form), marker == "subject"
    clause = Clause(frames, subject, how, marker, named, gap=gap, times=times)
    body = say_clause(writer, size, clause)
    human = noun.group in HUMAN
    pronoun = {"subject": "who", "object": "whom", "place": "where"}[gap]
    pronoun = pronoun if human or gap == "place" else "that"
    relation = tokens(pronoun, head, body.korean[-1], sure=False)
    return Phrase(body.korean, [*relation, *body.english])


def choose_gap(writer: Writer, noun: Noun) -> tuple[str, tuple[Frame, ...]]:
    """Which part of the clause the noun is that it describes, and the frames in which it is."""
    known = tuple(one for one in DESCRIPTIONS if "who" in one.also and may_be(noun, one.who))
    gaps = {"subject": known, "object": BRINGS[noun], "place": WHERE[noun]}
    gap = writer.pick([name for name, frames in gaps.items() if frames])
    return gap, gaps[gap]


def choose_doer(
    writer: Writer, owner: Noun | None, frames: tuple[Frame, ...], size: int
) -> tuple[Noun, str]:
    """Who did it: the owner, left out, or somebody else, with 이/가."""
    groups = {group for one in frames for group in one.who}
    could = owner is not None and owner.pronoun != "" and may_be(owner, groups)
    could = could and size > 1 and writer.switches.dropped and bool(without_receivers(frames))
    if owner and could and writer.likely(0.6):
        return owner, "dropped"
    if size < 2 or not writer.once("#other"):  # one more subject is enough
        raise DeadEndError
    return writer.someone(groups), "subject"


def without_receivers(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """What nobody receives: who sent somebody a letter is said, and who wrote one need not be."""
    return tuple(one for one in frames if "to" not in one.also)
