"""The command line of the grader. What a command needs is imported inside it."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

Add = Callable[..., argparse.ArgumentParser]


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
    add_assignments(one)
    one = command("run", run)
    add_class(one)
    one.add_argument("--key", type=Path, metavar="FILE", help="draw the hidden inputs from it")
    one.add_argument(
        "--only", nargs="+", default=[], metavar="WHO", help="ids of learners, or chapters"
    )
    one.add_argument("--again", action="store_true", help="grade what is graded already, too")
    one.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    one.add_argument("--scheduler", metavar="ADDRESS", help="grade on the workers of Dask")
    one.add_argument("--image", metavar="NAME", help="for podman or docker: has torch, IPython")
    one.add_argument("--unsafe-no-sandbox", action="store_true", help="no protection at all")
    add_assignments(one)


def add_class(one: argparse.ArgumentParser) -> None:
    """The argument that all commands begin with."""
    one.add_argument("room", type=Path, metavar="CLASS", help="the folder of the class")


def add_assignments(one: argparse.ArgumentParser) -> None:
    """Where the assignments with their rubrics are."""
    one.add_argument(
        "--assignments", type=Path, default=Path("notebooks/assignments"), metavar="DIR"
    )


def release(arguments: argparse.Namespace) -> None:
    """Make the learners' notebooks: no solution, no rubric, no output."""
    from attention_course.grading.release import release

    for file in release(arguments.assignments, arguments.out):
        print(file)


def collect(arguments: argparse.Namespace) -> None:
    """Take what was handed in, from folders or zips, into a class."""
    from attention_course.grading.assignment import assignments
    from attention_course.grading.classroom import Classroom, read_roster
    from attention_course.grading.intake import collect

    stems = list(assignments(arguments.assignments))
    if arguments.chapter not in (None, *stems):
        raise ValueError(f"expected --chapter among {', '.join(stems)}, got {arguments.chapter}")
    people = read_roster(arguments.roster) if arguments.roster else []
    room = Classroom.made(arguments.room)
    for id, name in people:
        room.add_learner(id, name)
    for source in arguments.sources:
        log = collect(room, source, stems, bool(people), arguments.chapter)
        print(f"{source}: {len(log.taken)} new, {len(log.known)} known, {len(log.refused)} left")
        for path, why in log.refused:
            print(f"  left: {path!a}: {why}", file=sys.stderr)
    print(f"{len(room.learners())} learners, {len(room.submissions())} submissions")


def run(arguments: argparse.Namespace) -> None:
    """Grade what is not graded yet, in a sandbox."""
    from attention_course.grading import batch
    from attention_course.grading.assignment import assignments
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.sandbox import no_sandbox
    from attention_course.grading.selftest import find_box

    if arguments.jobs < 1:
        raise ValueError(f"expected --jobs of at least 1, got {arguments.jobs}")
    room = Classroom.opened(arguments.room)
    asked = assignments(arguments.assignments)
    key = room.key(arguments.key)
    if arguments.unsafe_no_sandbox:
        box = no_sandbox()
        print("No sandbox: learners' code can do all that you can do.", file=sys.stderr)
    else:
        box = find_box(arguments.image)
        speed = "" if box.walled else ", a fresh one each time, which is slower"
        print(f"Sandbox: {box.name}{speed}; its self-test found nothing.")
    options = {"only": arguments.only, "again": arguments.again}
    if arguments.scheduler:
        with batch.cluster(arguments.scheduler) as (executor, width):
            summary = batch.run(room, asked, key, box, executor, width, **options)
    else:
        with batch.threads(arguments.jobs) as executor:
            summary = batch.run(room, asked, key, box, executor, arguments.jobs, **options)
    print(f"{summary.graded} submissions graded, {summary.known} were graded already")
    for status, count in sorted(summary.statuses.items()):
        print(f"  {status}: {count}")
