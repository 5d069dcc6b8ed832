"""Korean in Latin letters: the Revised Romanisation of Korean.

The official notice is 2000-8 of the Ministry of Culture and Tourism, 국어의 로마자 표기법. It asks
for what is heard, not for what is spelled (chapter 1, 1). So there are two steps: `pronunciation`
says the word, and this file writes what was said. Names are not known as such: there are no
capitals, and no hyphens in addresses and given names (chapter 3, 2 to 5).
"""

import re
import unicodedata
from functools import lru_cache

from attention_course.korean.hangul import (
    CLUSTERS,
    INITIALS,
    SILENT,
    VOWELS,
    Syllable,
    has_hangul,
    standing_letter,
)
from attention_course.korean.pronunciation import pronounce

# Chapter 2, 1 and 2. Of the letters in a final, `pronunciation` leaves seven.
LATIN_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h"  # -: ㅇ is silent
LATIN_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
INITIAL = dict(zip(INITIALS, LATIN_INITIALS.split(), strict=True)) | {SILENT: ""}
VOWEL = dict(zip(VOWELS, LATIN_VOWELS.split(), strict=True))
FINAL = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ng"}
ALONE = INITIAL | VOWEL | {"ㅇ": "ng"}
OLD = "?"  # a letter that is no longer in use

WORD_OR_LETTER = re.compile(r"[가-힣]+|[\u1100-\u11FF\u302E\u302F\uA960-\uA97C\uD7B0-\uD7FB]")


def romanise(text: str) -> str:
    """Write Hangul in Latin letters as it sounds: 나는 책을 읽는다 -> naneun chaegeul ingneunda.

    Everything that is not Hangul stays as it is. Sounds change within a written word, not from
    one word to the next. Letters that stand alone are written one by one: ㅋㅋ is kk.
    """
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(map(unfold, composed))
    return WORD_OR_LETTER.sub(lambda found: write(found[0]), plain)


@lru_cache(maxsize=2**16)
def unfold(character: str) -> str:
    """The Hangul in a sign that is made of it: ㈜ -> (주); any other character as it is."""
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if has_hangul(plain) else character


@lru_cache(maxsize=2**16)
def write(found: str) -> str:
    """Write one word of Hangul syllables, or one letter that stands alone."""
    if "가" <= found[0] <= "힣":
        return write_sounds(pronounce(found))
    letter = standing_letter(found)
    return "".join(ALONE[part] for part in CLUSTERS.get(letter, letter)) or OLD


def write_sounds(said: list[Syllable]) -> str:
    """Write syllables as they sound; ㄹㄹ is ll (chapter 2, 2, note 2)."""
    latin = ""
    before = ""
    for initial, vowel, final in said:
        doubled = (before, initial) == ("ㄹ", "ㄹ")
        latin += ("l" if doubled else INITIAL[initial]) + VOWEL[vowel] + FINAL[final]
        before = final
    return latin
