"""The repository's home, read from its one place: `[project]` in pyproject.toml.

The line `Source` of `[project.urls]` names owner, name and branch; `version` says what the
notebooks open and install. A development version (0.2.0.dev0) leads to the branch, a released one
(0.2.0) to its tag (v0.2.0), so that a notebook and the package it installs are of one moment.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNDECIDED = "OWNER"
LOCATION = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)/tree/([\w./-]+)")


@dataclass(frozen=True)
class Home:
    """Where this copy of the course lives."""

    owner: str
    name: str
    branch: str
    version: str
    needs: tuple[str, ...]  # the packages that the course stands on

    @property
    def decided(self) -> bool:
        """Whether somebody has said where the course lives."""
        return self.owner != UNDECIDED

    @property
    def ref(self) -> str:
        """What links and installations lead to: a release's tag, or between releases the branch."""
        return self.branch if "dev" in self.version else f"v{self.version}"

    @property
    def url(self) -> str:
        """The repository, for people."""
        return f"https://github.com/{self.owner}/{self.name}"

    @property
    def site(self) -> str:
        """The website, as GitHub Pages names it."""
        return f"https://{self.owner.lower()}.github.io/{self.name}"

    @property
    def requirement(self) -> str:
        """What pip installs: the package as it was when the notebooks were."""
        return f"git+{self.url}@{self.ref}"

    def colab(self, notebook: str) -> str:
        """The address that opens a notebook of the repository in Colab."""
        path = f"{self.owner}/{self.name}/blob/{self.ref}/{notebook}"
        return f"https://colab.research.google.com/github/{path}"

    def binder(self, notebook: str) -> str:
        """The address that opens a notebook of the repository in Binder."""
        path = f"{self.owner}/{self.name}/{self.ref}?labpath={notebook}"
        return f"https://mybinder.org/v2/gh/{path}"

    def page(self, page: str) -> str:
        """The address of a page of the website, by its path from the root without suffix."""
        path, _, anchor = page.partition("#")
        return f"{self.site}/{path}.html" + (f"#{anchor}" if anchor else "")


def read(root: Path = ROOT) -> Home:
    """Read the home of the copy at `root`.

    Raises:
        ValueError: the line `Source` is not the address of a branch on GitHub.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = project["urls"].get("Source", "nothing")
    location = LOCATION.fullmatch(source)
    if location is None:
        raise ValueError(
            "expected Source in [project.urls] of pyproject.toml to be "
            f"https://github.com/OWNER/NAME/tree/BRANCH, got {source}; correct that line"
        )
    owner, name, branch = location.groups()
    needs = tuple(re.split(r"[^\w-]", need, maxsplit=1)[0] for need in project["dependencies"])
    return Home(owner, name, branch, project["version"], needs)
