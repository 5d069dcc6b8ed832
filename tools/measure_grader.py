"""Measure the grader on this machine: submissions a second, memory, and kills at random moments.

Writes results/grading.json, which the page Grading reads. What other graders take on the same
submissions is measured with their own commands, and entered with --other NAME=SECONDS.
"""

import argparse
import contextlib
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import torch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import submissions  # noqa: E402, notebooks as learners hand them in
from attention_course import processors  # noqa: E402
from attention_course.grading.classroom import Classroom  # noqa: E402
from attention_course.grading.store import opened  # noqa: E402
from attention_course.runs.card import machine  # noqa: E402

STEMS = sorted(submissions.ASSIGNMENTS)


def made(folder: Path, count: int) -> Classroom:
    """A class of so many right submissions, a quarter for each chapter."""
    room = Classroom.made(folder)
    for number in range(count):
        name, stem = f"student{number:05d}", STEMS[number % len(STEMS)]
        data = submissions.as_bytes(submissions.notebook(stem, words=f"Words of {name}."))
        room.add_submission(room.add_learner(name, name), stem, data, "x.ipynb", False)
    return room


def memory(process: psutil.Process) -> int:
    """Megabytes of a process and all that it started, pages that they share counted once."""
    whole = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
        except OSError:
            continue
        whole += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
    return whole // 1024


def throughput(folder: Path, count: int, jobs: int) -> dict:
    """Grade so many submissions: seconds in all, and memory every twentieth of the way."""
    room = made(folder, count)
    begin = time.monotonic()
    process = submissions.started(room, jobs)
    start = time.monotonic() - begin
    watched, seen = psutil.Process(process.pid), []
    while process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.5, count / 600))
        if process.poll() is None:
            seen.append(memory(watched))
    seconds = time.monotonic() - begin
    return {
        "submissions": count,
        "jobs": jobs,
        "seconds": round(seconds, 1),
        "start": round(start, 1),
        "a second": round(count / (seconds - start), 1),
        "megabytes": seen[:: max(1, len(seen) // 20)],
    }


def kills(folder: Path, count: int, chance: random.Random) -> dict:
    """Kill the grader at random moments of batches; each time, go on; compare at the end."""
    size, killed, equal, batches = 60, 0, 0, 0
    never = made(folder / "never", size)
    never.key()
    submissions.started(never, 2).wait()
    expected = told(never)
    while killed < count:
        room = made(folder / f"batch {batches}", size)
        (room.root / "key").write_bytes((never.root / "key").read_bytes())
        batches += 1
        while killed < count:
            process = submissions.started(room, 2)
            time.sleep(chance.uniform(0.0, 1.2))
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            done = sum(1 for _ in room.results.read())
            print(f"killed {killed} of {count}, with {done} of {size} graded", flush=True)
            if done == size:
                break
        submissions.started(room, 2).wait()
        equal += told(room) == expected
    return {"kills": killed, "batches": batches, "gradebooks equal": equal, "submissions": size}


def told(room: Classroom) -> list[tuple]:
    """What a gradebook says, without times."""
    with opened(room) as store:
        return [
            (one.learner, one.item, one.status, one.points, one.says, one.answer, one.submission)
            for one in store.grades()
        ]


def main() -> None:
    """Measure what is asked for, and keep the rest of the file."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--submissions", type=int, nargs="*", default=[200, 1000], metavar="N")
    options.add_argument("--kills", type=int, default=30, metavar="N")
    options.add_argument("--jobs", type=int, default=processors.count())
    options.add_argument("--other", action="append", default=[], metavar="NAME=SECONDS")
    options.add_argument("--out", type=Path, default=ROOT / "results" / "grading.json")
    asked = options.parse_args()
    card = json.loads(asked.out.read_text()) if asked.out.exists() else {}
    card |= {"machine": machine(torch.device("cpu")), "cores": processors.count()}
    with tempfile.TemporaryDirectory() as folder:
        for count in asked.submissions:
            found = throughput(Path(folder) / str(count), count, asked.jobs)
            card.setdefault("throughput", {})[str(count)] = found
            print(found, flush=True)
        if asked.kills:
            card["killed"] = kills(Path(folder), asked.kills, random.Random(0))
    for one in asked.other:
        name, _, seconds = one.partition("=")
        other = {"seconds": float(seconds), "machine": card["machine"]}
        card.setdefault("others, 200 submissions", {})[name] = other
    asked.out.write_text(json.dumps(card, indent=1) + "\n")
    print(asked.out)


if __name__ == "__main__":
    main()
