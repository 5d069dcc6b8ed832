"""A batch goes on after any stop, does nothing twice, and blames no learner for a machine."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

import submissions
from attention_course.grading import batch
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.sandbox import Box, Sandbox, SandboxError, bubblewrap, no_sandbox
from attention_course.grading.selftest import broken_by_probe, find_box
from submissions import (
    ASSIGNMENTS,
    KEY,
    QUICK,
    as_bytes,
    class_of,
    graded,
    grades,
    notebook,
    of,
    started,
)

pytestmark = submissions.needs_bubblewrap
STEM = "ch1_bottleneck"
GOOD = as_bytes(notebook(STEM))
WRONG = as_bytes(notebook(STEM, {"padding_mask": "def padding_mask(a, b):\n    return a\n"}))


def lines(room: Classroom) -> int:
    return sum(1 for _ in room.results.read())


def comparable(found):
    """What a gradebook says, without times."""
    return [(one.learner, one.item, one.status, one.points, one.says, one.answer) for one in found]


@pytest.fixture
def room(tmp_path):
    return class_of(tmp_path / "class", {"ann": GOOD, "bob": WRONG}, STEM)


def test_a_second_batch_finds_nothing_to_do(room):
    first = comparable(graded(room))
    assert comparable(graded(room)) == first
    assert lines(room) == 2


def test_only_some_learners_or_chapters_are_graded_if_only_they_are_asked_for(room):
    assert {one.learner for one in graded(room, only=["bob"])} == {"bob"}
    assert {one.learner for one in graded(room, only=[STEM])} == {"ann", "bob"}
    with pytest.raises(ValueError, match="got cat"):
        graded(room, only=["cat"])


def test_all_are_graded_again_if_that_is_asked_for(room):
    graded(room)
    graded(room, again=True, only=["ann"])
    assert lines(room) == 3


def test_another_key_or_another_submission_is_graded_anew(room):
    graded(room)
    ann = room.learners()["ann"]
    room.add_submission(ann, STEM, WRONG, "x.ipynb", False)
    found = of("ann", graded(room))
    assert found["ch1.padding_mask"].points == 0
    assert lines(room) == 3
    with batch.thread_pool(1) as executor:
        batch.run(room, ASSIGNMENTS, KEY + b"2", bubblewrap(True), executor, 1, QUICK)
    assert lines(room) == 5


def test_an_answer_is_judged_alike_with_every_key(room):
    for key in (b"one key of sixteen", b"another key, longer"):
        with batch.thread_pool(1) as executor:
            batch.run(room, ASSIGNMENTS, key, bubblewrap(True), executor, 1, QUICK)
        found = grades(room)
        assert sum(one.automatic or 0 for one in of("ann", found).values()) == 10
        assert sum(one.automatic or 0 for one in of("bob", found).values()) == 8


def test_without_walls_of_their_own_answers_are_judged_alike_in_fresh_boxes(room):
    fast, slow = comparable(graded(room)), comparable(graded(room, bubblewrap(False), again=True))
    assert fast == slow


def test_a_busy_machine_changes_no_grade(tmp_path):
    """An answer that works for a while, and waits long for the processor, is no slow answer."""
    works = "def padding_mask(lengths, size):\n    import time\n    begin = time.process_time()\n"
    works += "    while time.process_time() - begin < 0.2: pass\n"
    works += "    return torch.arange(size) < lengths[:, None]\n"
    files = {"ann": as_bytes(notebook(STEM, {"padding_mask": works})), "bob": WRONG}
    alone = comparable(graded(class_of(tmp_path / "alone", files, STEM)))
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(3 * (os.cpu_count() or 1))
    ]
    try:
        beside = comparable(graded(class_of(tmp_path / "beside", files, STEM)))
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert beside == alone
    assert ("ann", "ch1.padding_mask", "graded", 2.0) in [one[:4] for one in alone]


def test_two_graders_of_one_class_do_not_meet(room):
    with room.lock_grading(), pytest.raises(RuntimeError, match="expected to be the only grader"):
        graded(room)


def test_a_sandbox_that_fails_makes_grades_pending_and_the_next_batch_judges_them(room):
    gone = Box("gone", ("/nothing/of/this/name",), True)
    found = graded(room, gone)
    functions = [one for one in found if one.item[4:].split("_")[0] not in ("predict", "words")]
    assert {(one.status, one.points) for one in functions} == {("infra-error", None)}
    assert "does not start" in functions[0].says
    assert {one.status for one in graded(room)} == {"graded", "needs-manual"}


def test_a_server_that_is_killed_between_answers_is_started_again(room):
    with batch.thread_pool(1) as executor:
        batch.run(room, ASSIGNMENTS, KEY, bubblewrap(True), executor, 1, QUICK, only=["ann"])
        for sandbox in batch.POOL.in_use:
            if sandbox.process:
                sandbox.process.kill()
        batch.run(room, ASSIGNMENTS, KEY, bubblewrap(True), executor, 1, QUICK)
    assert {one.status for one in grades(room)} == {"graded", "needs-manual"}


def test_a_copy_that_was_changed_or_lost_is_no_answers_fault_and_stops_no_batch(room):
    [ann, bob] = room.submissions().values()
    (room.root / ann.file).write_bytes(WRONG)
    found = graded(room)
    assert {one.status for one in of("ann", found).values()} == {"infra-error"}
    assert "graded" in {one.status for one in of("bob", found).values()}
    (room.root / bob.file).unlink()
    assert {one.status for one in of("bob", graded(room, again=True)).values()} == {"infra-error"}


def test_the_self_test_finds_what_a_leaking_sandbox_lets_through(tmp_path, monkeypatch):
    assert find_box().name == "bubblewrap"
    whole = bubblewrap(walled=False).command
    room = str(tmp_path)
    index = whole.index("--proc")
    words = (*whole[:index], "--bind", room, room, *whole[index:])
    monkeypatch.setattr(tempfile, "tempdir", room)
    assert "read a file of the class" in broken_by_probe(Box("leaking", words, False))


def test_a_self_test_without_a_sandbox_finds_what_an_answer_could_do():
    broken = set(broken_by_probe(no_sandbox()))
    assert {"read a file of the class", "wrote a file of the class"} <= broken
    assert "found the course's own answers" in broken


def test_the_network_has_two_walls():
    words = tuple(word for word in bubblewrap(False).command if word != "--unshare-net")
    assert broken_by_probe(Box("leaking", words, False)) == []  # the kernel refuses sockets


def test_without_a_sandbox_nothing_is_graded_unless_it_is_asked_for(room, tmp_path):
    (tmp_path / "bin").mkdir()
    environment = os.environ | {"PATH": str(tmp_path / "bin")}
    command = [sys.executable, "-m", "attention_course.cli", "grade", "run", str(room.root)]
    command += ["--assignments", str(submissions.SOURCES)]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "expected a sandbox that holds, got none" in refused.stderr
    assert "apt install bubblewrap" in refused.stderr
    assert lines(room) == 0
    process = subprocess.run(
        [*command, "--unsafe-no-sandbox"], env=environment, capture_output=True, text=True
    )
    assert "learners' code can do all that you can do" in process.stderr
    assert lines(room) == 2


def test_a_reply_that_is_not_one_is_the_sandboxs_fault():
    silent = Sandbox(Box("echo", ("/bin/echo", "hello, hello, hello"), True), QUICK)
    with pytest.raises(SandboxError):
        silent.ask({"cells": []})


def test_a_grader_killed_again_and_again_ends_with_the_gradebook_of_one_never_killed(tmp_path):
    files = {f"learner {number}": (GOOD, WRONG)[number % 2] for number in range(12)}
    never, killed = (class_of(tmp_path / name, files, STEM) for name in ("never", "killed"))
    for room in (never, killed):
        (room.root / "key").write_bytes(KEY)
    assert started(never, 1).wait() == 0
    moments = [0.0, 0.07, 0.2, 0.33]
    for moment in moments:
        process = started(killed, 1)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert lines(killed) < 2 * len(files)
    assert started(killed, 1).wait() == 0
    assert comparable(grades(killed)) == comparable(grades(never))
    with open_gradebook(killed) as gradebook:
        rows = gradebook.connection.execute("SELECT count(*) FROM result").fetchone()[0]
    assert rows == 6 * len(files)
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert str(killed.root) not in left


def test_ctrl_c_keeps_what_is_graded_and_says_how_to_go_on(tmp_path):
    files = {f"learner {number}": GOOD for number in range(40)}
    room = class_of(tmp_path / "class", files, STEM)
    process = subprocess.Popen(
        [sys.executable, "-c", "import signal, sys; signal.signal(signal.SIGINT, "
         "signal.default_int_handler); from attention_course.cli import main; "
         f"sys.exit(main(['grade', 'run', {str(room.root)!r}, '--jobs', '1', '--assignments', "
         f"{str(submissions.SOURCES)!r}]))"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    process.stdout.readline()
    while not lines(room):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, printed = process.communicate(timeout=1800)
    assert process.returncode == 130
    assert "run the same command again" in printed
    assert "Traceback" not in printed
    assert 0 < lines(room) < 40


def test_a_cluster_grades_alike_and_a_worker_that_dies_loses_nothing(tmp_path):
    distributed = pytest.importorskip("distributed")
    files = {f"learner {number}": (GOOD, WRONG)[number % 2] for number in range(16)}
    here, there = (class_of(tmp_path / name, files, STEM) for name in ("here", "there"))
    alone = comparable(graded(here))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as workers:
        victim = next(iter(workers.workers.values())).process.process
        with batch.dask_cluster(workers.scheduler_address) as (executor, width):
            assert width == 2
            executor.submit(os.kill, victim.pid, signal.SIGKILL)
            batch.run(there, ASSIGNMENTS, KEY, bubblewrap(True), executor, width, QUICK)
    assert comparable(grades(there)) == alone
    assert lines(there) == len(files)
