"""Grades go to Canvas and Moodle and are taken in there: the right people, and nothing else.

The files are what those programs write in English, Korean and German; lms.py takes them back by
the programs' own rules.
"""

import csv
import zipfile
from dataclasses import replace

import pytest

from attention_course.cli import main
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.marks_sheet import read_marks
from attention_course.grading.result import Result
from exporting import (
    COLUMN,
    HEADS,
    ITEMS,
    STEM,
    WORDS,
    WORKSHEET,
    class_of,
    class_of_three,
    class_of_two,
    export,
    graded,
    half_a_point,
)
from lms import ENGLISH, FRENCH, GERMAN, KOREAN, Canvas, Form, Moodle, Participant, Student
from submissions import SOURCES, as_bytes, notebook

BOM = b"\xef\xbb\xbf"


def collected(folder):
    """The class of in.zip, with all who are in roster.csv."""
    words = ["grade", "collect", str(folder / "class"), str(folder / "in.zip")]
    words += ["--roster", str(folder / "roster.csv"), "--assignments", str(SOURCES)]
    assert main(words) == 0
    return Classroom.open(folder / "class")


# A whole class, there and back

STUDENTS = (
    Student(101, "김, 민지", "20231", "minji"),
    Student(102, "Müller, Jürgen", "20232", "juergen", cell="9"),
    Student(103, '=cmd("x"), Eve', "20233", "eve"),
    Student(104, "Park_Lee, Jiwoo", "20234", "jiwoo", cell="12"),
    Student(105, "O'Neil, Mary", "20235", "mary", cell="EX"),
    Student(106, "Späth, Zoë", "20236", "zoe", assigned=False),
    Student(107, "최, 유나", "20237", "yuna", cell="4"),
    Student(108, "Never, Ivan", "20238", "ivan"),
)
CANVAS_FORMS = {
    "English": Form(),
    "English with a mark": Form(mark=BOM),
    "Korean": Form(end="\r\n", mark=BOM),
    "German": Form(separator=";", comma=True),
    "German with commas between cells": Form(comma=True),
}


@pytest.fixture
def canvas_class(tmp_path):
    """Eight students, of whom seven hand in through Canvas; one waits, one is excused."""
    course = Canvas(STUDENTS)
    (tmp_path / "roster.csv").write_bytes(course.exported(Form()))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for one in STUDENTS[:7]:
            plain = "".join(letter for letter in one.name.lower() if letter.isalnum())
            data = as_bytes(notebook(STEM, words=f"Words of {one.id}."))
            archive.writestr(f"{plain}_{one.id}_{one.id + 5000}_{STEM}.ipynb", data)
    room = collected(tmp_path)
    assert sorted(learner for learner, _ in room.submissions()) == [str(n) for n in range(101, 108)]
    for id in ("101", "102", "103", "105", "106"):
        graded(room, id, wrong=("ch3.dot_scores",) if id == "103" else ())
    graded(room, "104", pending=(WORDS,))
    graded(room, "107", pending=(WORDS,))
    half_a_point(room, "107")
    half_a_point(room, "103")
    return course, room


@pytest.mark.parametrize("form", CANVAS_FORMS.values(), ids=CANVAS_FORMS)
def test_canvas_takes_its_own_file_back_with_the_right_points_and_nothing_else(
    canvas_class, tmp_path, capsys, form
):
    course, room = canvas_class
    source = tmp_path / "canvas.csv"
    source.write_bytes(course.exported(form))
    code, data = export(room, "canvas", source, *COLUMN)
    assert code == 0
    points = {101: 15, 102: 15, 103: 12.5, 107: 13.5}
    assert data == course.exported(form, {id: form.points(one) for id, one in points.items()})
    taken = {id: float(cell) for id, cell in course.taken_back(data).items()}
    assert taken == points  # 104 waits and keeps 12, 105 stays excused, 106 has no such assignment
    printed = capsys.readouterr()
    assert "4 written" in printed.out
    assert "pending, and no 0: the points of 1 learner (104 Park_Lee, Jiwoo)" in printed.out
    assert "nothing was handed in by 1 learner (108 Never, Ivan)" in printed.out
    left = "2 learners\n    105 O'Neil, Mary: EX\n    106 Späth, Zoë: N/A\n"
    assert f"the cell stays as it is: {left}" in printed.err


