"""The command line of the grader. What a command needs is imported inside it."""

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from attention_course import processors

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
    one.add_argument(
        "--layout",
        choices=("canvas", "moodle", "folders", "files"),
        help="how paths tell whose a file is; by default as most of them do",
    )
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
    one = command("manual", manual)
    add_class(one)
    one.add_argument("--port", type=int, default=0, help="of the page; a free one by default")
    one.add_argument("--names", action="store_true", help="show names while reading")
    one.add_argument("--by", metavar="WHO", help="who gives the points; your user by default")
    sheet = one.add_mutually_exclusive_group()
    sheet.add_argument("--write", type=Path, metavar="FILE.csv", help="what waits, as a sheet")
    sheet.add_argument("--read", type=Path, metavar="FILE.csv", help="take marks from a sheet")
    add_assignments(one)
    one = command("feedback", feedback)
    add_class(one)
    one.add_argument("out", type=Path, metavar="OUT", help="a folder for the pages")
    one = command("export", export)
    add_class(one)
    one.add_argument("format", choices=("csv", "canvas", "moodle", "gradescope"))
    one.add_argument("out", type=Path, metavar="OUT", help="a file; for gradescope a folder")
    one.add_argument("--chapter", metavar="STEM", help="only this one")
    one.add_argument(
        "--from",
        dest="exported",
        type=Path,
        metavar="FILE.csv",
        help="the file that Canvas or Moodle has exported, to be filled in",
    )
    one.add_argument("--column", metavar="NAME", help="the assignment's column in Canvas")
    one.add_argument("--scale", action="store_true", help="to the points of the column")
    one = command("report", report)
    add_class(one)
    one.add_argument("--chapter", metavar="STEM", help="only this one")


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
        log = collect(room, source, stems, bool(people), arguments.chapter, arguments.layout)
        print(f"{source}: {len(log.taken)} new, {len(log.known)} known, {len(log.refused)} left")
        for path, why in log.refused:
            print(f"  left: {path!a}: {why}", file=sys.stderr)
    print(f"{len(room.learners())} learners, {len(room.submissions())} submissions")


def run(arguments: argparse.Namespace) -> None:
    """Grade what is not graded yet, in a sandbox."""
    from attention_course.grading.sandbox import Sandbox, bubblewrap, no_sandbox

    if arguments.jobs < 1:
        raise ValueError(f"expected --jobs of at least 1, got {arguments.jobs}")
    begun = []
    if shutil.which("bwrap") and not (arguments.unsafe_no_sandbox or arguments.scheduler):
        begun = [Sandbox(bubblewrap(walled=True)) for _ in range(arguments.jobs)]
        for sandbox in begun:
            sandbox.begin()  # they load torch while it is loaded here, too
    from attention_course.grading import batch
    from attention_course.grading.assignment import assignments
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.selftest import find_box

    batch.BENCH.spare = begun
    room = Classroom.opened(arguments.room)
    asked = assignments(arguments.assignments)
    key = room.key(arguments.key)
    if arguments.unsafe_no_sandbox:
        box = no_sandbox()
        print("No sandbox: learners' code can do all that you can do.", file=sys.stderr)
    else:
        box = find_box(arguments.image, begun)
        speed = "" if box.walled else ", a fresh one each time, which is slower"
        print(f"Sandbox: {box.name}{speed}; its self-test found nothing.")
    options = {"only": arguments.only, "again": arguments.again}
    try:
        if arguments.scheduler:
            with batch.cluster(arguments.scheduler) as (executor, width):
                summary = batch.run(room, asked, key, box, executor, width, **options)
        else:
            with batch.threads(arguments.jobs) as executor:
                summary = batch.run(room, asked, key, box, executor, arguments.jobs, **options)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "stopped; what was graded is kept; run the same command again to go on"
        ) from None
    print(f"{summary.graded} submissions graded, {summary.known} were graded already")
    for status, count in sorted(summary.statuses.items()):
        print(f"  {status}: {count}")


