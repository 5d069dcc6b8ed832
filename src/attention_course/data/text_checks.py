"""What is looked at in a learner's own text: what is left out, what is kept but remarked on."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from statistics import median
from typing import NamedTuple

from attention_course.data.pairs import Pair
from attention_course.data.text_files import Contents, Line
from attention_course.vocabulary import INVISIBLE, normalise

MAX_WORDS, MAX_CHARACTERS = 100, 500  # of a side: its weights would fill the memory
LINES_SHOWN = 5  # line numbers that are named
COLUMN_NAMES = frozenset(
    "source target src tgt trg input output text sentence translation original english german "
    "korean french spanish japanese chinese deutsch englisch koreanisch en de ko kr fr es ja zh "
    "원문 번역 번역문 한국어 영어 독일어 국어".split()
)


class Finding(NamedTuple):
    """A row of the table: what was found, what is done about it, and in which lines."""

    what: str
    done: str
    lines: list[int]


class Kept(NamedTuple):
    """A pair that is kept, and the line that it was."""

    pair: Pair
    line: Line


def clean(text: str) -> str:
    """A side of a line as it is learned: normalised, one plain space wherever there was any."""
    return " ".join(normalise(text).split())


def sift(contents: Contents) -> tuple[list[Kept], list[Finding]]:
    """Part the lines into pairs that are kept and findings; every line that is lost is in one."""
    left_out: dict[str, list[int]] = defaultdict(list)
    left_out["blank line"] += contents.blank
    left_out["not two columns"] += contents.broken
    kept, seen = [], set()
    for line in contents.lines:
        pair = Pair(clean(line.source), clean(line.target))
        fault = find_fault(line, pair) or ("copy of an earlier pair" if pair in seen else "")
        if fault:
            left_out[fault].append(line.number)
        else:
            seen.add(pair)
            kept.append(Kept(pair, line))
    findings = [Finding(what, "left out", lines) for what, lines in left_out.items() if lines]
    return kept, [*findings, *remarks(kept)]


def find_fault(line: Line, pair: Pair) -> str:
    """Why a pair cannot be learned from; empty if it can."""
    sides = pair.source, pair.target
    if line.number == 1 and {side.lower() for side in sides} <= COLUMN_NAMES:
        return "heads of columns"
    if not all(sides):
        return "a side is empty"
    if any(unicodedata.category(letter) == "Cc" for side in sides for letter in side):
        return "a control character"
    if any(len(one.split()) > MAX_WORDS or len(one) > MAX_CHARACTERS for one in sides):
        return f"a side of more than {MAX_WORDS} words or {MAX_CHARACTERS} characters"
    return ""


def remarks(kept: Sequence[Kept]) -> list[Finding]:
    """What is kept and may yet be a mistake, and what was mended."""
    translations = Counter(entry.pair.source for entry in kept)
    twisted, stretched = other_way_round(kept), odd_lengths(kept)
    checks: list[tuple[str, str, Callable[[Kept], bool]]] = [
        ("letters in parts (NFD, as macOS writes)", "put together", in_parts),
        ("marks that nobody sees", "taken out", has_invisible),
        ("in a spreadsheet's quotation marks", "kept as text", is_quoted),
        ("a character that was lost before (\ufffd)", "kept", is_damaged),
        ("letters of UTF-8 that was read wrongly (Ã¤ for ä)", "kept", is_misread),
        ("characters as HTML writes them (&quot;)", "kept", has_html),
        ("both sides are the same", "kept", lambda entry: entry.pair.source == entry.pair.target),
        (
            "a source with several translations",
            "kept",
            lambda entry: translations[entry.pair.source] > 1,
        ),
        ("lengths that do not fit each other", "kept", stretched),
        ("the columns seem to have changed places", "kept", twisted),
    ]
    findings = (
        Finding(what, done, [entry.line.number for entry in kept if applies(entry)])
        for what, done, applies in checks
    )
    return [finding for finding in findings if finding.lines]


def in_parts(entry: Kept) -> bool:
    """Whether a line was written in another way than Unicode's NFC."""
    return not unicodedata.is_normalized("NFC", entry.line.source + "\n" + entry.line.target)


def has_invisible(entry: Kept) -> bool:
    """Whether characters stood in a line that nobody sees."""
    return not INVISIBLE.keys().isdisjoint(map(ord, entry.line.source + entry.line.target))


def is_quoted(entry: Kept) -> bool:
    """Whether a side is quoted as a spreadsheet does it: in a TSV that is part of the text."""
    sides = entry.pair.source, entry.pair.target
    return any(len(side) > 1 and side[0] == side[-1] == '"' for side in sides)


def is_damaged(entry: Kept) -> bool:
    """Whether an earlier program has written the mark for what it could not read."""
    return "\ufffd" in entry.pair.source + entry.pair.target


def is_misread(entry: Kept) -> bool:
    """Whether a side is UTF-8 that an earlier program took for Western Windows."""
    return any(is_utf8_in_disguise(side) for side in (entry.pair.source, entry.pair.target))


def is_utf8_in_disguise(text: str) -> bool:
    """Whether a text, written as Western Windows writes it, would be UTF-8; text rarely is."""
    try:
        return not text.isascii() and bool(text.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return False


def has_html(entry: Kept) -> bool:
    """Whether a side holds characters as HTML writes them."""
    sides = entry.pair.source + " " + entry.pair.target
    return re.search(r"&(#\d+|[a-z]+);", sides) is not None


def odd_lengths(kept: Sequence[Kept]) -> Callable[[Kept], bool]:
    """Whether a side is four times as long as the other one lets expect, in characters."""

    def stretch(pair: Pair) -> float:
        return math.log(len(pair.target) / len(pair.source))

    usual = median([stretch(entry.pair) for entry in kept]) if kept else 0.0

    def is_odd(entry: Kept) -> bool:
        longer = max(len(entry.pair.source), len(entry.pair.target))
        return longer > 20 and abs(stretch(entry.pair) - usual) > math.log(4)

    return is_odd


def other_way_round(kept: Sequence[Kept]) -> Callable[[Kept], bool]:
    """Whether a pair's sides are in each other's script, where the two scripts differ."""
    usual = scripts(kept)

    def is_twisted(entry: Kept) -> bool:
        return (
            usual[0] != usual[1] and (script(entry.pair.target), script(entry.pair.source)) == usual
        )

    return is_twisted


def scripts(kept: Sequence[Kept]) -> tuple[str, str]:
    """The script that most sources are in, and that of most targets."""
    sources = Counter(script(entry.pair.source) for entry in kept)
    targets = Counter(script(entry.pair.target) for entry in kept)
    return most_common(sources), most_common(targets)


def most_common(counts: Counter[str]) -> str:
    """What was counted most often; empty if nothing was."""
    return max(counts, key=lambda name: counts[name], default="")


def script(text: str) -> str:
    """The script of most letters, as Unicode names it: hangul, latin, cjk; empty without any."""
    return most_common(Counter(script_of(letter) for letter in text if letter.isalpha()))


@cache
def script_of(letter: str) -> str:
    """The first word of a letter's name."""
    return unicodedata.name(letter, "unknown").split()[0].lower()


def table(findings: Sequence[Finding]) -> list[str]:
    """The findings as lines of a table; the first lines of each are named."""
    rows = []
    for what, done, lines in findings:
        shown = ", ".join(map(str, lines[:LINES_SHOWN])) + (
            ", ..." if len(lines) > LINES_SHOWN else ""
        )
        named = f"line{'s' if len(lines) > 1 else ''} {shown}"
        rows.append(f"  {len(lines):7,}  {what:50} {done:12}  {named}")
    return rows
