"""Korean endings by rule: the particle a noun takes, and the forms of a verb.

A Hangul syllable's code point is 0xAC00 + (initial * 21 + vowel) * 28 + final, so a syllable's
final consonant is read, or put in place, by arithmetic (The Unicode Standard, section 3.12).
"""

from functools import cache
from typing import NamedTuple

FIRST_SYLLABLE = 0xAC00
LAST_SYLLABLE = 0xD7A3
FINALS = 28  # the 27 final consonants, and none
NONE, NIEUN, RIEUL, SSANGSIOT = 0, 4, 8, 20  # their numbers: -, ㄴ, ㄹ, ㅆ
IRREGULAR = {"저가": "제가"}

# Named by the pair of shapes: after a consonant / after a vowel.
TOPIC, SUBJECT, OBJECT, WITH, TOWARDS = "은/는", "이/가", "을/를", "과/와", "으로/로"
TO, IN, TO_SOMEONE, FROM_SOMEONE = "에", "에서", "에게", "에게서"
PARTICLES = (TOPIC, SUBJECT, OBJECT, WITH, TOWARDS, TO, IN, TO_SOMEONE, FROM_SOMEONE)


class Stems(NamedTuple):
    """The three stems that all forms of a verb are made from.

    `plain` stands before -고 -는 -지만, `open` is the -아/어 form, and `soft` stands where the
    ending begins with (으): 듣다 has 듣, 들어, 들으.
    """

    plain: str
    open: str
    soft: str


def final_consonant(word: str) -> int:
    """Give the number of the last syllable's final consonant, 0 for none.

    Raises:
        ValueError: the word does not end in a Hangul syllable.
    """
    if not word or not FIRST_SYLLABLE <= ord(word[-1]) <= LAST_SYLLABLE:
        raise ValueError(
            f"expected a word that ends in a Hangul syllable, got {word!r}; spell it in Hangul"
        )
    return (ord(word[-1]) - FIRST_SYLLABLE) % FINALS


def with_final(word: str, consonant: int) -> str:
    """Put a final consonant into the last syllable, in place of the one that is there."""
    return word[:-1] + chr(ord(word[-1]) - final_consonant(word) + consonant)


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
def conjugate(stems: Stems, form: str) -> str:
    """Put a verb into one of FORMS; the polite style is 해요체.

    Raises:
        ValueError: no such form.
    """
    past = with_final(stems.open, SSANGSIOT)
    before_nieun = stems.plain
    if final_consonant(before_nieun) == RIEUL:  # 만들다: 만드는
        before_nieun = with_final(before_nieun, NONE)
    forms = {
        "present": stems.open + "요",
        "past": past + "어요",
        "future": with_final(stems.soft, RIEUL),  # 거예요 follows as a word of its own
        "and": stems.plain + "고",
        "but present": stems.plain + "지만",
        "but past": past + "지만",
        "who present": before_nieun + "는",
        "who past": with_final(stems.soft, NIEUN),
        "in order to": stems.soft + "러",
        "and then": stems.open + "서",
    }
    if form not in forms:
        raise ValueError(f"expected a verb form, got {form!r}; choose from {list(forms)}")
    return forms[form]


FORMS = (
    "present",
    "past",
    "future",
    "and",
    "but present",
    "but past",
    "who present",
    "who past",
    "in order to",
    "and then",
)
