"""What a statement of a notebook changes, beyond the names that it binds.

A table may be filled by `TABLE.append(1)`, in a loop, or by a function that is called once. An
answer that uses the table needs those statements too, as it had them in the notebook. What is
found here may be more than what really changes, never by running anything.
"""

import ast
import contextlib
import re
from collections.abc import Iterator, Sequence

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
READS_ONLY = frozenset(
    "print len sum min max abs sorted range enumerate zip list tuple dict set str repr int float "
    "bool type isinstance callable hasattr getattr id round any all iter check display".split()
)
HANDS_ON = frozenset({"list", "tuple", "set", "dict", "sum", "any", "all", "max", "min"})  # of map
UNKNOWN = frozenset({"exec", "globals", "locals", "vars"})  # these can bind any name
EXERCISE = re.compile(r"ch\d+\.\w+")
SETTINGS = ("set_", "use_", "seed", "manual_seed", "enable_", "disable_")
IN_PLACE = frozenset(
    "shuffle heappush heapify heappop insort insort_left insort_right put copyto fill_diagonal "
    "setattr delattr update_wrapper".split()
)


def root_name(target: ast.expr) -> str:
    """The name at the root of an expression such as a.b[0].c(); empty if it has none."""
    while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred, ast.Call)):
        target = target.func if isinstance(target, ast.Call) else target.value
    return target.id if isinstance(target, ast.Name) else ""


def executed_parts(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that run where it stands: of a function, not its body."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts = [*node.decorator_list, *node.args.defaults]
        parts += [one for one in node.args.kw_defaults if one is not None]
        for part in parts:
            yield from ast.walk(part)
    else:
        yield from ast.walk(node)


def names_in_texts(node: ast.stmt) -> set[str]:
    """The names in texts that are Python, as `exec` is given them."""
    names = set[str]()
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                inner = ast.walk(ast.parse(one.value))
                names |= {part.id for part in inner if isinstance(part, ast.Name)}
    return names


def is_check(call: ast.Call) -> bool:
    """Whether a call names an exercise, as every check does."""
    return any(
        isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and EXERCISE.fullmatch(one.value)
        for one in call.args
    )


def binds_unknown(node: ast.stmt) -> bool:
    """Whether a statement may bind names that nobody can read in it, as `exec` does.

    `globals()[name]` and `name in globals()` only look.
    """
    parts = list(executed_parts(node))
    looks = [
        one.value
        for one in parts
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Load)
    ] + [value for one in parts if isinstance(one, ast.Compare) for value in one.comparators]
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id in UNKNOWN
        and (one.func.id == "exec" or one not in looks)
        for one in parts
    )


def changed_targets(part: ast.AST) -> set[str]:
    """The name that `name[0] = 1`, `name.part = 2` or `del name[0]` changes."""
    stored = isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load)
    return {root_name(part)} if stored and isinstance(part, ast.expr) else set()


def is_immutable(value: ast.expr | None) -> bool:
    """Whether a value is written down as something that cannot change: a number, a text."""
    if value is None or isinstance(value, (ast.Constant, ast.JoinedStr)):
        return True
    if isinstance(value, ast.UnaryOp):
        return is_immutable(value.operand)
    if isinstance(value, ast.BinOp):
        return is_immutable(value.left) and is_immutable(value.right)
    return isinstance(value, ast.Tuple) and all(is_immutable(one) for one in value.elts)


def mutable_names(nodes: Sequence[ast.stmt]) -> set[str]:
    """The names that hold something that can be changed without being bound again."""
    names = set()
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Assign) and not is_immutable(part.value):
                names |= {root_name(target) for target in part.targets}
                names |= {one for target in part.targets for one in names_stored(target)}
            elif isinstance(part, (ast.For, ast.withitem)):
                target = part.target if isinstance(part, ast.For) else part.optional_vars
                names |= names_stored(target) if target else set()
            elif isinstance(part, (ast.AnnAssign, ast.NamedExpr)) and not is_immutable(part.value):
                names |= {root_name(part.target)}
    return names


