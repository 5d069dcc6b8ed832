"""Moodle's grading worksheet: the file that it exports for one assignment, with grades filled in.

Its heads are in the teacher's language. Columns are found by the heads of the languages below,
else by their places: Moodle puts the identifier first, and the greatest grade right of the grade.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from attention_course.grading.classroom import clean
from attention_course.grading.filling import (
    EMPTY,
    Filled,
    Target,
    chosen_ids,
    fill,
    header_texts,
    one_chapter,
)
from attention_course.grading.gradebook import Grade
from attention_course.grading.sheets import (
    Sheet,
    decimal_mark,
    header_key,
    parse_number,
    read_sheet,
)
from attention_course.grading.shown import shown

IDENTIFIER = ("identifier", "식별자", "id")
NAMES = ("full name", "성명", "vollständiger name", "name")
GRADE = ("grade", "성적", "bewertung")
POINTED = ("grade", "성적")  # in these languages Moodle takes 13,5 for 13
MAXIMUM = ("maximum grade", "최대 성적", "bestwertung", "höchste bewertung")
OTHER_IDS = (
    "id number", "email address", "username", "학번", "id 번호", "이메일 주소", "이메일",
    "사용자명", "id-nummer", "matrikelnummer", "e-mail-adresse", "e-mail", "anmeldename",
)  # fmt: skip
YES = ("yes", "예", "ja", "oui", "sí", "sì", "sim", "はい", "是")
NO = ("no", "아니오", "아니요", "nein", "non", "não", "いいえ", "否")
PARTICIPANT = re.compile(r"\D*?(\d+)")


def fill_moodle(
    grades: Sequence[Grade],
    worksheet: Path,
    file: Path,
    scale: bool = False,
    encoding: str | None = None,
    ids: str | None = None,
    column: str | None = None,
) -> Filled:
    """Fill the grades of Moodle's grading worksheet; all else stays as it is.

    Learners are found by Moodle's number of the participant, or by another column of ids, which
    `ids` may name. `column` names the column of grades where it is not found.

    Raises:
        ValueError: it is no such file, is worth other points, or nothing could be written.
    """
    by_learner = one_chapter(grades)
    sheet = read_sheet(worksheet, encoding)
    rows = [row for row in range(1, len(sheet.rows)) if any(sheet.texts(row))]
    grade = grade_column(sheet, rows, column)
    id_readers = id_columns(sheet, rows, grade, ids)
    headers = sheet.headers
    names = next((headers.index(name) for name in NAMES if name in headers), None)
    id_column, notes = chosen_ids(sheet, id_readers, rows, by_learner, names)
    maximum = maximum_grade(sheet, rows, grade)
    mark = "." if headers[grade] in POINTED else decimal_mark(texts_of_grades(sheet, grade))
    target = Target(
        sheet=sheet,
        column=grade,
        maximum=maximum,
        ids=id_column,
        id_of=id_readers[id_column],
        rows=rows,
        locked=locked_rows(sheet, rows, grade),
        decimal_mark=mark,
        notes=(*notes, *unlike_moodle(sheet, grade)),
    )
    return fill(target, by_learner, file, scale)


def texts_of_grades(sheet: Sheet, grade: int) -> list[str]:
    """What stands in the column of grades, and right of it, where the greatest one is."""
    return [*sheet.column(grade), *sheet.column(grade + 1)]


def unlike_moodle(sheet: Sheet, grade: int) -> list[str]:
    """What to heed when Moodle is to take a file that a spreadsheet has saved again."""
    notes = []
    if sheet.encoding != "utf-8" or sheet.separator != ",":
        separator = {",": "comma", ";": "semicolon", "\t": "tab"}.get(sheet.separator, "other")
        notes.append(
            f"when Moodle asks, choose the encoding {sheet.encoding} and the separator {separator}"
        )
    if header_key(sheet.text(0, grade)) in POINTED and decimal_mark(sheet.column(grade)) == ",":
        notes.append(
            "grades that were there have decimal commas, which Moodle cuts off in this language: "
            "export the worksheet again, and do not save it with a spreadsheet"
        )
    return notes


def grade_column(sheet: Sheet, rows: Sequence[int], named: str | None) -> int:
    """The column of grades: the one that is named, or has a known head, or stands where it must.

    Raises:
        ValueError: it is not found, or not once.
    """
    headers = sheet.headers
    wanted = (header_key(named),) if named else GRADE
    matches = [column for column, text in enumerate(headers) if text in wanted]
    if not matches and not named:
        matches = [
            column for column in range(1, len(headers) - 1) if stands_before(sheet, rows, column)
        ]
    if len(matches) != 1 or not names_participants(sheet, rows):
        raise ValueError(
            f"expected a grading worksheet of Moodle with participants and their grades in "
            f"{sheet.file}, got {', '.join(header_texts(sheet, range(len(headers))))}; export it "
            "from the assignment (Download grading worksheet), or name the column: --column"
        )
    return matches[0]


def stands_before(sheet: Sheet, rows: Sequence[int], column: int) -> bool:
    """Whether a column may hold grades: numbers or nothing, and right of it the greatest one."""
    right = {sheet.text(row, column + 1).strip() for row in rows}
    maximum = parse_number(right.pop()) if len(right) == 1 else None
    texts = [sheet.text(row, column).strip() for row in rows]
    points = [parse_number(text) for text in texts if text not in EMPTY]
    return maximum is not None and all(one is not None and one <= maximum for one in points)


def names_participants(sheet: Sheet, rows: Sequence[int]) -> bool:
    """Whether the first column is Moodle's, as 'Participant 101', in whatever language."""
    texts = [normalized(sheet.text(row, 0)) for row in rows]
    words = {text.removesuffix(participant_id(text)) for text in texts}
    known = header_key(sheet.text(0, 0)) in IDENTIFIER
    return all(map(participant_id, texts)) and len(words) == 1 and (known or words != {""})


