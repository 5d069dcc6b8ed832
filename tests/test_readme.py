"""The Python that the README shows first runs as it stands, and prints what it says."""

import os
import re
import subprocess
import sys

import pytest

from home import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SCREEN = 40  # lines
LOOKED = """
row = read.weights[read.output_tokens.index("recommended")]
print("recommended looks at", read.source_tokens[row.index(max(row))])
"""


def shown() -> str:
    """The Python of the README."""
    [code] = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return code


def test_the_two_commands_and_the_line_that_clones_stand_within_the_first_screen():
    first = "\n".join(README.splitlines()[:FIRST_SCREEN])
    assert all(words in first for words in ("git clone ", "make book", "make test"))


def test_python_is_shown_within_the_first_screen():
    assert README[: README.index(shown()) + len(shown())].count("\n") <= FIRST_SCREEN
    assert len([line for line in shown().splitlines() if line]) <= 12


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The Python of the README, run in an empty folder; half a minute on one core."""
    folder = tmp_path_factory.mktemp("visitor")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MPLBACKEND": "agg"}
    command = [sys.executable, "-c", shown() + LOOKED]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_it_prints_the_translation_that_it_says(ran):
    [said] = re.findall(r"^print\(.*\)  # (.*)$", shown(), re.MULTILINE)
    assert ran[1].splitlines()[-2] == said


def test_the_word_at_the_end_looks_back_as_the_readme_says(ran):
    [written, source] = re.search(r"\*(\w+)\*, near the end in English, .* (\w+),", README).groups()
    assert written in shown()
    assert f"{written} looks at {source}" == ran[1].splitlines()[-1]


def test_it_draws_where_it_looked(ran):
    [path] = re.findall(r'Path\("(\S+\.png)"\)', shown())
    picture = (ran[0] / path).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000


def test_it_leaves_its_files_where_git_does_not_see_them(ran):
    assert [path.name for path in ran[0].iterdir()] == ["runs"]
