"""The code that a page shows fits into its column: 79 columns at a desk, nothing cut off."""

import ast
import re
import textwrap
from pathlib import Path

import pytest

from attention_course.figures.gloss import columns
from home import ROOT

WIDEST = 79  # columns of code beside the table of contents, at a desk
QUOTED = re.compile(r"^```\{literalinclude\} (\S+)\n((?::.*\n)*)", re.M)
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(---\n.*?\n---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S
)
FENCED = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
PAGES = sorted(
    [
        *ROOT.glob("book/ch?_*.md"),
        *(ROOT / f"book/{name}.md" for name in ("gpu", "positions", "speed", "transformer")),
    ]
)


def of_object(file: Path, dotted: str) -> str:
    """The source of a function or class of a file, with what decorates it."""
    text = file.read_text(encoding="utf-8")
    found: ast.AST = ast.parse(text)
    for name in dotted.split("."):
        [found] = [one for one in found.body if getattr(one, "name", None) == name]
    first = min([found.lineno, *(one.lineno for one in found.decorator_list)])
    return "\n".join(text.split("\n")[first - 1 : found.end_lineno])


def shown_code(page: Path) -> list[str]:
    """Every piece of code that a page shows: what it quotes, and cells that are not removed."""
    text = page.read_text(encoding="utf-8")
    code = []
    for path, options in QUOTED.findall(text):
        quoted = re.search(r"^:pyobject: (.*)$", options, re.M)
        if quoted:
            piece = of_object(page.parent / path, quoted[1])
            code.append(textwrap.dedent(piece) if ":dedent:" in options else piece)
    code += FENCED.findall(text)
    code += [
        cell for tags, cell in CELL.findall(text) if not re.search(r"remove-(input|cell)", tags)
    ]
    return code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_code_on_the_page_is_cut_off_at_a_desk(page: Path):
    lines = [line for piece in shown_code(page) for line in piece.split("\n")]
    assert len(lines) > 10  # there is code, and it is found
    assert [line for line in lines if columns(line) > WIDEST] == []


def test_a_line_that_is_too_wide_is_found(tmp_path: Path):
    (tmp_path / "code.py").write_text("class A:\n    def f(self):\n        x = 1\n")
    page = tmp_path / "page.md"
    page.write_text(
        "```{literalinclude} code.py\n:language: python\n:pyobject: A.f\n```\n"
        "```{code-cell} ipython3\n---\ntags: [remove-input]\n---\nhidden = 1\n```\n"
        "```{code-cell} ipython3\n:tags: [hide-input]\n\nseen = 1\n```\n"
    )
    assert [piece.strip("\n") for piece in shown_code(page)] == [
        "    def f(self):\n        x = 1",
        "seen = 1",
    ]