def check(arguments: argparse.Namespace) -> None:
    """Run the visible checks on a notebook of your own, without a sandbox. No grade is kept."""
    from attention_course.exercises.keys import DEMO
    from attention_course.grading.assignment import STEMS, Assignment
    from attention_course.grading.grader import grade
    from attention_course.grading.notebook import UnreadableError, chapter_of, read_cells
    from attention_course.grading.sandbox import no_sandbox, opened

    data = arguments.notebook.read_bytes()
    try:
        stem = chapter_of(read_cells(data), STEMS, arguments.notebook.name)
    except UnreadableError as error:
        raise ValueError(f"{arguments.notebook}: {error}") from error
    if stem is None:
        raise ValueError(f"expected a notebook of an assignment, got {arguments.notebook}")
    with opened(no_sandbox()) as sandbox:
        results = grade(data, Assignment(stem, ()), DEMO, sandbox, hidden=False)
    for one in results:
        print(f"{'✓' if one.points == one.of else '✗'} {one.item}: {one.says}")
    wrong = sum(one.points != one.of for one in results)
    if wrong:
        raise ValueError(f"{wrong} of {len(results)} exercises are not right yet")


def manual(arguments: argparse.Namespace) -> None:
    """Read written answers beside their rubric and give points: in a browser, or a spreadsheet."""
    import asyncio
    import getpass

    from attention_course.grading.assignment import assignments
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.marks import read_sheet, write_sheet
    from attention_course.grading.store import opened

    room = Classroom.opened(arguments.room)
    asked = assignments(arguments.assignments)
    by = arguments.by or getpass.getuser()
    with opened(room) as store:
        if arguments.write:
            count = write_sheet(room, store, asked, arguments.write)
            print(f"{arguments.write}: {count} answers wait; fill in points, then --read it")
        elif arguments.read:
            count = read_sheet(room, store, arguments.read, by)
            print(f"{count} marks taken from {arguments.read}")
        else:
            from attention_course.grading.review import Desk, new_token, serve

            desk = Desk(room, store, asked, by, new_token(), arguments.names)
            asyncio.run(serve(desk, arguments.port))


def feedback(arguments: argparse.Namespace) -> None:
    """Write a page of feedback for each learner."""
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.feedback import write_feedback
    from attention_course.grading.store import opened

    with opened(Classroom.opened(arguments.room)) as store:
        files = write_feedback(store, arguments.out)
    print(f"{len(files)} pages in {arguments.out}; whose.csv there tells whose they are")


def export(arguments: argparse.Namespace) -> None:
    """Write grades as CSV, for Canvas, Moodle or Gradescope. Pending is never 0."""
    from attention_course.grading import exports
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.store import opened
    from attention_course.grading.words import zeros

    room = Classroom.opened(arguments.room)
    with opened(room) as store:
        grades = store.grades(arguments.chapter)
    if not grades:
        raise ValueError("expected grades, got none; first: attention-course grade run CLASS")
    if arguments.format in ("canvas", "moodle") and arguments.exported is None:
        raise ValueError(f"expected --from FILE, the file that {arguments.format} has exported")
    if arguments.format == "csv":
        late = {place for place, one in room.submissions().items() if one.late}
        done = exports.write_csv(grades, late, arguments.out)
    elif arguments.format == "canvas":
        if not arguments.column:
            raise ValueError("expected --column NAME, the assignment's column in Canvas's file")
        done = exports.fill_canvas(
            grades, arguments.exported, arguments.column, arguments.out, arguments.scale
        )
    elif arguments.format == "moodle":
        done = exports.fill_moodle(grades, arguments.exported, arguments.out, arguments.scale)
    else:
        done = exports.write_gradescope(grades, arguments.out)
    print(f"{done.file}: {done.written} written")
    for why, count in zeros(grades).items():
        print(f"  counted as 0 points: {count} items ({why})")
    if done.pending:
        print(f"  pending, and no 0: the points of {listed(done.pending)}")
    if done.without_row:
        print(
            f"  no row in {arguments.exported}: {listed(done.without_row)}",
            file=sys.stderr,
        )


def listed(learners: Sequence[str]) -> str:
    """How many learners, and the first of them."""
    more = ", ..." if len(learners) > 5 else ""
    many = "s" if len(learners) > 1 else ""
    return f"{len(learners)} learner{many} ({', '.join(map(ascii, learners[:5]))}{more})"


def report(arguments: argparse.Namespace) -> None:
    """Tell which exercise and which mistake cost the class most."""
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.report import report
    from attention_course.grading.store import opened

    with opened(Classroom.opened(arguments.room)) as store:
        print(report(store.grades(arguments.chapter)), end="")
