"""The fork server of a sandbox: load torch once, fork a process of its own for each request.

It runs no learner's code, and does not even read a request: what it had in memory, every later
answer would have too. Requests and replies are JSON, each after its length.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
from typing import Any, BinaryIO

LENGTH = 8  # bytes that tell how long a message is
ENDS = ("done", "timeout", "died")  # how a group of answers may end
MOST_GROUPS = 100
NO_MORE = 3  # the exit code of a keeper that found the requests at their end


def main(walled: bool) -> None:
    """Serve until the requests end. `walled`: give each answer namespaces of its own."""
    from attention_course.grading.inside import namespaces

    requests, replies = os.dup(0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    if walled:
        namespaces.become_nobody()
    preload()
    write_message(replies, {"ready": True})
    while True:
        select.select([requests], [], [])
        keeper = os.fork()
        if keeper == 0:
            leave_with(keep, requests, replies, walled)
        _, status = os.waitpid(keeper, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == NO_MORE:
            return
        if status != 0:
            write_message(replies, {"end": "broken"})


def preload() -> None:
    """Load what answers use, and nothing of the course."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    importlib.import_module("numpy")
    answer = importlib.import_module("attention_course.grading.inside.answer")
    first = answer.read_notebook(["import torch\ndef f(x):\n    return x.softmax(-1)"])
    first = answer.program_for("f", first, [0], [])
    packed = answer.pack(torch.zeros(2, 2) @ torch.ones(2, 2))
    answer.outputs({"function": "f", "cases": [[packed]]}, first)  # whatever loads late is loaded
    gc.collect()
    gc.freeze()  # the collector then writes to no page that forked processes share


def read_message(pipe: int) -> dict[str, Any] | None:
    """The next message, or None at the end."""
    head = read_bytes(pipe, LENGTH)
    if len(head) < LENGTH:
        return None
    return json.loads(read_bytes(pipe, int.from_bytes(head, "big")))


def read_bytes(pipe: int, count: int) -> bytes:
    """So many bytes, or fewer at the end."""
    data = bytearray()
    while len(data) < count and (more := os.read(pipe, min(count - len(data), 1 << 20))):
        data += more
    return bytes(data)


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


def keep(requests: int, replies: BinaryIO, walled: bool) -> None:
    """Read a request, start a process for it, read what that sends, end it, and report."""
    from attention_course.grading.inside import namespaces

    request = read_message(requests)
    if request is None:
        os._exit(NO_MORE)
    if walled:
        namespaces.leave()
    (answers, writing), (ends, telling) = os.pipe(), os.pipe()
    first = os.fork()
    if first == 0:
        leave_with(within_walls, request, writing, telling, walled)
    os.close(writing)
    os.close(telling)
    sent, end = listen(answers, request)
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(first, signal.SIGKILL)  # and all that it started
    os.waitpid(first, 0)
    pairs = os.read(ends, 2 * MOST_GROUPS)  # the number of a group, and how it ended
    told = [(pairs[place], ENDS[pairs[place + 1]]) for place in range(0, len(pairs) - 1, 2)]
    reply = {"end": end, "ends": told, "sent": sent.decode("utf-8", "replace")}
    write_message(replies, reply)


def within_walls(request: dict[str, Any], answers: int, ends: int, walled: bool) -> None:
    """Put the walls up and read the programs; run each group in a process that starts no other.

    The first process of a namespace ignores signals, limits of processor time among them, and
    when it ends all others do. So it runs no answer itself. It tells how each group ended, by a
    pipe that answers do not have.
    """
    from attention_course.grading.inside import answer, namespaces, system_calls

    os.setsid()
    os.dup2(0, 2)
    answers, ends = os.dup2(answers, 100), os.dup2(ends, 101)
    os.dup2(answers, 3)
    os.dup2(ends, 4)
    os.closerange(5, 65536)
    memory = namespaces.memory_in_use() + request["memory"]
    if walled:
        namespaces.hide(request["scratch"])
    os.chdir("/tmp")
    most = (request["cpu_seconds"] + 2) * len(request["jobs"]) + 2
    namespaces.limit(memory, request["scratch"], most)
    signal.signal(signal.SIGXCPU, lambda *_: os._exit(1))
    namespaces.cpu_seconds_more(request["cpu_seconds"])
    groups = answer.read(request, 3)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for group in groups:
        runner = os.fork()
        if runner == 0:
            os.close(4)
            namespaces.start_no_process()
            system_calls.forbid()
            leave_with(answer.run, group, request["cpu_seconds"], 3)
        _, status, used = os.wait4(runner, 0)
        end = how_ended(status, used.ru_utime + used.ru_stime, most)
        os.write(4, bytes([group[0][1]["group"], ENDS.index(end)]))


def how_ended(status: int, used: float, most: int) -> str:
    """What the end of a process means: done, timeout (of the processor) or died."""
    if not os.WIFSIGNALED(status):
        return "done" if status == 0 else "died"
    by_limit = os.WTERMSIG(status) == signal.SIGKILL and used >= most
    return "timeout" if by_limit or os.WTERMSIG(status) == signal.SIGXCPU else "died"


def listen(pipe: int, request: dict[str, Any]) -> tuple[bytes, str]:
    """What a submission sends until all its pipes are closed, or it is stuck, or floods."""
    sent, deadline = bytearray(), time.monotonic() + request["wall_seconds"]
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return bytes(sent), "stuck"
        data = os.read(pipe, 1 << 16)
        sent += data
        if len(sent) > request["most_bytes"]:
            return bytes(sent), "flood"
        if not data:
            return bytes(sent), "done"


if __name__ == "__main__":
    main(walled="--no-walls" not in sys.argv)
