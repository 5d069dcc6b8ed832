"""The house holds: floors, one stem for each chapter, the README's tree, a light front door."""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from attention_course.rungs import STEMS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "attention_course"
FLOORS = (
    {"config", "korean", "logs", "processors", "rungs", "store", "vocabulary"},
    {"figures", "models"},
    {"data", "ladder"},
    {"course", "judging", "training"},
    {"runs"},
    {"cli"},
)
WINGS = {"claims", "diagrams", "exercises", "grading", "live", "widgets"}
STANDS_ON = {"grading": {"exercises"}}  # what is graded are exercises
ENGINE = PACKAGE / "live" / "engine"
PLACES = {
    "book": ".md",
    "notebooks/train": ".ipynb",
    "notebooks/assignments": ".ipynb",
    "notebooks/exercises": ".ipynb",
    "notebooks/chapters": ".ipynb",
    "src/attention_course/ladder": ".py",
    "src/attention_course/claims": "",  # a folder for each chapter
    "src/attention_course/exercises": ".py",
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
            assert here == "cli", f"{file.name} is core and imports a wing: {name}"
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
        later = STEMS[STEMS.index(stem) + 1 :]
        assert not name.startswith(tuple(f"ladder.{one}" for one in later))


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


# A stem is written in `rungs.py`, in the engine's `rungs.js` and in the chapter's own files, not in
# any other file of src/ and tools/. A chapter's own files are those named by its stem, in `ladder`,
# `claims`, `exercises` and the engine. A second file beside them in `ladder` or `exercises` carries
# no number and belongs to one chapter: it may name that one.
CODE = sorted(
    file
    for folder in (PACKAGE, ROOT / "tools")
    for file in folder.rglob("*")
    if file.suffix in {".css", ".html", ".js", ".py", ".sh"}
)
PYTHON = [file for file in CODE if file.suffix == ".py"]
WRITTEN_STEM = re.compile(r"(?<![^\W_])ch[1-9]\d*(?:_[a-z_]*[a-z])?(?![^\W_])")
TAKES_APART = {"partition", "removeprefix", "rpartition", "split", "startswith"}
each_code = pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
each_python = pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(ROOT)))


def chapters_that_may_be_named(file: Path) -> int:
    """How many chapters a file may name: any number, its own one, or none."""
    within = file.relative_to(ROOT).parts
    if file in (PACKAGE / "rungs.py", ENGINE / "rungs.js") or any(
        stem in within[-2:] for stem in STEMS
    ):
        return len(STEMS)
    if file.parent == ENGINE:
        return int(file.stem in STEMS)
    if file.parent.parent == PACKAGE and file.parent.name in {"exercises", "ladder"}:
        return len(STEMS) if file.stem in STEMS else 1
    return 0


@each_code
def test_a_stem_is_written_in_its_own_files_only(file):
    named = {name.split("_")[0] for name in WRITTEN_STEM.findall(file.read_text(encoding="utf-8"))}
    assert len(named) <= chapters_that_may_be_named(file), f"{file.name} names {sorted(named)}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('"ch3_attention"', ["ch3_attention"]),
        ("ladder.ch4_self_attention import", ["ch4_self_attention"]),
        ('name="ch3.additive_score"', ["ch3"]),
        ("test_ch12_other.py", ["ch12_other"]),
        ("{stem}/batch1 arch3 ch_3 chapter 3 ch\\d_", []),
    ],
)
def test_a_written_stem_is_found(text, names):
    assert WRITTEN_STEM.findall(text) == names


@cache
def models() -> set[str]:
    """The classes of the package that translate: they encode, and then decode by steps."""
    return {
        node.name
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and {"encode", "step"} <= {getattr(part, "name", "") for part in node.body}
    }


def names_in(node: ast.AST | None) -> set[str]:
    """The names in an expression, those in a string annotation too."""
    nodes = list(ast.walk(node)) if node is not None else []
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    names |= {one.attr for one in nodes if isinstance(one, ast.Attribute)}
    strings = [one.value for one in nodes if isinstance(one, ast.Constant)]
    return names.union(*(re.findall(r"\w+", one) for one in strings if isinstance(one, str)))


