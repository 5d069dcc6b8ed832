"""Real sentences: a corpus of `sources`, read and divided as its entry says."""

import gzip
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from attention_course.data.download import CorpusUnavailable, available, fetch, find_source
from attention_course.data.pairs import Corpus, Pair
from attention_course.data.sources import SOURCES, Columns, Lines, Source
from attention_course.vocabulary import tokenise

__all__ = ["CorpusUnavailable", "Row", "available", "describe", "fetch", "load", "tokenise"]
HELD_OUT = 0.055  # share of the target sentences in validation, and as many in test


class Row(NamedTuple):
    """A line of the table of corpora: a name, its entry, and where the files are, in words."""

    name: str
    source: Source
    where: str


def load(name: str, train: int | None = None, held_out: int | None = None) -> Corpus:
    """Read a real corpus; `train` and `held_out` keep only that many pairs of each part.

    The parts are those of its authors, in the order of the files. Where there are none, no
    target sentence stands in two parts, whatever its capitals and marks, and no source sentence
    either: which part a sentence is in, and the order, come from its sha256, so they never change.

    Raises:
        ValueError: there is no such corpus, or a file in ATTENTION_COURSE_DATA is another one.
        CorpusUnavailable: it is not on this machine and cannot be downloaded.
    """
    source = find_source(name)
    files = dict(zip(source.files, fetch(name), strict=True))
    pairs = read_pairs(source, source.train, files)
    if source.validation is None:
        test, validation, train_pairs = divide(pairs)
        return Corpus(
            name, train_pairs[:train], validation[:held_out], test[:held_out], units=source.units
        )
    validation = read_pairs(source, source.validation, files)
    test, *more_tests = (read_pairs(source, part, files)[:held_out] for part in source.tests)
    return Corpus(
        name,
        pairs[:train],
        validation[:held_out],
        test,
        units=source.units,
        more_tests=tuple(chain.from_iterable(more_tests)),
    )


def read_pairs(source: Source, part: Lines | Columns, files: dict[str, Path]) -> tuple[Pair, ...]:
    """Read the pairs of one part; a line of which a side is empty is no pair.

    Words are cut from marks where the corpus is learned in words; else the text is as written,
    blanks at the ends removed.
    """
    pairs = []
    for left, right, credit in read_rows(source, part, files):
        if source.units == "words":
            left, right = tokenise(left), tokenise(right)
        pair = Pair(
            left.strip(), (right.lower() if source.lower_target else right).strip(), credit=credit
        )
        if pair.source and pair.target:
            pairs.append(pair)
    return tuple(pairs)


def read_rows(
    source: Source, part: Lines | Columns, files: dict[str, Path]
) -> Iterator[tuple[str, str, str]]:
    """The source, the target and the credit of each line, as they stand in the files."""
    if isinstance(part, Lines):
        sides = read_lines(files[part.source]), read_lines(files[part.target])
        for left, right in zip(*sides, strict=True):
            yield left, right, source.credit
        return
    for line in read_lines(files[part.file]):
        columns = line.split("\t")
        credit = source.credit if part.credit is None else columns[part.credit]
        yield columns[part.source], columns[part.target], credit


def divide(pairs: Sequence[Pair]) -> list[tuple[Pair, ...]]:
    """Part the pairs into test, validation and train, with no sentence in two of them.

    The few pairs whose source is also in an earlier part are left out.
    """
    parts: list[list[Pair]] = [[], [], []]
    for pair in sorted(pairs, key=lambda pair: fraction(pair.target + pair.source)):
        position = fraction(same(pair.target))
        parts[0 if position < HELD_OUT else 1 if position < 2 * HELD_OUT else 2].append(pair)
    seen: set[str] = set()
    for number, part in enumerate(parts):
        parts[number] = [pair for pair in part if same(pair.source) not in seen]
        seen |= {same(pair.source) for pair in part}
    return [tuple(part) for part in parts]


def same(sentence: str) -> str:
    """What is equal in two sentences that count as the same one: no capitals, no marks."""
    return bare(sentence.casefold()) or sentence


def bare(sentence: str) -> str:
    """The letters and digits of a sentence, its blanks and marks left out."""
    return "".join(re.findall(r"\w+", sentence))


def fraction(text: str) -> float:
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
    return [Row(name, source, available(name).reason) for name, source in SOURCES.items()]
