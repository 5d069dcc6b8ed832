"""The gradebook: nothing is lost, nothing impossible is let in, and pending is never 0."""

import csv
import json
import re
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.cli import main
from attention_course.grading.classroom import Classroom
from attention_course.grading.exports import (
    fill_canvas,
    fill_moodle,
    write_csv,
    write_gradescope,
)
from attention_course.grading.feedback import write_feedback
from attention_course.grading.gradebook import Gradebook, open_gradebook
from attention_course.grading.journal import Journal
from attention_course.grading.marks import Mark, give_mark
from attention_course.grading.report import report
from attention_course.grading.result import Result
from attention_course.grading.table import FORMULA, safe, without_shield
from attention_course.grading.words import late_in, status_in_words, totals
from attention_course.store.files import DamageError
from submissions import ASSIGNMENTS, as_bytes, notebook

STEM = "ch3_attention"
WORDS = "ch3.words_attention"


def results(dot=1.0, words="needs-manual", answer="hash"):
    """What the grader may find in a submission."""
    found = [
        Result(name, "graded", points if name != "ch3.dot_scores" else dot, points, "Said.", answer)
        for name, points in ASSIGNMENTS[STEM].items
        if name not in (WORDS, "ch3.predict_align")
    ]
    for name in ("ch3.predict_align", WORDS):
        found.append(Result(name, words, None, 2.0, "Waits to be read.", answer))
    return found


def record(learner, found, sha="0" * 64):
    return {
        "learner": learner,
        "chapter": STEM,
        "submission": sha,
        "key": "key",
        "at": "now",
        "results": [one.as_record() for one in found],
    }


@pytest.fixture
def room(tmp_path):
    return class_of_two(tmp_path / "class")


def class_of_two(folder):
    """A class of two, graded once."""
    made = Classroom.open_or_create(folder)
    for id, name in (("4001", "Ada Byron"), ("4002", "=1+1")):
        data = as_bytes(notebook(STEM, words=f"Words of {id}."))
        made.add_submission(made.add_learner(id, name), STEM, data, "x.ipynb", False)
        made.results.append(record(id, results(), made.submissions()[id, STEM].sha))
    return made


def grade(room, learner="4001", item=WORDS):
    with open_gradebook(room) as gradebook:
        return next(one for one in gradebook.grades(learner=learner) if one.item == item)


def mark(points, learner="4001", item=WORDS, answer="hash", comment="Well said."):
    return Mark(learner, item, points, comment, answer, "teacher")


# The journal


@given(cut=st.integers(min_value=0, max_value=400), count=st.integers(1, 5))
@settings(max_examples=60)
def test_a_journal_cut_off_anywhere_gives_its_whole_records_and_goes_on(
    tmp_path_factory, cut, count
):
    journal = Journal(tmp_path_factory.mktemp("journal") / "j.jsonl")
    for number in range(count):
        journal.append({"number": number, "text": "한글 \n " * 5})
    whole = journal.file.read_bytes()
    journal.file.write_bytes(whole[: max(0, len(whole) - cut)])
    kept = [one["number"] for _, one in journal.read()]
    assert kept == list(range(len(kept)))
    journal.append({"number": "next"})
    assert [one["number"] for _, one in journal.read()] == [*kept, "next"]


def test_a_journal_that_was_changed_is_refused(tmp_path):
    journal = Journal(tmp_path / "j.jsonl")
    for points in (1, 2):
        journal.append({"points": points})
    journal.file.write_bytes(journal.file.read_bytes().replace(b'"points": 1', b'"points": 9'))
    with pytest.raises(DamageError, match="expected a whole record"):
        list(journal.read())


def test_not_a_number_never_enters_a_journal(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        Journal(tmp_path / "j.jsonl").append({"points": float("nan")})


# Points


@pytest.mark.parametrize("points", [-0.1, 2.1, float("nan"), float("inf"), -float("inf")])
def test_impossible_points_are_refused_wherever_they_come_from(room, points):
    with pytest.raises(ValueError, match="expected points from 0 to 2"):
        Result(WORDS, "graded", points, 2.0, "")
    with (
        open_gradebook(room) as gradebook,
        pytest.raises(ValueError, match="expected points from 0 to 2"),
    ):
        give_mark(room, gradebook, mark(points))
    assert grade(room).given is None


def test_a_result_has_points_just_if_it_is_judged():
    with pytest.raises(ValueError, match="expected points just if"):
        Result(WORDS, "infra-error", 0.0, 2.0, "")
    with pytest.raises(ValueError, match="expected points just if"):
        Result(WORDS, "graded", None, 2.0, "")
    with pytest.raises(ValueError, match="expected a status among"):
        Result(WORDS, "fine", 2.0, 2.0, "")


@pytest.mark.parametrize("table", ["result", "mark"])
def test_the_database_itself_refuses_impossible_points(room, table):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.0))
        with pytest.raises(sqlite3.IntegrityError):
            gradebook.connection.execute(f"UPDATE {table} SET points = 99")


