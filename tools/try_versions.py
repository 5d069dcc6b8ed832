"""Run the core's tests with the oldest, or the newest, version of all that the course stands on.

The oldest are the floors in pyproject.toml, so that no promise is made that is not tried. The
newest are what pip finds today: what a learner gets who installs the course for the first time.
torch is downloaded; with the libraries of its usual build these are some gigabytes.
"""

import argparse
import subprocess
import sys
import tomllib
import venv

from packaging.requirements import Requirement

from home import ROOT

TOOLS = "pytest hypothesis beartype nbformat nbclient ipykernel".split()
# What is not the core: the website, its prose, the tools that make files, and the grader's sandbox.
LEFT_OUT = (
    "checks site prose sync colab_lists release make_release house".split()
    + "grading_* gradebook workflows".split()
)


def needs() -> list[Requirement]:
    """What the course stands on, with its bounds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def floor(need: Requirement) -> str:
    """The oldest version that a bound promises: torch==2.9 for torch>=2.9."""
    [bound] = need.specifier
    if bound.operator != ">=":
        raise SystemExit(f"expected a lower bound for {need.name} in pyproject.toml, got {bound}")
    return f"{need.name}=={bound.version}"


def main() -> int:
    """Make the environment anew, print what is in it, run the tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", choices=("oldest", "newest"))
    which = parser.parse_args().which
    environment = ROOT / "_build" / which
    requirements = [floor(need) if which == "oldest" else need.name for need in needs()]
    print(f"Installing {', '.join(requirements)} ...", flush=True)
    venv.create(environment, with_pip=True, clear=True)
    pip = [environment / "bin" / "python", "-m", "pip"]
    subprocess.run([*pip, "install", "-qq", *requirements, *TOOLS], check=True)
    subprocess.run([*pip, "install", "-qq", "--no-deps", "--editable", ROOT], check=True)
    subprocess.run([*pip, "freeze"], check=True)
    left_out = [f"--ignore-glob=tests/test_{name}.py" for name in LEFT_OUT]
    tests = [environment / "bin" / "python", "-m", "pytest", "-q", "-rs", *left_out, "tests"]
    return subprocess.run(tests, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
