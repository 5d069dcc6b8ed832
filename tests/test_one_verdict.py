"""What the visible check says of a notebook, the grader says too, with the same inputs.

Notebooks are made as learners write them, run from the top as Jupyter runs them, and graded.
`ATTENTION_COURSE_PROVE=1` tries many more of them.
"""

import contextlib
import io
import os
import random
import re
import textwrap

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

import submissions
from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.keys import DEMO
from attention_course.grading.grader import grade_functions
from attention_course.grading.handing_in import InProcessRunner, NotebookSource, function_lines
from attention_course.grading.notebook import Cell
from attention_course.grading.sandbox import Sandbox, bubblewrap

COUNT = 400 if os.environ.get("ATTENTION_COURSE_PROVE") else 60
BODIES = {
    "ch3.dot_scores": (
        "queries, keys",
        "queries @ keys.transpose(1, 2)",
        "queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5",
    ),
    "ch2.running_mean": (
        "states",
        "states.cumsum(dim=1) / torch.arange(1, states.shape[1] + 1)[:, None]",
        "states.cumsum(dim=1)",
    ),
    "ch1.padding_mask": (
        "lengths, size",
        "torch.arange(size) < lengths[:, None]",
        "torch.arange(size) <= lengths[:, None]",
    ),
    "ch4.causal_mask": (
        "size",
        "torch.ones(size, size, dtype=torch.bool).tril()",
        "torch.ones(size, size, dtype=torch.bool).triu()",
    ),
}
IMPORTS = "import functools\nimport torch\nfrom attention_course.exercises.checking import check"
NOISE = [
    "print(torch.ones(2))",
    "1 / 0",
    "import a_package_that_is_nowhere",
    "for one in range(3):\n    print(one)",
    "%matplotlib inline",
    "!true",
    "x = [1, 2, 3]\nx.append(4)",
    "def unfinished(",
    "torch.manual_seed(3)\nnoise = torch.randn(3)",
]


def written(name: str, right: bool, style: str) -> list[str]:
    """The cells of one answer in one style; {f} is its name, {a} its arguments, {v} its value."""
    arguments, good, bad = BODIES[name]
    value, other = (good, bad) if right else (bad, good)
    places = {"f": EXERCISES[name].function, "a": arguments, "v": value, "w": other, "n": name}
    return [
        re.sub(r"\{([favwn])\}", lambda found: places[found[1]], textwrap.dedent(cell)).strip("\n")
        for cell in STYLES[style].split("\n---\n")
    ]


STYLES = {
    "plain": "# exercise: {n}\ndef {f}({a}):\n    return {v}",
    "a stub, and the answer below": """# exercise: {n}
def {f}({a}):
    ...
---
def {f}({a}):
    return {v}""",
    "defined twice": """# exercise: {n}
def {f}({a}):
    return {w}
---
def {f}({a}):
    return {v}""",
    "defined again in the same cell": """# exercise: {n}
def {f}({a}):
    return {w}
def {f}({a}):
    return {v}""",
    "a list that is filled by a call": """PARTS = []
---
# exercise: {n}
def part({a}): return {v}
PARTS.append(part)
def {f}({a}): return PARTS[0]({a})""",
    "a table that is filled in a loop": """PARTS = {}
def one({a}): return {w}
def two({a}): return {v}
for name, part in (("one", one), ("two", two)):
    PARTS[name] = part
---
# exercise: {n}
def {f}({a}): return PARTS["two"]({a})""",
    "a table that a function fills": """PARTS = {}
def fill(table):
    table["part"] = lambda {a}: {v}
fill(PARTS)
---
# exercise: {n}
def {f}({a}): return PARTS["part"]({a})""",
    "a global that a function sets": """part = None
def set_up():
    global part
    def part({a}): return {v}
set_up()
---
# exercise: {n}
def {f}({a}): return part({a})""",
    "helpers": """def first({a}): return {v}
def second({a}): return first({a})
---
# exercise: {n}
def {f}({a}): return second({a})""",
    "a helper below the answer": """# exercise: {n}
def {f}({a}): return helper({a})
def helper({a}): return {v}""",
    "a partial": """def general(sign, {a}): return ({v}) if sign else ({w})
---
# exercise: {n}
{f} = functools.partial(general, True)""",
    "a lambda": "# exercise: {n}\n{f} = lambda {a}: {v}",
    "a decorator": """def as_it_is(function):
    @functools.wraps(function)
    def inner(*given):
        return function(*given)
    return inner
---
# exercise: {n}
@as_it_is
def {f}({a}):
    return {v}""",
    "a registry": """REGISTRY = {}
def register(function):
    REGISTRY[function.__name__] = function
    return function
@register
def part({a}): return {v}
---
# exercise: {n}
def {f}({a}): return REGISTRY["part"]({a})""",
    "a class that is called": """class Answer:
    def __init__(self): self.ready = True
    def __call__(self, {a}): return {v}
---
# exercise: {n}
{f} = Answer()""",
    "a method": """class Answer:
    def run(self, {a}): return {v}
---
# exercise: {n}
{f} = Answer().run""",
    "an attribute of a function": """def helper({a}): return helper.part({a})
helper.part = lambda {a}: {v}
---
# exercise: {n}
def {f}({a}): return helper({a})""",
    "a function that makes it": """def make():
    def inner({a}):
        return {v}
    return inner
---
# exercise: {n}
{f} = make()""",
    "wrapped": """# exercise: {n}
def {f}({a}):
    return {v}
---
before = {f}
def {f}({a}):
    return before({a})""",
    "under a condition": """# exercise: {n}
if torch.ones(1):
    def {f}({a}): return {v}
else:
    def {f}({a}): return {w}""",
    "an import that may fail": """try:
    import a_package_that_is_nowhere as fast
except ImportError:
    fast = None
---
# exercise: {n}
def {f}({a}):
    return {v} if fast is None else {w}""",
    "magics": """%%time
# exercise: {n}
def {f}({a}):
    return {v}""",
    "a line that is timed": """%time part = lambda {a}: {v}
---
# exercise: {n}
def {f}({a}): return part({a})""",
    "exec": """# exercise: {n}
exec("def {f}({a}): return {v}")""",
    "names in annotations that are not there": """from __future__ import annotations
---
# exercise: {n}
def {f}({a}) -> Float[Tensor, "B T"]:
    return {v}""",
    "a result under its name, below the check": """# exercise: {n}
def {f}({a}):
    return {v}
---
check("{n}", {f})
---
later = {f}""",
    "a helper that is another one below the check": """def helper({a}): return {v}
---
# exercise: {n}
def {f}({a}): return helper({a})
---
check("{n}", {f})
---
def helper({a}): return {w}""",
    "64 bits by default": """torch.set_default_dtype(torch.float64)
---
# exercise: {n}
def {f}({a}):
    zero = torch.zeros(1)
    out = {v}
    return out + zero if out.is_floating_point() else out""",
    "deleted": """# exercise: {n}
def {f}({a}): return {v}
---
part = {f}
del {f}
{f} = part""",
    "an error in between": """# exercise: {n}
def {f}({a}):
    return {v}
---
raise ValueError""",
    "the course's own": """from attention_course.models import masks
---
# exercise: {n}
def {f}({a}):
    masks
    return {v}""",
}
NO_CHECK_BELOW = {style for style, text in STYLES.items() if 'check("{n}"' in text}


