"""Nouns with what stands around them: numbers and counters, adjectives, relative clauses."""

from collections.abc import Callable
from typing import NamedTuple

from attention_course.korean.endings import OBJECT, SUBJECT, TOPIC, TOWARDS, WITH, attach
from attention_course.korean.lexicon import WORDS, Noun
from attention_course.korean.phrases import Phrase, Token, Word, entry, tokens
from attention_course.korean.writer import DeadEnd, Writer

FUNCTIONS = {  # what a particle does, for the gloss
    TOPIC: "topic",
    SUBJECT: "subject",
    OBJECT: "object",
    WITH: "with",
    TOWARDS: "towards, by",
    "에": "to, at",
    "에서": "at",
    "에게": "to",
    "께": "to",
    "에게서": "from",
    "께서": "subject",
    "께서는": "topic",
    "이에요/예요": "is",
}
ONE_OF = {"cups": "cup", "glasses": "glass", "bowls": "bowl", "pieces": "piece"}
Describe = Callable[[Noun, int, Word], Phrase]  # a relative clause of so many words, for a head


class Role(NamedTuple):
    """What a noun does in its clause: its particle, and what English puts before it."""

    particle: str
    preposition: str = ""
    article: str = ""
    counted: bool = False  # it may have a number


def say_noun(writer: Writer, noun: Noun, size: int, role: Role, describe: Describe | None) -> Phrase:
    """Say a noun in so many Korean words; what an adjective does not fill, a clause does.

    Raises:
        DeadEnd: it cannot be said in so many words.
    """
    writer.used.add(noun.korean)
    left = size - 1
    counted = role.counted and noun.counter and left in (2, 3) and writer.switches.counters
    core = count(writer, noun, role) if counted else bare(noun, role)
    left -= 2 * bool(counted)
    adjective = Phrase()
    if noun.adjectives and (left == 1 or (left > 3 and writer.likely(0.2))):
        korean = writer.word(noun.adjectives)
        adjective = entry(korean, WORDS["adjectives"][korean], "describes")
        left -= 1
    clause = Phrase()
    if left:
        if describe is None:
            raise DeadEnd
        clause = describe(noun, left, core.korean[0])
    article = "" if counted else "the" if clause.korean else role.article
    before = [
        *tokens(role.preposition, core.korean[-1], sure=False),
        *tokens(article, core.korean[0], sure=False),
    ]
    english = [*before, *core.english[:-1], *adjective.english, core.english[-1]]
    if not counted:
        english = [*before, *adjective.english, *core.english]
    return Phrase([*clause.korean, *adjective.korean, *core.korean], [*english, *clause.english])


def bare(noun: Noun, role: Role) -> Phrase:
    """A noun with its particle."""
    word = Word(attach(noun.korean, role.particle), noun.english, FUNCTIONS[role.particle])
    return Phrase([word], tokens(noun.english, word))


def count(writer: Writer, noun: Noun, role: Role) -> Phrase:
    """A number of things: 책 세 권을, three books; 커피 한 잔을, a cup of coffee."""
    unit, of, thing = noun.plural.partition(" of ")
    korean = writer.pick(["한"] * bool(of) + ["두", "세", "네"])
    head = Word(noun.korean, noun.english)
    number = Word(korean, WORDS["numbers"][korean])
    counter = Word(attach(noun.counter, role.particle), "counter", FUNCTIONS[role.particle])
    if not of:
        return Phrase([head, number, counter], [*tokens(number.meaning, number), Token(unit, (head,))])
    said = tokens("a" if korean == "한" else number.meaning, number)
    said += tokens(ONE_OF[unit] if korean == "한" else unit, counter)
    said += [*tokens("of", counter, sure=False), *tokens(thing, head)]
    return Phrase([head, number, counter], said)