def is_stem(node: ast.AST) -> bool:
    """Whether an expression is a stem by its name: `stem`, `run.stem`, `card["stem"]`."""
    return (
        (isinstance(node, ast.Name) and node.id == "stem")
        or (isinstance(node, ast.Attribute) and node.attr == "stem")
        or (isinstance(node, ast.Subscript) and getattr(node.slice, "value", None) == "stem")
    )


def asks_which(code: str, classes: set[str]) -> list[str]:
    """The lines that ask which chapter or which model they have, instead of asking the thing."""
    asking = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others) if all(
                isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot) for op in ops
            ):
                stems = any(map(is_stem, [left, *others]))
                types = "type" in names_in(left) and any(names_in(one) & classes for one in others)
                wrong = types or (stems and not isinstance(ops[0], ast.Is | ast.IsNot))
            case ast.Match(subject=subject):
                wrong = is_stem(subject)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="stem"), attr=attr)):
                wrong = attr in TAKES_APART
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
                wrong = bool(names_in(kinds) & classes)
            case ast.MatchClass(cls=cls):
                wrong = bool(names_in(cls) & classes)
            case ast.BinOp(op=ast.BitOr()) | ast.Subscript(value=ast.Name(id="Union")):
                wrong = len(names_in(node) & classes) > 1
            case ast.Subscript(value=value):
                wrong = is_stem(value)
            case ast.Constant(value=str(text)) if "|" in text and len(text) < 200:
                wrong = len(set(re.findall(r"\w+", text)) & classes) > 1
            case _:
                wrong = False
        if wrong:
            asking.append(f"line {node.lineno}: {ast.unparse(node)}")
    return asking


@each_python
def test_nobody_asks_which_chapter_or_which_model_it_has(file):
    known = "rungs.py"  # compares stems, to find the rung of one
    if file.name != known:
        assert asks_which(file.read_text(encoding="utf-8"), models()) == []


@pytest.mark.parametrize(
    "code",
    [
        'if stem == "x": pass',
        "run.stem != STEMS[3]",
        'card["stem"] == other',
        "stem[2]",
        "page.stem[:3]",
        'stem.partition("_")',
        "match run.stem:\n    case 'x': pass",
        "isinstance(model, Seq2Seq)",
        "isinstance(model, (int, seq2seq.Seq2Seq))",
        "type(model) is Transformer",
        "match model:\n    case Seq2Seq(): pass",
        "model: Seq2Seq | Transformer",
        "model: None | Seq2Seq | int | Transformer",
        'model: "Seq2Seq | Transformer"',
        "Model = Union[Seq2Seq, Transformer]",
    ],
)
def test_asking_which_is_found(code):
    assert asks_which(code, {"Seq2Seq", "Transformer"})


@pytest.mark.parametrize(
    "code", ["STYLES[stem]", "stem is None", "stem in STEMS", "model: Seq2Seq | None", "a | b"]
)
def test_looking_something_up_by_a_stem_is_not_asking(code):
    assert asks_which(code, {"Seq2Seq", "Transformer"}) == []


def test_the_models_are_found_by_what_they_do():
    assert models() >= {"Seq2Seq", "Transformer"}


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


def test_the_readme_tells_the_floor_of_every_room():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^    (\w+)(?:\.py|/) +(\d|a wing)\b", text, flags=re.MULTILINE))
    floors = {name: str(number) for number, rooms in enumerate(FLOORS, start=1) for name in rooms}
    assert told == floors | dict.fromkeys(WINGS, "a wing")


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


def test_types_are_checked_in_every_room_but_the_grammar_of_korean(pytestconfig):
    checked = {name.strip() for name in pytestconfig.getoption("jaxtyping_packages").split(",")}
    rooms = {file.parent.name for file in PACKAGE.glob("*/__init__.py")} - {"korean"}
    assert {f"attention_course.{room}" for room in rooms} <= checked


def test_no_property_is_asked_how_long_an_example_took():
    assert hypothesis.settings.default.deadline is None
