"""What an export says, leaves alone, and never writes over; and what Canvas takes."""

import csv
import json

import pytest

from attention_course.cli import main
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.marks import Mark, give_mark
from attention_course.grading.result import Result
from exporting import (
    COLUMN,
    HEADS,
    STEM,
    WORDS,
    WORKSHEET,
    class_of,
    class_of_three,
    class_of_two,
    export,
    graded,
    half_a_point,
    results,
)
from lms import Canvas, Form, Student
from submissions import as_bytes, notebook

KIM = Student(101, "김, 민지", "20231", "minji")


@pytest.fixture
def two(tmp_path):
    return class_of_two(tmp_path)


@pytest.fixture
def three(tmp_path):
    return class_of_three(tmp_path)


def test_work_that_came_after_grading_is_told(three, tmp_path, capsys):
    data = as_bytes(notebook(STEM, words="Another word."))
    three.add_submission(three.learners()["a"], STEM, data, "x.ipynb", False)
    three.add_submission(three.learners()["a"], "ch1_bottleneck", data, "y.ipynb", False)
    main(["grade", "export", str(three.root), "csv", str(tmp_path / "grades.csv")])
    printed = capsys.readouterr()
    assert "handed in again since they were graded (grade run): 1 learner (a Ann)" in printed.err
    assert (
        "in no export, since its chapter is not graded (grade run): 1 submission of ch1"
        in printed.err
    )
    assert "pending, and no 0: the points of 2 learners\n    a Ann\n    b Bo\n" in printed.out
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8-sig")))
    found = {(row["points"], row["message"]) for row in rows if row["learner"] == "a"}
    assert found == {("pending", "Handed in again, and not graded yet.")}


def test_a_total_of_an_earlier_answer_is_pending_and_its_cell_stays(two, tmp_path, capsys):
    data = as_bytes(notebook(STEM, words="Another word."))
    two.add_submission(two.learners()["20231"], STEM, data, "x.ipynb", False)
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,3\nLee,20240,,,A,\n", encoding="utf-8")
    code, data = export(two, "canvas", source, *COLUMN)
    assert (code, data.decode()) == (0, HEADS + "Kim,20231,,,A,3\nLee,20240,,,A,14\n")
    printed = capsys.readouterr()
    assert "pending, and no 0: the points of 1 learner (20231 Kim Minji)" in printed.out
    assert "handed in again since they were graded (grade run): 1 learner (20231 Kim" in printed.err
    assert main(["grade", "feedback", str(two.root), str(tmp_path / "pages")]) == 0
    whose = list(csv.DictReader((two.root / "whose.csv").open(encoding="utf-8-sig")))
    page = (tmp_path / "pages" / whose[0]["file"]).read_text(encoding="utf-8")
    assert "Handed in again, and not graded yet." in page
    assert "0 of 15 points so far" in page


def test_a_persons_mark_for_an_earlier_answer_is_exported_and_counted_aloud(two, tmp_path, capsys):
    half_a_point(two, "20231")
    data = as_bytes(notebook(STEM, words="Another word."))
    two.add_submission(two.learners()["20231"], STEM, data, "x.ipynb", False)
    record = {"learner": "20231", "chapter": STEM, "key": "k", "at": "now",
              "submission": two.submissions()["20231", STEM].sha}  # fmt: skip
    two.results.append(record | {"results": [one | {"answer": "i"} for one in results()]})
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,\nLee,20240,,,A,\n", encoding="utf-8")
    code, data = export(two, "canvas", source, *COLUMN)
    assert (code, b"Kim,20231,,,A,13.5\n" in data) == (0, True)
    line = "marks given to an earlier answer (read them again: grade manual): 1 learner (20231 Kim"
    assert line in capsys.readouterr().err
    assert main(["grade", "export", str(two.root), "csv", str(tmp_path / "grades.csv")]) == 0
    assert line in capsys.readouterr().err


def test_where_a_persons_mark_counts_the_message_is_the_persons(three, tmp_path):
    for comment in ("", "Well said."):
        with open_gradebook(three) as gradebook:
            give_mark(three, gradebook, Mark("a", WORDS, 1.0, comment, "h", "teacher"))
        main(["grade", "export", str(three.root), "csv", str(tmp_path / "grades.csv")])
        rows = csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8-sig"))
        messages = {row["item"]: row["message"] for row in rows if row["learner"] == "a"}
        assert messages.pop(WORDS) == (comment or "Read by a person.")
        assert set(messages.values()) == {"Said."}
        main(["grade", "export", str(three.root), "gradescope", str(tmp_path / "scope")])
        text = (tmp_path / "scope" / "learner-0001" / STEM / "results.json").read_text()
        outputs = {one["name"]: one["output"] for one in json.loads(text)["tests"]}
        assert outputs.pop(WORDS) == (comment or "Read by a person.")
        assert set(outputs.values()) == {"Said."}


def test_many_learners_are_shown_one_a_line_and_the_rest_as_a_number(tmp_path, capsys):
    people = {f"{number:03d}": f"Kim {number}" for number in range(25)}
    room = class_of(tmp_path, people, {"000"})
    graded(room, "000")
    assert main(["grade", "export", str(room.root), "csv", str(tmp_path / "grades.csv")]) == 0
    printed = capsys.readouterr().out
    assert "nothing was handed in by 24 learners\n    001 Kim 1\n    002 Kim 2\n" in printed
    assert printed.endswith("    020 Kim 20\n    and 4 more\n")


