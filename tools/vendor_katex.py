"""Bring KaTeX to the build, so that formulas are typeset there and no page carries a typesetter.

The npm client fetches the package; it is unpacked beside the built website. Where it cannot be
had, the pages fall back to MathJax's public server, and this tool says so aloud.
"""

import sys
import tempfile
from pathlib import Path

import npm_package
from home import ROOT

VERSION = "0.19.1"
SHA256 = "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd"
WANTED = ("dist/katex.min.js", "dist/katex.min.css", "dist/fonts/*.woff2", "LICENSE")
TARGET = ROOT / "_build" / "katex"


def vendor(target: Path = TARGET) -> bool:
    """Put KaTeX into `target` unless it is there already; say whether it can run now.

    Raises:
        ValueError: the fetched archive is not the one whose sha256 is written here.
    """
    try:
        npm_package.find_program("node")
        if not is_there(target):
            fetch(target)
    except npm_package.UnavailableError as reason:
        (target / VERSION).unlink(missing_ok=True)  # no page may count on it
        print(
            f"NOTICE: formulas are not typeset here ({reason}): the pages will ask MathJax's "
            "public server. To mend it, install node and npm and run `make book` again.",
            file=sys.stderr,
        )
        return False
    return True


def is_there(target: Path = TARGET) -> bool:
    """Whether this version lies in `target`."""
    return (target / VERSION).exists()


def fetch(target: Path) -> None:
    """Fetch the package and unpack the wanted part of it into `target`, a stamp beside it."""
    with tempfile.TemporaryDirectory() as folder:
        archive = npm_package.fetch("katex", VERSION, SHA256, Path(folder))
        npm_package.unpack(archive, WANTED, target)
    (target / VERSION).touch()


if __name__ == "__main__":
    sys.exit(0 if vendor() else 1)
