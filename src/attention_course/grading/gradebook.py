"""The gradebook: SQLite made from the journals, so that it can be asked questions.

It is written by one process at a time, in transactions that also hold how far the journals were
read. So it is never ahead of them, and it can be deleted and made again.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from attention_course.grading.classroom import Classroom
from attention_course.grading.journal import Journal, Record
from attention_course.grading.result import Result, check_points

PATIENCE = 60.0  # seconds to wait for another program that writes
TABLES = """
CREATE TABLE IF NOT EXISTS progress (journal TEXT PRIMARY KEY, place INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS learner (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, folder TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS result (
    number INTEGER PRIMARY KEY, learner TEXT NOT NULL REFERENCES learner, chapter TEXT NOT NULL,
    item TEXT NOT NULL, submission TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL,
    points REAL CHECK (points IS NULL OR points BETWEEN 0 AND most), most REAL NOT NULL,
    says TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS result_of ON result (learner, item, number);
CREATE TABLE IF NOT EXISTS mark (
    number INTEGER PRIMARY KEY, learner TEXT NOT NULL REFERENCES learner, item TEXT NOT NULL,
    points REAL CHECK (points IS NULL OR points BETWEEN 0 AND most), most REAL NOT NULL,
    comment TEXT NOT NULL, answer TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mark_of ON mark (learner, item, number);
CREATE VIEW IF NOT EXISTS grade AS
    SELECT result.number, result.learner, learner.name, learner.folder, result.chapter, result.item,
           result.status, result.points, result.most, result.says, result.answer,
           result.submission, mark.points AS given, mark.comment, mark.answer AS marked, mark.by
    FROM result JOIN learner ON learner.id = result.learner
    LEFT JOIN mark ON mark.number = (
        SELECT max(number) FROM mark AS other
        WHERE other.learner = result.learner AND other.item = result.item)
    WHERE result.number = (
        SELECT max(number) FROM result AS other
        WHERE other.learner = result.learner AND other.item = result.item);
"""


@dataclass(frozen=True)
class Grade:
    """What stands in the gradebook for one item of one learner."""

    learner: str
    name: str
    folder: str
    chapter: str
    item: str
    status: str
    automatic: float | None  # the grader's points
    maximum: float
    says: str
    answer: str
    submission: str
    given: float | None  # a person's points, which count before the grader's
    comment: str
    marked: str  # the answer that the person saw
    by: str

    @property
    def points(self) -> float | None:
        """The points that count; None while they are pending."""
        return self.automatic if self.given is None else self.given

    @property
    def absent(self) -> bool:
        """Whether it is missing because the learner has handed in nothing for the chapter."""
        return self.points is None and not self.submission

    @property
    def pending(self) -> bool:
        """Whether somebody, or the grader, must still look at it."""
        return self.points is None and not self.absent

    @property
    def changed(self) -> bool:
        """Whether the answer is another one than the person saw who marked it."""
        return self.given is not None and self.marked != self.answer


class Gradebook:
    """The gradebook of a class: a connection to its database, to be closed after use."""

    def __init__(self, room: Classroom):
        self.room = room
        self.file = room.root / "gradebook.db"
        self.connection = self.connected()

    def connected(self) -> sqlite3.Connection:
        """A connection to the database, made anew where it is damaged or ahead of a journal."""
        try:
            connection = connect(self.file)
        except sqlite3.OperationalError:
            raise  # it is in use, or cannot be written: a sound gradebook stays
        except sqlite3.DatabaseError:
            return self.recreated()
        for name, position in connection.execute("SELECT journal, place FROM progress").fetchall():
            journal = self.room.root / name
            if position > (journal.stat().st_size if journal.exists() else 0):
                connection.close()
                return self.recreated()
        return connection

    def recreated(self) -> sqlite3.Connection:
        """An empty gradebook, to be filled from the journals."""
        for tail in ("", "-wal", "-shm"):
            self.file.with_name(f"{self.file.name}{tail}").unlink(missing_ok=True)
        return connect(self.file)

    def close(self) -> None:
        """Close the connection to the database."""
        self.connection.close()

    def catch_up(self) -> None:
        """Take in what the journals hold beyond what was read of them.

        Raises:
            DamageError: a journal was changed.
            ValueError: a record has impossible points or an unknown learner.
        """
        with self.connection:  # one transaction
            self.connection.execute("BEGIN IMMEDIATE")
            for journal, take in (
                (self.room.learners_log, self.take_learner),
                (self.room.results, self.take_results),
                (self.room.marks, self.take_mark),
            ):
                self.follow(journal, take)

    def follow(self, journal: Journal, take: Callable[[Record], None]) -> None:
        """Take in one journal's new records."""
        row = self.connection.execute(
            "SELECT place FROM progress WHERE journal = ?", (journal.file.name,)
        ).fetchone()
        position = row[0] if row else 0
        for end, record in journal.read(position):
            take(record)
            position = end
        self.connection.execute(
            "INSERT OR REPLACE INTO progress VALUES (?, ?)", (journal.file.name, position)
        )

    def take_learner(self, record: Record) -> None:
        """A learner, or another name of one."""
        self.connection.execute(
            "INSERT INTO learner VALUES (:id, :name, :folder) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            record,
        )

    def take_results(self, record: Record) -> None:
        """All results of one submission, beside those of earlier runs: the last one counts."""
        self.must_know(record["learner"])
        for one in record["results"]:
            result = Result(**one)  # refuses impossible points
            self.connection.execute(
                "INSERT INTO result VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record["learner"],
                    record["chapter"],
                    result.item,
                    record["submission"],
                    record["key"],
                    result.status,
                    result.points,
                    result.of,
                    result.says,
                    result.answer,
                    record["at"],
                ),
            )

    def take_mark(self, record: Record) -> None:
        """A person's mark; without points it takes an earlier one back."""
        self.must_know(record["learner"])
        if record["points"] is not None:
            check_points(record["points"], record["most"])
        self.connection.execute(
            "INSERT INTO mark VALUES "
            "(NULL, :learner, :item, :points, :most, :comment, :answer, :by, :at)",
            record,
        )

    def must_know(self, learner: str) -> None:
        """Refuse grades for nobody.

        Raises:
            ValueError: the learner is not in the class.
        """
        if not self.connection.execute("SELECT 1 FROM learner WHERE id = ?", (learner,)).fetchone():
            raise ValueError(f"expected a learner of this class, got {learner!r}")

    def grades(self, chapter: str | None = None, learner: str | None = None) -> list[Grade]:
        """All grades as they stand, by learner and in the order of the exercises."""
        rows = self.connection.execute(
            "SELECT learner, name, folder, chapter, item, status, points, most, says, answer, "
            "submission, given, coalesce(comment, ''), coalesce(marked, ''), coalesce(by, '') "
            "FROM grade WHERE (?1 IS NULL OR chapter = ?1) AND (?2 IS NULL OR learner = ?2) "
            "ORDER BY folder, chapter, number",
            (chapter, learner),
        )
        return [Grade(*row) for row in rows]

    def graded(self) -> set[tuple[str, str, str, str]]:
        """Which submissions need no grading: learner, chapter, submission, key.

        Those that the grader failed to judge are not among them.
        """
        rows = self.connection.execute(
            "SELECT learner, chapter, submission, key FROM result "
            "WHERE number IN (SELECT max(number) FROM result GROUP BY learner, item) "
            "GROUP BY learner, chapter, submission, key HAVING sum(status = 'infra-error') = 0"
        )
        return set(rows)


def connect(file: Path) -> sqlite3.Connection:
    """A connection to a sound database with all tables.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        connection.executescript(TABLES)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def open_gradebook(room: Classroom) -> Iterator[Gradebook]:
    """The gradebook of a class, up to date.

    Raises:
        RuntimeError: another program holds it, or it cannot be written.
    """
    try:
        with contextlib.closing(Gradebook(room)) as gradebook:
            gradebook.catch_up()
            yield gradebook
    except sqlite3.OperationalError as error:
        raise RuntimeError(
            f"expected to use {room.root / 'gradebook.db'}, got: {error}; close the other program "
            "that has it open, or make room on the disk, and run the same command again; results "
            "and marks are safe"
        ) from error
