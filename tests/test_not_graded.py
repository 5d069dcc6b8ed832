"""What cannot be judged here is not graded, and the message says why: never 0 in silence."""

import json
import sys

import pytest

import submissions
from attention_course.exercises.catalogue import EXERCISES
from attention_course.exercises.keys import DEMO
from attention_course.grading import result
from attention_course.grading.grader import grade_functions, grade_submission
from attention_course.grading.notebook import LONGEST_CELL, Cell, code_cells, read_cells
from attention_course.grading.result import Result
from attention_course.grading.sandbox import Sandbox, bubblewrap
from submissions import ASSIGNMENTS, as_bytes, notebook

pytestmark = submissions.needs_bubblewrap
RIGHT = "queries @ keys.transpose(1, 2)"


@pytest.fixture(scope="module")
def sandbox():
    box = Sandbox(bubblewrap(True), submissions.QUICK)
    yield box
    box.close()


def graded(cell: str, sandbox, *more: str, name: str = "ch3.dot_scores") -> Result:
    """The result of one answer, in a cell marked as such, below an import of torch."""
    cells = ["import torch", f"# exercise: {name}\n{cell}", *more]
    code = [Cell("code", text[:LONGEST_CELL], cut=len(text) > LONGEST_CELL) for text in cells]
    [found] = grade_functions(code, [EXERCISES[name]], DEMO, sandbox, hidden=True)
    return found


def answer(*lines: str) -> str:
    return "def dot_scores(queries, keys):\n    " + "\n    ".join(lines)


NOT_GRADED = {
    "a package that is not there": (
        "from einops import einsum\n" + answer("return einsum(queries, keys, 'b t d, b s d')"),
        "It needs einops, which is not there where answers are graded",
    ),
    "a package that is not there, imported inside": (
        answer("import einops", f"return {RIGHT}"),
        "It needs einops",
    ),
    "a module that the learner wrote to a file": (
        "from my_helpers import score\n" + answer("return score(queries, keys)"),
        "It needs my_helpers",
    ),
    "a name that this version of a library has not": (
        "from torch import a_name_of_tomorrow\n" + answer("return a_name_of_tomorrow(queries)"),
        "It needs torch",
    ),
    "a package that a cell would install": (
        "try:\n    from einops import einsum\nexcept ImportError:\n    !pip install einops\n"
        "    from einops import einsum\n" + answer("return einsum(queries, keys, 'a')"),
        "It needs einops",
    ),
    "a package that is asked for and done without, in vain": (
        answer("try:", "    import einops", "except ImportError:", "    return None"),
        "It needs einops",
    ),
    "a thread": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        + answer(
            "with ThreadPoolExecutor(2) as pool:", f"    return pool.submit({RIGHT}).result()"
        ),
        "It starts a thread or a process",
    ),
    "a process": (
        "import subprocess\n" + answer("subprocess.run(['true'])", f"return {RIGHT}"),
        "It starts a thread or a process",
    ),
    "too much memory": (
        answer("x = torch.zeros(3_000_000_000)", f"return {RIGHT}"),
        "It needs more memory",
    ),
    "too many files": (
        answer("open('x', 'wb').write(bytes(99_000_000))", f"return {RIGHT}"),
        "It writes or opens more files",
    ),
    "a cell that is too long": (
        "# " + "x" * LONGEST_CELL + "\n" + answer(f"return {RIGHT}"),
        "was cut off",
    ),
}


@pytest.mark.parametrize("name", NOT_GRADED)
def test_what_was_cut_by_a_limit_or_needs_what_is_not_there_is_not_graded(name, sandbox):
    cell, says = NOT_GRADED[name]
    found = graded(cell, sandbox)
    assert (found.status, found.points) == ("not-graded", None), found
    assert says in found.says


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
def test_an_answer_in_newer_python_is_not_graded(sandbox):
    found = graded(answer("""print(f"{dict(a=1)["a"]}")""", f"return {RIGHT}"), sandbox)
    assert (found.status, found.points) == ("not-graded", None), found
    assert "newer Python than 3.1" in found.says


@pytest.mark.parametrize(
    "cell",
    [
        "try:\n    import einops\nexcept ImportError:\n    einops = None\n"
        + answer(f"return {RIGHT}"),
        "import einops\n" + answer(f"return {RIGHT}"),
        "@torch.jit.script\n" + answer(f"return {RIGHT}"),
        "@torch.no_grad()\n" + answer(f"return {RIGHT}"),
        "import inspect\n" + answer("inspect.getsource(dot_scores)", f"return {RIGHT}"),
        "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    q: object\n    k: object\n"
        + answer("p = Pair(queries, keys)", "return p.q @ p.k.transpose(1, 2)"),
    ],
)
def test_what_does_not_matter_harms_no_answer(cell, sandbox):
    found = graded(cell, sandbox)
    assert (found.status, found.points) == ("graded", 1.0), found


@pytest.mark.parametrize("magic", ["wandb", "memit", "debug"])
def test_an_answer_below_a_magic_of_somebody_elses_is_not_graded(magic, sandbox):
    cells = ["import torch", f"%%{magic}\n# exercise: ch3.dot_scores\n" + answer(f"return {RIGHT}")]
    code = [Cell("code", text) for text in cells]
    [found] = grade_functions(code, [EXERCISES["ch3.dot_scores"]], DEMO, sandbox, hidden=True)
    assert (found.status, found.points) == ("not-graded", None)
    assert f"%%{magic}" in found.says


