"""Sentences: a clause, or several that belong together, and the full stop."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from attention_course.korean.clauses import DAYS, Clause, how_of, relative, say_clause
from attention_course.korean.endings import SUBJECT, TOPIC, Stem, attach
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
    Frame,
    I,
    Noun,
    State,
)
from attention_course.korean.noun_phrases import Role, say_noun
from attention_course.korean.phrases import Phrase, Token, Word, arrange, entry, tokens
from attention_course.korean.predicates import BE, Forms, Saying, say
from attention_course.korean.writer import DeadEnd, Writer, person

CONNECTIVES = {
    "because": "because",
    "since": "because",
    "if": "if",
    "when": "when",
    "although": "although",
    "before": "before",
    "after": "after",
}
STATE_VERBS = {
    verb.base: verb
    for verb in (
        Forms("be", "is", "was"),
        Forms("have", "has", "had"),
        Forms("rain", "rains", "rained", "raining"),
        Forms("snow", "snows", "snowed", "snowing"),
        Forms("get", "gets", "got"),
        Forms("miss", "misses", "missed"),
        Forms("lose", "loses", "lost"),
        Forms("catch", "catches", "caught"),
        Forms("come", "comes", "came"),
        Forms("break", "breaks", "broke"),
    )
}
LASTING = frozenset("rain snow cold_weather hot_weather good_weather hungry thirsty tired sick busy bored happy exam homework no_money time no_time guests".replace("_", " ").split())
LASTING = frozenset(
    ("rain", "snow", "good weather", "cold weather", "hot weather", "hungry", "thirsty", "tired",
     "sick", "busy", "bored", "happy", "exam", "homework", "no money", "time", "no time")
)  # states that come again; the others happen once
ALL = ("subject", "object", "place", "recipient")


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


# Deeds


def choose_how(writer: Writer, frames: tuple[Frame, ...]) -> tuple[str, str, str, tuple[Frame, ...]]:
    """Tense, negation and modality of a deed that stands alone, and the frames that suit them."""
    tense = writer.weigh({"past": 6, "present": 4, "future": 2.5})
    if tense != "present":
        polarity = "done"
        if writer.switches.negation and writer.likely(0.12):
            polarity = writer.weigh({"not": 1, "cannot": 1 if tense == "past" else 0})
        return tense, polarity, "", frames
    told = writer.weigh(
        {"progressive": 5, "": 4, "want": 1, "can": 0.7, "must": 1} if writer.switches.modals else {"": 1}
    )
    if told == "":
        return tense, "not" if writer.switches.negation and writer.likely(0.1) else "done", "", only(frames, "habit")
    flag = {"progressive": "now", "want": "wish", "can": "wish", "must": "duty"}[told]
    return tense, "done", told, only(frames, flag)


def deed(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Somebody does something."""
    tense, polarity, modal, frames = choose_how(writer, FRAMES)
    groups = groups_of(frames)
    if modal in ("want", "must", "can"):
        groups -= {"elder", "hunter", "prey", "grazer"}
    if modal == "want":
        groups &= {"pronoun"} if writer.likely(0.7) else groups
    subject = writer.someone(groups)
    marker = "subject" if form == "quoted" else marker_of(writer, subject)
    how = how_of(subject, tense, form, polarity, modal)
    return say_clause(writer, size, Clause(frames, subject, how, marker, describes=ALL, fullness=0.25))


# Reasons, conditions, times


