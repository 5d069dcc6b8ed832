"""Which names a statement mentions, and which packages it imports. Nothing is run."""

import ast

from attention_course.grading.inside.cells import Statement
from attention_course.grading.inside.effects import DEFINITIONS


def packages(node: ast.AST) -> set[str]:
    """The packages that a statement imports, in functions and behind a `try` too."""
    imported = set[str]()
    for one in ast.walk(node):
        if isinstance(one, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            imported |= {(one.module or "").partition(".")[0]}
    return imported - {""}


def mentioned_names(node: ast.stmt, needed: list[Statement]) -> set[object]:
    """What a statement names: as a name, an attribute, an import or a string.

    An import at the top level names nothing that no needed statement uses, as one that brings the
    library's function, to compare with, beside another that the answer calls.
    """
    words: set[object] = set()
    unused = unused_imports(node, needed)
    queried = {one for part in ast.walk(node) for one in queried_by_hasattr(part)}
    for part in ast.walk(node):
        if part in queried:
            continue
        if isinstance(part, ast.Name):
            words.add(part.id)
        elif isinstance(part, ast.Attribute):
            words.add(part.attr)
        elif isinstance(part, ast.alias) and part not in unused:
            words |= set(part.name.split("."))
        elif isinstance(part, ast.ImportFrom) and not unused.issuperset(part.names):
            words |= set((part.module or "").split("."))
        elif isinstance(part, ast.Constant):
            words.add(part.value)
    return words


def queried_by_hasattr(part: ast.AST) -> list[ast.expr]:
    """What `hasattr` is asked about: to ask whether there is a function is not to use it."""
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "hasattr":
        return part.args[1:]
    return []


def unused_imports(node: ast.stmt, needed: list[Statement]) -> set[ast.alias]:
    """What a statement imports outside of functions under names that nothing needed uses."""
    imported, waiting = set[ast.alias](), list[ast.AST]([node])
    while waiting:
        part = waiting.pop()
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            imported |= set(part.names)
        elif not isinstance(part, (*DEFINITIONS, ast.Lambda)):
            waiting += ast.iter_child_nodes(part)
    if not imported:
        return imported
    used = {part.id for one in needed for part in ast.walk(one.node) if isinstance(part, ast.Name)}
    return {one for one in imported if one.name != "*" and bound_by(one) not in used}


def bound_by(imported: ast.alias) -> str:
    """The name that an import binds: of `import a.b` it is `a`, of `import a.b as c` it is `c`."""
    return imported.asname or imported.name.partition(".")[0]
