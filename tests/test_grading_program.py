"""Of a notebook just what an answer needs is run, as Python itself says what it needs."""

import ast
import contextlib
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.exercises import names, telling
from attention_course.grading.inside import program as inside_program
from attention_course.grading.inside import wire
from attention_course.grading.inside.cells import read_notebook
from attention_course.grading.inside.program import program_for
from attention_course.grading.inside.wire import DTYPES, WireError, pack, unpack_tensor


def run(*cells: str, function: str = "f", marked=(), forbids=(), exercise="") -> list[str]:
    """The statements that a function needs, as text."""
    notebook = read_notebook(list(cells))
    program = program_for(function, notebook, list(marked), list(forbids), exercise)
    assert program.problem is None, program
    return [ast.unparse(one.node) for one in program.statements]


def problem(*cells: str, function: str = "f", marked=(), forbids=()) -> str | None:
    return program_for(function, read_notebook(list(cells)), list(marked), list(forbids)).problem


def test_what_the_sandbox_cannot_import_from_the_course_is_what_the_course_has():
    assert wire.PAIRS == telling.PAIRS
    assert inside_program.COURSE == names.COURSE


def test_imports_helpers_and_constants_are_taken_along_and_nothing_else():
    cells = (
        "import torch\nimport os\nprint('hello')",
        "scale = 2\nother = expensive()\ndef helper(x): return x * scale",
        "def f(x): return helper(torch.exp(x))",
        "check('ch1.f', f)\nwhile True: pass",
    )
    assert run(*cells) == [
        "import torch",
        "scale = 2",
        "def helper(x):\n    return x * scale",
        "def f(x):\n    return helper(torch.exp(x))",
    ]


def test_a_local_name_takes_no_statement_along():
    assert run(
        "weights = experiment()", "def f(weights):\n    total = weights\n    return total"
    ) == ["def f(weights):\n    total = weights\n    return total"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("from torch import *", True),
        ("a, (b, *need) = 1, (2, 3)", True),
        ("need: int = 1", True),
        ("need = 1\nneed += 1", True),
        ("for need in range(3): pass", True),
        ("if (need := 3): pass", True),
        ("try:\n    import x as need\nexcept ImportError:\n    need = None", True),
        ("class need: pass", True),
        ("import need.inner", True),
        ("need = {}\nneed['a'] = 1", True),
        ("def g():\n    need = 1", False),
        ("[need for need in range(3)]", False),
        ("print(need)", False),
        ("lambda need: 1", False),
    ],
)
def test_python_itself_says_what_a_statement_binds(cell, kept):
    found = run(cell, "def f(x): return need(x)")
    assert (len(found) > 1) == kept
    if kept:
        assert found[:-1] == [ast.unparse(one) for one in ast.parse(cell).body]


@pytest.mark.parametrize(
    "definition",
    [
        "f = lambda x: need",
        "def f(x, y=need): return x",
        "@need\ndef f(x): return x",
        "class f:\n    def __init__(self, x): self.x = need",
        "def f(x):\n    def inner(): return need\n    return inner()",
        "def f(x): return [need for _ in x]",
        "def f(x: need) -> need: return x",
    ],
)
def test_what_a_function_uses_is_found_wherever_it_is_written(definition):
    assert len(run("need = 1", definition)) == 2


def test_the_last_definition_counts_as_in_the_notebook():
    stub = "# exercise: ch1.f\ndef f(x): ..."
    assert run(stub, "def f(x): return 2", marked=[0]) == ["def f(x):\n    return 2"]
    assert run("def f(x): return 1", "def f(x): return 2", marked=[0, 1])[-1].endswith("2")


def test_a_definition_that_uses_the_one_before_takes_it_along():
    assert run("def f(x): return 1", "f = faster(f)") == [
        "def f(x):\n    return 1",
        "f = faster(f)",
    ]
    assert len(run("def f(x): return 1", "before = f", "def f(x): return before(x)")) == 3


def test_what_stands_below_the_check_is_not_needed():
    cells = ("scale = 1", "def f(x): return scale", "check('ch1.f', f)", "scale = 2")
    assert run(*cells, exercise="ch1.f")[0] == "scale = 1"
    assert len(run(*cells, exercise="ch1.f")) == 2


def test_a_helper_that_is_defined_below_only_counts_all_the_same():
    cells = ("def f(x): return helper(x)", "check('ch1.f', f)", "def helper(x): return x")
    assert len(run(*cells, exercise="ch1.f")) == 2


HELPERS = """import torch, random
from torch import nn
def fill(table): table.append(1)
def fill_one(x): TABLE.append(x)
def fill_the_table(): fill_one(3)
def set_the_table():
    global TABLE
    TABLE = [1]
def fill_by(f):
    TABLE.append(f)
    return f
class Filler:
    def fill(self, table): table.append(1)
"""


@pytest.mark.parametrize(
    "fills",
    [
        "TABLE.append(1)",
        "TABLE[0] = 1",
        "TABLE[0] += 1",
        "del TABLE[0]",
        "TABLE.part.fill_(1)",
        "for one in range(3):\n    TABLE.append(one)",
        "while len(TABLE) < 3:\n    TABLE.append(1)",
        "with open('x') as stream:\n    TABLE.extend(stream)",
        "_ = [TABLE.append(one) for one in range(3)]",
        "nn.init.zeros_(TABLE)",
        "random.shuffle(TABLE)",
        "torch.add(1, 2, out=TABLE)",
        "unknown_to_the_notebook(TABLE)",
        "fill(TABLE)",
        "fill_the_table()",
        "set_the_table()",
        "list(map(fill_one, range(3)))",
        "Filler().fill(TABLE)",
        "@fill_by\ndef other():\n    pass",
    ],
)
def test_what_fills_a_table_that_an_answer_reads_is_run(fills):
    found = run(HELPERS, "TABLE = []", fills, "def f(x): return TABLE[x]")
    assert ast.unparse(ast.parse(fills)) in found


