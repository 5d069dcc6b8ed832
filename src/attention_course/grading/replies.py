"""Read what the sandbox replies. Nobody vouches for it: it can only be outputs, never points."""

import builtins
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attention_course.exercises.exercise import CASES
from attention_course.exercises.judging import Failure, Other
from attention_course.grading.inside.wire import (
    ELEMENT_KINDS,
    OTHER_KINDS,
    WireError,
    unpack_tensor,
)

ERRORS = {name for name, one in vars(builtins).items() if isinstance(one, type)}
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LIMITS = {
    "memory": "It needs more memory than an answer has where it is graded.",
    "files": "It writes or opens more files than an answer has room for where it is graded.",
    "processes": "It starts a thread or a process; where answers are graded none can be started.",
}
ABSENT = "It needs {module}, which is not there where answers are graded (Python {python})."


@dataclass(frozen=True)
class Reply:
    """What the sandbox tells of an answer: its outputs, or why there are none.

    `problem` is one of PROBLEMS, `end` one of ENDED. `reason` says why outputs that are failures
    are not the answer's fault: what was missing, or which limit was reached.
    """

    problem: str = ""
    detail: str = ""
    end: str = ""
    outputs: tuple[Any, ...] = ()
    changed: bool = False
    reason: str = ""


def read_reply(reply: dict[str, Any]) -> Reply:
    """What a reply of the sandbox tells. Its answer can only be outputs, never points.

    An answer can write there by itself: what is odd does not count.
    """
    if reply["end"] == "unread":
        return Reply(end="unread")
    if reply["problem"] is not None:
        return Reply(problem=str(reply["problem"]), detail=sanitized(reply["detail"]))
    try:
        line, _, _ = reply["sent"].partition("\n")
        message = json.loads(line)
        outputs = tuple(unpack_output(output) for output in message["outputs"])
        if len(outputs) == CASES:
            changed = message["changed"] is not False
            return Reply(outputs=outputs, changed=changed, reason=reason_in(message["outputs"]))
    except Exception:  # whatever is wrong with it
        pass
    return Reply(end="died" if reply["end"] == "done" else reply["end"])


def sanitized(text: object) -> str:
    """What a process tells in words, short and without signs."""
    return re.sub(r"[^\w ,.]", "", str(text)[:100], flags=re.ASCII)


def reason_in(outputs: Sequence[dict[str, Any]]) -> str:
    """Why an answer fails that may be right elsewhere: a module is missing, or a limit reached."""
    for output in outputs:
        if "failure" in output or "nothing" in output:
            if output.get("limit") in LIMITS:
                return LIMITS[output["limit"]]
            if output.get("absent"):
                return ABSENT.format(module=sanitized(output["absent"]), python=PYTHON)
    return ""


def unpack_output(output: dict[str, Any]) -> Any:
    """An output from the sandbox as the judge takes it."""
    if "failure" in output:
        kind = output["failure"]
        return Failure(f"{kind}." if kind in ERRORS else "Exception.")
    if "nothing" in output:
        return None
    if "other" in output:
        return other_of(output)
    try:
        return unpack_tensor(output)
    except WireError as error:
        raise ValueError(str(error)) from error


def other_of(output: dict[str, Any]) -> Other:
    """A value that is no tensor, of which the sandbox tells kinds only."""
    kind = output["other"] if output["other"] in OTHER_KINDS else "something else"
    count, holds = output.get("count"), output.get("holds")
    kinds = tuple(one for one in holds if one in ELEMENT_KINDS) if isinstance(holds, list) else ()
    return Other(kind, count if count in (0, 1, 2) else None, kinds)
