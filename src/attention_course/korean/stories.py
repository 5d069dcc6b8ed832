"""Stories: what somebody does, alone or with why, when, and what comes before or after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from attention_course.korean.building import BEASTS
from attention_course.korean.choosing import most_words, widths
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.draft import Clause
from attention_course.korean.lexicon import ME, REASONS, SEQUENCES, STATES, Deed, Frame, Noun
from attention_course.korean.noun_phrases import COUNTED
from attention_course.korean.phrases import Phrase, tokens
from attention_course.korean.predicates import Modal, Polarity, Saying, Tense
from attention_course.korean.states import connect, say_state
from attention_course.korean.writer import MORNINGS, DeadEndError, Writer

DESPITE = ("tired", "busy", "exam", "homework", "no time", "sick")
ALL = ("subject", "object", "place", "recipient")
EMBEDDED = ("quoted", "while")  # forms of a clause inside another: its subject has 이/가
NOT_BEFORE = {  # what is not done first, where another deed is joined to it
    "and": ("meet", "buy", "call", "go", "ride", "draw"),  # 그리고 would be the word "and"
    "after": ("go", "play"),  # who went there is there still; 논 is a field, too
}
LASTING = frozenset(
    ("rain", "snow", "good weather", "cold weather", "hot weather", "hungry", "thirsty", "tired",
     "sick", "busy", "bored", "happy", "exam", "homework", "no money", "time", "no time")
)  # fmt: skip  # states that come again; the others happen once


class Story(NamedTuple):
    """What somebody does, why, and what the same person does before or after it."""

    main: Deed
    state: str = ""
    relation: str = ""  # before, after, and
    other: Deed | None = None


REASONED = tuple(Story(deed, state) for state, deeds in REASONS.items() for deed in deeds)
OWN_REASON = tuple(one for one in REASONED if STATES[one.state].whose == "self")
ORDERED = tuple(
    story
    for first, nexts in SEQUENCES
    for then in nexts
    for story in (
        Story(first, "", "before", then),
        Story(then, "", "after", first),
        Story(then, "", "and", first),
    )
    if first.verb not in NOT_BEFORE.get(story.relation, ())
    and (story.relation != "before" or then.verb not in ("rest", "sleep"))
)


@dataclass(frozen=True)
class Way:
    """The way in which a story is to be told.

    A `subject` that is given has been named already: by `naming`, `first` names it in both
    languages, `repeated` in Korean, and else Korean does not say it. `again` asks for one that can
    be spoken of further. `timed` lets what happens meanwhile say when it was.
    """

    form: str = "final"  # how its verb ends
    describes: tuple[str, ...] = ()
    fullness: float = 0.2
    extras: Mapping[str, Phrase] = field(default_factory=dict)
    past: bool = False
    timed: bool = False
    said: bool = False  # whether its subject must be said
    subject: Noun | None = None
    naming: str = ""
    again: bool = False


PLAINLY = Way()
PROFESSIONS = {"adult", "artist", "young"}  # 수진은 학생이: as if sujin were the student


class Telling(NamedTuple):
    """How a story is told: the relation to its state, tenses, and the frames that suit them."""

    relation: str
    tense: Tense
    frames: tuple[Frame, ...]
    polarity: Polarity = "done"
    modal: Modal = ""


def only(frames: Sequence[Frame], *also: str) -> tuple[Frame, ...]:
    """The frames of which all this may be said."""
    return tuple(one for one in frames if one.also.issuperset(also))


def doers(*frames: tuple[Frame, ...]) -> set[str]:
    """The people who may do all of these things: groups and single nouns."""
    return set.intersection(*({who for one in some for who in one.who} for some in frames))


def marker_of(
    writer: Writer, subject: Noun, form: str, topic: float = 0.6, *, said: bool = False
) -> str:
    """은/는 or 이/가 for a subject; who speaks is a topic, or not said, if it need not be `said`.

    With 이/가 no clause inside has a subject of its own: two would stand side by side.
    """
    if form in EMBEDDED:
        writer.used.add("#other")
        return "subject"
    if form == "but":
        return "topic"
    if subject.group == "pronoun":
        may_drop = writer.switches.dropped and subject is ME and not said
        return "dropped" if may_drop and writer.likely(0.5) else "topic"
    if not writer.switches.subjects or writer.likely(topic):
        return "topic"
    writer.used.add("#other")
    return "subject"


def choose_telling(writer: Writer, story: Story, way: Way) -> Telling:
    """Because, if, when or although; and when it is: in the past, if that is asked for."""
    frames, polarity = story.main.frames, story.main.polarity
    past = way.past or way.form == "while"
    if not story.state:
        tense: Tense = "past" if past or writer.likely(0.75) else "future"
        return Telling("", tense, frames, polarity)  # type: ignore[arg-type]
    again = story.state in LASTING and polarity == "done" and not past
    at_times = again and way.form != "quoted"
    at_rest = not past and way.form != "quoted"
    although = polarity == "cannot" and at_rest and story.state in DESPITE
    relation = writer.weigh(
        {"because": 6, "if": 2 * at_times, "when": 2 * at_times, "although": 5 * although}
    )
    if relation == "although":
        return Telling(relation, "past", frames)
    if relation == "when" or (relation == "if" and writer.likely(0.5)):
        return Telling(relation, "present", only(frames, "habit"))
    if relation == "if":
        return Telling(relation, "future", frames)
    if again and writer.switches.modals and writer.likely(0.3):
        return Telling(relation, "present", only(frames, "now"), "done", "progressive")
    return Telling(relation, "past", frames, polarity)  # type: ignore[arg-type]


def tell(writer: Writer, size: int, story: Story, way: Way = PLAINLY) -> Phrase:
    """Tell a story in one sentence, or in a part of one, of so many words."""
    telling = choose_telling(writer, story, way)
    if story.state == "late" and "#time" not in writer.used:
        writer.when = writer.pick(MORNINGS)
    if way.subject:
        subject, marker = way.subject, "topic" if way.naming else "dropped"
    else:
        subject, marker = choose_subject(writer, story, telling, way)
    parts = dict(way.extras)
    if story.state in ("sick", "cold"):
        writer.used.add("#company")
    if story.state:
        parts["reason"] = say_reason(writer, story, telling, way, subject)
    clause = Clause(
        telling.frames,
        subject,
        how_of(subject, telling.tense, way.form, telling.polarity, telling.modal),
        marker,
        named=way.naming != "repeated" and marker != "dropped",
        times="main" if may_say_when(telling, way) else "none",
        describes=way.describes,
        fullness=way.fullness,
        extras=parts,
        moves=story.state != "" and not is_own(story),
    )
    if story.other:
        if story.relation == "and":
            writer.used.add("#company")  # with whom would be said of the first deed alone
        least = size - max(most_words(clause, writer, telling.frames))
        parts |= other_deed(writer, story, subject, telling.tense, way.form, least, size - 3)
    return say_clause(writer, size, clause)


def is_own(story: Story) -> bool:
    """Whether its reason is a state of whoever does the deed: hungry, busy."""
    return story.state != "" and STATES[story.state].whose == "self"


def choose_subject(writer: Writer, story: Story, telling: Telling, way: Way) -> tuple[Noun, str]:
    """Who did it, and how that is marked; a pronoun must be known for whoever is named again."""
    others = [story.other.frames] if story.other else []
    who = doers(telling.frames, *others) - set(BEASTS)
    if story.state:
        who &= STATES[story.state].who
    if story.state == "birthday":
        who -= {"friend"}  # it is a friend's
    if telling.relation == "when":
        who -= {"elder"}  # 시간이 있으실 때 전화하세요 would be a request
    if way.timed or (way.form == "quoted" and not way.extras):
        who -= PROFESSIONS
    again = way.again or is_own(story) or story.relation in ("before", "after")
    subject = writer.someone(who, named_again=again)
    topic = 1.0 if story.state or story.other or again or way.extras else 0.7
    return subject, marker_of(writer, subject, way.form, topic, said=way.said)


def say_reason(writer: Writer, story: Story, telling: Telling, way: Way, subject: Noun) -> Phrase:
    """Why, if or when it is done; in a report it was so: he said that she was hungry."""
    tense: Tense = "present" if telling.relation == "if" else telling.tense
    tense = "past" if way.form == "quoted" else tense
    said = say_state(writer, STATES[story.state], Saying(tense, telling.relation), subject)
    return connect(telling.relation, said)


def may_say_when(telling: Telling, way: Way) -> bool:
    """Whether it may be said when it was: not of what comes again, nor twice in a sentence."""
    if telling.relation in ("if", "when"):
        return False
    if way.form == "quoted":
        return telling.modal != "progressive"  # not "now"
    return way.form != "while" or way.timed


def choose_story(writer: Writer, stories: tuple[Story, ...]) -> Story:
    """One of these stories; where nothing may be denied, of something that was done."""
    return writer.pick(stories if writer.switches.negation else done(stories))


@cache
def done(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """Those of these stories in which something is done."""
    return tuple(story for story in stories if story.main.polarity == "done")


@cache
def room_of(deed: Deed) -> int:
    """How many words a clause about a deed can have, with neither subject, company nor manner."""
    return max(
        1 + len(frame.verb.before) + sum(widths(frame).values()) + COUNTED * ("count" in frame.also)
        for frame in deed.frames
    )


@cache
def room_of_all(story: Story) -> int:
    """How many words the deeds of a story can have together."""
    return room_of(story.main) + (room_of(story.other) if story.other else 0)


def fresh(writer: Writer, stories: Sequence[Story], least: int) -> Story:
    """A story whose verbs the sentence does not have yet, with a place left for each deed.

    Its deeds have room for `least` words.

    Raises:
        DeadEndError: none was found.
    """
    for _ in range(20):
        story = writer.pick(stories)
        if room_of_all(story) < least:
            continue
        deeds = (story.main, story.other) if story.other else (story.main,)
        if all(is_fresh(writer, deed) for deed in deeds):
            return story
    raise DeadEndError


def is_fresh(writer: Writer, deed: Deed) -> bool:
    """Whether a sentence has neither the verb of a deed nor all of its places."""
    where = [place for frame in deed.frames for place in frame.places]
    return deed.verb not in writer.used and (
        not where or any(writer.allows(place) for place in where)
    )


def other_deed(
    writer: Writer, story: Story, subject: Noun, tense: Tense, form: str, least: int, most: int
) -> dict[str, Phrase]:
    """The deed before or after the main one, of so many words; its subject is not said."""
    if story.other is None:
        raise DeadEndError
    if tense == "future" and story.relation != "and":
        tense = "past" if form == "quoted" else "present"  # he said she would, after she ate
    how = how_of(subject, tense, story.relation)
    clause = Clause(story.other.frames, subject, how, "dropped", False, times="none")
    least = max(2, least)
    most = min(most, max(most_words(clause, writer, clause.frames)))
    if least > most:
        raise DeadEndError
    said = say_clause(writer, least + int(writer.rng.random() * (most - least + 1)), clause)
    if story.relation != "and":
        return {"adjunct": connect(story.relation, said)}
    one_subject = [token for token in said.english[1:] if token.text != "will"]
    english = [*one_subject, *tokens("and", said.korean[-1], sure=False)]
    return {"before": Phrase(said.korean, english)}
