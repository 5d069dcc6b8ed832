"""Predicates: what a verb looks like in both languages, by tense, form, negation and modality."""

from typing import Literal, NamedTuple

from attention_course.korean.endings import RIEUL, NONE, Stem, conjugate, final_consonant, honoured, with_final
from attention_course.korean.phrases import Token, Word, tokens

Tense = Literal["past", "present", "future"]
Form = Literal[
    "final", "because", "since", "if", "when", "although", "but", "before", "after", "purpose",
    "and", "then", "who", "quoted", "command", "together",
]  # fmt: skip
Polarity = Literal["done", "not", "cannot"]
Modal = Literal["", "progressive", "want", "can", "must"]


class Saying(NamedTuple):
    """How a predicate is said, and of whom: `third` is he, she, it; `first` is i and we."""

    tense: Tense = "past"
    form: Form = "final"
    polarity: Polarity = "done"
    modal: Modal = ""
    elder: bool = False
    third: bool = True
    first: bool = False


class Forms(NamedTuple):
    """The English forms of a verb."""

    base: str
    third: str
    past: str
    ing: str


class Predicate(NamedTuple):
    """A predicate in Korean, and English in two pieces: a question puts its subject between."""

    korean: list[Word]
    auxiliary: list[Token]
    rest: list[Token]


ENDINGS: dict[str, dict[str, str]] = {  # by form and tense; what follows a space is a word
    "final": {"past": "았어요", "present": "아요", "future": "(으)ㄹ 거예요"},
    "because": {"past": "아서", "present": "아서"},
    "since": {"past": "았으니까", "present": "(으)니까"},
    "if": {"present": "(으)면"},
    "when": {"past": "(으)ㄹ 때", "present": "(으)ㄹ 때"},
    "although": {"past": "았지만", "present": "지만"},
    "but": {"past": "았지만", "present": "지만", "future": "겠지만"},
    "before": {"past": "기 전에", "present": "기 전에", "future": "기 전에"},
    "after": {"past": "(으)ㄴ 후에", "present": "(으)ㄴ 후에", "future": "(으)ㄴ 후에"},
    "purpose": {"past": "(으)러", "present": "(으)러", "future": "(으)러"},
    "and": {"past": "고", "present": "고", "future": "고"},
    "then": {"past": "아서", "present": "아서", "future": "아서"},
    "who": {"past": "(으)ㄴ", "present": "는", "future": "(으)ㄹ"},
    "quoted": {"past": "았다고", "present": "는다고", "future": "(으)ㄹ 거라고"},
    "command": {"present": "(으)세요"},
    "together": {"present": "아요"},
}
FUNCTIONS = {  # of endings, for the gloss
    "final": {"past": "past", "present": "present", "future": "future"},
    "because": {"": "because"}, "since": {"": "because"}, "if": {"": "if"}, "when": {"": "when"},
    "although": {"": "although"}, "but": {"": "but"}, "before": {"": "before"},
    "after": {"": "after"}, "purpose": {"": "in order to"}, "and": {"": "and"},
    "then": {"": "and then"}, "who": {"past": "who did", "present": "who does", "future": "who will"},
    "quoted": {"past": "that, past", "present": "that", "future": "that, future"},
    "command": {"": "please"}, "together": {"": "let us"},
}  # fmt: skip
SUBORDINATE = {"when": "when", "before": "before", "after": "after"}  # said by a word of its own
DESCRIBING = frozenset("좋다 춥다 덥다 고프다 아프다 바쁘다 많다 심심하다 피곤하다 더럽다".split())
BEING = frozenset("있다 없다 계시다".split())
ELDERS_SAY = {"먹다": "드시다", "마시다": "드시다", "자다": "주무시다", "말하다": "말씀하시다"}


def elder_stem(stem: Stem) -> Stem:
    """The verb of somebody who is honoured; some have a word of their own."""
    own = ELDERS_SAY.get(stem.dictionary)
    return Stem(own) if own else honoured(stem)


def join(stem: Stem, form: str, tense: str) -> list[str]:
    """The stem with the ending of this form: one word, or more."""
    ending, *further = ENDINGS[form].get(tense, ENDINGS[form].get("past", "")).split()
    name = stem.dictionary
    plain = stem.plain
    if ending == "는다고":
        if name in DESCRIBING or name in BEING or stem.changes == "이":
            ending = "라고" if stem.changes == "이" else "다고"
        elif final_consonant(plain) in (NONE, RIEUL):
            plain = with_final(plain, 4)  # ㄴ: 간다고, 만든다고
            return [plain + "다고", *further]
    if ending == "는" and name in DESCRIBING:
        ending = "(으)ㄴ"
    if ending == "(으)ㄴ" and form == "who" and tense == "past" and (name in DESCRIBING or name in BEING):
        ending = "았던"
    if stem.changes == "이" and form == "because":
        ending = "라서"
    if ending == "(으)세요":
        base = name.removesuffix("시다") if name.endswith("시다") else None
        if base is not None:
            return [base + "세요", *further]
    if name.endswith("시다") and ending == "아요":
        return [name.removesuffix("시다") + "세요", *further]
    return [conjugate(stem, ending), *further]


