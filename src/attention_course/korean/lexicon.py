"""The lexicon of Pocket Korean: its tables, read from the files in `lexicon/` as they are written.

Each file says at its top how to read it. To add a word, add a line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import NamedTuple

from attention_course.korean.endings import Stem

ARTICLES = ("a", "an", "the", "my")
PREPOSITIONS = ("in", "on", "at", "with", "by")
PRONOUNS = {  # of people who may be named again: as subject
    **dict.fromkeys(("민수", "지호", "현우", "아버지", "할아버지", "동생", "아저씨"), "he"),
    **dict.fromkeys(("유나", "수진", "서연", "어머니", "할머니", "누나", "아주머니"), "she"),
    "저": "i",
    "우리": "we",
    "당신": "you",
}


@dataclass(frozen=True, eq=False)  # each is itself alone: sets of them are quick
class Noun:
    """A noun in both languages, and what may be said of it."""

    korean: str
    english: str
    group: str
    article: str = ""  # a, the, my; a becomes an where the next word asks for it
    plural: str = ""  # where it can be counted: books, cups of coffee
    counter: str = ""  # 권, 잔
    preposition: str = ""  # of a place or a means: at, in, by
    adjectives: tuple[str, ...] = ()

    @property
    def pronoun(self) -> str:
        """What stands for it when it is named again; empty where that is not known."""
        return PRONOUNS.get(self.korean, "")

    @property
    def singular(self) -> bool:
        """Whether its verb has the form of he, she and it."""
        return self.group != "pronoun"

    @property
    def several(self) -> bool:
        """Whether it is many things: shoes, flowers."""
        return not self.article and self.english.endswith("s")

    @property
    def elder(self) -> bool:
        """Whether one speaks of this person with honour: -(으)시-, 께서."""
        return self.group == "elder"


class Verb(NamedTuple):
    """A verb in both languages; `before` holds words that belong to it: 보여 in 보여 주다."""

    name: str
    before: tuple[str, ...]
    stem: Stem
    base: str
    third: str
    past: str
    ing: str
    preposition: str = ""


@dataclass(frozen=True, eq=False)
class Frame:
    """One use of a verb: who does it, to what, where and how; `also` as the table explains it.

    `who` holds groups of people and single nouns.
    """

    verb: Verb
    who: frozenset[str]
    particle: str
    objects: tuple[Noun, ...]
    places: tuple[Noun, ...]
    manners: tuple[str, ...]
    also: frozenset[str]


class State(NamedTuple):
    """What is so: a predicate with the words that belong to it, and how English says it.

    `english` has each English word with the numbers of the Korean words that it comes from, and
    whether that is sure.
    """

    name: str
    whose: str  # it, there, self, or empty where `subject` is spoken of
    who: frozenset[str]  # the groups of people of whom it may be said
    subject: Noun | None
    before: tuple[str, ...]
    stem: Stem
    english: tuple[tuple[str, tuple[int, ...], bool], ...]
    degree: str  # 너무=so: the word for how much, where there is one


class Deed(NamedTuple):
    """A line of the tables of reasons and sequences: uses of one verb, and whether it is done."""

    frames: tuple[Frame, ...]
    polarity: str  # done, not, cannot

    @property
    def verb(self) -> str:
        """The name of its verb: all its uses are of one."""
        return self.frames[0].verb.name


def lines(name: str) -> Iterator[str]:
    """The lines of a table, without remarks and empty ones."""
    text = files("attention_course.korean").joinpath(f"lexicon/{name}.txt").read_text("utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def sections(name: str) -> dict[str, list[str]]:
    """The lines of a table that has headings in brackets, by their headings."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in lines(name):
        if line.startswith("["):
            heading = line.strip("[]")
            found[heading] = []
        else:
            found[heading].append(line)
    return found


def read_noun(line: str, group: str, counter: str, adjectives: tuple[str, ...]) -> Noun:
    """Read `책 = a book / books`."""
    korean, _, english = (part.strip() for part in line.partition("="))
    one, _, plural = (part.strip() for part in english.partition("/"))
    words = one.split()
    preposition = words.pop(0) if words[0] in PREPOSITIONS else ""
    article = words.pop(0) if words[0] in ARTICLES else ""
    article = "a" if article == "an" else article
    return Noun(korean, " ".join(words), group, article, plural, counter, preposition, adjectives)


def read_nouns() -> dict[str, tuple[Noun, ...]]:
    """All nouns by their groups."""
    groups = {}
    for heading, rows in sections("nouns").items():
        group, counter, adjectives = (part.strip() for part in heading.split("|"))
        told = tuple(adjectives.split())
        groups[group] = tuple(read_noun(row, group, counter, told) for row in rows)
    return groups


def read_stem(korean: str) -> tuple[tuple[str, ...], Stem]:
    """Read `보여 주다` or `듣다 ㄷ`: the words before, and the stem."""
    words = korean.split()
    changes = words.pop() if len(words[-1]) == 1 else ""
    return tuple(words[:-1]), Stem(words[-1], changes)


def read_verb(line: str) -> Verb:
    """Read `listen = 듣다 ㄷ = listen listens listened listening to`."""
    name, korean, english = (part.strip() for part in line.split("="))
    before, stem = read_stem(korean)
    base, third, past, ing, *preposition = english.split()
    return Verb(name, before, stem, base, third, past, ing, " ".join(preposition))


