"""Collect what was handed in: from a folder or a zip, under the names that Canvas and Moodle give.

Nothing is unpacked to a name that a learner chose, no link is followed, and no file is read
beyond what a notebook may have.
"""

import os
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attention_course.grading.classroom import Classroom, Learner, clean
from attention_course.grading.notebook import LARGEST, UnreadableError, chapter_of, read_cells

CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>[^/]+)$")
MOODLE = re.compile(r"(?P<name>[^/]+)_(?P<id>\d+)_assignsubmission_file_?(?P<file>[^/]*)")
MOST_FILES = 200_000


@dataclass(frozen=True)
class Found:
    """A file among those handed in: its path there, when it was made, and its bytes."""

    path: str
    when: float
    data: bytes


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
    late: bool = False


def collect(
    room: Classroom,
    source: Path,
    stems: Sequence[str],
    roster: bool = False,
    chapter: str | None = None,
) -> Collected:
    """Take all submissions of a folder or a zip into a class.

    `roster`: learners who are not in the class are refused. `chapter`: what all files belong to;
    without it the notebooks tell.

    Raises:
        FileNotFoundError: there is no such folder or zip.
        ValueError: it is neither.
    """
    log = Collected()
    by_learner: dict[Whose, list[Found]] = {}
    for found in files_of(source, log):
        by_learner.setdefault(whose(found.path, stems), []).append(found)
    known = room.learners()
    for who, files in by_learner.items():
        if not who.id:
            log.refused += [(one.path, "its path names no learner") for one in files]
        elif roster and who.id not in known:
            log.refused += [(one.path, f"{who.id} is not in the roster") for one in files]
        else:
            learner = room.add_learner(who.id, known[who.id].name if who.id in known else who.name)
            take(room, learner, files, who.late, stems, chapter, log)
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
    newest: dict[str, Found] = {}
    for one in sorted(notebooks or files, key=lambda one: (one.when, one.path)):
        belongs = chapter or told_chapter(one, stems)
        if belongs is None:
            log.refused.append((one.path, "it tells of no chapter; name it with --chapter"))
            continue
        if belongs in newest:
            log.refused.append((newest[belongs].path, f"{one.path} is newer"))
        newest[belongs] = one
    for belongs, one in newest.items():
        new = room.add_submission(learner, belongs, one.data, clean(one.path), late)
        (log.taken if new else log.known).append(one.path)


def told_chapter(found: Found, stems: Sequence[str]) -> str | None:
    """The chapter that a file tells of, inside or by its name."""
    try:
        cells = read_cells(found.data)
    except UnreadableError:
        cells = []
    return chapter_of(cells, stems, found.path.rpartition("/")[2])


def whose(path: str, stems: Sequence[str]) -> Whose:
    """Whose a file is: by Canvas's or Moodle's names, else by its folder, else by its name."""
    name = path.rpartition("/")[2]
    if match := MOODLE.search(path):
        return Whose(clean(match["id"]), clean(match["name"]))
    if match := CANVAS.match(name):
        return Whose(clean(match["id"]), clean(match["name"]), bool(match["late"]))
    folder = path.partition("/")[0] if "/" in path else ""
    if folder:
        return Whose(clean(folder), clean(folder))
    stem = name.partition(".")[0]
    for known in stems:
        stem = stem.replace(known, "")
    id = clean(stem.strip("_- ."))
    return Whose(id, id)


def files_of(source: Path, log: Collected) -> Iterator[Found]:
    """All files of a folder or a zip.

    Raises:
        FileNotFoundError: there is no such folder or zip.
        ValueError: it is neither.
    """
    if source.is_dir():
        yield from files_of_folder(source, log)
    elif not source.exists():
        raise FileNotFoundError(f"expected a folder or a zip of submissions, got none: {source}")
    elif zipfile.is_zipfile(source):
        yield from files_of_zip(source, log)
    else:
        raise ValueError(f"expected a folder or a zip of submissions, got another file: {source}")


def files_of_folder(source: Path, log: Collected) -> Iterator[Found]:
    """Regular files below a folder; links, sockets and what a program keeps are left."""
    for folder, folders, names in os.walk(source, followlinks=False):
        folders[:] = sorted(one for one in folders if not is_a_programs_folder(one))
        for name in sorted(
            [*names, *(one for one in folders if (Path(folder) / one).is_symlink())]
        ):
            file = Path(folder) / name
            path = file.relative_to(source).as_posix()
            if is_a_programs(name):
                continue
            try:
                descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                log.refused.append((path, "a link, or a file that cannot be read"))
                continue
            with open(descriptor, "rb") as stream:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    log.refused.append((path, "not an ordinary file"))
                    continue
                yield Found(path, status.st_mtime, stream.read(LARGEST + 1))


def files_of_zip(source: Path, log: Collected) -> Iterator[Found]:
    """Files in a zip, read in memory; links and what cannot be unpacked are left."""
    with zipfile.ZipFile(source) as archive:
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise ValueError(f"expected at most {MOST_FILES:,} files in {source}, got more")
        for member in members:
            path = member.filename.replace("\\", "/").lstrip("/")
            *folders, name = path.split("/")
            if member.is_dir() or is_a_programs(name) or any(map(is_a_programs_folder, folders)):
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                log.refused.append((path, "a link"))
                continue
            try:
                with archive.open(member) as stream:
                    data = stream.read(LARGEST + 1)
            except (OSError, RuntimeError, ValueError, EOFError, zipfile.BadZipFile) as error:
                log.refused.append((path, f"cannot be unpacked ({error})"))
                continue
            except Exception as error:  # zlib, lzma and bz2 raise errors of their own
                log.refused.append((path, f"cannot be unpacked ({type(error).__name__})"))
                continue
            yield Found(path, float("".join(f"{part:02d}" for part in member.date_time)), data)


def is_a_programs(name: str) -> bool:
    """Whether a file is a program's own, and nobody's answer."""
    return name == ".DS_Store" or name.startswith("._") or name.endswith("-checkpoint.ipynb")


def is_a_programs_folder(name: str) -> bool:
    """Whether a folder is a program's own, as .git."""
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")
