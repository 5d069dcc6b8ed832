"""Whether a cell is Python, only newer than the one that reads it.

The cell is written again without what newer versions brought; if this Python can read it then,
nothing else was wrong with it.
"""

import ast
import re

BRACKETS = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
# type Name[T] = ..., def name[T](...) and class Name[T] are of 3.12; except A, B: is of 3.14.
ALIAS = re.compile(rf"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:{BRACKETS})?[ \t]*=", re.M)
GENERIC = re.compile(rf"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)[ \t]*{BRACKETS}", re.M)
EXCEPT = re.compile(r"^([ \t]*except)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.M)
STRING = re.compile(r"(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
STRING_OR_COMMENT = re.compile(rf"#[^\n]*|{STRING.pattern}")


def is_newer_python(text: str) -> bool:
    """Whether only what is newer than this Python keeps it from reading a text."""
    try:
        older = ALIAS.sub(r"\1\2 =", without_formatted_strings(text))
        older = EXCEPT.sub(r"\1 (\2):", GENERIC.sub(r"\1", older))
        ast.parse(older)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return older != text


def without_formatted_strings(text: str) -> str:
    """A text with '' in the place of each f-string and t-string, read as Python 3.14 does."""
    kept, place = [], 0
    while found := next_string(text, place):
        prefix, quote, start, begin = found
        formatted = set(prefix.lower()) & set("ft")
        end = (
            end_of_formatted(text, begin, quote) if formatted else end_of_plain(text, begin, quote)
        )
        kept.append(text[place:start] + ("''" if formatted else text[start:end]))
        place = end
    return "".join(kept) + text[place:]


def next_string(text: str, place: int) -> tuple[str, str, int, int] | None:
    """The next string from a place on: its prefix, its quote, where it starts, and its text."""
    for found in STRING_OR_COMMENT.finditer(text, place):
        if found[2]:
            return found[1], found[2], found.start(), found.end()
    return None


def end_of_plain(text: str, place: int, quote: str) -> int:
    """Where a string without replacements ends."""
    while place < len(text) and not text.startswith(quote, place):
        place += 2 if text[place] == "\\" else 1
    return place + len(quote)


def end_of_formatted(text: str, place: int, quote: str) -> int:
    """Where an f-string ends; between braces there may be strings with the same quotes."""
    depth = 0
    while place < len(text):
        if depth and (found := STRING.match(text, place)):
            inner = end_of_formatted if set(found[1].lower()) & set("ft") else end_of_plain
            place = inner(text, found.end(), found[2])
            continue
        if not depth and text.startswith(quote, place):
            return place + len(quote)
        if not depth and text.startswith(("{{", "}}", "\\"), place):
            place += 1
        elif text[place] in "{[(":
            depth += text[place] == "{" or depth > 0
        elif text[place] in "}])":
            depth -= depth > 0
        place += 1
    return place
