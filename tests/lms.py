"""Canvas and Moodle as far as grades go: what they export, and what they take back.

Written from the programs' own rules. Canvas: its gradebook's exporter and importer. Moodle: the
assignment's grading table, its offline feedback, and its reader of CSV files.
"""

import csv
import io
import re
from dataclasses import dataclass, field, replace


def quoted(text: str, separator: str) -> str:
    """A cell as a program writes it that quotes only what it must, and blanks (as PHP does)."""
    if any(one in text for one in f'{separator}"\r\n\t '):
        return '"' + text.replace('"', '""') + '"'
    return text


@dataclass(frozen=True)
class Form:
    """How a file is written: by a program, or by a spreadsheet that has saved it again."""

    encoding: str = "utf-8"
    separator: str = ","
    mark: bytes = b""
    end: str = "\n"
    comma: bool = False  # decimal commas

    def data(self, rows) -> bytes:
        lines = (self.separator.join(quoted(one, self.separator) for one in row) for row in rows)
        return self.mark + "".join(line + self.end for line in lines).encode(self.encoding)

    def number(self, value: float) -> str:
        text = f"{value:.2f}"
        return text.replace(".", ",") if self.comma else text

    def points(self, value: float) -> str:
        text = f"{value:.10g}"
        return text.replace(".", ",") if self.comma else text


@dataclass(frozen=True)
class Student:
    """Somebody in Canvas's course; `cell` is what the gradebook holds for the assignment."""

    id: int
    name: str  # family name first
    sis: str
    login: str
    cell: str = ""
    assigned: bool = True


@dataclass(frozen=True)
class Canvas:
    """A course with one assignment that matters, 'Assignment 3' of number 77."""

    students: tuple[Student, ...]
    maximum: float = 15.0
    manual: bool = True  # its grades are posted by hand: one row more

    def exported(self, form: Form, cells: dict[int, str] | None = None) -> bytes:
        """The gradebook as a CSV file; `cells` replaces what stands for some students."""
        heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes",
                 "Essay; draft (76)", "Assignment 3 (77)", "Assignment 3 (bonus) (78)",
                 "Final Score"]  # fmt: skip
        rows = [heads]
        if self.manual:
            rows.append(["", "", "", "", "", "", "", "Manual Posting", "", ""])
        rows.append(
            ["    Points Possible", "", "", "", "", "", form.number(10), form.number(self.maximum),
             form.number(3), "(read only)"]
        )  # fmt: skip
        for one in self.students:
            name = f'="{one.name}"' if one.name.startswith("=") else one.name
            cell = (cells or {}).get(one.id, one.cell if one.assigned else "N/A")
            rows.append(
                [name, str(one.id), one.sis, one.login, "Teil A, B", "", form.number(7.5), cell,
                 "", form.number(88.25)]
            )  # fmt: skip
        return form.data(rows)

    def taken_back(self, data: bytes) -> dict[int, str]:
        """What changes when the file is imported: the new cell of each student that changes.

        Raises:
            ValueError: Canvas refuses the file.
        """
        text = data.decode("utf-8")  # another encoding does not parse there
        lines = text.splitlines(keepends=True)[:3]
        separator = ";" if self.counted(lines, ";") > self.counted(lines, ",") else ","
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        heads, *rows = [row for row in rows if not re.fullmatch(r"[;, ]+", separator.join(row))]
        if "Student" not in heads[0] or "ID" not in heads[1] or "Section" not in heads[4]:
            raise ValueError("Invalid header row")
        place = next(at for at, one in enumerate(heads) if re.search(r"\(77\)$", one))
        by_id = {one.id: one for one in self.students}
        by_sis = {one.sis: one for one in self.students} | {one.login: one for one in self.students}
        changes, worth = {}, ""
        for row in rows:
            if "Points Possible" in row[0]:
                worth = row[place]
            elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", one) for one in row):
                number = int(match[0]) if (match := re.match(r"\d+", row[1])) else 0
                student = by_id.get(number) or by_sis.get(row[2]) or by_sis[row[3]]
                new = self.normal(row[place].strip()) if student.assigned else ""
                old = self.normal(student.cell)
                if not self.same(old, new):
                    changes[student.id] = new
        return {} if "read only" in worth else changes

    @staticmethod
    def counted(lines: list[str], separator: str) -> int:
        counts = {len(next(csv.reader([line], delimiter=separator), [])) for line in lines}
        return counts.pop() if len(counts) == 1 else 0

    @staticmethod
    def normal(text: str) -> str:
        """Numbers with a point, whatever marks they had; the last mark divides."""
        if not re.fullmatch(r"-?[0-9.,]+%?", text):
            return text
        *whole, last = re.split("[,.]", text)
        return f"{''.join(whole)}.{last}" if whole else last

    @staticmethod
    def same(old: str, new: str) -> bool:
        if old == new or (old in ("", "-") and new in ("", "-")):
            return True
        if old in ("", "-") or new in ("", "-") or "EX" in (old.upper(), new.upper()):
            return False
        return f"{float(old):.2f}" == f"{float(new):.2f}"


