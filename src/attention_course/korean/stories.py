"""Deeds, alone or with why and when: the clauses that sentences are made of."""

from typing import NamedTuple

from attention_course.korean.building import Clause
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.lexicon import (
    FRAMES,
    HUMAN,
    REASONS,
    SEQUENCES,
    STATES,
    Deed,
    Frame,
    Noun,
)
from attention_course.korean.phrases import Phrase, tokens
from attention_course.korean.predicates import Saying
from attention_course.korean.states import connect, say_state
from attention_course.korean.writer import DeadEnd, Writer

ALL = ("subject", "object", "place", "recipient")
MEANWHILE = ("while", "before", "after")  # relations to what somebody else does
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


def common(one: Deed, other: Deed) -> Deed | None:
    """What both deeds can be, or nothing."""
    frames = []
    for first in one.frames:
        for second in other.frames:
            if first.verb == second.verb and first.particle == second.particle:
                objects = tuple(noun for noun in first.objects if noun in second.objects)
                places = tuple(noun for noun in first.places if noun in second.places)
                if objects or not first.objects:
                    frames.append(first._replace(objects=objects, places=places))
    return Deed(tuple(frames), one.polarity) if frames else None


REASONED = tuple(Story(deed, state) for state, deeds in REASONS.items() for deed in deeds)
ORDERED = tuple(
    story
    for first, nexts in SEQUENCES
    for then in nexts
    for story in (
        Story(first, "", "before", then),
        Story(then, "", "after", first),
        Story(then, "", "and", first),
    )
)
BOTH = tuple(
    ordered._replace(main=main, state=reasoned.state)
    for reasoned in REASONED
    if reasoned.main.polarity == "done"
    for ordered in ORDERED
    if (main := common(reasoned.main, ordered.main))
)


def only(frames: tuple[Frame, ...], *also: str) -> tuple[Frame, ...]:
    """The frames of which all this may be said."""
    return tuple(one for one in frames if one.also.issuperset(also))


def groups_of(*frames: tuple[Frame, ...]) -> set[str]:
    """The people who may do all of these things."""
    return set.intersection(*({group for one in some for group in one.who} for some in frames))


def marker_of(writer: Writer, subject: Noun, topic: float = 0.6) -> str:
    """은/는 or 이/가 for a subject, or nothing for one who speaks."""
    if subject.group == "pronoun" and writer.switches.dropped and writer.likely(0.4):
        return "dropped"
    return "topic" if not writer.switches.subjects or writer.likely(topic) else "subject"


def choose_how(writer: Writer) -> tuple[str, str, str, tuple[Frame, ...]]:
    """Tense, negation and modality of a deed that stands alone, and the frames that suit them."""
    denied = writer.switches.negation and writer.likely(0.12)
    tense = writer.weigh({"past": 6, "present": 4, "future": 2.5})
    if tense == "past":
        return tense, writer.pick(("not", "cannot")) if denied else "done", "", FRAMES
    if tense == "future":
        return tense, "not" if denied else "done", "", FRAMES
    moods = {"progressive": 5, "": 4, "want": 1, "can": 0.7, "must": 1}
    modal = writer.weigh(moods) if writer.switches.modals else ""
    flag = {"progressive": "now", "": "habit", "want": "wish", "can": "wish", "must": "duty"}[modal]
    return tense, "not" if denied and not modal else "done", modal, only(FRAMES, flag)