def say_state(state: State, how: Saying, subject: Noun | None) -> Phrase:
    """Say what is so, with the subject that it has of itself or is given."""
    if state.whose != "self":
        subject = None
    who = person(subject) if subject else "they" if state.name == "guests" else "it"
    how = how._replace(person=who, elder=bool(subject and subject.elder))  # type: ignore[arg-type]
    first, *others = state.english
    forms = STATE_VERBS[first[0]]
    predicate = say(forms, state.before, state.stem, how, state.name)
    words = predicate.korean
    korean: list[Word] = list(words)
    if state.subject is not None:
        named = Word(attach(state.subject.korean, SUBJECT), state.subject.english, "subject")
        korean.insert(0, named)
        who_english = [*tokens(state.subject.article, named, sure=False), *tokens(state.subject.english, named)]
    else:
        text = subject.pronoun or subject.english if subject else state.whose
        who_english = tokens(text, words[-1], sure=False)
    english = who_english + state_verb(forms, how, words, first)
    for text, places, sure in others:
        english.append(Token(text, tuple(words[place] for place in places), sure))
    return Phrase(korean, english)


def state_verb(forms: Forms, how: Saying, words: list[Word], first: tuple[str, tuple[int, ...], bool]) -> list[Token]:
    """The verb of a state in its tense; what is so for a while is told as that."""
    _, places, _ = first
    by = tuple(words[place] for place in places) or (words[-1],)
    if forms.base == "be":
        return tokens(BE[how.tense, how.person], *by, sure=bool(places))
    if forms.ing and how.tense == "present" and how.form in ("because", "since"):
        return [*tokens("is", words[-1], sure=False), *tokens(forms.ing, *by)]
    text = forms.past if how.tense == "past" else forms.third if how.person == "it" else forms.base
    return tokens(text, *by)


def connect(form: str, phrase: Phrase) -> Phrase:
    """Put the English word for a relation before a clause; Korean has said it at the clause's end."""
    own_word = form in ("when", "before", "after")
    return Phrase(phrase.korean, [*tokens(CONNECTIVES[form], phrase.korean[-1], sure=own_word), *phrase.english])


def reason(writer: Writer, size: int, form: str = "final") -> Phrase:
    """A deed, and because of what, although, if or when it is done."""
    relation = writer.weigh({"because": 6, "if": 2, "when": 2, "although": 1.5})
    name = writer.pick([one for one in REASONS if relation in ("because", "although") or one in LASTING])
    state, done = STATES[name], REASONS[name]
    if relation == "although":
        done = tuple(one for one in done if one.polarity == "cannot")
    elif relation != "because":
        done = tuple(one for one in done if one.polarity == "done")
    chosen = writer.pick(done)
    frames, polarity = chosen.frames, chosen.polarity
    if relation == "although":
        tense, polarity = "past", "done"
    elif relation == "if":
        tense = writer.weigh({"present": 1, "future": 1})
    elif polarity != "done" or name not in LASTING:
        tense = "past"
    else:
        tense = writer.weigh({"past": 6, "present": 2})
    modal = "progressive" if relation == "because" and tense == "present" else ""
    if tense == "present":
        frames = only(frames, "now" if modal else "habit")
    own = state.whose == "self"
    subject = writer.someone(groups_of(frames) & state.who, named_again=own)
    before = "present" if relation == "if" or tense == "future" else tense
    sub = connect(relation, say_state(state, Saying(before, relation), subject))  # type: ignore[arg-type]
    extras = {"adjunct": sub} | ({} if own else {"other": Phrase()})
    marker = "subject" if form == "quoted" else marker_of(writer, subject, 0.9 if own else 0.7)
    how = how_of(subject, tense, form, polarity, modal)
    times = "none" if relation in ("if", "when") and tense == "present" else "main"
    return say_clause(
        writer, size, Clause(frames, subject, how, marker, times=times, describes=("subject",), extras=extras, fullness=0.3)
    )


