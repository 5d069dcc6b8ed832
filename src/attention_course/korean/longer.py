"""Longer sentences: with a reason, with what comes before or after, meanwhile, but, he says."""

from dataclasses import replace

from attention_course.korean.clauses import EDIBLE
from attention_course.korean.lexicon import HUMAN, STATES, Deed
from attention_course.korean.phrases import Phrase, Token, Word, follow, tokens
from attention_course.korean.states import connect
from attention_course.korean.stories import (
    ALL,
    ORDERED,
    OWN_REASON,
    REASONED,
    Story,
    Way,
    choose_story,
    fresh,
    only,
    tell,
)
from attention_course.korean.writer import WHOLE_DAYS, DeadEndError, Writer, attempt

CHAINED = tuple(one for one in ORDERED if one.relation == "and")


def lasting(story: Story) -> Story:
    """A story without the uses of its verb that are over in a moment."""
    return Story(story.main._replace(frames=only(story.main.frames, "now")))


SHORT = ("eat", "drink", "wash", "open", "close", "wait")  # too short for others to do much
ASIDE = tuple(  # what lasts for a while
    story
    for story in map(lasting, (*REASONED, *ORDERED))
    if story.main.polarity == "done" and story.main.frames and story.main.verb not in SHORT
)
LONG_ASIDE = tuple(
    one._replace(main=lasting(one).main)
    for one in CHAINED
    if lasting(one).main.frames
    and one.main.verb != "sleep"
    and not any(noun.group == "cold" for noun in one.main.frames[0].objects)  # drunk too soon
)
RECEIVED = {"to", "from", "young", "elder"}
FAILED = tuple(  # what was not done, because of a state of one's own, and could be: not people met
    one
    for one in OWN_REASON
    if one.main.polarity == "cannot"
    and one.state != "late"  # of whoever has said when it was
    and not any(RECEIVED & frame.also for frame in one.main.frames)  # it would be another one
    and all(
        frame.particle in ("", "을") and not any(noun.group in HUMAN for noun in frame.objects)
        for frame in one.main.frames
    )
)
MOST_OF_LITTLE = 17  # words in which each of two people does one thing
LEAST_ROOM = 5  # words that are of no deed at most: who, with whom, how, meanwhile
LONGEST_ASIDE = 14  # words


def reason(writer: Writer, size: int) -> Phrase:
    """A deed, and because of what, although, if or when it is done."""
    return tell(writer, size, choose_story(writer, REASONED), Way(describes=ALL))


def sequence(writer: Writer, size: int) -> Phrase:
    """Two deeds of one person, one before, after or and then the other."""
    return tell(writer, size, writer.pick(ORDERED), Way(describes=ALL))


def aside(writer: Writer, size: int, much: bool, timed: bool) -> dict[str, Phrase]:
    """The part that says what somebody else does at that time, in so many words.

    `much` are two things, one after the other; `timed` says when it was. Within a report no comma
    is set: it would end what is reported.
    """
    stories, way = LONG_ASIDE if much else ASIDE, Way("while", timed=timed)
    comma = much and not timed
    least = size - comma - LEAST_ROOM - len(writer.when.split()) * timed
    one = attempt(
        writer, 12, lambda: tell(writer, size - comma, fresh(writer, stories, least), way)
    )
    writer.used.discard("#other")
    said = connect("while", one)
    return {"beside": follow(said, Phrase([Word(",")])) if comma else said}


def meanwhile(writer: Writer, size: int, form: str = "final", plain: bool = False) -> Phrase:
    """One does something while another does something else; no clause describes in `plain` ones.

    Who has much to do is beside one who has much to do. In what is reported the time stands with
    the first of them: else it would be read with who reports it.
    """
    much = size > MOST_OF_LITTLE
    if much and "#time" not in writer.used and writer.when not in WHOLE_DAYS:
        writer.when = writer.pick(WHOLE_DAYS)
    first = min(int(size * (0.38 + 0.14 * writer.rng.random())), LONGEST_ASIDE)
    extras = aside(writer, first, much, timed=form == "quoted")
    others = CHAINED if much else ASIDE
    describes = ("subject",) if form == "final" and not plain and not much else ()
    if form == "quoted":
        writer.used.add("#time")

    way = Way(form, describes, extras=extras, past=True, said=True)
    least = size - len(extras["beside"].korean) - LEAST_ROOM - 2 * ("#time" not in writer.used)
    return attempt(writer, 12, lambda: tell(writer, size, fresh(writer, others, least), way))


def contrast(writer: Writer, size: int) -> Phrase:
    """One did this, but another could not: 민수는 영화를 봤지만 , 유나는 바빠서 못 봤어요 ."""
    if not writer.switches.negation:
        raise DeadEndError
    failed = writer.pick(FAILED)
    frame = writer.pick(failed.main.frames)
    second = 4 + len(STATES[failed.state].before) + int(2 * writer.rng.random())
    first = size - second - 1
    if first < 4:
        raise DeadEndError
    done, extras = frame, {}
    if frame.objects:
        noun = writer.pick(frame.objects)
        done = replace(frame, objects=(noun,), also=frame.also - {"count"})
        one_or_it = "one" if noun.article == "a" else "any" if noun.group in EDIBLE else "it"
        again = "them" if noun.several else one_or_it
        extras = {"object": Phrase((), [Token(again)])}
    deed_done = Story(Deed((done,), "done"))
    way = Way("but", ("subject", "place"), past=True)
    one = attempt(writer, 5, lambda: tell(writer, first, deed_done, way))
    writer.used.discard(frame.verb.name)
    writer.used.add("#time")  # a time of the second alone would be a second contrast
    but = Phrase([Word(",")], [Token(","), *tokens("but", one.korean[-1], sure=False)])
    not_done = Story(Deed((replace(frame, objects=(), places=()),), "cannot"), failed.state)
    way_of_other = Way(extras=extras, past=True, said=True)
    other = attempt(writer, 5, lambda: tell(writer, second, not_done, way_of_other))
    return follow(one, but, other)
