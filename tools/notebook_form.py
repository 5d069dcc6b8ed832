"""The normal form of the course's notebooks, and the two parts of them that are generated.

Generated are the badge, which opens the notebook in Colab, and the cell that finds the course or
installs it. The rest of the normal form keeps differences readable and people's names out: no
outputs, no counts, no widget state, and only the metadata that is listed here.
"""

import copy
import re

import nbformat
from nbformat import NotebookNode
from nbstripout import strip_output

from attention_course.rungs import STEMS
from home import Home

BADGE = re.compile(
    r"\[!\[Open In Colab\]\([^)]*\)\]\([^)]*\)( · \[The page of this chapter\]\([^)]*\))?"
)
NOTEBOOK = rf"(?:{'|'.join(STEMS)})\.ipynb"
TRAIN = re.compile(rf"\]\((?:https:[^)\s]*/)?({NOTEBOOK})\)")  # a link to another rung
LINK = re.compile(r"\[Open it in Colab\]\([^)]*\)")  # in executed copies, which ask no other server
PICTURE = "https://colab.research.google.com/assets/colab-badge.svg"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ON_GPU = {"accelerator": "GPU", "colab": {"gpuType": "T4"}}
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # in Colab, and in JupyterLab
KEPT_IN_CELLS = ("cellView", "jupyter", "nbgrader", "tags")

SETUP = '''\
# @title Set up: is the course here? In Colab and on Kaggle this installs it
import importlib
import os
import re
import subprocess
import sys
from importlib import metadata

needed = "{version}"
course = "attention-course @ {requirement}"
stays = "{needs}"


class NotReadyError(RuntimeError):
    """Stops "Run all" with one message in place of a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def versions():
    """Name and version of every package that is installed."""
    return {{str(one.name): one.version for one in metadata.distributions()}}


try:
    from packaging.version import Version

    from attention_course import __version__ as here

    for name in stays.split():
        metadata.version(name)  # an error where it is absent
    old = Version(here) < Version(needed)
    lack = f"version {{here}} of the course is older than {{needed}}" if old else ""
except ImportError as error:
    lack = str(error)

kaggle = "KAGGLE_KERNEL_RUN_TYPE" in os.environ
if not lack:
    print(f"The course is installed: version {{here}}.")
elif kaggle or "google.colab" in sys.modules:
    before = versions()
    pins = [f"{{name}}=={{before[name]}}" for name in stays.split() if name in before]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", course, *pins]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        why = re.search("(fatal|error|ERROR): (?!subprocess).*", done.stderr + "error: unknown")[0]
        check = "switch the internet on (menu Settings)" if kaggle else "check the network"
        expected = {expected}
        if "ResolutionImpossible" in done.stderr:
            expected = "Expected newer packages on this machine: choose its newest environment."
        raise NotReadyError(f"The course is not installed. {{expected}} (pip said: {{why}})")
    sys.modules.pop("attention_course", None)  # an older one
    importlib.invalidate_caches()
    changed = [name for name, one in versions().items() if before.get(name, one) != one]
    print(f"The course is installed. Changed here: {{', '.join(changed) or 'nothing'}}.")
elif sys.platform == "emscripten":
    raise NotReadyError("PyTorch does not run inside a browser: open this notebook in Colab.")
else:
    raise NotReadyError(
        f"This kernel cannot run the notebook ({{lack}}).\\n"
        f"It is Python {{sys.version.split()[0]}}, {{sys.executable}}\\n"
        "Choose another kernel, one that has the course; or put the course into this one: run\\n"
        '    %pip install "{local}"\\n'
        "in a cell of its own, restart the kernel, and run this cell again."
    )'''
NO_NETWORK = 'f"Expected {url} within reach: {{check}}, then run this cell again."'
NO_HOME = (
    '"Expected an account in place of OWNER in {url}: set it in pyproject.toml, then `make sync`."'
)
COPY = "../.."  # without a home there is only the copy of the repository that a notebook stands in


class OddNotebookError(ValueError):
    """A notebook without the places where generated parts go."""


def setup(home: Home) -> str:
    """The cell that finds the course, installs it where machines are empty, or says what to do."""
    return SETUP.format(
        local=f"attention-course @ {home.requirement}" if home.decided else COPY,
        requirement=home.requirement,
        version=home.version,
        needs=" ".join(home.needs),
        expected=(NO_NETWORK if home.decided else NO_HOME).format(url=home.url),
    )


def badge(home: Home, path: str) -> str:
    """The badge that opens the notebook at `path` in Colab."""
    return f"[![Open In Colab]({PICTURE})]({home.colab(path)})"


def badge_and_page(home: Home, path: str) -> str:
    """The badge, and beside it a link to the page of the chapter."""
    page = home.page(f"book/{path.rpartition('/')[2].removesuffix('.ipynb')}")
    return f"{badge(home, path)} · [The page of this chapter]({page})"


def normal(notebook: NotebookNode, path: str, home: Home, gpu: bool = False) -> NotebookNode:
    """The notebook in its normal form, with the badge and the setup cell of this home.

    Raises:
        OddNotebookError: it has no badge in its first cell, or no cell `setup`.
    """
    kept: NotebookNode = strip_output(
        copy.deepcopy(notebook), keep_output=False, keep_count=False, keep_id=True
    )
    kept.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}, **(ON_GPU if gpu else {})}
    )
    for cell in kept.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT_IN_CELLS if key in cell.metadata}
    line = badge(home, path) if "/chapters/" in path else badge_and_page(home, path)
    fill_in(kept, path, home, BADGE, line)
    if "/train/" in path:  # a copy on somebody's Drive has no neighbours
        rung = home.colab("notebooks/train/")
        kept.cells[-1].source = TRAIN.sub(rf"]({rung}\1)", kept.cells[-1].source)
    installer = next(cell for cell in kept.cells if cell.id == "setup")
    installer.metadata = {**FOLDED, "tags": ["setup"]}
    return kept


def in_copy(notebook: NotebookNode, path: str, home: Home) -> NotebookNode:
    """An executed copy of the notebook at `path`, its outputs kept, with the parts of this home.

    The setup cell is folded, and without its output, which says something of another machine.
    """
    kept = copy.deepcopy(notebook)
    for cell in kept.cells:
        if cell.get("id") == "setup":
            cell.outputs = []
            cell.metadata["tags"] = ["setup", "hide-input"]
    fill_in(kept, path, home, LINK, f"[Open it in Colab]({home.colab(path)})")
    return kept


def fill_in(
    notebook: NotebookNode, path: str, home: Home, pattern: re.Pattern[str], link: str
) -> None:
    """Write the link over what the pattern matches in the first cell, and the setup cell.

    Raises:
        OddNotebookError: the pattern does not match once, or there is not one cell `setup`.
    """
    title = notebook.cells[0]
    installers = [cell for cell in notebook.cells if cell.get("id") == "setup"]
    links = len([*pattern.finditer(title.source)])
    if links != 1 or len(installers) != 1:
        raise OddNotebookError(
            f"expected one badge in the first cell of {path} and one cell with the id `setup`, "
            f"got {links} and {len(installers)}; "
            "copy both from another notebook"
        )
    title.source = pattern.sub(link, title.source)
    installers[0].source = setup(home)


def text(notebook: NotebookNode) -> str:
    """The notebook as it stands in its file; refuses what is not a valid notebook."""
    nbformat.validate(notebook)
    content: str = nbformat.writes(notebook)
    return content + "\n"
