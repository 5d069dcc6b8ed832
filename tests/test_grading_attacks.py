"""No answer changes a grade, reads what is not its own, leaves anything behind or stops a batch."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import attacks
import submissions
from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.keys import draw_inputs
from attention_course.grading.result import PENDING
from attention_course.grading.sandbox import Limits, bubblewrap, open_sandbox
from submissions import KEY, as_bytes, class_of, graded, notebook, of

pytestmark = submissions.needs_bubblewrap
HONEST = ("ann", "bob", "eve")


def request_for(function: str, *cells: str) -> dict:
    """A request for one call of a function without arguments."""
    request = {"cells": list(cells), "function": function, "exercise": "", "marked": [0]}
    return request | {"forbids": [], "removes": [], "cases": [[]]}


NAMES = [*attacks.LINES, *attacks.CELLS]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A class of honest learners among attackers, graded once; and who knocked at the port."""
    folder = tmp_path_factory.mktemp("attacked")
    secret = folder / "secret"
    secret.write_text("a secret outside of the sandbox")
    secret.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        places = {"room": folder / "class", "secret": secret, "port": listening.getsockname()[1]}
        tried = attacks.attacks(**places)
        files = {}
        for number, (name, (code, _)) in enumerate(tried.items()):
            if number % 30 == 0:
                honest = HONEST[number // 30]
                files[honest] = as_bytes(notebook("ch3_attention", words=honest))
            files[name] = as_bytes(notebook("ch3_attention", {"dot_scores": code}, words=name))
        room = class_of(folder / "class", files)
        room.key()
        found = graded(room)
        try:
            knocked = listening.accept()
        except TimeoutError:
            knocked = None
    return room, found, tried, knocked


def test_there_are_at_least_forty_attacks():
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_gets_no_points_and_the_right_status(attacked, name):
    _, found, tried, _ = attacked
    grade = of(name, found)["ch3.dot_scores"]
    status = tried[name][1]
    points = None if status in PENDING else 0
    assert (grade.status, grade.points) == (status, points), grade.says


@pytest.mark.parametrize("name", NAMES)
def test_what_else_an_attacker_handed_in_is_graded_all_the_same(attacked, name):
    _, found, _, _ = attacked
    mine = of(name, found)
    rest = [one for one in mine.values() if one.item != "ch3.dot_scores"]
    assert [(one.item, one.points) for one in rest if one.automatic != one.maximum] == [
        ("ch3.predict_align", None),
        ("ch3.words_attention", None),
    ]


@pytest.mark.parametrize("name", HONEST)
def test_honest_learners_among_attackers_are_graded_as_if_alone(attacked, name, tmp_path):
    _, found, _, _ = attacked
    alone = graded(class_of(tmp_path, {name: as_bytes(notebook("ch3_attention", words=name))}))
    expected = [(one.item, one.status, one.points, one.says, one.answer) for one in alone]
    among = of(name, found).values()
    assert [(one.item, one.status, one.points, one.says, one.answer) for one in among] == expected
    assert sum(one.automatic or 0 for one in among) == 11


def test_nobody_reached_the_network(attacked):
    assert attacked[3] is None


def test_nothing_outlives_its_grading(attacked):
    assert [one.name() for one in psutil.Process().children() if one.name() == "bwrap"] == []
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep 98765" not in left


def test_the_class_is_as_the_grader_left_it(attacked):
    room, found, tried, _ = attacked
    assert not (room.root / "forged").exists()
    assert {one.learner for one in found} == {*HONEST, *tried}
    assert len(list(room.results.read())) == len(HONEST) + len(tried)
    assert (room.root / "key").exists()


def test_no_hidden_input_and_no_expected_value_is_told(attacked):
    _, found, _, _ = attacked
    queries, keys = draw_inputs(EXERCISES["ch3.dot_scores"], KEY)[0]
    scores = queries @ keys.transpose(1, 2)
    secrets = [
        f"{abs(one):.4g}" for one in [*queries.flatten(), *keys.flatten(), *scores.flatten()]
    ]
    messages = " ".join(one.says for one in found)
    assert [one for one in secrets if len(one) > 4 and one in messages] == []
    assert "script" not in messages


def test_an_answer_finds_nothing_that_another_left(tmp_path):
    leave = """import os, socket, sys
for place in ("/scratch/left", "/dev/shm/left"):
    open(place, "w").write("x")
import builtins, torch
builtins.left = torch.left = sys.modules["left"] = 1
try:
    one = socket.socket(socket.AF_UNIX); one.bind("\\0left"); one.listen()
except OSError: pass
return queries"""
    find = """import builtins, os, sys, socket
found = [*map(os.path.exists, ("/scratch/left", "/dev/shm/left")), hasattr(builtins, "left"),
         hasattr(torch, "left"), "left" in sys.modules]
try:
    socket.socket(socket.AF_UNIX).connect("\\0left"); found.append(True)
except OSError: pass
return queries if any(found) else queries @ keys.transpose(1, 2)"""
    files = {}
    for number in range(3):
        for name, code in (("leaves", leave), ("finds", find)):
            answer = {"dot_scores": attacks.code_of(code)}
            files[f"{name}{number}"] = as_bytes(notebook("ch3_attention", answer))
    found = graded(class_of(tmp_path, files), jobs=1)
    for number in range(3):
        assert of(f"finds{number}", found)["ch3.dot_scores"].points == 1


GIVEN = "(queries, keys, values, mask)"
BY_HAND = {
    "calls it": f"return F.scaled_dot_product_attention{GIVEN}",
    "calls it by another name": "from torch.nn.functional import scaled_dot_product_attention as x"
    f"\n    return x{GIVEN}",
    "names it in a string": f"return getattr(F, 'scaled_dot_product_attention'){GIVEN}",
    "puts the name together": f"return getattr(F, 'scaled_dot_product' + '_attention'){GIVEN}",
    "finds it deeper": f"return getattr(torch._C._nn, 'scaled_dot_product' + '_attention'){GIVEN}",
    "asks the operators": "return getattr(torch.ops.aten, 'scaled_dot_product' + '_attention')"
    + GIVEN,
    "loads it again": "import importlib; importlib.reload(F)\n"
    f"    return getattr(F, 'scaled_dot_product' + '_attention'){GIVEN}",
}


@pytest.fixture(scope="module")
def by_library(tmp_path_factory):
    files = {}
    for name, body in BY_HAND.items():
        answer = f"import torch.nn.functional as F\ndef scaled_attention{GIVEN}:\n    {body}\n"
        files[name] = as_bytes(notebook("ch4_self_attention", {"scaled_attention": answer}))
    files["by hand"] = as_bytes(notebook("ch4_self_attention"))
    folder = tmp_path_factory.mktemp("by library")
    return graded(class_of(folder, files, "ch4_self_attention"))


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_to_be_written_by_hand_cannot_be_called(by_library, name):
    grade = of(name, by_library)["ch4.scaled_attention"]
    assert (grade.status, grade.points) == ("graded", 0), grade.says


def test_what_is_written_by_hand_is_right(by_library):
    assert of("by hand", by_library)["ch4.scaled_attention"].points == 3


def test_a_function_that_loops_at_the_top_level_after_it_is_defined_is_graded(tmp_path):
    made = notebook("ch3_attention")
    made["cells"].append({"cell_type": "code", "metadata": {}, "source": "while True: pass"})
    found = graded(class_of(tmp_path, {"ann": as_bytes(made)}))
    assert sum(one.automatic or 0 for one in found) == 11


def test_an_answer_that_fits_inputs_of_one_kind_only_gets_no_points(tmp_path):
    made = as_bytes(notebook("ch4_self_attention", attacks.TOO_NARROW))
    found = of("eve", graded(class_of(tmp_path, {"eve": made}, "ch4_self_attention")))
    assert {name: found[f"ch4.{name}"].points for name in attacks.TOO_NARROW} == dict.fromkeys(
        attacks.TOO_NARROW, 0
    )


def test_nothing_of_one_submission_is_in_the_memory_of_the_next():
    marker = "marker_" + "of_the_first_submission"
    hold = f"def hold():\n    return '{marker}'\n" * 500
    look = """def look():
    import ctypes, gc, os
    first, rest = b"marker_of", b"_the_first_submission"  # a search must not find itself
    regions = {id(one) >> 20 for one in gc.get_objects()}
    regions |= {id(bytes(one)) >> 20 for one in range(9)}
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    top = libc.sbrk(0)
    read, write = os.pipe()
    found = 0
    places = [place << 20 for place in regions] + list(range(top - (64 << 20), top, 1 << 20))
    for start in places:
        for place in range(start, start + (1 << 20), 4096):
            if libc.write(write, ctypes.c_void_p(place), 4096) == 4096:
                page = os.read(read, 4096)
                at = page.find(first)
                while at >= 0:
                    found += page.startswith(rest, at + len(first))
                    at = page.find(first, at + 1)
    raise (ValueError if found else KeyError)
"""
    with open_sandbox(bubblewrap(True), Limits(cpu_seconds=20)) as sandbox:
        sandbox.ask(request_for("hold", hold))
        sent = sandbox.ask(request_for("look", look))["sent"]
        again = sandbox.ask(request_for("look", look, hold))["sent"]
    assert json.loads(sent)["outputs"] == [{"failure": "KeyError"}]
    assert json.loads(again)["outputs"] == [{"failure": "ValueError"}]  # the search finds


def test_a_notebook_too_large_to_be_read_is_said_to_be_so_and_stops_nobody(tmp_path):
    made = notebook("ch3_attention")
    made["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": "a=1;" * 49_000} for _ in range(4)
    ]
    files = {"eve": as_bytes(made), "ann": as_bytes(notebook("ch3_attention"))}
    little = Limits(reading_cpu_seconds=2)  # an ordinary notebook takes a tenth of it
    found = graded(class_of(tmp_path, files), jobs=1, limits=little)
    functions = [one for one in of("eve", found).values() if one.status != "needs-manual"]
    assert {(one.status, one.points) for one in functions} == {("timeout", None)}
    assert functions[0].says == "The notebook's code takes too long to be read."
    assert sum(one.automatic or 0 for one in of("ann", found).values()) == 11


