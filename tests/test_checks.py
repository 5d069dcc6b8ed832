"""What `make check` would find: an undefined name, wherever it stands, and a wrong type."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNDEFINED = "def total(count: int) -> int:\n    return count + absent\n"
WRONG = "def total(count: int) -> str:\n    return count\n"


def ruff(path: str, text: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise"]
    done = subprocess.run(
        [*command, f"--stdin-filename={path}", "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
    )
    return done.stdout


def mypy(folder: Path, text: str) -> str:
    (folder / "new.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", str(folder / "new.py")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("path", ["src/attention_course/new.py", "tools/new.py", "tests/new.py"])
def test_ruff_finds_a_name_that_is_not_defined(path):
    assert "F821" in ruff(path, UNDEFINED)


def test_where_shapes_hide_it_from_ruff_mypy_finds_a_name_that_is_not_defined(tmp_path):
    assert "F821" not in ruff("src/attention_course/models/new.py", UNDEFINED)
    assert "[name-defined]" in mypy(tmp_path, UNDEFINED)


def test_mypy_is_strict_with_the_package_and_the_tools_and_no_error_is_switched_off(tmp_path):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"]
    assert settings["files"] == ["src", "tools"]
    assert not any("disable_error_code" in part for part in (settings, *settings["overrides"]))
    assert "[return-value]" in mypy(tmp_path, WRONG)
