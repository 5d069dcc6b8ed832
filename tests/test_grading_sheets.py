"""CSV files of schools and spreadsheets: read as they are, given back as they were, or refused."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.grading.roster import read_roster
from attention_course.grading.sheets import decimal_mark, parse_number
from attention_course.grading.sheets import read_sheet as read_csv
from attention_course.grading.shown import shown
from attention_course.store.files import write

BOM = b"\xef\xbb\xbf"

# Rosters

ROSTERS = {
    "English": "id,name\n7,Ada Byron\n",
    "Korean Excel": "학번,이름\n7,김민지\n",
    "Korean with semicolons": "이름;학번\n김민지;7\n",
    "Korean in two columns": "학번,성,이름\n7,김,민지\n",
    "German": "Matrikelnummer;Name\n7;Jürgen Müller\n",
    "German in two columns": "Nachname;Vorname;Matrikelnr.\nMüller;Jürgen;7\n",
    "told by Excel": "sep=;\r\nName;ID\r\nMüller, Jürgen;7\r\n",
    "tabs": "ID\tStudent\n7\tMüller, Jürgen\n",
    "Canvas": "Student,ID,SIS User ID\n    Points Possible,,\nAda Byron,7,99\n",
    "Canvas, two names": "LastName,FirstName,ID\nMüller,Jürgen,7\n",
    "Moodle": "식별자,성명,상태\n참여자7,김민지,x\n",
    "kept from becoming numbers": 'id,name\n"=""7""","=""Ada Byron"""\n',
    "a short row": "name,id,mail\nAda Byron,7\n\n",
}


def can_be_written(text: str, encoding: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeError:
        return False


WRITTEN = [
    (name, encoding)
    for name, text in ROSTERS.items()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp949", "cp1252")
    if can_be_written(text, encoding)
]


@pytest.mark.parametrize(("name_of_text", "encoding"), WRITTEN)
def test_a_roster_is_read_in_any_language_and_encoding(tmp_path, capsys, name_of_text, encoding):
    text = ROSTERS[name_of_text]
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    [(id, name)] = read_roster(tmp_path / "roster.csv")
    assert id == "7"
    assert name in ("Ada Byron", "김민지", "Jürgen Müller", "Müller, Jürgen")
    guessed = encoding in ("cp949", "cp1252") and not text.isascii()
    assert (f"read as {encoding}" in capsys.readouterr().err) == guessed


LOGIN = "4a1b" * 10  # what Canvas makes for the student that its teachers play


@pytest.mark.parametrize(
    "rows",
    [
        'Student,ID,SIS Login ID,Section\n"{}",8,,One\n',
        "LastName,FirstName,ID,SIS Login ID,Section\nStudent,Test,8,,One\n",
        f"Student,ID,SIS Login ID,Section\n테스트 학생,8,{LOGIN},One\n",
    ],
    ids=["a name", "two names", "in Korean"],
)
def test_canvass_test_student_is_no_learner(tmp_path, capsys, rows):
    name = "Student, Test"
    text = rows.format(name) + rows.splitlines()[0].count("LastName") * "Byron," + "Ada,7,ada,One\n"
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert [id for id, _ in read_roster(tmp_path / "roster.csv")] == ["7"]
    assert "row 2: '" in (printed := capsys.readouterr().err)
    assert "is Canvas's test student, and is left out" in printed
    (tmp_path / "roster.csv").write_text("id,name\n7,Test Student\n", encoding="utf-8")
    assert read_roster(tmp_path / "roster.csv") == [("7", "Test Student")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id,name\n7,A\n7,B\n", "got twice: 7"),
        ("id,name\n,Kim\n", "expected an id for 'Kim'"),
        ("학번,이름\n2.02E+09,김\n", "expected whole ids"),
        ("name\nKim\n", "expected the columns id and name"),
        ("", "got an empty one"),
    ],
)
def test_a_roster_that_does_not_tell_people_apart_is_refused(tmp_path, text, why):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        read_roster(tmp_path / "roster.csv")


def test_an_encoding_that_is_named_decides(tmp_path):
    (tmp_path / "roster.csv").write_bytes("id,name\n7,Ä à\n".encode("mac_roman"))
    assert read_roster(tmp_path / "roster.csv", "mac_roman") == [("7", "Ä à")]
    with pytest.raises(ValueError, match="save it as UTF-8"):
        read_roster(tmp_path / "roster.csv", "utf-8")
    with pytest.raises(ValueError, match="unknown encoding"):
        read_roster(tmp_path / "roster.csv", "klingon")


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_refused_with_the_way_to_make_a_csv_of_it(tmp_path, data):
    (tmp_path / "roster.xlsx").write_bytes(data)
    with pytest.raises(ValueError, match=r"got a workbook: .* save it as 'CSV UTF-8'"):
        read_roster(tmp_path / "roster.xlsx")


# Sheets

CELLS = st.text(st.sampled_from('ab1,;"\t \r\n김ü') | st.characters(codec="utf-8"), max_size=6)


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=2, max_size=5),
    style=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    coded=st.sampled_from([("utf-8", b""), ("utf-8", BOM), ("utf-16-le", b"\xff\xfe")]),
)
@settings(max_examples=150)
def test_a_sheet_says_what_was_written_and_goes_back_byte_for_byte(
    tmp_path_factory, rows, style, separator, end, coded
):
    if any("\r" in cell for row in rows for cell in row):
        style = csv.QUOTE_ALL  # the writer forgets to quote it otherwise
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=style, lineterminator=end)
    heads = ["head", "other", "third", "fourth"]
    writer.writerows([heads, *rows])
    data = coded[1] + stream.getvalue().encode(coded[0])
    file = tmp_path_factory.mktemp("sheet") / "sheet.csv"
    file.write_bytes(data)
    sheet = read_csv(file)
    assert [sheet.texts(row) for row in range(len(sheet.rows))] == [heads, *rows]
    assert sheet.data() == data
    sheet.put(1, 1, 'new; "cell", here')
    file.write_bytes(sheet.data())
    rows[0][1] = 'new; "cell", here'
    again = read_csv(file)
    assert [again.texts(row) for row in range(len(again.rows))] == [heads, *rows]


def test_western_and_korean_letters_are_told_apart(tmp_path):
    words = {"cp1252": ["Größe", "Ägypten", "Zoë", "Ünal", "café – ça", "Åse"],
             "cp949": ["김민지", "학번", "김뷁", "김 (金)"]}  # fmt: skip
    for encoding, texts in words.items():
        for text in texts:
            write(tmp_path / "x.csv", f"id,name\n1,{text}\n2,Ann\n".encode(encoding))
            assert read_csv(tmp_path / "x.csv").text(1, 1) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("20,00", 20), ("20.0", 20), (" 7 ", 7), ("１２，５", 12.5), ("1.234,5", None),
     ("1,5,0", None), ("nan", None), ("1e3", None), ("", None), ("EX", None), ("01. Mai", None)],
)  # fmt: skip
def test_a_number_that_may_be_read_in_two_ways_is_none(text, value):
    assert parse_number(text) == value


def test_the_decimal_mark_is_the_files_own():
    assert decimal_mark(["15,00", "x"]) == ","
    assert decimal_mark(["15", "1,2,3", "Kim, Minji"]) == "."


# Printing


def test_what_is_printed_is_one_line_with_its_own_letters():
    assert shown("김민지\x1b[2J\nZoë\u202e\udc80") == r"김민지\x1b[2J\nZoë\u202e\udc80"
