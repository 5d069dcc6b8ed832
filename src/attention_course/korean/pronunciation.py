"""From spelling to sound: what happens where two syllables of a Korean word meet.

Hangul spells a part of a word in the same way wherever it occurs, and leaves its changes to the
reader: 값 is [갑], 값이 [갑씨], 값만 [감만]. The rules are those of 표준 발음법, the Standard
Pronunciation (in the Standard Language Regulations of 1988), whose articles are cited here. They
look at nothing but a syllable and the one behind it, in order; `compounds` has the words that
need to be known.

Two changes are left out, since the Revised Romanisation does not write them: a consonant that
becomes tense (articles 23 to 28; 학교 [학꾜]), and a vowel that is spelled otherwise than it sounds
(article 5; 희망 [히망], 가져 [가저]). And in a noun ㅎ does not join ㄱ ㄷ ㅂ; see `aspirate_verb`.
"""

from collections.abc import Callable

from attention_course.korean.compounds import divide
from attention_course.korean.hangul import CLUSTERS, SILENT, Syllable, split

Pair = tuple[Syllable, Syllable]
Rule = Callable[[Syllable, Syllable], Pair]

# The seven sounds that can end a syllable, and the finals that they stand for (articles 8 to 11).
END_SOUNDS = {
    "ㄱ": "ㄱㄲㅋㄳㄺ",
    "ㄴ": "ㄴㄵㄶ",
    "ㄷ": "ㄷㅅㅆㅈㅊㅌㅎ",
    "ㄹ": "ㄹㄼㄽㄾㅀ",
    "ㅁ": "ㅁㄻ",
    "ㅂ": "ㅂㅍㅄㄿ",
    "ㅇ": "ㅇ",
}
END_SOUND = {final: sound for sound, finals in END_SOUNDS.items() for final in finals}

NOUNS_WITH_LG = "닭 탉 흙 칡 삵 슭"  # all others with ㄺ are verbs: 읽 밝 맑 늙 굵 긁 붉 ...
INSERTING = "ㅣㅑㅕㅛㅠ"
ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
PALATAL = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}
NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}

# The syllables of 하다 and of the particles 하고 and 한테; those of the suffix -히- and of adverbs.
OF_HADA = "하 한 할 함 합 해 했"
OF_HI = "히 힌 힐 힘 힙 혀 혔"
WITH_HI = {
    "ㄱ": ("", "ㅋ"),  # 막히다 [마키다]
    "ㄷ": ("", "ㅊ"),  # 닫히다 [다치다], article 17
    "ㅂ": ("", "ㅍ"),  # 잡히다 [자피다]
    "ㅈ": ("", "ㅊ"),  # 맞히다 [마치다]
    "ㄵ": ("ㄴ", "ㅊ"),  # 앉히다 [안치다]
    "ㄺ": ("ㄹ", "ㅋ"),  # 밝히다 [발키다]
    "ㄼ": ("ㄹ", "ㅍ"),  # 밟히다 [발피다]
}


def pronounce(word: str) -> list[Syllable]:
    """Say a written word: its syllables as they sound, 박물관 -> 방물관.

    A syllable's final is one of the seven sounds of END_SOUNDS, or empty.

    Raises:
        ValueError: the word holds something other than Hangul syllables, and hyphens at joints.
    """
    parts = [[split(character) for character in part] for part in divide(word).split("-")]
    said: list[Syllable] = []
    for part in parts:
        for place, syllable in enumerate(part):
            if said:
                rules = WITHIN if place else AT_JOINT
                said[-1], syllable = meet(said[-1], syllable, rules)
            said.append(syllable)
    if said:
        said[-1] = said[-1]._replace(final=END_SOUND.get(said[-1].final, ""))
    return said


def meet(one: Syllable, two: Syllable, rules: tuple[Rule, ...]) -> Pair:
    """Apply the rules in their order to two neighbours."""
    for rule in rules:
        one, two = rule(one, two)
    return one, two


def changed(one: Syllable, two: Syllable, final: str, initial: str) -> Pair:
    """The two syllables with other letters where they touch."""
    return one._replace(final=final), two._replace(initial=initial)


def parts_of(final: str) -> tuple[str, str]:
    """What of a final stays, and what can move on: ㄺ is ㄹ and ㄱ, ㄱ is nothing and ㄱ."""
    letters = CLUSTERS.get(final, final)
    return letters[:-1], letters[-1:]


def palatalise(one: Syllable, two: Syllable) -> Pair:
    """ㄷ and ㅌ before 이 become ㅈ and ㅊ: 굳이 [구지], 같이 [가치], 붙여 [부처] (article 17)."""
    stays, moves = parts_of(one.final)
    if moves in PALATAL and (two[:2] == (SILENT, "ㅣ") or str(two) in "여 였"):
        return changed(one, two, stays, PALATAL[moves])
    return one, two


