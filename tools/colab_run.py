"""Run every notebook as Colab would: from an empty folder, with nothing but itself.

For each notebook the course is taken from the machine, so that its setup cell installs it anew.
Then: what the setup cell says without a network, what it does on Kaggle and in a kernel that is
neither, and a run that is cut off and goes on from Drive.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

import colab_lists
import colab_machine as machine
from attention_course.rungs import STEMS
from home import ROOT

FIRST = ROOT / "notebooks" / "chapters" / f"{STEMS[0]}.ipynb"
FOLDERS = ("chapters", "train", "assignments", "exercises")
PROBE = """
import sys, attention_course, IPython, ipykernel, ipywidgets, torch
print(attention_course.__file__, IPython.__version__, ipykernel.__version__,
      ipywidgets.__version__, torch.__version__, sep="|")
"""
EXPECTED = "The course is installed. Changed here: nothing."


def main() -> int:
    """Run all of it; a failure is said with the notebook's name, and fails."""
    python = machine.make()
    failures: list[str] = []
    for folder in FOLDERS:
        for file in sorted((ROOT / "notebooks" / folder).glob("*.ipynb")):
            start = time.monotonic()
            remove_course(python)
            try:
                notebook = run(file, machine.surroundings())
                check_where(notebook)
                outcome = "passed"
            except (CellExecutionError, AssertionError) as error:
                failures.append(f"{folder}/{file.name}: {error}")
                outcome = "FAILED"
            print(f"{outcome} {folder}/{file.name}, {time.monotonic() - start:.0f} s", flush=True)
    for check in (without_network, on_kaggle, elsewhere, cut_off_and_resumed):
        try:
            print(check(python), flush=True)
        except (CellExecutionError, AssertionError) as error:
            failures.append(f"{check.__name__}: {error}")
    print("\n".join(failures) or "All notebooks pass on a machine like Colab's.")
    return 1 if failures else 0


def remove_course(python: Path) -> None:
    """Take the course and what it brought from the machine."""
    names = "attention-course sacrebleu jaxtyping portalocker colorama wadler-lindig".split()
    subprocess.run([python, "-m", "pip", "uninstall", "-qqy", *names], check=True)


def run(
    file: Path, environment: dict[str, str], tick: bool = False, kernel: str = "colab"
) -> NotebookNode:
    """Run a notebook on the machine, in an empty folder; give it with its outputs."""
    notebook: NotebookNode = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    if tick:
        cell = next(cell for cell in notebook.cells if cell.get("id") == "keep")
        cell.source = cell.source.replace("keep_on_drive = False", "keep_on_drive = True")
    os.environ["JUPYTER_PATH"] = environment["JUPYTER_PATH"]
    with tempfile.TemporaryDirectory() as content:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name=kernel,
            resources={"metadata": {"path": content}},
        )
        client.execute(env=environment)
    return notebook


def printed(notebook: NotebookNode, cell_id: str) -> str:
    """What a cell has printed."""
    [cell] = [cell for cell in notebook.cells if cell.get("id") == cell_id]
    return "".join(output.get("text", "") for output in cell.outputs)


def check_where(notebook: NotebookNode) -> None:
    """The course came from the setup cell, the kernel is Colab's, nothing was changed."""
    assert EXPECTED in printed(notebook, "setup"), printed(notebook, "setup")
    path, *versions, _ = printed(notebook, notebook.cells[-1]["id"]).strip().split("|")
    assert Path(path).is_relative_to(machine.FOLDER), f"the course was found in {path}"
    packages = colab_lists.read_all()[-2].packages
    assert versions == [packages[name] for name in ("ipython", "ipykernel", "ipywidgets")], versions


def without_network(python: Path) -> str:
    """What the setup cell says when GitHub is out of reach."""
    remove_course(python)
    message = error_of_setup(machine.surroundings(reachable=False), "colab")
    assert "The course is not installed. Expected" in message, message
    return f"passed: without a network the setup cell says: {message}"


def on_kaggle(python: Path) -> str:
    """Kaggle has no module of Colab; a variable names it."""
    remove_course(python)
    environment = {**machine.surroundings(), "KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
    check_where(run(FIRST, environment, kernel="plain"))
    return "passed: on Kaggle the setup cell installs the course"


def elsewhere(python: Path) -> str:
    """What the setup cell says in a kernel that it may not install into by itself."""
    remove_course(python)
    message = error_of_setup(machine.surroundings(), "plain")
    assert str(python) in message, message
    assert "%pip install" in message, message
    return f"passed: elsewhere the setup cell says: {message}"


def error_of_setup(environment: dict[str, str], kernel: str) -> str:
    """The message with which the setup cell stops a notebook."""
    try:
        run(FIRST, environment, kernel=kernel)
    except CellExecutionError as error:
        return error.evalue
    return "nothing: it went on"


def cut_off_and_resumed(python: Path) -> str:
    """Kill a training notebook when a checkpoint is on Drive; run it again on a new machine."""
    notebook = ROOT / "notebooks" / "train" / f"{STEMS[2]}.ipynb"
    with tempfile.TemporaryDirectory() as drive:
        environment = machine.surroundings(drive=Path(drive))
        killer = threading.Thread(target=kill_kernel_when_saved, args=(Path(drive),))
        killer.start()
        try:
            run(notebook, environment, tick=True)
            raise AssertionError("expected the kernel to be killed before the end")
        except DeadKernelError:
            killer.join()
        before = sorted(file.name for file in Path(drive).rglob("checkpoint-*.json"))
        run(notebook, environment, tick=True)
        kept = sorted(str(file.parent.name) for file in Path(drive).rglob("run.json"))
    assert "pocket-korean-smoke" in kept, kept
    return f"passed: cut off with {len(before)} checkpoint(s) on Drive, resumed; finished: {kept}"


def kill_kernel_when_saved(drive: Path) -> None:
    """Wait for the first whole checkpoint on the drive, then kill the kernel at once."""
    while not list(drive.rglob("checkpoint-*.json")):
        time.sleep(0.02)
    for process in psutil.process_iter(["cmdline"]):
        if machine.LAUNCH in (process.info["cmdline"] or []):
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
