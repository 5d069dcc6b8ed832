"""Reports: what somebody says, or has heard, that others do."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.deeds import deed
from attention_course.korean.draft import Clause, is_before
from attention_course.korean.lexicon import FRAMES, VERBS, WORDS, Noun, find_nouns
from attention_course.korean.likenesses import describer
from attention_course.korean.longer import meanwhile
from attention_course.korean.noun_phrases import Role, say_noun, topic_particle
from attention_course.korean.phrases import Phrase, arrange, entry, follow, full_stop, tokens
from attention_course.korean.predicates import Forms, say
from attention_course.korean.stories import (
    ORDERED,
    OWN_REASON,
    Way,
    choose_story,
    tell,
)
from attention_course.korean.writer import DAYS_AGO, WHOLE_DAYS, DeadEndError, Writer, attempt

TELLERS = {"name", "elder", "sibling", "neighbor", "pronoun"}
STRANGERS = {"adult", "artist", "neighbor"}  # of whom it is said who they are
MEETINGS = tuple(
    replace(one, places=find_nouns("카페 공원 역 식당 시장"))
    for one in FRAMES
    if one.verb.name == "meet"
)
MET_AGO = 3  # days: what was told then was before that
REPORTED = tuple(one for one in ORDERED if one.relation != "before")  # else who did what?
LONG = 15  # words, of what is reported: then it is two things at a time
LONGEST = 26  # words of what is reported


def quote(writer: Writer, size: int) -> Phrase:
    """Somebody says or has heard what others do, or what they do themselves."""
    return report(writer, size, writer.someone(TELLERS, named_again=True))


def long_quote(writer: Writer, size: int) -> Phrase:
    """Somebody who is described says what others do: at least as many words as can be."""
    teller = writer.someone(STRANGERS)
    least = max(3, size - LONGEST - 1)
    return report(writer, size, teller, least + int(3 * writer.rng.random()))


def meeting(writer: Writer, size: int) -> Phrase:
    """Somebody met somebody, who told of what others did."""
    who = writer.someone({"name", "pronoun"}, named_again=True)
    teller = writer.someone({"name"})
    frames = tuple(replace(one, objects=(teller,)) for one in MEETINGS)
    writer.when = writer.pick([text for text, days in DAYS_AGO.items() if days < MET_AGO])
    when = entry(writer.when, WORDS["past"][writer.when])
    words = len(when.korean) + 4 + int(2 * writer.rng.random())
    how = how_of(who, "past")
    clause = Clause(frames, who, how, "topic", times="none", extras={"time": when})
    writer.used.discard(teller.korean)
    met = attempt(writer, 8, lambda: say_clause(writer, words, clause))
    writer.when = writer.pick([text for text in WHOLE_DAYS if is_before(text, writer.when)])
    told = report(writer, size - words - 1, teller)
    return follow(met, full_stop(), told)


def report(
    writer: Writer,
    size: int,
    teller: Noun,
    width: int = 1,
    content: Callable[[int], Phrase] | None = None,
) -> Phrase:
    """What this person, named in so many words, says or has heard.

    `content` says what is reported in so many words; else it is what `quoted` thinks of.
    """
    content = content or partial(quoted, writer)
    verb = VERBS[writer.weigh({"say": 4, "hear": 2 * (teller.group == "pronoun")})]
    forms = Forms(verb.base, verb.third, verb.past, verb.ing)
    predicate = say(forms, verb.before, verb.stem, how_of(teller, "past"))
    describe = describer(writer, None, teller) if width > 1 else None
    role = Role(topic_particle(writer, teller), "", teller.article)
    parts = {
        "subject": attempt(writer, 5, lambda: say_noun(writer, teller, width, role, describe)),
        "verb": Phrase(predicate.korean, predicate.rest),
    }
    writer.owner = teller
    left = size - width - len(predicate.korean)
    if left > LONGEST:
        raise DeadEndError
    told = attempt(writer, 5, partial(content, left))
    that = tokens("that", told.korean[-1], sure=False)
    parts["content"] = Phrase(told.korean, [*that, *told.english])
    return arrange(parts, ("subject", "content", "verb"), ("subject", "verb", "content"))


def quoted(writer: Writer, size: int) -> Phrase:
    """What is reported: a deed, perhaps with one clause that belongs to it, or two at a time."""
    long = size > LONG
    kind = writer.weigh(
        {
            "deed": 3.0 * (not long),
            "reason": 3.0 * (3 < size <= LONG) * writer.switches.reasons,
            "sequence": 2.0 * (5 < size <= LONG) * writer.switches.sequences,
            "meanwhile": 1.0 * long * writer.switches.sequences,
        }
    )
    if kind == "deed":
        return deed(writer, size, "quoted")
    if kind == "meanwhile":
        return meanwhile(writer, size, "quoted")
    stories = OWN_REASON if kind == "reason" else REPORTED
    return tell(writer, size, choose_story(writer, stories), Way("quoted"))
