"""States: what is so, said as a clause of its own or as the reason of a deed."""

from attention_course.korean.endings import SUBJECT, attach
from attention_course.korean.lexicon import Noun, State
from attention_course.korean.phrases import Phrase, Token, Word, tokens
from attention_course.korean.predicates import BE, Forms, Saying, say
from attention_course.korean.writer import POSSESSIVES, Writer, person

CONNECTIVES = {
    "because": "because",
    "since": "because",
    "if": "if",
    "when": "when",
    "although": "although",
    "before": "before",
    "after": "after",
    "while": "while",
}
VERBS = {
    verb.base: verb
    for verb in (
        Forms("be", "is", "was"),
        Forms("have", "has", "had"),
        Forms("rain", "rains", "rained", "raining"),
        Forms("snow", "snows", "snowed", "snowing"),
        Forms("get", "gets", "got"),
        Forms("miss", "misses", "missed"),
        Forms("lose", "loses", "lost"),
        Forms("catch", "catches", "caught"),
        Forms("come", "comes", "came"),
        Forms("break", "breaks", "broke"),
    )
}


def say_state(writer: Writer, state: State, how: Saying, subject: Noun | None) -> Phrase:
    """Say what is so, of the subject that it has of itself or of the one given."""
    subject = subject if state.whose == "self" else None
    who = person(subject) if subject else "they" if state.name == "guests" else "it"
    elder = state.name == "guests" or bool(subject and subject.elder)
    how = how._replace(person=who, elder=elder)
    forms = VERBS[state.english[0][0]]
    predicate = say(forms, state.before, state.stem, how)
    words = predicate.korean
    korean, english = named(writer, state, subject, words)
    english += verb_of(forms, how, words, state.english[0])
    degree = Phrase()
    if state.degree and how.form not in ("if", "when") and writer.likely(0.35):
        degree = degree_of(state)
        own = 0 if state.name == "late" else len(state.before)  # 배가 너무 고프다
        place = len(korean) - len(words) + own
        korean = [*korean[:place], *degree.korean, *korean[place:]]
    whose = POSSESSIVES.get(subject.pronoun, "the") if subject else "the"
    rest = [
        Token(whose if text == "own" else text, tuple(words[place] for place in places), sure)
        for text, places, sure in state.english[1:]
    ]
    if state.name == "late":
        rest = [*rest[:-1], *degree.english, rest[-1]]  # got up too late
        degree = Phrase()
    english += [*degree.english, *rest] if forms.base == "be" else [*rest, *degree.english]
    return Phrase(korean, english)


def degree_of(state: State) -> Phrase:
    """The word for how much."""
    text, _, english = state.degree.partition("=")
    word = Word(text)
    return Phrase([word], tokens(english, word))


def named(
    writer: Writer, state: State, subject: Noun | None, words: list[Word]
) -> tuple[list[Word], list[Token]]:
    """Who or what is spoken of, before the predicate; a person has been named before."""
    if state.subject is not None:
        noun = state.subject
        writer.used.add(noun.korean)
        word = Word(attach(noun.korean, SUBJECT))
        return [word, *words], [
            *tokens(noun.article, word, sure=False),
            *tokens(noun.english, word),
        ]
    text = subject.pronoun or subject.english if subject else state.whose
    return list(words), tokens("it" if text == "" else text, words[-1], sure=False)


def verb_of(
    forms: Forms, how: Saying, words: list[Word], first: tuple[str, tuple[int, ...], bool]
) -> list[Token]:
    """The English verb in its tense; what is going on is told so."""
    places = first[1]
    by = tuple(words[place] for place in places) or (words[-1],)
    if forms.base == "be":
        return tokens(BE[how.tense][how.person], *by, sure=bool(places))
    if forms.ing and how.tense == "present" and how.form in ("because", "since"):
        return [*tokens("is", words[-1], sure=False), *tokens(forms.ing, *by)]
    if how.tense == "past":
        return tokens(forms.past, *by)
    return tokens(forms.third if how.person == "it" else forms.base, *by)


def connect(form: str, phrase: Phrase) -> Phrase:
    """Put English's word for a relation first; Korean has said it at the end of the clause."""
    own_word = form in ("when", "before", "after", "while")
    word = tokens(CONNECTIVES[form], phrase.korean[-1], sure=own_word)
    return Phrase(phrase.korean, [*word, *phrase.english])
