"""The command that collects: it shows before it writes, stops where it doubts, and is alone."""

import os
import stat
import subprocess
import sys
import unicodedata
import zipfile

import pytest

from attention_course.cli import main
from attention_course.grading import classroom, locks
from attention_course.grading.classroom import Classroom
from attention_course.grading.intake import planned, write_plan
from attention_course.grading.plan import Options
from attention_course.grading.shown import shown
from handed_in import collect
from submissions import ASSIGNMENTS, SOURCES, as_bytes, notebook

GOOD = as_bytes(notebook("ch3_attention"))
WHERE = ["--assignments", str(SOURCES)]


@pytest.fixture
def source(tmp_path):
    """Two learners' folders."""
    for name in ("ada", "김민지"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ch3_attention.ipynb").write_bytes(GOOD)
    return tmp_path / "in"


@pytest.fixture
def doubtful(tmp_path):
    """A file of Canvas that may be of one or of another learner, beside a clear one."""
    (tmp_path / "canvas").mkdir()
    for name in ("lee_4711_88001_ch3.ipynb", "lee_4711_9999_88002_ch3.ipynb"):
        (tmp_path / "canvas" / name).write_bytes(GOOD)
    return tmp_path / "canvas"


def command(*words) -> int:
    return main(["grade", "collect", *map(str, words), *WHERE])


def test_what_was_understood_is_shown_and_then_taken(source, tmp_path, capsys):
    (source / "ada" / "notes.txt").write_text("x")
    assert command(tmp_path / "class", source) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{source}: 3 files, read by the layout folders"
    assert "  ada: ch3_attention, new: ada/ch3_attention.ipynb" in lines
    assert "  김민지: ch3_attention, new: 김민지/ch3_attention.ipynb" in lines
    assert "  left: ada/notes.txt: not a notebook" in lines
    assert lines[-1] == "2 learners, 2 submissions"


def test_a_dry_run_writes_nothing_and_not_even_the_folder(source, tmp_path, capsys):
    assert command(tmp_path / "class", source, "--dry-run") == 0
    assert "2 learners handed in: 2 new, 0 known, 0 left" in capsys.readouterr().out
    assert not (tmp_path / "class").exists()


def test_a_dry_run_into_a_class_changes_no_byte_of_it(source, tmp_path):
    assert command(tmp_path / "class", source) == 0
    before = {file: file.read_bytes() for file in (tmp_path / "class").rglob("*") if file.is_file()}
    (source / "ada" / "ch3_attention.ipynb").write_bytes(GOOD + b" ")
    assert command(tmp_path / "class", source, "--dry-run") == 0
    assert before == {
        file: file.read_bytes() for file in (tmp_path / "class").rglob("*") if file.is_file()
    }


def test_with_a_doubt_nothing_is_written_and_the_option_is_named(doubtful, tmp_path, capsys):
    assert command(tmp_path / "class", doubtful) == 2
    printed = capsys.readouterr()
    assert "left: lee_4711_9999_88002_ch3.ipynb: it may be of 4711 (lee) or of 9999" in printed.out
    assert "what settles it: --roster FILE.csv" in printed.err
    assert "--accept takes all as it is shown; nothing was written" in printed.err
    assert not (tmp_path / "class").exists()


def test_what_was_shown_is_taken_where_its_doubts_are_accepted(doubtful, tmp_path):
    assert command(tmp_path / "class", doubtful, "--accept") == 0
    assert set(Classroom.open(tmp_path / "class").submissions()) == {("4711", "ch3_attention")}


def test_a_roster_settles_a_doubt(doubtful, tmp_path):
    (doubtful / "lee_4711_88001_ch3.ipynb").unlink()
    (tmp_path / "roster.csv").write_text("id,name\n9999,Lee 4711\n100,Kim\n", encoding="utf-8")
    assert command(tmp_path / "class", doubtful, "--roster", tmp_path / "roster.csv") == 0
    room = Classroom.open(tmp_path / "class")
    assert set(room.submissions()) == {("9999", "ch3_attention")}
    assert set(room.learners()) == {"9999", "100"}


def test_no_name_of_a_file_writes_to_the_terminal(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("a\x1b[2J\n\u202e/ch3.ipynb", "b/\x1b]0;x\x07.ipynb", "김민지/\x1b[1m.txt"):
            archive.writestr(name, GOOD if "ipynb" in name else b"")
    command(tmp_path / "class", tmp_path / "in.zip", "--dry-run")
    printed = "".join(capsys.readouterr())
    assert all(one == "\n" or unicodedata.category(one)[0] != "C" for one in printed)
    assert r"a\x1b[2J\n\u202e/ch3.ipynb" in printed
    assert "김민지" in printed


def test_a_text_is_shown_in_every_script_and_on_one_line():
    assert shown("김민지 Jörg 'x'") == "김민지 Jörg 'x'"
    assert shown("\x1b[2J\r\n\u202e\u2028") == r"\x1b[2J\r\n\u202e\u2028"
    assert shown("\udcc0") == r"\udcc0"


def test_who_of_the_roster_has_handed_in_nothing_is_told_by_chapter(source, tmp_path, capsys):
    (tmp_path / "roster.csv").write_text(
        "id,name\nada,Ada\n김민지,김민지\n4412,임수빈\n", encoding="utf-8"
    )
    roster = ["--roster", tmp_path / "roster.csv"]
    printed = "  nothing for ch3_attention so far from: 1 learner (4412 임수빈)\n"
    assert command(tmp_path / "class", source, *roster, "--dry-run") == 0
    assert printed in capsys.readouterr().out
    assert command(tmp_path / "class", source, *roster) == 0
    assert printed in capsys.readouterr().out
    (tmp_path / "late" / "4412").mkdir(parents=True)
    (tmp_path / "late" / "4412" / "ch3.ipynb").write_bytes(GOOD)
    assert command(tmp_path / "class", tmp_path / "late") == 0
    assert "so far from" not in capsys.readouterr().out
    (tmp_path / "late" / "4412" / "ch3.ipynb").write_bytes(as_bytes(notebook("ch4_self_attention")))
    assert command(tmp_path / "class", tmp_path / "late") == 0
    absent = "nothing for ch4_self_attention so far from: 2 learners\n    ada Ada\n    김민지\n"
    assert absent in capsys.readouterr().out


# Where a class may be


def test_a_class_and_its_source_never_lie_in_each_other(source, tmp_path, capsys):
    for room, place in ((source / "class", source), (source, source), (tmp_path, source)):
        assert command(room, place) == 2
        assert "expected the class outside of what is collected" in capsys.readouterr().err
    assert not (source / "class").exists()


def test_a_zip_may_lie_in_the_class(source, tmp_path):
    assert command(tmp_path / "class", source) == 0
    with zipfile.ZipFile(tmp_path / "class" / "more.zip", "w") as archive:
        archive.writestr("bob/ch3.ipynb", GOOD)
    assert command(tmp_path / "class", tmp_path / "class" / "more.zip") == 0


def test_a_folder_that_holds_something_else_is_no_class_and_keeps_its_mode(
    source, tmp_path, capsys
):
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home" / "thesis.txt").write_text("x")
    before = stat.S_IMODE((tmp_path / "home").stat().st_mode)
    assert command(tmp_path / "home", source) == 2
    assert "holds something else; name a new folder" in capsys.readouterr().err
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == before
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["thesis.txt"]


def test_an_empty_folder_that_others_can_read_is_not_closed_in_silence(source, tmp_path, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class").chmod(0o755)
    assert command(tmp_path / "class", source) == 2
    assert "chmod 700" in capsys.readouterr().err
    assert stat.S_IMODE((tmp_path / "class").stat().st_mode) == 0o755
    (tmp_path / "class").chmod(0o700)
    assert command(tmp_path / "class", source) == 0


def test_a_new_class_can_be_read_by_its_owner_only(source, tmp_path):
    assert command(tmp_path / "deep" / "class", source) == 0
    assert stat.S_IMODE((tmp_path / "deep" / "class").stat().st_mode) == 0o700


def test_a_file_is_no_class(source, tmp_path, capsys):
    (tmp_path / "class").write_text("x")
    assert command(tmp_path / "class", source) == 2
    assert "expected a folder for the class, got a file" in capsys.readouterr().err


# One at a time


def test_only_one_collects_at_a_time(source, tmp_path, capsys):
    assert command(tmp_path / "class", source) == 0
    with Classroom.open(tmp_path / "class").lock_collecting():
        assert command(tmp_path / "class", source) == 2
    assert "expected to be the only one that collects" in capsys.readouterr().err
    assert command(tmp_path / "class", source) == 0


def test_a_plan_is_not_written_into_a_class_that_has_changed_since(source, tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    with planned(room, [source], Options(list(ASSIGNMENTS))) as plan:
        Classroom(tmp_path / "class").add_learner("bob", "bob")
        with pytest.raises(RuntimeError, match="got changes by another collection"):
            write_plan(room, plan)
    assert list(Classroom(tmp_path / "class").learners()) == ["bob"]


def test_a_file_that_changes_after_it_was_planned_is_refused(source, tmp_path):
    room = Classroom.open_or_create(tmp_path / "class")
    with planned(room, [source], Options(list(ASSIGNMENTS))) as plan:
        (source / "ada" / "ch3_attention.ipynb").write_bytes(GOOD + b" ")
        with pytest.raises(
            ValueError, match=r"expected ada/ch3_attention\.ipynb as it was planned"
        ):
            write_plan(room, plan)


def test_of_many_that_collect_at_once_no_two_learners_get_one_folder(tmp_path):
    sources = []
    for number in range(3):
        sources.append(tmp_path / f"in{number}.zip")
        with zipfile.ZipFile(sources[-1], "w") as archive:
            for learner in range(20):
                archive.writestr(f"{number}-{learner:03d}/ch3.ipynb", GOOD)
    words = [sys.executable, "-m", "attention_course.cli", "grade", "collect"]
    running = [
        subprocess.Popen(
            [*words, str(tmp_path / "class"), str(one), *WHERE],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for one in sources
    ]
    for one in running:
        error = one.communicate()[1]
        assert one.returncode == 0 or "run the same command again" in error
    for one in sources:
        assert command(tmp_path / "class", one) == 0
    learners = Classroom.open(tmp_path / "class").learners()
    assert len(learners) == len({one.folder for one in learners.values()}) == 60


def test_without_file_locks_the_command_names_what_it_needs(source, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)  # as on Windows
    with pytest.raises(RuntimeError, match="needs Linux, or WSL"):
        locks.file_locks()
    for words in (["collect", str(tmp_path / "class"), str(source)], ["run", str(tmp_path)]):
        assert main(["grade", *words, *WHERE]) == 2
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1
        assert "needs Linux, or WSL on Windows" in printed.err
    assert not (tmp_path / "class").exists()


def test_everything_of_the_grader_can_be_imported_without_file_locks():
    code = (
        "import sys, pkgutil, importlib\nsys.modules['fcntl'] = None\n"
        "import attention_course.grading as wing\n"
        "for one in pkgutil.iter_modules(wing.__path__):\n"
        "    importlib.import_module(f'attention_course.grading.{one.name}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# What is broken


def test_a_zip_with_a_damaged_list_is_refused_in_words(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("ada/ch3.ipynb", GOOD)
        archive.writestr("bob/ch3.ipynb", GOOD)
    data = bytearray((tmp_path / "in.zip").read_bytes())
    start = data.index(b"PK\x01\x02")
    data[start : start + 4] = b"XXXX"
    (tmp_path / "in.zip").write_bytes(data)
    assert command(tmp_path / "class", tmp_path / "in.zip") == 2
    printed = capsys.readouterr().err
    assert "damaged list of its files" in printed
    assert "download it again" in printed
    assert printed.count("\n") == 1


def test_a_folder_that_cannot_be_read_is_named(source, tmp_path, capsys, monkeypatch):
    scandir = os.scandir

    def locked(path):
        if str(path).endswith("ada"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    assert command(tmp_path / "class", source) == 2
    printed = capsys.readouterr()
    assert "left: ada: a folder that cannot be read (Permission denied)" in printed.out
    assert "these folders cannot be read: ada" in printed.err


def test_a_zip_with_a_password_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("ada/ch3.ipynb", GOOD)
        archive.writestr("bob/ch3.ipynb", GOOD)
    data = bytearray((tmp_path / "in.zip").read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "in.zip").write_bytes(data)
    plan = collect(Classroom.open_or_create(tmp_path / "class"), tmp_path / "in.zip")
    assert plan.left == [("ada/ch3.ipynb", "cannot be unpacked: it is locked with a password")]


def test_a_full_disk_is_told_in_words_and_the_same_command_goes_on(
    source, tmp_path, capsys, monkeypatch
):
    write = classroom.write

    def full(file, data):
        if file.suffix == ".ipynb":
            raise OSError(28, "expected to write, got: No space left on device; make room")
        write(file, data)

    monkeypatch.setattr(classroom, "write", full)
    assert command(tmp_path / "class", source) == 2
    printed = capsys.readouterr().err
    assert "No space left on device" in printed
    assert "Traceback" not in printed
    monkeypatch.setattr(classroom, "write", write)
    assert command(tmp_path / "class", source) == 0
    assert len(Classroom.open(tmp_path / "class").submissions()) == 2
