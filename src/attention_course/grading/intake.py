"""Collect what was handed in, in two steps: a plan, which can be read first, and writing it.

The plan says who handed in what, by which layout, what is left aside and why, and what is doubtful
about a person, with the option that settles it. Making it writes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from attention_course.grading.classroom import Classroom, clean
from attention_course.grading.doubts import about_people, about_source, owners_in_words, refusals
from attention_course.grading.layouts import Owner, common_top, likely_layout, readings
from attention_course.grading.names import agree, is_notebook
from attention_course.grading.plan import Claim, Options, Part, Plan
from attention_course.grading.shown import shown
from attention_course.grading.sources import Source, open_source
from attention_course.grading.versions import (
    add_to_plan,
    add_versions,
    doubt_about_numbers,
    note_same_files,
)


@contextmanager
def planned(room: Classroom, paths: Sequence[Path], options: Options) -> Iterator[Plan]:
    """The plan for some folders and zips; it can be carried out as long as this lasts.

    The class need not be there yet.

    Raises:
        FileNotFoundError, ValueError: one of them is not there, or is no folder and no zip.
    """
    with ExitStack() as stack:
        plan = Plan()
        known = {id: one.name for id, one in room.learners().items()}
        if options.roster is not None:
            plan.people = dict(options.roster)
            options = replace(options, roster={**known, **options.roster})
        room.submissions()
        plan.read_so_far = (room.learners_read, room.collected_read)
        claims: list[Claim] = []
        for path in paths:
            source = open_source(path, options.encoding, stack)
            claims += understand(plan, source, options, known)
        plan.doubts += about_people(claims, known, options)
        decide(plan, claims, room, options, known)
        yield plan


def understand(
    plan: Plan, source: Source, options: Options, known: Mapping[str, str]
) -> list[Claim]:
    """Whose the files of a source are, as far as their paths tell."""
    ids = {*known, *(options.roster or {})}
    top = common_top([one.path for one in source.files], options.layout, ids, options.stems)
    paths = [one.path[len(top.folders) :] for one in source.files]
    part = Part(source, options.layout or likely_layout(paths), top)
    claims, lost = [], []
    for file, path in zip(source.files, paths, strict=True):
        owners = readings(path, part.layout, options.stems)
        owner = one_reading(owners, options.roster)
        if owner is not None:
            claims.append(Claim(len(plan.parts), part.layout, file, owner))
        else:
            lost.append((file.path, owners))
            plan.left.append((file.path, why_lost(owners, part.layout)))
    plan.parts.append(part)
    plan.left += source.left
    plan.doubts += about_source(part, lost, options)
    if source.names.used:
        used = f"names in {source.path} are read as {source.names.used}"
        plan.notes.append(used if options.encoding else f"{used}; --encoding names another")
    return claims


def one_reading(owners: Sequence[Owner], roster: Mapping[str, str] | None) -> Owner | None:
    """The reading that holds; None if a path has none, or if nothing decides between several.

    Of several, the only one whose id is in the roster, if its name agrees with the roster's: what
    a learner writes into the name of a file or of a user never makes the file another's.
    """
    if len({one.id for one in owners}) == 1:
        return owners[0]
    there = [one for one in owners if roster is not None and one.id in roster]
    if roster is not None and len(there) == 1 and agree(there[0].name, roster[there[0].id]):
        return there[0]
    return None


def why_lost(owners: Sequence[Owner], layout: str) -> str:
    """Why nobody is known to have handed in a file."""
    if not owners:
        return f"its path names no learner (layout: {layout})"
    return f"it may be of {owners_in_words(owners)}"


def decide(
    plan: Plan, claims: Sequence[Claim], room: Classroom, options: Options, known: Mapping[str, str]
) -> None:
    """What is taken of each learner's files."""
    refused = refusals(claims, options)
    theirs: dict[str, list[Claim]] = {}
    for one in claims:
        if one.owner.id in refused:
            plan.left.append((one.path, refused[one.owner.id]))
        else:
            theirs.setdefault(one.owner.id, []).append(one)
    count = 0
    for id, files in theirs.items():
        plan.people.setdefault(id, known.get(id) or files[0].owner.name)
        for version in add_versions(plan, files, options):
            add_to_plan(plan, version, room)
            count += 1
    note_same_files(plan)
    notebooks = [one for files in theirs.values() for one in files if is_notebook(one.path)]
    doubt_about_numbers(plan, count, len(notebooks))


def write_plan(room: Classroom, plan: Plan) -> None:
    """Take all that is new in a plan into a class, which nobody else collects into.

    Raises:
        RuntimeError: the class has changed since the plan was made.
        ValueError: a file has changed since.
    """
    room.learners()
    room.submissions()
    if (room.learners_read, room.collected_read) != plan.read_so_far:
        raise RuntimeError(
            f"expected the class {room.root} as it was when this was planned, got changes by "
            "another collection; run the same command again"
        )
    for id, name in plan.people.items():
        room.add_learner(id, name)
    for one in plan.new:
        file, owner = one.claim.file, one.claim.owner
        data = file.read()
        if sha256(data).hexdigest() != one.sha:
            raise ValueError(
                f"expected {shown(file.path)} as it was planned, got a changed file; run the "
                "same command again"
            )
        room.add_submission(
            room.learners()[owner.id],
            one.chapter,
            data,
            clean(file.path),
            owner.late,
            file.when,
            owner.number,
        )
