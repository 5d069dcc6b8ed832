"""What was handed in before, at once or in odd zips: names in no encoding, weeks, empty files."""

import os
import zipfile

import pytest

from attention_course.grading.classroom import Classroom
from handed_in import CH3, CH4, collect, doubts, left, plan_of, planned_for, who, zip_of

KOREAN = "김민지"


# Names in no encoding


def zip_with_raw_names(file, names) -> None:
    """A zip as old programs write it: names are bytes, and nothing tells their encoding."""
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            plain = name.decode("latin-1")
            member = zipfile.ZipInfo("x" * len(name))
            archive.writestr(member, CH3 + plain.encode("latin-1"))
    data = file.read_bytes()
    for name in names:
        data = data.replace(b"x" * len(name), name, 2)
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("encoding", "who_it_is"),
    [("cp949", KOREAN), ("utf-8", "이지훈"), ("cp437", "Müller"), ("utf-8", "Jörg")],
)
def test_names_of_old_zips_are_guessed_and_the_guess_is_told(tmp_path, encoding, who_it_is):
    zip_with_raw_names(tmp_path / "in.zip", [f"{who_it_is}_ch3_attention.ipynb".encode(encoding)])
    plan = planned_for(tmp_path, tmp_path / "in.zip")
    assert who(plan) == [who_it_is]
    note = f"names in {tmp_path / 'in.zip'} are read as {encoding}"
    assert plan.notes == [f"{note}; --encoding names another"]
    assert not plan.doubts


def test_names_that_cannot_be_guessed_are_doubtful_and_the_option_decides(tmp_path):
    zip_with_raw_names(tmp_path / "in.zip", ["张伟_ch3_attention.ipynb".encode("gbk")])
    path = tmp_path / "in.zip"
    plan = planned_for(tmp_path, path)
    assert "--encoding" in doubts(plan)
    plan = planned_for(tmp_path, path, encoding="gbk")
    assert (who(plan), plan.doubts) == (["张伟"], [])
    with pytest.raises(ValueError, match=r"expected names of files in utf-8 in .*in\.zip"):
        planned_for(tmp_path, path, encoding="utf-8")
    with pytest.raises(ValueError, match="expected an encoding that Python knows"):
        planned_for(tmp_path, path, encoding="klingon")


def test_names_of_a_zip_unpacked_without_its_encoding_are_guessed_too(tmp_path):
    (tmp_path / "in").mkdir()
    name = f"{KOREAN}_ch3_attention.ipynb".encode("cp949")
    with open(os.fsencode(tmp_path / "in") + b"/" + name, "wb") as stream:
        stream.write(CH3)
    assert who(collect(Classroom.open_or_create(tmp_path / "class"), tmp_path / "in")) == [KOREAN]


# Again


def test_of_two_files_without_dates_nothing_claims_to_be_newer(tmp_path):
    members = {"ada/a.ipynb": CH3, "ada/b.ipynb": CH3 + b" ", "bob/ch3.ipynb": CH3 + b"  "}
    plan = planned_for(tmp_path, zip_of(tmp_path / "in.zip", members, (1980, 1, 1, 0, 0, 0)))
    assert left(plan) == {"ada/a.ipynb": "ada/b.ipynb counts; no date tells which is newer"}
    assert "no date tells which of ada/a.ipynb and ada/b.ipynb is newer" in doubts(plan)
    assert doubts(planned_for(tmp_path, zip_of(tmp_path / "in.zip", members))) == doubts(plan)