PEOPLE = (
    Participant(101, "김민지", "7"),
    Participant(102, "Jürgen Müller", "101", grade=9.0),
    Participant(103, "Zoë Späth, geb. Krämer", "8"),
    Participant(104, "박서준", "9", grade=12.0),
    Participant(105, "Mary O'Neil", "10", grade=3.0, locked=True),
    Participant(108, "Ivan Never", "11"),
)


@pytest.fixture
def moodle_class(tmp_path):
    """Six participants, of whom five hand in through Moodle."""
    (tmp_path / "roster.csv").write_bytes(Moodle(PEOPLE, KOREAN).exported())
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for one in PEOPLE[:5]:
            data = as_bytes(notebook(STEM, words=f"Words of {one.number}."))
            path = f"{one.name}_{one.number}_assignsubmission_file_/{STEM}.ipynb"
            archive.writestr(path, data)
    room = collected(tmp_path)
    assert sorted(learner for learner, _ in room.submissions()) == [str(n) for n in range(101, 106)]
    for id in ("101", "102", "103", "105"):
        graded(room, id)
    graded(room, "104", pending=(WORDS,))
    half_a_point(room, "103")
    return room


@pytest.mark.parametrize(
    "language", [ENGLISH, KOREAN, GERMAN, FRENCH], ids=["en", "ko", "de", "fr"]
)
@pytest.mark.parametrize(
    "form",
    [Form(mark=BOM), Form(end="\r\n"), Form(separator=";", end="\r\n"), Form(separator="\t")],
    ids=["as downloaded", "lines of Windows", "semicolons", "tabs"],
)
def test_moodle_takes_its_own_worksheet_back(moodle_class, tmp_path, capsys, language, form):
    assignment = Moodle(PEOPLE, language, form=form)
    source = tmp_path / "worksheet.csv"
    source.write_bytes(assignment.exported())
    code, data = export(moodle_class, "moodle", source)
    assert code == 0
    points = {101: 15.0, 102: 15.0, 103: 13.5}
    cells = {id: replace(form, comma=language.comma).points(one) for id, one in points.items()}
    assert data == assignment.exported(cells)
    assert assignment.taken_back(data) == points
    printed = capsys.readouterr()
    assert "3 written" in printed.out
    assert "the cell stays as it is: 1 learner (105 Mary O'Neil: locked)" in printed.err
    assert "pending, and no 0: the points of 1 learner (104 박서준)" in printed.out
    assert "nothing was handed in by 1 learner (108 Ivan Never)" in printed.out


@pytest.mark.parametrize(
    ("encoding", "mark"), [("cp949", b""), ("utf-16-le", b"\xff\xfe"), ("utf-8", b"")]
)
def test_a_worksheet_that_a_spreadsheet_saved_again_goes_back_in_its_encoding(
    moodle_class, tmp_path, capsys, encoding, mark
):
    names = str.maketrans("üëä", "uea")  # which Korean Excel cannot keep
    people = tuple(replace(one, name=one.name.translate(names)) for one in PEOPLE)
    assignment = Moodle(people, KOREAN, form=Form(encoding, ";", mark, "\r\n"))
    source = tmp_path / "worksheet.csv"
    source.write_bytes(assignment.exported())
    code, data = export(moodle_class, "moodle", source)
    assert code == 0
    assert assignment.taken_back(data) == {101: 15.0, 102: 15.0, 103: 13.5}
    assert (f"{source}: read as cp949 (Korean Excel)" in capsys.readouterr().err) == (
        encoding == "cp949"
    )


@pytest.mark.parametrize(
    "word", ["참여자", "참여자 ", "참가자", "Teilnehmer/in", "Teilnehmer*in ", "受講者"]
)
def test_participants_are_found_whatever_moodle_calls_them(moodle_class, tmp_path, word):
    assignment = Moodle(PEOPLE, replace(KOREAN, participant=word))
    (tmp_path / "worksheet.csv").write_bytes(assignment.exported())
    code, data = export(moodle_class, "moodle", tmp_path / "worksheet.csv")
    assert code == 0
    assert assignment.taken_back(data) == {101: 15.0, 102: 15.0, 103: 13.5}


