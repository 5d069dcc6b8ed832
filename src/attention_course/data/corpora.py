"""Real sentences: Multi30k (German to English) and Tatoeba (Korean to English)."""

import gzip
import re
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from attention_course.data.download import CorpusUnavailable, available, fetch
from attention_course.data.pairs import Corpus, Pair
from attention_course.data.sources import SOURCES
from attention_course.vocabulary import tokenise

__all__ = [
    "CorpusUnavailable",
    "Row",
    "available",
    "describe",
    "fetch",
    "load_multi30k",
    "load_tatoeba",
    "multi30k_tests",
    "tokenise",
]
TESTS = ("test_2016_flickr", "test_2017_flickr", "test_2017_mscoco")
HELD_OUT = 0.055  # share of Tatoeba's English sentences in validation, and as many in test


class Row(NamedTuple):
    """What a table of the corpora says about one of them."""

    name: str
    title: str
    languages: str
    pairs: str
    licence: str
    credit: str
    where: str


def load_multi30k(train: int | None = None, held_out: int | None = None) -> Corpus:
    """Read Multi30k (Elliott et al. 2016): descriptions of photographs, German to English.

    29,000 pairs to learn from and 1,014 to choose by; the test pairs are the 1,000 of
    `test_2016_flickr`, and `more_tests` the 1,461 of the two other sets (`multi30k_tests` has
    all three). `train` and `held_out` keep only that many pairs of each file, from the
    beginning. The text is as written, blanks at the ends removed.

    Raises:
        CorpusUnavailable: it is not on this machine and cannot be downloaded.
    """
    files = {file.name: file for file in fetch("multi30k")}
    return Corpus(
        "multi30k",
        read_multi30k(files, "train")[:train],
        read_multi30k(files, "val")[:held_out],
        read_multi30k(files, TESTS[0])[:held_out],
        units="subwords",
        more_tests=tuple(
            pair for name in TESTS[1:] for pair in read_multi30k(files, name)[:held_out]
        ),
    )


def multi30k_tests() -> dict[str, tuple[Pair, ...]]:
    """Read the three test sets of Multi30k: 1,000, 1,000 and 461 pairs.

    Raises:
        CorpusUnavailable: they are not on this machine and cannot be downloaded.
    """
    files = {file.name: file for file in fetch("multi30k")}
    return {name: read_multi30k(files, name) for name in TESTS}


def read_multi30k(files: dict[str, Path], part: str) -> tuple[Pair, ...]:
    """Pair the German lines of a part with the English ones."""
    german, english = (read_lines(files[f"{part}.{code}.gz"]) for code in ("de", "en"))
    credit = SOURCES["multi30k"].credit
    return tuple(
        Pair(source.strip(), target.strip(), credit=credit)
        for source, target in zip(german, english, strict=True)
    )


def load_tatoeba(train: int | None = None, held_out: int | None = None) -> Corpus:
    """Read Tatoeba's Korean-English pairs: short everyday sentences, each with its credit.

    No English sentence stands in two parts, whatever its capitals and marks, and no Korean
    sentence either. Which part a sentence is in, and the order, come from its sha256, so they
    never change; `train` and `held_out` keep only that many pairs. English is lower-cased.

    Raises:
        CorpusUnavailable: it is not on this machine and cannot be downloaded.
    """
    lines = (line.split("\t") for line in read_lines(fetch("tatoeba")[0]))
    pairs = [
        Pair(tokenise(korean), tokenise(english).lower(), credit=credit)
        for english, korean, credit in lines
    ]
    pairs.sort(key=lambda pair: share(pair.target + pair.source))
    test, validation, learn = divide(pairs)
    return Corpus("tatoeba", learn[:train], validation[:held_out], test[:held_out])


def divide(pairs: list[Pair]) -> list[tuple[Pair, ...]]:
    """Part the pairs into test, validation and train, with no sentence in two of them.

    The few pairs whose Korean is also in an earlier part are left out.
    """
    parts: list[list[Pair]] = [[], [], []]
    for pair in pairs:
        at = share(bare(pair.target))
        parts[0 if at < HELD_OUT else 1 if at < 2 * HELD_OUT else 2].append(pair)
    seen: set[str] = set()
    for number, part in enumerate(parts):
        parts[number] = [pair for pair in part if bare(pair.source) not in seen]
        seen |= {bare(pair.source) for pair in part}
    return [tuple(part) for part in parts]


def bare(sentence: str) -> str:
    """A sentence's letters and digits only: what makes it the same sentence."""
    return "".join(re.findall(r"\w+", sentence))


def share(text: str) -> float:
    """A number from 0 to 1 that belongs to a text for ever."""
    return int(sha256(text.encode()).hexdigest()[:8], 16) / 16**8


def read_lines(file: Path) -> list[str]:
    """The lines of a UTF-8 file, gzip'ed or not."""
    data = file.read_bytes()
    if file.suffix == ".gz":
        data = gzip.decompress(data)
    return data.decode("utf-8").removesuffix("\n").split("\n")


def describe() -> list[Row]:
    """What the real corpora are and where they are found, without touching the network."""
    return [
        Row(
            name,
            source.title,
            source.languages,
            source.pairs,
            source.licence,
            source.credit or "beside each pair: tatoeba.org contributors, manythings.org/anki",
            available(name).reason,
        )
        for name, source in SOURCES.items()
    ]
