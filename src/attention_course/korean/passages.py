"""Passages: two to four sentences about one person, each of which follows from the one before."""

from math import ceil

from attention_course.korean.building import Clause
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.endings import TOPIC, attach
from attention_course.korean.lexicon import (
    FRAMES,
    ME,
    NOUNS,
    SEQUENCES,
    STATES,
    WE,
    WORDS,
    Deed,
    Frame,
    Noun,
)
from attention_course.korean.longer import meanwhile
from attention_course.korean.phrases import Phrase, Token, Word, entry, follow, tokens
from attention_course.korean.predicates import Saying
from attention_course.korean.states import say_state
from attention_course.korean.stories import LASTING, REASONED, Story, doers, only, tell
from attention_course.korean.writer import DeadEndError, Writer, attempt

LED_TO = tuple(
    one
    for one in REASONED
    if one.state in LASTING or one.state in ("late", "cold", "guests", "dirty", "no milk")
)
LEISURE = ("rain", "snow", "good weather", "cold weather", "bored", "happy", "time", "guests")
LED_FAR = tuple(
    one for one in LED_TO if one.state in LEISURE and one.main.polarity == "done"
)  # after which more is done
LONG = 28  # words, from which a passage is rather about two people
WEATHER = ("good weather", "good weather", "rain", "snow", "cold weather")
OUTSIDE = {noun.korean for group in ("outdoors", "sea") for noun in NOUNS[group]} | {"마당"}
BOTH = Noun("둘", "the two", "friend")
TOGETHER = tuple(
    one
    for one in only(FRAMES, "with", "wish")
    if "far" not in one.also
    and "over" not in one.also
    and one.verb.name in ("eat", "drink", "watch", "walk", "ride", "go", "play", "photograph")
)
LINKS = {  # by how many sentences there are after the first
    0: (),
    1: (("그다음에", "then"),),
    2: (("그다음에", "then"), ("그리고", "and")),
    3: (("그다음에", "then"), ("그리고", "and"), ("마지막으로", "finally")),
}
MOST_OF_ONE = 9  # words of a sentence in a passage, with the one that links it
DESCRIBED = 5  # words more where a clause describes something
OPENING = 7  # words, about


def passage(writer: Writer, size: int) -> Phrase:
    """What was so, and what somebody did because of it; or what somebody did; and what then."""
    if size > LONG and writer.likely(0.7):
        return scene(writer, size)
    if writer.likely(0.6):
        return because(writer, size)
    count = max(2, min(4, ceil(size / MOST_OF_ONE)))
    first = writer.pick(SEQUENCES)[0]
    deeds = plan(writer, first, count)
    full = 1 + int((count - 1) * writer.rng.random())  # the one in which a clause describes
    sizes = deal_out(writer, size - 2 * (count - 1), deeds, {0: 4, full: DESCRIBED})
    opening = Story(deeds[0])
    said = attempt(writer, 6, lambda: tell(writer, sizes[0], opening, past=True, again=True))
    if writer.owner is None:
        raise DeadEndError
    return follow(said, *go_on(writer, sizes[1:], deeds[1:], writer.owner, full - 1))


def scene(writer: Writer, size: int) -> Phrase:
    """The weather; what two people did at the same time; and what they did together after that."""
    parts: list[Phrase] = []
    weather = writer.pick(WEATHER)
    told = size > LONG + 6 or writer.likely(0.4)
    if told:
        when = entry(writer.when, WORDS["past"][writer.when])
        writer.used |= {"#time", writer.when}
        said = say_state(writer, STATES[weather], Saying("past"), None)
        opening = Phrase([*when.korean, *said.korean], [*said.english, *when.english])
        parts = [opening, Phrase([Word(".")], [Token(".")])]
        size -= len(opening.korean) + 1
    tail = 4 + int(4 * writer.rng.random()) if size > 26 or writer.likely(0.3) else 0
    if tail:
        writer.used.add("#company")
    parts.append(meanwhile(writer, size - tail - 2 * bool(tail)))
    if tail:
        parts += [linked("그다음에", "then"), attempt(writer, 12, lambda: together(writer, tail))]
    if told and weather != "good weather" and OUTSIDE & writer.used:
        raise DeadEndError
    return follow(*parts)


def together(writer: Writer, size: int) -> Phrase:
    """What the two did then, in so many words.

    Nobody else was there, the speaker neither; and of elders one would speak in another way.
    """
    others = {one.korean for one in (*NOUNS["elder"], ME, WE)}
    if others & writer.used:
        raise DeadEndError
    word = Word("같이")
    extras = {"company": Phrase([word], tokens("together", word))}
    how = how_of(BOTH, "past")
    clause = Clause(TOGETHER, BOTH, how, "topic", times="none", extras=extras)
    return say_clause(writer, size, clause)


