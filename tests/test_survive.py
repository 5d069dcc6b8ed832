"""The crash program in its short form: killed trainings end bit for bit, damage is noticed."""

import random

import pytest

import survive
import training_to_kill
from attention_course.course import read_run
from harms import HARMS


def test_killed_trainings_end_as_if_nobody_had_killed_them(tmp_path):
    measured = survive.program(kills=2, harms=5, jobs=1, seed=0, folder=tmp_path)
    killed = measured["killed"]
    assert killed["kills"] == killed["usable"] == killed["equal"] == 2
    assert killed["usable while saving"] == killed["while saving"]
    assert sum(killed["left"].values()) == 2
    for counts in measured["damaged"].values():
        assert counts["times"] == counts["noticed"] == counts["older used"] == 5


def test_the_training_that_is_killed_has_all_that_could_go_astray():
    run = training_to_kill.RUN
    assert all((run.dropout, run.word_dropout, run.averaging))
    batches = -(-run.train_pairs // run.batch_size)
    assert batches * run.epochs == training_to_kill.UPDATES
    assert read_run(run.to_dict()) == run


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_harm_always_changes_the_file(harm):
    rng, content = random.Random(0), bytes(range(256)) * 4
    for _ in range(50):
        assert harm(content, rng) != content


def test_a_marker_says_what_a_training_is_doing(tmp_path):
    marker = training_to_kill.Marker(tmp_path / "run")
    assert marker.read() == (0, 0)
    marker.write(300, 299)
    assert marker.read() == (300, 299)
