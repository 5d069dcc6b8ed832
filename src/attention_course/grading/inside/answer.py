"""The process that runs one answer of a learner's: read the program, run it, call, send, end."""

import json
import os
import sys
from types import ModuleType
from typing import Any, NoReturn

import torch

from attention_course.grading.inside import namespaces
from attention_course.grading.inside.calling import outputs
from attention_course.grading.inside.cells import read_notebook
from attention_course.grading.inside.program import Program, program_for

HOLDERS: dict[str, list[Any]] = {}  # name: the modules that hold it


def read(request: dict[str, Any]) -> Program:
    """Read the program of an answer. Nothing of it runs here."""
    notebook = read_notebook(request["cells"])
    return program_for(
        request["function"],
        notebook,
        request["marked"],
        request["forbids"],
        request["exercise"],
        request.get("whole", False),
    )


def run(request: dict[str, Any], program: Program, pipe: int) -> None:
    """Run an answer, and send what it gives."""
    for name in request["removes"]:
        remove(name)
    namespaces.cpu_seconds_more(request["cpu_seconds"])
    torch.manual_seed(0)
    replaced = {"set_num_threads": no_threads, "set_num_interop_threads": no_threads}
    for name, other in (replaced | {"compile": uncompiled}).items():
        setattr(torch, name, other)
    main = sys.modules["__main__"] = ModuleType("__main__")  # where a notebook looks for its names
    send(pipe, outputs(request["function"], program, request["cases"], vars(main)))


def no_threads(count: int) -> None:
    """In the place of what would ask for threads, of which there are none here."""


def uncompiled(function: Any = None, **options: Any) -> Any:
    """In the place of torch.compile, which changes no value, and needs time and all operators."""
    return uncompiled if function is None else function


def send(pipe: int, message: dict[str, Any]) -> None:
    """Write a message to a pipe as one line of JSON, in as many parts as the pipe takes."""
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
            setattr(module, name, by_hand)
    setattr(torch.ops.aten, name, None)


def by_hand(*args: Any, **kwargs: Any) -> NoReturn:
    """In the place of a library's function, so that an import that brings it too still works."""
    raise NameError("here it is to be written by hand")