def sample_notebook(seed: int) -> tuple[str, str, bool, list[str]]:
    """A notebook: which exercise it answers, in which style, whether rightly, and its cells."""
    rng = random.Random(seed)
    name, style = rng.choice(sorted(BODIES)), sorted(STYLES)[seed % len(STYLES)]
    right = rng.random() < 0.5
    cells = [IMPORTS]
    for cell in written(name, right, style):
        cells += [*rng.sample(NOISE, rng.randint(0, 1)), cell]
    if style not in NO_CHECK_BELOW:
        cells += [f'check("{name}", {EXERCISES[name].function})']
    return name, style, right, cells + rng.sample(NOISE, 1)


def shown_by_check(name: str, cells: list[str]) -> str:
    """What the last check of a notebook prints when all its cells are run, one after the other."""
    numbers, printed = torch.get_default_dtype(), io.StringIO()
    shell = InteractiveShell()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            for cell in cells:
                shell.run_cell(cell)
    finally:
        torch.set_default_dtype(numbers)
        shell.history_manager.end_session()
    found = re.findall(rf"^([✓✗○]) {re.escape(name)}: (.*)", printed.getvalue(), re.MULTILINE)
    return found[-1][0] if found else "none"


@pytest.fixture(scope="module")
def sandbox():
    box = Sandbox(bubblewrap(True), submissions.QUICK)
    yield box
    box.close()


@submissions.needs_bubblewrap
@pytest.mark.parametrize("seed", range(COUNT))
def test_the_check_and_the_grader_say_the_same_of_a_notebook(seed, sandbox):
    name, style, right, cells = sample_notebook(seed)
    exercises = [EXERCISES[name]]
    here = shown_by_check(name, cells)
    code = [Cell("code", text) for text in cells]
    [result] = grade_functions(code, exercises, DEMO, sandbox, hidden=True)
    assert result.status == "graded", (style, result)
    assert (here == "✓") == (result.points == result.of), (style, here, result.says)
    if style not in ("the course's own", "64 bits by default"):  # these may be wrong in both
        assert (here == "✓") == right, (style, here)
    [again] = grade_functions(code, exercises, DEMO, InProcessRunner(), hidden=True)
    assert (again.points, again.says) == (result.points, result.says)


def test_a_learner_is_told_before_handing_in_what_differs():
    """The kernel still has what the file has not."""
    name = "ch3.dot_scores"
    [good] = written(name, True, "plain")
    world: dict[str, object] = {}
    exec(IMPORTS + "\n" + good, world)
    lines = function_lines("ch3", NotebookSource([Cell("code", IMPORTS)], "a file"), world)
    assert lines[0].startswith("! ch3.dot_scores: here it is right")
    assert "There is no function dot_scores" in lines[0]
    saved = NotebookSource([Cell("code", IMPORTS), Cell("code", good)], "a file")
    assert function_lines("ch3", saved, world)[0] == "✓ ch3.dot_scores: Right."


def test_what_is_not_answered_yet_is_told_as_such():
    world: dict[str, object] = {}
    stub = "def dot_scores(queries, keys):\n    'what is asked'\n    ...  # your answer"
    exec(stub, world)
    lines = function_lines("ch3", NotebookSource([Cell("code", stub)], "a file"), world)
    assert lines[0] == "○ ch3.dot_scores: not answered yet"


def test_a_package_that_a_grader_may_not_have_is_named_before_handing_in():
    """Colab has many packages; where answers are graded there may be torch alone."""
    answer = "import matplotlib\ndef dot_scores(queries, keys):\n    matplotlib\n"
    answer += "    return queries @ keys.transpose(1, 2)"
    lines = function_lines("ch3", NotebookSource([Cell("code", answer)], "a file"), {})
    assert lines[0].startswith("! ch3.dot_scores: right, but it needs matplotlib")
    assert lines[1].startswith("○ ch3.masked_softmax: There is no function masked_softmax")


def test_a_chapter_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="such as \"ch1\", got 'ch9'"):
        function_lines("ch9", NotebookSource([], "a file"), {})
