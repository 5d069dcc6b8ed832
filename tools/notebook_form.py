"""The normal form of the course's notebooks, and the two parts of them that are generated.

Generated are the badge, which opens the notebook in Colab, and the cell that installs the course
there. The rest of the normal form keeps differences readable and people's names out: no outputs,
no counts, no widget state, and only the metadata that is listed here.
"""

import copy
import re

import nbformat
from nbformat import NotebookNode
from nbstripout import strip_output

from home import Home

BADGE = re.compile(
    r"\[!\[Open In Colab\]\([^)]*\)\]\([^)]*\)( · \[The page of this chapter\]\([^)]*\))?"
)
TRAIN = re.compile(r"\]\((?:https:[^)\s]*/)?(ch\d_\w+\.ipynb)\)")  # a link to another rung
LINK = re.compile(r"\[Open it in Colab\]\([^)]*\)")  # in executed copies, which ask no other server
PICTURE = "https://colab.research.google.com/assets/colab-badge.svg"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ON_GPU = {"accelerator": "GPU", "colab": {"gpuType": "T4"}}
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # in Colab, and in JupyterLab
KEPT_IN_CELLS = ("cellView", "jupyter", "nbgrader", "tags")

SETUP = '''\
# @title Set up: in Colab this installs the course, elsewhere it does nothing
import re
import subprocess
import sys
from importlib import metadata

course = "attention-course @ {requirement}"
expected = "{expected}"
stays = "{needs}"


def versions():
    """Name and version of every package that is installed."""
    return {{str(one.name): one.version for one in metadata.distributions()}}


before = versions()
if "google.colab" not in sys.modules:
    print("Not in Colab: nothing to install.")
elif before.get("attention-course") == "{version}":
    print("The course is installed already.")
else:
    pins = [f"{{name}}=={{before[name]}}" for name in stays.split() if name in before]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", course, *pins]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        why = re.search("(fatal|error|ERROR): (?!subprocess).*", done.stderr + "error: unknown")[0]
        raise SystemExit(f"The course is not installed. {{expected}} (pip said: {{why}})")
    changed = [name for name, one in versions().items() if before.get(name, one) != one]
    print(f"The course is installed. Changed here: {{', '.join(changed) or 'nothing'}}.")'''
NO_NETWORK = "Expected {url} within reach: check the network, then run this cell again."
NO_HOME = (
    "Expected an account in place of OWNER in {url}: set it in pyproject.toml, then `make sync`."
)


class OddNotebookError(ValueError):
    """A notebook without the places where generated parts go."""


def setup(home: Home) -> str:
    """The cell that installs the course in Colab."""
    return SETUP.format(
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
    kept = strip_output(copy.deepcopy(notebook), keep_output=False, keep_count=False, keep_id=True)
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
    """An executed copy of the notebook at `path`, its outputs kept, with the parts of this home."""
    kept = copy.deepcopy(notebook)
    fill_in(kept, path, home, LINK, f"[Open it in Colab]({home.colab(path)})")
    return kept


def fill_in(
    notebook: NotebookNode, path: str, home: Home, place: re.Pattern[str], link: str
) -> None:
    """Write the link and the setup cell into a notebook."""
    title = notebook.cells[0]
    installers = [cell for cell in notebook.cells if cell.get("id") == "setup"]
    if len([*place.finditer(title.source)]) != 1 or len(installers) != 1:
        raise OddNotebookError(
            f"expected one badge in the first cell of {path} and one cell with the id `setup`, "
            f"got {len([*place.finditer(title.source)])} and {len(installers)}; "
            "copy both from another notebook"
        )
    title.source = place.sub(link, title.source)
    installers[0].source = setup(home)


def text(notebook: NotebookNode) -> str:
    """The notebook as it stands in its file; refuses what is not a valid notebook."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"
