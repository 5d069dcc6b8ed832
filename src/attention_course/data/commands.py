"""`attention-course data ...`, and the learner's own files as `train --data` names them."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from attention_course.config import DATA, OWN_TEXT, TOYS

Action = Callable[[argparse.Namespace], None]
Command = Callable[[str, Action], argparse.ArgumentParser]


def list_data(arguments: argparse.Namespace) -> None:
    """Print each corpus, its licence, and whether it is here."""
    from attention_course.data import corpora

    print(f"{', '.join(TOYS)}, pocket-korean: generated, always here")
    for name, source, where in corpora.describe():
        print(
            f"{name}: {source.languages}; pairs: {source.pairs}; licence: {source.licence}; {where}"
        )


def fetch_data(arguments: argparse.Namespace) -> None:
    """Find or download a corpus and say where it is."""
    from attention_course.data import corpora

    for file in corpora.fetch(arguments.name):
        print(file)


def check_data(arguments: argparse.Namespace) -> None:
    """Look at a text of your own as `train --data` does, and say what is found."""
    from attention_course.data import own_text

    print("\n".join(own_text.read(arguments.files).checks))


def add_commands(command: Command) -> None:
    """Add `list`, `fetch` and `check` to the command line; `command` makes a parser for one."""
    command("list", list_data)
    command("fetch", fetch_data).add_argument("name", metavar="NAME")
    command("check", check_data).add_argument("files", nargs="+", type=Path, metavar="FILE")


def own_files(names: Sequence[str]) -> list[Path]:
    """The learner's own files where these are meant, nothing where a data set is named."""
    [first, *more] = names
    looks_so = first == OWN_TEXT or Path(first).exists() or re.search(r"[./\\]", first)
    return [Path(name) for name in names] if more or (looks_so and first not in DATA) else []


def text_settings(files: Sequence[Path], size: str) -> dict[str, Any]:
    """What a preset takes from a text of the learner's own; nothing where there is none.

    Raises:
        ValueError: there is no such preset, or the text cannot be learned from.
    """
    from attention_course.data import own_text

    return own_text.read(files).settings(size) if files else {}