@pytest.mark.parametrize(
    "above",
    [
        "try:\n    from attention_course.exercises.checking import check\n    import math\n"
        "except ImportError:\n    !pip install attention-course\nmath.pi\n",
        "import attention_course, math\nmath.pi\n",
        "import torch.nn.functional as F\nFAST = hasattr(F, 'scaled_dot_product_attention')\n",
    ],
)
def test_an_import_of_the_course_beside_others_harms_no_answer(above, sandbox):
    body = ["def scaled_attention(queries, keys, values, mask):"]
    body += ["    math.pi" if "math" in above else "    FAST"]
    body += ["    scores = queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5"]
    body += ["    return scores.masked_fill(~mask, float('-inf')).softmax(-1) @ values"]
    found = graded(above + "\n".join(body), sandbox, name="ch4.scaled_attention")
    assert (found.status, found.points) == ("graded", 3.0), found


@pytest.mark.parametrize("body", ["...", "'what it does'\n    ...  # your answer", "pass"])
def test_a_function_as_it_was_handed_out_is_missing(body, sandbox):
    found = graded(f"def dot_scores(queries, keys):\n    {body}", sandbox)
    assert (found.status, found.points) == ("missing", 0.0)
    assert found.says.startswith("Nothing was written")


def test_a_wrong_answer_that_misses_nothing_is_wrong(sandbox):
    found = graded("import einops\n" + answer("return queries"), sandbox)
    assert (found.status, found.points) == ("graded", 0.0)


def test_a_function_that_python_refuses_spoils_no_other_exercise(sandbox):
    """Python finds two arguments of one name only when it compiles."""
    twice = "def dot_scores(queries, queries):\n    return queries"
    data = as_bytes(notebook("ch3_attention", {"dot_scores": twice}))
    found = {
        one.item: one for one in grade_submission(data, ASSIGNMENTS["ch3_attention"], DEMO, sandbox)
    }
    assert (found["ch3.dot_scores"].status, found["ch3.dot_scores"].points) == ("graded", 0.0)
    assert "is not Python" in found["ch3.dot_scores"].says
    assert sum(one.points or 0 for one in found.values()) == 10


def test_an_answer_leaves_nothing_for_the_next_one(sandbox):
    """Else what is forbidden in one exercise could be written down by the one before."""
    keep = "open('/scratch/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')"
    find = "import os; found = [os.path.exists(f'{at}/left') for at in ('/scratch', '/dev/shm')]"
    cells = {
        "dot_scores": f"def dot_scores(queries, keys):\n    {keep}\n    return {RIGHT}",
        "attention_output": f"def attention_output(weights, values):\n    {find}\n"
        "    return weights if any(found) else weights @ values",
    }
    data = as_bytes(notebook("ch3_attention", cells))
    found = {
        one.item: one for one in grade_submission(data, ASSIGNMENTS["ch3_attention"], DEMO, sandbox)
    }
    assert found["ch3.dot_scores"].points == 1
    assert found["ch3.attention_output"].points == 1


def test_an_answer_is_sent_its_own_inputs_only():
    requests = []

    class Listens:
        def ask(self, request):
            requests.append(request)
            return {"end": "done", "problem": "missing", "detail": "", "sent": ""}

    cells = code_cells(read_cells(as_bytes(notebook("ch3_attention"))))
    exercises = [EXERCISES["ch3.dot_scores"], EXERCISES["ch3.masked_softmax"]]
    grade_functions(cells, exercises, DEMO, Listens(), hidden=True)
    assert [one["function"] for one in requests] == ["dot_scores", "masked_softmax"]
    assert "masked_softmax" not in json.dumps(requests[0]["cases"])
    assert requests[0]["cases"] != requests[1]["cases"]


@pytest.mark.parametrize("status", ["timeout", "not-graded"])
def test_what_a_limit_has_cut_is_pending_and_old_zeros_can_still_be_read(status):
    assert Result("ch1.x", status, None, 2.0, "...").points is None
    assert status in result.PENDING
    assert Result("ch1.x", "timeout", 0.0, 2.0, "an older grade").points == 0
    with pytest.raises(ValueError, match="expected points just if"):
        Result("ch1.x", status, 1.0, 2.0, "...")


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (f"({RIGHT}, queries)", "several things, a tuple"),
        (f"({RIGHT},)", "a tuple of one thing"),
        (f"({RIGHT}).max(dim=1)", "`max` with an axis returns a pair"),
        (f"list({RIGHT})", "a Python list that holds tensors"),
        (f"({RIGHT} > 0).tolist()", "a Python list that holds truth values"),
        (f"({RIGHT}).numpy()", "a NumPy array"),
        ("[[]]", "a Python list"),
        ("(lambda x: x)", "a function that was not called"),
    ],
)
def test_what_is_no_tensor_is_named_as_the_check_names_it(returned, says, sandbox):
    found = graded(answer(f"return {returned}"), sandbox)
    assert (found.status, found.points) == ("graded", 0.0)
    assert says in found.says


def test_a_list_that_holds_itself_is_told_and_hangs_nothing(sandbox):
    found = graded(answer("x = []", "x.append(x)", "return x"), sandbox)
    assert "a Python list" in found.says
