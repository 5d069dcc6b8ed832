"""Points for a column of another program's file: whose row is whose, and which cells are left.

One column of ids is chosen for the whole file, so that a number that is one learner's id and
another one's login never mixes the two. A cell is written only where there are points to write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.grading.classroom import clean
from attention_course.grading.gradebook import Grade
from attention_course.grading.roster import columns_of_names, name_in
from attention_course.grading.sheets import Sheet, parse_number, rounded
from attention_course.grading.shown import in_one_line, listed, person, shown
from attention_course.grading.words import Total, totals

EMPTY = ("", "-")  # what the cell of a grade holds while there is none
DECIMALS = 2  # as Canvas and Moodle show grades, and as Canvas compares them


@dataclass(frozen=True)
class Filled:
    """What an export wrote, and what it could not; learners are told by id and name."""

    file: Path
    written: int
    pending: tuple[str, ...]  # learners whose total waits
    absent: tuple[str, ...] = ()  # learners who handed in nothing
    without_row: tuple[str, ...] = ()  # learners that the other program's file does not have
    left: tuple[str, ...] = ()  # learners whose cell was left, and what it holds
    notes: tuple[str, ...] = ()  # sentences for people


@dataclass(frozen=True)
class Target:
    """The column to be filled, and what decides about its rows."""

    sheet: Sheet
    column: int
    maximum: float  # what the other program says that the column is worth
    ids: int  # the column that tells whose row it is
    id_of: Callable[[str], str]  # the id in a cell of that column
    rows: Sequence[int]  # those of people
    locked: frozenset[int] = frozenset()  # rows whose grade the program would not take
    decimal_mark: str = "."  # between a number and its decimals
    notes: tuple[str, ...] = ()  # sentences for people


def pending_and_absent(grades: Sequence[Grade]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The learners with a pending total, and those with a chapter not handed in, each once."""
    learner_totals = totals(grades)
    pending = dict.fromkeys(person(one.learner, one.name) for one in learner_totals if one.pending)
    absent = dict.fromkeys(person(one.learner, one.name) for one in learner_totals if one.absent)
    return tuple(pending), tuple(absent)


def grade_message(grade: Grade) -> str:
    """What was found: by the person whose points count, or else by the grader."""
    return grade.says if grade.given is None else grade.comment or "Read by a person."


def one_chapter(grades: Sequence[Grade]) -> dict[str, Total]:
    """The totals of a chapter by the learners' ids.

    Raises:
        ValueError: the grades are of no chapter, or of several.
    """
    by_learner = {one.learner: one for one in totals(grades)}
    chapters = {one.chapter for one in grades}
    if len(chapters) != 1:
        raise ValueError(f"expected grades of one chapter, got {len(chapters)}; name it: --chapter")
    return by_learner


def chosen_ids(
    sheet: Sheet,
    columns: Mapping[int, Callable[[str], str]],
    rows: Sequence[int],
    by_learner: Mapping[str, Total],
    names: int | None,
) -> tuple[int, tuple[str, ...]]:
    """The one column whose ids are the learners', and a sentence if another one contradicts it.

    `columns`: how an id is read from each that may be it, the likeliest first. `names` is the
    column of names, which decides where two columns know the same learners.

    Raises:
        ValueError: no column has a learner's id, or two columns know different learners.
    """
    rows_found = {
        column: {
            id: row
            for id, row in rows_by_id(sheet, column, id_of, rows).items()
            if id in by_learner
        }
        for column, id_of in columns.items()
    }
    if not any(rows_found.values()):
        raise ValueError(no_row_message(sheet, list(columns), people(by_learner)))
    everybody = {id for by_id in rows_found.values() for id in by_id}
    best = [column for column, by_id in rows_found.items() if set(by_id) == everybody]
    if not best:
        clash = " and ".join(header_texts(sheet, [one for one in rows_found if rows_found[one]]))
        raise ValueError(
            f"expected one column of ids in {sheet.file} for all learners, got {clash}, of which "
            "each knows other learners; name the right one: --ids"
        )
    if names is not None:
        best.sort(key=lambda column: -agreement(sheet, names, rows_found[column], by_learner))
    against = [column for column in best[1:] if rows_found[column] != rows_found[best[0]]]
    if not against:
        return best[0], ()
    right, *wrong = header_texts(sheet, [best[0], *against])
    note = (
        f"learners were found by {right}; {', '.join(wrong)} would give them other rows: is it "
        "that one, then name it with --ids"
    )
    return best[0], (note,)


def header_texts(sheet: Sheet, columns: Sequence[int]) -> list[str]:
    """The heads of some columns, to be printed."""
    return [shown(sheet.text(0, column)) for column in columns]


def no_row_message(sheet: Sheet, columns: Sequence[int], learners: Sequence[str]) -> str:
    """What to say where no row is a learner's."""
    damaged = next((one for column in columns if (one := rounded(sheet.column(column)))), None)
    hint = f"; a spreadsheet has turned ids into numbers ({damaged})" if damaged else ""
    tried = " or ".join(header_texts(sheet, columns))
    return (
        f"expected rows of this class in {sheet.file}, by {tried}, "
        f"got none, so nothing was written{hint}; the class has {in_one_line(learners)}: export "
        "the file of the same course again"
    )


