"""A clause of one frame, said part by part: its words, its nouns with their particles, its verb."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from attention_course.korean.choosing import choose_parts
from attention_course.korean.draft import OFTEN, ROOTS, Clause, Draft
from attention_course.korean.endings import OBJECT, SUBJECT, TOPIC, TOWARDS, WITH
from attention_course.korean.lexicon import WORDS, Frame, Noun
from attention_course.korean.noun_phrases import Role, say_noun, topic_particle
from attention_course.korean.ordering import (
    choose_topic,
    clear_the_end,
    english_order,
    korean_order,
)
from attention_course.korean.phrases import Phrase, Word, arrange, entry, tokens
from attention_course.korean.predicates import Forms, Predicate, count_words, say
from attention_course.korean.writer import Writer

PARTICLES = {"을": OBJECT, "와": WITH, "로": TOWARDS, "에": "에", "에게": "에게"}
BEASTS = ("hunter", "prey")
NOUN_PARTS = ("place", "recipient", "means", "object")
Relative = Callable[[Writer, Noun | None, Noun, int, Word], Phrase]


def build(writer: Writer, clause: Clause, frame: Frame, relative: Relative, size: int) -> Phrase:
    """Say a clause of this frame in so many Korean words; `relative` describes nouns.

    Raises:
        DeadEndError: this frame cannot be said in so many.
    """
    draft, verb = Draft(writer, clause, frame, parts=dict(clause.extras)), frame.verb
    around = writer.owner
    if clause.gap != "subject":  # 동생을 도운 아주머니: my brother, or that of who is spoken of
        writer.owner = clause.subject  # whose friends and family come in
    left = size - count_words(verb.before, clause.how)
    left -= sum(len(part.korean) for part in draft.parts.values())
    writer.used.add(verb.name)
    sizes = choose_parts(draft, left)
    choose_topic(draft, sizes)
    say_words(draft, sizes)
    if sizes.get("means"):
        writer.used.add("유명한")  # 택시로 유명한 극장에: to the theater that is famous for taxis
    say_nouns(draft, sizes, relative)
    writer.owner = around  # the subject may be a friend of who is spoken of around it
    if sizes.get("subject"):
        say_part(draft, "subject", sizes["subject"], relative)
    forms = Forms(verb.base, verb.third, verb.past, verb.ing)
    say_verb(draft, say(forms, verb.before, verb.stem, clause.how))
    clear_the_end(draft)
    return arrange(draft.parts, korean_order(draft), english_order(draft))


def say_words(draft: Draft, sizes: dict[str, int]) -> None:
    """Say when and how."""
    used, time = draft.writer.used, draft.time
    if sizes.get("time"):
        draft.parts["often" if time in OFTEN else "time"] = entry(time, draft.times()[time])
        used |= {"#time", time}
    if sizes.get("manner"):
        manner = draft.writer.word(draft.manners())
        draft.parts["manner"] = entry(manner, WORDS["manners"][manner])
        used |= {"#manner", *ROOTS.get(manner, ())}


def say_nouns(draft: Draft, sizes: dict[str, int], relative: Relative) -> None:
    """Say the nouns apart from the subject, each with its particle."""
    if sizes.get("company"):
        draft.parts["company"] = say_company(draft.writer, draft.nouns["company"])
    for part in NOUN_PARTS:
        if sizes.get(part):
            say_part(draft, part, sizes[part], relative)


def say_part(draft: Draft, part: str, size: int, relative: Relative) -> None:
    """Say one noun in so many words; what is done often is done to many (one rides a bicycle)."""
    clause, writer, noun = draft.clause, draft.writer, draft.nouns[part]
    describe = None
    if part == draft.described:
        owner = None if part == "subject" else clause.subject
        describe = partial(relative, writer, owner)
    many = clause.times == "often" and draft.frame.verb.name != "ride"
    if part == "object" and many and " of " not in noun.plural:
        noun = replace(noun, english=noun.plural or noun.english, article="")
    said = say_noun(writer, noun, size, role(draft, part, noun), describe)
    if part == "subject" and not clause.named:
        said = Phrase(said.korean, tokens(noun.pronoun, *said.korean))
    draft.parts[part] = said


def say_company(writer: Writer, noun: Noun) -> Phrase:
    """With whom: 민수와 함께."""
    writer.used.add("#company")
    said = say_noun(writer, noun, 1, Role(WITH, "", writer.possessive(noun)))
    together = Word("함께")
    english = [*tokens("with", together, said.korean[0]), *said.english]
    return Phrase([*said.korean, together], english)


def role(draft: Draft, part: str, noun: Noun) -> Role:
    """The particle of a part, and its preposition and article in English."""
    also, article = draft.frame.also, draft.writer.possessive(noun)
    if part == "subject":
        return Role(subject_particle(draft, noun), "", "the" if noun.group in BEASTS else article)
    if part == "recipient":
        giving = "from" not in also
        particle = "께" if noun.elder else "에게" if giving else "에게서"
        heavy = giving and draft.described == "object"  # sent sujin the picture that she drew
        return Role(particle, "" if heavy else "to" if giving else "from", article)
    if part == "means":
        return Role(TOWARDS, noun.preposition, article)
    if part == "place":
        return Role("에" if "into" in also else "에서", noun.preposition, article)
    if draft.topical:
        known = noun.several or noun.group in ("subject", "past", "screen")
        return Role(TOPIC, "", article if known else "the")
    particle = PARTICLES[draft.frame.particle]
    particle = "께" if noun.elder and particle == "에게" else particle
    return Role(particle, "", article, 4 if noun.counter and draft.may_count() else 1)


def subject_particle(draft: Draft, noun: Noun) -> str:
    """은/는 or 이/가, and for those who are honoured, in some texts, 께서(는)."""
    if draft.clause.marker == "topic":
        return topic_particle(draft.writer, noun)
    return "께서" if noun.elder and draft.writer.formal else SUBJECT


def say_verb(draft: Draft, predicate: Predicate) -> None:
    """Say the verb, and the subject's pronoun where Korean has no word for it."""
    clause, parts, last = draft.clause, draft.parts, predicate.korean[-1]
    if clause.marker == "dropped" and clause.gap != "subject" and "subject" not in parts:
        pronoun = clause.subject.pronoun or clause.subject.english
        parts["subject"] = Phrase((), tokens(pronoun, last, sure=False))
    preposition = tokens(draft.frame.verb.preposition, last, sure=False)
    goal = draft.nouns.get("object")
    if goal and goal.korean == "집" and goal.preposition:
        preposition = []  # went home
    if preposition and "manner" in parts:  # listened quietly to
        preposition = [*parts["manner"].english, *preposition]
        parts["manner"] = Phrase(parts["manner"].korean)
    parts["verb"] = Phrase(predicate.korean, [*predicate.rest, *preposition])
    inverted = clause.asked not in ("", "subject")
    parts["inverted" if inverted else "auxiliary"] = Phrase((), predicate.auxiliary)
