"""Which of a learner's files counts for each chapter: the newest, and never an older one again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from attention_course.grading.classroom import Classroom, Submission
from attention_course.grading.names import is_notebook
from attention_course.grading.notebook import UnreadableError, chapter_of, read_cells
from attention_course.grading.plan import Claim, Doubt, Options, Plan, Version, some
from attention_course.grading.shown import counted, shown
from attention_course.grading.sources import UnpackError

CLOCK = 2.0  # seconds by which a zip may be wrong about a file's time
OF_A_ZIP = "a zip in what was handed in: it is not opened"
NEWER = "is newer"
MAX_VERSIONS = 2  # files of one chapter that a learner may hand in at once


def add_versions(plan: Plan, claims: Sequence[Claim], options: Options) -> list[Version]:
    """One learner's files, the newest of each chapter; what is no notebook only if alone."""
    notebooks = [one for one in claims if is_notebook(one.path) and not one.owner.entry]
    for one in claims:
        if notebooks and one not in notebooks:
            plan.left.append((one.path, what_it_is(one)))
    versions = [read_version(plan, one, options) for one in notebooks or claims]
    answers = of_requested_chapter(plan, [one for one in versions if one is not None])
    by_chapter: dict[str, list[Version]] = {}
    for answer in answers:
        by_chapter.setdefault(answer.chapter, []).append(answer)
    if not answers:
        plan.notes.append(f"{shown(claims[0].owner.id)}: nothing of it can be taken")
    return [last for those in by_chapter.values() if (last := newest(plan, those)) is not None]


def of_requested_chapter(plan: Plan, versions: Sequence[Version]) -> list[Version]:
    """Files for the chapter that was asked for: those that tell of it, if there are any."""
    any_fits = any(one.detected == one.chapter for one in versions)
    taken = []
    for one in versions:
        if one.detected in (one.chapter, None):
            taken.append(one)
        elif any_fits:
            plan.left.append((one.claim.path, f"it answers {one.detected}, not {one.chapter}"))
        else:
            plan.notes.append(f"{shown(one.claim.path)} answers {one.detected}, not {one.chapter}")
            taken.append(one)
    return taken


def newest(plan: Plan, versions: Sequence[Version]) -> Version | None:
    """The newest of a learner's files of one chapter; None if they may be several people's."""
    if max(Counter(one.claim.part for one in versions).values()) > MAX_VERSIONS:
        refuse_many(plan, versions)
        return None
    *older, last = sorted(versions, key=lambda one: one.age)
    for one in older:
        plan.left.append((one.claim.path, f"{last.claim.path} {compared(one, last)}"))
        plan.doubts += about_two(one, last)
    return last


def about_two(older: Version, last: Version) -> Iterable[Doubt]:
    """What may be wrong about two files of one chapter by one learner."""
    both = f"{shown(older.claim.path)} and {shown(last.claim.path)}"
    same_source = older.claim.part == last.claim.part
    if older.sha == last.sha:
        return
    if same_source and last.claim.layout == "files":
        yield Doubt(
            f"{both} are taken for two versions by '{shown(last.claim.owner.id)}'",
            "--accept, if they are; else another name for one of them",
        )
    elif compared(older, last) != NEWER:
        yield Doubt(
            f"no date tells which of {both} is newer", "--accept takes the second; else delete one"
        )


def what_it_is(claim: Claim) -> str:
    """Why a file beside notebooks is left."""
    if claim.owner.entry:
        return f"no file, but what was typed into the page ({claim.owner.entry})"
    return OF_A_ZIP if is_zip(claim) else "not a notebook"


def is_zip(claim: Claim) -> bool:
    """Whether a file is called as a zip is."""
    return claim.path.lower().endswith(".zip")


