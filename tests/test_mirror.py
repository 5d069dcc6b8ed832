"""The second copy: whole, verified, two generations; a lost drive costs the copy, never the run."""

import errno
import os
import shutil
import signal
import sys
import types

import pytest

from attention_course import data
from attention_course.runs.experiment import JUDGED, fit, judge, prepare
from attention_course.runs.trained import FITTED
from attention_course.store import checkpoint, files, mirror
from attention_course.training import trainer
from damage import loaded_step, save_step
from small_runs import RUN, same


def trained_on(machine, drive, resume=None):
    """Train in a machine's folder with copies on a drive; give the model."""
    corpus = data.load(RUN)
    trained = prepare(RUN, corpus)
    progress = fit(trained, corpus, machine, resume, drive)
    judge(trained, corpus, progress, machine, drive)
    return trained.model.state_dict()


@pytest.fixture
def folders(tmp_path):
    """A folder of this machine with three saved steps, and one on a drive."""
    here, drive = tmp_path / "here", tmp_path / "drive"
    for step in (1, 2, 3):
        save_step(here, step)
        mirror.copy_checkpoint(here, drive)
    return here, drive


def test_a_copy_holds_the_newest_two_generations_and_loads(folders):
    here, drive = folders
    assert loaded_step(drive) == 3
    assert checkpoint.generations(drive) == [3, 2]
    assert sorted(file.name for file in drive.iterdir()) == sorted(
        file.name for file in here.iterdir()
    )


def test_a_damaged_copy_falls_back_to_the_older_one(folders):
    _, drive = folders
    newest, _ = checkpoint.pair(drive, 3)
    newest.write_bytes(newest.read_bytes()[:-1])
    assert loaded_step(drive) == 2


def test_a_damaged_checkpoint_is_not_copied_over_a_whole_one(folders):
    here, drive = folders
    newest, _ = checkpoint.pair(here, 3)
    newest.write_bytes(b"half")
    mirror.copy_checkpoint(here, drive)
    assert loaded_step(drive) == 3


def test_what_leaves_the_drive_leaves_it_empty(folders, monkeypatch):
    here, drive = folders
    sizes = []
    unlink = type(here).unlink

    def weighed(file, *arguments, **options):
        sizes.append(file.stat().st_size if file.exists() else 0)
        unlink(file, *arguments, **options)

    save_step(here, 4)
    monkeypatch.setattr(type(here), "unlink", weighed)
    mirror.copy_checkpoint(here, drive)
    assert sizes == [0, 0]
    assert checkpoint.generations(drive) == [4, 3]


def test_a_disconnected_run_goes_on_from_the_drive_on_the_very_same_trajectory(
    tmp_path, monkeypatch
):
    expected = trained_on(tmp_path / "whole", None, resume=False)
    drive, update = tmp_path / "drive", trainer.Trainer.update

    def cut_off(self, batch, steps):
        if self.progress.step == 9:
            os.kill(os.getpid(), signal.SIGINT)
        return update(self, batch, steps)

    with monkeypatch.context() as patched:
        patched.setattr(trainer.Trainer, "update", cut_off)
        with pytest.raises(KeyboardInterrupt):
            trained_on(tmp_path / "machine", drive)
    shutil.rmtree(tmp_path / "machine")  # Colab takes its machine back
    assert same(trained_on(tmp_path / "another machine", drive), expected)
    assert {*FITTED, *JUDGED, "checkpoint"} <= {file.name for file in drive.iterdir()}


def test_a_finished_run_is_not_trained_again(tmp_path, monkeypatch):
    first = trained_on(tmp_path / "machine", tmp_path / "drive")
    monkeypatch.setattr(trainer.Trainer, "update", lambda *_: pytest.fail("trained again"))
    assert same(trained_on(tmp_path / "another machine", tmp_path / "drive"), first)


def test_with_nothing_stored_resume_if_stored_starts_anew(tmp_path):
    assert same(
        trained_on(tmp_path / "a", tmp_path / "nothing yet"),
        trained_on(tmp_path / "b", None, resume=False),
    )


def test_a_drive_that_vanishes_costs_the_copies_and_not_the_run(tmp_path, monkeypatch, capsys):
    expected = trained_on(tmp_path / "whole", None, resume=False)
    write = files.write

    def lost(file, content):
        if "drive" in file.parts:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN), str(file))
        write(file, content)

    monkeypatch.setattr(files, "write", lost)
    assert same(trained_on(tmp_path / "machine", tmp_path / "drive"), expected)
    output = capsys.readouterr().out
    assert "Training goes on" in output
    assert "No copy of the finished run" in output
    assert checkpoint.load(tmp_path / "machine" / "checkpoint").warning is None


def test_a_drive_that_gives_back_other_bytes_is_noticed(folders, monkeypatch):
    here, drive = folders
    save_step(here, 4)
    write = files.write
    monkeypatch.setattr(files, "write", lambda file, content: write(file, content[:-1]))
    assert "is damaged" in mirror.keep_checkpoint(here, drive)
    assert loaded_step(drive) == 3


def colab(monkeypatch, mount):
    """Stand in for Colab's own module."""
    inside = types.ModuleType("google.colab")
    inside.drive = types.SimpleNamespace(mount=mount)
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", inside)


def test_drive_is_mounted_in_colab_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert mirror.drive_folder("ch3") is None
    assert "Not in Colab" in capsys.readouterr().out
    colab(monkeypatch, lambda path: (tmp_path / "drive" / "MyDrive").mkdir(parents=True))
    assert mirror.drive_folder("ch3") == tmp_path / "drive" / "MyDrive" / "attention-course" / "ch3"


def test_who_says_no_to_drive_trains_without_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def refused(path):
        raise ValueError("mount failed")

    colab(monkeypatch, refused)
    assert mirror.drive_folder("ch3") is None
    assert "mount failed" in capsys.readouterr().out
