"""Locks on files: one process at a time. The system lets go of them when a process ends.

They need `fcntl`, which Linux and macOS have. It is imported when a lock is asked for, so that
what needs none works everywhere.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import IO


def file_locks() -> ModuleType:
    """The module that locks files.

    Raises:
        RuntimeError: this system has none, as Windows.
    """
    try:
        import fcntl
    except ModuleNotFoundError as error:
        raise RuntimeError(
            "expected Linux, got a system that cannot lock files; this command needs Linux, or "
            "WSL on Windows"
        ) from error
    return fcntl


def lock(stream: IO[bytes]) -> None:
    """Lock an open file until it is closed, once nobody else has it.

    Raises:
        RuntimeError: this system cannot lock files.
    """
    fcntl = file_locks()
    fcntl.flock(stream, fcntl.LOCK_EX)


@contextlib.contextmanager
def exclusive(file: Path, message: str) -> Iterator[None]:
    """Hold a lock while this lasts; the file says which process holds it.

    Raises:
        RuntimeError: another process holds it, in the words of `message`; or this system
            cannot lock files.
    """
    fcntl = file_locks()
    with open(file, "a+", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(message) from error
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
