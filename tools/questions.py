"""The questions "Check yourself": read from book/questions, written as Markdown for notebooks.

The website shows the same questions by book/_ext/course_questions.py.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from home import ROOT

FOLDER = ROOT / "book" / "questions"
RIGHT, WRONG = "Right.", "Not so."
LETTERS = "ABCD"
FEWEST, MOST = 3, len(LETTERS)  # choices


class QuestionError(ValueError):
    """A question that has no single right choice, or a choice without its why."""


@dataclass(frozen=True)
class Choice:
    """One choice, and why it is right, or what has gone wrong in the thought behind it."""

    text: str
    why: str
    right: bool

    @property
    def answer(self) -> str:
        """What is told to who has chosen it."""
        return f"**{RIGHT if self.right else WRONG}** {self.why}"


@dataclass(frozen=True)
class Question:
    """A question of one paragraph, in the Markdown of the pages, with its choices in order."""

    name: str
    ask: str
    choices: tuple[Choice, ...]


def file_of(page: str, folder: Path = FOLDER) -> Path:
    """The file with the questions of a page."""
    return folder / f"{page}.yml"


def read(page: str, folder: Path = FOLDER) -> tuple[Question, ...]:
    """The questions of a page, by the name of its file without ending.

    Raises:
        QuestionError: a question has not 3 or 4 choices of which one is right, each with a why,
            or shares its name with another.
    """
    rows = yaml.safe_load(file_of(page, folder).read_text(encoding="utf-8"))
    questions = tuple(question(row) for row in rows)
    names = [one.name for one in questions]
    for name in names:
        if names.count(name) > 1:
            raise QuestionError(f"expected one question named {name} in {page}.yml, got several")
    return questions


def question(row: dict[str, Any]) -> Question:
    """One question from its place in a file.

    Raises:
        QuestionError: see `read`.
    """
    choices = tuple(choice(one, row["name"]) for one in row["choices"])
    right = sum(one.right for one in choices)
    if right != 1 or not FEWEST <= len(choices) <= MOST:
        raise QuestionError(
            f"expected {FEWEST} to {MOST} choices for {row['name']}, one of them right, "
            f"got {len(choices)} and {right} right; mark it with `right: true`"
        )
    return Question(row["name"], one_line(row["ask"]), choices)


def choice(row: dict[str, Any], name: str) -> Choice:
    """One choice of the question with this name.

    Raises:
        QuestionError: it has no why.
    """
    if not row.get("why"):
        raise QuestionError(
            f"expected a why for every choice of {name}, got none for {row['choice']!r}; "
            "write what a reader who chooses it has got wrong"
        )
    return Choice(one_line(row["choice"]), one_line(row["why"]), row.get("right", False))


def one_line(text: str) -> str:
    """The text without the line breaks of its file."""
    return " ".join(str(text).split())


def as_markdown(page: str) -> str:
    """The questions of a page for its notebook: choices by letter, and a fold for each."""
    return "\n\n".join(in_markdown(one, number) for number, one in enumerate(read(page), start=1))


def in_markdown(one: Question, number: int) -> str:
    """One question in Markdown. A summary holds no Markdown, so the letters stand for choices."""
    lettered = list(zip(LETTERS, one.choices, strict=False))
    listed = "\n".join(f"- **{letter}.** {each.text}" for letter, each in lettered)
    folds = "\n\n".join(
        f"<details><summary>If you chose {letter}</summary>\n\n{each.answer}\n\n</details>"
        for letter, each in lettered
    )
    return f"**Question {number}.** {one.ask}\n\n{listed}\n\n{folds}"
