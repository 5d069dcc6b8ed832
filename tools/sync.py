"""Write everything that depends on the repository's home, or that is made from something else.

From pyproject.toml: the badge and the setup cell of every notebook, the marked parts of README and
pages, the citation, the version of the package, the workflow for classrooms. From the chapters'
pages: the notebooks in notebooks/chapters. From the assignments: the learners' copies. All of it
is written with `make sync` and held equal with `sync.py --check`; nothing of it is edited by hand.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat

import home as homes
import notebook_form
import page_notebooks
from attention_course.grading.release import without_answers
from attention_course.rungs import STEMS
from home import ROOT, Home

MARK = re.compile(r"(<!-- made by sync: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
OTHER_PAGES = {
    "front page": "index",
    "Run it anywhere": "book/run",
    "The ledger of claims": "book/claims",
    "Results": "book/results",
    "Glossary": "book/glossary",
    "For instructors": "book/instructors",
    "Grading": "book/grading",
    "Data": "book/data",
}
MARKED = ("README.md", "book/intro.md", "book/run.md")


def written(home: Home) -> Iterator[tuple[Path, str]]:
    """Every file that sync writes, with the text that it should have."""
    for name, lines in LINES.items():
        yield ROOT / name, with_lines(ROOT / name, {key: of(home) for key, of in lines.items()})
    for name in MARKED:
        yield ROOT / name, with_parts(ROOT / name, home)
    for stem in STEMS:
        trained = f"notebooks/train/{stem}.ipynb"
        run = notebook_form.normal(read(ROOT / trained), trained, home, gpu=True)
        yield ROOT / trained, notebook_form.text(run)
        copy = ROOT / "book" / "runs" / f"{stem}.ipynb"
        yield copy, notebook_form.text(notebook_form.in_copy(read(copy), trained, home))
        assigned = f"notebooks/assignments/{stem}.ipynb"
        task = notebook_form.text(notebook_form.normal(read(ROOT / assigned), assigned, home))
        yield ROOT / assigned, task
        yield ROOT / f"notebooks/exercises/{stem}.ipynb", released(task, Path(assigned))
        page = page_notebooks.convert(ROOT / f"book/{stem}.md", home)
        yield ROOT / f"notebooks/chapters/{stem}.ipynb", notebook_form.text(page)


def read(file: Path) -> nbformat.NotebookNode:
    """A notebook from its file.

    Raises:
        OddNotebookError: the file holds no notebook.
    """
    try:
        return nbformat.read(file, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        raise notebook_form.OddNotebookError(
            f"expected a notebook in {file.name}, got {error}; take it from git again"
        ) from error


def released(task: str, source: Path) -> str:
    """The learners' copy of an assignment."""
    copy = without_answers(json.loads(task), source)
    return json.dumps(copy, ensure_ascii=False, indent=1) + "\n"


def with_lines(file: Path, lines: dict[str, str]) -> str:
    """The text of a file in which each pattern, found once, begins the line that stands for it."""
    text = file.read_text(encoding="utf-8")
    for pattern, line in lines.items():
        found = re.findall(rf"^{pattern}.*$", text, flags=re.MULTILINE)
        if len(found) != 1:
            raise ValueError(
                f"expected one line {pattern} in {file.name}, got {len(found)}; restore it from git"
            )
        kept = re.match(pattern, found[0])[0]
        text = text.replace(found[0], kept + line)
    return text


def with_parts(file: Path, home: Home) -> str:
    """The text of a file with its marked parts written anew."""
    text = file.read_text(encoding="utf-8")
    return MARK.sub(lambda found: f"{found[1]}{PARTS[found[2]](home)}{found[3]}", text)


def homeless(home: Home) -> str:
    """How to give this copy a home, as long as it has none."""
    if home.decided:
        return ""
    return (
        "**This copy does not know its home on GitHub yet**, so its links to Colab and to the "
        "website do not open. To give it one, change the line `Source` in `pyproject.toml` to your "
        "account, run `make sync`, and push.\n"
    )


def rungs(home: Home) -> str:
    """A table of all chapters with what can be opened by a click."""
    rows = ["| chapter | read | run the page | train | exercises |", "|---|---|---|---|---|"]
    for stem in STEMS:
        page = (ROOT / "book" / f"{stem}.md").read_text(encoding="utf-8")
        title = re.search(r"^# (.*)$", page, re.MULTILINE)[1]
        opened = [
            f"[Colab]({home.colab(f'notebooks/{folder}/{stem}.ipynb')})"
            for folder in ("chapters", "train", "exercises")
        ]
        rows.append(
            f"| {stem[2]}. {title} | [page]({home.page(f'book/{stem}')}) | {' | '.join(opened)} |"
        )
    pages = " · ".join(f"[{name}]({home.page(page)})" for name, page in OTHER_PAGES.items())
    return "\n".join(rows) + f"\n\nThe whole website: {pages}\n"


def install(home: Home) -> str:
    """The command that installs the package alone."""
    return f'```bash\npip install "{home.requirement}"\n```\n'


def binder(home: Home) -> str:
    """A sentence with the address in Binder."""
    address = home.binder(f"notebooks/chapters/{STEMS[0]}.ipynb")
    return f"[Open the first chapter in Binder]({address}).\n"


def clone(home: Home) -> str:
    """The commands that bring the whole course to a machine, and open its notebooks."""
    return (
        f"```bash\ngit clone {home.url}\ncd {home.name}\n"
        "python3 -m venv .venv\n"
        ".venv/bin/pip install . jupyterlab\n"
        ".venv/bin/jupyter lab notebooks/chapters\n```\n"
    )


def first_badge(home: Home) -> str:
    """The badge that opens the first chapter."""
    return notebook_form.badge(home, f"notebooks/chapters/{STEMS[0]}.ipynb") + "\n"


PARTS: dict[str, Callable[[Home], str]] = {
    "badge": first_badge,
    "binder": binder,
    "clone": clone,
    "home": homeless,
    "install": install,
    "rungs": rungs,
}
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


def main() -> int:
    """Write what differs; with --check write nothing, name what differs and fail."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check, changed = asked.parse_args().check, []
    try:
        for file, text in written(homes.read()):
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                changed.append(str(file.relative_to(ROOT)))
                if not check:
                    file.parent.mkdir(exist_ok=True)
                    file.write_text(text, encoding="utf-8")
    except ValueError as error:
        print(f"sync: {error}", file=sys.stderr)
        return 2
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    if check and changed:
        print(
            "sync: expected these files as they are made, got others; run `make sync`, and edit "
            "what they are made from (pyproject.toml, book/, notebooks/assignments)",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
