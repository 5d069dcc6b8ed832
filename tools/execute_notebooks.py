"""Run the training notebooks with a real preset and keep the executed copies in book/runs.

The website shows them; `make results` remakes them. Widgets are left out of the copies, because a
static page could not answer: a line says so in their place. Figures are drawings, which take the
colours of the page, and say in words what they show.
"""

import argparse
import datetime
import html
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
import torch
from nbclient import NotebookClient
from nbformat import NotebookNode

import page_kernel
from attention_course.rungs import STEMS
from attention_course.runs.card import machine
from attention_course.training.devices import pick_device
from home import ROOT
from notebook_form import BADGE, TRAIN

SOURCES, COPIES = ROOT / "notebooks" / "train", ROOT / "book" / "runs"
DRAWING = "image/svg+xml"
WIDGET = "application/vnd.jupyter.widget-view+json"
INSTEAD = "(In Jupyter or Colab an explorer stands here: choose a sentence, see where it looks.)"
LIVE = "(In Jupyter or Colab the model stands here itself: its weights can be taken hold of.)"


def execute(source: Path, preset: str) -> NotebookNode:
    """Run one notebook with a preset, in an empty folder, however long it takes."""
    notebook: NotebookNode = nbformat.read(source, as_version=4)
    os.environ["ATTENTION_COURSE_PRESET"] = preset
    os.environ["TQDM_DISABLE"] = "1"
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as settings:
        os.environ["IPYTHONDIR"] = str(page_kernel.write_settings(Path(settings)))
        NotebookClient(
            notebook,
            timeout=None,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        ).execute()
    return notebook


def for_the_page(notebook: NotebookNode, source: Path, preset: str) -> None:
    """Say where the outputs come from, and leave out what a page cannot show."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    note = nbformat.v4.new_markdown_cell(
        f"*These are the outputs of a real run: preset `{preset}`, {today:%d %B %Y}, "
        f"{machine(pick_device())}, torch "
        f"{torch.__version__.partition('+')[0]}. Where Multi30k was out of reach, "
        f"that part was left out. The notebook without outputs is `notebooks/train/{source.name}`.*"
    )
    note["id"] = "where-from"
    notebook.cells.insert(1, note)
    section = ""
    for cell in notebook.cells:
        cell.source = BADGE.sub("[Open it in Colab]()", cell.source)  # sync knows the address
        cell.source = TRAIN.sub(r"](\1)", cell.source)
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        section = heading_of(cell) or section
        if cell.cell_type == "code":
            drawings = [one.data[DRAWING] for one in cell.outputs if DRAWING in one.get("data", {})]
            if drawings:
                alt = alt_text(cell.source, drawings[0], section)
                cell.metadata["mystnb"] = {"image": {"alt": alt}}
            cell.outputs = [kept for one in cell.outputs for kept in as_shown(one, cell.source)]
    notebook.metadata.pop("widgets", None)


def heading_of(cell: NotebookNode) -> str:
    """The last heading in a cell of text, or nothing."""
    if cell.cell_type != "markdown":
        return ""
    headings: list[str] = re.findall(r"^#+ (.*)$", cell.source, flags=re.MULTILINE)
    return headings[-1] if headings else ""


def alt_text(source: str, drawing: str, section: str) -> str:
    """What a figure is, and the finding in its title, for readers who cannot see it."""
    kinds = {
        "heatmap": "Heatmap of weights, target words against source words",
        "training_curves": "Curves of the loss against epochs",
        "quality_by_length": "Curve of quality against source length",
        "bars": "Bars, one for each rung",
    }
    shown = [words for name, words in kinds.items() if f"plotting.{name}(" in source]
    return f"{'; '.join(shown) or 'Figure'}: {title_of(drawing) or section}."


def title_of(drawing: str) -> str:
    """The largest text of a drawing of matplotlib, which is its title; its lines are joined."""
    sized = re.findall(r"<text style=\"font-size: ([\d.]+)px[^>]*>([^<]+)</text>", drawing)
    largest = max((float(size) for size, _ in sized), default=0)
    return html.unescape(" ".join(text for size, text in sized if float(size) == largest))


def as_shown(output: NotebookNode, source: str) -> list[NotebookNode]:
    """An output as a page can show it: no widgets, no progress bars, no folder of this machine."""
    if output.get("name") == "stderr":
        return []
    if WIDGET in output.get("data", {}):
        if "explore" not in source:
            return []  # a progress bar
        output["data"] = {"text/plain": INSTEAD}
    if "<course-live" in output.get("data", {}).get("text/html", ""):
        output["data"] = {"text/plain": LIVE}  # a model weighs more than a page
    if "text" in output:
        output["text"] = re.sub(r"/\S*attention-course-\w+", "a temporary folder", output["text"])
    return [output]


def main() -> int:
    """Run them all, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"{STEMS[0]} ...; all by default")
    parser.add_argument("--preset", default="cpu")
    arguments = parser.parse_args()
    COPIES.mkdir(exist_ok=True)
    for source in sorted(SOURCES.glob("*.ipynb")):
        if arguments.names and source.stem not in arguments.names:
            continue
        print(f"{source.stem}: running with the preset {arguments.preset} ...", flush=True)
        notebook = execute(source, arguments.preset)
        for_the_page(notebook, source, arguments.preset)
        nbformat.write(notebook, COPIES / source.name)
    print("Now run `make sync`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
