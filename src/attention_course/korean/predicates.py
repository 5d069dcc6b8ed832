"""Predicates: what a verb looks like in both languages, by tense, ending, negation and modality.

In Korean a predicate is a chain: each link ends the word before it and begins another, 읽고 있지
않아요. In English it is an auxiliary and the rest, since a question puts its subject in between.
"""

from typing import Literal, NamedTuple

from attention_course.korean.endings import (
    NIEUN,
    NONE,
    RIEUL,
    Stem,
    conjugate,
    final_consonant,
    honoured,
    with_final,
)
from attention_course.korean.phrases import Token, Word, tokens

Tense = Literal["past", "present", "future"]
Polarity = Literal["done", "not", "cannot"]
Person = Literal["i", "they", "it"]  # i; we, you, they; he, she, it

DESCRIBING = frozenset(
    "좋다 춥다 덥다 고프다 아프다 바쁘다 많다 심심하다 피곤하다 더럽다 재미있다 슬프다 맛있다 예쁘다 "
    "비싸다 크다 작다 조용하다 유명하다 친절하다 아름답다 길다 어렵다 따뜻하다 차갑다 신선하다 깨끗하다 "
    "귀엽다 똑똑하다 부지런하다 싶다".split()
)
BEING = frozenset("있다 없다 계시다".split())
ELDERS_DO = {"먹다": "드시다", "마시다": "드시다", "자다": "주무시다", "말하다": "말씀하시다"}
ENDINGS = {  # of each form, by tense; what follows a space is a word of its own
    "final": {"past": "았어요", "present": "아요", "future": "(으)ㄹ 거예요"},
    "asked": {"past": "았어요", "present": "아요", "future": "(으)ㄹ 거예요"},
    "because": {"past": "아서", "present": "아서"},
    "since": {"past": "았으니까", "present": "(으)니까"},
    "if": {"present": "(으)면"},
    "when": {"past": "(으)ㄹ 때", "present": "(으)ㄹ 때"},
    "although": {"past": "았지만", "present": "지만"},
    "but": {"past": "았지만", "present": "지만"},
    "before": dict.fromkeys(("past", "present", "future"), "기 전에"),
    "after": dict.fromkeys(("past", "present", "future"), "(으)ㄴ 후에"),
    "purpose": dict.fromkeys(("past", "present", "future"), "(으)러"),
    "and": dict.fromkeys(("past", "present", "future"), "고"),
    "then": dict.fromkeys(("past", "present", "future"), "아서"),
    "who": {"past": "(으)ㄴ", "present": "는", "future": "(으)ㄹ"},
    "quoted": {"past": "았다고", "present": "는다고", "future": "(으)ㄹ 거라고"},
    "command": {"present": "(으)세요"},
    "together": {"present": "아요"},
}
FUNCTIONS = {  # what an ending does, for the gloss
    "because": "because",
    "since": "because",
    "if": "if",
    "although": "although",
    "but": "but",
    "purpose": "in order to",
    "and": "and",
    "then": "and then",
    "quoted": "that",
    "command": "please",
    "together": "let us",
}
MEANINGS = {"거예요": "will", "거라고": "will", "때": "when", "전에": "before", "후에": "after"}


class Forms(NamedTuple):
    """The English forms of a verb."""

    base: str
    third: str
    past: str
    ing: str = ""


BE = {
    ("past", "i"): "was",
    ("past", "they"): "were",
    ("past", "it"): "was",
    ("present", "i"): "am",
    ("present", "they"): "are",
    ("present", "it"): "is",
}
WANT, HAVE = Forms("want", "wants", "wanted"), Forms("have", "has", "had")


class Saying(NamedTuple):
    """How a predicate is said, and of whom."""

    tense: Tense = "past"
    form: str = "final"
    polarity: Polarity = "done"
    modal: str = ""  # progressive, want, can, must
    person: Person = "it"
    elder: bool = False


class Predicate(NamedTuple):
    """A predicate in Korean, and in English in its two pieces."""

    korean: list[Word]
    auxiliary: list[Token]
    rest: list[Token]


class Chain:
    """A Korean predicate that is made link by link."""

    def __init__(self, before: tuple[str, ...], stem: Stem, meaning: str) -> None:
        self.words = [Word(text, meaning) for text in before]
        self.stem, self.meaning = stem, meaning

    def add(self, text: str, meaning: str) -> Word:
        """Put a word of its own into the chain."""
        self.words.append(Word(text, meaning))
        return self.words[-1]

    def link(self, ending: str, stem: Stem, meaning: str) -> Word:
        """End the word that stands open, and open another: 읽다, 고, 있다 make 읽고 있..."""
        ended = self.add(conjugate(self.stem, ending), self.meaning)
        self.stem, self.meaning = stem, meaning
        return ended

    def close(self, form: str, tense: str, elder: bool) -> list[Word]:
        """End the last word: gives it, and the words that its ending brings."""
        first, *further = ending_of(self.stem, form, tense, elder)
        word = self.add(first, self.meaning)
        word.function = FUNCTIONS.get(form, tense)
        return [word, *(self.add(text, MEANINGS[text]) for text in further)]


