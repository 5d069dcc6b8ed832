"""CSV files of other programs: read in whatever way they came, and given back in the same way.

A learning platform or a spreadsheet decides encoding, separator, quotes and line ends. Here a file
keeps them: what is not written to goes back byte for byte, so that its program takes it again.
"""

import codecs
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from attention_course.grading.shown import shown
from attention_course.store.files import write

BOMS = (  # what a file may begin with to tell its encoding; the longer ones first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SEPARATORS = (",", ";", "\t")
DIRECTIVE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a line by which Excel is told
NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?")
ROUNDED = re.compile(r"\d+([.,]\d+)?[eE]\+\d+")  # what a spreadsheet makes of a long number
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # Excel's files begin so, new and old ones
WITHOUT_BOM = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}  # the mark is kept apart
REMEDY = (
    "save it as UTF-8 (in Excel: 'CSV UTF-8'), or name its encoding with {option}, "
    "as cp949 for Korean or cp1252 for Western Excel"
)


@dataclass
class Sheet:
    """The cells of a CSV file as they are written there, with quotes, and how it was written."""

    file: Path
    encoding: str
    bom: bytes  # its byte order mark, if it has one
    preamble: str  # a line that only names the separator, if it has one
    separator: str
    rows: list[list[str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)  # of the lines

    def text(self, row: int, column: int) -> str:
        """What a cell says; nothing where a row is too short."""
        cells = self.rows[row]
        return unquoted(cells[column]) if column < len(cells) else ""

    def texts(self, row: int) -> list[str]:
        """What all cells of a row say, without their quotes."""
        return [unquoted(cell) for cell in self.rows[row]]

    @property
    def headers(self) -> list[str]:
        """The heads of all columns, each as `header_key` has it."""
        return [header_key(text) for text in self.texts(0)]

    def column(self, column: int) -> list[str]:
        """What the cells of a column say, below the head."""
        return [self.text(row, column) for row in range(1, len(self.rows))]

    def put(self, row: int, column: int, text: str) -> None:
        """Write into one cell, quoted as its program would; a row too short is made longer."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        before = cells[column]
        habit = before.startswith('"') and not self.must_quote(unquoted(before))
        if habit or self.must_quote(text):
            text = '"' + text.replace('"', '""') + '"'
        cells[column] = text

    def must_quote(self, text: str) -> bool:
        """Whether a cell can only be written with quotes."""
        return any(one in text for one in (self.separator, '"', "\r", "\n"))

    def data(self) -> bytes:
        """The file's bytes, in its own encoding."""
        lines = (
            self.separator.join(row) + end for row, end in zip(self.rows, self.ends, strict=True)
        )
        return self.bom + (self.preamble + "".join(lines)).encode(self.encoding)

    def save(self, file: Path) -> None:
        """Write it to a file, whole or not at all."""
        write(file, self.data())


def read_sheet(file: Path, encoding: str | None = None, option: str = "--encoding") -> Sheet:
    """A CSV file: its encoding is named, or seen at its beginning, or guessed; a guess is printed.

    `option` is what names the encoding in the command that reads it.

    Raises:
        ValueError: it is empty, a workbook, no text in that encoding, or has an open quote.
        OSError: it cannot be read.
    """
    data = file.read_bytes()
    if data.startswith(WORKBOOKS):
        raise ValueError(
            f"expected a CSV file, got a workbook: {file}; save it as 'CSV UTF-8', or export it so"
        )
    remedy = REMEDY.format(option=option)
    bom, encoding, guess = encoding_of(data, file, encoding, remedy)
    try:
        text = data.removeprefix(bom).decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise ValueError(
            f"expected text in {encoding} in {file}, got other bytes ({error}); {remedy}"
        ) from error
    if not text.strip():
        raise ValueError(f"expected a CSV file with a row of heads in {file}, got an empty one")
    directive = DIRECTIVE.match(text)
    preamble = directive[0] if directive else ""
    text = text.removeprefix(preamble)
    separator = directive[1] if directive else likely_separator(text)
    rows, ends = parse_rows(text, separator, file)
    if guess:
        print(
            f"{shown(str(file))}: read as {encoding} ({guess} Excel); if that is wrong, {option} "
            "names another",
            file=sys.stderr,
        )
    return Sheet(file, encoding, bom, preamble, separator, rows, ends)


def encoding_of(data: bytes, file: Path, named: str | None, remedy: str) -> tuple[bytes, str, str]:
    """A file's byte order mark, its encoding, and whose Excel writes it if that is a guess.

    Raises:
        ValueError: it has none that is known.
    """
    bom, encoding_by_bom = next((one for one in BOMS if data.startswith(one[0])), (b"", ""))
    if named or encoding_by_bom:
        return bom, encoding_by_bom or WITHOUT_BOM.get(str(named).lower(), str(named)), ""
    first, second = data[:400:2].count(0), data[1:400:2].count(0)  # every other byte is 0
    if max(first, second) > len(data[:400]) / 16 and not min(first, second):
        return b"", "utf-16-le" if second else "utf-16-be", ""
    for encoding in ("utf-8", "cp949", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if encoding == "utf-8":
            return b"", encoding, ""
        if encoding == "cp1252":
            return b"", encoding, "Western"
        if is_mostly_korean(text):
            return b"", encoding, "Korean"
    raise ValueError(
        f"expected text in UTF-8, cp949 or cp1252 in {file}, got other bytes; {remedy}"
    )


def is_mostly_korean(text: str) -> bool:
    """Whether half of the letters beyond ASCII are the syllables that Korean is written with.

    Western letters, two at a time, may be read as cp949 too; then rare syllables and Chinese
    characters come out, and hardly ever one of the 2,350 usual ones.
    """
    beyond = [one for one in text if not one.isascii()]
    usual = sum("\uac00" <= one <= "\ud7a3" and is_usual(one) for one in beyond)
    return 2 * usual >= len(beyond)


def is_usual(syllable: str) -> bool:
    """Whether the older Korean standard (KS X 1001) has a syllable."""
    try:
        return len(syllable.encode("euc_kr")) == 2
    except UnicodeError:
        return False


def likely_separator(text: str) -> str:
    """The separator that divides the row of heads into most cells."""
    lines = re.sub(r'"[^"]*"', "", text[:20_000]).splitlines()
    return max(SEPARATORS, key=lines[0].count)


def parse_rows(text: str, separator: str, file: Path) -> tuple[list[list[str]], list[str]]:
    """The rows of a CSV text, cells as they are written there, and the line ends.

    Raises:
        ValueError: a quote is opened and never closed.
    """
    other = rf"[^{re.escape(separator)}\r\n]*"
    quoted = rf'"[^"]*(?:""[^"]*)*"{other}'
    cell = re.compile(rf'({quoted}|(?!"){other})({re.escape(separator)}|\r\n|\n|\r|\Z)')
    rows: list[list[str]] = []
    ends: list[str] = []
    row: list[str] = []
    position = 0
    while position < len(text) or row:
        match = cell.match(text, position)
        if match is None:
            raise ValueError(
                f"expected a closing quote in {file}, got none from row {len(rows) + 1} on; "
                "export the file again"
            )
        row.append(match[1])
        position = match.end()
        if match[2] != separator:
            rows.append(row)
            ends.append(match[2])
            row = []
    return rows, ends


def unquoted(cell: str) -> str:
    """What a cell says, without its quotes."""
    if not cell.startswith('"'):
        return cell
    inside, _, after = cell[1:].rpartition('"')
    return inside.replace('""', '"') + after


def unwrapped(text: str) -> str:
    """What ="007" says: a formula by which zeros, or a name that begins with =, stay text."""
    return text[2:-1].replace('""', '"') if re.fullmatch(r'="[^\n]*"', text) else text


def header_key(text: str) -> str:
    """A head of a column, so that those that mean the same are the same."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def parse_number(text: str) -> float | None:
    """A number with a decimal point or comma; None if it is none, or may be read in two ways."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return float(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None


def decimal_mark(texts: Iterable[str]) -> str:
    """How the numbers of a file are written: with a comma, if one of them is; else a point."""
    plain = [unicodedata.normalize("NFKC", text).strip() for text in texts]
    return "," if any(re.fullmatch(r"[+-]?\d+,\d+", one) for one in plain) else "."


def rounded(texts: Iterable[str]) -> str | None:
    """The first of some ids that a spreadsheet has turned into a number, as 7.71E+15."""
    return next((one for one in texts if ROUNDED.fullmatch(one.strip())), None)
