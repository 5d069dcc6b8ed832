"""Longer sentences, and passages of several: what is told, meanwhile, but, so, then."""

from collections.abc import Sequence

from attention_course.korean.clauses import how_of
from attention_course.korean.endings import TOPIC, attach
from attention_course.korean.lexicon import (
    SEQUENCES,
    STATES,
    VERBS,
    WORDS,
    Deed,
    Noun,
    find_nouns,
)
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
from attention_course.korean.writer import DeadEndError, Writer, attempt

ASIDE = tuple(  # what lasts for a while
    Story(one.main._replace(frames=only(one.main.frames, "now")))
    for one in (*REASONED, *ORDERED)
    if one.main.polarity == "done" and only(one.main.frames, "now")
)
LONG_ASIDE = tuple(
    one._replace(main=one.main._replace(frames=only(one.main.frames, "now")))
    for one in ORDERED
    if one.relation == "and" and only(one.main.frames, "now")
)
LED_TO = tuple(
    one
    for one in REASONED
    if one.state in LASTING or one.state in ("late", "cold", "guests", "dirty", "no milk")
)
NEXT = tuple(then for _, nexts in SEQUENCES for then in nexts)  # what may come after much
CHAINED = tuple(one for one in ORDERED if one.relation == "and")
LONG = 20  # words, of what is reported: then it is two things at a time
HOME = find_nouns("집")


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


def meanwhile(writer: Writer, size: int, form: str = "final") -> Phrase:
    """One does something while another does something else."""
    first, second = split(writer, size)
    story = writer.pick(LONG_ASIDE if first > 11 else ASIDE)
    describes = ("subject", "object", "place") if first > 9 else ("object", "place")
    one = attempt(writer, 5, lambda: tell(writer, first, story, "while", describes))
    writer.used.discard("#other")
    writer.owner = None  # whose friends and family are meant: those of the other one now
    extras = {"beside": connect("while", one)}
    others = (*OWN_REASON, *CHAINED) if second > 9 else ASIDE
    whole = len(one.korean) + second

    def other() -> Phrase:
        return tell(writer, whole, writer.pick(others), form, ALL, extras=extras, past=True)

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
    long = size > LONG
    kind = writer.weigh(
        {
            "deed": 3.0 * (not long),
            "reason": 3.0 * (3 < size <= LONG),
            "sequence": 2.0 * (5 < size <= LONG),
            "meanwhile": 1.0 * long,
        }
    )
    if kind == "deed":
        return deed(writer, size, "quoted")
    if kind == "meanwhile":
        return meanwhile(writer, size, "quoted")
    stories = OWN_REASON if kind == "reason" else ORDERED
    return tell(writer, size, writer.pick(stories), "quoted", ALL)


def contrast(writer: Writer, size: int) -> Phrase:
    """One does this, but another could not do that."""
    first, second = split(writer, size - 1)
    done = writer.pick([one for one in REASONED if one.main.polarity == "done"])
    failed = writer.pick([one for one in OWN_REASON if one.main.polarity == "cannot"])
    if done.state == failed.state:
        raise DeadEndError
    one = attempt(writer, 5, lambda: tell(writer, first, done, "but", ALL))
    writer.owner = None
    other = attempt(writer, 5, lambda: tell(writer, second, failed, "contrasted", ALL))
    but = Phrase([Word(",")], [Token(","), *tokens("but", one.korean[-1], sure=False)])
    return follow(one, but, other)


def linked(korean: str, english: str) -> Phrase:
    """A full stop, and the word that links the next sentence."""
    word = Word(korean)
    return Phrase([Word("."), word], [Token("."), *tokens(english, word)])


def passage(writer: Writer, size: int) -> Phrase:
    """Two to four sentences: what was so, so what somebody did, what then, what another did not."""
    opens = writer.likely(0.6)
    story = writer.pick(LED_TO if opens else ORDERED)
    subject, said = open_passage(writer, story) if opens else (None, Phrase())
    size -= len(said.korean)
    failed = story.main.polarity != "done"  # then nothing can come after it
    most = 1 if failed else 3
    count = max(2 - opens, min(most, size // 11 + (size % 11 > 5)))
    sizes = deal_out(writer, size, count, opens)
    first = Story(story.main if opens or not story.other else story.other)
    first = first._replace(main=going_on(first.main)) if count > 1 else first
    named = opens and STATES[story.state].whose != "self"
    parts = [said, linked("그래서", "so")] if opens else []
    parts.append(attempt(writer, 6, lambda: go_on(writer, sizes[0], first, subject, named)))
    subject = subject or writer.owner
    writer.used.add("#time")
    for place, words in enumerate(sizes[1:]):
        nexts = [story.main] if story.other and place == 0 else NEXT
        nexts = [going_on(one) for one in nexts] if place < len(sizes) - 2 else nexts
        parts += [linked(*LINKS[place]), go_further(writer, words, nexts, subject)]
    return follow(*parts)


def going_on(deed: Deed) -> Deed:
    """A deed without those of its uses after which the day is over: home and to bed."""
    return deed._replace(
        frames=tuple(
            one._replace(objects=tuple(noun for noun in one.objects if noun not in HOME))
            for one in deed.frames
            if one.verb.name != "sleep" and not (one.objects and set(one.objects) <= set(HOME))
        )
    )


def go_further(writer: Writer, size: int, nexts: Sequence[Deed], subject: Noun | None) -> Phrase:
    """Tell what somebody did after that."""
    can = [
        one
        for one in nexts
        if one.frames and (subject is None or doers(one.frames) & {subject.group, subject.korean})
    ]
    return attempt(writer, 8, lambda: go_on(writer, size, Story(writer.pick(can)), subject))


LINKS = (("그다음에", "then"), ("그리고", "and"))


def deal_out(writer: Writer, size: int, count: int, opens: bool) -> list[int]:
    """Deal a number of words out to so many sentences, less what links them."""
    left = size - 2 * (count - 1 + opens)
    if left < 2 * count:
        raise DeadEndError
    sizes = []
    for more in range(count, 1, -1):
        sizes.append(int(left / more * (0.8 + 0.4 * writer.rng.random())))
        left -= sizes[-1]
    return [*sizes, left]


def go_on(
    writer: Writer, size: int, story: Story, subject: Noun | None, named: bool = False
) -> Phrase:
    """Tell of somebody, who may have been named before; without a subject of a new one."""
    frames = story.main.frames
    if not frames or (subject and not doers(frames) & {subject.group, subject.korean}):
        raise DeadEndError
    return tell(writer, size, story, "final", ALL, subject, past=True, named=named, again=True)


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
