"""Predicates: what a verb looks like in both languages, by tense, form, negation and modality.

In Korean a predicate is a chain: each link ends the word before it and opens another, 읽고 있어요.
In English it is an auxiliary and the rest, since a question puts its subject in between.
"""

from typing import Literal, NamedTuple

from attention_course.korean.endings import Stem, conjugate, honoured, last_syllable, with_final
from attention_course.korean.phrases import Token, Word, tokens

Tense = Literal["past", "present", "future"]
Polarity = Literal["done", "not", "cannot"]
Modal = Literal["", "progressive", "want", "can", "must"]
Person = Literal["i", "they", "it"]  # i; we, you, they; he, she, it


class Forms(NamedTuple):
    """The English forms of a verb."""

    base: str
    third: str
    past: str
    ing: str = ""


class Saying(NamedTuple):
    """How a predicate is said, and of whom."""

    tense: Tense = "past"
    form: str = "final"  # one of ENDINGS
    polarity: Polarity = "done"
    modal: Modal = ""
    person: Person = "it"
    elder: bool = False


class Predicate(NamedTuple):
    """A predicate in Korean, and in English in its two pieces."""

    korean: list[Word]
    auxiliary: list[Token]
    rest: list[Token]


def always(ending: str) -> dict[str, str]:
    """An ending that is the same in all tenses."""
    return dict.fromkeys(("past", "present", "future"), ending)


FINAL = {"past": "았어요", "present": "아요", "future": "(으)ㄹ 거예요"}
ENDINGS = {  # of each form, by tense; what follows a space is a word of its own
    "final": FINAL,
    "asked": FINAL,
    "because": always("아서"),
    "since": {"present": "(으)니까"},
    "if": {"present": "(으)면"},
    "when": always("(으)ㄹ 때"),
    "although": {"past": "았지만", "present": "지만"},
    "but": {"past": "았지만", "present": "지만"},
    "before": always("기 전에"),
    "after": always("(으)ㄴ 후에"),
    "while": always("는 동안"),
    "and": always("고"),
    "purpose": always("(으)러"),
    "who": {"past": "(으)ㄴ", "present": "는", "future": "(으)ㄹ"},
    "where": {"past": "았던", "present": "는"},  # of a place where something was, and may be again
    "quoted": {"past": "았다고", "present": "는다고", "future": "(으)ㄹ 거라고"},
    "command": {"present": "(으)세요"},
    "together": {"present": "아요"},
}
UNTENSED = (
    "before",
    "after",
    "if",
    "while",
)  # of what is to come, English says these in the present
DESCRIBING = frozenset(  # verbs that say what something is like: 좋은, not 좋는
    "좋다 춥다 덥다 고프다 아프다 바쁘다 많다 심심하다 피곤하다 더럽다 재미있다 슬프다 맛있다 "
    "예쁘다 비싸다 유명하다 아름답다 길다 두껍다 신선하다 달콤하다 싶다".split()
)
BEING = frozenset(("있다", "없다", "계시다"))
ELDERS_DO = {"먹다": "드시다", "마시다": "드시다", "자다": "주무시다", "말하다": "말씀하시다"}
WHEN_ASKED = {"먹다": Stem("들다"), "마시다": Stem("들다"), "자다": Stem("주무다")}  # 드세요
BE = {
    "past": {"i": "was", "they": "were", "it": "was"},
    "present": {"i": "am", "they": "are", "it": "is"},
}
WANT, HAVE = Forms("want", "wants", "wanted"), Forms("have", "has", "had")


class Roles(NamedTuple):
    """Which Korean words of a predicate say what."""

    verb: tuple[Word, ...]
    negation: tuple[Word, ...]
    modal: tuple[Word, ...]
    last: Word
    will: Word


class Chain:
    """A Korean predicate that is made link by link."""

    def __init__(self, before: tuple[str, ...], stem: Stem) -> None:
        self.words = [Word(text) for text in before]
        self.stem = stem

    def add(self, text: str) -> Word:
        """Put a word of its own into the chain."""
        self.words.append(Word(text))
        return self.words[-1]

    def link(self, ending: str, name: str) -> Word:
        """End the word that stands open, and open another: 읽다, 고, 있다 make 읽고 있..."""
        ended = self.add(conjugate(self.stem, ending))
        self.stem = Stem(name)
        return ended

    def close(self, how: Saying) -> list[Word]:
        """End the last word; gives it, and the words that its ending brings."""
        ending, *further = ENDINGS[how.form][how.tense].split()
        first = self.add(join(self.stem, ending, how.form))
        return [first, *map(self.add, further)]


def join(stem: Stem, ending: str, form: str) -> str:
    """A stem with an ending, as stems of their kind take it."""
    plain, name = stem.plain, stem.dictionary
    if plain.endswith("시") and ending in ("아요", "(으)세요") and name not in ("마시다",):
        return plain.removesuffix("시") + "세요"  # 가시다, 가세요
    if stem.changes == "이":
        return conjugate(stem, {"아서": "라서", "는다고": "라고"}.get(ending, ending))
    if ending == "는다고":
        return reported(stem)
    if form == "who" and (name in DESCRIBING or name in BEING):
        describes = name in DESCRIBING and not plain.endswith("있")
        return conjugate(
            stem, {"(으)ㄴ": "았던", "는": "(으)ㄴ" if describes else "는"}.get(ending, ending)
        )
    return conjugate(stem, ending)


