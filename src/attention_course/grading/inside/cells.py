"""Read the cells of a notebook into statements, and what each binds. Nothing is run."""

import ast
import re
import symtable
import warnings
from dataclasses import dataclass
from functools import cached_property

from IPython.core.inputtransformer2 import TransformerManager

from attention_course.grading.inside.effects import Effects, binds_unknown, names_in_texts
from attention_course.grading.inside.newer import is_newer_python

CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
LINE_MAGIC = re.compile(r"^([ \t]*)%(?:time|prun)[ \t]+(?=\S)", re.MULTILINE)
OTHER_LANGUAGES = set(
    "bash sh script html HTML javascript js latex markdown perl ruby svg SVG writefile file cmd "
    "system sx".split()
)
AROUND_PYTHON = {"time", "capture", "prun"}  # cell magics with Python under them


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a cell, with the names that it binds."""

    cell: int
    node: ast.stmt
    binds: frozenset[str]

    @cached_property
    def uses(self) -> set[str]:
        """The names of the notebook that it uses, in functions inside it too.

        Raises:
            SyntaxError: Python refuses the statement when it looks at its names.
        """
        table = symbol_table(self.node)
        names = {one.get_name() for one in table.get_symbols() if one.is_referenced()}
        tables = table.get_children()
        while tables:
            inner = tables.pop()
            tables += inner.get_children()
            names |= {one.get_name() for one in inner.get_symbols() if one.is_global()}
        return names | (names_in_texts(self.node) if "*" in self.binds else set())


@dataclass(frozen=True)
class Broken:
    """A cell that is not Python, and whether a newer Python would take it."""

    text: str
    line: int | None
    newer: bool


@dataclass(frozen=True)
class Notebook:
    """The statements of all cells that are Python, and what is wrong with the others."""

    statements: tuple[Statement, ...]
    sources: dict[int, str]
    broken: dict[int, Broken]
    under_magic: dict[str, str]  # what nobody runs: cells, by the magic that they begin with

    def binding(self, name: str) -> list[int]:
        """The numbers of the statements that bind a name, in order."""
        return [number for number, one in enumerate(self.statements) if name in one.binds]

    @cached_property
    def touched(self) -> dict[str, list[int]]:
        """For each name the numbers of the statements that bind it or change what it holds."""
        numbers: dict[str, list[int]] = {}
        for number, one in enumerate(self.statements):
            for name in one.binds | self.effects.changes(one.node):
                numbers.setdefault(name, []).append(number)
        return numbers

    @cached_property
    def called(self) -> list[tuple[int, str, set[str]]]:
        """Calls of the notebook's functions that change names: statement, function, names."""
        return [
            (number, function, changed)
            for number, one in enumerate(self.statements)
            for function in sorted(self.effects.called(one.node))
            if (changed := self.effects.changed_by_function(function))
        ]

    @cached_property
    def effects(self) -> Effects:
        """What the statements change beyond the names that they bind."""
        return Effects([one.node for one in self.statements])


def read_notebook(cells: list[str]) -> Notebook:
    """Read all cells of a notebook; one that is not Python harms no other."""
    statements: list[Statement] = []
    sources: dict[int, str] = {}
    broken: dict[int, Broken] = {}
    under_magic: dict[str, str] = {}
    for number, text in enumerate(cells):
        magic = CELL_MAGIC.match(text)
        if magic and magic[1] not in AROUND_PYTHON | OTHER_LANGUAGES:
            under_magic[magic[1]] = under_magic.get(magic[1], "") + text[magic.end() :]
        try:
            sources[number], in_cell = statements_of(text, number)
            statements += in_cell
        except SyntaxError as error:
            broken[number] = Broken(text, error.lineno, is_newer_python(text))
    return Notebook(tuple(statements), sources, broken, under_magic)


def statements_of(text: str, cell: int) -> tuple[str, list[Statement]]:
    """The Python of a cell, and its statements; lines for IPython become calls nobody needs.

    Raises:
        SyntaxError: it is not Python.
    """
    magic = CELL_MAGIC.match(text)
    if magic and magic[1] not in AROUND_PYTHON:
        return "", []
    text = text[magic.end() :] if magic else text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source, tree = parse_cell(text)
            return source, [
                Statement(cell, node, frozenset(names_bound(node))) for node in tree.body
            ]
    except (ValueError, RecursionError, MemoryError, RuntimeError) as error:
        raise SyntaxError(f"{type(error).__name__}") from error


def parse_cell(text: str) -> tuple[str, ast.Module]:
    """A cell and its syntax; lines that are not Python's are translated as IPython does."""
    try:
        return text, ast.parse(text)
    except SyntaxError:
        manager = TransformerManager()  # type: ignore[no-untyped-call]  # IPython's own omission
        text = manager.transform_cell(LINE_MAGIC.sub(r"\1", text))
        return text, ast.parse(text)


def symbol_table(node: ast.stmt) -> symtable.SymbolTable:
    """What Python knows of the names in a statement."""
    return symtable.symtable(ast.unparse(node), "cell", "exec")


def names_bound(node: ast.stmt) -> set[str]:
    """The names of the notebook that a statement binds; * where it may bind any."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return {"*"}
    if binds_unknown(node):
        return {"*"}
    if isinstance(node, ast.Expr) and not any(
        isinstance(one, ast.NamedExpr) for one in ast.walk(node)
    ):
        return set()
    return {
        one.get_name()
        for one in symbol_table(node).get_symbols()
        if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
