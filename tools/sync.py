"""Write everything that depends on the repository's home, or that is made from something else.

From pyproject.toml: the badge and the setup cell of every notebook, every address in README and
pages, the citation, the version of the package, the workflow for classrooms. From the rungs and
the catalogue of claims: the tables and lists of both in README, pages and the table of contents.
From the chapters' pages: the notebooks in notebooks/chapters. From the assignments: the learners'
copies. All of it is written with `make sync` and held equal with `sync.py --check`; nothing of it
is edited by hand.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

import home as homes
import notebook_form
import page_notebooks
import parts
from attention_course.grading.release import without_answers
from attention_course.rungs import CONTINUED, STEMS
from home import ROOT, Home

MARKED = (
    "README.md",
    "_toc.yml",
    "book/api.md",
    "book/claims_code.md",
    "book/intro.md",
    "book/run.md",
)
BRANCH: dict[str, Callable[[Home], str]] = {"    branches: ": lambda home: f"[{home.branch}]"}
LINES: dict[str, dict[str, Callable[[Home], str]]] = {
    ".github/workflows/pages.yml": BRANCH,
    ".github/workflows/test.yml": BRANCH,
    "CITATION.cff": {
        "version: ": lambda home: home.version,
        "repository-code: ": lambda home: f'"{home.url}"',
    },
    "src/attention_course/__init__.py": {
        "__version__ = ": lambda home: f'"{home.version}"',
    },
    "notebooks/classroom/checks.yml": {
        " *- run: pip install ": lambda home: f'"{home.requirement}"',
    },
}


def generated(home: Home) -> Iterator[tuple[Path, str]]:
    """Every file that sync writes, with the text that it should have."""
    for name, lines in LINES.items():
        yield ROOT / name, with_lines(ROOT / name, {key: of(home) for key, of in lines.items()})
    for name in MARKED:
        yield ROOT / name, parts.with_parts((ROOT / name).read_text(encoding="utf-8"), home)
    for stem in STEMS:
        yield from notebooks(stem, home)
    for name in CONTINUED:
        yield page_as_notebook(name, home)


def notebooks(stem: str, home: Home) -> Iterator[tuple[Path, str]]:
    """The notebooks of a chapter: those that people write in normal form, and what is made."""
    train = f"notebooks/train/{stem}.ipynb"
    yield ROOT / train, normal_text(train, home, gpu=True)
    copy = ROOT / "book" / "runs" / f"{stem}.ipynb"
    if parts.executed(stem):
        yield copy, notebook_form.text(notebook_form.in_copy(read(copy), train, home))
    assignment = f"notebooks/assignments/{stem}.ipynb"
    task = normal_text(assignment, home)
    yield ROOT / assignment, task
    yield ROOT / f"notebooks/exercises/{stem}.ipynb", released(task, Path(assignment))
    yield page_as_notebook(stem, home)


def page_as_notebook(name: str, home: Home) -> tuple[Path, str]:
    """The notebook of a page of the ladder."""
    page = page_notebooks.convert(ROOT / f"book/{name}.md", home)
    return ROOT / f"notebooks/chapters/{name}.ipynb", notebook_form.text(page)


def normal_text(path: str, home: Home, gpu: bool = False) -> str:
    """The notebook at a path from the root, as it should stand there."""
    return notebook_form.text(notebook_form.normal(read(ROOT / path), path, home, gpu))


def read(file: Path) -> NotebookNode:
    """A notebook from its file.

    Raises:
        OddNotebookError: the file holds no notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(file, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        raise notebook_form.OddNotebookError(
            f"expected a notebook in {file.name}, got {error}; take it from git again"
        ) from error
    return notebook


def released(task: str, source: Path) -> str:
    """The learners' copy of an assignment."""
    copy = without_answers(json.loads(task), source)
    return json.dumps(copy, ensure_ascii=False, indent=1) + "\n"


def with_lines(file: Path, lines: dict[str, str]) -> str:
    """The text of a file in which each pattern, found once, begins the line that stands for it.

    Raises:
        ValueError: a pattern begins no line, or several.
    """
    text = file.read_text(encoding="utf-8")
    for pattern, rest in lines.items():
        matches = [*re.finditer(rf"^({pattern}).*$", text, re.MULTILINE)]
        if len(matches) != 1:
            raise ValueError(
                f"expected one line {pattern} in {file.name}, got {len(matches)}; "
                "restore it from git"
            )
        [line] = matches
        text = text[: line.end(1)] + rest + text[line.end() :]
    return text


def main() -> int:
    """Write what differs; with --check write nothing, name what differs and fail."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check: bool = parser.parse_args().check
    changed = []
    try:
        for file, text in generated(homes.read()):
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                changed.append(str(file.relative_to(ROOT)))
                if not check:
                    file.parent.mkdir(exist_ok=True)
                    file.write_text(text, encoding="utf-8")
    except (FileNotFoundError, ValueError) as error:
        print(f"sync: {error}", file=sys.stderr)
        return 2
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    if check and changed:
        print(
            "sync: expected these files as they are made, got others; run `make sync`, and edit "
            "what they are made from (pyproject.toml, rungs.py, book/, notebooks/assignments)",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
