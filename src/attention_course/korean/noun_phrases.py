"""Nouns with what stands around them: numbers and counters, adjectives, relative clauses."""

from collections.abc import Callable
from typing import NamedTuple

from attention_course.korean.endings import TOPIC, attach
from attention_course.korean.lexicon import WORDS, Noun
from attention_course.korean.phrases import Phrase, Token, Word, entry, tokens
from attention_course.korean.writer import DeadEndError, Writer

ONE_OF = {"cups": "cup", "glasses": "glass", "bowls": "bowl", "pieces": "piece"}
COUNTED = 2  # words more: a number and a counter
Describe = Callable[[Noun, int, Word], Phrase]  # a relative clause of so many words, for a head


class Role(NamedTuple):
    """What a noun does in its clause: its particle, and what English puts before it."""

    particle: str
    preposition: str = ""
    article: str = ""
    most: int = 1  # how many of it there may be


def say_noun(
    writer: Writer, noun: Noun, size: int, role: Role, describe: Describe | None = None
) -> Phrase:
    """Say a noun in so many Korean words; what an adjective does not fill, a clause does.

    Raises:
        DeadEndError: it cannot be said in so many words.
    """
    writer.used.add(noun.korean)
    counted = role.most > 1 and noun.counter != "" and size in (1 + COUNTED, 2 + COUNTED)
    core = count(writer, noun, role) if counted else bare(noun, role)
    left = size - len(core.korean)
    adjective, clause = Phrase(), Phrase()
    if noun.adjectives and (left == 1 or (left > 3 and writer.likely(0.15))):
        korean = writer.word(one for one in noun.adjectives if not (describe and one == "새"))
        adjective = entry(korean, WORDS["adjectives"][korean])
        left -= 1
    if left:
        if describe is None:
            raise DeadEndError
        clause = describe(noun, left, core.korean[0])
    article = "" if counted else "the" if clause.korean else role.article
    last = len(core.english) - 1 if counted else 0  # three red apples, a cup of warm coffee
    english = [
        *tokens(role.preposition, core.korean[-1], sure=False),
        *tokens(article, core.korean[0], sure=False),
        *core.english[:last],
        *adjective.english,
        *core.english[last:],
        *clause.english,
    ]
    return Phrase([*clause.korean, *adjective.korean, *core.korean], english)


def topic_particle(writer: Writer, noun: Noun) -> str:
    """은/는, and for those who are honoured, in some texts, 께서는."""
    return "께서는" if noun.elder and writer.formal else TOPIC


def bare(noun: Noun, role: Role) -> Phrase:
    """A noun with its particle."""
    word = Word(attach(noun.korean, role.particle))
    return Phrase([word], tokens(noun.english, word))


def count(writer: Writer, noun: Noun, role: Role) -> Phrase:
    """A number of things: 책 세 권을, three books; 커피 한 잔을, a cup of coffee."""
    unit, of, thing = noun.plural.partition(" of ")
    several = ("두", "세", "네")[: role.most - 1]
    korean = writer.pick(("한",) if unit == "bowls" else ("한", "두") if of else several)
    number = "a" if korean == "한" else WORDS["numbers"][korean]
    words = [Word(noun.korean), Word(korean), Word(attach(noun.counter, role.particle))]
    head, numeral, counter = words
    english = tokens(number, numeral)
    if of:
        english += tokens(ONE_OF[unit] if korean == "한" else unit, counter)
        english += [*tokens("of", counter, sure=False), *tokens(thing, head)]
    else:
        english.append(Token(unit, (head,)))
    return Phrase(words, english)
