"""The sandbox: a bubblewrap (or a container) with a fork server in it, and its self-test.

Learners' code sees a read-only system without the course, without the network and without any
file of the instructor's. Outputs come back as JSON, which nobody vouches for.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from attention_course.grading.inside.server import LENGTH, write_message

INSIDE = Path(__file__).parent / "inside"
HOME = "/course/attention_course/grading/inside"  # where the sandbox sees INSIDE
SERVER = "attention_course.grading.inside.server"
NOBODY = "65534"
SCRATCH = "/scratch"  # the one folder in which an answer may write
PATIENCE_SECONDS = 1_800  # before a sandbox that says nothing is given up; no answer's fault
MAX_REPLY_BYTES = 64 << 20
ENDS = ("done", "unread", "timeout", "stuck", "flood", "died")  # of an answer, as the server tells


class SandboxError(RuntimeError):
    """The sandbox, not the answer, failed: to be tried again, and never a learner's fault."""


class NoSandboxError(RuntimeError):
    """This machine has no sandbox that holds."""


@dataclass(frozen=True)
class Limits:
    """What one answer may take. Its own work counts, not the clock: a busy machine fails
    nobody. An answer that sleeps does no work; it is given up when it was found asleep at so
    many looks, a tenth of a second apart."""

    cpu_seconds: int = 5  # to run the answer
    reading_cpu_seconds: int = 10  # to read the notebook before: 9,000 statements take 2 or 3
    asleep: int = 200  # looks
    memory: int = 2 << 30  # bytes beyond what torch has taken
    scratch: int = 16 << 20  # bytes of files
    max_bytes: int = 8 << 20  # bytes of outputs


@dataclass(frozen=True)
class Box:
    """A kind of sandbox: the command that starts it, and whether answers get walls of their own.

    Without walls of their own a fresh box is started for each request, which is slower.
    """

    name: str
    command: tuple[str, ...]
    walled: bool


@cache  # it searches the folders of this Python
def bubblewrap(walled: bool) -> Box:
    """A bubblewrap with the system's programs, this Python, and nothing else."""
    words = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    words += ["--cap-drop", "ALL"]
    if os.getuid() == 0 and walled:  # the server then becomes nobody by itself
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user", "--uid", NOBODY, "--gid", NOBODY]
    words += ["--tmpfs", "/tmp"]  # first: this Python may lie in it
    for folder in system_folders():
        words += ["--ro-bind", folder, folder]
    for link in ("/bin", "/lib", "/lib64", "/sbin"):
        if os.path.islink(link):
            words += ["--symlink", os.readlink(link), link]
    for folder in python_folders():
        words += [*parents(folder), "--ro-bind", folder, folder]
    for folder in python_folders():
        for course in sorted(Path(folder).rglob("site-packages/attention_course")):
            words += ["--tmpfs", str(course), "--remount-ro", str(course)]
    words += [*parents(HOME), "--ro-bind", str(INSIDE), HOME, "--proc", "/proc", "--dev", "/dev"]
    # Some builds of torch make a temporary file while they load, and then the server is nobody.
    words += ["--perms", "1777", "--tmpfs", SCRATCH, "--tmpfs", "/dev/shm"]
    words += ["--remount-ro", "/dev", "--remount-ro", "/tmp", "--remount-ro", "/"]
    words += ["--chdir", SCRATCH]
    for name, value in environment("/course").items():
        words += ["--setenv", name, value]
    words += [sys.executable, "-P", "-B", "-m", SERVER]
    return Box("bubblewrap", (*words, *([] if walled else ["--no-walls"])), walled)


def system_folders() -> list[str]:
    """Folders with programs and libraries that everybody may read."""
    wanted = ["/usr", "/etc/ld.so.cache", "/etc/alternatives"]
    wanted += [one for one in ("/bin", "/lib", "/lib64", "/sbin") if not os.path.islink(one)]
    return [one for one in wanted if os.path.exists(one)]


def python_folders() -> list[str]:
    """Where this Python and its packages are, outside of the system's folders."""
    folders = {os.path.realpath(sys.base_prefix), sys.base_prefix, sys.prefix}
    folders |= {os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))}
    return sorted(one for one in folders if not one.startswith("/usr/") and one != "/usr")


def parents(folder: str) -> list[str]:
    """Make the folders above one; those that bubblewrap makes by itself are for root only."""
    return [word for one in reversed(Path(folder).parents[:-1]) for word in ("--dir", str(one))]