def read_state(line: str) -> State:
    """Read `hungry | self | 배가 고프다 | be hungry/12 | 너무=so`."""
    name, whose, korean, english, degree = (part.strip() for part in line.split("|"))
    before, stem = read_stem(korean)
    kind, *groups = whose.split()
    subject = None if kind in ("it", "there", "self") else read_noun(whose, "state", "", ())
    told = []
    for word in english.split():
        text, _, numbers = word.partition("/")
        places = tuple(int(one) - 1 for one in numbers.strip("?"))
        told.append((text, places, not numbers.endswith("?")))
    who = frozenset(groups or HUMAN) if subject is None else frozenset(HUMAN)
    return State(name, "" if subject else kind, who, subject, before, stem, tuple(told), degree)


def word_lists() -> dict[str, dict[str, str]]:
    """Adjectives, adverbs and times: each list by its name, Korean to English."""
    found = {}
    for heading, rows in sections("words").items():
        pairs = (one.strip().split("=") for row in rows for one in row.strip(",").split(","))
        found[heading] = {korean: english for korean, english in pairs}
    return found


NOUNS = read_nouns()
ME, WE, YOU = (
    Noun(korean, english, "pronoun")
    for korean, english in (("저", "i"), ("우리", "we"), ("당신", "you"))
)
HUMAN = ("name", "elder", "sibling", "adult", "artist", "neighbor", "friend", "young", "pronoun")
WHO = {
    "people": HUMAN,
    "grown": tuple(group for group in HUMAN if group != "young"),
    "others": tuple(group for group in HUMAN if group != "pronoun"),
    "i": ("pronoun",),
}
SOMEONE = ("name", "elder", "sibling", "adult", "neighbor", "friend", "young")
VERBS = {verb.name: verb for verb in map(read_verb, lines("verbs"))}
STATES = {state.name: state for state in map(read_state, lines("states"))}
WORDS = word_lists()


def find_nouns(text: str) -> tuple[Noun, ...]:
    """Nouns of the groups named, and single nouns: of a noun in two groups both."""
    single: dict[str, list[Noun]] = {}
    for group in NOUNS.values():
        for noun in group:
            single.setdefault(noun.korean, []).append(noun)
    found: list[Noun] = []
    for one in text.split():
        if one == "someone":
            found += [noun for group in SOMEONE for noun in NOUNS[group]]
        else:
            found += NOUNS.get(one) or single[one]
    return tuple(found)


def read_frame(line: str) -> Frame:
    """Read a line of the table of frames."""
    verb, who, object_, places, manners, also = (part.strip() for part in line.split("|"))
    particle, _, kinds = object_.partition(" ")
    found_places = [
        noun for noun in find_nouns(places) if noun.preposition not in ("", "by", "with")
    ]
    towards = {"에": "at in on", "로": "at in on"}.get(particle)
    objects = [noun for noun in find_nouns(kinds) if bool(noun.preposition) == bool(towards)]
    groups = [group for one in who.split() for group in WHO.get(one, (one,))]
    return Frame(
        VERBS[verb],
        frozenset(groups),
        particle,
        tuple(dict.fromkeys(objects)),
        tuple(dict.fromkeys(found_places)),
        tuple(manners.split()),
        frozenset(also.split()),
    )


FRAMES = tuple(map(read_frame, lines("frames")))
DESCRIPTIONS = tuple(map(read_frame, lines("descriptions")))
WHEN_DESCRIBED = ("lasting", "often", "once")  # how what describes lies in time

BRINGS = {
    noun: tuple(one for one in FRAMES if noun in one.objects and "brings" in one.also)
    for group in NOUNS.values()
    for noun in group
}
WHERE = {
    noun: tuple(one for one in DESCRIPTIONS if noun in one.places and "where" in one.also)
    for group in NOUNS.values()
    for noun in group
}


def read_deed(text: str) -> Deed:
    """Read `-buy hat clothes @시장`: the uses of the verb, with these objects and places alone."""
    words = text.split()
    polarity = {"-": "cannot", "~": "not"}.get(words[0][0], "done")
    name = words.pop(0).strip("-~")
    at = next((n for n, word in enumerate(words) if word.startswith("@")), len(words))
    objects = find_nouns(" ".join(words[:at]))
    places = find_nouns(" ".join(words[at:]).replace("@", ""))
    frames = []
    for frame in FRAMES:
        if frame.verb.name != name:
            continue
        kept = tuple(one for one in frame.objects if not objects or one in objects)
        where = tuple(one for one in frame.places if not places or one in places)
        if (kept or not frame.objects) and (where or not places):
            frames.append(replace(frame, objects=kept, places=where))
    if not frames:
        raise ValueError(f"expected a deed that some frame allows, got {text!r}; see frames.txt")
    return Deed(tuple(frames), polarity)


def read_deeds(text: str) -> tuple[Deed, ...]:
    """Read deeds between semicolons."""
    return tuple(read_deed(one.strip()) for one in text.split(";"))


def read_relations(name: str) -> Iterator[tuple[str, tuple[Deed, ...]]]:
    """Read a table of what follows from what."""
    for line in lines(name):
        first, _, then = line.partition("=")
        yield first.strip(), read_deeds(then)


REASONS: Mapping[str, tuple[Deed, ...]] = dict(read_relations("reasons"))
SEQUENCES = tuple((read_deed(first), then) for first, then in read_relations("sequences"))
