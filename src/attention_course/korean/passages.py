"""Passages: two to five sentences about one person, each of which follows from the one before."""

from dataclasses import replace
from functools import cache, partial
from math import ceil

from attention_course.korean.endings import attach
from attention_course.korean.lexicon import (
    HUMAN,
    SEQUENCES,
    STATES,
    WORDS,
    Deed,
    Frame,
    Noun,
    State,
    find_nouns,
)
from attention_course.korean.noun_phrases import topic_particle
from attention_course.korean.phrases import Phrase, Word, entry, follow, full_stop, tokens
from attention_course.korean.predicates import Saying
from attention_course.korean.states import say_state
from attention_course.korean.stories import (
    LASTING,
    REASONED,
    Story,
    Way,
    choose_story,
    doers,
    room_of,
    tell,
)
from attention_course.korean.writer import MORNINGS, DeadEndError, Writer, attempt

LED_TO = tuple(
    one
    for one in REASONED
    if one.state in LASTING or one.state in ("late", "cold", "guests", "dirty", "no milk")
)
LEISURE = ("rain", "snow", "good weather", "cold weather", "bored", "happy", "time", "guests")
LED_FAR = tuple(  # after which more is done
    one for one in LED_TO if one.state in LEISURE and one.main.polarity == "done"
)
LINKS = {  # by how many sentences there are after the first
    0: (),
    1: (("그다음에", "then"),),
    2: (("그다음에", "then"), ("그리고", "and")),
    3: (("그다음에", "then"), ("그리고", "and"), ("마지막으로", "finally")),
}
MOST_OF_ONE = 9  # words of a sentence in a passage, with the one that links it
DESCRIBED = 5  # words more where a clause describes something
NOT_IN_BAD_WEATHER = {  # places outside, what is cold, and verbs
    noun.korean
    for noun in (
        *find_nouns("outdoors sea cold"),
        *find_nouns("마당 수영장 동물원 아이스크림 수박"),
    )
} | {"swim", "walk", "ride"}
OPENING = 7  # words that say what was so, about


def passage(writer: Writer, size: int) -> Phrase:
    """What was so and what somebody did because of it, or only what somebody did; and what then."""
    opens = writer.switches.reasons and writer.likely(0.6)
    count = ceil((size - OPENING * opens) / MOST_OF_ONE)
    count = min(4, max(count, 2 - opens))
    if opens:
        story = choose_story(writer, LED_FAR if count > 1 else LED_TO)
    else:
        story = Story(writer.pick(SEQUENCES)[0])
    deeds = attempt(writer, 4, partial(plan, writer, story.main, count))
    state = STATES[story.state] if opens else None
    who = doers(*(deed.frames for deed in deeds)) & set(state.who if state else HUMAN)
    subject = writer.someone(who, named_again=True)
    parts, naming = [], "first"
    if state:
        parts = [open_passage(writer, state, subject), linked("그래서", "so")]
        writer.used.add("#manner")  # what is done because of it, is not done slowly because of it
        told = state.whose == "self"
        naming = "first" if not told else "" if writer.switches.dropped else "repeated"
    left = size - sum(len(part.korean) for part in parts) - 2 * (count - 1)
    described = 1 + int((count - 1) * writer.rng.random())  # the sentence in which a clause is
    more = {0: (2 + 2 * (not opens)) * bool(naming), described: DESCRIBED}
    sizes = deal_out(writer, left, deeds, more)
    for place, (words, deed) in enumerate(zip(sizes, deeds, strict=True)):
        full = place == described and words > 6
        if place:
            parts.append(linked(*LINKS[count - 1][place - 1]))
            naming = "" if writer.switches.dropped and not full else "repeated"
        describes = ("object", "place") if full else ()
        way = Way(describes=describes, fullness=1.0, past=True, subject=subject, naming=naming)
        parts.append(attempt(writer, 3, partial(tell, writer, words, Story(deed), way)))
        writer.used.add("#time")
        if state and place == 0:
            writer.used.discard("#manner")
    return follow(*parts)


def plan(writer: Writer, first: Deed, count: int) -> list[Deed]:
    """Deeds of which each may follow the one before, and no verb comes twice."""
    deeds, verbs = [first], {first.verb}
    while len(deeds) < count:
        last = deeds.pop()
        ways = [
            (both, then)
            for start, nexts in SEQUENCES
            if (both := in_both(last, start)).frames
            for then in nexts
            if then.verb not in verbs
        ]
        both, then = writer.pick(ways)
        verbs.add(then.verb)
        deeds += [both, then]
    return deeds


@cache
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
    return replace(one, objects=objects, places=places)


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
    return follow(full_stop(), Phrase([word], tokens(english, word)))


def open_passage(writer: Writer, state: State, subject: Noun | None) -> Phrase:
    """Say what was so, and when; of the person whom the passage is about, if it was theirs."""
    if state.name == "late":
        writer.when = writer.pick(MORNINGS)
    when = entry(writer.when, WORDS["past"][writer.when])
    writer.used |= {"#time", writer.when}
    if state.name in ("rain", "snow", "cold weather"):
        writer.used |= NOT_IN_BAD_WEATHER
    said = say_state(writer, state, Saying("past"), subject)
    if state.whose != "self" or subject is None:
        return Phrase([*when.korean, *said.korean], [*said.english, *when.english])
    head = Word(attach(subject.korean, topic_particle(writer, subject)))
    name = [*tokens(subject.article, head, sure=False), *tokens(subject.english, head)]
    korean = [*when.korean, head, *said.korean]
    return Phrase(korean, [*name, *said.english[1:], *when.english])
