"""A file of records that only grows: the source of truth, which no crash can spoil.

Each line is one record as JSON, after a checksum of it. A line counts once it is whole and on the
disk. What a crash cuts off has not been promised to anybody and is dropped.
"""

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attention_course.grading.locks import lock
from attention_course.store.files import DamageError

Record = dict[str, Any]


class Journal:
    """Append records, and read them back from any place where a record begins."""

    def __init__(self, file: Path):
        self.file = file

    def append(self, record: Record) -> None:
        """Write one record and bring it to the disk.

        Raises:
            OSError: it cannot be written; earlier records are whole.
            RuntimeError: this system cannot lock files.
            ValueError: it holds a number that is none, as NaN.
        """
        text = json.dumps(record, ensure_ascii=False, allow_nan=False)
        data = text.encode("utf-8", "replace")  # half a character is no text
        with open(self.file, "a+b") as stream:
            lock(stream)
            end = end_of_whole_lines(stream.fileno())
            os.ftruncate(stream.fileno(), end)
            try:
                stream.write(b"%08x %s\n" % (zlib.crc32(data), data))
                stream.flush()
                os.fsync(stream.fileno())
            except OSError as error:
                os.ftruncate(stream.fileno(), end)
                raise OSError(
                    error.errno,
                    f"expected to add a record to {self.file}, got: {error.strerror}; what was "
                    "written before is whole; make room and run the same command again",
                ) from error

    def read(self, start: int = 0) -> Iterator[tuple[int, Record]]:
        """Each whole record from a place on, with the place after it.

        Raises:
            DamageError: a record was changed after it was written.
        """
        if not self.file.exists():
            return
        with open(self.file, "rb") as stream:
            stream.seek(start)
            for line in stream:
                if not line.endswith(b"\n"):
                    return  # being written, or cut off by a crash
                start += len(line)
                yield start, record_of(line, self.file, start)


def end_of_whole_lines(descriptor: int) -> int:
    """Where the last whole line of a file ends."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    while end > 0:
        begin = max(0, end - 65536)
        newline = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if newline >= 0:
            return begin + newline + 1
        end = begin
    return 0


def record_of(line: bytes, file: Path, end: int) -> Record:
    """The record of a line whose checksum holds."""
    try:
        return checked(line)
    except ValueError as error:
        raise DamageError(
            f"expected a whole record in {file} before byte {end:,}, got a damaged one; put back "
            "a copy of the file from before it was changed"
        ) from error


def checked(line: bytes) -> Record:
    """The record of a line.

    Raises:
        ValueError: the line's checksum does not hold.
    """
    checksum, _, data = line.rstrip(b"\n").partition(b" ")
    if int(checksum, 16) != zlib.crc32(data):
        raise ValueError("another checksum")
    record: Record = json.loads(data)
    return record
