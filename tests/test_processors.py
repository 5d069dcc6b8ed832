"""How many processors may be used: the share that this process has, not what the machine has."""

import os

import pytest

from attention_course import processors


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of 64 processors whose control groups are files of the test."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: set(range(64)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(processors, "OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(processors, "CONTROL_GROUPS", tmp_path)

    def put(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return put


def test_without_control_groups_all_that_the_system_allows_are_counted(machine):
    assert processors.count() == 64


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000", 64),
        ("200000 100000", 2),
        ("150000 100000", 1),
        ("250000 100000", 2),
        ("5000 100000", 1),
        ("", 64),
    ],
)
def test_a_container_has_the_processors_that_its_quota_gives(machine, quota, expected):
    machine("own", "0::/\n")
    machine("cpu.max", quota)
    assert processors.count() == expected


def test_the_narrowest_of_the_groups_around_decides(machine):
    machine("own", "0::/jobs/mine\n")
    machine("jobs/mine/cpu.max", "800000 100000")
    machine("jobs/cpu.max", "300000 100000")
    assert processors.count() == 3


@pytest.mark.parametrize(("quota", "expected"), [(400000, 4), (-1, 64)])
def test_version_1_of_control_groups_is_read_too(machine, quota, expected):
    machine("own", "3:cpuset:/\n2:cpu,cpuacct:/docker/abc\n1:memory:/docker/abc\n")
    machine("cpu/docker/abc/cpu.cfs_quota_us", f"{quota}\n")
    machine("cpu/docker/abc/cpu.cfs_period_us", "100000\n")
    assert processors.count() == expected


def test_processors_that_the_process_is_pinned_to_are_counted(machine, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {3, 5}, raising=False)
    machine("own", "0::/\n")
    machine("cpu.max", "800000 100000")
    assert processors.count() == 2


def test_a_system_without_pinning_and_control_groups_counts_its_processors(machine, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processors.count() == 64
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors.count() == 1


def test_the_share_of_this_machine_can_be_read():
    assert 1 <= processors.count() <= (os.cpu_count() or 1)
    assert processors.quota(processors.OWN_GROUP, processors.CONTROL_GROUPS) > 0
