"""Run the core's tests with the oldest version of everything that pyproject.toml promises.

The floors of the dependencies are read from there, so that a promise cannot be made and not tried.
torch is downloaded: with the libraries of its usual build some gigabytes.
"""

import subprocess
import sys
import tomllib
import venv

from packaging.requirements import Requirement

from home import ROOT

PLACE = ROOT / "_build" / "oldest"
TOOLS = "pytest hypothesis beartype nbformat nbclient ipykernel".split()
# What is not the core: the website, its prose, the tools that make files, and the grader's sandbox.
LEFT_OUT = "site prose sync release house grading_* gradebook workflows colab".split()


def floors() -> list[str]:
    """The oldest version of each dependency: `torch>=2.9` promises `torch==2.9`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = []
    for need in map(Requirement, project["dependencies"]):
        [bound] = need.specifier
        assert bound.operator == ">=", f"expected a lower bound for {need.name}, got {bound}"
        found.append(f"{need.name}=={bound.version}")
    return found


def main() -> int:
    """Make the environment anew, print what is in it, run the tests."""
    python = PLACE / "bin" / "python"
    venv.create(PLACE, with_pip=True, clear=True)
    print(f"Installing {', '.join(floors())} ...", flush=True)
    install = [python, "-m", "pip", "install", "-qq"]
    subprocess.run([*install, *floors(), *TOOLS], check=True)
    subprocess.run([*install, "--no-deps", "--editable", ROOT], check=True)
    left_out = [f"--ignore-glob=tests/test_{name}.py" for name in LEFT_OUT]
    tests = [python, "-m", "pytest", "-q", "-rs", *left_out, *sys.argv[1:], "tests"]
    return subprocess.run(tests, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
