"""The command line of the grader. What a command needs is imported inside it."""

import argparse
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attention_course import processors
from attention_course.grading.commands_out import Add, add_assignments, add_class
from attention_course.grading.commands_out import add_commands as add_commands_out

if TYPE_CHECKING:
    from attention_course.grading.batch import Summary
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.sandbox import Box, Sandbox


def add_commands(command: Add) -> None:
    """Describe all commands of `attention-course grade`."""
    one = command("release", release)
    one.add_argument("out", type=Path, metavar="OUT", help="a folder for the learners' notebooks")
    add_assignments(one)
    one = command("collect", collect)
    add_class(one)
    one.add_argument("sources", type=Path, nargs="+", metavar="SOURCE", help="a folder or a zip")
    one.add_argument("--roster", type=Path, metavar="FILE.csv", help="who may hand in: id, name")
    one.add_argument("--chapter", metavar="STEM", help="what all files belong to")
    one.add_argument(
        "--layout",
        choices=("canvas", "canvas-anonymous", "moodle", "folders", "files"),
        help="how paths tell whose a file is; by default as most of them do",
    )
    one.add_argument("--roster-encoding", metavar="NAME", help="of that file; else guessed")
    one.add_argument("--encoding", metavar="NAME", help="of files' names, as cp949; else guessed")
    one.add_argument("--dry-run", action="store_true", help="show what would be taken; no more")
    one.add_argument("--accept", action="store_true", help="take it as shown, with its doubts")
    add_assignments(one)
    one = command("run", run)
    add_class(one)
    one.add_argument("--key", type=Path, metavar="FILE", help="draw the hidden inputs from it")
    one.add_argument(
        "--only", nargs="+", default=[], metavar="WHO", help="ids of learners, or chapters"
    )
    one.add_argument("--again", action="store_true", help="grade what is graded already, too")
    one.add_argument("--jobs", type=int, default=processors.count(), metavar="N")
    one.add_argument("--scheduler", metavar="ADDRESS", help="grade on the workers of Dask")
    one.add_argument("--image", metavar="NAME", help="for podman or docker: has torch, IPython")
    one.add_argument("--unsafe-no-sandbox", action="store_true", help="no protection at all")
    add_assignments(one)
    one = command("check", check)
    one.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="your own, or one you trust")
    add_commands_out(command)


def release(arguments: argparse.Namespace) -> None:
    """Make the learners' notebooks: no solution, no rubric, no output."""
    from attention_course.grading.release import release

    for file in release(arguments.assignments, arguments.out):
        print(file)


def collect(arguments: argparse.Namespace) -> None:
    """Take what was handed in, from folders or zips, into a class. Shows it before it writes."""
    from attention_course.grading.collecting import collect

    collect(arguments)


def run(arguments: argparse.Namespace) -> None:
    """Grade what is not graded yet, in a sandbox."""
    from attention_course.grading.locks import file_locks

    file_locks()
    if arguments.jobs < 1:
        raise ValueError(f"expected --jobs of at least 1, got {arguments.jobs}")
    begun = sandboxes_begun(arguments)
    try:
        grade_class(arguments, begun)
    finally:
        for sandbox in begun:
            sandbox.close()


def sandboxes_begun(arguments: argparse.Namespace) -> "list[Sandbox]":
    """A sandbox for each job where bubblewrap is: they load torch while it is loaded here, too."""
    from attention_course.grading.sandbox import Sandbox, bubblewrap

    if arguments.unsafe_no_sandbox or arguments.scheduler or not shutil.which("bwrap"):
        return []
    begun = [Sandbox(bubblewrap(walled=True)) for _ in range(arguments.jobs)]
    for sandbox in begun:
        sandbox.begin()
    return begun


def grade_class(arguments: argparse.Namespace, begun: "list[Sandbox]") -> None:
    """Grade a class and print what was done. `begun`: sandboxes that may be used.

    Raises:
        KeyboardInterrupt: it was stopped; the words say how to go on.
    """
    from attention_course.grading import batch
    from attention_course.grading.assignment import read_assignments
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.shown import counted

    batch.POOL.spare = begun
    room = Classroom.open(arguments.room)
    assignments = read_assignments(arguments.assignments)
    key = room.key(arguments.key)
    box = chosen_box(arguments, begun)
    options = {"only": arguments.only, "again": arguments.again}
    try:
        if arguments.scheduler:
            with batch.dask_cluster(arguments.scheduler) as (executor, width):
                summary = batch.run(room, assignments, key, box, executor, width, **options)
        else:
            width = arguments.jobs
            with batch.thread_pool(width) as executor:
                summary = batch.run(room, assignments, key, box, executor, width, **options)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "stopped; what was graded is kept; run the same command again to go on"
        ) from None
    graded = counted(summary.graded, "submission")
    print(f"{graded} graded, {summary.already_graded} were graded already")
    for status, count in sorted(summary.statuses.items()):
        print(f"  {status}: {count}")
    print(f"next: attention-course grade {next_step(room, summary)}")


def chosen_box(arguments: argparse.Namespace, begun: "list[Sandbox]") -> "Box":
    """The kind of sandbox to grade in, after its self-test; which one is printed."""
    from attention_course.grading.sandbox import no_sandbox
    from attention_course.grading.selftest import find_box

    if arguments.unsafe_no_sandbox:
        print("No sandbox: learners' code can do all that you can do.", file=sys.stderr)
        return no_sandbox()
    box = find_box(arguments.image, begun)
    speed = "" if box.walled else ", a fresh one each time, which is slower"
    print(f"Sandbox: {box.name}{speed}; its self-test found nothing.")
    return box


def next_step(room: "Classroom", summary: "Summary") -> str:
    """What to do after a run: try again what the grader failed at, read what waits, or go on."""
    from attention_course.grading.gradebook import open_gradebook
    from attention_course.grading.marks import to_be_read

    folder = shlex.quote(str(room.root))
    if "infra-error" in summary.statuses:
        return f"run {folder}"
    with open_gradebook(room) as gradebook:
        waits = to_be_read(gradebook.grades())
    return f"manual {folder}" if waits else f"report {folder}; then feedback and export"


def check(arguments: argparse.Namespace) -> None:
    """Say what the grader will find in a notebook of your own, without a sandbox or a grade."""
    from attention_course.grading.handing_in import (
        RIGHT,
        NotebookSource,
        function_lines,
        written_lines,
    )
    from attention_course.grading.notebook import UnreadableError, chapter_of, read_cells
    from attention_course.rungs import STEMS, rung

    try:
        cells = read_cells(arguments.notebook.read_bytes())
    except UnreadableError as error:
        raise ValueError(f"{arguments.notebook}: {error}") from error
    stem = chapter_of(cells, STEMS, arguments.notebook.name)
    if stem is None:
        raise ValueError(f"expected a notebook of an assignment, got {arguments.notebook}")
    chapter, source = rung(stem).short, NotebookSource(cells, arguments.notebook.name)
    functions = function_lines(chapter, source, {})
    for line in [*functions, *written_lines(chapter, source)]:
        print(line)
    wrong = sum(not line.startswith(RIGHT) for line in functions)
    if wrong:
        raise ValueError(f"{wrong} of {len(functions)} exercises are not right yet")
