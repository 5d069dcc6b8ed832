"""The house holds: floors, one stem for each chapter, the README's tree, a light front door."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from attention_course.rungs import STEMS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "attention_course"
FLOORS = (
    {"config", "logs", "processors", "rungs", "store", "vocabulary"},
    {"figures", "models"},
    {"data", "ladder"},
    {"course", "judging", "training"},
    {"runs"},
    {"cli"},
)
WINGS = {"claims", "exercises", "grading", "widgets"}
STANDS_ON = {"grading": {"exercises"}}  # what is graded are exercises
PLACES = {
    "book": ".md",
    "notebooks/train": ".ipynb",
    "notebooks/assignments": ".ipynb",
    "notebooks/exercises": ".ipynb",
    "src/attention_course/ladder": ".py",
    "src/attention_course/claims": "",  # a folder for each chapter
    "tests": ".py",
}
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py")


def room(file: Path) -> str:
    """The room of a file: its name, or that of the folder that it is in."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """Every module of the package that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: write imports in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {
        name.removeprefix("attention_course.")
        for name in found
        if name.startswith("attention_course.") and not name.endswith(".__version__")
    }


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_imports_from_lower_floors_only(file):
    here = room(file)
    for name in imported(file):
        there = name.split(".")[0]
        if here in WINGS:
            assert there not in WINGS - {here} - STANDS_ON.get(here, set()), (
                f"{file.name} imports another wing: {name}"
            )
        elif there in WINGS:
            assert here in {"cli", "course"}, f"{file.name} is core and imports a wing: {name}"
        elif there != here:
            assert floor(there) < floor(here), f"{file.name} imports upward: {name}"


def test_every_room_stands_on_a_floor():
    rooms = {room(file) for file in MODULES}
    assert rooms - WINGS <= set().union(*FLOORS)


def test_there_are_no_circles_within_a_room():
    for folder in [path for path in PACKAGE.iterdir() if path.is_dir()]:
        left = {
            ".".join(file.relative_to(PACKAGE).with_suffix("").parts): file
            for file in folder.rglob("*.py")
            if file.name != "__init__.py"
        }
        while left:
            free = [
                name
                for name, file in left.items()
                if not any(
                    other == used or used.startswith(f"{other}.")
                    for used in imported(file)
                    for other in left
                    if other != name
                )
            ]
            assert free, f"a circle among {sorted(left)}"
            for name in free:
                del left[name]


@pytest.mark.parametrize("stem", STEMS)
def test_a_chapter_imports_earlier_chapters_only(stem):
    for name in imported(PACKAGE / "ladder" / f"{stem}.py"):
        match = re.match(r"ladder\.(ch\d)", name)
        assert match is None or match[1] < stem[:3]


@pytest.mark.parametrize("place", PLACES)
def test_who_has_found_one_stem_has_found_all(place):
    folder = ROOT / place
    if not folder.exists():
        pytest.skip(f"{place} is not built yet")
    prefix = "test_" if place == "tests" else ""
    expected = {f"{prefix}{stem}{PLACES[place]}" for stem in STEMS}
    numbered = {file.name for file in folder.glob(f"{prefix}ch[0-9]*{PLACES[place]}")}
    assert numbered == expected


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_room_is_too_large_to_read(file):
    lines = file.read_text(encoding="utf-8").count("\n")
    assert lines <= 300, f"{file.name} has {lines} lines: it usually holds two things"


def tree_of_the_readme() -> list[str]:
    """The paths that the README's tree names, in full."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```text\n(attention-course/\n.*?)```", text, flags=re.DOTALL)
    paths, above = [], []
    for line in block.splitlines()[1:]:
        indent, name = re.match(r"( *)(\S+)", line).groups()
        above = [*above[: len(indent) // 2 - 1], name.rstrip("/")]
        paths.append("/".join(above))
    return paths


def test_the_tree_of_the_readme_is_the_tree_on_disk():
    paths = tree_of_the_readme()
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing, f"named in the README but not there: {missing}"
    rooms = {f"src/attention_course/{path.name}" for path in PACKAGE.iterdir()}
    rooms = {path for path in rooms if not path.endswith(("__pycache__", "__init__.py"))}
    assert rooms <= set(paths), f"not named in the README: {sorted(rooms - set(paths))}"


def fresh_python(code: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=1800
    )


def test_help_answers_without_torch_or_matplotlib():
    code = (
        "import sys\n"
        "from attention_course import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit as done:\n    assert done.code == 0\n"
        "heavy = {'torch', 'matplotlib', 'numpy', 'tokenizers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = fresh_python(code)
    assert done.returncode == 0, done.stderr
    assert "train" in done.stdout


@pytest.mark.parametrize("name", ["rungs", "config", "vocabulary", "figures.plotting", "cli"])
def test_light_rooms_do_not_load_torch(name):
    done = fresh_python(
        f"import sys, attention_course.{name}\nassert 'torch' not in sys.modules, 'torch loaded'"
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_core_imports_no_wing():
    names = [
        ".".join(("attention_course", *file.relative_to(PACKAGE).with_suffix("").parts))
        for file in MODULES
        if room(file) not in WINGS and file.name != "__init__.py"
    ]
    code = (
        f"import importlib, sys\nfor name in {names!r}:\n    importlib.import_module(name)\n"
        f"wings = [n for n in sys.modules if n.split('.')[1:2] and n.startswith("
        f"'attention_course.') and n.split('.')[1] in {sorted(WINGS)!r}]\n"
        "assert not wings, wings\n"
    )
    done = fresh_python(code)
    assert done.returncode == 0, done.stderr