def test_moodle_in_english_gets_decimal_points_though_a_spreadsheet_has_written_commas(
    moodle_class, tmp_path, capsys
):
    assignment = Moodle(PEOPLE, ENGLISH, form=Form(separator=";"))
    source = tmp_path / "worksheet.csv"
    source.write_bytes(assignment.exported().replace(b".00", b",00"))
    code, data = export(moodle_class, "moodle", source)
    assert code == 0
    assert assignment.taken_back(data) == {101: 15.0, 102: 15.0, 103: 13.5}
    printed = capsys.readouterr().err
    assert "choose the encoding utf-8 and the separator semicolon" in printed
    assert "grades that were there have decimal commas" in printed


def test_a_column_of_grades_in_an_unknown_language_can_be_named(moodle_class, tmp_path):
    odd = replace(FRENCH, grade="Nota", maximum="Massimo", participant="Partecipante ")
    assignment = Moodle(PEOPLE, odd)
    source = tmp_path / "worksheet.csv"
    source.write_bytes(assignment.exported())
    code, data = export(moodle_class, "moodle", source, "--column", "Nota")
    assert code == 0
    assert assignment.taken_back(data) == {101: 15.0, 102: 15.0, 103: 13.5}
    assert export(moodle_class, "moodle", source, "--column", "Massimo")[0] == 2


# Nobody gets another one's points


@pytest.fixture
def two(tmp_path):
    """Two learners by ids that may be other people's elsewhere."""
    return class_of_two(tmp_path)


def test_a_number_that_is_one_learners_id_and_anothers_login_mixes_nobody(tmp_path, capsys):
    room = class_of(tmp_path, {"20231": "20231"}, {"20231"})
    graded(room, "20231")
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Lee,999,20231,lee,A,\nKim,20231,888,kim,A,\n", encoding="utf-8")
    code, data = export(room, "canvas", source, *COLUMN)
    assert code == 0
    assert data.decode() == HEADS + "Lee,999,20231,lee,A,\nKim,20231,888,kim,A,15\n"
    assert "found by ID; SIS User ID would give them other rows" in capsys.readouterr().err
    code, data = export(room, "canvas", source, *COLUMN, "--ids", "SIS User ID")
    assert data.decode() == HEADS + "Lee,999,20231,lee,A,15\nKim,20231,888,kim,A,\n"


def test_names_decide_between_two_columns_of_ids(two, tmp_path):
    rows = "X,20231,20240,a,A,\nY,20240,20231,b,A,\n"
    rows = rows.replace("X", '"Lee, Jihoon"').replace("Y", '"Kim, Minji"')
    (tmp_path / "canvas.csv").write_text(HEADS + rows, encoding="utf-8")
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN)
    assert code == 0
    assert [line.rsplit(",", 1)[1] for line in data.decode().splitlines()[2:]] == ["14", "15"]


def test_the_column_that_knows_the_whole_class_is_taken_for_all_rows(two, tmp_path):
    rows = "A,1,20231,a,A,\nB,2,20240,b,A,\nC,20231,3,c,A,\n"
    (tmp_path / "canvas.csv").write_text(HEADS + rows, encoding="utf-8")
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN)
    assert code == 0
    assert [line.rsplit(",", 1)[1] for line in data.decode().splitlines()[2:]] == ["15", "14", ""]


def test_two_columns_that_each_know_others_are_refused(two, tmp_path, capsys):
    rows = "A,20231,7,a,A,\nB,2,20240,b,A,\n"
    (tmp_path / "canvas.csv").write_text(HEADS + rows, encoding="utf-8")
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN)
    assert (code, data) == (2, None)
    assert "name the right one: --ids" in capsys.readouterr().err


def test_a_learner_in_two_rows_is_refused(two, tmp_path, capsys):
    rows = "A,20231,7,a,A,\nB,20240,8,b,A,\nA,20231,7,a,B,\n"
    (tmp_path / "canvas.csv").write_text(HEADS + rows, encoding="utf-8")
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN)
    assert (code, data) == (2, None)
    assert "got '20231' in two rows" in capsys.readouterr().err


# What is refused, in words

