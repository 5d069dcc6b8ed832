"""Of a notebook just what an answer needs is run, as Python itself says what it needs."""

import ast
import contextlib

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.grading.inside.program import program_for, read_notebook
from attention_course.grading.inside.wire import DTYPES, WireError, pack, unpack_tensor


def run(*cells: str, function: str = "f", marked=(), forbids=()) -> list[str]:
    """The statements that a function needs, as text."""
    program = program_for(function, read_notebook(list(cells)), list(marked), list(forbids))
    assert program.problem is None, program
    return [ast.unparse(one) for one in program.statements]


def problem(*cells: str, function: str = "f", marked=(), forbids=()) -> str | None:
    return program_for(function, read_notebook(list(cells)), list(marked), list(forbids)).problem


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


def test_the_marked_cell_counts_not_a_later_copy():
    good = "# exercise: ch1.f\ndef f(x): return 'good'"
    assert run(good, "def f(x): return 'scratch'", marked=[0]) == ["def f(x):\n    return 'good'"]


def test_of_two_marked_cells_the_later_one_wins_as_in_the_notebook():
    found = run("def f(x): return 1", "def f(x): return 2", marked=[0, 1])
    assert found[-1] == "def f(x):\n    return 2"


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
@settings(max_examples=150, deadline=None)
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
@settings(max_examples=300, deadline=None)
def test_whatever_comes_over_the_pipe_is_a_tensor_or_refused(packed):
    with contextlib.suppress(WireError):
        unpack_tensor(packed)
