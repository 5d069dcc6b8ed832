"""Bring MathJax 3 into book/_static/vendor, so that the website asks no other server for it.

The npm client fetches the package at build time. Where it cannot, the website falls back to
MathJax's public server, and this tool says so aloud.
"""

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import npm_package
from home import ROOT

VERSION = "3.2.2"
SHA256 = "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09"
WANTED = (
    "tex-mml-chtml.js",
    "output/chtml/fonts/woff-v2/",
    "input/tex/extensions/",
    "a11y/",
    "sre/",
)
TARGET = ROOT / "book" / "_static" / "vendor" / "mathjax"


def vendor(target: Path = TARGET) -> bool:
    """Put MathJax into `target` unless it is there already; say whether it is there now.

    Raises:
        ValueError: the fetched archive is not the one whose sha256 is written here.
    """
    stamp = target / f"mathjax-{VERSION}"
    if stamp.exists():
        return True
    try:
        with tempfile.TemporaryDirectory() as folder:
            archive = npm_package.fetch("mathjax", VERSION, SHA256, Path(folder))
            unpacked = unpack(archive, Path(folder) / "mathjax")
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(unpacked, target)
    except npm_package.UnavailableError as reason:
        print(
            f"\nNOTICE: MathJax could not be brought into the website ({reason}).", file=sys.stderr
        )
        print(
            "The pages will ask MathJax's public server for it: equations then need",
            file=sys.stderr,
        )
        print("the internet. To mend it, install npm and run `make book` again.\n", file=sys.stderr)
        return False
    stamp.touch()
    return True


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the wanted part of the archive's es5 folder into `folder`."""
    prefix = "package/es5/"
    with tarfile.open(archive) as package:
        for member in package.getmembers():
            name = member.name.removeprefix(prefix)
            if member.name == "package/LICENSE":
                member.name = "LICENSE"
            elif member.name.startswith(prefix) and name.startswith(WANTED):
                member.name = name
            else:
                continue
            package.extract(member, folder, filter="data")
    return folder


if __name__ == "__main__":
    sys.exit(0 if vendor() else 1)
