"""The folder of a class: learners, what they handed in, results, marks and the key.

Learners' names and files' names are data: folders are called learner-0001 and so on.
"""

import contextlib
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from attention_course.exercises.keys import read_key
from attention_course.grading.journal import Journal
from attention_course.grading.locks import exclusive
from attention_course.store.files import write

LONGEST_NAME = 200
README = """This folder is a class of the attention course. Keep it private, and back it up.

results.jsonl   what the grader found: only grows; the source of truth
marks.jsonl     what people gave: only grows; nothing can remake it
collected.jsonl what was handed in, by whom, and where it is under submissions/
secret          addresses of feedback pages are made from it (whose.csv tells them)
key             hidden inputs are drawn from it; who has it knows them
gradebook.db    made from the files above; may be deleted, and is made again
"""


@dataclass(frozen=True)
class Learner:
    """Somebody who hands in: an id of the school's, a name to show, a neutral folder."""

    id: str
    name: str
    folder: str


@dataclass(frozen=True)
class Submission:
    """A file that was handed in for a chapter: whose, and where a copy of it lies."""

    learner: str
    chapter: str
    sha: str
    file: str  # below the class's folder
    original: str  # as it was called
    late: bool
    when: float | None = None  # when it was made, in seconds since 1970, if that is known
    number: int = 0  # the number that Canvas gave to the file, if it did


class Classroom:
    """One class on disk: its journals, and what was read of them so far."""

    def __init__(self, root: Path):
        self.root = root
        self.learners_log = Journal(root / "learners.jsonl")
        self.collected = Journal(root / "collected.jsonl")
        self.results = Journal(root / "results.jsonl")
        self.marks = Journal(root / "marks.jsonl")
        self.known: dict[str, Learner] = {}
        self.latest: dict[tuple[str, str], Submission] = {}
        self.seen: set[tuple[str, str, str]] = set()  # learner, chapter, sha of all collected
        self.learners_read = self.collected_read = 0

    @classmethod
    def open(cls, root: Path) -> "Classroom":
        """A class that exists.

        Raises:
            FileNotFoundError: there is none in that folder.
        """
        if not (root / "learners.jsonl").exists():
            raise FileNotFoundError(
                f"expected a class in {root}, got a folder without learners.jsonl; make one with: "
                "attention-course grade collect CLASS SUBMISSIONS"
            )
        return cls(root)

    @classmethod
    def open_or_create(cls, root: Path) -> "Classroom":
        """A class, made if it is not there, that only its owner can read.

        Raises:
            ValueError: there is something else in its place.
            OSError: it cannot be made.
        """
        check_folder(root)
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            (root / "learners.jsonl").touch()
            # Several may make the class at once: the first one writes what is the same for all.
            with contextlib.suppress(FileExistsError), (root / "README.txt").open("x") as stream:
                stream.write(README)
        except OSError as error:
            raise OSError(
                error.errno,
                f"expected to make the class {root}, got: {error.strerror}; make room, or name "
                "another folder",
            ) from error
        return cls(root)

    def learners(self) -> dict[str, Learner]:
        """All learners by their ids, in the order in which they came."""
        for position, record in self.learners_log.read(self.learners_read):
            self.learners_read = position
            self.known[record["id"]] = Learner(**record)
        return self.known

    def add_learner(self, id: str, name: str) -> Learner:
        """A learner of that id, new if there was none, with that name."""
        known = self.learners()
        folder = known[id].folder if id in known else f"learner-{len(known) + 1:04d}"
        learner = Learner(id, name or id, folder)
        if known.get(id) != learner:
            self.learners_log.append(asdict(learner))
        return learner

    def submissions(self) -> dict[tuple[str, str], Submission]:
        """The latest submission of each learner for each chapter."""
        for position, record in self.collected.read(self.collected_read):
            self.collected_read = position
            fields = Submission.__dataclass_fields__
            one = Submission(**{key: record[key] for key in record if key in fields})
            self.latest[one.learner, one.chapter] = one
            self.seen.add((one.learner, one.chapter, one.sha))
        return self.latest

    def add_submission(
        self,
        learner: Learner,
        chapter: str,
        data: bytes,
        original: str,
        late: bool,
        when: float | None = None,
        number: int = 0,
    ) -> bool:
        """Keep a copy of what was handed in; False if it is the one that is there already."""
        sha = sha256(data).hexdigest()
        before = self.submissions().get((learner.id, chapter))
        if before and before.sha == sha:
            return False
        file = Path("submissions") / learner.folder / chapter / f"{sha[:16]}.ipynb"
        (self.root / file).parent.mkdir(parents=True, exist_ok=True)
        write(self.root / file, data)
        one = Submission(learner.id, chapter, sha, file.as_posix(), original, late, when, number)
        self.collected.append(asdict(one) | {"at": now()})
        return True

    def data_of(self, submission: Submission) -> bytes:
        """The bytes of a submission, as they were collected.

        Raises:
            ValueError: the copy was changed since.
        """
        data = (self.root / submission.file).read_bytes()
        if sha256(data).hexdigest() != submission.sha:
            raise ValueError(
                f"expected {submission.file} as it was collected, got a changed file; collect "
                "the submission again"
            )
        return data

    def key(self, file: Path | None = None) -> bytes:
        """The key from a file, or the class's own, which is made when it is first needed."""
        if file is not None:
            return read_key(file)
        own = self.root / "key"
        if not own.exists():
            write(own, secrets.token_hex(32).encode() + b"\n")
            own.chmod(0o600)
        return read_key(own)

    def lock_grading(self) -> contextlib.AbstractContextManager[None]:
        """Hold the class, so that two graders do not do the same work.

        Raises:
            RuntimeError: another one is at work.
        """
        return exclusive(
            self.root / ".grading",
            f"expected to be the only grader of {self.root}, got another one at work; "
            "wait for it, or stop it",
        )

    def lock_collecting(self) -> contextlib.AbstractContextManager[None]:
        """Hold the class, so that two collections give no folder to two learners.

        Raises:
            RuntimeError: another one is at work.
        """
        return exclusive(
            self.root / ".collecting",
            f"expected to be the only one that collects into {self.root}, got another one at "
            "work; wait for it, then run the same command again",
        )


def check_folder(root: Path) -> None:
    """Make sure that a folder is a class, or may become one.

    Raises:
        ValueError: it is a file, holds something else, or can be read by others.
    """
    if (root / "learners.jsonl").exists() or not root.exists():
        return
    if not root.is_dir():
        raise ValueError(f"expected a folder for the class, got a file: {root}; name another one")
    # Asked once more: another collection may have made the class in between.
    if any(root.iterdir()) and not (root / "learners.jsonl").exists():
        raise ValueError(
            f"expected a class or a new folder, got {root}, which holds something else; name a "
            "new folder"
        )
    if root.stat().st_mode & 0o077:
        raise ValueError(
            f"expected a class or a new folder, got {root}, which others can read; name a new "
            f"folder, or close it with: chmod 700 {root}"
        )


def now() -> str:
    """The time in UTC, as ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def clean(text: str) -> str:
    """A name as one line of ordinary characters, not too long."""
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    kept = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in normal)
    return " ".join(kept.split())[:LONGEST_NAME]
