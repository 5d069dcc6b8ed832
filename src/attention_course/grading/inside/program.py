"""An answer is a function and what it uses: of a whole notebook, the statements that it needs.

Imports, functions, classes and assignments are run if the function uses what they name, and in
the notebook's order. Experiments, prints, loops and checks are not: they are not the answer.
"""

import ast
import re
import symtable
import warnings
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
AROUND_PYTHON = {"time", "timeit", "capture", "prun"}  # cell magics with Python under them


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a cell, with the names that it binds."""

    cell: int
    node: ast.stmt
    binds: frozenset[str]

    @property
    def uses(self) -> set[str]:
        """The names of the notebook that it uses, in functions inside it too."""
        table = symbols(self.node)
        found = {one.get_name() for one in table.get_symbols() if one.is_referenced()}
        waiting = table.get_children()
        while waiting:
            inner = waiting.pop()
            waiting += inner.get_children()
            found |= {one.get_name() for one in inner.get_symbols() if one.is_global()}
        return found


@dataclass
class Program:
    """What is to be run for one function, and why it cannot be, if so."""

    statements: list[ast.stmt] = field(default_factory=list)
    problem: str | None = None  # missing, syntax or forbidden
    detail: str = ""


def statements_of(text: str, cell: int) -> list[Statement]:
    """The statements of a cell; lines for IPython and the shell become calls that nobody needs.

    Raises:
        SyntaxError: it is not Python.
    """
    magic = MAGIC.match(text)
    if magic and magic[1] not in AROUND_PYTHON:
        return []
    text = text[magic.end() :] if magic else text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [
                Statement(cell, node, frozenset(names_bound(node))) for node in parsed(text).body
            ]
    except (ValueError, RecursionError, MemoryError, RuntimeError) as error:
        raise SyntaxError(f"{type(error).__name__}") from error


def parsed(text: str) -> ast.Module:
    """The syntax of a cell; lines that are not Python's are translated as IPython does."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse(TransformerManager().transform_cell(text))


def symbols(node: ast.stmt) -> symtable.SymbolTable:
    """What Python knows of the names in a statement."""
    return symtable.symtable(ast.unparse(node), "cell", "exec")


def names_bound(node: ast.stmt) -> set[str]:
    """The names of the notebook that a statement binds or changes."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return {"*"}
    if isinstance(node, ast.Expr) and not any(
        isinstance(one, ast.NamedExpr) for one in ast.walk(node)
    ):
        return set()
    found = {
        one.get_name()
        for one in symbols(node).get_symbols()
        if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
    if isinstance(node, ast.Assign):  # numbers["one"] = 1 and thing.attribute = 2 change a name
        found |= {base(target) for target in node.targets}
    return found


def base(target: ast.expr) -> str:
    """The name at the root of something that is assigned to."""
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


@dataclass(frozen=True)
class Notebook:
    """The statements of all cells that are Python, and what is wrong with the others."""

    statements: tuple[Statement, ...]
    broken: dict[int, SyntaxError]


def read_notebook(cells: list[str]) -> Notebook:
    """Read all cells of a notebook; one that is not Python harms no other."""
    statements: list[Statement] = []
    broken: dict[int, SyntaxError] = {}
    for number, text in enumerate(cells):
        try:
            statements += statements_of(text, number)
        except SyntaxError as error:
            broken[number] = error
    return Notebook(tuple(statements), broken)


def program_for(
    function: str, notebook: Notebook, marked: list[int], forbids: list[str]
) -> Program:
    """The statements that a function needs, in the order of the notebook.

    `marked` are the cells that say that they hold the answer: if one defines the function, no
    other definition of it counts.
    """
    statements, broken = notebook.statements, notebook.broken
    homes = {one.cell for one in statements if function in one.binds}
    if not homes & set(marked):
        for number in marked:
            if number in broken:
                line = f"line {broken[number].lineno}" if broken[number].lineno else "the cell"
                return Program(problem="syntax", detail=line)
    if not homes:
        return Program(problem="missing")
    home = homes & set(marked) or homes
    allowed = [one for one in statements if function not in one.binds or one.cell in home]
    needed = needed_by(function, allowed)
    body = [one.node for one in allowed if one in needed]
    used = sorted(name for name in forbids if any(mentions(node, name) for node in body))
    if used:
        return Program(problem="forbidden", detail=", ".join(used))
    return Program(body)


def needed_by(function: str, statements: list[Statement]) -> set[Statement]:
    """The statements that bind a function, those that bind what these use, and so on."""
    binding: dict[str, list[Statement]] = {}
    for one in statements:
        for name in one.binds:
            binding.setdefault(name, []).append(one)
    chosen, waiting = set[Statement](), [*binding.get(function, []), *binding.get("*", [])]
    while waiting:
        one = waiting.pop()
        if one not in chosen:
            chosen.add(one)
            for name in one.uses:
                waiting += binding.pop(name, [])
    return chosen


def mentions(node: ast.AST, name: str) -> bool:
    """Whether code names something: as a name, an attribute, an import or a string."""
    words: set[object] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            words.add(part.id)
        elif isinstance(part, ast.Attribute):
            words.add(part.attr)
        elif isinstance(part, ast.alias):
            words |= set(part.name.split("."))
        elif isinstance(part, ast.Constant):
            words.add(part.value)
    return name in words
