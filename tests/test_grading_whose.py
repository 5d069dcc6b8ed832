"""Whose is it? What real platforms, systems and people send; and nobody chooses to be another."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.grading.classroom import Classroom
from attention_course.grading.collecting import plan_lines
from attention_course.grading.intake import one_reading
from attention_course.grading.layouts import LAYOUTS, likely_layout, readings
from attention_course.grading.names import agree, is_notebook, person_in
from handed_in import CH3, STEMS, doubts, left, plan_of, planned_for, who, zip_of

KOREAN = "김민지"
SMALL = b'{"cells": [{"cell_type": "code", "source": "# exercise: ch3.align"}]}'


# Canvas


def test_a_text_entry_of_canvas_is_no_learner_and_is_named(tmp_path):
    names = [f"kim{n}_10{n}_500{n}_ch3_attention.ipynb" for n in range(3)]
    plan = plan_of(tmp_path, [*names, *(f"kim{n}_10{n}_text.html" for n in range(3))])
    assert who(plan) == ["100", "101", "102"]
    assert set(left(plan)) == {f"kim{n}_10{n}_text.html" for n in range(3)}
    assert "typed into the page" in left(plan)["kim0_100_text.html"]
    assert not plan.doubts


def test_a_late_text_entry_and_a_link_belong_to_who_typed_them(tmp_path):
    names = ["kim_LATE_100_5000_ch3.ipynb", "kim_LATE_100_text.html", "lee_101_link.html"]
    plan = plan_of(tmp_path, [*names, "lee_101_5001_ch3.ipynb"])
    assert who(plan) == ["100", "101"]
    assert [one.claim.owner.late for one in plan.new] == [True, False]
    assert plan.people == {"100": "kim", "101": "lee"}


def test_who_only_typed_a_text_is_in_the_class_and_named(tmp_path):
    plan = plan_of(tmp_path, ["kim_100_5000_ch3.ipynb", "lee_101_text.html"])
    assert plan.people == {"100": "kim", "101": "lee"}
    assert plan.notes == ["101: nothing of it can be taken"]


def test_anonymous_submissions_of_canvas_are_told_apart(tmp_path):
    names = [
        "anon_x4Kp2_88001_ch3.ipynb",
        "LATE_anon_12345_88002_ch3.ipynb",
        "anon_X4kP2_text.html",
    ]
    plan = plan_of(tmp_path, [*names, "anon_X4kP2_88003_2023_12_ch3.ipynb"])
    assert who(plan) == ["anon_12345", "anon_X4kP2", "anon_x4Kp2"]
    assert not plan.doubts
    assert [one.claim.owner.late for one in plan.new] == [False, True, False]


@pytest.mark.parametrize(
    "name", ["Park_JH", "Park_2023x", "김민지", "o_brien_", "", "van_der_berg"]
)
def test_a_name_in_canvas_may_hold_underscores_or_be_empty(name):
    [one] = readings(f"{name}_4712_88003_ch3_attention.ipynb", "canvas", STEMS)
    assert (one.id, one.number) == ("4712", 88003)


AMBIGUOUS = "leejihoon_4711_9999_88002_ch3_attention.ipynb"


def test_a_path_that_can_be_read_in_two_ways_is_left_with_its_readings(tmp_path):
    plan = plan_of(tmp_path, ["leejihoon_4711_88001_ch3_attention.ipynb", AMBIGUOUS])
    assert who(plan) == ["4711"]
    assert [one.claim.path for one in plan.new] == ["leejihoon_4711_88001_ch3_attention.ipynb"]
    assert left(plan)[AMBIGUOUS] == "it may be of 4711 (leejihoon) or of 9999 (leejihoon_4711)"
    assert "--roster" in doubts(plan)


@pytest.mark.parametrize(
    ("roster", "id"),
    [
        ({"9999": "Lee Jihoon 4711", "8": "Kim"}, "9999"),
        ({"4711": "Lee, Jihoon"}, "4711"),
        ({"4711": "Park, Minji"}, None),  # the id is there, and is another person
        ({"4711": "Lee, Jihoon", "9999": "Lee, Jihoon_4711"}, None),
        ({"4711": "Lee, Jihoon", "9999": "Eve"}, None),  # Eve may call herself leejihoon_4711
        ({"1": "Lee, Jihoon"}, None),
    ],
)
def test_a_roster_settles_a_path_only_if_it_allows_one_reading(tmp_path, roster, id):
    plan = plan_of(tmp_path, [AMBIGUOUS], layout="canvas", roster=roster)
    assert who(plan) == ([id] if id else [])
    assert bool(plan.doubts) == (id is None)


@pytest.mark.parametrize(
    "path",
    [
        "zed_666_1_42_99_x.ipynb",  # the file is called 42_99_x.ipynb
        "zed_42_666_1_x.ipynb",  # the user is called zed_42
        "zed_666_1_42_text.html",
    ],
)
def test_nobody_becomes_another_in_canvas_by_a_name_that_holds_numbers(tmp_path, path):
    plan = plan_of(tmp_path, ["ann_42_7_ch3.ipynb", path])
    assert [one.claim.path for one in plan.new] == ["ann_42_7_ch3.ipynb"]
    roster = {"42": "Ann", "666": "Zed"}
    plan = plan_of(tmp_path, ["ann_42_7_ch3.ipynb", path], roster=roster)
    assert [one.claim.path for one in plan.new] == ["ann_42_7_ch3.ipynb"]


def test_a_file_that_begins_with_a_students_number_is_settled_by_the_roster(tmp_path):
    path = f"kimminji_100_5000_20231234_{KOREAN}_ch3.ipynb"
    assert "--roster" in doubts(plan_of(tmp_path, [path]))
    plan = plan_of(tmp_path, [path], roster={"100": "Kim, Minji"})
    assert (who(plan), plan.doubts) == (["100"], [])


def test_canvas_numbers_its_files_and_the_highest_is_the_newest(tmp_path):
    names = ["kim_100_5009_ch3.ipynb", "kim_100_5010_ch3-1.ipynb"]
    plan = plan_of(tmp_path, reversed(names))
    assert [one.claim.path for one in plan.new] == [names[1]]


def test_an_id_with_another_name_than_the_rosters_is_doubtful(tmp_path):
    plan = plan_of(tmp_path, ["zed_42_1_ch3.ipynb"], roster={"42": "Ann Lee"})
    assert "42 is 'Ann Lee', but 'zed' in zed_42_1_ch3.ipynb" in doubts(plan)
    assert not plan_of(tmp_path, ["leeann_42_1_ch3.ipynb"], roster={"42": "Ann Lee"}).doubts


def test_names_of_two_scripts_are_not_compared():
    assert agree("kimminji", KOREAN)
    assert agree("byronada", "Byron, Ada")
    assert not agree("byronada", "Ada Lovelace")


# Moodle


@pytest.mark.parametrize("end", ["_/", "/"])
def test_a_text_typed_into_moodle_is_no_second_learner(tmp_path, end):
    names = []
    for n in range(4):
        names.append(f"Student {n}_10{n}_assignsubmission_file{end}ch3.ipynb")
        names.append(f"Student {n}_10{n}_assignsubmission_onlinetext{end}onlinetext.html")
    plan = plan_of(tmp_path, names)
    assert who(plan) == ["100", "101", "102", "103"]
    assert len(plan.people) == 4
    assert len(plan.left) == 4
    assert not plan.doubts


def test_moodle_without_folders_and_with_hidden_names_of_any_language(tmp_path):
    names = [
        "Participant_17_assignsubmission_file_ch3.ipynb",
        "Participant_18_assignsubmission_file_ch3.ipynb",
        "Participant_18_assignsubmission_onlinetext_onlinetext.html",
    ]
    plan = plan_of(tmp_path, names)
    assert (who(plan), plan.doubts) == (["17", "18"], [])
    for word in ("참가자", "Teilnehmerin", "Gruppe A-Ada Byron", "O'Brien", "김 민지"):
        [one] = readings(f"{word}_9_assignsubmission_file_/a/b.ipynb", "moodle", STEMS)
        assert (one.id, one.name) == ("9", word)


def test_hidden_names_are_not_compared_with_the_rosters(tmp_path):
    names = [f"참가자_{n}_assignsubmission_file_/ch3.ipynb" for n in (17, 18)]
    plan = plan_of(tmp_path, names, roster={"17": "민지", "18": "지우"})
    assert (who(plan), plan.doubts) == (["17", "18"], [])


def test_a_second_assignment_of_moodle_is_not_taken_for_new_people(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    room.add_learner("17", "Ada Byron")
    names = ["Ada Byron_43_assignsubmission_file_/ch4.ipynb"]
    assert "43 (Ada Byron, who is 17 in the class)" in doubts(plan_of(tmp_path, names, room))
    names = ["Ada Byron_17_assignsubmission_file_/ch4.ipynb"]
    assert not plan_of(tmp_path, names, room).doubts


def test_a_group_without_a_number_is_nobody_and_is_named(tmp_path):
    names = [f"Student {n}_10{n}_assignsubmission_file_/ch3.ipynb" for n in range(3)]
    plan = plan_of(tmp_path, [*names, "Default group_assignsubmission_file_/ch3.ipynb"])
    assert who(plan) == ["100", "101", "102"]
    assert "Default group_assignsubmission_file_/ch3.ipynb" in doubts(plan)


# Loose files


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("kim.minji.ipynb", "kim.minji"),
        ("kim.jiwoo.ipynb.txt", "kim.jiwoo"),
        ("ch3_kim.ipynb", "kim"),
        ("Ch03-kim.ipynb", "kim"),
        ("김민지ch3.ipynb", "김민지"),
        ("ch3_attention.ipynb의 사본 kim.ipynb", "kim"),
        ("kim ch3_attention.ipynb의 사본", "kim"),
        ("ch3_attention_ipynb의_사본_kim.ipynb", "kim"),
        ("Copy of ch3_attention kim.ipynb", "kim"),
        ("Copy_of_Copy_of_ch3_attention_kim.ipynb", "kim"),
        ("Kopie von ch3_attention-kim.ipynb", "kim"),
        ("kim_ch3_attention (1).ipynb", "kim"),
        ("kim_ch3_attention-1.ipynb", "kim"),
        ("ch3_attention (2)_kim.ipynb", "kim"),
        ("ch3_attention-20231234.ipynb", "20231234"),
        ("kim_ch3_attention - Copy (2).ipynb", "kim"),
        ("kim_ch3_attention-Copy1.ipynb", "kim"),
        ("kim_ch3_attention - 복사본.ipynb", "kim"),
        ("kim_ch3_attention - Kopie.ipynb", "kim"),
        ("kim(20231234)_ch3.ipynb", "kim(20231234)"),
        ("o'brien_ch3.ipynb", "o'brien"),
        ("김 민지_ch3.ipynb", "김 민지"),
        ("2023-1.ipynb", "2023-1"),
        ("ch3_attention-1.ipynb", ""),
        ("ch3_attention.ipynb의 사본", ""),
        ("kopernikus_ch3.ipynb", "kopernikus"),
        ("kim_ch3_minji.ipynb", "kim_minji"),
    ],
)
def test_a_loose_files_name_tells_a_person_without_chapter_ending_and_marks_of_copies(name, person):
    assert person_in(name, STEMS) == person
    assert person_in(unicodedata.normalize("NFD", name), STEMS) == person


@pytest.mark.parametrize(
    "name",
    ["a.ipynb", "A.IPYNB", "a.ipynb.txt", "a.ipynb.json", "a.ipynb의 사본", "a.ipynb의 사본 b"],
)
def test_a_notebook_is_known_by_what_browsers_and_colab_call_it(name):
    assert is_notebook(name)
    assert is_notebook(unicodedata.normalize("NFD", name))
    assert not is_notebook("a.ipynb.pdf")


def test_names_with_dots_are_two_people(tmp_path):
    plan = plan_of(tmp_path, ["kim.minji.ipynb", "kim.jiwoo.ipynb"])
    assert (who(plan), plan.doubts) == (["kim.jiwoo", "kim.minji"], [])


def test_a_name_of_macos_and_of_windows_is_one_learner(tmp_path):
    names = [
        f"{unicodedata.normalize('NFD', KOREAN)}_ch3_attention.ipynb",
        f"{KOREAN}_ch4_self_attention.ipynb",
    ]
    assert names[0][:3] != names[1][:3]
    plan = plan_of(tmp_path, names)
    assert [one.learner_and_chapter for one in plan.new] == [
        (KOREAN, "ch3_attention"),
        (KOREAN, "ch4_self_attention"),
    ]
    assert not plan.doubts


def test_folders_in_two_forms_of_one_name_are_one_learner(tmp_path):
    names = [
        f"{unicodedata.normalize('NFD', KOREAN)}/ch3.ipynb",
        f"{KOREAN}/ch4.ipynb",
        "lee/ch3.ipynb",
    ]
    plan = plan_of(tmp_path, names)
    assert (who(plan), plan.doubts) == (["lee", KOREAN], [])


@pytest.mark.parametrize(
    "names",
    [
        ["Kim_ch3.ipynb", "kim_ch4.ipynb"],
        ["１２３_ch3.ipynb", "123_ch4.ipynb"],
        ["김 민지_ch3.ipynb", "김민지_ch4.ipynb"],
        ["kim.minji_ch3.ipynb", "kim_minji_ch4.ipynb"],
        ["ada/ch3.ipynb", "Ada/ch4.ipynb"],
        ["ada/ch3.ipynb", "ada /ch4.ipynb", "bob/ch3.ipynb"],
        ["kim.ipynb", "kim-1.ipynb"],
    ],
)
def test_two_spellings_of_one_name_are_named(tmp_path, names):
    found = doubts(plan_of(tmp_path, names))
    assert "may be" in found or "two names" in found


def test_a_spelling_that_the_class_does_not_know_is_named(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    room.add_learner("kim", "kim")
    assert "'Kim', 'kim'" in doubts(plan_of(tmp_path, ["Kim_ch3.ipynb"], room))
    assert not plan_of(tmp_path, ["kim_ch3.ipynb"], room).doubts


@pytest.mark.parametrize(
    "name",
    [
        "Untitled7.ipynb",
        "homework.ipynb",
        "kim_final.ipynb",
        "과제3.ipynb",
        "hw3_attempt_2024-03-01-10-20-30_kim.ipynb",
        "ch3x.ipynb",
    ],
)
def test_an_id_that_looks_like_a_files_name_is_named(tmp_path, name):
    assert "no names of people" in doubts(plan_of(tmp_path, [name, "lee.ipynb"], layout="files"))


def test_folders_that_are_no_peoples_are_named(tmp_path):
    plan = plan_of(tmp_path, ["week1/kim_ch3.ipynb", "week2/lee_ch3.ipynb"])
    assert "week1, week2" in doubts(plan)
    plan = plan_of(tmp_path, ["week1/kim_ch3.ipynb", "week2/lee_ch3.ipynb"], layout="files")
    assert (who(plan), plan.doubts) == (["kim", "lee"], [])


def test_folders_of_gradescope_are_named(tmp_path):
    names = [f"assignment_77_export/submission_{n}/ch3.ipynb" for n in (1, 2)]
    assert "submission_1, submission_2" in doubts(plan_of(tmp_path, names))


def test_names_of_blackboard_are_named(tmp_path):
    names = [f"gradebook_CS_Attention_{who}_attempt_2024-03-01-10-20-30_ch3.ipynb" for who in "ab"]
    assert "no names of people" in doubts(plan_of(tmp_path, names))


def test_a_notebook_whose_name_tells_nobody_is_named(tmp_path):
    plan = plan_of(tmp_path, ["kim_ch3.ipynb", "ch3_attention-1.ipynb"])
    assert who(plan) == ["kim"]
    assert "name no learner by the layout files: ch3_attention-1.ipynb" in doubts(plan)


@pytest.mark.parametrize("second", ["kim_ch3 (1).ipynb", "ch3_kim.ipynb", "kim_ch3 - Copy.ipynb"])
def test_two_loose_files_of_one_name_are_two_versions_or_two_people(tmp_path, second):
    plan = plan_of(tmp_path, ["kim_ch3.ipynb", second])
    assert who(plan) == ["kim"]
    assert "two versions by 'kim'" in doubts(plan)
    path = zip_of(tmp_path / "same.zip", {"kim_ch3.ipynb": CH3, second: CH3})
    plan = planned_for(tmp_path, path)
    assert (who(plan), plan.doubts) == (["kim"], [])
    assert "is the same file" in plan.left[0][1]


def test_folders_that_a_system_has_copied_are_named(tmp_path):
    for copy in ("kim (1)", "kim - Copy", "kim의 사본", "kim - 복사본"):
        assert "may be" in doubts(plan_of(tmp_path, ["kim/ch3.ipynb", f"{copy}/ch3.ipynb"]))


def test_files_of_two_layouts_in_one_place_are_named(tmp_path):
    names = [*CANVAS3[:2], "kim_ch3.ipynb", "lee_ch3.ipynb"]
    assert f"Canvas or Moodle may have named these files: {names[0]}" in doubts(
        plan_of(tmp_path, names)
    )
    names = [*CANVAS3, "lee_ch3.ipynb"]
    assert "name no learner by the layout canvas: lee_ch3.ipynb" in doubts(plan_of(tmp_path, names))


def test_one_id_with_two_names_in_two_sources_is_named(tmp_path):
    paths = [zip_of(tmp_path / f"{who}.zip", {f"{who}_42_1_ch3.ipynb": CH3}) for who in "ab"]
    plan = planned_for(tmp_path, *paths)
    assert "42 is 'a', but 'b' in b_42_1_ch3.ipynb" in doubts(plan)


def test_an_id_of_the_class_with_another_name_is_named(tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    room.add_learner("42", "Ann Lee")
    assert "42 is 'Ann Lee', but 'zed'" in doubts(plan_of(tmp_path, ["zed_42_1_ch3.ipynb"], room))
    assert not plan_of(tmp_path, ["annlee_42_1_ch3.ipynb"], room).doubts


# Folders on top


CANVAS3 = [f"kim_{n}_88{n}_ch3.ipynb" for n in range(3)]


@pytest.mark.parametrize("top", ["submissions/", "Downloads/submissions (1)/", "hw3/"])
@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (CANVAS3, ["0", "1", "2"]),
        (
            ["Kim_7_assignsubmission_file_/ch3.ipynb", "Lee_8_assignsubmission_file_/ch3.ipynb"],
            ["7", "8"],
        ),
        (["ada/ch3.ipynb", "bob/ch3.ipynb"], ["ada", "bob"]),
        (["ada_ch3.ipynb", "bob_ch3.ipynb"], ["ada", "bob"]),
        (["ada/ch3.ipynb"], ["ada"]),
    ],
)
def test_a_common_folder_on_top_is_seen_through(tmp_path, top, names, ids):
    plan = plan_of(tmp_path, [top + name for name in names])
    assert (who(plan), plan.doubts) == (ids, [])
    assert plan.parts[0].top.folders == top


def test_a_learner_who_is_alone_chooses_nobody_by_what_is_in_the_folder(tmp_path):
    room = Classroom.open_or_create(tmp_path / "another class")
    room.add_learner("eve", "eve")
    for inner in (["ada/ch3.ipynb", "bob/ch3.ipynb"], ["ada_42_1_ch3.ipynb"]):
        assert "'eve'" in doubts(plan_of(tmp_path, [f"eve/{name}" for name in inner]))
        assert who(plan_of(tmp_path, [f"eve/{name}" for name in inner], room)) == ["eve"]


def test_a_class_of_one_learner_is_understood(tmp_path):
    assert who(plan_of(tmp_path, ["ada/ch3.ipynb", "ada/ch4.ipynb"])) == ["ada"]
    assert who(plan_of(tmp_path, ["Ada_17_assignsubmission_file_/ch3.ipynb"])) == ["17"]
    assert who(plan_of(tmp_path, ["ada_42_1_ch3.ipynb"])) == ["42"]
    assert who(plan_of(tmp_path, ["ada_ch3.ipynb"])) == ["ada"]


def test_loose_files_in_one_folder_are_doubtful_and_the_layout_settles_it(tmp_path):
    names = [f"CS101/{who}_ch3.ipynb" for who in ("kim", "lee")]
    assert "'CS101'" in doubts(plan_of(tmp_path, names))
    plan = plan_of(tmp_path, names, layout="files")
    assert (who(plan), plan.doubts) == (["kim", "lee"], [])


def test_more_than_two_files_of_one_chapter_for_one_learner_are_refused(tmp_path):
    names = [f"cs/{n}.ipynb" for n in "abc"]
    plan = plan_of(tmp_path, [*names, "lee/ch3.ipynb"])
    assert who(plan) == ["lee"]
    assert "cs has 3 files of ch3_attention" in doubts(plan)
    assert {left(plan)[name] for name in names} == {"one of 3 files of ch3_attention by cs"}


def test_more_notebooks_than_answers_are_named(tmp_path):
    names = [f"{who}/{n}_ch3.ipynb" for who in "abc" for n in range(2)]
    assert "6 notebooks are 3 answers" in doubts(plan_of(tmp_path, names))


# Nobody chooses to be another


LETTERS = st.text(st.sampled_from("ab1_김"), max_size=9)


@given(
    name=LETTERS,
    id=st.integers(1, 99),
    number=st.integers(1, 999),
    file=st.text(st.sampled_from("ab19_ LATE-김."), min_size=1, max_size=14),
    late=st.booleans(),
    others=st.dictionaries(st.integers(1, 99).map(str), LETTERS, max_size=60),
)
@settings(max_examples=400)
def test_no_name_of_a_user_or_a_file_in_canvas_makes_a_learner_another(
    name, id, number, file, late, others
):
    path = f"{name}_{'LATE_' if late else ''}{id}_{number}_{file}"
    possible = readings(path, "canvas", STEMS)
    assert str(id) in {one.id for one in possible}
    for roster in (None, {**others, str(id): "whoever"}, {**others, str(id): name}):
        chosen = one_reading(possible, roster)
        assert chosen is None or chosen.id == str(id)


@given(
    name=st.text(st.sampled_from("ab1 김'-."), min_size=1, max_size=9),
    id=st.integers(1, 99),
    file=st.lists(st.sampled_from(["_", "7", "a", "_42_assignsubmission_file_"]), min_size=1),
    folders=st.sampled_from(["_assignsubmission_file_/x", "_assignsubmission_file_"]),
)
@settings(max_examples=300)
def test_no_name_of_a_file_in_moodle_makes_a_learner_another(name, id, file, folders):
    path = f"{name}_{id}{folders}{''.join(file)}"
    assert {one.id for one in readings(path, "moodle", STEMS)} <= {str(id)}
    assert likely_layout([path]) == "moodle" or not readings(path, "moodle", STEMS)


PIECES = (
    "ada|김민지|/|_|42|7|ch3|.ipynb|.txt| (1)|-1|LATE_|\\|_assignsubmission_file_|text.html|anon_|"
    "..|\x1b[2J|submissions| |의 사본|Copy of "
).split("|")


@given(
    names=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)),
    layout=st.sampled_from([None, *LAYOUTS]),
    roster=st.sampled_from([None, {"42": "ada", "7": "Kim"}, {"ada": "Ada", "김민지": "김민지"}]),
    chapter=st.sampled_from([None, "ch3_attention"]),
)
@settings(max_examples=150)
def test_of_any_names_each_file_is_taken_or_left_with_a_reason(
    tmp_path_factory, names, layout, roster, chapter
):
    folder = tmp_path_factory.mktemp("any")
    members = {name: SMALL + b" " * number for number, name in enumerate(names)}
    plan = planned_for(
        folder, zip_of(folder / "in.zip", members), layout=layout, roster=roster, chapter=chapter
    )
    taken = [one.claim.path for one in plan.new]
    files = [one.path for one in plan.parts[0].source.files]
    assert sorted(taken + [path for path, _ in plan.left if path in files]) == sorted(files)
    assert all(why for _, why in plan.left)
    assert len({one.learner_and_chapter for one in plan.new}) == len(plan.new)
    assert all("\x1b" not in line for line in [*plan_lines(plan), doubts(plan)])
