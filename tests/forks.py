"""Copies of the repository, as somebody who forks it has them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from home import ROOT


def tracked(root: Path) -> list[Path]:
    """Every file of the repository, new ones too, as git sees them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [root / name for name in filter(None, listed.split("\0")) if (ROOT / name).is_file()]


def sync(root: Path, *words: str) -> subprocess.CompletedProcess:
    """Run a copy's sync, with the package of the copy."""
    command = [sys.executable, str(root / "tools" / "sync.py"), *words]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def copied(root: Path) -> Path:
    """A copy of the repository, as somebody who forks it has it."""
    for file in tracked(ROOT):
        copy = root / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    return root


def move(root: Path, source: str, version: str | None = None) -> None:
    """Change the one line that names the home, and the version if one is given."""
    project = root / "pyproject.toml"
    text, count = re.subn(r"(?m)^Source = .*$", f'Source = "{source}"', project.read_text())
    assert count == 1
    if version:
        text = re.sub(r"(?m)^version = .*$", f'version = "{version}"', text)
    project.write_text(text)
