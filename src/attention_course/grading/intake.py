"""Collect what was handed in: from a folder or a zip, under the names that Canvas and Moodle give.

Nothing is unpacked to a name that a learner chose, no link is followed, and no file is read
beyond what a notebook may have.
"""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from attention_course.grading.classroom import Classroom, Learner, clean
from attention_course.grading.notebook import LARGEST, UnreadableError, chapter_of, read_cells

CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_[^/]+")
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_file_?(/.+|[^/]+)")
MOST_FILES = 200_000
LONGEST_PATH = 1_000


class UnpackError(ValueError):
    """A file in a zip that cannot be read."""


@dataclass(frozen=True)
class Found:
    """A file among those handed in: its path there, when it was made, and how to read it."""

    path: str
    when: float
    read: Callable[[], bytes]


@dataclass
class Collected:
    """What happened to each file: taken, there already, or refused and why."""

    taken: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Whose:
    """Whose file it is, as its path tells."""

    id: str
    name: str
    as_written: str  # the part of the path that tells, which a learner does not choose
    late: bool = False


def collect(
    room: Classroom,
    source: Path,
    stems: Sequence[str],
    roster: bool = False,
    chapter: str | None = None,
    layout: str | None = None,
) -> Collected:
    """Take all submissions of a folder or a zip into a class.

    `roster`: learners who are not in the class are refused. `chapter`: what all files belong to;
    without it the notebooks tell. `layout`: how paths tell whose a file is; without it most of
    the paths decide for all, so that no learner chooses it by the name of a file.

    Raises:
        FileNotFoundError: there is no such folder or zip.
        ValueError: it is neither.
    """
    log = Collected()
    with files_of(source, log) as files:
        chosen = layout or likely_layout([one.path for one in files])
        by_id: dict[str, list[tuple[Whose, Found]]] = {}
        for found in files:
            who = whose(found.path, chosen, stems)
            if who is None or not who.id:
                log.refused.append((found.path, f"its path names no learner (layout: {chosen})"))
            else:
                by_id.setdefault(who.id, []).append((who, found))
        known = room.learners()
        for id, theirs in by_id.items():
            why = None
            if len({who.as_written for who, _ in theirs}) > 1:
                why = f"{id} is claimed under two names"
            elif roster and id not in known:
                why = f"{id} is not in the roster"
            if why:
                log.refused += [(found.path, why) for _, found in theirs]
                continue
            learner = room.add_learner(id, known[id].name if id in known else theirs[0][0].name)
            late = any(who.late for who, _ in theirs)
            take(room, learner, [found for _, found in theirs], late, stems, chapter, log)
    return log


def take(
    room: Classroom,
    learner: Learner,
    files: list[Found],
    late: bool,
    stems: Sequence[str],
    chapter: str | None,
    log: Collected,
) -> None:
    """Take one learner's files, the newest of each chapter; what is no notebook only if alone."""
    notebooks = [one for one in files if one.path.lower().endswith((".ipynb", ".ipynb.txt"))]
    for one in files:
        if notebooks and one not in notebooks:
            log.refused.append((one.path, "not a notebook"))
    newest: dict[str, tuple[Found, bytes]] = {}
    for one in sorted(notebooks or files, key=lambda one: (one.when, one.path)):
        try:
            data = one.read()
        except (UnpackError, OSError) as error:
            log.refused.append((one.path, str(error)))
            continue
        belongs = chapter or told_chapter(one.path, data, stems)
        if belongs is None:
            log.refused.append((one.path, "it tells of no chapter; name it with --chapter"))
            continue
        if belongs in newest:
            log.refused.append((newest[belongs][0].path, f"{one.path} is newer"))
        newest[belongs] = (one, data)
    for belongs, (one, data) in newest.items():
        new = room.add_submission(learner, belongs, data, clean(one.path), late)
        (log.taken if new else log.known).append(one.path)


def told_chapter(path: str, data: bytes, stems: Sequence[str]) -> str | None:
    """The chapter that a file tells of, inside or by its name."""
    try:
        cells = read_cells(data)
    except UnreadableError:
        cells = []
    return chapter_of(cells, stems, path.rpartition("/")[2])