def test_grades_of_nobody_are_refused(room):
    with (
        open_gradebook(room) as gradebook,
        pytest.raises(ValueError, match="expected an item of a learner"),
    ):
        give_mark(room, gradebook, mark(1.0, learner="4003"))
    with (
        open_gradebook(room) as gradebook,
        pytest.raises(ValueError, match="expected an item of a learner"),
    ):
        give_mark(room, gradebook, mark(1.0, item="ch3.nothing"))
    room.results.append(record("4003", results()))
    with pytest.raises(ValueError, match="expected a learner of this class, got '4003'"):
        Gradebook(room).catch_up()


# Marks


def test_what_waits_has_no_points_and_no_total(room):
    assert grade(room).points is None
    with open_gradebook(room) as gradebook:
        assert [one.points for one in totals(gradebook.grades())] == [None, None]


def test_a_mark_counts_survives_a_regrade_and_shows_that_the_answer_has_changed(room):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
    assert (grade(room).points, grade(room).changed) == (1.5, False)
    room.results.append(record("4001", results(), "1" * 64))
    assert (grade(room).points, grade(room).changed) == (1.5, False)
    room.results.append(record("4001", results(answer="another"), "2" * 64))
    assert (grade(room).points, grade(room).changed) == (1.5, True)


def test_a_mark_for_an_answer_that_has_changed_meanwhile_is_refused(room):
    with open_gradebook(room) as gradebook, pytest.raises(ValueError, match="read it again"):
        give_mark(room, gradebook, mark(1.0, answer="of yesterday"))


def test_a_mark_counts_before_the_graders_points_and_can_be_taken_back(room):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(0.5, item="ch3.dot_scores"))
    assert (grade(room, item="ch3.dot_scores").points, grade(room).points) == (0.5, None)
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(None, item="ch3.dot_scores"))
    assert grade(room, item="ch3.dot_scores").points == 1


def test_a_gradebook_that_is_deleted_or_damaged_is_made_again_with_all_marks(room):
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
        before = gradebook.grades()
    for harm in (lambda file: file.unlink(), lambda file: file.write_bytes(b"x" * 5000)):
        harm(room.root / "gradebook.db")
        with open_gradebook(room) as gradebook:
            assert gradebook.grades() == before


def test_a_gradebook_ahead_of_a_journal_that_was_put_back_is_made_again(room):
    earlier = room.results.file.read_bytes()
    room.results.append(record("4001", results(dot=0.0)))
    assert grade(room, item="ch3.dot_scores").points == 0
    room.results.file.write_bytes(earlier)
    assert grade(room, item="ch3.dot_scores").points == 1


# What goes out


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_no_cell_is_taken_for_a_formula_and_text_comes_back(text):
    assert not safe(text).startswith(FORMULA)
    assert not safe(text).lstrip().startswith(FORMULA)
    assert without_shield(safe(text)) == text.replace("\0", "")


def test_the_csv_has_a_row_for_each_item_and_says_pending(room, tmp_path):
    with open_gradebook(room) as gradebook:
        done = write_csv(gradebook.grades(), {("4002", STEM)}, tmp_path / "grades.csv")
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8-sig")))
    assert len(rows) == done.written == 2 * 8
    assert [row["points"] for row in rows[:8]] == [
        "1",
        "2",
        "1",
        "3",
        "2",
        "2",
        "pending",
        "pending",
    ]
    assert (rows[8]["name"], rows[8]["late"], rows[0]["late"]) == ("'=1+1", "late", "")
    assert done.pending == ("4001 Ada Byron", "4002 =1+1")


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Assignment 3 (77),Final Score\n"
    "    Points Possible,,,,,15,(read only)\n"
    '"Byron, Ada",4001,,ada,One,,\n"Doe, John",4009,,john,One,3,\n"=1+1",4002,,eve,One,,\n'
)


