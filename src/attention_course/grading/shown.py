"""Text of unknown origin, as it may be printed on a terminal."""

import unicodedata

NOT_SHOWN = ("C", "Zl", "Zp")  # control characters, directions, halves of characters, line ends


def shown(text: str) -> str:
    """A text on one line: letters of every script as they are, control characters as escapes."""
    return "".join(
        one.encode("unicode_escape").decode("ascii")
        if unicodedata.category(one).startswith(NOT_SHOWN)
        else one
        for one in text
    )
