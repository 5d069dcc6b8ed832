"""What is handed in is data: odd names, odd zips and odd files reach nothing and stop nothing."""

import io
import json
import os
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from attention_course.grading.assignment import read_assignments
from attention_course.grading.classroom import README, Classroom, clean
from attention_course.grading.layouts import likely_layout, readings
from attention_course.grading.names import person_in
from attention_course.grading.notebook import (
    LARGEST,
    UnreadableError,
    answer_indices,
    chapter_of,
    read_cells,
    written_answer,
    written_in,
)
from attention_course.grading.roster import read_roster
from attention_course.grading.stems import chapter
from attention_course.rungs import RUNGS
from handed_in import collect
from submissions import ASSIGNMENTS, ROOT, as_bytes, notebook, stripped

STEMS = list(ASSIGNMENTS)
ASSIGNMENTS_RELEASED = ROOT / "notebooks" / "exercises"
GOOD = as_bytes(notebook("ch3_attention"))


def zipped(file, members) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)


def test_a_class_that_many_make_at_once_is_made_once(tmp_path):
    for number in range(20):
        room = tmp_path / f"class-{number}"
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Classroom.open_or_create, [room] * 8))
        assert (room / "README.txt").read_text(encoding="utf-8") == README


def taken(room: Classroom) -> dict[tuple[str, str], str]:
    return {key: one.original for key, one in room.submissions().items()}


@pytest.mark.parametrize(
    ("layout", "path", "id", "name"),
    [
        ("canvas", "byronada_4321_98765_ch3_attention-1.ipynb", "4321", "byronada"),
        ("canvas", "byronada_LATE_4321_98765_ch3_attention.ipynb", "4321", "byronada"),
        ("moodle", "Ada Byron_17_assignsubmission_file_/ch3_attention.ipynb", "17", "Ada Byron"),
        ("moodle", "Ada Byron_17_assignsubmission_file_ch3_attention.ipynb", "17", "Ada Byron"),
        ("folders", "ada/ch3_attention.ipynb", "ada", "ada"),
        ("files", "ada_ch3_attention.ipynb", "ada", "ada"),
        ("files", "ch3_attention-ada.ipynb", "ada", "ada"),
        # what a learner chooses of a path makes nobody of another
        ("canvas", "zed_666_1_x_42_assignsubmission_file_y.ipynb", "666", "zed"),
        ("canvas", "zed_LATE_666_1_zed_42_1_x.ipynb", "666", "zed"),
        (
            "moodle",
            "Zed_666_assignsubmission_file_x_42_assignsubmission_file_y.ipynb",
            "666",
            "Zed",
        ),
        (
            "moodle",
            "Zed_666_assignsubmission_file_/x_42_assignsubmission_file_y.ipynb",
            "666",
            "Zed",
        ),
        ("folders", "666/zed_42_1_hw.ipynb", "666", "666"),
        ("folders", "666/x_42_assignsubmission_file_/hw.ipynb", "666", "666"),
    ],
)
def test_a_path_tells_whose_a_file_is(layout, path, id, name):
    [found] = readings(path, layout, STEMS)
    assert (found.id, found.name) == (id, name)
    assert likely_layout([path] if layout != "folders" else [path, "a/b.ipynb", "c/d"]) == layout


@pytest.mark.parametrize(
    ("layout", "path"),
    [("canvas", "notes.ipynb"), ("moodle", "ada/x.ipynb"), ("canvas", "a/b_1_2_c.ipynb")],
)
def test_a_path_that_does_not_fit_its_layout_tells_nobody(layout, path):
    assert readings(path, layout, STEMS) == []


def test_an_id_that_is_claimed_under_two_names_is_refused(tmp_path):
    names = ["ann_42_1_ch3_attention.ipynb", "zed_42_2_ch3_attention.ipynb"]
    zipped(tmp_path / "in.zip", [(name, GOOD) for name in [*names, "bob_7_3_ch3_attention.ipynb"]])
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in.zip", accept=True)
    assert list(taken(room)) == [("7", "ch3_attention")]
    assert plan.left == [(name, "42 is claimed under two names") for name in names]


def test_two_ids_that_only_look_alike_are_refused(tmp_path):
    for name in ("42", "42\u200b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ch3_attention.ipynb").write_bytes(GOOD)
    room = Classroom.open_or_create(tmp_path / "class")
    assert len(collect(room, tmp_path / "in", accept=True).left) == 2
    assert taken(room) == {}


