"""Walls around one answer: namespaces, limits, no privileges. Linux only, by system calls.

The sandbox (bubblewrap) keeps all answers away from the machine. This keeps an answer away from
the process that started it and from the next answer; see namespaces(7), capabilities(7) and
user_namespaces(7) for what each call does.
"""

import ctypes
import os
import resource

NOBODY = 65534  # a user who owns nothing
NEW_USER, NEW_PID, NEW_NET, NEW_MOUNT = 0x10000000, 0x20000000, 0x40000000, 0x00020000
NEW_IPC, NEW_UTS = 0x08000000, 0x04000000
PRIVATE, NOSUID, NODEV, READ_ONLY = 0x4000 | (1 << 18), 2, 4, 1
SET_DUMPABLE, SET_NO_NEW_PRIVILEGES = 4, 38
CAPABILITY_VERSION = 0x20080522
LIBC = ctypes.CDLL(None, use_errno=True)


def demand(call: str, *arguments: object) -> None:
    """Make a system call that must succeed.

    Raises:
        OSError: it did not.
    """
    if getattr(LIBC, call)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def become_nobody() -> None:
    """Give up being root, if the sandbox was started by root."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        demand("prctl", SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self belongs to root


def enter_namespaces() -> None:
    """Enter new namespaces; the next process that is forked is the first of its own world."""
    demand("unshare", NEW_USER | NEW_PID | NEW_NET | NEW_MOUNT | NEW_IPC | NEW_UTS)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {NOBODY} 1"),
        ("gid_map", f"{NOBODY} {NOBODY} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as stream:
            stream.write(text)


def isolate(scratch: int) -> None:
    """An empty TMPDIR of so many bytes, no /proc, no namespaces of its own, no capability."""
    with open("/proc/sys/user/max_user_namespaces", "w", encoding="ascii") as stream:
        stream.write("0")
    demand("mount", b"none", b"/", None, PRIVATE, None)
    room = f"size={scratch},nr_inodes=1000".encode()
    demand("mount", b"none", os.environb[b"TMPDIR"], b"tmpfs", NOSUID | NODEV, room)
    demand("mount", b"none", b"/dev/shm", b"tmpfs", NOSUID | NODEV, room)
    demand("mount", b"none", b"/proc", b"tmpfs", NOSUID | NODEV | READ_ONLY, b"size=4k")
    demand("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    demand("prctl", SET_DUMPABLE, 0, 0, 0, 0)  # what is started later cannot trace this process
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    demand("capset", header, (ctypes.c_uint32 * 6)())


def memory_in_use() -> int:
    """Bytes of address space that this process has."""
    with open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * resource.getpagesize()


def start_no_process() -> None:
    """No other process and no thread from now on."""
    lower(resource.RLIMIT_NPROC, 0)


def set_limits(memory: int, scratch: int, cpu_seconds: int) -> None:
    """Bound what this process, and each one that it starts, may take."""
    lower(resource.RLIMIT_AS, memory)
    lower(resource.RLIMIT_FSIZE, scratch)
    lower(resource.RLIMIT_NOFILE, 64)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_MSGQUEUE, 0)
    lower(resource.RLIMIT_MEMLOCK, 0)
    lower(resource.RLIMIT_CPU, cpu_seconds)


def lower(kind: int, maximum: int) -> None:
    """Lower a limit for good; where the limit is lower already it stays."""
    hard = resource.getrlimit(kind)[1]
    maximum = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
    resource.setrlimit(kind, (maximum, maximum))


def cpu_seconds_more(seconds: int) -> None:
    """Allow so many seconds of processor time from now on, within what is left in all."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))
