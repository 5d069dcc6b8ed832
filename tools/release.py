"""Make a release: one commit with its version and its tag, then one that opens the next version.

`release.py make 1.2.0` works in a clean clone whose CHANGELOG has something under "Unreleased". In
the tagged commit every badge and every setup cell leads to the tag. Nothing is pushed: the last
line says how. `release.py notes v1.2.0` prints what the changelog says of a release.
"""

import argparse
import datetime
import re
import subprocess
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

import home as homes
from home import ROOT

CHANGELOG, PROJECT = ROOT / "CHANGELOG.md", ROOT / "pyproject.toml"
OPEN = "## Unreleased"


def main() -> int:
    """Make a release or print its notes; a mistake is one line and status 2."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("make").add_argument("version", help="1.2.0")
    commands.add_parser("notes").add_argument("tag", help="v1.2.0")
    arguments = parser.parse_args()
    try:
        if arguments.command == "notes":
            print(notes(arguments.tag))
        else:
            release(arguments.version)
    except ValueError as error:
        print(f"release: {error}", file=sys.stderr)
        return 2
    return 0


def notes(tag: str) -> str:
    """What the changelog says of a tag.

    Raises:
        ValueError: the tag is not that of this version, or the changelog says nothing of it.
    """
    if tag != (expected := homes.read().ref):
        raise ValueError(f"expected the tag {expected}, which pyproject.toml leads to, got {tag}")
    return section(rf"## {re.escape(tag.removeprefix('v'))} \(.*\)")


def section(heading: str) -> str:
    """The text under a heading of the changelog; the heading is a pattern.

    Raises:
        ValueError: there is no such heading, or no text under it.
    """
    text = CHANGELOG.read_text(encoding="utf-8")
    match = re.search(rf"^{heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if match is None or not match[1].strip():
        raise ValueError(f"expected something under {heading!r} in {CHANGELOG.name}, got nothing")
    return match[1].strip()


def release(version: str) -> None:
    """Commit and tag a version, then open the next one.

    Raises:
        ValueError: something is not ready; nothing has been changed.
    """
    number = checked(version)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    write_version(version)
    replace_once(CHANGELOG, OPEN, f"## {version} ({today})")
    commit(f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    following = f"{number.major}.{number.minor + 1}.0.dev0"
    write_version(following)
    replace_once(CHANGELOG, f"## {version} ({today})", f"{OPEN}\n\n## {version} ({today})")
    commit(f"Open {following}")
    print(f"Made v{version}. Look at it (git show v{version}), then: git push --follow-tags")


def checked(version: str) -> Version:
    """The version as a number, after making sure that it can be released.

    Raises:
        ValueError: it is no version above this one, has a tag, or the clone is not ready for it.
    """
    try:
        number, now = Version(version), Version(homes.read().version)
    except InvalidVersion as error:
        raise ValueError(f"expected a version such as 1.2.0, got {version!r}") from error
    if number.is_prerelease or len(number.release) != 3 or number <= now:
        raise ValueError(f"expected a version such as 1.2.0, above {now}, got {version}")
    if not homes.read().decided:
        raise ValueError(
            "expected an account in place of OWNER in the line Source of pyproject.toml: a tag "
            "cannot be changed later; set it, run `make sync`, commit, and release again"
        )
    if git("status", "--porcelain"):
        raise ValueError("expected a clean clone, got changes; commit or stash them first")
    if git("tag", "--list", f"v{version}"):
        raise ValueError(f"expected a new version, got {version}, which has a tag")
    section(OPEN)
    return number


def write_version(version: str) -> None:
    """Set the version, and by `sync` all addresses that lead to its tag or branch."""
    replace_once(PROJECT, f'version = "{homes.read().version}"', f'version = "{version}"')
    subprocess.run([sys.executable, ROOT / "tools" / "sync.py"], cwd=ROOT, check=True)


def replace_once(file: Path, old: str, new: str) -> None:
    """Replace what stands in a file once.

    Raises:
        ValueError: it does not stand there, or more than once.
    """
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"expected {old!r} once in {file.name}, got it {text.count(old)} times")
    file.write_text(text.replace(old, new), encoding="utf-8")


def commit(message: str) -> None:
    """Commit every change to a tracked file."""
    git("commit", "--quiet", "--all", "--message", message)


def git(*arguments: str) -> str:
    """Run git in this clone and give what it prints.

    Raises:
        subprocess.CalledProcessError: git failed.
    """
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