def test_one_item_without_points_is_one_item(tmp_path, capsys):
    room = class_of(tmp_path, {"a": "Ann"}, {"a"})
    record = {"learner": "a", "chapter": STEM, "key": "k", "at": "now",
              "submission": room.submissions()["a", STEM].sha}  # fmt: skip
    found = Result("ch3.dot_scores", "died", 0.0, 1.0, "It ended.", "h").as_record()
    room.results.append(record | {"results": [found]})
    main(["grade", "export", str(room.root), "csv", str(tmp_path / "grades.csv")])
    assert "counted as 0 points: 1 item (ended by itself)" in capsys.readouterr().out


def test_rows_of_nobody_in_the_class_are_named(two, tmp_path, capsys):
    rows = 'Kim,20231,,,A,\n"Im, Subin",4412,,,A,\n'
    (tmp_path / "canvas.csv").write_text(HEADS + rows, encoding="utf-8")
    assert export(two, "canvas", tmp_path / "canvas.csv", *COLUMN)[0] == 0
    note = "rows of nobody in the class, which stay as they are: 1 row (4412 Im, Subin)"
    assert note in capsys.readouterr().err
    rows = "".join(f"Participant {n},Kim {n},Submitted,,15\n" for n in (20231, 1, 2))
    (tmp_path / "worksheet.csv").write_text(WORKSHEET + rows, encoding="utf-8")
    assert export(two, "moodle", tmp_path / "worksheet.csv")[0] == 0
    assert "stay as they are: 2 rows\n    1 Kim 1\n    2 Kim 2\n" in capsys.readouterr().err


# What is never written over


def test_the_file_that_is_filled_in_is_never_written_over(two, tmp_path, capsys):
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,\n", encoding="utf-8")
    before = source.read_bytes()
    (tmp_path / "link.csv").symlink_to(source)
    for out in (source, tmp_path / "class" / ".." / "canvas.csv", tmp_path / "link.csv"):
        words = ["grade", "export", str(two.root), "canvas", str(out), "--from", str(source)]
        assert main([*words, *COLUMN]) == 2
        assert "expected another file than the one that is filled in" in capsys.readouterr().err
        assert source.read_bytes() == before


@pytest.mark.parametrize("form", ["csv", "gradescope", "canvas"])
@pytest.mark.parametrize("name", ["", "marks.jsonl", "new.csv"])
def test_no_export_goes_into_the_classs_folder(two, tmp_path, capsys, form, name):
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,\n", encoding="utf-8")
    before = {file: file.read_bytes() for file in two.root.glob("*.jsonl")}
    words = ["grade", "export", str(two.root), form, str(two.root / name), "--from", str(source)]
    assert main([*words, *COLUMN]) == 2
    assert "expected a place outside of the class's folder" in capsys.readouterr().err
    assert before == {file: file.read_bytes() for file in two.root.glob("*.jsonl")}


def test_a_csv_of_grades_replaces_an_earlier_one_and_no_other_file(three, tmp_path, capsys):
    words = ["grade", "export", str(three.root), "csv"]
    assert main([*words, str(tmp_path / "grades.csv")]) == 0
    assert main([*words, str(tmp_path / "grades.csv")]) == 0
    (tmp_path / "roster.csv").write_text("id,name\na,Ann\n", encoding="utf-8")
    assert main([*words, str(tmp_path / "roster.csv")]) == 2
    assert "expected a new file, or an earlier export" in capsys.readouterr().err
    assert (tmp_path / "roster.csv").read_text(encoding="utf-8") == "id,name\na,Ann\n"


# What Canvas takes


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-8"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("preamble", ["", "sep={}\r\n"])
def test_canvas_gets_a_file_that_it_takes_whatever_a_spreadsheet_made_of_it(
    tmp_path, capsys, encoding, separator, preamble
):
    room = class_of(tmp_path, {"101": "김, 민지"}, {"101"})
    graded(room, "101")
    course = Canvas((KIM,))
    source = tmp_path / "canvas.csv"
    text = course.exported(Form(separator=separator, end="\r\n")).decode()
    source.write_bytes((preamble.format(separator) + text).encode(encoding))
    code, data = export(room, "canvas", source, *COLUMN)
    assert code == 0
    assert course.taken_back(data) == {101: "15"}
    kept = "," if separator == "\t" else separator
    assert data == course.exported(Form(separator=kept, end="\r\n"), {101: "15"})
    sound = (encoding, separator, preamble) in {("utf-8", ";", ""), ("utf-8", ",", "")}
    note = "is written as UTF-8 with commas or semicolons, the only way that Canvas takes it"
    assert (note in capsys.readouterr().err) == (not sound)


@pytest.mark.parametrize(
    ("maximum", "points"),
    [("100", "93.33"), ("7", "6.53"), ("30", "28")],
    ids=["many", "up", "whole"],
)
def test_points_are_written_with_two_decimals_at_most(two, tmp_path, maximum, points):
    (tmp_path / "canvas.csv").write_text(
        HEADS.replace(",15", f",{maximum}") + "Lee,20240,,,A,\n", encoding="utf-8"
    )
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN, "--scale")
    assert (code, data.decode().splitlines()[2]) == (0, f"Lee,20240,,,A,{points}")
    worksheet = WORKSHEET + f"Participant 20240,Lee,Submitted,,{maximum}\n"
    (tmp_path / "worksheet.csv").write_text(worksheet, encoding="utf-8")
    code, data = export(two, "moodle", tmp_path / "worksheet.csv", "--scale")
    assert data.decode().endswith(f",Submitted,{points},{maximum}\n")


@pytest.mark.parametrize("words", [["export", "csv", "out.csv"], ["report"]])
def test_a_chapter_that_is_not_there_is_refused_with_those_that_are(three, capsys, words):
    command, *rest = words
    assert main(["grade", command, str(three.root), *rest, "--chapter", "ch9"]) == 2
    printed = capsys.readouterr().err
    assert "expected --chapter among ch1_bottleneck, " in printed
    assert printed.endswith(", got ch9\n")
