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
ASLEEP = ("S", "T", "t")  # sleeping, stopped; one that waits for the disk (D) is at work
LOOK_SECONDS = 0.1  # at least, between two looks at a process
NAP_SECONDS = 0.0005  # between two questions whether it has ended


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
            run_and_exit(serve_request, requests, replies, walled)
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
    wire = importlib.import_module("attention_course.grading.inside.wire")
    packed = wire.pack(torch.zeros(2, 2) @ torch.ones(2, 2))
    first: dict[str, Any] = {
        "cells": ["import torch\ndef f(x):\n    return x.softmax(-1)"],
        "function": "f",
    }
    first |= {"exercise": "", "marked": [0], "forbids": [], "cases": [[packed]]}
    answer.outputs("f", answer.read(first), first["cases"])  # whatever loads late is loaded
    answer.find_holders()
    gc.collect()
    gc.freeze()  # the collector then writes to no page that forked processes share


def read_message(pipe: int) -> dict[str, Any] | None:
    """The next message, or None where the stream ends before one."""
    head = read_bytes(pipe, LENGTH)
    if len(head) < LENGTH:
        return None
    message: dict[str, Any] = json.loads(read_bytes(pipe, int.from_bytes(head, "big")))
    return message


def read_bytes(pipe: int, count: int) -> bytes:
    """So many bytes, or fewer at the end."""
    data = bytearray()
    while len(data) < count and (more := os.read(pipe, min(count - len(data), 1 << 20))):
        data += more
    return bytes(data)


def write_message(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write a message as JSON, after its length in LENGTH bytes, and flush."""
    data = json.dumps(message).encode()
    stream.write(len(data).to_bytes(LENGTH, "big") + data)
    stream.flush()


def run_and_exit(work: Any, *arguments: Any) -> None:
    """Do some work in a forked process, and end it: exit code 0, or 1 after any exception.

    Nothing is printed, and no clean-up of the server's runs a second time.
    """
    code = 1
    with contextlib.suppress(BaseException):
        work(*arguments)
        code = 0
    os._exit(code)


def serve_request(requests: int, replies: BinaryIO, walled: bool) -> None:
    """Put walls up, read a request and its program, and run the answer behind them.

    The answer runs in a world of processes of its own, in which this process is not. When that
    world's first process ends, the kernel ends all others in it.
    """
    from attention_course.grading.inside import answer, namespaces

    request = read_message(requests)
    if request is None:
        os._exit(NO_MORE)
    os.dup2(0, 2)
    memory = namespaces.memory_in_use() + request["memory"]
    processes = os.open("/proc", os.O_RDONLY | os.O_CLOEXEC) if os.path.isdir("/proc") else None
    if walled:
        namespaces.enter_namespaces()
        namespaces.isolate(request["scratch"])
        first = os.posix_spawn(WAITS[0], WAITS, {})
    os.chdir(os.environ["TMPDIR"])
    reading = request["reading_cpu_seconds"]
    max_cpu_seconds = reading + request["cpu_seconds"] + 4
    namespaces.set_limits(memory, request["scratch"], max_cpu_seconds)
    signal.signal(signal.SIGXCPU, lambda *_: unread(replies))
    namespaces.cpu_seconds_more(reading)
    try:
        program = answer.read(request)
    except MemoryError:
        unread(replies)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    namespaces.cpu_seconds_more(max_cpu_seconds)
    reply = {"end": "done", "problem": program.problem, "detail": program.detail, "sent": ""}
    if program.problem is None:
        reply["end"], reply["sent"] = run_answer(request, program, processes)
    if walled:
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
    write_message(replies, reply)


def unread(replies: BinaryIO) -> NoReturn:
    """Give up on a notebook whose code takes too much time or memory to be read."""
    write_message(replies, {"end": "unread"})
    os._exit(0)


def run_answer(request: dict[str, Any], program: Any, processes: int | None) -> tuple[str, str]:
    """Run an answer in a process that may start no other: how it ended, and what it sent."""
    from attention_course.grading.inside import answer, namespaces, system_calls

    reading, writing = os.pipe()
    runner = os.fork()
    if runner == 0:
        os.setsid()  # else a signal to its group would reach this process and the server
        os.dup2(writing, 3, inheritable=False)
        os.closerange(4, 65536)
        namespaces.start_no_process()
        system_calls.forbid()
        run_and_exit(answer.run, request, program, 3)
    os.close(writing)
    watch = Watch(runner, processes, request["asleep"])
    sent, end = read_output(reading, watch, request["max_bytes"])
    os.close(reading)
    if end == "done":  # it has closed its pipe, and should end by itself
        end = exit_reason(watch, request["cpu_seconds"])
    if end in ("stuck", "flood"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(runner, signal.SIGKILL)
            os.waitpid(runner, 0)
    return end, sent.decode("utf-8", "replace")


class Watch:
    """Looks at a process now and then, to tell one that sleeps from one that gets no processor.

    On a busy machine an answer may wait long for its turn; then it is ready to run, and no look
    counts. One that sleeps, waits for what never comes, or has stopped itself is found so at
    every look.
    """

    def __init__(self, process: int, processes: int | None, limit: int):
        self.process, self.processes, self.limit = process, processes, limit
        self.found_asleep, self.last_look = 0, time.monotonic()

    def is_stuck(self) -> bool:
        """Look, if the last look is a while ago; whether it was found asleep too often."""
        if time.monotonic() - self.last_look >= LOOK_SECONDS:
            self.last_look = time.monotonic()
            self.found_asleep += self.state() in ASLEEP
        return self.found_asleep >= self.limit

    def state(self) -> str:
        """The kernel's letter for what the process does; see proc(5)."""
        if self.processes is None:
            return "?"
        try:
            descriptor = os.open(f"{self.process}/stat", os.O_RDONLY, dir_fd=self.processes)
        except OSError:
            return "?"
        with open(descriptor, "rb") as stream:
            return stream.read().rpartition(b") ")[2][:1].decode()


def read_output(pipe: int, watch: Watch, max_bytes: int) -> tuple[bytes, str]:
    """What an answer sends until it closes its pipe, or is stuck, or floods."""
    sent = bytearray()
    while True:
        ready = select.select([pipe], [], [], LOOK_SECONDS)[0]
        if watch.is_stuck():
            return bytes(sent), "stuck"
        if not ready:
            continue
        data = os.read(pipe, 1 << 16)
        sent += data
        if len(sent) > max_bytes:
            return bytes(sent), "flood"
        if not data:
            return bytes(sent), "done"


def exit_reason(watch: Watch, cpu_seconds: int) -> str:
    """How a process ended: done, timeout (of the processor), died, or stuck if it does not.

    One that does not heed the signal of its limit is killed by the kernel somewhat later.
    """
    while True:
        done, status, used = os.wait4(watch.process, os.WNOHANG)
        if done:
            if not os.WIFSIGNALED(status):
                return "done" if status == 0 else "died"
            by_limit = os.WTERMSIG(status) == signal.SIGKILL and (
                used.ru_utime + used.ru_stime >= cpu_seconds
            )
            return "timeout" if by_limit or os.WTERMSIG(status) == signal.SIGXCPU else "died"
        if watch.is_stuck():
            return "stuck"
        time.sleep(NAP_SECONDS)


if __name__ == "__main__":
    main(walled="--no-walls" not in sys.argv)
