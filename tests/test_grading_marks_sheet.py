"""Marks by spreadsheet: it says all that a person needs, and nothing that was typed is lost."""

import csv
import sys

import pytest

from attention_course.cli import main
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.marks import give_mark
from attention_course.grading.marks_sheet import read_marks, write_marks_sheet
from attention_course.grading.result import Result
from submissions import ASSIGNMENTS, SOURCES
from test_gradebook import STEM, WORDS, class_of_two, grade, mark, record, results


@pytest.fixture
def room(tmp_path):
    return class_of_two(tmp_path / "class")


def test_a_spreadsheet_goes_out_and_comes_back(room, tmp_path):
    sheet = tmp_path / "sheet.csv"
    with open_gradebook(room) as gradebook:
        assert write_marks_sheet(room, gradebook, ASSIGNMENTS, sheet) == 4
    rows = list(csv.DictReader(sheet.open(encoding="utf-8-sig")))
    assert {row["answer"] for row in rows} == {"Words of 4001.", "Words of 4002."}
    for row in rows:
        row["points"] = "1,5" if row["item"] == WORDS else ""
        row["comment"] = "=1+1"
    with sheet.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with open_gradebook(room) as gradebook:
        assert read_marks(room, gradebook, sheet, "teacher") == 2
    assert (grade(room).points, grade(room).comment) == (1.5, "=1+1")


def test_of_a_spreadsheet_with_one_impossible_row_nothing_is_taken(room, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "learner,item,answer id,points,comment\n"
        f"learner-0001,{WORDS},hash,1,\nlearner-0002,{WORDS},hash,7,\n",
        encoding="utf-8",
    )
    with (
        open_gradebook(room) as gradebook,
        pytest.raises(ValueError, match="expected points from 0 to 2"),
    ):
        read_marks(room, gradebook, sheet, "teacher")
    assert grade(room).given is None


def written(room, file, **options):
    """The rows of a sheet that is written now."""
    with open_gradebook(room) as gradebook:
        write_marks_sheet(room, gradebook, ASSIGNMENTS, file, **options)
    return list(csv.DictReader(file.open(encoding="utf-8-sig")))


