"""Run the statements of an answer and call its function: what it gives, or why nothing."""

import builtins
import errno
import importlib.util
import inspect
import linecache
import sys
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from attention_course.grading.inside.program import Program, file_of
from attention_course.grading.inside.wire import pack, unpack_input

CLONE, EQUAL = torch.clone, torch.equal  # an answer may replace the names, not these
BUILT_IN = {name for name, one in vars(builtins).items() if isinstance(one, type)}
NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EMFILE}  # of files
Packed = dict[str, Any]


def outputs(
    function: str,
    program: Program,
    cases: list[list[Packed]],
    namespace: dict[str, Any] | None = None,
) -> Packed:
    """Run the statements of an answer, then call its function once for each case.

    `namespace` is where they run, an empty one if none is given.
    """
    show_sources(program)
    missing = [one for one in sorted(program.imports) if is_absent(one)]
    absent = {"absent": missing[0]} if missing else {}
    namespace = {} if namespace is None else namespace
    namespace |= {"__name__": "__main__", "display": do_nothing, "get_ipython": Shell}
    answer, trouble = define(function, program, namespace)
    if answer is None:
        failed = {**absent, **(trouble or {"failure": "NameError"})}
        return {"outputs": [failed] * len(cases), "changed": False}
    called = [call(answer, [unpack_input(one) for one in case]) for case in cases]
    trouble = {**absent, **(trouble or {})}
    return {
        "outputs": [explained(output, trouble) for output, _ in called],
        "changed": any(changed for _, changed in called),
    }


def is_absent(package: str) -> bool:
    """Whether a package cannot be imported here."""
    try:
        return importlib.util.find_spec(package) is None
    except (ImportError, ValueError):  # loaded, but without a word of where it is from
        return package not in sys.modules


def show_sources(program: Program) -> None:
    """Let Python find the source of what a cell defines, as torch.jit.script asks for it."""
    for cell, text in program.sources.items():
        lines = text.splitlines(keepends=True)
        linecache.cache[file_of(cell)] = (len(text), None, lines, file_of(cell))


def do_nothing(*args: Any, **kwargs: Any) -> None:
    """In the place of what shows something in a notebook."""


class Shell:
    """In the place of a notebook's shell: it takes every command, and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return do_nothing


def define(function: str, program: Program, namespace: dict[str, Any]) -> tuple[Any, Packed | None]:
    """The function that the statements leave, and the first failure on the way.

    A statement that fails stops no other. Where the name holds a value at the end that cannot
    be called, as after `f = f(x)`, the function that it held before counts.
    """
    answer, first = None, None
    for code in program.code:
        try:
            run_statement(code, namespace)
        except BaseException as error:  # SystemExit too: an answer ends no grading
            first = first or failure(error)
        if callable(namespace.get(function)):
            answer = namespace[function]
    return answer, first


def run_statement(code: CodeType, namespace: dict[str, Any]) -> None:
    """Run one statement; one that awaits, as notebooks allow, runs to its first real wait."""
    if not code.co_flags & inspect.CO_COROUTINE:
        exec(code, namespace)
        return
    awaits = eval(code, namespace)
    try:
        awaits.send(None)
    except StopIteration:
        return
    awaits.close()


def explained(output: Packed, trouble: Packed) -> Packed:
    """An output; if it is a failure or nothing, a module that was missing may be the reason."""
    if ("failure" in output or "nothing" in output) and "absent" in trouble:
        return {"absent": trouble["absent"], **output}
    return output


def call(function: Any, inputs: list[Any]) -> tuple[Packed, bool]:
    """What a function returns, and whether it has changed its inputs."""
    before = [CLONE(one) if isinstance(one, Tensor) else one for one in inputs]
    try:
        packed = pack(function(*inputs))
    except BaseException as error:
        return failure(error), False
    return packed, any(
        isinstance(one, Tensor) and not (one.shape == other.shape and EQUAL(one, other))
        for one, other in zip(before, inputs, strict=True)
    )


def failure(error: BaseException) -> Packed:
    """The kind of an error, and nothing of its text: that is the learner's to choose.

    `absent` is the module that an import did not find, `limit` what there was too little of.
    """
    kind = type(error).__name__
    failed: Packed = {"failure": kind if kind in BUILT_IN else "Exception"}
    if isinstance(error, ImportError):
        failed["absent"] = str(error.name)[:100]
    limit = limit_reached(error)
    return failed | ({"limit": limit} if limit else {})


def limit_reached(error: BaseException) -> str:
    """Which limit of the sandbox an error tells of: memory, files, processes; or none."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, BlockingIOError):  # fork, where no process may be started
        return "processes"
    if isinstance(error, OSError):
        return "files" if error.errno in NO_ROOM else ""
    if isinstance(error, RuntimeError) and len(error.args) == 1:
        text = error.args[0] if type(error.args[0]) is str else ""
        if "can't start new thread" in text:
            return "processes"
        if "allocate memory" in text or "not enough memory" in text:
            return "memory"
    return ""
