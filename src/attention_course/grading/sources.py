"""What was handed in, as it lies on disk: a folder or a zip, with names in any encoding.

Nothing is unpacked to a name that a learner chose, no link is followed, and no file is read
beyond what a notebook may have.
"""

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from attention_course.grading.encodings import NameDecoder
from attention_course.grading.notebook import LARGEST

MAX_FILES = 200_000
LONGEST_PATH = 1_000
UTF_8 = 0x800  # the flag of a zip's member whose name is in UTF-8
ENCRYPTED = 0x1


class UnpackError(ValueError):
    """A file in a zip that cannot be read."""


@dataclass(frozen=True)
class SourceFile:
    """A file among those handed in: its path there, when it was made, and how to read it."""

    path: str
    when: float | None  # seconds since 1970, if that is known
    read: Callable[[], bytes]


@dataclass
class Source:
    """A folder or a zip: its files, what of it is left aside and why, and how names were read."""

    path: Path
    names: NameDecoder
    files: list[SourceFile] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # folders that cannot be read


def open_source(path: Path, encoding: str | None, stack: ExitStack) -> Source:
    """All files of a folder or a zip, to be read as long as the stack lasts.

    Raises:
        FileNotFoundError: there is no such folder or zip.
        ValueError: it is neither, is damaged, holds too many files, or has names in another
            encoding.
    """
    source = Source(path, NameDecoder(path, encoding))
    if path.is_dir():
        files = list(islice(files_of_folder(source), MAX_FILES + 1))
    elif not path.exists():
        raise FileNotFoundError(f"expected a folder or a zip of submissions, got none: {path}")
    elif zipfile.is_zipfile(path):
        archive = stack.enter_context(open_zip(path))
        files = list(islice(files_of_zip(source, archive), MAX_FILES + 1))
    else:
        raise ValueError(f"expected a folder or a zip of submissions, got another file: {path}")
    if len(files) > MAX_FILES:
        raise ValueError(f"expected at most {MAX_FILES:,} files, got more in {path}")
    for one in files:
        if len(one.path) > LONGEST_PATH:
            source.left.append((one.path[:100], "its path is too long"))
        elif {"", ".", ".."}.intersection(one.path.split("/")):
            source.left.append((one.path, "its path leads out of its folder"))
        else:
            source.files.append(one)
    return source


def files_of_folder(source: Source) -> Iterator[SourceFile]:
    """Regular files below a folder; links, sockets and what a program keeps are left."""

    def cannot(error: OSError) -> None:
        path = os.path.relpath(error.filename or source.path, source.path)
        source.unread.append(path)
        source.left.append((path, f"a folder that cannot be read ({error.strerror})"))

    rows: list[tuple[Path, str]] = []
    for folder, folders, names in os.walk(source.path, onerror=cannot, followlinks=False):
        links = [one for one in folders if (Path(folder) / one).is_symlink()]
        folders[:] = sorted(one for one in folders if not is_a_programs_folder(one))
        for name in sorted([*names, *links]):
            if not is_a_programs(name):
                file = Path(folder) / name
                rows.append((file, file.relative_to(source.path).as_posix()))
    raw = [os.fsencode(path) if has_raw_bytes(path) else None for _, path in rows]
    for (file, path), name in zip(rows, source.names.decode(raw), strict=True):
        path = name or path
        status = file.lstat()
        if stat.S_ISREG(status.st_mode):
            yield SourceFile(path, status.st_mtime, partial(read_file, file))
        else:
            source.left.append((path, "a link, or not an ordinary file"))


def has_raw_bytes(path: str) -> bool:
    """Whether a path holds bytes that the system could not read as text."""
    return any("\udc80" <= one <= "\udcff" for one in path)


def read_file(file: Path) -> bytes:
    """The bytes of an ordinary file, as far as a notebook may go. No link is followed."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as stream:
        return stream.read(LARGEST + 1)


def open_zip(path: Path) -> zipfile.ZipFile:
    """A zip, with the list of what is in it.

    Raises:
        ValueError: the list is damaged.
    """
    try:
        return zipfile.ZipFile(path)
    except OSError:
        raise
    except Exception as error:  # each kind of damage raises errors of its own
        raise ValueError(
            f"expected a whole zip, got one with a damaged list of its files: {path} ({error}); "
            "download it again"
        ) from error


def files_of_zip(source: Source, archive: zipfile.ZipFile) -> Iterator[SourceFile]:
    """Files in a zip; links and what a program keeps are left."""
    members = archive.infolist()
    raw = [bytes_of_name(member) for member in members]
    for member, name in zip(members, source.names.decode(raw), strict=True):
        path = (name or member.filename).replace("\\", "/").lstrip("/")
        *folders, last = path.split("/")
        if not last or is_a_programs(last) or any(map(is_a_programs_folder, folders)):
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            source.left.append((path, "a link, or not an ordinary file"))
            continue
        yield SourceFile(path, moment(member), partial(read_member, archive, member))


def bytes_of_name(member: zipfile.ZipInfo) -> bytes | None:
    """The name of a member as it was written, if the zip does not tell its encoding."""
    if member.flag_bits & UTF_8 or member.filename.isascii():
        return None
    try:
        return member.filename.encode("cp437")  # as which it was read
    except UnicodeEncodeError:
        return None


def moment(member: zipfile.ZipInfo) -> float | None:
    """When a member was made, in seconds since 1970; None where the zip does not know."""
    if member.date_time[0] <= 1980:
        return None
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in a zip, in memory, as far as a notebook may go.

    Raises:
        UnpackError: it cannot be unpacked.
    """
    if member.flag_bits & ENCRYPTED:
        raise UnpackError("cannot be unpacked: it is locked with a password")
    try:
        with archive.open(member) as stream:
            return stream.read(LARGEST + 1)
    except Exception as error:  # each way of packing raises errors of its own
        raise UnpackError(f"cannot be unpacked ({type(error).__name__})") from error


def is_a_programs(name: str) -> bool:
    """Whether a file is a program's own, and nobody's answer."""
    return name in (".DS_Store", "Thumbs.db", "desktop.ini") or (
        name.startswith("._") or name.endswith("-checkpoint.ipynb")
    )


def is_a_programs_folder(name: str) -> bool:
    """Whether a folder is a program's own, as .git."""
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")