def aspirate(one: Syllable, two: Syllable) -> Pair:
    """A final ㅎ makes ㄱ ㄷ ㅈ into ㅋ ㅌ ㅊ: 좋고 [조코], 많지 [만치] (article 12.1)."""
    stays, last = parts_of(one.final)
    if last == "ㅎ" and two.initial in "ㄱㄷㅈ":
        return changed(one, two, stays, ASPIRATED[two.initial])
    return one, two


def aspirate_verb(one: Syllable, two: Syllable) -> Pair:
    """ㄱ ㄷ ㅂ ㅈ before ㅎ become ㅋ ㅌ ㅍ ㅊ: 잡혀 [자펴], 못해 [모태] (article 12.1, notes).

    The Romanisation makes one exception, so that a noun can be recognised: ㅎ that follows
    ㄱ ㄷ ㅂ in a noun is kept, 묵호 [무코] is Mukho (chapter 3, 1.4). We read it so: both letters
    must be the noun's. In 생각하다, ㅎ belongs to 하다, and the rule holds: saenggakada. Letters
    tell which it is, nearly always, for a verb's ㅎ is that of 하다 or of the suffix -히-, whose
    syllables are few. Before all others ㅎ is kept: 백화점, 입학, 국회. Nouns with one of the few,
    such as 축하, are written out in `compounds`.
    """
    if two.initial != "ㅎ":
        return one, two
    sound = END_SOUND.get(one.final, "")
    if str(two) in OF_HI and one.final in WITH_HI:
        return changed(one, two, *WITH_HI[one.final])
    if str(two) in OF_HADA + OF_HI and sound in ASPIRATED:
        return changed(one, two, "", ASPIRATED[sound])
    return one, two


def drop_h(one: Syllable, two: Syllable) -> Pair:
    """A final ㅎ is silent before a vowel and ㅅ: 좋아 [조아], 많아 [마나] (article 12.2, 12.4)."""
    stays, last = parts_of(one.final)
    if last == "ㅎ" and two.initial in SILENT + "ㅅ":
        return changed(one, two, stays, two.initial)
    return one, two


def link(one: Syllable, two: Syllable) -> Pair:
    """A final moves on to a vowel: 책을 [채글], 앉아 [안자] (articles 13 and 14)."""
    stays, moves = parts_of(one.final)
    if two.initial == SILENT and moves not in ("", "ㅇ"):
        return changed(one, two, stays, moves)
    return one, two


def close(one: Syllable, two: Syllable) -> Pair:
    """A final that stays is one of seven sounds: 꽃 [꼳], 앞 [압], 없다 [업따] (articles 8 to 11).

    ㄺ of a verb is ㄹ before ㄱ: 읽고 [일꼬], but 닭과 [닥꽈]; and 밟다 is [밥따].
    """
    sound = END_SOUND.get(one.final, "")
    if one.final == "ㄺ" and two.initial == "ㄱ" and str(one) not in NOUNS_WITH_LG:
        sound = "ㄹ"
    if one.final == "ㄼ" and str(one) == "밟":
        sound = "ㅂ"
    return changed(one, two, sound, two.initial)


def insert_n(one: Syllable, two: Syllable) -> Pair:
    """At a joint ㄴ comes in before 이 야 여 요 유: 꽃-잎 [꼰닙], 서울-역 [서울력] (article 29)."""
    if one.final and two.initial == SILENT and two.vowel in INSERTING:
        return changed(one, two, one.final, "ㄴ")
    return one, two


def two_n(one: Syllable, two: Syllable) -> Pair:
    """At a joint ㄹ becomes ㄴ after ㄴ: 생산-량 [생산냥] (article 20, exception)."""
    if (one.final, two.initial) == ("ㄴ", "ㄹ"):
        return changed(one, two, "ㄴ", "ㄴ")
    return one, two


def weaken_l(one: Syllable, two: Syllable) -> Pair:
    """ㄹ becomes ㄴ after all but ㄴ and ㄹ: 종로 [종노], 독립 [동닙] (article 19)."""
    if one.final in ("ㅁ", "ㅇ", *NASAL) and two.initial == "ㄹ":
        return changed(one, two, one.final, "ㄴ")
    return one, two


def nasalise(one: Syllable, two: Syllable) -> Pair:
    """ㄱ ㄷ ㅂ become ㅇ ㄴ ㅁ before ㄴ and ㅁ: 먹는 [멍는], 십만 [심만] (article 18)."""
    if one.final in NASAL and two.initial in "ㄴㅁ":
        return changed(one, two, NASAL[one.final], two.initial)
    return one, two


def lateralise(one: Syllable, two: Syllable) -> Pair:
    """ㄴ becomes ㄹ before or after ㄹ: 신라 [실라], 설날 [설랄] (article 20)."""
    if (one.final, two.initial) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        return changed(one, two, "ㄹ", "ㄹ")
    return one, two


# Each rule sees what the ones before it have made. At a joint a final closes before it links.
WITHIN = (
    palatalise,
    aspirate,
    aspirate_verb,
    drop_h,
    link,
    close,
    weaken_l,
    nasalise,
    lateralise,
)
AT_JOINT = (insert_n, close, link, two_n, weaken_l, nasalise, lateralise)
