"""Hangul in figures: in the course's own font, or in Latin letters where no font has a letter."""

import unicodedata
from functools import cache
from pathlib import Path

from attention_course.korean.hangul import has_hangul

# The course's own font has all Hangul of today; tools/make_font.py makes it.
FONT = Path(__file__).parent / "fonts" / "attention-course-hangul.ttf"

# Beginnings of the file names of fonts that have Hangul, the best to read at small sizes first.
INSTALLED = (
    "nanumgothic",
    "nanumbarungothic",
    "notosanscjk",
    "notosanskr",
    "malgun",
    "applesdgothic",
    "applegothic",
    "nanum",
    "notoserifcjk",
    "sourcehansans",
    "wqy",
    "unifont",
    "batang",
    "gulim",
    "baekmuk",
    "un",
)


def find_font(text: str = "") -> str | None:
    """The name of a font that has the Hangul of a text, made known to matplotlib, or None.

    The course's own font, unless the text has characters that it lacks, such as Chinese ones: then
    the installed font that has most of them, and None where no font has all its Hangul.
    """
    composed = unicodedata.normalize("NFC", text)
    hangul = {ord(character) for character in composed if has_hangul(character)}
    wide = hangul | {ord(one) for one in composed if unicodedata.east_asian_width(one) in "FW"}
    file = FONT
    if not wide <= characters(FONT):
        files = [FONT, *installed_fonts()]  # the first of those that are equally good is taken
        file = max(files, key=lambda one: (hangul <= characters(one), len(wide & characters(one))))
    return name_in_matplotlib(file) if hangul <= characters(file) else None


@cache
def name_in_matplotlib(file: Path) -> str:
    """The name by which matplotlib knows a font, after making it known."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(file)
    return font_manager.FontProperties(fname=file).get_name()


@cache
def installed_fonts() -> list[Path]:
    """The files of the fonts on this machine that may have Hangul, the best to read first.

    Fonts that were installed after matplotlib made its list are found too.
    """
    from matplotlib import font_manager

    def rank(file: Path) -> tuple[int, bool, str]:
        name = file.stem.lower()
        beginning = next(number for number, one in enumerate(INSTALLED) if name.startswith(one))
        return beginning, "regular" not in name, name

    files = map(Path, font_manager.findSystemFonts())
    return sorted((file for file in files if file.stem.lower().startswith(INSTALLED)), key=rank)


@cache
def characters(file: Path) -> frozenset[int]:
    """The code points that a font file can draw; none where it is no font."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(str(file)).get_charmap())
    except (OSError, RuntimeError):  # not every file that is called a font is one
        return frozenset()