def deed(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Somebody does something."""
    tense, polarity, modal, frames = choose_how(writer)
    groups = groups_of(frames)
    if modal in ("want", "must", "can"):
        groups -= {"elder", "hunter", "prey", "grazer"}
    if modal == "want" and writer.likely(0.7):
        groups = {"pronoun"}
    subject = writer.someone(groups)
    marker = "subject" if form == "quoted" else marker_of(writer, subject)
    how = how_of(subject, tense, form, polarity, modal)
    return say_clause(
        writer, size, Clause(frames, subject, how, marker, describes=ALL, fullness=0.25)
    )


class Telling(NamedTuple):
    """How a story is told: the relation to its state, tenses, and the frames that suit them."""

    relation: str
    tense: str
    modal: str
    polarity: str
    frames: tuple[Frame, ...]


def choose_telling(writer: Writer, story: Story, past: bool = False) -> Telling:
    """Because, if, when or although; and when it is."""
    frames, polarity = story.main.frames, story.main.polarity
    if not story.state:
        return Telling(
            "", writer.weigh({"past": 6, "future": 0 if past else 2}), "", polarity, frames
        )
    lasts, alone = story.state in LASTING and not past, story.other is None
    relation = writer.weigh(
        {
            "because": 6,
            "if": 2 if lasts and polarity == "done" and alone else 0,
            "when": 2 if lasts and polarity == "done" and alone else 0,
            "although": 6 if polarity == "cannot" and not past else 0,
        }
    )
    if relation == "although":
        return Telling(relation, "past", "", "done", frames)
    if relation == "if":
        tense = writer.pick(("present", "future"))
        return Telling(
            relation, tense, "", "done", only(frames, "habit") if tense == "present" else frames
        )
    if polarity != "done" or not lasts or not alone or writer.likely(0.7):
        return Telling(relation, "past", "", polarity, frames)
    if relation == "when":
        return Telling(relation, "present", "", "done", only(frames, "habit"))
    return Telling(relation, "present", "progressive", "done", only(frames, "now"))


def tell(
    writer: Writer,
    size: int,
    story: Story,
    form: str = "final",
    describes: tuple[str, ...] = ("subject",),
    beside: Phrase | None = None,
) -> Phrase:
    """Tell a story in one sentence, or in a part of one that ends as `form` says.

    `beside` is what somebody else does before, after or meanwhile.
    """
    side_by_side = form in ("but", "contrasted")
    telling = choose_telling(
        writer, story, past=side_by_side or form in MEANWHILE or beside is not None
    )
    form = "final" if form == "contrasted" else form
    state = STATES[story.state] if story.state else None
    own = state is not None and state.whose == "self"
    groups = groups_of(telling.frames, *([story.other.frames] if story.other else [])) & set(HUMAN)
    groups &= state.who if state else groups
    groups -= {"pronoun"} if side_by_side or form in MEANWHILE else set()
    subject = writer.someone(groups, named_again=own or story.relation in ("before", "after"))
    extras = {} if beside is None else {"beside": beside}
    if state:
        tense = "present" if telling.relation == "if" else telling.tense
        how = Saying(tense, telling.relation)  # type: ignore[arg-type]
        extras["reason"] = connect(telling.relation, say_state(writer, state, how, subject))
    if story.other:
        room = size - 4 - sum(len(one.korean) for one in extras.values())
        extras |= other_deed(writer, story, subject, telling.tense, room)
    marker = (
        "subject"
        if form == "quoted"
        else marker_of(writer, subject, 0.85 if own or story.other else 0.7)
    )
    marker = "topic" if side_by_side else "subject" if form in MEANWHILE else marker
    how = how_of(subject, telling.tense, form, telling.polarity, telling.modal)
    habit = telling.relation in ("if", "when") and telling.tense == "present"
    times = "none" if habit or form in MEANWHILE else "main"
    clause = Clause(
        telling.frames,
        subject,
        how,
        marker,
        times=times,
        describes=describes,
        extras=extras,
        fullness=0.2,
        moves=bool(state) and not own,
    )
    return say_clause(writer, size, clause)


def other_deed(
    writer: Writer, story: Story, subject: Noun, tense: str, room: int
) -> dict[str, Phrase]:
    """The deed before or after the main one, in at most so many words; its subject is not said."""
    if room < 1 or story.other is None:
        raise DeadEnd
    if tense == "future" and story.relation != "and":
        tense = "present"  # after she eats
    size = 1 + int(writer.rng.random() * min(9, room))
    how = how_of(subject, tense, story.relation)
    clause = Clause(
        story.other.frames,
        subject,
        how,
        "dropped",
        False,
        times="none",
        describes=("object",),
        fullness=0.4,
    )
    said = say_clause(writer, size, clause)
    if story.relation != "and":
        return {"adjunct": connect(story.relation, said)}
    one_subject = [token for token in said.english[1:] if token.text != "will"]
    english = [*one_subject, *tokens("and", said.korean[-1], sure=False)]
    return {"before": Phrase(said.korean, english)}