def test_the_sandbox_has_no_file_of_the_course_but_the_harness():
    code = """def look():
    import os
    found = []
    for at, folders, files in os.walk("/"):
        folders[:] = [one for one in folders if os.path.join(at, one) not in ("/proc", "/sys")]
        if "attention_course" in at:
            found += [os.path.join(at, one) for one in files if one.endswith((".py", ".ipynb"))]
    raise ValueError if [one for one in found if "/grading/inside/" not in one] else KeyError
"""
    with open_sandbox(bubblewrap(True), Limits(cpu_seconds=20)) as sandbox:
        sent = sandbox.ask(request_for("look", code))["sent"]
    assert json.loads(sent)["outputs"] == [{"failure": "KeyError"}]


def test_the_harness_in_the_sandbox_imports_nothing_else_of_the_course():
    inside = Path(submissions.ROOT, "src/attention_course/grading/inside")
    for file in inside.glob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if "attention_course" in line and "import" in line:
                assert "attention_course.grading.inside" in line, f"{file.name}: {line}"


def test_the_graders_files_are_for_their_owner_only(attacked):
    room = attacked[0]
    assert os.stat(room.root).st_mode & 0o077 == 0
    assert os.stat(room.root / "key").st_mode & 0o077 == 0


def test_what_the_server_loads_may_make_a_temporary_file():
    """Builds of torch with CUDA do so when they are imported, when the server is nobody."""
    words = list(bubblewrap(True).command)
    code = (
        "from attention_course.grading.inside import namespaces\n"
        "namespaces.become_nobody()\n"
        "import tempfile\n"
        "tempfile.NamedTemporaryFile().write(b'x')\n"
    )
    inside = [*words[: words.index(sys.executable) + 1], "-P", "-B", "-c", code]
    done = subprocess.run(inside, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