def test_a_hundred_thousand_marks_and_a_very_long_name_take_no_time(tmp_path):
    marks = "\n".join(f"# exercise: ch{number}.a" for number in range(10, 60_010))
    made = {"cells": [{"cell_type": "code", "source": marks[at : at + 150_000]}
                      for at in range(0, len(marks), 150_000)]}  # fmt: skip
    long = "x_1_" * 15_000 + "_1_assignsubmission_file_"
    zipped(tmp_path / "in.zip", [("eve/ch3_attention.ipynb", as_bytes(made)), (long, GOOD)])
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in.zip")
    assert list(taken(room)) == [("eve", "ch3_attention")]
    assert plan.left == [(long[:100], "its path is too long")]


def test_a_file_handed_in_late_is_known_as_late(tmp_path):
    zipped(tmp_path / "in.zip", [("byronada_LATE_4321_98765_ch3_attention.ipynb", GOOD)])
    room = Classroom.open_or_create(tmp_path / "class")
    collect(room, tmp_path / "in.zip")
    assert room.submissions()["4321", "ch3_attention"].late


def test_a_folder_and_a_zip_of_it_are_collected_alike(tmp_path):
    for name in ("ada", "bob"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ch3_attention.ipynb").write_bytes(GOOD)
    zipped(tmp_path / "in.zip", [(f"{name}/ch3_attention.ipynb", GOOD) for name in ("ada", "bob")])
    one, two = (
        Classroom.open_or_create(tmp_path / "one"),
        Classroom.open_or_create(tmp_path / "two"),
    )
    collect(one, tmp_path / "in")
    collect(two, tmp_path / "in.zip")
    assert taken(one) == taken(two) == {
        ("ada", "ch3_attention"): "ada/ch3_attention.ipynb",
        ("bob", "ch3_attention"): "bob/ch3_attention.ipynb",
    }  # fmt: skip


ODD = [
    "../../../etc/cron.d/x_1_2_ch3_attention.ipynb",
    "/etc/passwd_3_4_ch3_attention.ipynb",
    "..\\..\\windows_5_6_ch3_attention.ipynb",
    "<script>alert(1)</script>_7_8_ch3_attention.ipynb",
    "=cmd|' /C calc'!A0_9_10_ch3_attention.ipynb",
    "a\u202egnp.exe\u0007\n_11_12_ch3_attention.ipynb",
    "%2e%2e%2f_13_14_ch3_attention.ipynb",
    "한글 이름_15_16_ch3_attention.ipynb",
    "x" * 190 + "_17_18_ch3_attention.ipynb",
    "....key_19_20_ch3_attention.ipynb",
]


def test_no_name_reaches_a_file_outside_of_the_class(tmp_path):
    zipped(tmp_path / "in.zip", [(name, GOOD) for name in ODD])
    room = Classroom.open_or_create(tmp_path / "a" / "b" / "class")
    plan = collect(room, tmp_path / "in.zip", layout="canvas", accept=True)
    assert len(plan.new) == 5
    assert len(plan.left) == 5
    outside = [path for path in tmp_path.rglob("*") if "class" not in path.parts]
    assert {path.name for path in outside} == {"a", "b", "class", "in.zip"} - {"class"}
    for one in room.submissions().values():
        assert one.file.startswith("submissions/learner-")
        assert ".." not in one.file
        assert "\n" not in one.original
    assert all(learner.name == clean(learner.name) for learner in room.learners().values())


def test_links_and_special_files_are_left_and_said_so(tmp_path):
    folder = tmp_path / "in" / "eve"
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_bytes(GOOD)
    (folder / "ch3_attention.ipynb").symlink_to(tmp_path / "secret")
    (folder / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "ch1_bottleneck.ipynb")
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in", accept=True)
    assert taken(room) == {}
    assert {path for path, _ in plan.left} == {
        "eve/ch3_attention.ipynb",
        "eve/more",
        "eve/ch1_bottleneck.ipynb",
    }


def test_a_link_in_a_zip_is_left(tmp_path):
    link = zipfile.ZipInfo("eve/ch3_attention.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped(tmp_path / "in.zip", [(link, "/etc/passwd"), ("ann/ch3_attention.ipynb", GOOD)])
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in.zip")
    assert list(taken(room)) == [("ann", "ch3_attention")]
    assert plan.left == [("eve/ch3_attention.ipynb", "a link, or not an ordinary file")]


def test_a_zip_that_swells_is_read_no_further_than_a_notebook_may_be_long(tmp_path):
    zipped(tmp_path / "in.zip", [("eve/ch3_attention.ipynb", b"0" * (20 * LARGEST))])
    room = Classroom.open_or_create(tmp_path / "class")
    collect(room, tmp_path / "in.zip")
    [one] = room.submissions().values()
    assert (room.root / one.file).stat().st_size == LARGEST + 1
    with pytest.raises(UnreadableError, match="at most 20 are read"):
        read_cells(room.data_of(one))


def test_a_damaged_zip_gives_what_can_be_read(tmp_path):
    stream = io.BytesIO()
    zipped(stream, [("eve/ch3_attention.ipynb", GOOD), ("ann/ch3_attention.ipynb", GOOD)])
    data = bytearray(stream.getvalue())
    data[200:300] = bytes(100)
    (tmp_path / "in.zip").write_bytes(data)
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in.zip")
    assert list(taken(room)) == [("ann", "ch3_attention")]
    assert "cannot be unpacked" in plan.left[0][1]


def test_an_unfinished_zip_is_refused_in_words(tmp_path):
    (tmp_path / "in.zip").write_bytes(b"PK\x03\x04 half of it")
    with pytest.raises(ValueError, match="expected a folder or a zip"):
        collect(Classroom.open_or_create(tmp_path / "class"), tmp_path / "in.zip")


def test_collecting_twice_changes_nothing_and_a_new_version_counts(tmp_path):
    source = tmp_path / "in" / "ada"
    source.mkdir(parents=True)
    (source / "ch3_attention.ipynb").write_bytes(GOOD)
    room = Classroom.open_or_create(tmp_path / "class")
    assert collect(room, tmp_path / "in").new
    assert collect(room, tmp_path / "in").known
    (source / "ch3_attention.ipynb").write_bytes(GOOD + b" ")
    assert collect(room, tmp_path / "in").new
    assert room.data_of(room.submissions()["ada", "ch3_attention"]) == GOOD + b" "


def test_the_newest_of_two_files_for_a_chapter_counts(tmp_path):
    source = tmp_path / "in" / "ada"
    source.mkdir(parents=True)
    for name, age in (("new.ipynb", 0), ("old.ipynb", 1000)):
        (source / name).write_bytes(GOOD + b" " * (age + 1))
        os.utime(source / name, (10_000 - age, 10_000 - age))
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in")
    assert taken(room) == {("ada", "ch3_attention"): "ada/new.ipynb"}
    assert plan.left == [("ada/old.ipynb", "ada/new.ipynb is newer")]


def test_who_hands_in_no_notebook_at_all_is_not_lost(tmp_path):
    zipped(tmp_path / "in.zip", [("ada/ch3_attention.pdf", b"%PDF"), ("bob/notes.txt", b"hello")])
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, tmp_path / "in.zip")
    assert list(taken(room)) == [("ada", "ch3_attention")]
    assert plan.left == [("bob/notes.txt", "it tells of no chapter; name it with --chapter")]


def test_with_a_roster_strangers_are_refused(tmp_path):
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada Byron\n", encoding="utf-8")
    room = Classroom.open_or_create(tmp_path / "class")
    roster = dict(read_roster(tmp_path / "roster.csv"))
    zipped(tmp_path / "in.zip", [(f"{one}/ch3_attention.ipynb", GOOD) for one in ("ada", "eve")])
    plan = collect(room, tmp_path / "in.zip", roster=roster)
    assert list(taken(room)) == [("ada", "ch3_attention")]
    assert plan.left == [("eve/ch3_attention.ipynb", "eve is not in the roster")]
    assert room.learners()["ada"].name == "Ada Byron"


def test_a_roster_without_ids_or_with_an_id_twice_is_refused(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text("who\nada\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected the columns id and name"):
        read_roster(file)
    file.write_text("id,name\nada,A\nada,B\n", encoding="utf-8")
    with pytest.raises(ValueError, match="got twice: ada"):
        read_roster(file)


BROKEN = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n ", "empty"),
    "half a notebook": (GOOD[:1000], "only a part"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", "not text in UTF-8"),
    "latin-1": ('{"cells": "\xe9"}'.encode("latin-1"), "not text in UTF-8"),
    "a list": (b"[1, 2]", "no cells"),
    "a number": (b"1e999", "no cells"),
    "cells that are no list": (b'{"cells": {}}', "no cells"),
    "an old notebook": (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "no cells"),
    "deep JSON": (b"[" * 500_000, "only a part"),
    "a number too long": (b'{"cells": ' + b"9" * 10_000 + b"}", "only a part"),
    "half of UTF-16": (b"\xff\xfe{", "not text in UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_notebook_is_said_to_be_none(name):
    data, why = BROKEN[name]
    with pytest.raises(UnreadableError, match=why):
        read_cells(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_notebook_is_read_in_the_encodings_that_editors_save(encoding):
    assert len(read_cells(GOOD.decode().encode(encoding))) == len(read_cells(GOOD))


@pytest.mark.parametrize(
    "cell",
    [None, 1, "code", [], {}, {"cell_type": "code"}, {"cell_type": ["code"], "source": "x"},
     {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code", "source": [1, None]},
     {"cell_type": "code", "source": "x", "metadata": [1], "id": {}},
     {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": [1]}}},
     {"cell_type": "code", "source": "\ud800"}],
)  # fmt: skip
def test_an_odd_cell_harms_no_other(cell):
    made = notebook("ch3_attention")
    whole = len(read_cells(as_bytes(made)))
    made["cells"].insert(3, cell)
    cells = read_cells(as_bytes(made))
    assert whole <= len(cells) <= whole + 1
    assert len(answer_indices([one for one in cells if one.kind == "code"], "ch3.align")) == 1


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.stem)
def test_a_stem_tells_of_a_rung_what_the_rung_is(rung):
    assert (chapter(rung.stem).number, chapter(rung.stem).short) == (rung.number, rung.short)


def test_an_assignment_of_the_instructors_own_is_read_by_its_stem(tmp_path):
    source = notebook("ch3_attention")
    for cell in source["cells"]:
        cell["source"] = cell["source"].replace("ch3.", "ch12.")
    (tmp_path / "ch12_long_memory.ipynb").write_bytes(as_bytes(source))
    own = read_assignments(tmp_path)["ch12_long_memory"]
    assert own.exercises == ()
    assert [one.name for one in own.written] == ["ch12.predict_align", "ch12.words_attention"]
    stems = [*STEMS, own.stem]
    assert chapter_of(read_cells(as_bytes(source)), stems, "Untitled7.ipynb") == own.stem
    assert chapter_of([], stems, "kim_ch12_long_memory.ipynb") == own.stem
    assert person_in("kim_ch12_long_memory.ipynb", stems) == "kim"
    assert person_in("kim_chapter 12.ipynb", stems) == "kim"
    assert chapter(own.stem).title == "Assignment 12, long memory"
    with pytest.raises(ValueError, match="expected a stem chN_words"):
        chapter("memory")


def test_answers_are_found_by_their_marks_when_all_metadata_is_gone():
    cells = read_cells(as_bytes(stripped(notebook("ch3_attention", words="My own words."))))
    code = [one for one in cells if one.kind == "code"]
    for exercise in ASSIGNMENTS["ch3_attention"].exercises:
        [index] = answer_indices(code, exercise.name)
        assert f"def {exercise.function}(" in code[index].text
    for question in ASSIGNMENTS["ch3_attention"].written:
        assert (
            written_answer(cells, question.name, question.handed_out, question.text)
            == "My own words."
        )
    assert chapter_of(cells, STEMS, "Untitled7.ipynb") == "ch3_attention"


def test_a_written_answer_is_found_below_its_question_when_its_mark_is_gone():
    made = stripped(notebook("ch3_attention"))
    for cell in made["cells"]:
        if "<!-- answer" in cell["source"]:
            cell["source"] = "All mine."
    cells = read_cells(as_bytes(made))
    for question in ASSIGNMENTS["ch3_attention"].written:
        assert (
            written_answer(cells, question.name, question.handed_out, question.text) == "All mine."
        )


def test_a_written_answer_left_as_it_was_is_empty_and_a_deleted_one_is_none():
    [question, _] = ASSIGNMENTS["ch3_attention"].written
    released = json.loads((ASSIGNMENTS_RELEASED / "ch3_attention.ipynb").read_text())
    cells = read_cells(as_bytes(released))
    assert written_answer(cells, question.name, question.handed_out, question.text) == ""
    rest = [one for one in cells if one.kind == "code"]
    assert written_answer(rest, question.name, question.handed_out, question.text) is None


def test_words_in_a_cell_of_ones_own_below_the_placeholder_belong_to_the_answer():
    question = ASSIGNMENTS["ch3_attention"].written[1]
    made = notebook("ch3_attention", words="*Write your answer here.*")
    [index] = [n for n, one in enumerate(made["cells"]) if question.name in "".join(one["source"])]
    mine = {"cell_type": "markdown", "metadata": {}, "source": "어텐션은 이유를 말하지 않는다."}
    made["cells"].insert(index + 1, mine)
    cells = read_cells(as_bytes(made))
    found = written_answer(cells, question.name, question.handed_out, question.text)
    assert found == "어텐션은 이유를 말하지 않는다."
    assert written_in(cells, "ch3")[question.name] == found


def test_what_follows_an_answer_and_is_another_cell_is_no_part_of_it():
    question = ASSIGNMENTS["ch3_attention"].written[1]
    cells = read_cells(as_bytes(notebook("ch3_attention", words="My words.")))
    assert written_answer(cells, question.name, question.handed_out, question.text) == "My words."
    assert written_in(cells, "ch3")[question.name] == "My words."
