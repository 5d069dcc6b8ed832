"""An answer that needs what nobody can read in it is right all the same, as the check says."""

import json

import pytest

import submissions
from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.keys import DEMO
from attention_course.grading.grader import grade_functions
from attention_course.grading.notebook import Cell
from attention_course.grading.result import Result
from attention_course.grading.sandbox import Sandbox, bubblewrap
from test_one_verdict import IMPORTS, shown_by_check

pytestmark = submissions.needs_bubblewrap
PRODUCT = "queries @ keys.transpose(1, 2)"
DEF = "def dot_scores(queries, keys):\n    return "
PLAIN = DEF + PRODUCT
PART = "lambda queries, keys: " + PRODUCT
LIBRARY = "F.scaled_dot_product_attention"
LOADS = "import torch.nn.functional as F\n"
SCALED = """def {name}(queries, keys, values, mask):
    scores = queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5
    return torch.softmax(scores.masked_fill(~mask, float("-inf")), -1) @ values"""
CALLS = "def scaled_attention(q, k, v, mask{more}): return {call}(q, k, v, mask)"


@pytest.fixture(scope="module")
def sandbox():
    box = Sandbox(bubblewrap(True), submissions.QUICK)
    yield box
    box.close()


def both(cells: list[str], sandbox, name: str = "ch3.dot_scores") -> tuple[str, Result]:
    """What the check says of a notebook, and what the grader does."""
    cells = [IMPORTS, *cells]
    if not any(name in cell for cell in cells):
        cells.append(f'check("{name}", {EXERCISES[name].function})')
    code = [Cell("code", text) for text in cells]
    [found] = grade_functions(code, [EXERCISES[name]], DEMO, sandbox, hidden=True)
    return shown_by_check(name, cells), found


