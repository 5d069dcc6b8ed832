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
from typing import IO, Any, BinaryIO, NoReturn

LENGTH = 8  # bytes that tell how long a message is
WAITS = ("/usr/bin/sleep", "infinity")  # the first process of a world, which does nothing
BY_READING = (signal.SIGSEGV, signal.SIGABRT, signal.SIGXCPU)  # a notebook can cause these
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
            crashed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in BY_READING
            write_message(replies, {"end": "unread" if crashed else "broken"})


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
    answer.find_holders()
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


def write_message(stream: IO[bytes], message: dict[str, Any]) -> None:
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
    """Put walls up, read a request and its programs, and run each group of answers behind them.

    Answers run in a world of processes of their own, in which this process is not. When that
    world's first process ends, the kernel ends all others in it.
    """
    from attention_course.grading.inside import answer, namespaces

    request = read_message(requests)
    if request is None:
        os._exit(NO_MORE)
    os.dup2(0, 2)
    memory = namespaces.memory_in_use() + request["memory"]
    if walled:
        namespaces.leave()
        namespaces.hide(request["scratch"])
        first = os.posix_spawn(WAITS[0], WAITS, {})
    os.chdir(os.environ["TMPDIR"])
    most = (request["cpu_seconds"] + 2) * len(request["jobs"]) + 2
    namespaces.limit(memory, request["scratch"], most)
    signal.signal(signal.SIGXCPU, lambda *_: unread(replies))
    namespaces.cpu_seconds_more(request["cpu_seconds"])
    try:
        read, groups = answer.read(request)
    except MemoryError:
        unread(replies)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    namespaces.cpu_seconds_more(most)
    deadline = time.monotonic() + request["wall_seconds"]
    ran = []
    for group in groups:
        if time.monotonic() < deadline:  # those that find no time are asked for again
            ran.append(run_group(group, request, most, deadline))
    if walled:
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
    write_message(replies, {"end": "done", "read": read, "groups": ran})


def unread(replies: BinaryIO) -> NoReturn:
    """Give up on a notebook whose code takes too much time or memory to be read."""
    write_message(replies, {"end": "unread"})
    os._exit(0)


def run_group(
    group: list[Any], request: dict[str, Any], most_cpu: int, deadline: float
) -> dict[str, Any]:
    """Run a group of answers in a process that may start no other: what it sent, how it ended."""
    from attention_course.grading.inside import answer, namespaces, system_calls

    reading, writing = os.pipe()
    runner = os.fork()
    if runner == 0:
        os.setsid()  # else a signal to its group would reach this process and the server
        os.dup2(writing, 3, inheritable=False)
        os.closerange(4, 65536)
        namespaces.start_no_process()
        system_calls.forbid()
        leave_with(answer.run, group, request["cpu_seconds"], 3)
    os.close(writing)
    sent, end = listen(reading, deadline, request["most_bytes"])
    os.close(reading)
    if end == "done":  # it has closed its pipe, and should end by itself
        end = ended(runner, deadline, most_cpu)
    if end in ("stuck", "flood"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(runner, signal.SIGKILL)
            os.waitpid(runner, 0)
    return {"group": group[0][1]["group"], "end": end, "sent": sent.decode("utf-8", "replace")}


def listen(pipe: int, deadline: float, most_bytes: int) -> tuple[bytes, str]:
    """What answers send until they close their pipe, or are stuck, or flood."""
    sent = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return bytes(sent), "stuck"
        data = os.read(pipe, 1 << 16)
        sent += data
        if len(sent) > most_bytes:
            return bytes(sent), "flood"
        if not data:
            return bytes(sent), "done"


def ended(runner: int, deadline: float, most_cpu: int) -> str:
    """How a process ended: done, timeout (of the processor), died, or stuck if it does not."""
    while time.monotonic() < deadline:
        done, status, used = os.wait4(runner, os.WNOHANG)
        if done:
            if not os.WIFSIGNALED(status):
                return "done" if status == 0 else "died"
            by_limit = os.WTERMSIG(status) == signal.SIGKILL and (
                used.ru_utime + used.ru_stime >= most_cpu
            )
            return "timeout" if by_limit or os.WTERMSIG(status) == signal.SIGXCPU else "died"
        time.sleep(0.0005)
    return "stuck"


if __name__ == "__main__":
    main(walled="--no-walls" not in sys.argv)
