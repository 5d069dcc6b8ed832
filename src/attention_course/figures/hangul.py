"""Hangul in figures: in the course's own font, or in Latin letters where no font has a letter."""

import unicodedata
from functools import cache
from pathlib import Path

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3  # 가 and 힣, in alphabetical order between them
FIRST_LEAD, FIRST_VOWEL, FIRST_TAIL = 0x1100, 0x1161, 0x11A7  # letters that stand alone


def letters(table: str) -> list[str]:
    """The entries of a table; a dash stands for a silent one."""
    return [entry.replace("-", "") for entry in table.split()]


# The letters of the Revised Romanisation of Korean (2000), without its changes of sound between
# syllables but for one: a last consonant moves to a following syllable that begins with a vowel.
LEADS = letters("g kk n d tt r m b pp s ss - j jj ch k t p h")
VOWELS = letters("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
TAILS = letters("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
LINKED = letters("- g kk ks n nj n d r lg lm lb ls lt lp r m b ps s ss ng j ch k t p -")

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


def has_hangul(text: str) -> bool:
    """Whether any syllable or letter of the text is Hangul."""
    return any("HANGUL" in unicodedata.name(character, "") for character in text)


def romanise(text: str) -> str:
    """Write Hangul in Latin letters: 나는 책을 읽었다 -> naneun chaegeul ilgeotda.

    Everything that is not Hangul stays as it is. The letters are those of the Revised
    Romanisation; changes of sound between syllables are left out, so that it is a
    reading aid and no guide to pronunciation.
    """
    characters = unicodedata.normalize("NFC", text)
    following = [*characters[1:], ""]
    return "".join(map(romanise_one, characters, following))


def romanise_one(character: str, following: str) -> str:
    """Write one character; the one that follows decides how its last consonant is written."""
    code = ord(character)
    if FIRST_SYLLABLE <= code <= LAST_SYLLABLE:
        lead, vowel, tail = split_syllable(character)
        tails = LINKED if begins_with_vowel(following) else TAILS
        return LEADS[lead] + VOWELS[vowel] + tails[tail]
    if not has_hangul(character):
        return character
    code = ord(unicodedata.normalize("NFKC", character))  # a letter that stands alone, as in ㅋㅋ
    for first, table in ((FIRST_LEAD, LEADS), (FIRST_VOWEL, VOWELS), (FIRST_TAIL, TAILS)):
        if 0 <= code - first < len(table):
            return table[code - first]
    return "?"  # a letter that is no longer in use


def split_syllable(syllable: str) -> tuple[int, int, int]:
    """The numbers of a syllable's first consonant, vowel and last consonant (0: none)."""
    number = ord(syllable) - FIRST_SYLLABLE
    lead, rest = divmod(number, len(VOWELS) * len(TAILS))
    return lead, *divmod(rest, len(TAILS))


def begins_with_vowel(character: str) -> bool:
    """Whether a character is a syllable whose first consonant is silent."""
    if not character or not FIRST_SYLLABLE <= ord(character) <= LAST_SYLLABLE:
        return False
    return LEADS[split_syllable(character)[0]] == ""


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