KIM = "Kim,20231,,,A,\n"
ROW = "Participant 20231,Kim,Submitted,,"
REFUSED = {
    "nobody of the class": (
        "moodle",
        WORKSHEET + "Participant 9,X,Y,,15\n",
        "got none, so nothing",
    ),
    "ids rounded": ("canvas", HEADS + "A,2.02E+04,7,a,A,\n", "into numbers (2.02E+04)"),
    "no points in Canvas": ("canvas", HEADS.replace(",15", ","), "expected a number of points"),
    "points with two marks": ("canvas", HEADS.replace("15", '"1.015,0"'), "got '1.015,0'"),
    "a column that Canvas reckons": ("canvas", HEADS.replace("15", "(read only)"), "(read only)"),
    "no row of points": ("canvas", HEADS.splitlines()[0] + "\nKim,20231,,,A,\n", "expected a row"),
    "points in German, others": (
        "canvas",
        HEADS.replace("15", '"20,00"') + KIM,
        "got one worth 20",
    ),
    "worth nothing": ("canvas", HEADS.replace("15", "0") + KIM, "got one worth 0"),
    "a maximum of -": ("moodle", WORKSHEET + ROW + "-\n", "expected one number as the maximum"),
    "no maximum": ("moodle", WORKSHEET + ROW + "\n", "expected one number as the maximum"),
    "a scale": ("moodle", WORKSHEET + ROW + '"poor\ngood"\n', "Type: Point"),
    "two maxima": ("moodle", WORKSHEET + ROW + "15\n" + ROW + "20\n", "got '15', '20'"),
    "short rows": ("moodle", WORKSHEET + "Participant 20231\n", "expected one number"),
    "another file": ("moodle", "a;b\n1;2\n", "expected a grading worksheet of Moodle"),
    "Moodle's file as Canvas's": ("canvas", WORKSHEET + ROW + "15\n", "a gradebook of Canvas"),
    "nothing": ("canvas", "", "got an empty one"),
    "an open quote": ("canvas", HEADS + '"Kim,20231,,,A,\n', "expected a closing quote"),
}


