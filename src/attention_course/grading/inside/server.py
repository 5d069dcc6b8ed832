"""The fork server of a sandbox: load torch once, fork a process of its own for each request.

It runs no learner's code itself. Requests and replies are JSON, each after its length.
"""

import contextlib
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from typing import Any, BinaryIO

LENGTH = 8  # bytes that tell how long a message is
SIGNALED = 100  # the exit code of a process that saw another end by a signal, above its number


def main(walled: bool) -> None:
    """Serve until the requests end. `walled`: give each answer namespaces of its own."""
    from attention_course.grading.inside import namespaces

    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    if walled:
        namespaces.become_nobody()
    preload()
    write_message(replies, {"ready": True})
    while (request := read_message(requests)) is not None:
        keeper = os.fork()
        if keeper == 0:
            leave_with(keep, request, replies, walled)
        _, status = os.waitpid(keeper, 0)
        if status != 0:
            write_message(replies, {"end": "broken"})


def preload() -> None:
    """Load what answers use, and nothing of the course."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    importlib.import_module("numpy")
    answer = importlib.import_module("attention_course.grading.inside.answer")
    first = answer.program_for("f", ["def f(x):\n    return x.softmax(-1)"], [0], [])
    packed = answer.pack(torch.zeros(2, 2) @ torch.ones(2, 2))
    answer.outputs({"function": "f", "cases": [[packed]]}, first)  # whatever loads late is loaded


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message, or None at the end."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    return json.loads(stream.read(int.from_bytes(head, "big")))


def write_message(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write a message after its length."""
    data = json.dumps(message).encode()
    stream.write(len(data).to_bytes(LENGTH, "big") + data)
    stream.flush()


def leave_with(work: Any, *arguments: Any) -> None:
    """Do some work in a forked process, and end it without a word to anybody."""
    code = 1
    with contextlib.suppress(BaseException):
        work(*arguments)
        code = 0
    os._exit(code)


def keep(request: dict[str, Any], replies: BinaryIO, walled: bool) -> None:
    """Start the process of an answer, read what it sends, end it, and report."""
    from attention_course.grading.inside import namespaces

    if walled:
        namespaces.leave()
    reading, writing = os.pipe()
    answer = os.fork()
    if answer == 0:
        leave_with(answer_within_walls, request, writing, walled)
    os.close(writing)
    sent, end = listen(reading, answer, request)
    write_message(replies, {"end": end, "sent": sent.decode("utf-8", "replace")})


def answer_within_walls(request: dict[str, Any], pipe: int, walled: bool) -> None:
    """Put the walls up, then run the answers in a process that may not start another.

    The first process of a namespace ignores signals, limits of processor time among them, and
    when it ends all others do. So it only waits.
    """
    from attention_course.grading.inside import answer, namespaces

    os.dup2(0, 2)
    os.dup2(pipe, 3)
    os.closerange(4, 65536)
    memory = namespaces.memory_in_use() + request["memory"]
    if walled:
        namespaces.hide(request["scratch"])
    os.chdir("/tmp")
    runner = os.fork()
    if runner == 0:
        namespaces.limit(memory, request["scratch"], whole_cpu_seconds(request))
        leave_with(answer.run, request, 3)
    os.close(3)
    _, status = os.waitpid(runner, 0)
    os._exit(SIGNALED + os.WTERMSIG(status) if os.WIFSIGNALED(status) else status and 1)


def whole_cpu_seconds(request: dict[str, Any]) -> int:
    """Processor time for all jobs of a request, as the hard limit that nothing can raise."""
    return (request["cpu_seconds"] + 2) * len(request["jobs"]) + 2


def listen(pipe: int, answer: int, request: dict[str, Any]) -> tuple[bytes, str]:
    """What an answer sends, and how it ended: done, timeout (of the processor),
    stuck (by the clock), died or flood."""
    sent, deadline = bytearray(), time.monotonic() + request["wall_seconds"]
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return bytes(sent), ended(answer, "stuck")
        data = os.read(pipe, 1 << 16)
        sent += data
        if len(sent) > request["most_bytes"]:
            return bytes(sent), ended(answer, "flood")
        if not data:
            cpu = whole_cpu_seconds(request)
            return bytes(sent), ended(answer, deadline=deadline, most_cpu=cpu)


def ended(answer: int, why: str = "stuck", deadline: float = 0.0, most_cpu: int = 0) -> str:
    """Wait for the end of an answer's process, or make it end; all that it started ends too."""
    status = None
    while status is None and time.monotonic() < deadline:
        done, code = os.waitpid(answer, os.WNOHANG)
        if done:
            status = code
        else:
            time.sleep(0.001)
    if status is None:
        os.kill(answer, signal.SIGKILL)
        _, status = os.waitpid(answer, 0)
        return why
    code = os.waitstatus_to_exitcode(status)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code == SIGNALED + signal.SIGXCPU:
        return "timeout"
    if code == SIGNALED + signal.SIGKILL and used.ru_utime + used.ru_stime >= most_cpu:
        return "timeout"
    return "done" if code == 0 else "died"


if __name__ == "__main__":
    main(walled="--no-walls" not in sys.argv)
