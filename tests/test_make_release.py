"""A release in one command: the tag's links lead to the tag, the branch's to the branch."""

import re
import shutil
import subprocess
import sys

import pytest

from forks import copied, move, sync


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A repository with a home, committed."""
    root = copied(tmp_path_factory.mktemp("release") / "course")
    move(root, "https://github.com/first-fork/their-course/tree/trunk", version="0.1.0.dev0")
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- Something new.\n")
    assert sync(root).returncode == 0
    git(root, "init", "--quiet", "--initial-branch", "trunk")
    git(root, "config", "user.name", "nobody")
    git(root, "config", "user.email", "nobody@localhost")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "as it is")
    return root


@pytest.fixture
def clone(original, tmp_path):
    """A copy of it, for one test."""
    return shutil.copytree(original, tmp_path / "course")


def git(root, *words):
    return subprocess.run(
        ["git", *words], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def release(root, *words):
    command = [sys.executable, "tools/release.py", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def setup_line(root, ref):
    notebook = git(root, "show", f"{ref}:notebooks/chapters/ch1_bottleneck.ipynb")
    return re.search(r"their-course@([\w.]+)", notebook)[1]


def test_a_release_is_a_tag_whose_notebooks_lead_to_it_and_the_branch_goes_on(clone):
    done = release(clone, "make", "0.1.0")
    assert done.returncode == 0, done.stderr
    assert "git push --follow-tags" in done.stdout
    assert setup_line(clone, "v0.1.0") == "v0.1.0"
    assert setup_line(clone, "trunk") == "trunk"
    assert 'version = "0.1.0"' in git(clone, "show", "v0.1.0:pyproject.toml")
    assert 'version = "0.2.0.dev0"' in git(clone, "show", "trunk:pyproject.toml")
    assert "## Unreleased" not in git(clone, "show", "v0.1.0:CHANGELOG.md")
    assert git(clone, "status", "--porcelain") == ""
    git(clone, "checkout", "--quiet", "v0.1.0")
    notes = release(clone, "notes", "v0.1.0")
    assert notes.returncode == 0
    assert notes.stdout == "- Something new.\n"
    assert release(clone, "notes", "v9.9.9").returncode == 2


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("", "expected a version such as 1.2.0"),
        ("one", "expected a version such as 1.2.0"),
        ("0.0.9", "above 0.1.0.dev0"),
        ("1.0", "expected a version such as 1.2.0"),
    ],
)
def test_a_version_that_cannot_be_released_is_refused(clone, version, why):
    before = git(clone, "rev-parse", "HEAD")
    done = release(clone, "make", version)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert git(clone, "rev-parse", "HEAD") == before
    assert git(clone, "status", "--porcelain") == ""


def test_nothing_is_released_from_a_clone_with_changes(clone):
    (clone / "README.md").write_text("changed")
    done = release(clone, "make", "0.1.0")
    assert done.returncode == 2
    assert "expected a clean clone" in done.stderr


def test_a_copy_without_a_home_releases_nothing(tmp_path):
    homeless = copied(tmp_path)
    move(homeless, "https://github.com/OWNER/attention-course/tree/main")
    done = release(homeless, "make", "99.0.0")
    assert done.returncode == 2
    assert "expected an account in place of OWNER" in done.stderr