def test_canvas_gets_its_own_file_back_with_one_column_filled_in(room, tmp_path):
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    with open_gradebook(room) as gradebook:
        for item in (WORDS, "ch3.predict_align"):
            give_mark(room, gradebook, mark(1.5, item=item))
        done = fill_canvas(
            gradebook.grades(), tmp_path / "canvas.csv", "Assignment 3", tmp_path / "out.csv"
        )
    rows = list(csv.reader((tmp_path / "out.csv").open(encoding="utf-8-sig")))
    before = list(csv.reader(CANVAS.splitlines()))
    assert [row[5] for row in rows] == ["Assignment 3 (77)", "15", "14", "3", ""]
    assert [row[:5] + row[6:] for row in rows] == [row[:5] + row[6:] for row in before]
    assert (done.written, done.pending, done.without_row) == (1, ("4002 =1+1",), ())


def test_canvas_with_other_points_is_refused_or_scaled(room, tmp_path):
    (tmp_path / "canvas.csv").write_text(CANVAS.replace(",15,", ",30,"), encoding="utf-8")
    with open_gradebook(room) as gradebook:
        for item in (WORDS, "ch3.predict_align"):
            give_mark(room, gradebook, mark(2.0, item=item))
        found = gradebook.grades()
    with pytest.raises(ValueError, match="expected a column worth 15 points, got one worth 30"):
        fill_canvas(found, tmp_path / "canvas.csv", "Assignment 3", tmp_path / "out.csv")
    fill_canvas(found, tmp_path / "canvas.csv", "Assignment 3", tmp_path / "out.csv", scale=True)
    rows = list(csv.reader((tmp_path / "out.csv").open(encoding="utf-8-sig")))
    assert rows[2][5] == "30"


def test_a_column_that_is_not_there_or_not_one_is_refused(room, tmp_path):
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    with (
        open_gradebook(room) as gradebook,
        pytest.raises(ValueError, match="with one column 'Essay'"),
    ):
        fill_canvas(gradebook.grades(), tmp_path / "canvas.csv", "Essay", tmp_path / "out.csv")


def test_moodle_gets_its_worksheet_back(room, tmp_path):
    (tmp_path / "moodle.csv").write_text(
        "Identifier,Full name,Status,Grade,Maximum Grade,Feedback comments\n"
        "Participant 4001,Ada Byron,Submitted,,15.00,\n"
        "Participant 4002,Eve,Submitted,,15.00,\n",
        encoding="utf-8",
    )
    with open_gradebook(room) as gradebook:
        for item in (WORDS, "ch3.predict_align"):
            give_mark(room, gradebook, mark(1.0, item=item))
        done = fill_moodle(gradebook.grades(), tmp_path / "moodle.csv", tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8-sig")))
    assert [(row["Identifier"], row["Grade"]) for row in rows] == [
        ("Participant 4001", "13"),
        ("Participant 4002", ""),
    ]
    assert done.pending == ("4002 =1+1",)


def test_gradescope_gets_what_is_judged_and_hears_what_waits(room, tmp_path):
    with open_gradebook(room) as gradebook:
        write_gradescope(gradebook.grades(), tmp_path / "out")
    [one, _] = sorted((tmp_path / "out").rglob("results.json"))
    found = json.loads(one.read_text())
    assert [test["score"] for test in found["tests"]] == [1, 2, 1, 3, 2, 2]
    assert found["output"] == "2 answers wait for a person."
    assert "score" not in found


def test_feedback_escapes_all_that_anybody_wrote_and_has_no_script(room, tmp_path):
    bad = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover=alert(3) x="'
    room.add_learner("4002", bad)
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.0, learner="4002", comment=bad))
        files = write_feedback(gradebook, tmp_path / "out")
    assert [file.suffix for file in files] == [".html", ".html"]
    page = files[1].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "12 of 15 points so far, 1 pending" in page


def test_addresses_of_feedback_stay_and_no_neighbours_can_be_guessed(room, tmp_path):
    with open_gradebook(room) as gradebook:
        files = write_feedback(gradebook, tmp_path / "out")
        assert [file.name for file in write_feedback(gradebook, tmp_path / "again")] == [
            file.name for file in files
        ]
    assert all(re.fullmatch(r"[0-9a-f]{32}\.html", file.name) for file in files)
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "index.html", *(file.name for file in files)
    }  # fmt: skip
    assert files[0].name not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    whose = list(csv.DictReader((room.root / "whose.csv").open(encoding="utf-8-sig")))
    assert [(row["learner"], row["name"]) for row in whose] == [
        ("4001", "Ada Byron"),
        ("4002", "'=1+1"),
    ]
    assert [row["file"] for row in whose] == [file.name for file in files]
    other = Classroom.open_or_create(tmp_path / "another class")
    other.add_learner("4001", "Ada Byron")
    other.results.append(record("4001", results()))
    with open_gradebook(other) as gradebook:
        assert write_feedback(gradebook, tmp_path / "other")[0].name != files[0].name