@pytest.mark.parametrize(("form", "text", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_takes_no_points_is_refused_in_one_line(two, tmp_path, capsys, form, text, why):
    source = tmp_path / "theirs.csv"
    source.write_text(text, encoding="utf-8")
    code, data = export(two, form, source, *(COLUMN if form == "canvas" else []))
    printed = capsys.readouterr().err
    assert (code, data) == (2, None)
    assert why in printed
    assert printed.count("\n") == 1


def test_where_all_totals_wait_nothing_is_written_and_that_is_an_error(tmp_path, capsys):
    room = class_of(tmp_path, {"20231": "Kim"}, {"20231"})
    graded(room, "20231", pending=(WORDS,))
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,12\n", encoding="utf-8")
    assert export(room, "canvas", source, *COLUMN) == (2, None)
    assert "the points are pending of 1 learner (20231 Kim)" in capsys.readouterr().err


def test_a_cell_that_is_not_there_is_made(two, tmp_path):
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + 'Kim,20231\nLee,"=""20240""",,,A,\n', encoding="utf-8")
    code, data = export(two, "canvas", source, *COLUMN)
    assert code == 0
    assert data.decode() == HEADS + 'Kim,20231,,,,15\nLee,"=""20240""",,,A,14\n'


def test_points_are_scaled_to_a_column_with_a_decimal_comma(two, tmp_path):
    heads = HEADS.replace(",15", ',"22,50"')
    (tmp_path / "canvas.csv").write_text(heads + "Kim,20231,,,A,\n", encoding="utf-8")
    code, data = export(two, "canvas", tmp_path / "canvas.csv", *COLUMN, "--scale")
    assert (code, data.decode()) == (0, heads + 'Kim,20231,,,A,"22,5"\n')


def test_a_full_disk_leaves_the_earlier_file_and_is_told(two, tmp_path, capsys, monkeypatch):
    source = tmp_path / "canvas.csv"
    source.write_text(HEADS + "Kim,20231,,,A,\n", encoding="utf-8")
    assert export(two, "canvas", source, *COLUMN)[0] == 0
    before = (tmp_path / "out.csv").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("attention_course.store.files.os.fsync", full)
    assert export(two, "canvas", source, *COLUMN) == (2, before)
    assert "No space left on device" in capsys.readouterr().err


# Who handed in nothing


@pytest.fixture
def three(tmp_path):
    """One learner who is graded, one who has handed in, one who has not."""
    return class_of_three(tmp_path)


def test_who_handed_in_nothing_is_missing_in_every_export(three, tmp_path, capsys):
    room = str(three.root)
    assert main(["grade", "export", room, "csv", str(tmp_path / "grades.csv")]) == 0
    printed = capsys.readouterr()
    assert "pending, and no 0: the points of 1 learner (b Bo)" in printed.out
    assert "missing, and no 0: nothing was handed in by 1 learner (c =Cy)" in printed.out
    assert "handed in, and not graded yet (grade run): 1 learner (b Bo)" in printed.err
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8-sig")))
    found = {(row["learner"], row["points"], row["status"]) for row in rows if row["of"] == "3"}
    assert found == {("a", "3", "graded"), ("b", "pending", "not graded yet"),
                     ("c", "missing", "missing")}  # fmt: skip
    assert len(rows) == 3 * len(ITEMS)

    assert main(["grade", "export", room, "gradescope", str(tmp_path / "scope")]) == 0
    text = (tmp_path / "scope" / "learner-0003" / STEM / "results.json").read_text()
    assert "Nothing was handed in." in text
    assert "score" not in text
    text = (tmp_path / "scope" / "learner-0002" / STEM / "results.json").read_text()
    assert "Handed in, and not graded yet." in text

    assert main(["grade", "feedback", room, str(tmp_path / "pages")]) == 0
    whose = list(csv.DictReader((three.root / "whose.csv").open(encoding="utf-8-sig")))
    page = (tmp_path / "pages" / whose[2]["file"]).read_text(encoding="utf-8")
    assert "missing" in page
    assert "Nothing was handed in." in page

    capsys.readouterr()
    assert main(["grade", "report", room]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 learners, 2 submissions")
    assert f"Nothing handed in:\n    c =Cy (learner-0003), {STEM}" in printed


# Marks through a spreadsheet


def test_no_spreadsheet_takes_an_answers_id_for_a_number_and_old_ids_still_count(tmp_path):
    room = class_of(tmp_path, {"a": "Ann"}, {"a"})
    record = {"learner": "a", "chapter": STEM, "key": "k", "at": "now",
              "submission": room.submissions()["a", STEM].sha}  # fmt: skip
    long = "7710000000000000"
    found = Result(WORDS, "needs-manual", None, 2.0, "Waits.", long).as_record()
    room.results.append(record | {"results": [found]})
    sheet = tmp_path / "sheet.csv"
    main(["grade", "manual", str(room.root), "--write", str(sheet)])
    [row] = csv.DictReader(sheet.open(encoding="utf-8-sig"))
    assert row["answer id"] == f"answer-{long}"
    for id, points in ((row["answer id"], "1,5"), (long, "1")):
        text = (
            f"learner;item;answer id;points;comment\r\nlearner-0001;{WORDS};{id};{points};좋음\r\n"
        )
        sheet.write_bytes(text.encode("cp949"))
        with open_gradebook(room) as gradebook:
            assert read_marks(room, gradebook, sheet, "teacher") == 1
            [grade] = gradebook.grades()
        assert (grade.given, grade.comment) == (float(points.replace(",", ".")), "좋음")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("learner-0001;{item};7.71E+15;1\n", "a spreadsheet has turned it into a number"),
        ("learner-0001;{item};h;01. Mai\n", "expected points in row 2"),
        ("learner-0009;{item};h;1\n", "expected a learner in row 2"),
        ("learner-0001;{item};h;1\nlearner-0001;{item};h;2\n", "expected one row for"),
        ("learner-0001;{item};h\n", "expected points in"),
    ],
)
def test_marks_that_cannot_be_are_refused_in_words(tmp_path, capsys, rows, why):
    room = class_of(tmp_path, {"a": "Ann"}, {"a"})
    graded(room, "a", pending=(WORDS,))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("learner;item;answer id;points\n" + rows.format(item=WORDS), encoding="utf-8")
    assert main(["grade", "manual", str(room.root), "--read", str(sheet)]) == 2
    assert why in capsys.readouterr().err
    with open_gradebook(room) as gradebook:
        assert all(one.given is None for one in gradebook.grades())
