"""Sentences: a clause, or several that belong together, and the full stop."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from attention_course.korean.building import Clause
from attention_course.korean.clauses import how_of, relative, say_clause
from attention_course.korean.endings import TOPIC, Stem, attach
from attention_course.korean.lexicon import (
    FRAMES,
    HUMAN,
    REASONS,
    SEQUENCES,
    STATES,
    VERBS,
    WE,
    WORDS,
    YOU,
    I,
    Noun,
)
from attention_course.korean.noun_phrases import Describe, Role, say_noun
from attention_course.korean.phrases import (
    Phrase,
    Token,
    Word,
    arrange,
    entry,
    tokens,
    with_articles,
)
from attention_course.korean.predicates import BE, Forms, Saying, say
from attention_course.korean.states import connect, say_state
from attention_course.korean.stories import (
    ALL,
    BOTH,
    LASTING,
    ORDERED,
    REASONED,
    deed,
    groups_of,
    marker_of,
    only,
    tell,
)
from attention_course.korean.writer import Writer, attempt


def reason(writer: Writer, size: int, form: str = "final") -> Phrase:
    """A deed, and because of what, although, if or when it is done."""
    return tell(writer, size, writer.pick(REASONED), form, ALL if size > 9 else ("subject",))


def sequence(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Two deeds of one person, one before, after or and then the other."""
    return tell(writer, size, writer.pick(ORDERED), form)