RIGHT = {
    "display inside": [DEF + f"display(queries.shape) or {PRODUCT}"],
    "a shell's line inside": [f"def dot_scores(queries, keys):\n    !true\n    return {PRODUCT}"],
    "a timed line inside": [
        f"def dot_scores(queries, keys):\n    %timeit -n1 -r1 1\n    return {PRODUCT}"
    ],
    "an experiment that is timed": [PLAIN, "%%timeit\n" + DEF + "queries"],
    "a course that is imported beside": [
        "import math, attention_course",
        DEF + f"math.exp(0) * {PRODUCT}",
    ],
    "a course that is imported in one block": [
        "try:\n    import math\n    from attention_course.models import masks\n"
        "except ImportError:\n    !pip install attention-course",
        DEF + f"math.exp(0) * {PRODUCT}",
    ],
    "a method that tensors are given": [
        f"torch.Tensor.scores = {PART}",
        DEF + "queries.scores(keys)",
    ],
    "a function by the type of its input": [
        "@functools.singledispatch\ndef part(q, k): raise TypeError",
        "@part.register\ndef _(queries: torch.Tensor, keys): return " + PRODUCT,
        DEF + "part(queries, keys)",
    ],
    "a registry's method as a decorator": [
        "class Kept:\n    def keep(self, function):\n        self.kept = function",
        "kept = Kept()\n@kept.keep\ndef part(queries, keys): return " + PRODUCT,
        DEF + "kept.kept(queries, keys)",
    ],
    "a list of a class": [
        f"class Kept:\n    parts = []\nKept.parts.append({PART})",
        DEF + "Kept.parts[0](queries, keys)",
    ],
    "an attribute by its name": [
        f"def part(q, k): return part.inner(q, k)\nsetattr(part, 'inner', {PART})",
        DEF + "part(queries, keys)",
    ],
    "a second name": [
        f"table = {{}}\nsame = table\nsame['part'] = {PART}",
        DEF + "table['part'](queries, keys)",
    ],
    "a layer that is filled by another name": [
        "net = torch.nn.Linear(1, 1, bias=False)",
        "for one in list(net.parameters()):\n    one.data.fill_(1.0)",
        "layers = [net]\nfor one in layers:\n    one.weight.data.fill_(1.0)",
        DEF + f"net.weight[0, 0] * {PRODUCT}",
    ],
    "names that a function writes": [
        f"def fill(): globals()['part'] = {PART}\nfill()",
        DEF + "part(queries, keys)",
    ],
    "the notebook as a module": [
        f"import sys\npart = {PART}",
        DEF + "getattr(sys.modules[__name__], 'part')(queries, keys)",
    ],
    "what is copied by pickle": [
        "import pickle\nclass Part:\n    def run(self, queries, keys): return " + PRODUCT,
        DEF + "pickle.loads(pickle.dumps(Part())).run(queries, keys)",
    ],
    "subclasses that are noted": [
        "class Part:\n    def __init_subclass__(cls): Part.last = cls",
        "class Dot(Part):\n    def run(queries, keys): return " + PRODUCT,
        DEF + "Part.last.run(queries, keys)",
    ],
    "a name in a comprehension": [
        f"print([part := {PART} for _ in range(1)])",
        DEF + "part(queries, keys)",
    ],
    "await at the top level": [
        f"async def get(): return {PART}",
        "part = await get()",
        DEF + "part(queries, keys)",
    ],
    "an option that changes in place": [
        "sign = -torch.ones(1)\ntorch.nn.functional.threshold(sign, 0.0, 1.0, inplace=True)",
        DEF + f"sign * {PRODUCT}",
    ],
    "more threads": [
        "torch.set_num_threads(4)",
        DEF + f"(torch.ones(800, 800) @ torch.ones(800, 800)).exp() is None or {PRODUCT}",
    ],
    "a check by keywords": [
        "def part(q, k): return q",
        DEF + "part(queries, keys)",
        f"part = {PART}",
        'check(name="ch3.dot_scores", function=dot_scores)',
    ],
    "checks in a loop": [
        "def part(q, k): return q",
        DEF + "part(queries, keys)",
        f"part = {PART}",
        "for one in ['dot_scores']: check(f'ch3.{one}', globals()[one])  # ch3.dot_scores",
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_check_calls_right_is_right_for_the_grader(name, sandbox):
    here, found = both(RIGHT[name], sandbox)
    assert (here, found.status, found.points) == ("✓", "graded", 1.0), found.says


@pytest.mark.parametrize(
    "imports",
    [
        "from torch.nn.functional import softmax, scaled_dot_product_attention",
        "import torch\nfrom torch.nn import Linear, MultiheadAttention",
    ],
)
def test_what_is_imported_to_compare_with_is_not_used(imports, sandbox):
    name = imports.split()[-2].strip(",")
    answer = SCALED.format(name="scaled_attention") + f" * bool({name})"
    here, found = both([imports, answer], sandbox, "ch4.scaled_attention")
    assert (here, found.points) == ("✓", 3.0), found.says


@pytest.mark.parametrize("by", ["@torch.compile", "@torch.compile(dynamic=True)"])
def test_an_answer_may_be_compiled_where_library_functions_are_gone(by, sandbox):
    answer = SCALED.format(name="scaled_attention")
    code = [Cell("code", IMPORTS), Cell("code", f"{by}\n{answer}")]
    exercises = [EXERCISES["ch4.scaled_attention"]]
    [found] = grade_functions(code, exercises, DEMO, sandbox, hidden=True)
    assert (found.status, found.points) == ("graded", 3.0), found.says


FORBIDDEN = {
    "from a table": f"table = {{'it': {LIBRARY}}}\n" + CALLS.format(more="", call="table['it']"),
    "from a list": f"parts = [{LIBRARY}]\n" + CALLS.format(more="", call="parts[0]"),
    "as a default": CALLS.format(more=f", it={LIBRARY}", call="it"),
    "kept by an object": "import types\nkept = types.SimpleNamespace(it="
    + LIBRARY
    + ")\n"
    + CALLS.format(more="", call="kept.it"),
    "under a cache": "@functools.lru_cache\n" + CALLS.format(more="", call=LIBRARY),
    "under a decorator of a library": "@torch.no_grad()\n" + CALLS.format(more="", call=LIBRARY),
    "compiled": "@torch.jit.script\n" + CALLS.format(more="", call=LIBRARY),
    "by a method that is not called": "class Mine:\n"
    + f"    def theirs(self, q, k, v): return {LIBRARY}(q, k, v)\n"
    + "    def run(self, q, k, v, mask): return q\nmine = Mine()\n"
    + CALLS.format(more="", call="mine.run"),
    "in a table, and not called": SCALED.format(name="mine")
    + f"\ntable = {{'it': {LIBRARY}, 'mine': mine}}\n"
    + CALLS.format(more="", call="table['mine']"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_the_grader_refuses_the_check_refuses_too(name, sandbox):
    here, found = both([LOADS + FORBIDDEN[name]], sandbox, "ch4.scaled_attention")
    assert (here, found.status, found.points) == ("✗", "graded", 0.0)
    assert "scaled_dot_product_attention" in found.says


def test_an_answer_that_is_wrong_in_its_notebook_too_keeps_its_message(sandbox):
    here, found = both([DEF + "queries"], sandbox)
    assert (here, found.points) == ("✗", 0.0)
    assert found.says.startswith("Expected another shape.")


def test_a_notebook_that_never_ends_changes_no_verdict(sandbox):
    """The answer is wrong by itself; what stands above it and is not needed never ends."""
    code = [Cell("code", "while True: pass"), Cell("code", DEF + "queries")]
    [found] = grade_functions(code, [EXERCISES["ch3.dot_scores"]], DEMO, sandbox, hidden=True)
    assert (found.status, found.points) == ("graded", 0.0)


@pytest.mark.parametrize(
    "call",
    [
        "os.nice(19)",
        "os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))",
        "os.sched_setaffinity(0, {0})",
        "os.setpriority(os.PRIO_PROCESS, 0, 19)",
    ],
)
def test_an_answer_cannot_make_itself_wait_for_the_processor(call, sandbox):
    """One that is always ready to run and gets no turn would hold a worker for hours."""
    request = {"cells": [f"import os\ndef wait(): {call}"], "function": "wait", "exercise": ""}
    request |= {"marked": [0], "forbids": [], "removes": [], "cases": [[]]}
    [output] = json.loads(sandbox.ask(request)["sent"])["outputs"]
    assert output == {"failure": "PermissionError"}