def sequence(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Two deeds of one person, one before, after or and then the other."""
    first, nexts = writer.pick(SEQUENCES)
    then = writer.pick(nexts)
    relation = writer.weigh({"before": 2, "after": 3, "and": 2})
    subject = writer.someone(groups_of(first.frames, then.frames) & set(HUMAN), named_again=True)
    tense = writer.weigh({"past": 6, "future": 2})
    earlier, main = (then, first) if relation == "before" else (first, then)
    share = min(10, size - 5)
    if share < 1:
        raise DeadEnd
    sub_size = 1 + int(writer.rng.random() * share)
    sub_tense = "present" if tense == "future" and relation != "and" else tense
    sub = say_clause(
        writer,
        sub_size,
        Clause(
            earlier.frames, subject, how_of(subject, sub_tense, relation), "dropped", False,
            times="none", describes=("object",), fullness=0.4,
        ),
    )  # fmt: skip
    if relation == "and":  # one subject for both verbs in English
        said = [*sub.english[1:], *tokens("and", sub.korean[-1], sure=False)]
        extras = {"before": Phrase(sub.korean, said)}
    else:
        extras = {"adjunct": connect(relation, sub)}
    marker = "subject" if form == "quoted" else marker_of(writer, subject, 0.8)
    how = how_of(subject, tense, form)
    return say_clause(writer, size, Clause(main.frames, subject, how, marker, describes=("subject",), extras=extras, fullness=0.3))


def quote(writer: Writer, size: int) -> Phrase:
    """Somebody says or has heard what others do."""
    teller = writer.someone({"name", "elder", "sibling", "neighbor", "pronoun"}, named_again=True)
    verb = VERBS[writer.weigh({"say": 4, "hear": 2 if teller.group == "pronoun" else 0.5})]
    forms = Forms(verb.base, verb.third, verb.past, verb.ing)
    predicate = say(forms, verb.before, verb.stem, how_of(teller, "past"), verb.base)
    inner: Callable[..., Phrase] = {"deed": deed, "reason": reason, "sequence": sequence}[
        writer.weigh({"deed": 3, "reason": 4, "sequence": 3})
    ]
    dropped = teller.group == "pronoun" and writer.switches.dropped and writer.likely(0.4)
    told = inner(writer, size - len(predicate.korean) - (not dropped), "quoted")
    content = Phrase(told.korean, [*tokens("that", told.korean[-1], sure=False), *told.english])
    head = Word(attach(teller.korean, TOPIC), teller.english, "topic")
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
BROUGHT = tuple(dict.fromkeys(noun for one in FRAMES if "brings" in one.also for noun in one.objects))
WHERE = tuple(dict.fromkeys(noun for one in FRAMES if "where" in one.also for noun in one.places if noun.group not in ("fixed", "town")))


def description(writer: Writer, size: int) -> Phrase:
    """The book that yuna bought was interesting."""
    noun = writer.pick(writer.unused(one for one in BROUGHT if set(one.adjectives) & set(PREDICATES)))
    korean = writer.word([one for one in noun.adjectives if one in PREDICATES])
    size -= 1
    degree = Phrase()
    if size > 3 and writer.likely(0.4):
        word = writer.word(DEGREES)
        degree = entry(word, DEGREES[word], "how much")
        size -= 1
    plain = replace(noun, adjectives=())
    describe = partial(relative, writer, writer.someone({"name", "pronoun"}, named_again=True) if False else None, 1)
    subject = say_noun(writer, plain, size, Role(TOPIC, "", "the"), describe)
    english = WORDS["adjectives"][korean]
    how = Saying("past" if writer.likely(0.7) else "present", "final", "done", "", "they" if noun.several else "it")
    predicate = say(Forms("be", "", ""), (), PREDICATES[korean], how, english)
    verb = predicate.korean[-1]
    said = [*tokens(BE[how.tense, how.person], verb, sure=False), *degree.english, *tokens(english, verb)]
    return Phrase([*subject.korean, *degree.korean, verb], [*subject.english, *said])


def identity(writer: Writer, size: int) -> Phrase:
    """This is the book that i bought; this is the park where we walk."""
    place = writer.likely(0.35)
    noun = writer.pick(writer.unused(WHERE if place else BROUGHT))
    pointing = Word("여기는" if place else "이것은", "this place" if place else "this", "topic")
    owner = writer.pick([I, I, WE])
    describe = partial(relative, writer, owner, 1)
    core = say_noun(writer, replace(noun, preposition="", adjectives=noun.adjectives if size > 4 else ()), size - 1, Role("이에요/예요", "", noun.article), describe)
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
    asked = writer.weigh({"yes": 4, "object": 2, "place": 2, "company": 1, "time": 1.5, "subject": 1.5})
    frames = only(FRAMES, "now") if modal else FRAMES
    if asked == "object":
        frames = tuple(one for one in frames if one.particle == "을" and one.verb.name in ("read", "buy", "make", "eat", "drink", "draw", "watch", "learn", "study", "cook", "write"))
    if asked == "place":
        frames = tuple(one for one in frames if one.places and "there" not in one.also)
    if asked == "company":
        frames = only(frames, "with")
    extras = {}
    if asked != "yes":
        korean, english = ASKING[asked]
        word = Word(korean, english)
        extras[{"time": "time", "subject": "subject"}.get(asked, asked)] = Phrase([word])
        extras["asked"] = Phrase((), tokens(english, word))
    if asked == "subject":
        subject, marker = replace(writer.someone({"name"}), korean="", english="who"), "dropped"
        del extras["asked"]
        extras["subject"] = Phrase([word], tokens("who", word))
    else:
        named = not writer.likely(0.4)
        subject = writer.someone(groups_of(frames) & {"name", "elder", "sibling", "adult", "young"}) if named else YOU
        marker = ("topic" if writer.likely(0.7) else "subject") if named else "dropped"
    form = "final" if asked == "subject" else "asked"
    how = how_of(subject, tense, form, "done", modal)
    if subject is YOU:
        frames = tuple(one for one in frames if "pronoun" in one.who)
    clause = Clause(frames, subject, how, marker, extras=extras, asked=asked, times="none" if modal or asked == "time" else "main")
    return say_clause(writer, size, clause)


def request(writer: Writer, size: int) -> Phrase:
    """Close the window, please; let us watch a movie together."""
    together = writer.likely(0.4)
    extras = {}
    frames = only(FRAMES, "wish", "with") if together else tuple(one for one in FRAMES if "wish" in one.also or one.verb.name in ("open", "close"))
    if size >= 4 and writer.likely(0.6):
        name = writer.pick([one for one in REASONS if one in LASTING and one not in ("busy", "no time", "no money", "happy")])
        done = [one for one in REASONS[name] if one.polarity == "done"]
        frames = writer.pick(done).frames
        state = STATES[name]
        person_ = WE if together else YOU
        sub = connect("since", say_state(state, Saying("present", "since"), person_))
        extras = {"adjunct": sub}
    word = Word("같이", "together")
    if together:
        extras["company"] = Phrase([word])
    how = Saying("present", "together" if together else "command", "done", "", "they")
    clause = Clause(frames, WE if together else YOU, how, "dropped", gap="subject", times="none", extras=extras)
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
    first = int(size * (0.35 + 0.3 * writer.rng.random()))
    return first, size - first


def contrast(writer: Writer, size: int) -> Phrase:
    """One does this, but another does that."""
    first, second = two(writer, size - 1)
    frames = tuple(one for one in FRAMES if len(one.objects) > 2 and one.verb.name not in ("come", "go", "arrive", "send", "receive"))
    tense = writer.weigh({"past": 5, "present": 1})
    if tense == "present":
        frames = only(frames, "habit")
    frame = writer.pick(frames)
    halves = []
    for words, form in ((first, "but"), (second, "final")):
        subject = writer.someone(frame.who & {"name", "elder", "sibling", "adult", "artist", "young", "neighbor"})
        writer.used.discard(frame.verb.name)
        how = how_of(subject, tense, form)
        halves.append(say_clause(writer, words, Clause((frame,), subject, how, describes=ALL, fullness=0.3)))
    comma = Word(",", ",")
    one, other = halves
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
    one = say_clause(writer, first, Clause(deeds.frames, subject, how, marker, describes=ALL, fullness=0.4))
    days = writer.days_ago
    other = say_clause(writer, second, Clause(then.frames, subject, how, "dropped", times="none", describes=("object", "place", "recipient"), fullness=0.4))
    stop, linking = Word(".", "."), Word("그다음에", "then")
    return Phrase(
        [*one.korean, stop, linking, *other.korean],
        [*one.english, Token("."), *tokens("then", linking), *other.english],
    )


def consequence(writer: Writer, size: int) -> Phrase:
    """It rained. So somebody stayed at home."""
    name = writer.pick([one for one in REASONS if one in LASTING or one in ("late", "cold", "no milk", "guests", "dirty")])
    state = STATES[name]
    chosen = writer.pick(REASONS[name])
    own = state.whose == "self"
    subject = writer.someone(groups_of(chosen.frames) & state.who, named_again=own)
    time = writer.word(("어제", "오늘", "지난 토요일에", "어제 저녁에", "그저께"))
    when = entry(time, WORDS["past"][time], "when")
    writer.days_ago = DAYS[time]
    told = say_state(state, Saying("past", "final"), subject)
    who = Phrase()
    english = list(told.english)
    if own:
        head = Word(attach(subject.korean, TOPIC), subject.english, "topic")
        who = Phrase([head], [*tokens(subject.article, head, sure=False), *tokens(subject.english, head)])
        english = [*who.english, *told.english[1:]]
    korean = [*when.korean, *who.korean, *told.korean]
    stop, linking = Word(".", "."), Word("그래서", "so")
    how = how_of(subject, "past", "final", chosen.polarity)
    marker = "dropped" if own else marker_of(writer, subject, 0.6)
    rest = say_clause(writer, size - len(korean) - 2, Clause(chosen.frames, subject, how, marker, times="none", describes=ALL, fullness=0.4))
    return Phrase(
        [*korean, stop, linking, *rest.korean],
        [*english, *when.english, Token("."), *tokens("so", linking), *rest.english],
    )


KINDS: dict[str, tuple[Callable[[Writer, int], Phrase], float, int, int, str]] = {
    "deed": (deed, 3, 2, 18, ""),
    "reason": (reason, 4, 4, 22, "reasons"),
    "sequence": (sequence, 3, 6, 26, "sequences"),
    "quote": (quote, 3, 5, 60, "quotes"),
    "description": (description, 1, 3, 12, "relatives"),
    "identity": (identity, 1, 3, 12, "relatives"),
    "question": (question, 1.5, 2, 12, "questions"),
    "request": (request, 1, 2, 12, "requests"),
    "contrast": (contrast, 1.5, 7, 40, "sequences"),
    "passage": (passage, 1.5, 8, 60, "sequences"),
    "consequence": (consequence, 1.5, 8, 26, "reasons"),
}


def sentence(writer: Writer, length: int, kinds: tuple[str, ...] = ()) -> tuple[Phrase, str]:
    """A sentence of so many Korean words, the full stop among them."""
    size = length - 1
    weights = {
        name: weight
        for name, (_, weight, least, most, switch) in KINDS.items()
        if least <= size <= most and (not switch or getattr(writer.switches, switch)) and (not kinds or name in kinds)
    }
    kind = writer.weigh(weights)
    said = KINDS[kind][0](writer, size)
    mark = "?" if kind == "question" else "."
    stop = Word(mark, mark, "")
    return Phrase([*said.korean, stop], [*with_articles(said.english), Token(mark)]), kind


def with_articles(english: Sequence[Token]) -> list[Token]:
    """Write a as an where the next word begins with a vowel."""
    return [
        token._replace(text="an") if token.text == "a" and following.text[0] in "aeiou" else token
        for token, following in zip(english, [*english[1:], Token(".")], strict=True)
    ]
