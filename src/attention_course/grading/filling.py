"""Points for a column of another program's file: whose row is whose, and which cells are left.

One column of ids is chosen for the whole file, so that a number that is one learner's id and
another one's login never mixes the two. A cell is written only where there are points to write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attention_course.grading.classroom import clean
from attention_course.grading.roster import columns_of_names, name_in
from attention_course.grading.sheets import Sheet, head, number, rounded
from attention_course.grading.shown import in_one_line, listed, person, shown
from attention_course.grading.store import Grade
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
    most: float  # what the other program says that the column is worth
    ids: int  # the column that tells whose row it is
    id_of: Callable[[str], str]  # the id in a cell of that column
    rows: Sequence[int]  # those of people
    locked: frozenset[int] = frozenset()  # rows whose grade the program would not take
    mark: str = "."  # between a number and its decimals
    notes: tuple[str, ...] = ()  # sentences for people


def waiting(grades: Sequence[Grade]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The learners with a pending total, and those with a chapter not handed in, each once."""
    made = totals(grades)
    pending = dict.fromkeys(person(one.learner, one.name) for one in made if one.pending)
    absent = dict.fromkeys(person(one.learner, one.name) for one in made if one.absent)
    return tuple(pending), tuple(absent)


def message(grade: Grade) -> str:
    """What was found: by the person whose points count, or else by the grader."""
    return grade.says if grade.given is None else grade.comment or "Read by a person."


def one_chapter(grades: Sequence[Grade]) -> dict[str, Total]:
    """The totals of a chapter by the learners' ids.

    Raises:
        ValueError: the grades are of no chapter, or of several.
    """
    mine = {one.learner: one for one in totals(grades)}
    chapters = {one.chapter for one in grades}
    if len(chapters) != 1:
        raise ValueError(f"expected grades of one chapter, got {len(chapters)}; name it: --chapter")
    return mine


def chosen_ids(
    sheet: Sheet,
    columns: Mapping[int, Callable[[str], str]],
    rows: Sequence[int],
    mine: Mapping[str, Total],
    names: int | None,
) -> tuple[int, tuple[str, ...]]:
    """The one column whose ids are the learners', and a sentence if another one contradicts it.

    `columns`: how an id is read from each that may be it, the likeliest first. `names` is the
    column of names, which decides where two columns know the same learners.

    Raises:
        ValueError: no column has a learner's id, or two columns know different learners.
    """
    found = {
        column: {id: row for id, row in places(sheet, column, id_of, rows).items() if id in mine}
        for column, id_of in columns.items()
    }
    if not any(found.values()):
        raise ValueError(nobody_found(sheet, list(columns), people(mine)))
    everybody = {id for by_id in found.values() for id in by_id}
    best = [column for column, by_id in found.items() if set(by_id) == everybody]
    if not best:
        clash = " and ".join(heads_of(sheet, [one for one in found if found[one]]))
        raise ValueError(
            f"expected one column of ids in {sheet.file} for all learners, got {clash}, of which "
            "each knows other learners; name the right one: --ids"
        )
    if names is not None:
        best.sort(key=lambda column: -agreement(sheet, names, found[column], mine))
    against = [column for column in best[1:] if found[column] != found[best[0]]]
    if not against:
        return best[0], ()
    right, *wrong = heads_of(sheet, [best[0], *against])
    note = (
        f"learners were found by {right}; {', '.join(wrong)} would give them other rows: is it "
        "that one, then name it with --ids"
    )
    return best[0], (note,)


def heads_of(sheet: Sheet, columns: Sequence[int]) -> list[str]:
    """The heads of some columns, to be printed."""
    return [shown(sheet.text(0, column)) for column in columns]


def nobody_found(sheet: Sheet, columns: Sequence[int], learners: Sequence[str]) -> str:
    """What to say where no row is a learner's."""
    damaged = next((one for column in columns if (one := rounded(sheet.column(column)))), None)
    hint = f"; a spreadsheet has turned ids into numbers ({damaged})" if damaged else ""
    return (
        f"expected rows of this class in {sheet.file}, by {' or '.join(heads_of(sheet, columns))}, "
        f"got none, so nothing was written{hint}; the class has {in_one_line(learners)}: export "
        "the file of the same course again"
    )


def people(mine: Mapping[str, Total]) -> list[str]:
    """Who the learners are, to be printed."""
    return [person(id, one.name) for id, one in mine.items()]


def places(
    sheet: Sheet, column: int, id_of: Callable[[str], str], rows: Sequence[int]
) -> dict[str, int]:
    """The row of each id in a column; an id that stands there twice is -1."""
    found: dict[str, int] = {}
    for row in rows:
        id = id_of(sheet.text(row, column))
        found[id] = -1 if id in found else row
    found.pop("", None)
    return found