def reported(stem: Stem) -> str:
    """What is so now, as it is reported: 간다고, 먹는다고, 좋다고."""
    if stem.dictionary in DESCRIBING or stem.dictionary in ("있다", "없다"):
        return stem.plain + "다고"
    if last_syllable(stem.plain).final in ("", "ㄹ"):
        return with_final(stem.plain, "ㄴ") + "다고"
    return stem.plain + "는다고"


def say(forms: Forms, before: tuple[str, ...], stem: Stem, how: Saying) -> Predicate:
    """Say a verb in both languages; `before` holds Korean words that belong to it."""
    plain = stem
    if how.elder:
        own = ELDERS_DO.get(stem.dictionary)
        if own:
            stem = Stem(own)
        elif how.modal != "progressive":  # 찍고 계세요: it is the last word that honours
            stem = honoured(stem)
    if how.form == "command":
        stem = WHEN_ASKED.get(stem.dictionary, stem)
    chain = Chain(before, stem)
    verb: list[Word] = []  # where it is said before the last word
    negation: list[Word] = []
    modal: list[Word] = []
    if how.modal:
        add_modal(chain, how, verb, modal)
    elif how.polarity != "done":
        negate(chain, plain, how, verb, negation)
    last, *further = chain.close(how)
    will = further[0] if further and how.tense == "future" else last
    roles = Roles(
        (*chain.words[: len(before)], *(verb or [last])),
        tuple(negation) or (last,),
        (*modal, last),
        last,
        will,
    )
    return Predicate(chain.words, *in_english(forms, how, roles))


def count_words(before: tuple[str, ...], how: Saying) -> int:
    """How many Korean words `say` will make of a predicate."""
    ending = ENDINGS[how.form][how.tense].split()
    modal = {"": 0, "can": 2, "want": 2 if how.person == "it" else 1}.get(how.modal, 1)
    return len(before) + len(ending) + (modal or how.polarity != "done")


def negate(chain: Chain, plain: Stem, how: Saying, verb: list[Word], negation: list[Word]) -> None:
    """Put 안 or 못 before a verb; after a noun with 하다, and after other words, the longer way.

    The longer way honours in its last word: 운동하지 못하셨어요.
    """
    if chain.words or plain.plain.endswith("하"):
        chain.stem = plain
        verb.append(chain.link("지", "않다" if how.polarity == "not" else "못하다"))
        chain.stem = honoured(chain.stem) if how.elder else chain.stem
    else:
        negation.append(chain.add("안" if how.polarity == "not" else "못"))


def add_modal(chain: Chain, how: Saying, verb: list[Word], modal: list[Word]) -> None:
    """Add -고 있다, -고 싶다 (of others -고 싶어 하다), -(으)ㄹ 수 있다, -아야 하다."""
    if how.modal == "progressive":
        verb.append(chain.link("고", "계시다" if how.elder else "있다"))
    elif how.modal == "want":
        verb.append(chain.link("고", "하다" if how.person == "it" else "싶다"))
        modal += [chain.add("싶어")] if how.person == "it" else []
    elif how.modal == "can":
        verb.append(chain.link("(으)ㄹ", "있다"))
        modal.append(chain.add("수"))
    else:
        verb.append(chain.link("아야", "하다"))


def in_english(forms: Forms, how: Saying, by: Roles) -> tuple[list[Token], list[Token]]:
    """The English of a verb: the auxiliary, and the rest."""
    main = tokens(forms.base, *by.verb)
    if how.form in ("command", "together"):
        return [], main
    to_do = [*tokens("to", by.last, sure=False), *main]
    if how.form == "purpose":
        return [], to_do
    if how.modal == "progressive":
        then = "past" if how.form == "quoted" else how.tense  # he said that she was reading
        return tokens(BE[then][how.person], *by.modal), tokens(forms.ing, *by.verb)
    if how.modal in ("want", "must"):
        verb = WANT if how.modal == "want" else HAVE
        return finite(verb, how, by._replace(verb=by.modal), to_do)
    can = "could" if how.tense == "past" or how.form == "quoted" else "can"
    if how.modal == "can":
        return tokens(can, *by.modal), main
    if how.polarity == "cannot":
        return tokens(can, *by.negation, sure=False), [*tokens("not", *by.negation), *main]
    return finite(forms, how, by, [])


def finite(
    forms: Forms, how: Saying, by: Roles, after: list[Token]
) -> tuple[list[Token], list[Token]]:
    """A verb in its tense, with `do` where it is denied or asked for; `after` follows it."""
    main = [*tokens(forms.base, *by.verb), *after]
    denied = tokens("not", *by.negation) if how.polarity == "not" else []
    if how.tense == "future" and how.form not in UNTENSED:
        will = "would" if how.form == "quoted" else "will"
        return tokens(will, by.will, sure=by.will is not by.last), [*denied, *main]
    past = how.tense == "past" or (how.form == "quoted" and how.tense == "present")
    if denied or how.form == "asked":
        do = "did" if past else "does" if how.person == "it" else "do"
        return tokens(do, by.last, sure=False), [*denied, *main]
    text = forms.past if past else forms.third if how.person == "it" else forms.base
    return [], [*tokens(text, *by.verb), *after]
