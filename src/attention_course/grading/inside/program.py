"""An answer is a function and what it uses: of a whole notebook, the statements that it needs.

What counts is what the notebook itself would give, run from top to bottom: the last definition of
the function, with what stood above it or above its check. Statements that bind or change what the
function uses are run, in the notebook's order. Experiments, prints and checks are not.
"""

import __future__

import ast
import builtins
import copy
import re
import warnings
from dataclasses import dataclass, field
from types import CodeType

from attention_course.grading.inside.cells import Notebook, Statement
from attention_course.grading.inside.mentions import mentioned_names, packages

COURSE = "attention_course"  # as in exercises/names.py; a test holds the two equal


@dataclass
class Program:
    """What is to be run for one function, and why it cannot be, if so.

    `problem` is missing, unanswered, syntax, newer, magic or forbidden. `sources` are the
    texts of the cells, for what reads a function's source, as torch.jit.script does.
    """

    statements: list[Statement] = field(default_factory=list)
    code: list[CodeType] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)  # the packages that it asks for anywhere
    problem: str | None = None
    detail: str = ""


def program_for(
    function: str,
    notebook: Notebook,
    marked: list[int],
    forbids: list[str],
    exercise: str = "",
    whole: bool = False,
) -> Program:
    """The statements that a function needs, in the order of the notebook.

    `marked` are the cells that say that they hold the answer; `exercise` is the name with which
    its check is called. What stands below both the last definition and the check is not needed.
    `whole` takes all statements above, for an answer that needs what cannot be read in it.
    """
    bound = notebook.binding(function)
    if not_read := unread_definition(function, notebook, marked, bound):
        return not_read
    checks = [n for n, one in enumerate(notebook.statements) if checks_exercise(one.node, exercise)]
    end = max([*bound[-1:], *checks[-1:]], default=len(notebook.statements))
    last = end if checks else len(notebook.statements)  # a check may name it in another way
    try:
        chosen = needed_by(function, notebook, end)
        needed = [notebook.statements[number] for number in sorted(chosen)]
        flags = future_flags(notebook.statements[: end + 1])
        code = [compiled(one, flags) for one in needed]
        if any(one.newer for one in notebook.broken.values()) and unbound(needed, notebook):
            return Program(problem="newer")
    except SyntaxError as error:
        return Program(problem="syntax", detail=f"line {error.lineno}" if error.lineno else "")
    except (ValueError, RecursionError, MemoryError) as error:
        return Program(problem="syntax", detail=type(error).__name__)
    words = set[object]().union(*(mentioned_names(one.node, needed) for one in needed))
    if used := [name for name in forbids if name in words]:
        return Program(problem="forbidden", detail=", ".join(used))
    if is_as_handed_out(notebook.statements[bound[-1]].node if bound else None):
        return Program(problem="unanswered")
    imports = set[str]().union(*(packages(one.node) for one in needed))
    if whole:
        needed = list(notebook.statements[: last + 1])
        code = [code_object for one in needed if (code_object := compiled_if_python(one, flags))]
    return Program(needed, code, notebook.sources, imports)


def unread_definition(
    function: str, notebook: Notebook, marked: list[int], bound: list[int]
) -> Program | None:
    """The problem with a function whose cell Python refuses, or that is nowhere; else None."""
    last = notebook.statements[bound[-1]].cell if bound else -1
    defines = re.compile(
        rf"^[ \t]*(?:(?:async[ \t]+)?def[ \t]+{function}\b|{function}[ \t]*=)", re.M
    )
    for cell, one in sorted(notebook.broken.items(), reverse=True):
        if cell in marked or defines.search(one.text):
            if one.newer and cell > last:
                return Program(problem="newer")
            if not bound:
                return Program(problem="syntax", detail=f"line {one.line}" if one.line else "")
    if bound or notebook.binding("*"):
        return None
    for magic, text in notebook.under_magic.items():
        if defines.search(text):
            return Program(problem="magic", detail=magic)
    return Program(problem="missing")


def is_as_handed_out(node: ast.stmt | None) -> bool:
    """Whether a statement is a function without a body: what it does in words, and three dots."""
    return isinstance(node, ast.FunctionDef) and all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in node.body
    )