@dataclass(frozen=True)
class Language:
    """What Moodle calls things."""

    record: str
    name: str
    status: str
    grade: str
    maximum: str
    may_change: str
    submitted: str
    marked: str
    comments: str
    participant: str
    yes: str
    no: str
    comma: bool


ENGLISH = Language(
    "Identifier", "Full name", "Status", "Grade", "Maximum Grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments", "Participant ",
    "Yes", "No", False,
)  # fmt: skip
KOREAN = Language(
    "식별자", "성명", "상태", "성적", "최대 성적", "Grade can be changed",
    "마지막 수정됨(제출)", "마지막 수정됨(성적)", "피드백 코멘트", "참가자", "예", "아니오", False,
)  # fmt: skip
GERMAN = Language(
    "ID", "Vollständiger Name", "Status", "Bewertung", "Bestwertung",
    "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
    "Feedback als Kommentar", "Teilnehmer/in", "Ja", "Nein", True,
)  # fmt: skip
FRENCH = Language(
    "Identifiant", "Nom complet", "Statut", "Note", "Note maximale", "La note peut être modifiée",
    "Dernière modification (travail remis)", "Dernière modification (note)",
    "Feedback par commentaires", "Participant ", "Oui", "Non", True,
)  # fmt: skip


@dataclass(frozen=True)
class Participant:
    """Somebody in Moodle's assignment."""

    number: int
    name: str
    id_number: str
    grade: float | None = None
    locked: bool = False


@dataclass(frozen=True)
class Moodle:
    """An assignment, whose grading worksheet is downloaded and uploaded."""

    people: tuple[Participant, ...]
    language: Language = ENGLISH
    maximum: float = 15.0
    form: Form = field(default_factory=lambda: Form(mark=b"\xef\xbb\xbf"))

    def exported(self, cells: dict[int, str] | None = None, maximum: str | None = None) -> bytes:
        """The worksheet; `cells` replaces what stands for some participants."""
        words, form = self.language, replace(self.form, comma=self.language.comma)
        rows = [[words.record, words.name, "ID number", words.status, words.grade, words.maximum,
                 words.may_change, words.submitted, words.marked, words.comments]]  # fmt: skip
        for one in self.people:
            grade = "" if one.grade is None else form.number(one.grade)
            rows.append(
                [f"{words.participant}{one.number}", one.name, one.id_number, "Submitted - Graded",
                 (cells or {}).get(one.number, grade), form.number(self.maximum) if maximum is None
                 else maximum, words.no if one.locked else words.yes,
                 "Montag, 2. Februar 2026, 10:05", "-", 'Zeile 1\n"Zeile" 2; 3']
            )  # fmt: skip
        return form.data(rows)

    def taken_back(self, data: bytes) -> dict[int, float]:
        """The grades that change when the worksheet is uploaded as it was downloaded.

        Raises:
            ValueError: Moodle refuses the file.
        """
        text = data.decode(self.form.encoding).removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(text), delimiter=self.form.separator))
        heads, *rows = [[one.strip() for one in row] for row in rows]
        if any(len(row) != len(heads) for row in rows):
            raise ValueError("csvweirdcolumns")
        words = self.language
        who, grade = heads.index(words.record), heads.index(words.grade)
        heads.index(words.marked)  # must be there
        people = {one.number: one for one in self.people}
        changes = {}
        for row in rows:
            number = row[who][len(words.participant) :]
            person = people.get(int(number)) if number.isdigit() else None
            points = self.number(row[grade])
            if person is None or points is None or points == person.grade or person.locked:
                continue
            if 0 <= points <= self.maximum:
                changes[person.number] = points
        return changes

    def number(self, text: str) -> float | None:
        """As PHP reads a number: up to what is none, without a complaint."""
        plain = text.replace(" ", "")
        if self.language.comma:
            plain = plain.replace(",", ".")
        match = re.match(r"-?\d+(\.\d*)?", plain)
        return float(match[0]) if match else (0.0 if plain else None)