def normalized(text: str) -> str:
    """A text with ordinary digits and letters, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def participant_id(text: str) -> str:
    """The number at the end of 'Participant 101', '참가자101', 'Teilnehmer/in101'."""
    match = PARTICIPANT.fullmatch(normalized(text))
    return match[1] if match else ""


def id_columns(
    sheet: Sheet, rows: Sequence[int], grade: int, named: str | None
) -> dict[int, Callable[[str], str]]:
    """The columns that may tell whose row it is, each with how an id is read from it.

    Raises:
        ValueError: the one that is named is not there.
    """
    headers = sheet.headers[:grade]
    id_readers: dict[int, Callable[[str], str]] = {0: participant_id}
    for column, text in enumerate(headers):
        if column and text in OTHER_IDS:
            id_readers[column] = clean
    if named is None:
        return id_readers
    if header_key(named) not in headers:
        raise ValueError(f"expected a column '{shown(named)}' of ids in {sheet.file}, got none")
    column = headers.index(header_key(named))
    return {column: id_readers.get(column, clean)}


def maximum_grade(sheet: Sheet, rows: Sequence[int], grade: int) -> float:
    """The greatest grade that Moodle takes.

    Raises:
        ValueError: it is no number, or not the same in all rows.
    """
    headers = sheet.headers
    column = next((headers.index(name) for name in MAXIMUM if name in headers), grade + 1)
    there = [row for row in rows if column < len(sheet.rows[row])]
    texts = sorted({sheet.text(row, column).strip() for row in there})
    points = parse_number(texts[0]) if len(texts) == 1 else None
    if points is None:
        got = ", ".join(f"'{shown(text)}'" for text in texts[:3])
        raise ValueError(
            f"expected one number as the maximum grade, right of the grades in {sheet.file}, got "
            f"{got}; give the assignment points in Moodle (Grade, Type: Point) and export again"
        )
    return points


def locked_rows(sheet: Sheet, rows: Sequence[int], grade: int) -> frozenset[int]:
    """The rows whose grade Moodle would pass over, since it says that it cannot be changed."""
    for column in range(grade + 1, len(sheet.rows[0])):
        texts = {row: header_key(sheet.text(row, column)) for row in rows}
        if all(text in (*YES, *NO) for text in texts.values()):
            return frozenset(row for row, text in texts.items() if text in NO)
    return frozenset()