def people(by_learner: Mapping[str, Total]) -> list[str]:
    """Who the learners are, to be printed."""
    return [person(id, one.name) for id, one in by_learner.items()]


def rows_by_id(
    sheet: Sheet, column: int, id_of: Callable[[str], str], rows: Sequence[int]
) -> dict[str, int]:
    """The row of each id in a column; an id that stands there twice is -1."""
    by_id: dict[str, int] = {}
    for row in rows:
        id = id_of(sheet.text(row, column))
        by_id[id] = -1 if id in by_id else row
    by_id.pop("", None)
    return by_id


def agreement(
    sheet: Sheet, names: int, by_id: Mapping[str, int], by_learner: Mapping[str, Total]
) -> int:
    """How many learners have the name that stands in their row, or else a word of it in common."""
    rows = [(sheet.text(row, names), by_learner[id].name) for id, row in by_id.items() if row > 0]
    same = sum(letters_in_name(there) == letters_in_name(here) for there, here in rows)
    alike = sum(bool(words_in_name(there) & words_in_name(here)) for there, here in rows)
    return same * (len(rows) + 1) + alike


def letters_in_name(name: str) -> list[str]:
    """The letters of a name without order, since one program has the family name first."""
    return sorted(one for one in clean(name).casefold() if one.isalnum())


def words_in_name(name: str) -> set[str]:
    """The words of a name in small letters; punctuation divides them."""
    return set(re.findall(r"\w+", clean(name).casefold()))


def fill(target: Target, by_learner: Mapping[str, Total], file: Path, scale: bool) -> Filled:
    """Write the totals of a chapter into a column, and the sheet into a file.

    A cell is left as it is while there is no total for it, where nothing was handed in, where the
    other program holds a word (as EX, excused) and where it would take no grade.

    Raises:
        ValueError: the column is worth other points, a learner has two rows, or no total is there.
    """
    by_id = rows_by_id(target.sheet, target.ids, target.id_of, target.rows)
    written, left = written_into(target, by_learner, by_id, scaled(target, by_learner, scale))
    there = {id: one for id, one in by_learner.items() if id in by_id}
    elsewhere = {id: one for id, one in by_learner.items() if id not in by_id and not one.absent}
    done = Filled(
        file=file,
        written=written,
        pending=tuple(people({id: one for id, one in there.items() if one.pending})),
        absent=tuple(people({id: one for id, one in by_learner.items() if one.absent})),
        without_row=tuple(people(elsewhere)),
        left=tuple(left),
        notes=(*target.notes, *rows_of_nobody(target.sheet, by_id, by_learner)),
    )
    if not written:
        raise ValueError(nothing_written_message(target.sheet.file, done))
    target.sheet.save(file)
    return done


def rows_of_nobody(
    sheet: Sheet, by_id: Mapping[str, int], by_learner: Mapping[str, Total]
) -> list[str]:
    """A sentence that names the rows of people who are not in the class, if there are any."""
    names = columns_of_names(sheet.headers)
    nobodys = [
        person(id, name_in(sheet, row, names) if row > 0 else "")
        for id, row in by_id.items()
        if id not in by_learner
    ]
    what = "rows of nobody in the class, which stay as they are"
    return [f"{what}: {listed(nobodys, 'row')}"] if nobodys else []


def written_into(
    target: Target, by_learner: Mapping[str, Total], by_id: Mapping[str, int], factor: float
) -> tuple[int, list[str]]:
    """Put points into the cells that may be written; how many have them, and whose were left.

    Raises:
        ValueError: a learner has two rows.
    """
    written, left = 0, []
    for id, total in by_learner.items():
        row = by_id.get(id)
        if row is None or total.points is None:
            continue
        if row < 0:
            raise ValueError(
                f"expected each learner once in {target.sheet.file}, got '{shown(id)}' in two "
                "rows; take one of them out"
            )
        before = target.sheet.text(row, target.column).strip()
        if row in target.locked or (before not in EMPTY and parse_number(before) is None):
            reason = "locked" if row in target.locked else before
            left.append(f"{person(id, total.name)}: {reason}")
            continue
        points = f"{round(total.points * factor, DECIMALS):.10g}"
        if parse_number(before) != parse_number(points):
            target.sheet.put(row, target.column, points.replace(".", target.decimal_mark))
        written += 1
    return written, left


def scaled(target: Target, by_learner: Mapping[str, Total], scale: bool) -> float:
    """What points are multiplied by: 1, or with `scale` what brings them to the column's.

    Raises:
        ValueError: they are worth other points, and are not to be scaled; or the column none.
    """
    whole = max(one.maximum for one in by_learner.values())
    if target.maximum <= 0 or (target.maximum != whole and not scale):
        raise ValueError(
            f"expected a column worth {whole:g} points, got one worth {target.maximum:g}; change "
            "it there, or let the points be scaled with --scale"
        )
    return target.maximum / whole


def nothing_written_message(file: Path, done: Filled) -> str:
    """Why no cell was filled: the reasons, each with its learners."""
    reasons = {
        "the points are pending of": done.pending,
        "nothing was handed in by": done.absent,
        "the cell holds a word, or is locked, of": done.left,
        "no row is there for": done.without_row,
    }
    why = "; ".join(f"{reason} {in_one_line(who)}" for reason, who in reasons.items() if who)
    return f"expected points to write into {file}, got none, so nothing was written: {why}"
