"""Korean endings by rule: which particle a noun takes, and how a verb is conjugated.

An ending is written as grammars write it, and its spelling says how it joins: `(으)면` drops its
으 after a vowel; `아서` and `았어요` ask for the stem that ends in 아 or 어; all others, such as
`고`, join the stem as the dictionary has it. A particle is written with both its shapes: `은/는`.
"""

from functools import cache
from typing import NamedTuple

from attention_course.korean.hangul import Syllable, is_syllable, split

TOPIC, SUBJECT, OBJECT, WITH, TOWARDS, IS = (
    "은/는",
    "이/가",
    "을/를",
    "과/와",
    "으로/로",
    "이에요/예요",
)
IRREGULAR = {"저가": "제가", "누구가": "누가"}
BRIGHT = "ㅏㅑㅗ"  # after these vowels a stem takes 아, after all others 어
DRAWN_TOGETHER = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}  # 오 and 아 are 와


class Stem(NamedTuple):
    """A verb as a dictionary has it, and the letter that it changes by, if it is irregular.

    ㄷ: 듣다, 들어요. ㅂ: 돕다, 도와요. 르: 부르다, 불러요. 이: the copula, 생일이다, 생일이어서.
    """

    dictionary: str
    changes: str = ""

    @property
    def plain(self) -> str:
        """The stem before 고, 지만, 는: 듣."""
        return self.dictionary.removesuffix("다")


def last_syllable(word: str) -> Syllable:
    """The letters of the last syllable.

    Raises:
        ValueError: the word does not end in a Hangul syllable.
    """
    if not word or not is_syllable(word[-1]):
        raise ValueError(
            f"expected a word that ends in a Hangul syllable, got {word!r}; spell it in Hangul"
        )
    return split(word[-1])


def with_final(word: str, final: str) -> str:
    """Put a final consonant into the last syllable, in place of the one that is there."""
    return word[:-1] + str(last_syllable(word)._replace(final=final))


def with_vowel(word: str, vowel: str) -> str:
    """Put a vowel into the last syllable, in place of the one that is there."""
    return word[:-1] + str(last_syllable(word)._replace(vowel=vowel))


@cache
def attach(noun: str, particle: str) -> str:
    """Attach a particle in the shape that the noun's last syllable asks for.

    After ㄹ, 으로/로 is 로, as after a vowel: 서울로, but 집으로.
    """
    if "/" not in particle:
        return noun + particle
    after_consonant, after_vowel = particle.split("/")
    final = last_syllable(noun).final
    as_vowel = not final or (particle == TOWARDS and final == "ㄹ")
    word = noun + (after_vowel if as_vowel else after_consonant)
    return IRREGULAR.get(word, word)


@cache
def conjugate(stem: Stem, ending: str) -> str:
    """Join a stem and an ending: 듣다 and (으)면 make 들으면, 가다 and 았어요 make 갔어요."""
    if ending.startswith("아"):
        return open_stem(stem) + ending[1:]
    if ending.startswith("았"):
        return with_final(open_stem(stem), "ㅆ") + ending[1:]
    if ending.startswith("(으)"):
        return join_soft(stem, ending.removeprefix("(으)"))
    plain = stem.plain
    if last_syllable(plain).final == "ㄹ" and ending[0] in "는니":  # 만들다, 만드는
        plain = with_final(plain, "")
    return plain + ending


def open_stem(stem: Stem) -> str:
    """The stem with 아 or 어: 읽어, 가, 들어, 도와, 불러, 해."""
    plain = stem.plain
    if plain.endswith("하"):
        return plain[:-1] + "해"
    if stem.changes == "이":
        return plain + "어"
    if stem.changes == "ㅂ":
        return with_final(plain, "") + ("와" if plain == "돕" else "워")
    if stem.changes == "르":
        before = plain[:-1]
        return with_final(before, "ㄹ") + ("라" if last_syllable(before).vowel in BRIGHT else "러")
    if stem.changes == "ㄷ":
        plain = with_final(plain, "ㄹ")
    vowel, final = last_syllable(plain)[1:]
    if final or plain == "쉬":
        return plain + ("아" if vowel in BRIGHT else "어")
    if vowel == "ㅡ":  # 쓰다, 써; 바쁘다, 바빠
        bright = len(plain) > 1 and last_syllable(plain[:-1]).vowel in BRIGHT
        return with_vowel(plain, "ㅏ" if bright else "ㅓ")
    return with_vowel(plain, DRAWN_TOGETHER.get(vowel, vowel))


def join_soft(stem: Stem, rest: str) -> str:
    """Join what follows 으, which only a consonant keeps: 읽으면, 가면, 만들면, 만드니까.

    A lone letter at the beginning goes into the syllable: 간, 갈.
    """
    plain, final = stem.plain, last_syllable(stem.plain).final
    if stem.changes == "ㄷ":
        plain = with_final(plain, "ㄹ") + "으"
    elif stem.changes == "ㅂ":
        plain = with_final(plain, "") + "우"
    elif final == "ㄹ":
        plain = with_final(plain, "") if rest[0] in "ㄴㄹ니세시" else plain  # 만드니까, 만들면
    elif final:
        plain += "으"
    return with_final(plain, rest[0]) + rest[1:] if rest[0] in "ㄴㄹ" else plain + rest


def honoured(stem: Stem) -> Stem:
    """The verb of somebody who is spoken of with honour: 가다, 가시다; 읽다, 읽으시다."""
    return Stem(join_soft(stem, "시다"))
