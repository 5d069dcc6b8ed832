"""Longer sentences, and passages of several: what is told, meanwhile, but, so, then."""

from attention_course.korean.building import Clause
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.endings import TOPIC, attach
from attention_course.korean.lexicon import SEQUENCES, STATES, VERBS, WORDS, Noun
from attention_course.korean.phrases import Phrase, Token, Word, arrange, entry, follow, tokens
from attention_course.korean.predicates import Forms, Saying, say
from attention_course.korean.states import connect, say_state
from attention_course.korean.stories import (
    ALL,
    LASTING,
    ORDERED,
    OWN_REASON,
    REASONED,
    Story,
    deed,
    doers,
    only,
    tell,
)
from attention_course.korean.writer import DeadEnd, Writer, attempt

ASIDE = tuple(  # what lasts for a while
    Story(one.main._replace(frames=only(one.main.frames, "now")))
    for one in (*REASONED, *ORDERED)
    if one.main.polarity == "done" and only(one.main.frames, "now")
)
HAPPENED = (*LASTING, "late", "cold", "guests", "dirty", "no milk")


def split(writer: Writer, size: int) -> tuple[int, int]:
    """Deal a number of words out to two halves."""
    first = int(size * (0.4 + 0.2 * writer.rng.random()))
    return first, size - first


def reason(writer: Writer, size: int) -> Phrase:
    """A deed, and because of what, although, if or when it is done."""
    return tell(writer, size, writer.pick(REASONED), describes=ALL)


def sequence(writer: Writer, size: int) -> Phrase:
    """Two deeds of one person, one before, after or and then the other."""
    return tell(writer, size, writer.pick(ORDERED), describes=ALL)


def meanwhile(writer: Writer, size: int) -> Phrase:
    """One does something while another does something else."""
    first, second = split(writer, size)
    story = writer.pick(ASIDE)
    one = attempt(writer, 5, lambda: tell(writer, first, story, "while", ("object", "place")))
    writer.used.discard("#other")
    extras = {"beside": connect("while", one)}
    others = (*OWN_REASON, *ORDERED) if second > 9 else ASIDE
    whole = len(one.korean) + second

    def other() -> Phrase:
        return tell(writer, whole, writer.pick(others), "final", ALL, extras=extras, past=True)

    return attempt(writer, 8, other)


def quote(writer: Writer, size: int) -> Phrase:
    """Somebody says or has heard what others do, or what they do themselves."""
    teller = writer.someone({"name", "elder", "sibling", "neighbor", "pronoun"}, named_again=True)
    verb = VERBS[writer.weigh({"say": 4, "hear": 2 * (teller.group == "pronoun")})]
    forms = Forms(verb.base, verb.third, verb.past, verb.ing)
    predicate = say(forms, verb.before, verb.stem, how_of(teller, "past"))
    head = Word(attach(teller.korean, TOPIC))
    inner = size - len(predicate.korean) - 1
    told = attempt(writer, 5, lambda: quoted(writer, inner))
    content = Phrase(told.korean, [*tokens("that", told.korean[-1], sure=False), *told.english])
    name = [*tokens(teller.article, head, sure=False), *tokens(teller.english, head)]
    parts = {
        "subject": Phrase([head], name),
        "verb": Phrase(predicate.korean, predicate.rest),
        "content": content,
    }
    return arrange(parts, ("subject", "content", "verb"), ("subject", "verb", "content"))


def quoted(writer: Writer, size: int) -> Phrase:
    """What is reported: a deed, perhaps with one clause that belongs to it."""
    kind = writer.weigh({"deed": 3.0, "reason": 3.0 * (size > 3), "sequence": 2.0 * (size > 5)})
    if kind == "deed":
        return deed(writer, size, "quoted")
    stories = OWN_REASON if kind == "reason" else ORDERED
    return tell(writer, size, writer.pick(stories), "quoted", ALL)


def contrast(writer: Writer, size: int) -> Phrase:
    """One does this, but another could not do that."""
    first, second = split(writer, size - 1)
    done = writer.pick([one for one in REASONED if one.main.polarity == "done"])
    failed = writer.pick([one for one in OWN_REASON if one.main.polarity == "cannot"])
    if done.state == failed.state:
        raise DeadEnd
    one = attempt(writer, 5, lambda: tell(writer, first, done, "but", ALL))
    other = attempt(writer, 5, lambda: tell(writer, second, failed, "final", ALL, past=True))
    but = Phrase([Word(",")], [Token(","), *tokens("but", one.korean[-1], sure=False)])
    return follow(one, but, other)


def linked(korean: str, english: str) -> Phrase:
    """A full stop, and the word that links the next sentence."""
    word = Word(korean)
    return Phrase([Word("."), word], [Token("."), *tokens(english, word)])


def passage(writer: Writer, size: int) -> Phrase:
    """Two to four sentences about one person: what was so, what it led to, what came then."""
    begins = writer.likely(0.6)
    story = writer.pick([one for one in REASONED if one.state in HAPPENED] if begins else ORDERED)
    parts: list[Phrase] = []
    if begins:
        subject, opening = open_passage(writer, story)
        parts += [opening, linked("그래서", "so")]
        size -= len(opening.korean) + 2
    ends = size > 14 or (size > 11 and writer.likely(0.5))
    last = int(size * 0.5) if ends else 0
    first = size - last
    if begins:
        told, own = Story(story.main), STATES[story.state].whose == "self"
        parts.append(attempt(writer, 5, lambda: go_on(writer, first, told, subject, not own)))
    else:
        told = Story(story.other or story.main)
        writer.used.discard("#other")
        parts.append(attempt(writer, 5, lambda: tell(writer, first, told, "final", ALL, past=True)))
        subject = writer.owner or subject
    if ends:
        parts.append(linked("그다음에", "then"))
        after = Story(writer.pick(nexts_of(parts, story)))
        parts.append(attempt(writer, 8, lambda: go_on(writer, last - 2, after, subject)))
    return follow(*parts)


def nexts_of(parts: list[Phrase], story: Story) -> list:
    """What may come next."""
    if story.relation:
        return [story.main]
    return [then for _, nexts in SEQUENCES for then in nexts if then.polarity == "done"]


def go_on(
    writer: Writer, size: int, story: Story, subject: Noun, named: bool = False
) -> Phrase:
    """Tell more about somebody, who may have been named before."""
    if not doers(story.main.frames) & {subject.group, subject.korean}:
        raise DeadEnd
    return tell(writer, size, story, "final", ALL, subject, past=True, named=named)


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
