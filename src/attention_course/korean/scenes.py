"""Scenes: what two people did at the same time, and what they did together after that."""

from dataclasses import replace
from functools import partial

from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.draft import Clause
from attention_course.korean.lexicon import FRAMES, ME, NOUNS, STATES, WE, Noun, find_nouns
from attention_course.korean.longer import meanwhile
from attention_course.korean.passages import linked, open_passage
from attention_course.korean.phrases import Phrase, Word, follow, full_stop, tokens
from attention_course.korean.stories import only
from attention_course.korean.writer import WHOLE_DAYS, Writer, attempt

WEATHER = ("good weather", "good weather", "rain", "snow", "cold weather")
BOTH = Noun("둘", "the two", "friend")
NOT_OF_BOTH = {one.korean for one in (*NOUNS["elder"], ME, WE)}  # of them one speaks otherwise
WITH_OTHERS = {"meet", "call", "help", "show", "talk", "give", "wait"}  # then they would be three
SHARED = set(find_nouns("식당 카페 공원 바닷가 극장"))
TOGETHER = tuple(
    replace(
        one,
        places=tuple(place for place in one.places if place in SHARED),
        objects=tuple(
            noun
            for noun in one.objects
            if noun.korean not in ("물", "샌드위치") and (not noun.preposition or noun in SHARED)
        ),
        also=one.also - {"count"},  # one bowl of two people
    )
    for one in only(FRAMES, "with", "wish")
    if not one.also & {"far", "over"} and one.verb.name in ("eat", "drink", "watch", "walk", "go")
)
MOST_TOGETHER = 8  # words of what they did after that
MOST_AT_ONCE = 24  # words of what two people did at the same time


def scene(writer: Writer, size: int) -> Phrase:
    """The weather, in long ones; what two people did at the same time; what they did together."""
    parts: list[Phrase] = []
    writer.when = writer.pick(WHOLE_DAYS)
    if size > MOST_AT_ONCE + 7 or writer.likely(0.2):
        weather = writer.pick(WEATHER)
        parts = [open_passage(writer, STATES[weather], None), full_stop()]
        size -= len(parts[0].korean) + 1
    least = max(5, size - MOST_AT_ONCE - 2)
    more = size > MOST_AT_ONCE or writer.likely(0.3)
    tail = min(least + int(4 * writer.rng.random()), MOST_TOGETHER) if more else 0
    if tail:
        writer.used |= {"#company", *WITH_OTHERS, *NOT_OF_BOTH}
    parts.append(meanwhile(writer, size - tail - 2 * bool(tail), plain=bool(tail)))
    if tail:
        parts.append(linked("그다음에", "then"))
        parts.append(attempt(writer, 12, partial(together, writer, tail)))
    return follow(*parts)


def together(writer: Writer, size: int) -> Phrase:
    """What the two did then, in so many words."""
    word = Word("같이")
    met = Word("만나서")
    extras = {
        "before": Phrase([met], [*tokens("met", met), *tokens("and", met, sure=False)]),
        "company": Phrase([word], tokens("together", word)),
    }
    how = how_of(BOTH, "past")
    clause = Clause(TOGETHER, BOTH, how, "topic", times="none", extras=extras)
    return say_clause(writer, size, clause)