def compared(older: Version, last: Version) -> str:
    """How the version that counts differs from one that does not."""
    if older.sha == last.sha:
        return "is the same file"
    numbers = (older.claim.owner.number, last.claim.owner.number)
    times = (older.claim.file.when, last.claim.file.when)
    dated = all(numbers) if numbers[0] != numbers[1] else None not in times and times[0] != times[1]
    return NEWER if dated else "counts; no date tells which is newer"


def read_version(plan: Plan, claim: Claim, options: Options) -> Version | None:
    """A file with its chapter; None, and the reason in the plan, if it cannot be taken."""
    try:
        data = claim.file.read()
    except (UnpackError, OSError) as error:
        plan.left.append((claim.path, getattr(error, "strerror", None) or str(error)))
        return None
    detected = detected_chapter(claim.path, data, options.stems)
    chapter = options.chapter or detected
    if chapter is None:
        why = "it tells of no chapter; name it with --chapter"
        plan.left.append((claim.path, OF_A_ZIP if is_zip(claim) else why))
        if is_notebook(claim.path):
            plan.doubts.append(
                Doubt(f"{shown(claim.path)} tells of no chapter", "--chapter STEM names it")
            )
        return None
    return Version(claim, chapter, detected, sha256(data).hexdigest(), len(data))


def detected_chapter(path: str, data: bytes, stems: Sequence[str]) -> str | None:
    """The chapter that a file tells of, inside or by its name."""
    try:
        cells = read_cells(data)
    except UnreadableError:
        cells = []
    return chapter_of(cells, stems, path.rpartition("/")[2])


def refuse_many(plan: Plan, versions: Sequence[Version]) -> None:
    """Leave several files of one chapter aside: they may be the work of several people."""
    id, chapter = versions[0].learner_and_chapter
    why = f"one of {len(versions)} files of {chapter} by {id}"
    plan.left += [(one.claim.path, why) for one in versions]
    plan.doubts.append(
        Doubt(
            f"{shown(id)} has {len(versions)} files of {chapter}, as many people might",
            "--layout, if they are not one learner's; else keep the newest only",
        )
    )


def add_to_plan(plan: Plan, version: Version, room: Classroom) -> None:
    """Sort a version in: new, there already, or older than the one that is there."""
    before = room.latest.get(version.learner_and_chapter)
    newer = None if before is None else is_newer(version, before)
    seen = (*version.learner_and_chapter, version.sha) in room.seen
    if before is not None and before.sha == version.sha:
        plan.known.append(version)
    elif seen and not newer:
        plan.known.append(version)
        plan.notes.append(f"{shown(version.claim.path)} was collected before; a newer one counts")
    elif newer is False:
        plan.left.append(
            (version.claim.path, "older than what was collected; give it a newer date if it counts")
        )
    else:
        plan.new.append(version)
        if before is not None:
            plan.replacing.add(version.learner_and_chapter)


def is_newer(version: Version, before: Submission) -> bool | None:
    """Whether a file is newer than what was collected; None if that is not known."""
    number, when = version.claim.owner.number, version.claim.file.when
    if number and before.number:
        return number > before.number
    if when is None or before.when is None:
        return None
    if abs(when - before.when) <= CLOCK:
        return None
    return when > before.when


def note_same_files(plan: Plan) -> None:
    """Name files that several learners have handed in as they are."""
    by_sha: dict[str, list[Version]] = {}
    for one in (*plan.new, *plan.known):
        by_sha.setdefault(one.sha, []).append(one)
    for same in by_sha.values():
        ids = sorted({one.claim.owner.id for one in same})
        if len(ids) > 1 and same[0].size:
            plan.notes.append(f"the same file from {len(ids)}: {some(ids)}")


def doubt_about_numbers(plan: Plan, versions: int, notebooks: int) -> None:
    """Name it if there are many more notebooks than answers of learners."""
    if notebooks >= 4 and notebooks > 1.5 * versions:
        plan.doubts.append(
            Doubt(
                f"{notebooks} notebooks are {counted(versions, 'answer')}: people may be mixed up",
                "--layout names how paths tell whose a file is",
            )
        )
