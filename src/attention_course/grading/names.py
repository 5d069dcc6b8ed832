"""Names of people and of files: what a name tells of a person, and which names are alike.

Browsers, desktops and Colab mark copies in a file's name, in several languages; learners put the
chapter into it. What remains may be a person.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from attention_course.grading.stems import chapter

NOTEBOOK = re.compile(r"\.ipynb(의[ _]사본.*)?(\.txt|\.json)?$", re.IGNORECASE)
ENDING = re.compile(
    r"(\.(ipynb|txt|json|py|pdf|html?|zip|7z|tar|gz|docx?|hwpx?|rtf|odt|md|csv|xlsx?|png|jpe?g))+$",
    re.IGNORECASE,
)
INNER = re.compile(r"[._]ipynb(?![a-z0-9])", re.IGNORECASE)
NUMBERED = r"(?:[ _]*\([0-9]{1,2}\)|-[0-9]{1,2}(?![A-Za-z0-9]))*"  # a browser's number of a copy
COPY_NUMBER = re.compile(r"-[0-9]{1,2}$")
COPY_BEFORE = re.compile(r"(copy[ _]of|kopie[ _]von|copia[ _]de|copie[ _]de)[ _]", re.IGNORECASE)
COPY_WITHIN = re.compile(r"의[ _]사본")
COPY_BEHIND = re.compile(
    r"([ _-]+(copy|kopie|copie|copia|복사본|사본)[ _]*(\([0-9]{1,2}\)|[0-9]{0,2})"
    r"|[ _]*\([0-9]{1,2}\))$",
    re.IGNORECASE,
)
THINGS = frozenset(  # words of files and folders: a name of these alone is nobody's
    "untitled notebook notebooks submission submissions assignment assignments homework hw "
    "exercise exercises solution solutions final answer answers attempt upload uploads download "
    "downloads export exports new old draft latest week test copy src files work handin chapter ch "
    "onlinetext assignsubmission ipynb abgabe abgaben aufgabe aufgaben lösung neu alt kopie "
    "과제 숙제 제출 제출물 답안 최종 복사본 사본 주차".split()
)
MANY = frozenset("submissions assignments downloads exports abgaben 제출물".split())
DATE = re.compile(r"20[0-9]{2}-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])(?![0-9])")


def is_notebook(name: str) -> bool:
    """Whether a file is called like a notebook, as browsers and Colab call them too."""
    return NOTEBOOK.search(spelled(name)) is not None


def person_in(name: str, stems: Sequence[str]) -> str:
    """What is left of a file's name without its ending, its chapter, and marks of a copy."""
    text = ENDING.sub("", spelled(name))
    text = COPY_WITHIN.sub("", INNER.sub("", text))
    while match := COPY_BEFORE.match(text):
        text = text[match.end() :]
    parts = [without_mark(part) for part in chapter_words(tuple(stems)).split(text)]
    return "_".join(part for part in parts if part)


def without_mark(part: str) -> str:
    """A part of a name without marks of a copy behind it."""
    while (shorter := COPY_BEHIND.sub("", part).strip(" _-.")) != part:
        part = shorter
    return part


@cache
def chapter_words(stems: tuple[str, ...]) -> re.Pattern[str]:
    """How a chapter is written in a file's name, with the number of a copy behind it."""
    whole = [re.escape(stem).replace("_", "[ _-]?") for stem in stems]
    short = [rf"(?:ch|chapter)[ _-]?0?{chapter(stem).number}" for stem in stems]
    words = "|".join([*whole, *short])
    return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9]){NUMBERED}", re.IGNORECASE)


def looks_like_a_file(id: str, among_files: bool, stems: Sequence[str]) -> bool:
    """Whether an id is called as files and folders are, and not as people are.

    Among loose files one word of such names is enough: `kim_final` may be another file of `kim`.
    """
    if ENDING.search(id) or DATE.search(id) or not person_in(id, stems):
        return True
    words = words_of(id)
    if among_files:
        return any(word in THINGS for word in words)
    return bool(words) and all(word in THINGS for word in words)


def is_a_container(name: str, stems: Sequence[str]) -> bool:
    """Whether a folder is called as one that holds submissions: by no person's name."""
    return bool(MANY.intersection(words_of(name))) or looks_like_a_file(name, False, stems)


def words_of(name: str) -> list[str]:
    """The words of a name in small letters, without digits."""
    words = re.split(r"[\W_0-9]+", spelled(name).lower())
    return [word for word in words if word]


def spelled(text: str) -> str:
    """A name in the one spelling for Korean and for letters with marks (NFC)."""
    return unicodedata.normalize("NFC", text)


def alike(text: str) -> str:
    """What two spellings of one name share: no case, width, blanks or punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum()) or plain


def agree(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same letters in any order.

    Names in two scripts (김민지, Kim Minji) cannot be compared, and agree.
    """
    first, second = sorted_letters(one), sorted_letters(other)
    if all(map(str.isascii, first)) != all(map(str.isascii, second)):
        return True
    return first == second


def sorted_letters(text: str) -> list[str]:
    """The letters and digits of a name, sorted."""
    return sorted(alike(text))