def because(writer: Writer, size: int) -> Phrase:
    """What was so, so what somebody did; and what then."""
    count = max(1, min(4, ceil((size - OPENING) / MOST_OF_ONE)))
    story = writer.pick(LED_FAR if count > 1 else LED_TO)
    subject, said = open_passage(writer, story)
    left = size - len(said.korean) - 2
    own = STATES[story.state].whose == "self"
    deeds = plan(writer, story.main, max(1, count))
    full = 1 + int((len(deeds) - 1) * writer.rng.random())
    room = {0: 0 if own else 2, full: DESCRIBED}
    sizes = deal_out(writer, left - 2 * (len(deeds) - 1), deeds, room)
    naming = "" if own else "first"
    first = attempt(
        writer,
        6,
        lambda: tell(writer, sizes[0], Story(deeds[0]), "final", (), subject, None, True, naming),
    )
    return follow(
        said, linked("그래서", "so"), first, *go_on(writer, sizes[1:], deeds[1:], subject, full - 1)
    )


def go_on(
    writer: Writer, sizes: list[int], deeds: list[Deed], subject: Noun, full: int = -1
) -> list[Phrase]:
    """What somebody did then; who it was is said again where a clause describes something."""
    writer.used.add("#time")
    said: list[Phrase] = []
    links = LINKS[len(deeds)]
    for place, (size, deed) in enumerate(zip(sizes, deeds, strict=True)):
        if not doers(deed.frames) & {subject.group, subject.korean}:
            raise DeadEndError
        described = place == full and size > 6
        naming = "repeated" if described else ""
        describes = ("object", "place") if described else ()
        story = Story(deed)

        def one(
            size: int = size,
            story: Story = story,
            describes: tuple[str, ...] = describes,
            naming: str = naming,
        ) -> Phrase:
            return tell(
                writer, size, story, "final", describes, subject, None, True, naming, True, 1.0
            )

        said += [linked(*links[place]), attempt(writer, 8, one)]
    return said


def plan(writer: Writer, first: Deed, count: int) -> list[Deed]:
    """Deeds of which each may follow the one before, and no verb comes twice."""
    deeds, verbs = [first], {first.frames[0].verb.name}
    while len(deeds) < count:
        last = deeds.pop()
        ways = [(in_both(last, start), nexts) for start, nexts in SEQUENCES]
        both, nexts = writer.pick([way for way in ways if way[0].frames])
        then = writer.pick([one for one in nexts if one.frames[0].verb.name not in verbs])
        verbs.add(then.frames[0].verb.name)
        deeds += [both, then]
    return deeds


def in_both(one: Deed, other: Deed) -> Deed:
    """What two deeds have in common."""
    shared = (overlap(frame, same) for frame in one.frames for same in other.frames)
    return Deed(tuple(frame for frame in shared if frame), one.polarity)


def overlap(one: Frame, other: Frame) -> Frame | None:
    """The objects and places that two uses of a verb share, if they are the same use."""
    if (one.verb, one.also, one.manners) != (other.verb, other.also, other.manners):
        return None
    objects = tuple(noun for noun in one.objects if noun in other.objects)
    places = tuple(noun for noun in one.places if noun in other.places)
    if (one.objects and not objects) or (one.places and not places):
        return None
    return one._replace(objects=objects, places=places)


def room_of(deed: Deed) -> int:
    """How many words a sentence about a deed can have at most, without a subject and a time."""
    return max(
        1
        + len(frame.verb.before)
        + (2 + 2 * ("count" in frame.also)) * bool(frame.objects)
        + 2 * bool(frame.places)
        + bool(frame.manners)
        for frame in deed.frames
    )


def deal_out(writer: Writer, size: int, deeds: list[Deed], more: dict[int, int]) -> list[int]:
    """Deal a number of words out to sentences about these deeds; `more` says who has more room."""
    room = [room_of(deed) + more.get(place, 0) for place, deed in enumerate(deeds)]
    sizes = [min(3, most) for most in room]
    if not sum(sizes) <= size <= sum(room):
        raise DeadEndError
    for _ in range(size - sum(sizes)):
        place = writer.pick([n for n, words in enumerate(sizes) if words < room[n]])
        sizes[place] += 1
    return sizes


def linked(korean: str, english: str) -> Phrase:
    """A full stop, and the word that links the next sentence."""
    word = Word(korean)
    return Phrase([Word("."), word], [Token("."), *tokens(english, word)])


def open_passage(writer: Writer, story: Story) -> tuple[Noun, Phrase]:
    """Say what was so, and when; gives the person whom the passage is about."""
    state = STATES[story.state]
    who = {one for one in doers(story.main.frames) if one in state.who}
    subject = writer.someone(who, named_again=True)
    when = entry(writer.when, WORDS["past"][writer.when])
    writer.used |= {"#time", writer.when}
    said = say_state(writer, state, Saying("past"), subject)
    if state.whose != "self":
        return subject, Phrase([*when.korean, *said.korean], [*said.english, *when.english])
    head = Word(attach(subject.korean, TOPIC))
    name = [*tokens(subject.article, head, sure=False), *tokens(subject.english, head)]
    korean = [*when.korean, head, *said.korean]
    return subject, Phrase(korean, [*name, *said.english[1:], *when.english])
