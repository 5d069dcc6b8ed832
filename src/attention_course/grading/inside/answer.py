"""The process that runs one learner's answers: read the program, run it, call, send, end."""

import ast
import builtins
import json
import os
import sys
from typing import Any

import torch
from torch import Tensor

from attention_course.grading.inside import namespaces
from attention_course.grading.inside.program import Program, program_for, read_notebook
from attention_course.grading.inside.wire import pack, unpack_input

CLONE, EQUAL = torch.clone, torch.equal  # an answer may replace the names, not these
HOLDERS: dict[str, list[Any]] = {}  # name: the modules that hold it
BUILT_IN = {name for name, one in vars(builtins).items() if isinstance(one, type)}


Group = list[tuple[int, dict[str, Any], Program]]  # jobs with their numbers, and programs


def read(request: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Group]]:
    """Read the programs of all jobs. No answer runs here.

    Returns what is wrong with each, and the jobs that can be run, in groups: those that forbid
    the same names share a process.
    """
    notebook = read_notebook(request["cells"])
    programs = [
        program_for(job["function"], notebook, job["marked"], job["forbids"])
        for job in request["jobs"]
    ]
    about = [{"problem": one.problem, "detail": one.detail} for one in programs]
    groups: dict[int, Group] = {}
    for number, (job, program) in enumerate(zip(request["jobs"], programs, strict=True)):
        if program.problem is None:
            groups.setdefault(job["group"], []).append((number, job, program))
    return about, list(groups.values())


def run(group: Group, cpu_seconds: int, pipe: int) -> None:
    """Run the jobs of a group; each one's outputs are sent as soon as they are there."""
    for name in {name for _, job, _ in group for name in job["forbids"]}:
        remove(name)
    for number, job, program in group:
        namespaces.cpu_seconds_more(cpu_seconds)
        torch.manual_seed(0)
        send(pipe, {"job": number, **outputs(job, program)})


def send(pipe: int, message: dict[str, Any]) -> None:
    """Write one line of JSON."""
    left = memoryview((json.dumps(message) + "\n").encode())
    while left:
        left = left[os.write(pipe, left) :]


def find_holders() -> None:
    """Note which modules hold a library's attention, so that taking it out touches no other."""
    for module in list(sys.modules.values()):
        for name in list(getattr(module, "__dict__", ())):
            if "attention" in name.lower() or "transformer" in name.lower():
                HOLDERS.setdefault(name, []).append(module)


def remove(name: str) -> None:
    """Take a name that is to be written by hand out of everything that is loaded."""
    for module in HOLDERS.get(name) or list(sys.modules.values()):
        if name in getattr(module, "__dict__", ()):
            delattr(module, name)
    setattr(torch.ops.aten, name, None)


def outputs(job: dict[str, Any], program: Program) -> dict[str, Any]:
    """Run the statements of an answer, then call its function once for each case."""
    world: dict[str, Any] = {"__name__": "__main__"}
    raised = execute(program.statements, world)
    function = world.get(job["function"])
    if not callable(function):
        failure = raised or {"failure": "NameError"}
        return {"outputs": [failure] * len(job["cases"]), "changed": False}
    called = [call(function, [unpack_input(one) for one in case]) for case in job["cases"]]
    return {
        "outputs": [output for output, _ in called],
        "changed": any(changed for _, changed in called),
    }


def execute(statements: list[ast.stmt], world: dict[str, Any]) -> dict[str, Any] | None:
    """Run statements one by one; one that fails stops no other. Tells the first failure."""
    first = None
    for node in statements:
        try:
            exec(compile(ast.Module([node], []), "<answer>", "exec"), world)
        except BaseException as error:  # SystemExit too: an answer ends no grading
            first = first or failure(error)
    return first


def call(function: Any, given: list[Any]) -> tuple[dict[str, Any], bool]:
    """What a function returns, and whether it has changed its inputs."""
    before = [CLONE(one) if isinstance(one, Tensor) else one for one in given]
    try:
        packed = pack(function(*given))
    except BaseException as error:
        return failure(error), False
    return packed, any(
        isinstance(one, Tensor) and not EQUAL(one, other)
        for one, other in zip(before, given, strict=True)
    )


def failure(error: BaseException) -> dict[str, Any]:
    """The kind of an error, and nothing of its text: that is the learner's to choose."""
    kind = type(error).__name__
    return {"failure": kind if kind in BUILT_IN else "Exception"}
