"""A machine like Colab's: its kernel, its versions, its module `google.colab`, no repository.

The environment in _build/colab is made from Colab's newest list: the kernel and what the course
stands on, in the versions that are listed. torch is lent by this environment. GitHub is played by
a copy of this working tree, which git is told to ask instead, so that the setup cell of a notebook
runs just as it is.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import colab_lists as lists
import home as homes
from lent_torch import LENT, lend

FOLDER = homes.ROOT / "_build" / "colab"
STAND_IN = Path(__file__).parent / "colab_standin"
KERNEL = "pip ipython ipykernel ipywidgets jupyter-client traitlets anywidget packaging".split()
PLAIN = "from ipykernel.kernelapp import launch_new_instance as run; run()"
LAUNCH = f"import google.colab; {PLAIN}"


def make() -> Path:
    """Make the machine if it is not there as it should be; give its python."""
    listing = lists.read_all()[-2]  # the newest, without a GPU
    key = hashlib.sha256(repr((listing, sys.version, requirements(listing))).encode()).hexdigest()
    python, stamp = FOLDER / "env" / "bin" / "python", FOLDER / "key"
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(FOLDER, ignore_errors=True)
        print(f"Making a machine with the packages of {listing} ...", flush=True)
        venv.create(FOLDER / "env", with_pip=True)
        install(python, listing)
        shutil.copytree(STAND_IN, FOLDER / "stand-in")
        lend(python, FOLDER / "torch", listing.packages["torch"], also=FOLDER / "stand-in")
        stamp.write_text(key)
    write_kernels(python)
    play_github()
    return python


def requirements(listing: lists.Listing) -> list[str]:
    """What pip installs: the kernel, and of the course's and torch's needs what Colab has."""
    needs = [Requirement(line) for line in metadata.requires("torch") or []]
    of_torch = [need.name for need in needs if need.marker is None or need.marker.evaluate()]
    names = map(canonicalize_name, [*KERNEL, *homes.read().needs, *of_torch])
    here = [name for name in dict.fromkeys(names) if name in listing.packages]
    return [f"{name}=={listing.packages[name]}" for name in here if name not in LENT]


def install(python: Path, listing: lists.Listing) -> None:
    """Install the requirements, and what those stand on, in the versions of the list."""
    constraints = FOLDER / "constraints.txt"
    constraints.write_text(
        "".join(f"{name}=={one}\n" for name, one in listing.packages.items() if one != "0")
    )
    pip = [str(python), "-m", "pip", "install", "-qq", "--constraint", str(constraints)]
    subprocess.run([*pip, *requirements(listing)], check=True)


def write_kernels(python: Path) -> None:
    """Tell Jupyter of two kernels; as in Colab, one imports `google.colab` before any cell."""
    for name, launch in (("colab", LAUNCH), ("plain", PLAIN)):
        spec = FOLDER / "jupyter" / "kernels" / name / "kernel.json"
        spec.parent.mkdir(parents=True, exist_ok=True)
        argv = [str(python), "-Xfrozen_modules=off", "-c", launch, "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


def play_github() -> None:
    """Copy this working tree into a repository that has the branch or the tag of its home."""
    home = homes.read()
    repository = FOLDER / "github" / home.owner / home.name
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir(parents=True)

    def git(*arguments: str, at: Path = homes.ROOT) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=at, check=True, capture_output=True, text=True
        )
        return done.stdout

    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, names):
        if (homes.ROOT / name).is_file():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(homes.ROOT / name, repository / name)
    me = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    git("init", "--quiet", "--initial-branch", home.branch, at=repository)
    git("add", "--all", at=repository)
    git(*me, "commit", "--quiet", "--message", "as it is", at=repository)
    if home.ref != home.branch:
        git("tag", home.ref, at=repository)


def surroundings(reachable: bool = True, drive: Path | None = None) -> dict[str, str]:
    """The environment variables of a kernel on the machine: nothing of ours leads to the code."""
    ours = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "ATTENTION_COURSE_WEBSITE"}
    github = FOLDER / "github" if reachable else FOLDER / "nothing here"
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "ATTENTION_COURSE_PRESET": "smoke",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{github}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
        "JUPYTER_PATH": str(FOLDER / "jupyter"),
        "TQDM_DISABLE": "1",
        **({"STANDIN_DRIVE": str(drive)} if drive else {}),
    }