def both(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Two deeds of one person, and why."""
    return tell(writer, size, writer.pick(BOTH), form)


DONE = tuple(one for one in (*REASONED, *ORDERED) if one.main.polarity == "done")
ASIDE = tuple(  # what lasts, and has no weather of its own
    one._replace(main=one.main._replace(frames=only(one.main.frames, "now")))
    for one in DONE
    if only(one.main.frames, "now") and not (one.state and STATES[one.state].whose != "self")
)


def meanwhile(writer: Writer, size: int, form: str = "final") -> Phrase:
    """One does something while, before or after another does something else; both for a reason."""
    first, second = two(writer, size)
    relation = writer.weigh({"while": 4, "after": 2, "before": 1})
    story = writer.pick(
        [one for one in (ASIDE if relation == "while" else DONE) if one.relation != relation]
    )
    one = attempt(writer, 5, lambda: tell(writer, first, story, relation, ("object", "place")))
    beside = connect(relation, one)
    other = [one for one in DONE if one.relation != relation and not (one.state and story.state)]
    whole = len(one.korean) + second
    return attempt(writer, 8, lambda: tell(writer, whole, writer.pick(other), form, ALL, beside))


def some_clause(writer: Writer, size: int, form: str) -> Phrase:
    """A deed, with why and when where there are words for it."""
    weights = {
        "deed": 3 * (size < 14),
        "reason": 4 * (3 < size < 17),
        "sequence": 3 * (5 < size < 20),
        "both": 4 * (8 < size < 28),
        "meanwhile": 6 * (size > 11),
    }
    kinds = {
        "deed": deed,
        "reason": reason,
        "sequence": sequence,
        "both": both,
        "meanwhile": meanwhile,
    }
    return kinds[writer.weigh(weights)](writer, size, form)


def quote(writer: Writer, size: int) -> Phrase:
    """Somebody says or has heard what others do."""
    teller = writer.someone({"name", "elder", "sibling", "neighbor", "pronoun"}, named_again=True)
    verb = VERBS[writer.weigh({"say": 4, "hear": 2 if teller.group == "pronoun" else 0.5})]
    forms = Forms(verb.base, verb.third, verb.past, verb.ing)
    predicate = say(forms, verb.before, verb.stem, how_of(teller, "past"))
    dropped = teller.group == "pronoun" and writer.switches.dropped and writer.likely(0.4)
    inner = size - len(predicate.korean) - (not dropped)
    told = attempt(writer, 5, lambda: some_clause(writer, inner, "quoted"))
    content = Phrase(told.korean, [*tokens("that", told.korean[-1], sure=False), *told.english])
    head = Word(attach(teller.korean, TOPIC))
    by = predicate.korean[-1] if dropped else head
    name = [*tokens(teller.article, by, sure=False), *tokens(teller.english, by, sure=not dropped)]
    parts = {
        "subject": Phrase([] if dropped else [head], name),
        "content": content,
        "verb": Phrase(predicate.korean, predicate.rest),
    }
    return arrange(parts, ("subject", "content", "verb"), ("subject", "verb", "content"))


# What is like what, and what is what

PREDICATES = {  # of adjectives: what says it of a noun
    "재미있는": Stem("재미있다"), "슬픈": Stem("슬프다"), "긴": Stem("길다"), "맛있는": Stem("맛있다"),
    "예쁜": Stem("예쁘다"), "비싼": Stem("비싸다"), "유명한": Stem("유명하다"), "두꺼운": Stem("두껍다", "ㅂ"),
    "아름다운": Stem("아름답다", "ㅂ"), "신선한": Stem("신선하다"), "달콤한": Stem("달콤하다"),
}  # fmt: skip
DEGREES = {"아주": "very", "정말": "really"}
BROUGHT = tuple(
    dict.fromkeys(noun for one in FRAMES if "brings" in one.also for noun in one.objects)
)
WHERE = tuple(
    dict.fromkeys(
        noun
        for one in FRAMES
        if "where" in one.also
        for noun in one.places
        if noun.group not in ("fixed", "town")
    )
)


def describer(writer: Writer, owner: Noun | None, noun: Noun) -> Describe:
    """What describes this noun, also where it is said without its adjectives or preposition."""
    return lambda _, size, head: relative(writer, owner, 1, noun, size, head)


def description(writer: Writer, size: int) -> Phrase:
    """The book that yuna bought was interesting."""
    noun = writer.pick(
        writer.unused(one for one in BROUGHT if set(one.adjectives) & set(PREDICATES))
    )
    korean = writer.word([one for one in noun.adjectives if one in PREDICATES])
    size -= 1
    degree = Phrase()
    if size > 3 and writer.likely(0.4):
        word = writer.word(DEGREES)
        degree = entry(word, DEGREES[word])
        size -= 1
    plain = replace(noun, adjectives=())
    describe = describer(writer, None, noun)
    subject = say_noun(writer, plain, size, Role(TOPIC, "", "the"), describe)
    english = WORDS["adjectives"][korean]
    how = Saying(
        "past" if writer.likely(0.7) else "present",
        "final",
        "done",
        "",
        "they" if noun.several else "it",
    )
    predicate = say(Forms("be", "", ""), (), PREDICATES[korean], how)
    verb = predicate.korean[-1]
    said = [
        *tokens(BE[how.tense][how.person], verb, sure=False),
        *degree.english,
        *tokens(english, verb),
    ]
    return Phrase([*subject.korean, *degree.korean, verb], [*subject.english, *said])


def identity(writer: Writer, size: int) -> Phrase:
    """This is the book that i bought; this is the park where we walk."""
    place = writer.likely(0.35)
    noun = writer.pick(writer.unused(WHERE if place else BROUGHT))
    pointing = Word("여기는" if place else "이것은")
    owner = writer.pick([I, I, WE])
    describe = describer(writer, owner, noun)
    core = say_noun(
        writer,
        replace(noun, preposition="", adjectives=noun.adjectives if size > 4 else ()),
        size - 1,
        Role("이에요/예요", "", noun.article),
        describe,
    )
    verb = core.korean[-1]
    be = "are" if noun.several else "is"
    said = [*tokens("these" if noun.several else "this", pointing), *tokens(be, verb, sure=False)]
    return Phrase([pointing, *core.korean], [*said, *core.english])


# Questions and requests

ASKING = {  # the part that is asked for: Korean, English, and the rest of the English at the end
    "object": ("무엇을", "what"),
    "place": ("어디에서", "where"),
    "company": ("누구와", "with whom"),
    "time": ("언제", "when"),
    "subject": ("누가", "who"),
}


def question(writer: Writer, size: int) -> Phrase:
    """Did you read a book? Where did yuna read it?"""
    tense = writer.weigh({"past": 5, "present": 2, "future": 2})
    modal = "progressive" if tense == "present" else ""
    asked = writer.weigh(
        {"yes": 4, "object": 2, "place": 2, "company": 1, "time": 1.5, "subject": 1.5}
    )
    frames = only(FRAMES, "now") if modal else FRAMES
    if asked == "object":
        frames = tuple(
            one
            for one in frames
            if one.particle == "을"
            and one.verb.name
            in (
                "read",
                "buy",
                "make",
                "eat",
                "drink",
                "draw",
                "watch",
                "learn",
                "study",
                "cook",
                "write",
            )
        )
    if asked == "place":
        frames = tuple(one for one in frames if one.places and "there" not in one.also)
    if asked == "company":
        frames = only(frames, "with")
    extras = {}
    if asked != "yes":
        korean, english = ASKING[asked]
        word = Word(korean)
        extras[{"time": "time", "subject": "subject"}.get(asked, asked)] = Phrase([word])
        extras["asked"] = Phrase((), tokens(english, word))
    if asked == "subject":
        subject, marker = replace(writer.someone({"name"}), korean="", english="who"), "dropped"
        del extras["asked"]
        extras["subject"] = Phrase([word], tokens("who", word))
    else:
        named = not writer.likely(0.4)
        subject = (
            writer.someone(groups_of(frames) & {"name", "elder", "sibling", "adult", "young"})
            if named
            else YOU
        )
        marker = ("topic" if writer.likely(0.7) else "subject") if named else "dropped"
    form = "final" if asked == "subject" else "asked"
    how = how_of(subject, tense, form, "done", modal)
    if subject is YOU:
        frames = tuple(one for one in frames if "pronoun" in one.who)
    clause = Clause(
        frames,
        subject,
        how,
        marker,
        extras=extras,
        asked=asked,
        times="none" if modal or asked == "time" else "main",
    )
    return say_clause(writer, size, clause)


def request(writer: Writer, size: int) -> Phrase:
    """Close the window, please; let us watch a movie together."""
    together = writer.likely(0.4)
    extras = {}
    frames = (
        only(FRAMES, "wish", "with")
        if together
        else tuple(
            one for one in FRAMES if "wish" in one.also or one.verb.name in ("open", "close")
        )
    )
    if size >= 4 and writer.likely(0.6):
        name = writer.pick(
            [
                one
                for one in REASONS
                if one in LASTING and one not in ("busy", "no time", "no money", "happy")
            ]
        )
        done = [one for one in REASONS[name] if one.polarity == "done"]
        frames = writer.pick(done).frames
        state = STATES[name]
        person_ = WE if together else YOU
        sub = connect("since", say_state(writer, state, Saying("present", "since"), person_))
        extras = {"reason": sub}
    word = Word("같이")
    if together:
        extras["company"] = Phrase([word])
    how = Saying("present", "together" if together else "command", "done", "", "they")
    clause = Clause(
        frames, WE if together else YOU, how, "dropped", gap="subject", times="none", extras=extras
    )
    said = say_clause(writer, size, clause)
    verb = said.korean[-1]
    english = list(said.english)
    if together:
        english = [*tokens("let us", verb, sure=False), *english, *tokens("together", word)]
    else:
        english = [*tokens("please", verb, sure=False), *english]
    return Phrase(said.korean, english)


# Two sentences, or two halves of one


def two(writer: Writer, size: int) -> tuple[int, int]:
    """Deal a number of words out to two halves."""
    first = int(size * (0.4 + 0.2 * writer.rng.random()))
    return first, size - first


def contrast(writer: Writer, size: int) -> Phrase:
    """One does this, but another could not do that."""
    first, second = two(writer, size - 1)
    done = writer.pick([one for one in REASONED if one.main.polarity == "done"])
    own = STATES[done.state].whose == "self"
    failed = writer.pick(
        [
            one
            for one in REASONED
            if one.main.polarity == "cannot"
            and one.state != done.state
            and (own or STATES[one.state].whose == "self")  # one weather for both
        ]
    )
    halves = [done, failed] if writer.likely(0.6) else [failed, done]
    one = attempt(writer, 5, lambda: tell(writer, first, halves[0], "but", ALL))
    other = attempt(writer, 5, lambda: tell(writer, second, halves[1], "contrasted", ALL))
    comma = Word(",")
    return Phrase(
        [*one.korean, comma, *other.korean],
        [*one.english, Token(","), *tokens("but", one.korean[-1], sure=False), *other.english],
    )


def passage(writer: Writer, size: int) -> Phrase:
    """Somebody did this. Then this person, who is not named again, did that."""
    first, second = two(writer, size - 2)
    deeds, nexts = writer.pick(SEQUENCES)
    then = writer.pick(nexts)
    subject = writer.someone(groups_of(deeds.frames, then.frames) & set(HUMAN), named_again=True)
    tense = writer.weigh({"past": 5, "future": 2})
    how = how_of(subject, tense)
    marker = marker_of(writer, subject, 0.8)
    one = say_clause(
        writer, first, Clause(deeds.frames, subject, how, marker, describes=ALL, fullness=0.4)
    )
    other = say_clause(
        writer,
        second,
        Clause(
            then.frames,
            subject,
            how,
            "dropped",
            times="none",
            describes=("object", "place", "recipient"),
            fullness=0.4,
        ),
    )
    stop, linking = Word("."), Word("그다음에")
    return Phrase(
        [*one.korean, stop, linking, *other.korean],
        [*one.english, Token("."), *tokens("then", linking), *other.english],
    )


def consequence(writer: Writer, size: int) -> Phrase:
    """It rained. So somebody stayed at home."""
    name = writer.pick(
        [
            one
            for one in REASONS
            if one in LASTING or one in ("late", "cold", "no milk", "guests", "dirty")
        ]
    )
    state = STATES[name]
    chosen = writer.pick(REASONS[name])
    own = state.whose == "self"
    subject = writer.someone(groups_of(chosen.frames) & state.who, named_again=own)
    when = entry(writer.when, WORDS["past"][writer.when])
    told = say_state(writer, state, Saying("past", "final"), subject)
    who = Phrase()
    english = list(told.english)
    if own:
        head = Word(attach(subject.korean, TOPIC))
        who = Phrase(
            [head], [*tokens(subject.article, head, sure=False), *tokens(subject.english, head)]
        )
        english = [*who.english, *told.english[1:]]
    korean = [*when.korean, *who.korean, *told.korean]
    stop, linking = Word("."), Word("그래서")
    how = how_of(subject, "past", "final", chosen.polarity)
    marker = "dropped" if own else marker_of(writer, subject, 0.6)
    rest = say_clause(
        writer,
        size - len(korean) - 2,
        Clause(chosen.frames, subject, how, marker, times="none", describes=ALL, fullness=0.4),
    )
    return Phrase(
        [*korean, stop, linking, *rest.korean],
        [*english, *when.english, Token("."), *tokens("so", linking), *rest.english],
    )


class Kind(NamedTuple):
    """A kind of sentence: how often, how many words without the last mark, and its switch."""

    say: Callable[[Writer, int], Phrase]
    weight: float
    least: int
    most: int
    switch: str = ""


KINDS = {
    "deed": Kind(deed, 3, 2, 16),
    "reason": Kind(reason, 4, 4, 16, "reasons"),
    "sequence": Kind(sequence, 3, 6, 20, "sequences"),
    "both": Kind(both, 3, 8, 28, "reasons"),
    "meanwhile": Kind(meanwhile, 6, 10, 60, "sequences"),
    "quote": Kind(quote, 4, 5, 60, "quotes"),
    "description": Kind(description, 1, 3, 12, "relatives"),
    "identity": Kind(identity, 1, 3, 12, "copula"),
    "question": Kind(question, 1.5, 2, 12, "questions"),
    "request": Kind(request, 1, 2, 12, "requests"),
    "contrast": Kind(contrast, 1.5, 9, 40, "reasons"),
    "passage": Kind(passage, 1.5, 8, 60, "sequences"),
    "consequence": Kind(consequence, 1.5, 8, 26, "reasons"),
}


def sentence(writer: Writer, length: int) -> Phrase:
    """A sentence of so many Korean words, its marks among them.

    Raises:
        DeadEnd: it could not be brought to that length.
    """
    size = length - 1
    weights = {
        name: kind.weight
        for name, kind in KINDS.items()
        if kind.least <= size <= kind.most
        and (kind.switch == "" or getattr(writer.switches, kind.switch))
    }
    kind = KINDS[writer.weigh(weights)]
    said = kind.say(writer, size)
    mark = Word("?" if kind.say is question else ".")
    return Phrase([*said.korean, mark], [*with_articles(said.english), Token(mark.text)])