def checks_exercise(node: ast.stmt, exercise: str) -> bool:
    """Whether a statement calls something with the name of an exercise, as its check does."""
    return any(
        isinstance(argument, ast.Constant) and argument.value == exercise
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        for argument in [*part.args, *(one.value for one in part.keywords)]
    )


def needed_by(function: str, notebook: Notebook, end: int) -> set[int]:
    """The numbers of the statements that a function needs, itself included.

    They are those that bind or change a name that is used, up to `end`. A name that is bound
    only below has been bound when its learner called the function: then those count.

    Raises:
        SyntaxError: Python refuses one of them.
    """
    statements = notebook.statements
    last = (notebook.binding(function) or [0])[-1]
    chosen = reached([function], notebook, last, end)
    wraps = [one for one in chosen if function in statements[one].uses]
    first = last
    if any(one != last or not is_plain_function(statements[one].node) for one in wraps):
        first = 0  # as f = faster(f) needs the f before it
        chosen = reached([function], notebook, first, end)
    used = names_used(chosen, notebook) | {function}
    calls = {
        number
        for number, called, changed in notebook.called
        if number <= end and called not in used and changed & used
    }
    if calls - chosen:  # a function that the answer does not call has filled what it uses
        names = [function, *names_used(calls, notebook)]
        chosen = calls | reached(names, notebook, first, end)
    return chosen


def names_used(numbers: set[int], notebook: Notebook) -> set[str]:
    """The names that some statements use."""
    return set[str]().union(*(notebook.statements[number].uses for number in numbers))


def reached(names: list[str], notebook: Notebook, first: int, end: int) -> set[int]:
    """What names need; of the statements that bind the first of them, those from `first` on."""
    chosen, done, waiting = set[int](), set[str](), ["*", *names]
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        numbers = notebook.touched.get(name, [])
        above = [one for one in numbers if one <= end and (name != names[0] or one >= first)]
        if any(name in notebook.statements[one].binds for one in above):
            numbers = above
        for number in numbers:
            if number not in chosen:
                chosen.add(number)
                waiting += notebook.statements[number].uses
    return chosen


def is_plain_function(node: ast.stmt) -> bool:
    """Whether a statement defines a function by itself: its own name in it is no older one."""
    return isinstance(node, ast.FunctionDef) and not node.decorator_list


def unbound(needed: list[Statement], notebook: Notebook) -> set[str]:
    """The names that statements use, and that the notebook and Python itself do not have."""
    used = set[str]().union(*(one.uses for one in needed))
    return used - set(notebook.touched) - set(dir(builtins))


def future_flags(statements: tuple[Statement, ...]) -> int:
    """What the notebook has asked of `__future__`, which holds in all cells below."""
    flags = 0
    for one in statements:
        if isinstance(one.node, ast.ImportFrom) and one.node.module == "__future__":
            for name in one.node.names:
                flags |= getattr(getattr(__future__, name.name, None), "compiler_flag", 0)
    return flags


def compiled(one: Statement, flags: int) -> CodeType:
    """A statement as Python runs it, in a file that has the name of its cell.

    Raises:
        SyntaxError: Python refuses it, as a function with two arguments of one name.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.Module([without_course(one.node)], [])
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as notebooks do
        code: CodeType = compile(module, file_of(one.cell), "exec", flags, dont_inherit=True)
        return code


def without_course(node: ast.stmt) -> ast.stmt:
    """The statement without its imports of the course; the statement itself where it has none."""
    if COURSE not in packages(node):
        return node
    kept: ast.stmt = WithoutCourse().visit(copy.deepcopy(node))
    return kept


class WithoutCourse(ast.NodeTransformer):
    """Takes imports of the course out, which is not there: what stands beside them is needed."""

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        """Keep the other packages of the statement; `pass` where there are none."""
        kept = [one for one in node.names if one.name.partition(".")[0] != COURSE]
        remaining = ast.Import(kept) if kept else ast.Pass()
        return ast.copy_location(remaining, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Keep the statement, if it is not from the course; else `pass` in its place."""
        ours = (node.module or "").partition(".")[0] == COURSE
        return ast.copy_location(ast.Pass(), node) if ours else node


def compiled_if_python(one: Statement, flags: int) -> CodeType | None:
    """A statement as Python runs it; None if Python refuses it."""
    try:
        return compiled(one, flags)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def file_of(cell: int) -> str:
    """What the code of a cell is called, where Python asks for a file."""
    return f"<cell {cell}>"
