"""Before any grading: does the sandbox hold here? It tries what an attacker would try first."""

import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from attention_course.grading.inside.wire import pack_input, unpack_tensor
from attention_course.grading.sandbox import (
    Box,
    NoSandboxError,
    Sandbox,
    SandboxError,
    bubblewrap,
    container,
    open_sandbox,
    python_folders,
)

TRIALS = (
    "reached the network",
    "read a file of the class",
    "wrote a file of the class",
    "saw the home folder",
    "found the course's own answers",
    "was root",
    "wrote to the system",
)
APPARMOR = "setting up uid map: Permission denied"
FORBIDDEN = (  # what bubblewrap says where it may not make a user namespace
    "setting up uid map",
    "No permissions to create",
    "creating new namespace failed",
    "Creating new namespace failed",
    "loopback: Failed RTM_NEWADDR",
)
RESTRICTED = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")  # 1: it is forbidden
PROFILE = "/etc/apparmor.d/bwrap"
PROBE = """
import importlib, os, pathlib, socket, sys, torch

def happens(trial):
    try:
        return bool(trial())
    except Exception:
        return False

def probe(port, secret, home, answers):
    def connect():
        return socket.create_connection(("127.0.0.1", port), timeout=2)
    def course():
        return importlib.import_module("attention_course.exercises")
    return torch.tensor([
        happens(connect),
        happens(lambda: pathlib.Path(secret).read_text()),
        happens(lambda: pathlib.Path(secret).write_text("mine")),
        happens(lambda: os.stat(home)),
        happens(course) or happens(lambda: os.listdir(answers)),
        os.getuid() == 0,
        any(
            happens(lambda: pathlib.Path(place, "forged").write_text("x"))
            for place in ("/", "/usr", "/dev", "/course", "/proc", "/tmp", *sys.path)
        ),
    ])
"""


def find_box(image: str | None = None, begun: Sequence[Sandbox] = ()) -> Box:
    """The first kind of sandbox that is here and holds; of those begun, one is tried.

    Raises:
        NoSandboxError: none does; says what was tried.
    """
    tried = []
    for box in candidates(image):
        try:
            broken = broken_by_probe(box, next((one for one in begun if one.box == box), None))
        except SandboxError as error:
            tried.append(f"{box.name}: {error}")
            continue
        if not broken:
            return box
        tried.append(f"{box.name}: code inside {', '.join(broken)}")
    raise NoSandboxError(
        "expected a sandbox that holds, got none"
        + "".join(f"; {reason}" for reason in tried or ["no bubblewrap, podman or docker is here"])
        + f"; {remedy(tried)}, or name an image for podman or docker that has torch and IPython "
        "with --image. To run learners' code without protection, on a machine that holds nothing "
        "else: --unsafe-no-sandbox"
    )


def remedy(tried: Sequence[str], restricted: Path = RESTRICTED) -> str:
    """What to do where bubblewrap is not there, or may not make user namespaces."""
    if not any(reason.startswith("bubblewrap") for reason in tried):
        return "install bubblewrap (on Debian and Ubuntu: apt install bubblewrap)"
    if not any(sign in reason for reason in tried for sign in FORBIDDEN):
        return "find out why bubblewrap does not hold here"
    on = restricted.exists() and restricted.read_text(encoding="ascii").strip() == "1"
    if on or any(APPARMOR in reason for reason in tried):
        profile = f"profile bwrap {shutil.which('bwrap')} flags=(unconfined) {{ userns, }}"
        return (
            "bubblewrap is here, but AppArmor forbids it user namespaces, as Ubuntu has it since "
            f"23.10: the profile {PROFILE} is missing; add it with: printf '%s\\n' "
            f"'abi <abi/4.0>,' 'include <tunables/global>' '{profile}' | sudo tee {PROFILE} && "
            f"sudo apparmor_parser -r {PROFILE}"
        )
    return (
        "bubblewrap is here, and this system forbids it user namespaces: in a container allow them "
        "(docker run --security-opt seccomp=unconfined), on an older Debian: sudo sysctl "
        "kernel.unprivileged_userns_clone=1"
    )


def candidates(image: str | None) -> Iterator[Box]:
    """The kinds of sandbox whose program is installed, the fastest first."""
    if shutil.which("bwrap"):
        yield bubblewrap(walled=True)
        yield bubblewrap(walled=False)
    for program in ("podman", "docker"):
        if image and shutil.which(program):
            yield container(program, image)


def broken_by_probe(box: Box, begun: Sandbox | None = None) -> list[str]:
    """Run the probe in a sandbox: what it could do that no answer may do.

    Raises:
        SandboxError: the sandbox does not start, or the probe did not come back.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening, tempfile.TemporaryDirectory() as at:
        secret = Path(at) / "secret"
        secret.write_text(secrets.token_hex())
        port, answers = listening.getsockname()[1], Path(__file__).parents[1] / "exercises"
        arguments = [port, str(secret), something_at_home(), str(answers)]
        request = {"cells": [PROBE], "function": "probe", "exercise": "", "marked": [0]}
        request |= {"forbids": [], "removes": [], "cases": [[pack_input(one) for one in arguments]]}
        with nullcontext(begun) if begun else open_sandbox(box) as sandbox:
            reply = sandbox.ask(request)
    try:
        [output] = json.loads(reply["sent"])["outputs"]
        flags = unpack_tensor(output).tolist()
        return [trial for trial, flag in zip(TRIALS, flags, strict=True) if flag]
    except (LookupError, TypeError, ValueError) as error:
        raise SandboxError(f"expected the self-test's findings, got {str(reply)[:300]}") from error


def something_at_home() -> str:
    """A file or folder in the home folder that holds nothing of Python's, if there is one."""
    shown = [Path(one) for one in python_folders()]
    for one in sorted(Path.home().iterdir()):
        if not any(one in (folder, *folder.parents) for folder in shown):
            return str(one)
    return str(Path.home() / "nothing")