def say(forms: Forms, before: tuple[str, ...], stem: Stem, how: Saying, meaning: str) -> Predicate:
    """Say a verb in both languages."""
    words = [Word(text, meaning) for text in before]
    stem = elder_stem(stem) if how.elder else stem
    negation = modal = None
    if how.polarity != "done":
        if stem.plain.endswith("하") or before:
            words.append(Word(conjugate(stem, "지"), meaning))
            stem = Stem("않다" if how.polarity == "not" else "못하다")
            verb, negation = words[-1], "last"
        else:
            words.append(Word("안" if how.polarity == "not" else "못", "not" if how.polarity == "not" else "can not"))
            verb, negation = None, words[-1]
    else:
        verb = None
    if how.modal == "progressive":
        verb = Word(conjugate(stem, "고"), meaning, "-ing")
        words.append(verb)
        stem, modal = Stem("계시다" if how.elder else "있다"), "is"
    elif how.modal == "want":
        verb = Word(conjugate(stem, "고"), meaning)
        words.append(verb)
        if how.first:
            stem, modal = Stem("싶다"), "want"
        else:
            words.append(Word("싶어", "want"))
            stem, modal = Stem("하다"), "want"
    elif how.modal == "can":
        verb = Word(conjugate(stem, "(으)ㄹ"), meaning)
        words += [verb, Word("수", "way")]
        stem, modal = Stem("있다"), "can"
    elif how.modal == "must":
        verb = Word(conjugate(stem, "아야"), meaning)
        words.append(verb)
        stem, modal = Stem("하다"), "must"
    first, *further = join(stem, how.form, how.tense)
    last = Word(first, meaning if verb is None else {"is": "be", "want": "want", "can": "be", "must": "must"}.get(modal or "", "not"))
    told = FUNCTIONS[how.form]
    last.function = told.get(how.tense, told.get("", ""))
    words.append(last)
    rest = [Word(text, {"거예요": "will", "거라고": "will", "때": "when", "전에": "before", "후에": "after"}.get(text, "")) for text in further]
    words += rest
    verb = verb or last
    core = (*words[: len(before)], verb)
    no = last if negation == "last" else negation
    will = rest[0] if how.tense == "future" and rest else last
    return Predicate(words, *english(forms, how, core, verb, no, last, will, words))


def english(forms, how, core, verb, no, last, will, words):  # type: ignore[no-untyped-def]
    """The English of a verb: the auxiliary, and the rest."""
    negated = tokens("not", no) if no is not None else []
    tense = how.tense
    if how.form in ("command", "together"):
        return [], tokens(forms.base, *core)
    if how.form in ("purpose",):
        return [], [*tokens("to", last, sure=False), *tokens(forms.base, *core)]
    if forms.base == "be":
        text = {"past": "was" if how.third else "were", "present": "is" if how.third else "are"}
        text = {"past": "was" if how.third or how.first == "i" else "were", "present": "is" if how.third else "are"}
        return tokens(text[tense], last, sure=False), negated
    if how.modal == "progressive":
        be = {"past": "was", "present": "is"}[tense] if how.third else {"past": "were", "present": "are"}[tense]
        return tokens(be, last), [*negated, *tokens(forms.ing, *core)]
    if how.modal == "can" or how.polarity == "cannot":
        could = "could" if tense == "past" else "can"
        by = (words[-2], last) if how.modal == "can" else (no,)
        return tokens(could, *by), [*negated, *tokens(forms.base, *core)]
    if how.modal in ("want", "must"):
        main = Forms("want", "wants", "wanted", "") if how.modal == "want" else Forms("have", "has", "had", "")
        by = tuple(w for w in words if w.meaning in ("want", "must"))
        linked = [*tokens("to", *by, sure=False), *tokens(forms.base, *core)]
        return finite(main, how, by, [], last, will, linked)
    return finite(forms, how, core, negated, last, will, [])


def finite(forms, how, core, negated, last, will, linked):  # type: ignore[no-untyped-def]
    """A verb in its tense, with do where it is needed."""
    if how.tense == "future" and how.form not in ("before", "after", "if"):
        return tokens("will", will, sure=will is not last), [*negated, *tokens(forms.base, *core), *linked]
    if negated:
        do = "did" if how.tense == "past" else "does" if how.third else "do"
        return tokens(do, last, sure=False), [*negated, *tokens(forms.base, *core), *linked]
    text = forms.past if how.tense == "past" else forms.third if how.third else forms.base
    return [], [*tokens(text, *core), *linked]