def likely_layout(paths: Sequence[str]) -> str:
    """How most of the paths are made."""
    half = len(paths) / 2
    flat = [path for path in paths if "/" not in path]
    if sum(bool(CANVAS.fullmatch(path)) for path in flat) > half:
        return "canvas"
    if sum(bool(MOODLE.fullmatch(path)) for path in paths) > half:
        return "moodle"
    return "files" if len(flat) > half else "folders"


def whose(path: str, layout: str, stems: Sequence[str]) -> Whose | None:
    """Whose a file is, in a layout; None if its path does not say."""
    if layout in ("canvas", "moodle"):
        match = (CANVAS if layout == "canvas" else MOODLE).fullmatch(path)
        if match is None:
            return None
        late = "late" in match.re.groupindex and bool(match["late"])
        return Whose(clean(match["id"]), clean(match["name"]), match["name"], late)
    folder, _, name = path.rpartition("/")
    if layout == "folders":
        whole = path.partition("/")[0] if folder else ""
    else:
        whole = name.partition(".")[0]
        for known in stems:
            whole = whole.replace(known, "")
    id = clean(whole.strip("_- ."))
    return Whose(id, id, whole)


@contextmanager
def files_of(source: Path, log: Collected) -> Iterator[list[Found]]:
    """All files of a folder or a zip, to be read while this lasts.

    Raises:
        FileNotFoundError: there is no such folder or zip.
        ValueError: it is neither.
    """
    if source.is_dir():
        yield within(files_of_folder(source, log), log)
    elif not source.exists():
        raise FileNotFoundError(f"expected a folder or a zip of submissions, got none: {source}")
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            yield within(files_of_zip(archive, log), log)
    else:
        raise ValueError(f"expected a folder or a zip of submissions, got another file: {source}")


def within(files: Iterator[Found], log: Collected) -> list[Found]:
    """Files whose paths are not too long; not too many of them.

    Raises:
        ValueError: there are too many.
    """
    found = list(islice(files, MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise ValueError(f"expected at most {MOST_FILES:,} files, got more")
    log.refused += [
        (one.path[:100], "its path is too long") for one in found if len(one.path) > LONGEST_PATH
    ]
    return [one for one in found if len(one.path) <= LONGEST_PATH]


def files_of_folder(source: Path, log: Collected) -> Iterator[Found]:
    """Regular files below a folder; links, sockets and what a program keeps are left."""
    for folder, folders, names in os.walk(source, followlinks=False):
        links = [one for one in folders if (Path(folder) / one).is_symlink()]
        folders[:] = sorted(one for one in folders if not is_a_programs_folder(one))
        for name in sorted([*names, *links]):
            file = Path(folder) / name
            path = file.relative_to(source).as_posix()
            if is_a_programs(name):
                continue
            status = file.lstat()
            if stat.S_ISREG(status.st_mode):
                yield Found(path, status.st_mtime, partial(read_file, file))
            else:
                log.refused.append((path, "a link, or not an ordinary file"))


def read_file(file: Path) -> bytes:
    """The bytes of an ordinary file, as far as a notebook may go. No link is followed."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as stream:
        return stream.read(LARGEST + 1)


def files_of_zip(archive: zipfile.ZipFile, log: Collected) -> Iterator[Found]:
    """Files in a zip; links and what a program keeps are left."""
    for member in archive.infolist():
        path = member.filename.replace("\\", "/").lstrip("/")
        *folders, name = path.split("/")
        if member.is_dir() or is_a_programs(name) or any(map(is_a_programs_folder, folders)):
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            log.refused.append((path, "a link, or not an ordinary file"))
            continue
        when = float("".join(f"{part:02d}" for part in member.date_time))
        yield Found(path, when, partial(read_member, archive, member))


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in a zip, in memory, as far as a notebook may go.

    Raises:
        UnpackError: it cannot be unpacked.
    """
    try:
        with archive.open(member) as stream:
            return stream.read(LARGEST + 1)
    except Exception as error:  # each way of packing raises errors of its own
        raise UnpackError(f"cannot be unpacked ({type(error).__name__})") from error


def is_a_programs(name: str) -> bool:
    """Whether a file is a program's own, and nobody's answer."""
    return name == ".DS_Store" or name.startswith("._") or name.endswith("-checkpoint.ipynb")


def is_a_programs_folder(name: str) -> bool:
    """Whether a folder is a program's own, as .git."""
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")