def environment(path: str) -> dict[str, str]:
    """The whole environment of a server: nothing of the instructor's."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
    }


def container(program: str, image: str) -> Box:
    """A container of an image that holds torch, numpy and IPython; a fresh one a request."""
    words = [program, "run", "--rm", "--interactive", "--network=none", "--read-only"]
    words += ["--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=16"]
    words += ["--memory=4g", f"--user={NOBODY}:{NOBODY}", f"--tmpfs={SCRATCH}:size=16m"]
    words += [f"--volume={INSIDE}:{HOME}:ro"]
    for name, value in environment("/course").items():
        words += [f"--env={name}={value}"]
    return Box(program, (*words, image, "python", "-P", "-B", "-m", SERVER, "--no-walls"), False)


def no_sandbox() -> Box:
    """No protection at all, for an instructor who has asked for it."""
    return Box("none", (sys.executable, "-P", "-B", "-m", SERVER, "--no-walls"), False)


class Sandbox:
    """A box that is started when it is needed, and started again when it was lost."""

    def __init__(self, box: Box, limits: Limits | None = None):
        self.box, self.limits = box, limits or Limits()
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one answer of a notebook: how its process ended, and all that it has sent.

        `request` holds the cells' texts, the function, its exercise, which cells are marked as
        the answer, the names that it may not use, and the inputs of each case.

        Raises:
            SandboxError: the sandbox was lost; the next request starts another.
        """
        try:
            reply = self.exchange({**request, **asdict(self.limits)})
            if reply.get("end") not in ENDS:
                raise SandboxError(f"expected an answer's end, got {reply.get('end')!r}")
        except SandboxError:
            self.close()
            raise
        if not self.box.walled:
            self.close()
        return reply

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request to the server, and wait for its reply."""
        process = self.started()
        assert process.stdin
        try:
            write_message(process.stdin, request)
        except OSError as error:
            raise SandboxError(f"the sandbox is gone ({error})") from error
        return self.reply(process)

    def started(self) -> subprocess.Popen[bytes]:
        """The running server, started if there is none, and ready."""
        self.begin()
        assert self.process
        if not self.ready:
            if self.reply(self.process) != {"ready": True}:
                raise SandboxError("expected a server that is ready, got something else")
            self.ready = True
        return self.process

    def begin(self) -> None:
        """Start a server without waiting until it has loaded torch."""
        if self.process is None:
            self.ready = False
            inherited = {}
            if self.box.name == "none":
                inherited = environment(str(INSIDE.parents[2])) | {"TMPDIR": gettempdir()}
            path = {"PATH": os.environ.get("PATH", os.defpath)}
            try:
                self.process = subprocess.Popen(
                    self.box.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**path, **inherited},
                    start_new_session=True,
                )
            except OSError as error:
                raise SandboxError(f"{self.box.command[0]} does not start ({error})") from error

    def reply(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        """The next message of the server.

        Raises:
            SandboxError: it ends, is silent for PATIENCE_SECONDS, or sends something else.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        length = int.from_bytes(self.read(process, LENGTH, deadline), "big")
        if length > MAX_REPLY_BYTES:
            raise SandboxError(f"expected a reply, got one of {length} bytes")
        try:
            message = json.loads(self.read(process, length, deadline))
        except (ValueError, RecursionError) as error:
            raise SandboxError("expected JSON from the sandbox, got something else") from error
        if not isinstance(message, dict):
            raise SandboxError("expected a message from the sandbox, got something else")
        return message

    def read(self, process: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
        """So many bytes of the server's, before a deadline."""
        assert process.stdout
        pipe, data = process.stdout.fileno(), bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise SandboxError("the sandbox does not answer")
            more = os.read(pipe, min(count - len(data), 1 << 20))
            if not more:
                raise SandboxError(f"the sandbox ended{self.last_words(process)}")
            data += more
        return bytes(data)

    def last_words(self, process: subprocess.Popen[bytes]) -> str:
        """What a server that has ended wrote on stderr, shortened."""
        assert process.stderr
        process.kill()
        words = process.stderr.read(4000).decode("utf-8", "replace").strip().splitlines()
        return f": {words[-1]}" if words else ""

    def close(self) -> None:
        """End the server and all that lives in its sandbox."""
        if self.process is not None:
            process, self.process = self.process, None
            process.kill()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()


@contextlib.contextmanager
def open_sandbox(box: Box, limits: Limits | None = None) -> Iterator[Sandbox]:
    """A sandbox that is closed at the end, whatever happens."""
    sandbox = Sandbox(box, limits)
    try:
        yield sandbox
    finally:
        sandbox.close()
