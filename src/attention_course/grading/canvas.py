"""Canvas's gradebook: the file that it exports, with one column filled in.

Canvas writes the heads in English in every language, and numbers as the teacher's language has
them. When the file comes back, an empty cell where a grade was takes that grade away, and EX is
an excuse. So a cell is written only where there are points.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from attention_course.grading.classroom import clean
from attention_course.grading.filling import Filled, Target, chosen_ids, fill, one_chapter
from attention_course.grading.gradebook import Grade
from attention_course.grading.sheets import (
    Sheet,
    decimal_mark,
    header_key,
    parse_number,
    read_sheet,
    unwrapped,
)
from attention_course.grading.shown import shown

IDS = ("id", "sis user id", "sis login id", "integration id")
NAMES = ("student", "lastname")
WORTH = "Points Possible"  # begins the row that says what columns are worth


def fill_canvas(
    grades: Sequence[Grade],
    exported: Path,
    column: str,
    file: Path,
    scale: bool = False,
    encoding: str | None = None,
    ids: str | None = None,
) -> Filled:
    """Fill one column of the file that Canvas has exported; all else stays as it is.

    `ids` names the column that tells whose row it is; without it, the one that knows the class.

    Raises:
        ValueError: it is no such file, the column is not there once, is worth other points, or
            nothing could be written.
    """
    by_learner = one_chapter(grades)
    sheet = read_sheet(exported, encoding)
    headers = sheet.headers
    if "id" not in headers or not set(headers) & set(NAMES):
        raise ValueError(
            f"expected a gradebook of Canvas with the columns Student and ID in {exported}, got "
            f"{', '.join(map(shown, headers)) or 'nothing'}"
        )
    index = column_called(sheet, column)
    worth = row_of_points(sheet)
    maximum = points_possible(sheet, worth, index)
    rows = [row for row in range(1, len(sheet.rows)) if row != worth]
    id_columns = [
        headers.index(name) for name in ([header_key(ids)] if ids else IDS) if name in headers
    ]
    if not id_columns:
        raise ValueError(f"expected a column '{shown(str(ids))}' of ids in {exported}, got none")
    names = headers.index("student") if "student" in headers else None
    id_column, notes = chosen_ids(
        sheet, dict.fromkeys(id_columns, id_in_cell), rows, by_learner, names
    )
    written, changes = for_canvas(sheet)
    target = Target(
        sheet=written,
        column=index,
        maximum=maximum,
        ids=id_column,
        id_of=id_in_cell,
        rows=rows,
        decimal_mark=decimal_mark((*sheet.texts(worth), *sheet.column(index))),
        notes=(*notes, *changes),
    )
    return fill(target, by_learner, file, scale)


def id_in_cell(text: str) -> str:
    """The id in a cell, however it was kept from becoming a number."""
    return clean(unwrapped(text.strip()))


def for_canvas(sheet: Sheet) -> tuple[Sheet, list[str]]:
    """A sheet as Canvas takes it, and a sentence if that is not how another program saved it.

    Canvas reads UTF-8, with commas or semicolons, and takes the first line for the heads. No byte
    order mark is added: behind one, Canvas knows neither a quoted head nor LastName.
    """
    accepted = sheet.separator in (",", ";")
    if codecs.lookup(sheet.encoding).name == "utf-8" and accepted and not sheet.preamble:
        return sheet, []
    converted = replace(sheet, encoding="utf-8", bom=b"", preamble="")
    converted.separator = sheet.separator if accepted else ","
    for row, cells in enumerate(converted.rows):
        for column, cell in enumerate(cells):
            if not cell.startswith('"'):
                converted.put(row, column, cell)
    note = (
        f"{sheet.file} came in another form ({sheet.encoding}); what was made of it is written as "
        "UTF-8 with commas or semicolons, the only way that Canvas takes it"
    )
    return converted, [note]


def column_called(sheet: Sheet, name: str) -> int:
    """The column of an assignment, by its title, or by its title and Canvas's number.

    Raises:
        ValueError: there is none, or there are several.
    """
    headers = sheet.headers
    matches = [index for index, text in enumerate(headers) if text == header_key(name)]
    numbered = re.compile(re.escape(header_key(name)) + r" \(\d+\)")
    matches = matches or [index for index, text in enumerate(headers) if numbered.fullmatch(text)]
    if len(matches) != 1:
        titles = ", ".join(shown(text) for text in sheet.texts(0))
        raise ValueError(
            f"expected a gradebook of Canvas with one column '{shown(name)}' in {sheet.file}, got "
            f"{len(matches)} among {titles}"
        )
    return matches[0]


def row_of_points(sheet: Sheet) -> int:
    """The row that says what each column is worth.

    Raises:
        ValueError: there is none.
    """
    for row in range(1, len(sheet.rows)):
        if WORTH in sheet.text(row, 0):
            return row
    raise ValueError(
        f"expected a row {WORTH} in {sheet.file}, which says what the column is worth, got none; "
        "export the gradebook from Canvas again"
    )


def points_possible(sheet: Sheet, row: int, column: int) -> float:
    """What Canvas says that a column is worth.

    Raises:
        ValueError: it is no number, as in a column that Canvas reckons itself.
    """
    text = sheet.text(row, column)
    points = parse_number(text)
    if points is None:
        raise ValueError(
            f"expected a number of points under {WORTH} for '{shown(sheet.text(0, column))}' in "
            f"{sheet.file}, got '{shown(text)}'; choose an assignment's column, and give the "
            "assignment points in Canvas"
        )
    return points