@pytest.mark.parametrize(
    "experiment",
    [
        "print(TABLE, f(2))",
        "for step in range(10 ** 9): train(f, d)",
        "check('ch1.f', f)",
        "if check('ch1.f', f):\n    train(TABLE)",
        "loss = F.softmax(TABLE)",
        "plt.plot(len(TABLE))",
        "show(TABLE)",
    ],
)
def test_an_experiment_that_only_looks_is_not_run(experiment):
    begin = """import torch.nn.functional as F
import matplotlib.pyplot as plt
def train(function, size): return function(size)
def show(table): return print(table)
d = 64
TABLE = [1, 2]
"""
    assert len(run(begin, "def f(x): return TABLE[x] * d", experiment)) == 3


def test_a_setting_of_torch_above_the_answer_is_run():
    set_it = "torch.set_default_dtype(torch.float64)"
    assert set_it in run("import torch", set_it, "def f(x): return torch.zeros(x)")


def test_a_name_that_exec_binds_is_found():
    assert run("exec('def f(x): return 1')") == ["exec('def f(x): return 1')"]
    assert "globals()['need'] = 1" in run("globals()['need'] = 1", "def f(x): return need")


def test_a_line_that_is_timed_is_run():
    assert run("%time need = 1", "def f(x): return need")[0] == "need = 1"


def test_lines_for_ipython_and_the_shell_do_no_harm():
    cells = ("%matplotlib inline\n!pip install x\nimport torch", "%%time\ndef f(x): return torch")
    assert run(*cells) == ["import torch", "def f(x):\n    return torch"]


def test_a_cell_of_another_language_is_no_python():
    assert problem("%%bash\nf = 1") == "missing"


def test_problems_are_told_apart():
    assert problem("def g(x): return x") == "missing"
    assert problem("def f(x:", marked=[0]) == "syntax"
    assert problem("def f(x:", "def f(x): return x") is None
    assert problem("import a\ndef f(x): return a.b(x)", forbids=["b"]) == "forbidden"
    assert problem("from b.c import d\ndef f(x): return d(x)", forbids=["b"]) == "forbidden"


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x, x): return x",
        "def f(x):\n    nonlocal y",
        "def f(x):\n    x = 1\n    global x",
        "f = lambda x, x: x",
        "if True:\n    def f(x, x): return x",
        "class f:\n    return 1",
    ],
)
def test_what_python_refuses_only_when_it_compiles_is_no_python(cell):
    assert problem(cell) == "syntax"
    assert problem(cell, "def g(x): return x", function="g") is None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them all")
@pytest.mark.parametrize(
    "cell",
    [
        """def f(d): return f"{d["a"]} {d['b']}" """,
        "type X = int\ndef f(x: X): return x",
        "def f[T](x: T) -> T: return x",
        """def f(x): return f"{x!r:{">"}10}" """,
        """def f(x): return f"{"\\n".join(x)}" """,
        "try:\n    pass\nexcept A, B:\n    pass\ndef f(x): return x",
    ],
)
def test_what_a_newer_python_would_read_is_told_apart_from_what_none_would(cell):
    assert problem(cell, marked=[0]) == "newer"
    assert problem(cell) == "newer"
    assert problem(cell + "\n)(", marked=[0]) == "syntax"
    assert problem(cell, "def f(x): return x", marked=[0]) is None
    helper = cell.replace("def f", "def helper")
    assert problem(helper, "def f(x): return helper(x)") == "newer"


@pytest.mark.parametrize(
    "cell",
    ["def f(x): return F.bad(x)", "from F import bad as good\ndef f(x): return good(x)",
     "def f(x): return getattr(F, 'bad')(x)", "g = F.bad\ndef f(x): return g(x)",
     "import a.bad as b\ndef f(x): return b(x)"],
)  # fmt: skip
def test_a_forbidden_name_is_found_in_what_an_answer_uses(cell):
    assert problem(cell, forbids=["bad"]) == "forbidden"


def test_a_forbidden_name_elsewhere_or_in_a_docstring_does_no_harm():
    cells = ("compare = F.bad", 'def f(x):\n    """As bad does, by hand."""\n    return x')
    assert len(run(*cells, forbids=["bad"])) == 1


# What goes over the pipe


@given(st.sampled_from(sorted(DTYPES)), st.lists(st.integers(0, 4), max_size=4))
@settings(max_examples=150)
def test_a_tensor_goes_over_the_pipe_and_back(kind, shape):
    torch.manual_seed(0)
    tensor = (torch.randn(shape) * 9).to(DTYPES[kind])
    back = unpack_tensor(pack(tensor))
    assert back.dtype == tensor.dtype
    assert back.shape == tensor.shape
    assert torch.equal(back.view(-1), tensor.view(-1)) or tensor.isnan().any()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional={"dtype": st.sampled_from(["float32", "bool"]) | JUNK, "data": JUNK,
                      "shape": st.lists(st.integers() | JUNK, max_size=4) | JUNK}
    )
)  # fmt: skip
@settings(max_examples=300)
def test_whatever_comes_over_the_pipe_is_a_tensor_or_refused(packed):
    with contextlib.suppress(WireError):
        unpack_tensor(packed)
