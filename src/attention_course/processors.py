"""How many processors this process may use: often fewer than the machine has.

A container, a batch system or `taskset` gives a share. Who starts a thread for each processor of
the machine then waits most of the time: threads wait for each other, and the share is spent.
"""

import contextlib
import math
import os
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
CARING = ("", "cpu", "cpu,cpuacct", "cpuacct,cpu")  # version 2, and those of version 1 on time


def count() -> int:
    """Processors that this process may use, 1 at the least; of 2.5, two.

    The third thread of 2.5 processors would spend the share before the time is up, and all wait.
    """
    on_linux = hasattr(os, "sched_getaffinity")
    allowed = len(os.sched_getaffinity(0)) if on_linux else os.cpu_count() or 1
    return max(1, math.floor(min(allowed, quota(OWN_GROUP, CONTROL_GROUPS))))


def quota(own: Path, root: Path) -> float:
    """Processors' worth of time that the control groups of Linux allow; infinity without a limit.

    A group is bound by its own limit and by those of all groups that it lies in.
    """
    limits = [math.inf]
    for group in control_groups(own):
        for folder in (group, *group.parents):
            limits.append(quota_version_2(root / folder))  # version 2
            limits.append(quota_version_1(root / "cpu" / folder))
    return min(limits)


def control_groups(own: Path) -> list[Path]:
    """The control groups that this process is in, as paths below the root."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    rows = [line.split(":", 2) for line in lines]
    names = [parts[2] for parts in rows if len(parts) == 3 and parts[1] in CARING]
    return [Path(name.lstrip("/")) for name in names]


def quota_version_2(folder: Path) -> float:
    """What `cpu.max` of version 2 allows, as in `150000 100000` or `max 100000`."""
    with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return float(quota) / float(period) if quota != "max" else math.inf
    return math.inf


def quota_version_1(folder: Path) -> float:
    """What the two files of version 1 allow; a quota of -1 is no limit."""
    with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (
            float((folder / f"cpu.cfs_{name}_us").read_text(encoding="ascii"))
            for name in ("quota", "period")
        )
        return quota / period if quota > 0 else math.inf
    return math.inf
