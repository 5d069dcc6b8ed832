"""Who is in a class: a list with ids and names, as schools, Canvas and Moodle write it."""

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from attention_course.grading.classroom import clean
from attention_course.grading.sheets import Sheet, header_key, read_sheet, rounded, unwrapped
from attention_course.grading.shown import shown

IDS = (  # the first one that is there is taken; Canvas's and Moodle's own before a school's
    "id", "identifier", "식별자", "학번", "student id", "student number", "matrikelnummer",
    "matrikel-nr.", "matrikelnr.", "matrikelnr", "matrikel-nr", "학생 번호", "학생번호",
    "id number", "id 번호", "id-nummer", "user id", "sis user id", "아이디",
)  # fmt: skip
NAMES = (
    "name", "student", "full name", "student name", "이름", "성명", "학생", "학생 이름", "학생이름",
    "vollständiger name", "vor- und nachname", "teilnehmer/in",
)  # fmt: skip
PARTS = (  # a first name, and the family name
    ("first name", "last name"), ("firstname", "lastname"), ("first name", "surname"),
    ("vorname", "nachname"), ("vorname", "name"),
)  # fmt: skip
PARTICIPANT = re.compile(r"(?:participant|teilnehmer\D*|참가자|참여자)\s*(\d+)", re.IGNORECASE)
NOT_PEOPLE = "Points Possible"  # a row of Canvas's


def read_roster(file: Path, encoding: str | None = None) -> list[tuple[str, str]]:
    """The ids and names of a class from a CSV file, with heads in English, Korean or German.

    Canvas's export of its gradebook is one too (ID and Student), and so is Moodle's grading
    worksheet (its participants' numbers).

    Raises:
        ValueError: a column is missing, somebody has no id, or an id is there twice.
    """
    sheet = read_sheet(file, encoding, "--roster-encoding")
    headers = sheet.headers
    column = next((headers.index(name) for name in IDS if name in headers), None)
    names = columns_of_names(headers)
    if column is None or not names:
        raise ValueError(
            f"expected the columns id and name (or 학번 and 이름, Matrikelnummer and Name) in "
            f"{file}, got {', '.join(shown(text) for text in sheet.texts(0) if text) or 'none'}"
        )
    people = []
    for row in range(1, len(sheet.rows)):
        if is_test_student(sheet, row, headers):
            who = shown(name_in(sheet, row, names))
            print(
                f"{file}, row {row + 1}: '{who}' is Canvas's test student, and is left out",
                file=sys.stderr,
            )
        elif NOT_PEOPLE not in sheet.text(row, 0):
            id, name = id_in_row(sheet, row, column), name_in(sheet, row, names)
            if name and not id:
                raise ValueError(f"expected an id for '{shown(name)}' in {file}, row {row + 1}")
            people += [(id, name)] if id else []
    refuse_damaged([id for id, _ in people], file)
    return people


def is_test_student(sheet: Sheet, row: int, headers: Sequence[str]) -> bool:
    """Whether a row of Canvas's gradebook is that of the student which its teachers play.

    Canvas translates that student's name, and gives it 40 hexadecimal digits to log in with.
    """
    if not {"id", "section"} <= set(headers):
        return False
    login = headers.index("sis login id") if "sis login id" in headers else len(headers)
    in_english = header_key(name_in(sheet, row, columns_of_names(headers)))
    return in_english in ("student, test", "test student") or bool(
        re.fullmatch("[0-9a-f]{40}", sheet.text(row, login))
    )


def columns_of_names(headers: Sequence[str]) -> list[int]:
    """The columns that make a name, in the order in which it is written."""
    if {"성", "이름"} <= set(headers):
        return [headers.index("성"), headers.index("이름")]
    for parts in PARTS:
        if set(parts) <= set(headers):
            return [headers.index(part) for part in parts]
    return [headers.index(name) for name in NAMES if name in headers][:1]


def id_in_row(sheet: Sheet, row: int, column: int) -> str:
    """Whose row it is; of Moodle's 'Participant 101' the number."""
    text = clean(unwrapped(sheet.text(row, column)))
    match = PARTICIPANT.fullmatch(unicodedata.normalize("NFKC", text))
    return match[1] if match else text


def name_in(sheet: Sheet, row: int, columns: Sequence[int]) -> str:
    """The name in a row; Korean family and given names without a blank between them."""
    parts = [clean(unwrapped(sheet.text(row, column))) for column in columns]
    korean = all("\uac00" <= one <= "\ud7a3" for one in "".join(parts))
    return ("" if korean else " ").join(part for part in parts if part)


def refuse_damaged(ids: Sequence[str], file: Path) -> None:
    """Let no list pass whose ids do not tell people apart.

    Raises:
        ValueError: an id is there twice, or a spreadsheet has made a number of one.
    """
    if (damaged := rounded(ids)) is not None:
        raise ValueError(
            f"expected whole ids in {file}, got {damaged}: a spreadsheet has turned them into "
            "numbers; export the list again, and do not save it with a spreadsheet"
        )
    twice = sorted(id for id, count in Counter(ids).items() if count > 1)
    if twice:
        raise ValueError(
            f"expected each id once in {file}, got twice: {', '.join(map(shown, twice))}"
        )
