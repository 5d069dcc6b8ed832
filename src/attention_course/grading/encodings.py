"""Names of files in an encoding that nobody told: guessed by all names of a source together.

Older zips hold names as bytes. Korean Windows writes them in cp949, macOS in UTF-8, and neither
says so.
"""

import codecs
import unicodedata
from collections.abc import Sequence
from pathlib import Path

DEFAULT = "cp437"  # what zips are in by their definition, where they say nothing


class NameDecoder:
    """How the names of a source are read: as told, or as guessed; and whether that is sure."""

    def __init__(self, path: Path, encoding: str | None):
        self.path = path
        self.named = encoding
        self.used = ""  # the encoding, if there were names that needed one
        self.sure = True
        if encoding is not None:
            check_encoding(encoding)

    def decode(self, raw: Sequence[bytes | None]) -> list[str]:
        """Each name as text; empty where there are no bytes to be read.

        Raises:
            ValueError: a name is not in the encoding that was told.
        """
        needed = [one for one in raw if one is not None]
        if not needed:
            return ["" for _ in raw]
        if self.named is not None:
            self.used = self.named
        else:
            self.used, self.sure = guess_encoding(needed)
        try:
            return ["" if one is None else one.decode(self.used) for one in raw]
        except UnicodeDecodeError as error:
            raise ValueError(
                f"expected names of files in {self.used} in {self.path}, got {error.object!r}; "
                "name another encoding with --encoding, as cp949 or utf-8"
            ) from error


def check_encoding(encoding: str) -> None:
    """Make sure that there is such an encoding.

    Raises:
        ValueError: there is none.
    """
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise ValueError(
            f"expected an encoding that Python knows, as cp949 or utf-8, got {encoding}"
        ) from error


def guess_encoding(names: Sequence[bytes]) -> tuple[str, bool]:
    """The encoding of some names, and whether the guess is good enough to go on with it."""
    whole = b"\n".join(names)
    for encoding, fits in (("utf-8", bool), ("cp949", is_all_korean), (DEFAULT, is_latin)):
        try:
            foreign = "".join(one for one in whole.decode(encoding) if not one.isascii())
        except UnicodeDecodeError:
            continue
        if fits(foreign):
            return encoding, True
    return DEFAULT, False


def is_all_korean(text: str) -> bool:
    """Whether a text is Korean syllables, most of them in use, as those of KS X 1001."""
    usual = sum(len(one.encode("euc_kr", "replace")) == 2 for one in text)
    return all("가" <= one <= "힣" for one in text) and usual >= 0.8 * len(text)


def is_latin(text: str) -> bool:
    """Whether a text is Latin letters, as of German names."""
    return all(unicodedata.name(one, "").startswith("LATIN") for one in text)
