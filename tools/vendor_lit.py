"""Bring lit-html to the build: the live figure draws with it, and asks no other server for it."""

import sys
import tempfile
from pathlib import Path

import npm_package
from home import ROOT

VERSION = "3.3.3"
SHA256 = "ae004138a6327c362fee8e48db2a8ee9619a6ca3014c802857395e6ac447a0eb"
WANTED = ("lit-html.js", "LICENSE")
TARGET = ROOT / "_build" / "lit-html"


def vendor(target: Path = TARGET) -> bool:
    """Put lit-html into `target` unless it is there already; say whether it is there now.

    Raises:
        ValueError: the fetched archive is not the one whose sha256 is written here.
    """
    try:
        if not (target / VERSION).exists():
            fetch(target)
    except npm_package.UnavailableError as reason:
        print(
            f"NOTICE: the ladder is not live in this build ({reason}): its page shows a picture. "
            "To mend it, install npm and run `make book` again.",
            file=sys.stderr,
        )
        return False
    return True


def fetch(target: Path) -> None:
    """Fetch the package and unpack the wanted part of it into `target`, a stamp beside it."""
    with tempfile.TemporaryDirectory() as folder:
        archive = npm_package.fetch("lit-html", VERSION, SHA256, Path(folder))
        npm_package.unpack(archive, WANTED, target)
    (target / VERSION).touch()


if __name__ == "__main__":
    sys.exit(0 if vendor() else 1)