def test_feedback_does_not_go_into_the_class_itself(room):
    with open_gradebook(room) as gradebook, pytest.raises(ValueError, match="a folder of its own"):
        write_feedback(gradebook, room.root)


def test_a_gradebook_that_another_program_holds_is_told_and_kept(room, monkeypatch):
    monkeypatch.setattr("attention_course.grading.gradebook.PATIENCE", 0.1)
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, mark(1.5))
    before = (room.root / "gradebook.db").stat().st_ino
    holder = sqlite3.connect(room.root / "gradebook.db", isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RuntimeError, match="database is locked; close the other program"):
        grade(room)
    holder.close()
    assert (room.root / "gradebook.db").stat().st_ino == before
    assert grade(room).points == 1.5


def test_a_gradebook_that_cannot_be_written_is_told(room, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Gradebook, "catch_up", full)
    with pytest.raises(RuntimeError, match=r"disk is full; .* results and marks are safe"):
        grade(room)


def test_whatever_has_no_points_is_pending_by_whatever_status(room):
    with open_gradebook(room) as gradebook:
        [one] = [one for one in gradebook.grades(learner="4001") if one.item == WORDS]
    odd = replace(one, status="a status of tomorrow")
    assert odd.pending
    assert totals([odd])[0].points is None
    assert status_in_words(odd) == "a status of tomorrow"
    assert "a status of tomorrow: 1" in report([odd])


def test_the_report_tells_what_cost_most_first(room):
    room.results.append(record("4001", results(dot=0.0)))
    with open_gradebook(room) as gradebook:
        printed = report(gradebook.grades()).splitlines()
    first = next(number for number, line in enumerate(printed) if line.startswith("ch3."))
    assert printed[0] == "2 learners, 2 submissions"
    assert printed[first].startswith("ch3.dot_scores")
    assert printed[first + 1] == "    1 × Said."


def test_the_report_names_people_and_who_was_late(room):
    room.add_learner("4002", "임수빈")
    late = as_bytes(notebook(STEM, words="Late words."))
    room.add_submission(room.learners()["4002"], STEM, late, "x.ipynb", True)
    room.results.append(
        record("4002", [replace_status(one, "unreadable") for one in results()], "1" * 64)
    )
    with open_gradebook(room) as gradebook:
        printed = report(gradebook.grades(), late_in(room))
    assert f"    4002 임수빈 (learner-0002), {STEM}: Said." in printed
    assert "Handed in late, which costs no points here:\n    4002 임수빈 (learner-0002)" in printed
    assert "4001 Ada Byron" not in printed
    with open_gradebook(room) as gradebook:
        alone = report([one for one in gradebook.grades() if one.learner == "4001"])
    assert alone.startswith("1 learner, 1 submission\n")
    assert "late" not in alone


def replace_status(one, status):
    return replace(one, status=status, points=None)


def test_the_report_of_a_chapter_that_is_none_is_refused(room, capsys):
    assert main(["grade", "report", str(room.root), "--chapter", "ch9"]) == 2
    printed = capsys.readouterr().err
    assert "expected --chapter among ch1_bottleneck, ch2_averaging, ch3_attention" in printed
    assert printed.endswith("got ch9\n")
    assert main(["grade", "report", str(room.root), "--chapter", "ch4_self_attention"]) == 0
    assert capsys.readouterr().out.startswith("Nothing is graded yet of ch4_self_attention: ")
    assert main(["grade", "report", str(room.root), "--chapter", STEM]) == 0
    assert capsys.readouterr().out.startswith("2 learners")


def test_feedback_says_that_work_came_late(room, tmp_path):
    late = as_bytes(notebook(STEM, words="Late words."))
    room.add_submission(room.learners()["4002"], STEM, late, "x.ipynb", True)
    with open_gradebook(room) as gradebook:
        pages = [file.read_text(encoding="utf-8") for file in write_feedback(gradebook, tmp_path)]
    assert ["Handed in late" in page for page in pages] == [False, True]


def test_a_class_without_grades_says_what_to_do(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    with open_gradebook(room) as gradebook:
        assert "attention-course grade run" in report(gradebook.grades())
    with pytest.raises(FileNotFoundError, match="make one with"):
        Classroom.open(tmp_path / "nothing")
