"""What a plan to collect is made of: it says who handed in what before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from attention_course.grading.layouts import Owner, Top
from attention_course.grading.shown import shown
from attention_course.grading.sources import Source, SourceFile


@dataclass(frozen=True)
class Options:
    """How to collect. `roster`: ids and names of who may hand in; without it everybody may."""

    stems: Sequence[str]
    chapter: str | None = None  # what all files belong to; without it the notebooks tell
    layout: str | None = None  # how paths tell whose a file is; without it most paths decide
    encoding: str | None = None  # of names whose source does not tell it
    roster: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Part:
    """What was understood of one source: by which layout, and what lay on top."""

    source: Source
    layout: str
    top: Top


@dataclass(frozen=True)
class Claim:
    """A file, and whose it is by its path."""

    part: int  # which of the sources
    layout: str
    file: SourceFile
    owner: Owner

    @property
    def path(self) -> str:
        """The file's path in its source."""
        return self.file.path


@dataclass(frozen=True)
class Version:
    """A file that answers a chapter, by one learner."""

    claim: Claim
    chapter: str
    detected: str | None  # the chapter that it tells of itself
    sha: str
    size: int

    @property
    def learner_and_chapter(self) -> tuple[str, str]:
        """Whose answer it is, and to which chapter: of several versions one counts."""
        return self.claim.owner.id, self.chapter

    @property
    def age(self) -> tuple[int, float, str]:
        """What orders versions: Canvas's number of the file, its time, its path."""
        return self.claim.owner.number, self.claim.file.when or 0.0, self.claim.path


@dataclass(frozen=True)
class Doubt:
    """What may be wrong about a person, and what settles it."""

    what: str
    settled_by: str


@dataclass
class Plan:
    """Who handed in what, what is left aside and why, and what is doubtful."""

    parts: list[Part] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)  # ids and names to be in the class
    new: list[Version] = field(default_factory=list)
    replacing: set[tuple[str, str]] = field(default_factory=set)  # places that hold an older one
    known: list[Version] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # path, why
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    read_so_far: tuple[int, int] = (0, 0)  # how much of the class's journals it was made from


def some(texts: Sequence[str], limit: int = 5) -> str:
    """The first of some texts, as they may be printed."""
    return ", ".join(map(shown, texts[:limit])) + (", ..." if len(texts) > limit else "")
