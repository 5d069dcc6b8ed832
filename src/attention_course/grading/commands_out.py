"""The commands by which grades leave a class: manual, feedback, export, report.

What a command needs is imported inside it.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attention_course.grading.assignment import Assignment
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.gradebook import Gradebook

Add = Callable[..., argparse.ArgumentParser]


def add_commands(command: Add) -> None:
    """Describe the commands by which grades leave a class."""
    one = command("manual", manual)
    add_class(one)
    one.add_argument("--port", type=int, default=0, help="of the page; a free one by default")
    one.add_argument("--names", action="store_true", help="show names, in the sheet too")
    one.add_argument("--by", metavar="WHO", help="who gives the points; your user by default")
    sheet = one.add_mutually_exclusive_group()
    sheet.add_argument("--write", type=Path, metavar="FILE.csv", help="what waits, as a sheet")
    sheet.add_argument("--read", type=Path, metavar="FILE.csv", help="take marks from a sheet")
    one.add_argument(
        "--all", action="store_true", help="write all that can be marked, with the points given"
    )
    one.epilog = (
        "Columns of the sheet: learner (a neutral name), name (with --names), item, why (why it "
        "is there), question, rubric, of (the most points), answer id (leave it as it is), "
        "answer; you fill in points, and a comment that the learner will see. A row without "
        "points changes nothing."
    )
    add_encoding(one)
    add_assignments(one)
    one = command("feedback", feedback)
    add_class(one)
    one.add_argument("out", type=Path, metavar="OUT", help="a folder for the pages")
    one.add_argument("--url", default="", metavar="https://...", help="where it will be hosted")
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
    one.add_argument("--column", metavar="NAME", help="the column of grades, by its head")
    one.add_argument("--ids", metavar="NAME", help="the column that tells whose row it is")
    one.add_argument("--scale", action="store_true", help="to the points of the column")
    add_encoding(one)
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


def add_encoding(one: argparse.ArgumentParser) -> None:
    """How a file that is read is written, where that cannot be seen."""
    one.add_argument("--encoding", metavar="NAME", help="of the file: utf-8, cp949, cp1252, ...")


def manual(arguments: argparse.Namespace) -> None:
    """Read written answers beside their rubric and give points: in a browser, or a spreadsheet."""
    import asyncio
    import getpass

    from attention_course.grading.assignment import read_assignments
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.gradebook import open_gradebook
    from attention_course.grading.locks import file_locks

    file_locks()  # no mark is kept without them
    if arguments.all and not arguments.write:
        raise ValueError("expected --write FILE.csv with --all, got none")
    room = Classroom.open(arguments.room)
    assignments = read_assignments(arguments.assignments)
    by = arguments.by or getpass.getuser()
    with open_gradebook(room) as gradebook:
        if arguments.write or arguments.read:
            print(by_sheet(arguments, room, gradebook, assignments, by))
        else:
            from attention_course.grading.desk import Desk
            from attention_course.grading.review import new_token, serve

            desk = Desk(room, gradebook, assignments, by, new_token(), arguments.names)
            asyncio.run(serve(desk, arguments.port))


def by_sheet(
    arguments: argparse.Namespace,
    room: "Classroom",
    gradebook: "Gradebook",
    assignments: "dict[str, Assignment]",
    by: str,
) -> str:
    """Write a sheet, or take marks from one; returns what to print."""
    from attention_course.grading.marks_sheet import read_marks, write_marks_sheet
    from attention_course.grading.shown import counted

    if arguments.read:
        new = read_marks(room, gradebook, arguments.read, by, arguments.encoding)
        same = "" if new else ": its points are in the gradebook already"
        return f"{counted(new, 'mark')} taken from {arguments.read}{same}"
    count = write_marks_sheet(
        room, gradebook, assignments, arguments.write, arguments.all, arguments.names
    )
    if count:
        return f"{arguments.write}: {counted(count, 'row')}; fill in points, then --read it"
    if arguments.all:
        return "Nothing is graded yet: attention-course grade run CLASS"
    return "Nothing waits, and no sheet was written; --all writes all that can be marked"


def feedback(arguments: argparse.Namespace) -> None:
    """Write a page of feedback for each learner."""
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.feedback import WHOSE, old_pages, write_feedback
    from attention_course.grading.gradebook import open_gradebook
    from attention_course.grading.shown import counted

    with open_gradebook(Classroom.open(arguments.room)) as gradebook:
        files = write_feedback(gradebook, arguments.out, arguments.url)
    whose = arguments.room / WHOSE
    pages = counted(len(files), "page")
    print(f"{pages} in {arguments.out}; {whose} tells whose they are: keep it private")
    if old := old_pages(arguments.out):
        print(
            f"{arguments.out} holds {len(old)} files of an earlier version, with names that can be "
            f"guessed ({old[0].name}, ...): delete them before you host it",
            file=sys.stderr,
        )


def export(arguments: argparse.Namespace) -> None:
    """Write grades as CSV, for Canvas, Moodle or Gradescope. Pending is never 0."""
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.everybody import grades_of_everybody, never_graded
    from attention_course.grading.exports import (
        check_overwrites_nothing,
        points_lines,
        warning_lines,
        write_export,
    )
    from attention_course.grading.gradebook import open_gradebook
    from attention_course.grading.words import late_in

    room = Classroom.open(arguments.room)
    check_overwrites_nothing(arguments.room, arguments.out, arguments.exported)
    with open_gradebook(room) as gradebook:
        grades = grades_of_everybody(gradebook, arguments.chapter)
    if not grades:
        which = f" of {arguments.chapter}" if arguments.chapter else ""
        raise ValueError(
            f"expected grades{which}, got none; first: attention-course grade run CLASS"
        )
    done = write_export(
        arguments.format,
        grades,
        arguments.out,
        late=late_in(room),
        exported=arguments.exported,
        column=arguments.column,
        scale=arguments.scale,
        encoding=arguments.encoding,
        ids=arguments.ids,
    )
    print(f"{done.file}: {done.written} written")
    for line in points_lines(done, grades):
        print(f"  {line}")
    never = never_graded(room, grades) if arguments.chapter is None else {}
    for line in (*done.notes, *warning_lines(done, grades, never)):
        print(f"  {line}", file=sys.stderr)


def report(arguments: argparse.Namespace) -> None:
    """Tell which exercise and which mistake cost the class most."""
    from attention_course.grading.classroom import Classroom
    from attention_course.grading.everybody import grades_of_everybody
    from attention_course.grading.gradebook import open_gradebook
    from attention_course.grading.report import report
    from attention_course.grading.words import late_in

    room, chapter = Classroom.open(arguments.room), arguments.chapter
    with open_gradebook(room) as gradebook:
        print(report(grades_of_everybody(gradebook, chapter), late_in(room), chapter), end="")