def names_stored(target: ast.AST) -> set[str]:
    """The names that a target of an assignment binds."""
    return {
        one.id
        for one in ast.walk(target)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


class Effects:
    """What the statements of one notebook change."""

    def __init__(self, nodes: Sequence[ast.stmt]):
        self.mutable = mutable_names(nodes)
        self.imported: set[str] = set()
        self.functions: dict[str, list[ast.stmt]] = {}
        self.of_functions: dict[str, set[str]] = {}
        for node in nodes:
            if isinstance(node, DEFINITIONS):
                self.functions.setdefault(node.name, []).append(node)
            for part in ast.walk(node):
                if isinstance(part, IMPORTS):
                    names = [one.asname or one.name.partition(".")[0] for one in part.names]
                    self.imported |= set(names)

    def changes(self, node: ast.stmt) -> set[str]:
        """The names whose values a statement may change where it stands."""
        if isinstance(node, IMPORTS):
            return set()
        parts = list(executed_parts(node))
        targets = set[str]().union(*map(changed_targets, parts))
        calls = [one for one in parts if isinstance(one, ast.Call)]
        if any(is_check(one) for one in calls):
            return targets - {""}  # an experiment or a check, and nothing that an answer needs
        called = set[str]().union(*map(self.changed_by_call, calls))
        return (targets | (called & self.mutable) | (called & self.imported)) - {""}

    def called(self, node: ast.stmt) -> set[str]:
        """The functions of the notebook that a statement calls, or hands on to be called."""
        calls = [one for one in executed_parts(node) if isinstance(one, ast.Call)]
        if any(is_check(one) for one in calls):
            return set()
        names = {root_name(one.func) for one in calls}
        for one in calls:
            if root_name(one.func) not in READS_ONLY - HANDS_ON:
                names |= {root_name(argument) for argument in one.args}
        if isinstance(node, DEFINITIONS):
            names |= {root_name(one) for one in node.decorator_list}
        return names & set(self.functions)

    def changed_by_call(self, call: ast.Call) -> set[str]:
        """The names that a call may change: whose method it is, and what it is given."""
        function, values = call.func, [*call.args, *(one.value for one in call.keywords)]
        arguments = {root_name(one) for one in values if not isinstance(one, ast.Call)}
        root = root_name(function)
        last = function.attr if isinstance(function, ast.Attribute) else root
        if root in self.imported:
            if isinstance(function, ast.Attribute) and last.startswith(SETTINGS):
                return {root}
            in_place = last.endswith("_") or last in IN_PLACE
            in_place |= any(one.arg == "out" for one in call.keywords)
            return arguments if in_place else set()
        if isinstance(function, ast.Name):
            if root in READS_ONLY:
                return set()
            if root in self.functions:
                return arguments if self.changes_parameters(root) else set()
        return arguments | {root}

    def changed_by_function(self, name: str) -> set[str]:
        """The names of the notebook that calling one of its functions may change."""
        if name not in self.of_functions:
            self.of_functions[name] = set()  # a function that calls itself adds nothing more
            changed = set[str]()
            for node in self.functions[name]:
                declared, local = globals_and_locals(node)
                changed |= declared | ((self.inside(node) - local) & self.mutable)
            self.of_functions[name] = changed
        return self.of_functions[name]

    def changes_parameters(self, name: str) -> bool:
        """Whether a function of the notebook may change what it is given."""
        for node in self.functions[name]:
            if isinstance(node, ast.ClassDef):
                return True  # an instance may keep it and change it later
            own = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
            if own & self.inside(node, all_names=True):
                return True
        return False

    def inside(self, node: ast.stmt, all_names: bool = False) -> set[str]:
        """The names that the body of a function or a class may change when it runs."""
        changed = set[str]()
        for part in ast.walk(node):
            changed |= changed_targets(part)
            if isinstance(part, ast.Call):
                callee = part.func
                itself = isinstance(callee, ast.Name) and callee.id in self.functions
                changed |= set() if itself and all_names else self.changed_by_call(part)
            if isinstance(part, ast.Name) and part.id in self.functions and not all_names:
                changed |= self.changed_by_function(part.id)
        return changed


def globals_and_locals(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a function declares as the notebook's, and those that are its own."""
    declared = {name for one in ast.walk(node) if isinstance(one, ast.Global) for name in one.names}
    own = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)} | names_stored(node)
    return declared, own - declared