def fill(file, rows):
    """Write a sheet as a spreadsheet does."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def read(room, file):
    with open_gradebook(room) as gradebook:
        return read_marks(room, gradebook, file, "teacher")


@pytest.mark.parametrize("typed", [{"points": "1"}, {"points": "soon"}, {"comment": "Good start."}])
def test_a_sheet_that_was_filled_in_and_not_read_is_not_written_over(room, tmp_path, typed):
    sheet = tmp_path / "sheet.csv"
    first, *others = written(room, sheet)
    fill(sheet, [first | typed, *others])
    before = sheet.read_bytes()
    with pytest.raises(ValueError, match=r"points .*not read yet; read it first, or name another"):
        written(room, sheet)
    assert sheet.read_bytes() == before


def test_a_sheet_whose_points_were_all_read_may_be_written_again(room, tmp_path):
    sheet = tmp_path / "sheet.csv"
    rows = written(room, sheet)
    assert written(room, sheet) == rows
    fill(sheet, [rows[0] | {"points": "1", "comment": "Good\nstart."}, *rows[1:]])
    assert read(room, sheet) == 1
    with open_gradebook(room) as gradebook:
        corrected = mark(0.5, item=rows[0]["item"])  # since, in the browser
        give_mark(room, gradebook, corrected)
    assert len(written(room, sheet)) == 3


@pytest.mark.parametrize("text", ["", "name,grade\nAda,1\n", "PK\x03\x04"])
def test_a_file_that_is_no_sheet_of_marks_is_not_written_over(room, tmp_path, text):
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="expected a new file or a sheet of marks"):
        written(room, tmp_path / "mine.csv")
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == text


def test_each_row_of_a_sheet_says_why_it_is_there(room, tmp_path):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
    found = results(answer="another")
    found[0] = Result(found[0].item, "timeout", None, 1.0, "It ran for 20 s.", "h")
    found[1] = Result(found[1].item, "not-graded", None, 2.0, "A thread.", "h")
    room.results.append(record("4001", found, "2" * 64))
    rows = {row["item"]: row for row in written(room, tmp_path / "sheet.csv")[:4]}
    assert {item: row["why"] for item, row in rows.items()} == {
        found[0].item: "took too long: It ran for 20 s.",
        found[1].item: "not graded: A thread.",
        "ch3.predict_align": "waits to be read",
        WORDS: "changed since it was read, and given 1.5",
    }
    assert rows[WORDS]["points"] == ""
    assert read_nothing(room, tmp_path / "sheet.csv")


def read_nothing(room, file):
    """Whether a sheet is found to hold no points."""
    with pytest.raises(ValueError, match="got none in any row"):
        read(room, file)
    return True


def test_a_sheet_holds_question_and_rubric_and_names_if_asked_for(room, tmp_path):
    rows = written(room, tmp_path / "sheet.csv")
    row = next(one for one in rows if one["item"] == WORDS)
    assert row["question"].startswith("A newspaper prints a heatmap of attention and writes:")
    assert row["rubric"].startswith("1 point: says *where*, not *why*, with a reason")
    assert "name" not in row
    rows = written(room, tmp_path / "named.csv", names=True)
    assert [row["name"] for row in rows] == ["Ada Byron"] * 2 + ["'=1+1"] * 2
    everything = written(room, tmp_path / "all.csv", everything=True)
    assert everything[0]["question"].startswith("Score every key against every query")


def test_a_sheet_of_all_marks_read_back_unchanged_changes_nothing(room, tmp_path):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5, comment=" =1+1\r\nWell said. "))
        give_mark(room, gradebook, mark(0.5, item="ch3.dot_scores", comment=""))
    before = room.marks.file.read_bytes()
    rows = written(room, tmp_path / "sheet.csv", everything=True)
    assert len(rows) == 2 * len(ASSIGNMENTS[STEM].items)
    points = {row["item"]: row["points"] for row in rows[:8] if row["points"]}
    assert points == {WORDS: "1.5", "ch3.dot_scores": "0.5"}
    assert rows[1]["why"].startswith("the grader gave 2: Said.")
    assert read(room, tmp_path / "sheet.csv") == 0
    assert room.marks.file.read_bytes() == before
    rows[0]["points"] = "1"
    fill(tmp_path / "sheet.csv", rows)
    assert read(room, tmp_path / "sheet.csv") == 1
    assert (grade(room, item="ch3.dot_scores").given, grade(room).given) == (1, 1.5)


def test_a_mark_that_nobody_touched_takes_back_no_correction_of_a_colleagues(room, tmp_path):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
        write_marks_sheet(room, gradebook, ASSIGNMENTS, tmp_path / "sheet.csv", everything=True)
        give_mark(room, gradebook, mark(0.5))
    assert read(room, tmp_path / "sheet.csv") == 0
    assert grade(room).given == 0.5


def test_a_mark_that_nobody_touched_does_not_stop_a_sheet_whose_answer_changed_since(
    room, tmp_path
):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
    rows = written(room, tmp_path / "sheet.csv", everything=True)
    room.results.append(record("4001", results(answer="another"), "2" * 64))
    row = next(one for one in rows if one["learner"] == "learner-0002" and one["item"] == WORDS)
    row["points"] = "2"
    fill(tmp_path / "sheet.csv", rows)
    assert read(room, tmp_path / "sheet.csv") == 1
    assert grade(room).changed


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"points": "3"}, "expected points from 0 to 2, got 3"),
        ({"points": "1", "answer id": "answer-old"}, "read it again"),
        ({"points": "1", "item": "ch3.nothing"}, "expected an item of a learner"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named(room, tmp_path, typed, why):
    sheet = tmp_path / "sheet.csv"
    rows = written(room, sheet)
    fill(sheet, [rows[0] | {"points": "1"}, rows[1], rows[2] | typed, rows[3]])
    with pytest.raises(ValueError, match=why) as caught:
        read(room, sheet)
    item = typed.get("item", rows[2]["item"])
    assert str(caught.value).startswith(f"in row 4 of {sheet} (learner-0002, {item}): ")
    assert all(one.given is None for one in (grade(room), grade(room, "4002")))


def test_comments_without_points_are_counted(room, tmp_path, capsys):
    rows = written(room, tmp_path / "sheet.csv")
    fill(tmp_path / "sheet.csv", [rows[0] | {"points": "1"}, rows[1] | {"comment": "?"}, *rows[2:]])
    assert read(room, tmp_path / "sheet.csv") == 1
    assert "not taken: 1 row with a comment and no points" in capsys.readouterr().err


def test_where_nothing_waits_no_sheet_is_written_and_all_is_named(room, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    command = ["grade", "manual", str(room.root), "--assignments", str(SOURCES), "--write"]
    with open_gradebook(room) as gradebook:
        for learner in ("4001", "4002"):
            for item in (WORDS, "ch3.predict_align"):
                give_mark(room, gradebook, mark(1.0, learner, item))
    assert main([*command, str(sheet)]) == 0
    assert "--all" in capsys.readouterr().out
    assert not sheet.exists()
    assert main([*command, str(sheet), "--all"]) == 0
    assert "16 rows" in capsys.readouterr().out
    assert main([*command[:-1], "--read", str(sheet)]) == 0
    assert f"0 marks taken from {sheet}: its points are in the gradebook" in capsys.readouterr().out
    assert main([*command[:-1], "--all"]) == 2
    assert "expected --write FILE.csv with --all" in capsys.readouterr().err


def test_a_system_that_cannot_keep_marks_is_told_before_anybody_reads(
    room, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    command = ["grade", "manual", str(room.root), "--assignments", str(SOURCES)]
    assert main([*command, "--write", str(tmp_path / "sheet.csv")]) == 2
    assert "this command needs Linux, or WSL on Windows" in capsys.readouterr().err
    assert not (tmp_path / "sheet.csv").exists()
