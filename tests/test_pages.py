"""The cells of pages and notebooks take from the package only what it has."""

import ast
import importlib
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from home import ROOT

CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n.*?\n---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S
)
FILES = [*ROOT.glob("book/*.md"), *ROOT.glob("notebooks/*/*.ipynb")]


def code_of(file: Path) -> str:
    """The code of all cells of a page or a notebook, without lines for IPython alone."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        cells = CELL.findall(text)
    else:
        cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"]
                 if cell["cell_type"] == "code"]  # fmt: skip
    lines = [line for cell in cells for line in [*cell.rstrip(" ;\n").split("\n"), ""]]
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def found(module: str, name: str) -> object:
    """What an import finds under a name in a module: what it defines, or a module in it."""
    taken = getattr(importlib.import_module(module), name, None)
    return taken if taken is not None else importlib.import_module(f"{module}.{name}")


def absent(code: str) -> list[str]:
    """The names that the code takes from the package, or from a module of it, and are not there."""
    tree, modules, missing = ast.parse(code), {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("attention_course"):
            for alias in node.names:
                try:
                    taken = found(node.module, alias.name)
                except ModuleNotFoundError:
                    missing.append(f"{node.module}.{alias.name}")
                    continue
                if isinstance(taken, ModuleType):
                    modules[alias.asname or alias.name] = taken
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = modules.get(node.value.id)
            if module is not None and not hasattr(module, node.attr):
                missing.append(f"{module.__name__}.{node.attr}")
    return missing


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_cell_takes_from_the_package_only_what_is_there(file):
    assert absent(code_of(file)) == []


def test_a_name_that_is_not_there_is_found():
    code = "from attention_course.figures import plotting, poetry\nplotting.finished(1)"
    assert absent(code) == ["attention_course.figures.poetry",
                            "attention_course.figures.plotting.finished"]  # fmt: skip
    page = (
        "```{code-cell} ipython3\n---\nmystnb: 1\n---\nx = 1;\n```\n\n"
        "```{code-cell} ipython3\n:tags: [b]\n\ny\n```\n"
    )
    assert [one.strip() for one in CELL.findall(page)] == ["x = 1;", "y"]