def agreement(sheet: Sheet, names: int, by_id: Mapping[str, int], mine: Mapping[str, Total]) -> int:
    """How many learners have the name that stands in their row, or else a word of it in common."""
    rows = [(sheet.text(row, names), mine[id].name) for id, row in by_id.items() if row > 0]
    same = sum(letters(there) == letters(here) for there, here in rows)
    alike = sum(bool(words(there) & words(here)) for there, here in rows)
    return same * (len(rows) + 1) + alike


def letters(name: str) -> list[str]:
    """The letters of a name without order, since one program has the family name first."""
    return sorted(one for one in clean(name).casefold() if one.isalnum())


def words(name: str) -> set[str]:
    """The words of a name."""
    return set(re.findall(r"\w+", clean(name).casefold()))


def fill(target: Target, mine: Mapping[str, Total], file: Path, scale: bool) -> Filled:
    """Write the totals of a chapter into a column, and the sheet into a file.

    A cell is left as it is while there is no total for it, where nothing was handed in, where the
    other program holds a word (as EX, excused) and where it would take no grade.

    Raises:
        ValueError: the column is worth other points, a learner has two rows, or no total is there.
    """
    by_id = places(target.sheet, target.ids, target.id_of, target.rows)
    written, left = written_into(target, mine, by_id, scaled(target, mine, scale))
    there = {id: one for id, one in mine.items() if id in by_id}
    elsewhere = {id: one for id, one in mine.items() if id not in by_id and not one.absent}
    done = Filled(
        file=file,
        written=written,
        pending=tuple(people({id: one for id, one in there.items() if one.pending})),
        absent=tuple(people({id: one for id, one in mine.items() if one.absent})),
        without_row=tuple(people(elsewhere)),
        left=tuple(left),
        notes=(*target.notes, *rows_of_nobody(target.sheet, by_id, mine)),
    )
    if not written:
        raise ValueError(nothing_written(target.sheet.file, done))
    target.sheet.save(file)
    return done


def rows_of_nobody(sheet: Sheet, by_id: Mapping[str, int], mine: Mapping[str, Total]) -> list[str]:
    """A sentence that names the rows of people who are not in the class, if there are any."""
    names = columns_of_names([head(text) for text in sheet.texts(0)])
    nobodys = [
        person(id, name_in(sheet, row, names) if row > 0 else "")
        for id, row in by_id.items()
        if id not in mine
    ]
    what = "rows of nobody in the class, which stay as they are"
    return [f"{what}: {listed(nobodys, 'row')}"] if nobodys else []


def written_into(
    target: Target, mine: Mapping[str, Total], by_id: Mapping[str, int], factor: float
) -> tuple[int, list[str]]:
    """Put points into the cells that may be written; how many have them, and whose were left.

    Raises:
        ValueError: a learner has two rows.
    """
    written, left = 0, []
    for id, total in mine.items():
        row = by_id.get(id)
        if row is None or total.points is None:
            continue
        if row < 0:
            raise ValueError(
                f"expected each learner once in {target.sheet.file}, got '{shown(id)}' in two "
                "rows; take one of them out"
            )
        before = target.sheet.text(row, target.column).strip()
        if row in target.locked or (before not in EMPTY and number(before) is None):
            held = "locked" if row in target.locked else before
            left.append(f"{person(id, total.name)}: {held}")
            continue
        points = f"{round(total.points * factor, DECIMALS):.10g}"
        if number(before) != number(points):
            target.sheet.put(row, target.column, points.replace(".", target.mark))
        written += 1
    return written, left


def scaled(target: Target, mine: Mapping[str, Total], scale: bool) -> float:
    """What points are multiplied by: 1, or with `scale` what brings them to the column's.

    Raises:
        ValueError: they are worth other points, and are not to be scaled; or the column none.
    """
    whole = max(one.most for one in mine.values())
    if target.most <= 0 or (target.most != whole and not scale):
        raise ValueError(
            f"expected a column worth {whole:g} points, got one worth {target.most:g}; change it "
            "there, or let the points be scaled with --scale"
        )
    return target.most / whole


def nothing_written(file: Path, done: Filled) -> str:
    """Why no cell was filled."""
    reasons = {
        "the points are pending of": done.pending,
        "nothing was handed in by": done.absent,
        "the cell holds a word, or is locked, of": done.left,
        "no row is there for": done.without_row,
    }
    why = "; ".join(f"{reason} {in_one_line(who)}" for reason, who in reasons.items() if who)
    return f"expected points to write into {file}, got none, so nothing was written: {why}"