def ending_of(stem: Stem, form: str, tense: str, elder: bool) -> list[str]:
    """The stem in a form: a word, and those that its ending brings."""
    ending, *further = ENDINGS[form][tense].split()
    plain, describes = stem.plain, stem.dictionary in DESCRIBING
    if elder and ending in ("아요", "(으)세요"):
        return [plain.removesuffix("시") + "세요"]  # 가시다, 가세요
    if stem.changes == "이":  # the copula
        ending = {"아서": "라서", "는다고": "라고"}.get(ending, ending)
    elif ending == "는다고":
        if describes or stem.dictionary in BEING:
            ending = "다고"
        elif final_consonant(plain) in (NONE, RIEUL):
            return [with_final(plain, NIEUN) + "다고"]
    elif form == "who" and (describes or stem.dictionary in BEING):
        ending = {"past": "았던", "present": "(으)ㄴ" if describes else "는"}[tense]
    return [conjugate(stem, ending), *further]


def say(forms: Forms, before: tuple[str, ...], stem: Stem, how: Saying, meaning: str) -> Predicate:
    """Say a verb in both languages."""
    own = ELDERS_DO.get(stem.dictionary)
    if how.elder:
        stem = Stem(own) if own else honoured(stem)
    chain = Chain(before, stem, meaning)
    verb = negation = modal = None
    if how.polarity != "done" and not how.modal:
        verb, negation = negate(chain, how)
    if how.modal:
        verb, modal = add_modal(chain, how)
    last, *further = chain.close(how.form, how.tense, how.elder and not negation and not modal)
    will = further[0] if further and further[0].meaning == "will" else last
    core = (*chain.words[: len(before)], verb or last)
    roles = Roles(core, negation or (last,), modal or (last,), last, will)
    return Predicate(chain.words, *in_english(forms, how, roles))


def negate(chain: Chain, how: Saying) -> tuple[Word | None, tuple[Word, ...] | None]:
    """안 and 못 before a verb; a longer way after nouns with 하다 and verbs of several words.

    Gives the verb's word and that of the negation, where they are done already.
    """
    if chain.words or chain.stem.plain.endswith(("하", "하시")):
        name = "않다" if how.polarity == "not" else "못하다"
        return chain.link("지", Stem(name), "not" if how.polarity == "not" else "can not"), None
    if how.polarity == "not":
        return None, (chain.add("안", "not"),)
    return None, (chain.add("못", "can not"),)


def add_modal(chain: Chain, how: Saying) -> tuple[Word, tuple[Word, ...] | None]:
    """-고 있다, -고 싶다, -(으)ㄹ 수 있다, -아야 하다: the verb's word, and the modal's but the last."""
    if how.modal == "progressive":
        return chain.link("고", Stem("계시다" if how.elder else "있다"), "be"), None
    if how.modal == "want" and how.person != "it":
        return chain.link("고", Stem("싶다"), "want"), None
    if how.modal == "want":
        verb = chain.link("고", Stem("하다"), "want")
        return verb, (chain.add("싶어", "want"),)
    if how.modal == "can":
        verb = chain.link("(으)ㄹ", Stem("있다"), "can")
        return verb, (chain.add("수", "can"),)
    return chain.link("아야", Stem("하다"), "must"), None


class Roles(NamedTuple):
    """Which Korean words of a predicate say what."""

    core: tuple[Word, ...]
    negation: tuple[Word, ...]
    modal: tuple[Word, ...]
    last: Word
    will: Word


def in_english(forms: Forms, how: Saying, by: Roles) -> tuple[list[Token], list[Token]]:
    """The English of a verb: the auxiliary, and the rest."""
    main = tokens(forms.base, *by.core)
    if how.form in ("command", "together"):
        return [], main
    to_do = [*tokens("to", by.last, sure=False), *main]
    if how.form == "purpose":
        return [], to_do
    if how.modal == "progressive":
        return tokens(BE[how.tense, how.person], *by.modal), tokens(forms.ing, *by.core)
    if how.modal == "can" or how.polarity == "cannot":
        word = "could" if how.tense == "past" else "can"
        if how.modal == "can":
            return tokens(word, *by.modal, by.last), main
        return tokens(word, *by.negation, sure=False), [*tokens("not", *by.negation), *main]
    if how.modal:
        verb = WANT if how.modal == "want" else HAVE
        return finite(verb, how, by._replace(core=(*by.modal,)), to_do)
    return finite(forms, how, by, [])


def finite(forms: Forms, how: Saying, by: Roles, after: list[Token]) -> tuple[list[Token], list[Token]]:
    """A verb in its tense, with do where it is denied; `after` follows it."""
    main = [*tokens(forms.base, *by.core), *after]
    denied = tokens("not", *by.negation) if how.polarity == "not" else []
    if how.tense == "future" and how.form not in ("before", "after", "if"):
        return tokens("will", by.will, sure=by.will is not by.last), [*denied, *main]
    do = "did" if how.tense == "past" else "does" if how.person == "it" else "do"
    if denied or how.form == "asked":
        return tokens(do, by.last, sure=False), [*denied, *main]
    if how.tense == "past":
        text = forms.past
    else:
        text = forms.third if how.person == "it" else forms.base
    return [], [*tokens(text, *by.core), *after]
