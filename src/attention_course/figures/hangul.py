"""Hangul in figures: a font that has it, or Latin letters; never boxes."""

from functools import cache
from pathlib import Path

from attention_course.korean.hangul import FIRST_SYLLABLE, LAST_SYLLABLE

# Beginnings of the file names of fonts that have Hangul, the best to read at small sizes first.
FONTS = (
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


@cache
def find_font() -> str | None:
    """The name of an installed font that has Hangul, made known to matplotlib, or None.

    Fonts that were installed after matplotlib made its list are found too.
    """
    from matplotlib import font_manager

    files = [Path(file) for file in font_manager.findSystemFonts()]
    files.sort(key=lambda file: ("regular" not in file.stem.lower(), file.stem))
    for beginning in FONTS:
        for file in files:
            if file.stem.lower().startswith(beginning) and draws_hangul(file):
                font_manager.fontManager.addfont(file)
                return font_manager.FontProperties(fname=file).get_name()
    return None


def draws_hangul(file: Path) -> bool:
    """Whether a font file has the first and the last syllable."""
    from matplotlib.ft2font import FT2Font

    try:
        characters = FT2Font(str(file)).get_charmap()
    except (OSError, RuntimeError):  # not every file that is called a font is one
        return False
    return FIRST_SYLLABLE in characters and LAST_SYLLABLE in characters
