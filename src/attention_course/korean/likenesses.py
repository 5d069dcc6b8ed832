"""What something is like, and what it is: sentences around a noun that a clause describes."""

from dataclasses import replace

from attention_course.korean.clauses import relative
from attention_course.korean.endings import IS, TOPIC, Stem
from attention_course.korean.lexicon import BRINGS, HUMAN, WHERE, WORDS, Noun
from attention_course.korean.noun_phrases import Describe, Role, say_noun
from attention_course.korean.phrases import Phrase, Word, entry, tokens
from attention_course.korean.predicates import BE, Forms, Saying, Tense, say
from attention_course.korean.writer import Writer

PREDICATES = {  # of adjectives: what says the same of a noun
    "재미있는": Stem("재미있다"),
    "슬픈": Stem("슬프다"),
    "긴": Stem("길다"),
    "맛있는": Stem("맛있다"),
    "예쁜": Stem("예쁘다"),
    "비싼": Stem("비싸다"),
    "유명한": Stem("유명하다"),
    "두꺼운": Stem("두껍다", "ㅂ"),
    "아름다운": Stem("아름답다", "ㅂ"),
    "신선한": Stem("신선하다"),
    "달콤한": Stem("달콤하다"),
}
DEGREES = {"아주": "very", "정말": "really"}
LIKENED = tuple(
    noun for noun, frames in BRINGS.items() if frames and set(noun.adjectives) & set(PREDICATES)
)
SHOWN = tuple(
    noun
    for noun, frames in BRINGS.items()
    if frames and noun.group not in ("name", "elder", "sibling", "neighbor", "friend", "young")
)
ENTERED = tuple(
    noun for noun, frames in WHERE.items() if frames and noun.group not in ("fixed", "town")
)


def describer(writer: Writer, owner: Noun | None, noun: Noun) -> Describe:
    """What describes this noun, also where it is said without its adjectives or preposition."""
    return lambda _, size, head: relative(writer, owner, noun, size, head)


def description(writer: Writer, size: int) -> Phrase:
    """The book that yuna bought was interesting."""
    noun = writer.noun(LIKENED)
    korean = writer.word([one for one in noun.adjectives if one in PREDICATES])
    degree = Phrase()
    if size > 4 and writer.likely(0.4):
        word = writer.word(DEGREES)
        degree = entry(word, DEGREES[word])
    width = size - 1 - len(degree.korean)
    role, describe = Role(TOPIC, "", "the"), describer(writer, None, noun)
    subject = say_noun(writer, replace(noun, adjectives=()), width, role, describe)
    tense: Tense = "past" if writer.likely(0.7) else "present"
    how = Saying(tense, person="they" if noun.several else "it")
    [verb] = say(Forms("be", "is", "was"), (), PREDICATES[korean], how).korean
    said = [
        *tokens(BE[tense][how.person], verb, sure=False),
        *degree.english,
        *tokens(WORDS["adjectives"][korean], verb),
    ]
    return Phrase([*subject.korean, *degree.korean, verb], [*subject.english, *said])


def identity(writer: Writer, size: int) -> Phrase:
    """This is the book that i bought; this is the park where we walk."""
    noun = writer.noun(ENTERED if writer.likely(0.4) else SHOWN)
    pointed = "여기는" if noun.preposition else "이 사람은" if noun.group in HUMAN else "이것은"
    pointing = [Word(text) for text in pointed.split()]
    article = "a" if noun.group in HUMAN else noun.article  # with a clause it is the one that ...
    role, describe = Role(IS, "", article), describer(writer, None, noun)
    shown = replace(noun, preposition="", adjectives=noun.adjectives if size > 4 else ())
    core = say_noun(writer, shown, size - len(pointing), role, describe)
    this, be = ("these", "are") if noun.several else ("this", "is")
    said = [*tokens(this, *pointing), *tokens(be, core.korean[-1], sure=False)]
    return Phrase([*pointing, *core.korean], [*said, *core.english])
