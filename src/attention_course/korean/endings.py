"""Korean endings by rule: which particle a noun takes, and how a verb is conjugated.

An ending is written as grammars write it, and its spelling says how it joins: `(으)면` drops its 으
after a vowel, `아서` and `았어요` ask for the stem that ends in 아 or 어, and all others, such as `고`,
join the stem as the dictionary has it. A particle is written with both of its shapes: `은/는`.
"""

from functools import cache
from typing import NamedTuple

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3
VOWELS, FINALS = 21, 28  # a syllable is (initial * 21 + vowel) * 28 + final (Unicode, 3.12)
NONE, NIEUN, TIEUT, RIEUL, BIEUP, SSANGSIOT = 0, 4, 7, 8, 17, 20  # finals: none ㄴ ㄷ ㄹ ㅂ ㅆ
A, AE, YA, EO, E, YEO, O, WA, WAE, OE, U, WO, EU, I = 0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 13, 14, 18, 20
BRIGHT = (A, YA, O)  # after these the stem takes 아, after all others 어

TOPIC, SUBJECT, OBJECT, WITH, TOWARDS = "은/는", "이/가", "을/를", "과/와", "으로/로"
IRREGULAR = {"저가": "제가", "나가": "내가", "누구가": "누가"}


class Stem(NamedTuple):
    """A verb as a dictionary has it, and the consonant that it changes by, if it is irregular."""

    dictionary: str  # 듣다
    changes: str = ""  # ㄷ

    @property
    def plain(self) -> str:
        """The stem before 고, 지만, 는: 듣."""
        return self.dictionary.removesuffix("다")


def final_consonant(word: str) -> int:
    """The number of the last syllable's final consonant, 0 for none.

    Raises:
        ValueError: the word does not end in a Hangul syllable.
    """
    if not word or not FIRST_SYLLABLE <= ord(word[-1]) <= LAST_SYLLABLE:
        raise ValueError(
            f"expected a word that ends in a Hangul syllable, got {word!r}; spell it in Hangul"
        )
    return (ord(word[-1]) - FIRST_SYLLABLE) % FINALS


def with_final(word: str, final: int) -> str:
    """Put a final consonant into the last syllable, in place of the one that is there."""
    return word[:-1] + chr(ord(word[-1]) - final_consonant(word) + final)


def vowel(word: str) -> int:
    """The number of the last syllable's vowel."""
    return (ord(word[-1]) - FIRST_SYLLABLE) // FINALS % VOWELS


def with_vowel(word: str, number: int) -> str:
    """Put a vowel into the last syllable, in place of the one that is there."""
    return word[:-1] + chr(ord(word[-1]) + (number - vowel(word)) * FINALS)


@cache
def attach(noun: str, particle: str) -> str:
    """Attach a particle in the shape that the noun's last syllable asks for.

    After ㄹ, 으로/로 is 로, as after a vowel: 서울로, but 집으로.
    """
    if "/" not in particle:
        return noun + particle
    after_consonant, after_vowel = particle.split("/")
    final = final_consonant(noun)
    as_vowel = final == NONE or (particle == TOWARDS and final == RIEUL)
    word = noun + (after_vowel if as_vowel else after_consonant)
    return IRREGULAR.get(word, word)


@cache
def conjugate(stem: Stem, ending: str) -> str:
    """Join a stem and an ending: 듣다 and (으)면 make 들으면, 가다 and 았어요 make 갔어요."""
    if ending.startswith(("아", "았")):
        joined = open_stem(stem)
        if ending.startswith("았"):
            joined = with_final(joined, SSANGSIOT)
        return joined + ending[1:]
    if ending.startswith("(으)"):
        return join_soft(stem, ending.removeprefix("(으)"))
    plain = stem.plain
    if final_consonant(plain) == RIEUL and ending[0] in "는니":  # 만들다: 만드는
        plain = with_final(plain, NONE)
    return plain + ending


def open_stem(stem: Stem) -> str:
    """The stem with 아 or 어: 가, 읽어, 들어, 도와, 불러, 해, 마셔."""
    plain = stem.plain
    if plain.endswith("하"):
        return plain[:-1] + "해"
    if stem.changes == "이":  # the copula: 생일이어서
        return plain + "어"
    if stem.changes == "ㄷ":
        plain = with_final(plain, RIEUL)
    elif stem.changes == "ㅅ":
        plain = with_final(plain, NONE)
        return plain + ("아" if vowel(plain) in BRIGHT else "어")  # 나아, 지어: not drawn together
    elif stem.changes == "ㅂ":
        bright = plain in ("돕", "곱")
        return with_final(plain, NONE) + ("와" if bright else "워")
    elif stem.changes == "르":
        before = plain[:-1]
        return with_final(before, RIEUL) + ("라" if vowel(before) in BRIGHT else "러")
    if final_consonant(plain) != NONE:
        return plain + ("아" if vowel(plain) in BRIGHT else "어")
    return drawn_together(plain)


def drawn_together(plain: str) -> str:
    """A stem that ends in a vowel, drawn together with 아 or 어: 오 와, 배우 배워, 쓰 써, 되 돼."""
    last = vowel(plain)
    if last == EU:  # 쓰 써, 바쁘 바빠
        bright = len(plain) > 1 and vowel(plain[:-1]) in BRIGHT
        return with_vowel(plain, A if bright else EO)
    if plain == "쉬":
        return plain + "어"
    together = {O: WA, U: WO, I: YEO, OE: WAE}
    return with_vowel(plain, together[last]) if last in together else plain


def join_soft(stem: Stem, rest: str) -> str:
    """Join an ending that begins with 으 after a consonant: 읽으면, 가면, 만들면, 만드니까.

    What is left of the ending may be a lone consonant, which goes into the syllable: ㄴ, ㄹ, ㅂ.
    """
    plain, final = stem.plain, final_consonant(stem.plain)
    if stem.changes == "ㄷ":
        plain = with_final(plain, RIEUL) + "으"
    elif stem.changes == "ㅅ":
        plain = with_final(plain, NONE) + "으"
    elif stem.changes == "ㅂ":
        plain = with_final(plain, NONE) + "우"
    elif final == RIEUL:
        if rest[0] in "ㄴㄹㅂ니세시":  # 만든, 만들, 만드니까, 만드세요
            plain = with_final(plain, NONE)
    elif final != NONE:
        plain += "으"
    lone = {"ㄴ": NIEUN, "ㄹ": RIEUL, "ㅂ": BIEUP}.get(rest[0])
    return with_final(plain, lone) + rest[1:] if lone else plain + rest


def honoured(stem: Stem) -> Stem:
    """The verb of somebody who is honoured: 가다 가시다, 읽다 읽으시다."""
    return Stem(join_soft(stem, "시다"))
