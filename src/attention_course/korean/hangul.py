"""Hangul by arithmetic: a syllable is an initial, a vowel and a final.

A syllable's code point is 0xAC00 + (initial * 21 + vowel) * 28 + final (The Unicode Standard,
section 3.12). Unicode has every letter several times, as it stands in a syllable and as it stands
alone; here it is always the one that stands alone, so that a table of letters can be read.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3  # 가 and 힣, in alphabetical order between them
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
SILENT = "ㅇ"  # as an initial; as a final it is ng

# Two letters in the place of one final. ㄲ and ㅆ are no clusters but letters of their own.
CLUSTERS = {
    "ㄳ": "ㄱㅅ",
    "ㄵ": "ㄴㅈ",
    "ㄶ": "ㄴㅎ",
    "ㄺ": "ㄹㄱ",
    "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ",
    "ㅀ": "ㄹㅎ",
    "ㅄ": "ㅂㅅ",
}

# The blocks of letters that are parts of syllables, by the code point of their first one.
BLOCKS: dict[int, Sequence[str]] = {0x1100: INITIALS, 0x1161: VOWELS, 0x11A7: FINALS}


class Syllable(NamedTuple):
    """The letters of one syllable; without a final, that is empty."""

    initial: str
    vowel: str
    final: str

    def __str__(self) -> str:
        """The syllable as one character."""
        number = INITIALS.index(self.initial) * len(VOWELS) + VOWELS.index(self.vowel)
        return chr(FIRST_SYLLABLE + number * len(FINALS) + FINALS.index(self.final))


def is_syllable(character: str) -> bool:
    """Whether a character is a syllable of today's Hangul."""
    return len(character) == 1 and FIRST_SYLLABLE <= ord(character) <= LAST_SYLLABLE


def split(character: str) -> Syllable:
    """Take a syllable apart: 값 is ㄱ, ㅏ, ㅄ.

    Raises:
        ValueError: the character is no Hangul syllable.
    """
    if not is_syllable(character):
        raise ValueError(
            f"expected one Hangul syllable, got {character!r}; compose it first, "
            'with unicodedata.normalize("NFC", text)'
        )
    number, final = divmod(ord(character) - FIRST_SYLLABLE, len(FINALS))
    initial, vowel = divmod(number, len(VOWELS))
    return Syllable(INITIALS[initial], VOWELS[vowel], FINALS[final])


def standing_letter(part: str) -> str:
    """The letter that a part of a syllable is where it stands alone, or nothing if it is old."""
    for first, block in BLOCKS.items():
        if 0 <= ord(part) - first < len(block):
            return block[ord(part) - first]
    return ""


def has_hangul(text: str) -> bool:
    """Whether any syllable or letter of the text is Hangul."""
    return any("HANGUL" in unicodedata.name(character, "") for character in text)
