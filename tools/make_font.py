"""Make the course's font from NanumGothic: all of its Hangul, and a few other characters.

What is made is committed: whoever reads the course needs neither the source nor this tool. The
source's licence, the SIL Open Font License 1.1, lets anybody change and pass on the font under
the same licence, with its copyright notice, and under a name that is not one of those that it
reserves: hence a name of its own, and `OFL.txt` beside it. The website takes from it what its
pages show.
"""

import hashlib
import io
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from attention_course.figures.hangul import FONT
from attention_course.korean.hangul import has_hangul

SOURCE = Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf")  # Debian's package fonts-nanum
SHA256 = "48a28e97b34fc8e5b157657633670cd1b7de126cfc414da65ce9c3d5bc8be733"
LICENCE = FONT.with_name("OFL.txt")
PUNCTUATION = "…·“”‘’–—×→≤≥∑"

NAME = "Attention Course Hangul"
# The numbers of the records in a font's table of names, as OpenType has them.
NAMES = {
    1: NAME,
    2: "Regular",
    3: "Attention Course Hangul: a subset of version 3.021 of its source",
    4: NAME,
    5: "Version 3.021",
    6: "AttentionCourseHangul-Regular",
    13: "This Font Software is licensed under the SIL Open Font License, Version 1.1. "
    "This license is available with a FAQ at: https://openfontlicense.org",
    14: "https://openfontlicense.org",
}


class OtherSourceError(Exception):
    """The source font is absent, or another version of it is installed."""


def course_font(source: Path = SOURCE) -> bytes:
    """The font of the package, as TrueType: the same bytes from the same source.

    Raises:
        OtherSourceError: the source is absent, or is not the version whose sha256 is written here.
    """
    found = hashlib.sha256(source.read_bytes()).hexdigest() if source.exists() else "no file"
    if found != SHA256:
        raise OtherSourceError(
            f"expected {source} with sha256 {SHA256}, got {found}; "
            "install Debian's package fonts-nanum 20200506"
        )
    with TTFont(source, recalcTimestamp=False) as font:
        characters = {chr(code) for code in font.getBestCmap()}
        wanted = {one for one in characters if has_hangul(one) or " " <= one <= "~"}
        cut(font, wanted | set(PUNCTUATION))
        rename(font)
        return saved(font)


def web_font(text: Iterable[str]) -> bytes:
    """The font of the website, as WOFF2: of the package's font, the Hangul that a text has."""
    composed = unicodedata.normalize("NFC", "".join(text))
    with TTFont(FONT, recalcTimestamp=False) as font:
        cut(font, set(filter(has_hangul, composed)))
        font.flavor = "woff2"
        return saved(font)


def cut(font: TTFont, characters: set[str]) -> None:
    """Leave in a font these characters as outlines: no hints, no rules of layout."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,  # a character that is not in it is a box, as everywhere
    )
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    options.drop_tables += ["gasp", "kern"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)


def cut_file(path: Path, characters: set[str]) -> bytes:
    """A font's file with these characters alone, in the format that it has."""
    with TTFont(path, recalcTimestamp=False) as font:
        cut(font, characters)
        return saved(font)


def rename(font: TTFont) -> None:
    """Give a font the course's name; of the source's own names only the copyright stays."""
    names = font["name"]
    copyright_notice = names.getDebugName(0)
    names.names = []
    for number, text in {0: copyright_notice, **NAMES}.items():
        names.setName(text, number, 3, 1, 0x409)  # in Unicode, for Windows, in English
    font["OS/2"].achVendID = "    "  # no foundry's
    font["OS/2"].fsType = 0  # may be embedded in any document, as the licence says


def saved(font: TTFont) -> bytes:
    """The bytes of a font's file."""
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def main() -> int:
    """Write the font of the package and say its size."""
    try:
        made = course_font()
    except OtherSourceError as error:
        print(f"make_font: {error}", file=sys.stderr)
        return 2
    FONT.write_bytes(made)
    with TTFont(FONT) as font:
        print(f"{FONT.name}: {len(font.getBestCmap())} characters, {len(made) / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
