"""System calls that no answer needs: they are refused by the kernel (seccomp, mode 2).

They reach memory that limits do not count, other processes, namespaces, or files of the host that
two answers could use to talk; or they let an answer wait for hours as if it were at work. See
seccomp(2); numbers are those of the kernel's tables.
"""

import ctypes
import platform
import struct

from attention_course.grading.inside.namespaces import SET_NO_NEW_PRIVILEGES, demand

SET_SECCOMP, FILTER = 22, 2
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # refused calls fail with EPERM
NUMBER, ARCHITECTURE = 0, 4  # where the kernel puts them for the filter
OTHER_ABI = 0x40000000  # numbers from here on belong to another set of calls on x86_64
# name: its number on x86_64, and on aarch64
CALLS = {
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "semget": (64, 190), "semctl": (66, 191), "msgget": (68, 186), "msgctl": (71, 187),
    "mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "socket": (41, 198), "socketpair": (53, 199), "flock": (73, 32),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "personality": (135, 92),
    "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "inotify_init": (253, 26), "sync": (162, 81), "syncfs": (306, 267),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def forbid() -> None:
    """Refuse these calls from now on, to this process and all that it starts.

    On a machine whose numbers are not known here nothing is refused; namespaces and limits hold.
    """
    machine = platform.machine()
    if machine in MACHINES:
        code = program(*MACHINES[machine])
        buffer = ctypes.create_string_buffer(code, len(code))
        length = len(code) // 8
        whole = struct.pack("HxxxxxxP", length, ctypes.addressof(buffer))
        demand("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        demand("prctl", SET_SECCOMP, FILTER, ctypes.create_string_buffer(whole), 0, 0)


def program(column: int, architecture: int) -> bytes:
    """The filter: refuse another architecture or ABI, and each listed call; allow the rest."""
    numbers = [pair[column] for pair in CALLS.values()]
    lines = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER),
        (JUMP_IF_AT_LEAST, 0, 1, OTHER_ABI),
        (RETURN, 0, 0, REFUSE),
    ]
    for number in numbers:
        lines += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    lines.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
