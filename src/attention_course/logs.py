"""What a long command prints: at once, on a terminal, in a notebook and in a file alike."""

import codecs
import contextlib
import io
import multiprocessing
import sys

from tqdm.auto import tqdm

STAND_INS = dict(zip("✓✗○×–—·", "+xox---", strict=True)) | {"→": "->", "…": "..."}


def at_once() -> None:
    """Let each line go out when it is printed, and no character stop a command.

    Into a file or a pipe Python would keep lines back; and a terminal or a file may have an
    encoding that lacks a letter: it gets a likeness in ASCII, or the letter's number.
    """
    codecs.register_error("stand-in", stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="stand-in")


def stand_in(error: UnicodeError) -> tuple[str | bytes, int]:
    """ASCII for characters that a terminal cannot show: a likeness, or the number of each."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    ascii_of = (
        STAND_INS.get(character) or character.encode("ascii", "backslashreplace").decode()
        for character in lost
    )
    return "".join(ascii_of), error.end


def say(line: str) -> None:
    """Print a line beside a progress bar. A log that cannot be written stops no training.

    The terminal may be gone, or the disk that the log is on be full.
    """
    with contextlib.suppress(OSError):
        tqdm.write(line)
        sys.stdout.flush()


def say_of(name: str, line: str) -> None:
    """The same, with the name of what it is about where several of them are at work at once."""
    alone = multiprocessing.parent_process() is None
    say(line if alone else f"{name}: {line}")


class Bar:
    """A progress bar where somebody can watch one; elsewhere, as in a file, a line now and then.

    Nothing in a file moves, and a bar would only fill it. There a line comes after every `every`
    steps, by count and not by the clock, and after the last.
    """

    def __init__(
        self, total: int, unit: str, *, every: int = 1, initial: int = 0, shown: bool = True
    ) -> None:
        self.total, self.unit, self.every, self.done = total, unit, every, initial
        self.bar = tqdm(
            total=total, initial=initial, unit=unit, disable=None if shown and total else True
        )
        self.in_lines = shown and total > 0 and self.bar.disable

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def advance(self, message: str = "") -> None:
        """Count one step more; `message` says what it found."""
        self.done += 1
        self.bar.update()
        self.bar.set_postfix_str(message)
        if self.in_lines and (self.done % self.every == 0 or self.done == self.total):
            say(f"{self.unit} {self.done} of {self.total}" + (f": {message}" if message else ""))
