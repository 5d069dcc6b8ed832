"""Pocket Korean: Korean sentences of any length, their English, and who means whom.

A grammar in this repository writes them, so they need no network and no licence, never run out,
and their word alignments are known: attention can be scored against the truth.

Korean says the verb last, a reason before what it is the reason of, and what describes a noun
before the noun; English does none of that, so alignments cross, in long sentences as in short ones.
A word is what stands between spaces; full stops, commas and question marks are words too. English
is in lower case. Content words link for sure. Articles, prepositions, pronouns, "because", "that"
and the like link possibly, to the word whose particle or ending says the same. Marks do not link.
"""

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from attention_course.data.pairs import Corpus, Pair
from attention_course.korean.lexicon import lines
from attention_course.korean.phrases import Phrase
from attention_course.korean.sentences import sentence
from attention_course.korean.writer import DeadEndError, Switches, Writer

EDITION = 2  # of the grammar: sentences of another one are another corpus
SHORTEST, LONGEST = 4, 40  # words that a sentence can have, its marks among them
STARTS = 20_000  # of a sentence, until we say that it cannot be
TRIES = 200  # sentences of one length that may turn out to be known before we give up
EVERYTHING = Switches()


def read_examples() -> tuple[Pair, ...]:
    """The sentences that figures and pages show, the first of them through the whole book."""
    rows = list(lines("examples"))
    return tuple(
        Pair(korean, english, sure=read_links(links.split("|")[0]), possible=read_links(links))
        for korean, english, links in zip(rows[::3], rows[1::3], rows[2::3], strict=True)
    )


def read_links(text: str) -> frozenset[tuple[int, int]]:
    """Read `0-0 1-2 | 1-1`: places of words, Korean and English."""
    pairs = (one.split("-") for one in text.replace("|", " ").split())
    return frozenset((int(korean), int(english)) for korean, english in pairs)


def write_pair(rng: random.Random, length: int, switches: Switches = EVERYTHING) -> Pair:
    """Write one pair of so many Korean words, its marks among them.

    Raises:
        ValueError: with these switches nothing of this length can be said.
    """
    for _ in range(STARTS):
        try:
            return pair_of(sentence(Writer(rng, switches), length))
        except DeadEndError:
            continue
    raise ValueError(
        f"expected a sentence of {length} words with {switches}, got none in {STARTS} tries; leave "
        "out fewer phenomena, or ask for other lengths"
    )


def pair_of(phrase: Phrase) -> Pair:
    """Write a phrase out, and count the places of the words that its links are between."""
    places = {word: place for place, word in enumerate(phrase.korean)}
    links = [
        ((places[word], place), token.sure)
        for place, token in enumerate(phrase.english)
        for word in token.words
    ]
    return Pair(
        " ".join(word.text for word in phrase.korean),
        " ".join(token.text for token in phrase.english),
        sure=frozenset(link for link, sure in links if sure),
        possible=frozenset(link for link, _ in links),
    )


def draw_pairs(
    rng: random.Random, shortest: int, longest: int, seen: set[str], switches: Switches
) -> Iterator[Pair]:
    """Write pairs that are new in both languages, lengths uniform, as long as there are any."""
    while True:
        length = shortest + int(rng.random() * (longest - shortest + 1))
        for _ in range(TRIES):
            pair = write_pair(rng, length, switches)
            if pair.source not in seen and pair.target not in seen:
                seen |= {pair.source, pair.target}
                yield pair
                break
        else:
            return


def write_pairs(
    count: int, name: str, shortest: int, longest: int, seen: set[str], switches: Switches
) -> tuple[Pair, ...]:
    """Write so many new pairs.

    Raises:
        ValueError: there are too few sentences of these lengths.
    """
    rng = random.Random(f"pocket-korean-2/{name}")
    pairs = tuple(islice(draw_pairs(rng, shortest, longest, seen, switches), count))
    if len(pairs) < count:
        raise ValueError(
            f"expected {count} distinct pairs of {shortest} to {longest} words, got {len(pairs)}: "
            "there are too few short sentences; ask for fewer, or for longer ones"
        )
    return pairs


def check_arguments(shortest: int, longest: int, **counts: int) -> None:
    """Refuse lengths out of bounds, and counts that cannot be.

    Raises:
        ValueError: a length or a count is out of bounds.
    """
    if not SHORTEST <= shortest <= longest <= LONGEST:
        raise ValueError(
            f"expected {SHORTEST} <= shortest <= longest <= {LONGEST} words, got shortest="
            f"{shortest} and longest={longest}; try shortest=4, longest=40"
        )
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"expected {name} of at least 1 pair, got {count}; try {name}=100")


def generate(
    count: int,
    seed: int,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
    switches: Switches = EVERYTHING,
) -> list[Pair]:
    """Write distinct pairs with gold alignments, the same ones for the same arguments.

    A sentence has `shortest` to `longest` Korean words between spaces, each length as likely as
    another. The switches turn phenomena of the grammar off.

    Raises:
        ValueError: the arguments cannot be, or there are too few sentences of these lengths.
    """
    check_arguments(shortest, longest, count=count)
    return list(write_pairs(count, str(seed), shortest, longest, set(), switches))


def corpus(
    train: int,
    validation: int,
    test: int,
    seed: int = 0,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
    switches: Switches = EVERYTHING,
) -> Corpus:
    """Write a corpus; no Korean and no English sentence stands in two of its parts.

    The sentences that the book shows are the first of the test pairs, where they have the lengths
    that are asked for and nothing is turned off. The test pairs are written first: they depend
    neither on how many pairs there are to learn from nor on how many to choose by, so that scores
    compare. More training pairs begin with the fewer.

    Raises:
        ValueError: the arguments cannot be, or there are too few sentences of these lengths.
    """
    check_arguments(shortest, longest, train=train, validation=validation, test=test)
    to_judge = held_out_pairs(test, seed, shortest, longest, switches)
    seen = {text for pair in to_judge for text in (pair.source, pair.target)}
    parts = {
        name: write_pairs(count, f"{seed}/{name}", shortest, longest, seen, switches)
        for name, count in {"validation": validation, "train": train}.items()
    }
    return Corpus("pocket-korean", parts["train"], parts["validation"], to_judge)


@lru_cache(maxsize=4)  # several figures of a page ask for the same ones
def held_out_pairs(
    count: int,
    seed: int = 0,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
    switches: Switches = EVERYTHING,
) -> tuple[Pair, ...]:
    """Write the test pairs of a corpus alone: the sentences that the book shows, then new ones.

    Raises:
        ValueError: the arguments cannot be, or there are too few sentences of these lengths.
    """
    check_arguments(shortest, longest, test=count)
    fitting = [pair for pair in read_examples() if shortest <= words_of(pair) <= longest]
    shown = fitting[:count] if switches == EVERYTHING else []
    name, known = f"{seed}/test", {text for pair in shown for text in (pair.source, pair.target)}
    written = write_pairs(count - len(shown), name, shortest, longest, known, switches)
    return (*shown, *written)


def words_of(pair: Pair) -> int:
    """How many Korean words a pair has, its marks among them."""
    return len(pair.source.split())
