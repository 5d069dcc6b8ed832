"""Files of a learner's own, from bytes to numbered pairs of lines; what cannot be read is said.

One file holds two columns with a tab between them, or two files hold one sentence a line. Nothing
is guessed in silence: a file in another encoding is refused with the guess and the remedy.
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple


class Line(NamedTuple):
    """A line of the text: its number, counted from 1, and its two sides as they stand there."""

    number: int
    source: str
    target: str


class Contents(NamedTuple):
    """What one file, or two, hold: the lines, and the numbers of those that are none."""

    lines: list[Line]
    blank: list[int]
    broken: list[int]  # without exactly two columns
    summary: str  # how the file is written, in words
    checksums: str  # sha256 and name of each file, as sha256sum writes them


# What files of other programs begin with, and what to do with them.
OTHER_FILES = {
    b"PK\x03\x04": ("a workbook or another zip archive", "save the sheet as tab-separated text"),
    b"\xd0\xcf\x11\xe0": ("an old workbook", "save the sheet as tab-separated text"),
    b"\x1f\x8b": ("a gzip archive", "unpack it first"),
    b"%PDF": ("a PDF", "copy its text into a plain file"),
}
# Encodings that are no UTF-8, and the letters that most of what they hold would then be.
GUESSES = (
    ("cp932", "Japanese Windows", "[ぁ-ヿ一-鿿]{2,}"),
    ("cp949", "Korean Windows", "[가-힣]"),
    ("gb18030", "Chinese Windows", "[一-鿿]{2,}"),
    ("cp1251", "Cyrillic Windows", "[а-яА-Я]{2,}"),
)


def read_text(files: Sequence[Path]) -> Contents:
    """Read a file of two columns, or two files of lines.

    Raises:
        ValueError: it cannot be read as that; the message says what it seems to be.
        OSError: there is no such file, or it may not be read.
    """
    if len(files) not in (1, 2):
        raise ValueError(
            f"expected one file of two columns or two files of lines, got {len(files)} files"
        )
    data = [read_file(file) for file in files]
    decoded = [decode(one, file) for one, file in zip(data, files, strict=True)]
    checksums = "\n".join(
        f"{sha256(one).hexdigest()}  {' '.join(file.name.splitlines())}"
        for one, file in zip(data, files, strict=True)
    )
    encoding = "; ".join(dict.fromkeys(encoding for _, encoding in decoded))
    lines = [split_lines(text) for text, _ in decoded]
    if len(files) == 1:
        return columns(lines[0], files[0], encoding, checksums)
    return side_by_side(lines[0], lines[1], files, encoding, checksums)


def read_file(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ValueError: it is empty.
        OSError: there is no such file, or it may not be read.
    """
    if not file.is_file():
        actual = "a folder" if file.is_dir() else "no such file"
        raise FileNotFoundError(f"expected a text file at {file}, got {actual}; check the path")
    data = file.read_bytes()
    if not data.strip():
        raise ValueError(f"expected sentences in {file.name}, got an empty file")
    return data


def decode(data: bytes, file: Path) -> tuple[str, str]:
    """The text of a file, and in words how it was written.

    Raises:
        ValueError: it is no text, or not in UTF-8 or in UTF-16 with its mark.
    """
    for first, (kind, remedy) in OTHER_FILES.items():
        if data.startswith(first):
            raise ValueError(f"expected plain text in {file.name}, got {kind}; {remedy}")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec, encoding = "utf-16", "UTF-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        codec, encoding = "utf-8-sig", "UTF-8 with a byte order mark"
    else:
        codec, encoding = "utf-8", "UTF-8"
    if codec != "utf-16" and data.count(0) > len(data) / 5:
        raise ValueError(
            f"expected UTF-8 in {file.name}, got zeros between the letters: UTF-16 without its "
            "mark, or no text; save it as UTF-8"
        )
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        codec, name = guess(data)
        raise ValueError(
            f"expected UTF-8 in {file.name}, got other bytes, first in line {line}; it looks like "
            f"{codec} ({name}): save it as UTF-8, or write a copy with: "
            f"iconv -f {codec} -t utf-8 {file.name} > utf8-{file.name}"
        ) from error
    if "\r\n" in text:
        encoding += ", Windows line ends"
    return text, encoding


def guess(data: bytes) -> tuple[str, str]:
    """The encoding that bytes seem to have, and whose it is: the first that fits its letters."""
    for codec, name, letters in GUESSES:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        foreign = len(re.sub(r"[\x00-\x7f]", "", text))
        if sum(map(len, re.findall(letters, text))) >= 0.6 * foreign:
            return codec, name
    return "cp1252", "Western Windows"


def split_lines(text: str) -> list[str]:
    """The lines of a text, whatever system ended them; what ends a line is not part of it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def columns(lines: Sequence[str], file: Path, encoding: str, checksums: str) -> Contents:
    """Part each line at its tab; empty columns behind the second are a spreadsheet's.

    Raises:
        ValueError: most lines do not have two columns.
    """
    rows = [line.split("\t") for line in lines]
    for row in rows:
        while len(row) > 2 and not row[-1].strip():
            row.pop()
    blank = [number for number, line in enumerate(lines, 1) if not line.strip()]
    broken = [
        number for number, row in enumerate(rows, 1) if len(row) != 2 and "".join(row).strip()
    ]
    if 2 * len(broken) > len(rows) - len(blank):
        full = [row for row in rows if "".join(row).strip()]
        raise ValueError(
            f"expected two columns with a tab between in {file.name}, got {other_shape(full, file)}"
        )
    left_out = {*blank, *broken}
    pairs = [
        Line(number, row[0], row[1]) for number, row in enumerate(rows, 1) if number not in left_out
    ]
    return Contents(pairs, blank, broken, f"{len(lines):,} lines, {encoding}", checksums)


def other_shape(rows: Sequence[Sequence[str]], file: Path) -> str:
    """What a file without two columns seems to be instead, and what to do."""
    [(width, _)] = Counter(map(len, rows)).most_common(1)
    if width > 2:
        return (
            f"{width} in most lines; keep the two with the sentences, say the first two: "
            f"cut -f 1,2 {file.name} > two-columns.tsv"
        )
    for separator, name in (("|||", "|||"), (";", "a semicolon"), (",", "a comma")):
        if sum(separator in row[0] for row in rows) > 0.9 * len(rows):
            kind = "CSV" if separator in ";," else "text"
            return (
                f"no tab but {name} in most lines, as in {kind} with another separator; save it "
                "as tab-separated text (TSV)"
            )
    return (
        "no tab in most lines; put a tab between a sentence and its translation, or give two "
        "files of lines: --data SOURCE.txt TARGET.txt"
    )


def side_by_side(
    left: Sequence[str], right: Sequence[str], files: Sequence[Path], encoding: str, checksums: str
) -> Contents:
    """Pair line n of one file with line n of the other.

    Raises:
        ValueError: one file has more lines.
    """
    if len(left) != len(right):
        raise ValueError(
            f"expected as many lines in {files[0].name} as in {files[1].name}, got {len(left):,} "
            f"and {len(right):,}; line n of one must be the translation of line n of the other"
        )
    rows = [Line(number, *both) for number, both in enumerate(zip(left, right, strict=True), 1)]
    blank = [row.number for row in rows if not (row.source.strip() or row.target.strip())]
    pairs = [row for row in rows if row.source.strip() or row.target.strip()]
    return Contents(pairs, blank, [], f"{len(rows):,} lines each, {encoding}", checksums)
