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
    kept, position = [], 0
    while string := next_string(text, position):
        prefix, quote, start, begin = string
        formatted = set(prefix.lower()) & set("ft")
        end = (
            end_of_formatted(text, begin, quote) if formatted else end_of_plain(text, begin, quote)
        )
        kept.append(text[position:start] + ("''" if formatted else text[start:end]))
        position = end
    return "".join(kept) + text[position:]


def next_string(text: str, position: int) -> tuple[str, str, int, int] | None:
    """The next string from a place on: its prefix, its quote, where it starts, and its text."""
    for match in STRING_OR_COMMENT.finditer(text, position):
        if match[2]:
            return match[1], match[2], match.start(), match.end()
    return None


def end_of_plain(text: str, position: int, quote: str) -> int:
    """Where a string without replacements ends."""
    while position < len(text) and not text.startswith(quote, position):
        position += 2 if text[position] == "\\" else 1
    return position + len(quote)


def end_of_formatted(text: str, position: int, quote: str) -> int:
    """Where an f-string ends; between braces there may be strings with the same quotes."""
    depth = 0
    while position < len(text):
        if depth and (match := STRING.match(text, position)):
            inner = end_of_formatted if set(match[1].lower()) & set("ft") else end_of_plain
            position = inner(text, match.end(), match[2])
            continue
        if not depth and text.startswith(quote, position):
            return position + len(quote)
        if not depth and text.startswith(("{{", "}}", "\\"), position):
            position += 1
        elif text[position] in "{[(":
            depth += text[position] == "{" or depth > 0
        elif text[position] in "}])":
            depth -= depth > 0
        position += 1
    return position