def test_last_weeks_zip_again_replaces_nothing(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    old = zip_of(tmp_path / "old.zip", {"ada/ch3.ipynb": CH3})
    new = zip_of(tmp_path / "new.zip", {"ada/ch3.ipynb": CH3 + b" "})
    collect(room, old)
    assert collect(room, new).replacing == {("ada", "ch3_attention")}
    plan = collect(room, old)
    assert (plan.new, len(plan.known)) == ([], 1)
    assert plan.notes == ["ada/ch3.ipynb was collected before; a newer one counts"]
    assert room.data_of(room.submissions()["ada", "ch3_attention"]) == CH3 + b" "


def test_an_older_file_that_nobody_has_seen_is_left_and_named(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    collect(room, zip_of(tmp_path / "new.zip", {"ada/ch3.ipynb": CH3}))
    old = zip_of(tmp_path / "old.zip", {"ada/ch3.ipynb": CH3 + b" "}, (2024, 2, 28, 9, 0, 0))
    plan = collect(room, old)
    assert plan.new == []
    assert left(plan)["ada/ch3.ipynb"].startswith("older than what was collected")


def test_what_a_learner_hands_in_again_counts_though_it_was_seen_before(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    for number, data in ((1, CH3), (2, CH3 + b" "), (3, CH3)):
        path = zip_of(tmp_path / "in.zip", {f"ada_42_{number}_ch3.ipynb": data})
        assert len(collect(room, path).new) == 1
    assert room.data_of(room.submissions()["42", "ch3_attention"]) == CH3


def test_zips_of_two_weeks_at_once_give_the_newer_files(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    old = zip_of(tmp_path / "old.zip", {"ada/ch3.ipynb": CH3, "bob/ch3.ipynb": CH3 + b"  "})
    new = zip_of(tmp_path / "new.zip", {"ada/ch3.ipynb": CH3 + b" "}, (2024, 3, 8, 9, 0, 0))
    collect(room, new, old, layout="folders")
    assert room.data_of(room.submissions()["ada", "ch3_attention"]) == CH3 + b" "
    assert ("bob", "ch3_attention") in room.submissions()


def test_one_file_by_two_learners_is_noted(tmp_path):
    path = zip_of(tmp_path / "in.zip", {f"{one}/ch3.ipynb": CH3 for one in ("ada", "bob")})
    plan = planned_for(tmp_path, path)
    assert plan.notes == ["the same file from 2: ada, bob"]
    assert not plan.doubts


def test_an_empty_file_is_taken_as_what_it_is(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    plan = collect(room, zip_of(tmp_path / "in.zip", {"ada/ch3.ipynb": b"", "bob/ch3.ipynb": CH3}))
    assert [one.size for one in plan.new] == [0, len(CH3)]


def test_an_empty_zip_is_named(tmp_path):
    plan = planned_for(tmp_path, zip_of(tmp_path / "in.zip", {}))
    assert "no file of a learner's" in doubts(plan)


def test_a_zip_that_a_learner_hands_in_beside_a_notebook_is_named(tmp_path):
    plan = plan_of(tmp_path, ["ada/ch3.ipynb", "ada/all.zip", "bob/ch3.ipynb"])
    assert left(plan) == {"ada/all.zip": "a zip in what was handed in: it is not opened"}


def test_a_notebook_that_tells_of_no_chapter_is_named_and_the_option_settles_it(tmp_path):
    path = zip_of(tmp_path / "in.zip", {"ada/a.ipynb": b"{}", "bob/b.ipynb": CH3})
    plan = planned_for(tmp_path, path)
    assert "ada/a.ipynb tells of no chapter; --chapter" in doubts(plan)
    plan = planned_for(tmp_path, path, chapter="ch3_attention")
    assert (who(plan), plan.doubts) == (["ada", "bob"], [])


def test_a_named_chapter_takes_the_file_that_answers_it(tmp_path):
    members = {"ada/1.ipynb": CH3, "ada/2.ipynb": CH4, "b/1.ipynb": CH3, "c/ch3.ipynb": CH4}
    path = zip_of(tmp_path / "in.zip", members)
    plan = planned_for(tmp_path, path, chapter="ch3_attention")
    assert [one.claim.path for one in plan.new] == ["ada/1.ipynb", "b/1.ipynb", "c/ch3.ipynb"]
    assert "c/ch3.ipynb answers ch4_self_attention, not ch3_attention" in plan.notes
    assert left(plan) == {"ada/2.ipynb": "it answers ch4_self_attention, not ch3_attention"}
