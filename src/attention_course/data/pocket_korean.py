"""Pocket Korean: Korean sentences of any length, their English, and who means whom.

A grammar in this repository writes them, so they need no network and no licence, never run out,
and their word alignments are known: attention can be scored against the truth. Korean puts the
verb last and a relative clause before its noun, English neither, so the alignment crosses itself.

The Korean is in the polite 해요 style. -고 has no tense of its own: the last verb gives it to all,
where English marks every verb ("will" once for each subject). A word is what stands between
spaces, and the full stop is one too; English is in lower case. Content words link for sure.
Articles, prepositions, relative pronouns, "and", "but" and "will" link possibly, to the word
whose particle or ending says the same; "will" also to the 거예요 at the end. Full stops do not
link.

The files, from the ground up: `korean_particles` (endings by rule), `pocket_korean_words` and
`_verbs`, `_frames` (who does what to what), `_phrases` (both languages at once), `_plans` (how
many words each part gets) and `_grammar` (the sentence).
"""

import random
from collections.abc import Iterator

from attention_course.data import korean_particles as ko
from attention_course.data.pairs import Corpus, Pair
from attention_course.data.pocket_korean_2 import check_arguments, collect
from attention_course.data.pocket_korean_frames import GROUPS, SEVERAL
from attention_course.data.pocket_korean_grammar import Writer
from attention_course.data.pocket_korean_phrases import entry, finish
from attention_course.data.pocket_korean_plans import DeadEnd, Memory
from attention_course.data.pocket_korean_verbs import VERBS
from attention_course.data.pocket_korean_words import (
    ADJECTIVES,
    EARLIER,
    FREQUENCIES,
    FUNCTION_WORDS,
    MANNERS,
    PARTS,
    TIMES,
    YESTERDAY,
)

BOUNDS = (3, 60)  # words that a sentence can have, the full stop among them
TRIES = 200  # sentences of one length that may turn out to be known before we give up


def write_pair(rng: random.Random, length: int) -> Pair:
    """Write one sentence of so many Korean words, the full stop among them."""
    while True:
        try:
            return finish(Writer(Memory(rng)).sentence(length - 1))
        except DeadEnd:
            continue


def draw_pairs(rng: random.Random, shortest: int, longest: int, seen: set[str]) -> Iterator[Pair]:
    """Write pairs that are new in both languages, lengths uniform, as long as there are any."""
    while True:
        length = shortest + int(rng.random() * (longest - shortest + 1))
        for _ in range(TRIES):
            pair = write_pair(rng, length)
            if pair.source not in seen and pair.target not in seen:
                seen |= {pair.source, pair.target}
                yield pair
                break
        else:
            return


def write_pairs(
    count: int, name: str, shortest: int, longest: int, seen: set[str]
) -> tuple[Pair, ...]:
    """Write so many new pairs.

    Raises:
        ValueError: there are too few sentences of these lengths.
    """
    rng = random.Random(f"pocket-korean/{name}")
    return collect(count, draw_pairs(rng, shortest, longest, seen), shortest, longest)


def generate(count: int, seed: int, shortest: int = 4, longest: int = 40) -> list[Pair]:
    """Write distinct pairs with gold alignments, the same ones for the same arguments.

    A sentence has `shortest` to `longest` Korean words between spaces, the full stop among them,
    each length as likely as another.

    Raises:
        ValueError: the arguments cannot be, or there are too few sentences of these lengths.
    """
    check_arguments(shortest, longest, BOUNDS, count=count)
    return list(write_pairs(count, str(seed), shortest, longest, set()))


def corpus(
    train: int, validation: int, test: int, seed: int = 0, shortest: int = 4, longest: int = 40
) -> Corpus:
    """Write a corpus; no Korean and no English sentence stands in two of its parts.

    The test pairs are written first: they depend neither on how many pairs there are to learn
    from nor on how many to choose by, so that scores compare. More training pairs begin with
    the fewer.

    Raises:
        ValueError: the arguments cannot be, or there are too few sentences of these lengths.
    """
    check_arguments(shortest, longest, BOUNDS, train=train, validation=validation, test=test)
    seen: set[str] = set()
    test_pairs = write_pairs(test, f"{seed}/test", shortest, longest, seen)
    validation_pairs = write_pairs(validation, f"{seed}/validation", shortest, longest, seen)
    train_pairs = write_pairs(train, f"{seed}/train", shortest, longest, seen)
    return Corpus("pocket-korean", train_pairs, validation_pairs, test_pairs)


def word_pairs() -> frozenset[tuple[str, str]]:
    """Give every (Korean word with its ending, English content word) that translate each other."""
    pairs: set[tuple[str, str]] = set()
    for noun in (*SEVERAL, *(noun for group in GROUPS.values() for noun in group)):
        for particle in ko.PARTICLES:
            korean = ko.attach(noun.korean, particle)
            pairs |= {(korean, english) for english in noun.english.split()}
    for verb in VERBS.values():
        for form in ko.FORMS:
            korean = ko.conjugate(verb.stems, form)
            pairs |= {(korean, english) for english in (verb.base, verb.third, verb.past)}
    lists = (ADJECTIVES, MANNERS, FREQUENCIES, PARTS, EARLIER, YESTERDAY, *TIMES.values())
    for korean, english in (one for each in lists for one in each.items()):
        pairs |= {
            (word.text, token.text)
            for token in entry(korean, english).english
            for word in token.words
        }
    return frozenset(pair for pair in pairs if pair[1] not in FUNCTION_WORDS)
