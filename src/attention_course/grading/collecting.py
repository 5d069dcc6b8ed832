"""The command that collects: it shows its plan, stops where it doubts, and writes."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from attention_course.grading.assignment import read_assignments
from attention_course.grading.classroom import Classroom, check_folder
from attention_course.grading.intake import planned, write_plan
from attention_course.grading.locks import file_locks
from attention_course.grading.plan import Options, Plan, Version
from attention_course.grading.roster import read_roster
from attention_course.grading.shown import counted, listed, person, shown


def collect(arguments: argparse.Namespace) -> None:
    """Show who handed in what, and take it into the class.

    Raises:
        ValueError: there are doubts that nothing has settled; nothing was written.
    """
    options = collect_options(arguments)
    file_locks()
    for source in arguments.sources:
        check_not_nested(arguments.room, source)
    check_folder(arguments.room)
    room = Classroom(arguments.room)
    with planned(room, arguments.sources, options) as plan:
        for line in (*plan_lines(plan), *nothing_from(plan, room)):
            print(line)
        sys.stdout.flush()  # before the doubts, where both are kept in one file
        for doubt in plan.doubts:
            print(f"  ? {doubt.what}; what settles it: {doubt.settled_by}", file=sys.stderr)
        if arguments.dry_run:
            print("Dry run: nothing was written.")
            return
        if plan.doubts and not arguments.accept:
            raise ValueError(
                f"expected no doubt about who handed in what, got {len(plan.doubts)} (above, with "
                "what settles each); --accept takes all as it is shown; nothing was written"
            )
        room = Classroom.open_or_create(arguments.room)
        with room.lock_collecting():
            write_plan(room, plan)
        learners, files = len(room.learners()), len(room.submissions())
        print(f"{counted(learners, 'learner')}, {counted(files, 'submission')}")


def collect_options(arguments: argparse.Namespace) -> Options:
    """The options of the command.

    Raises:
        ValueError: one of them is impossible.
    """
    stems = list(read_assignments(arguments.assignments))
    if arguments.chapter not in (None, *stems):
        raise ValueError(f"expected --chapter among {', '.join(stems)}, got {arguments.chapter}")
    roster = None
    if arguments.roster:
        roster = dict(read_roster(arguments.roster, arguments.roster_encoding))
    return Options(stems, arguments.chapter, arguments.layout, arguments.encoding, roster)


def check_not_nested(room: Path, source: Path) -> None:
    """Make sure that a class and a source do not lie in each other.

    Raises:
        ValueError: they do.
    """
    one, other = room.resolve(), source.resolve()
    if one.is_relative_to(other) or (source.is_dir() and other.is_relative_to(one)):
        raise ValueError(
            f"expected the class outside of what is collected, got {room} and {source}; name "
            "another folder for the class"
        )


def plan_lines(plan: Plan) -> Iterator[str]:
    """What a plan says: each learner and file, what is left and why."""
    for part in plan.parts:
        under = f", below the folder '{shown(part.top.folders)}'" if part.top.folders else ""
        count = counted(len(part.source.files), "file")
        yield f"{part.source.path}: {count}, read by the layout {part.layout}{under}"
    states = [(one, "new") for one in plan.new] + [(one, "known") for one in plan.known]
    for one, state in sorted(states, key=lambda row: row[0].learner_and_chapter):
        if state == "new" and one.learner_and_chapter in plan.replacing:
            state = "new, replaces an earlier one"
        yield version_line(one, state)
    for path, why in plan.left:
        yield f"  left: {shown(path)}: {shown(why)}"
    for note in plan.notes:
        yield f"  note: {note}"
    people = len({one.learner_and_chapter[0] for one in (*plan.new, *plan.known)})
    yield (
        f"{counted(people, 'learner')} handed in: {len(plan.new)} new, {len(plan.known)} known, "
        f"{len(plan.left)} left"
    )


def nothing_from(plan: Plan, room: Classroom) -> Iterator[str]:
    """Of each chapter that is collected: who has handed in nothing for it so far."""
    taken = {one.learner_and_chapter for one in (*plan.new, *plan.known)}
    people = {id: one.name for id, one in room.learners().items()} | plan.people
    for stem in sorted({stem for _, stem in taken}):
        handed_in = taken | set(room.submissions())
        absent = [person(id, name) for id, name in people.items() if (id, stem) not in handed_in]
        if absent:
            yield f"  nothing for {stem} so far from: {listed(absent)}"


def version_line(one: Version, state: str) -> str:
    """A learner's file, and what becomes of it."""
    id, name = one.claim.owner.id, one.claim.owner.name
    called = "" if name == id else f" ({shown(name)})"
    late = ", late" if one.claim.owner.late else ""
    empty = "" if one.size else ", an empty file"
    return f"  {shown(id)}{called}: {one.chapter}, {state}{late}{empty}: {shown(one.claim.path)}"
