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
from typing import Any

import psutil
import torch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import submissions  # noqa: E402, notebooks as learners hand them in
from attention_course import processors  # noqa: E402
from attention_course.grading.classroom import Classroom  # noqa: E402
from attention_course.grading.gradebook import open_gradebook  # noqa: E402
from attention_course.runs.card import machine  # noqa: E402

STEMS = sorted(submissions.ASSIGNMENTS)


def class_of(folder: Path, count: int) -> Classroom:
    """A class of so many right submissions, a quarter for each chapter."""
    room = Classroom.open_or_create(folder)
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
        whole += sum(map(int, re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)))
    return whole // 1024


def throughput(folder: Path, count: int, jobs: int) -> dict[str, Any]:
    """Grade so many submissions: seconds in all, and memory every twentieth of the way."""
    room = class_of(folder, count)
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


def kills(folder: Path, count: int, rng: random.Random) -> dict[str, int]:
    """Kill the grader at random moments of batches; each time, go on; compare at the end."""
    size, killed, equal, batches = 60, 0, 0, 0
    never = class_of(folder / "never", size)
    never.key()
    submissions.started(never, 2).wait()
    expected = gradebook_rows(never)
    while killed < count:
        room = class_of(folder / f"batch {batches}", size)
        (room.root / "key").write_bytes((never.root / "key").read_bytes())
        batches += 1
        while killed < count:
            process = submissions.started(room, 2)
            time.sleep(rng.uniform(0.0, 1.2))
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
        equal += gradebook_rows(room) == expected
    return {"kills": killed, "batches": batches, "gradebooks equal": equal, "submissions": size}


def gradebook_rows(room: Classroom) -> list[tuple[Any, ...]]:
    """What a gradebook says, without times."""
    with open_gradebook(room) as gradebook:
        return [
            (one.learner, one.item, one.status, one.points, one.says, one.answer, one.submission)
            for one in gradebook.grades()
        ]


def main() -> None:
    """Measure what is asked for, and keep the rest of the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, nargs="*", default=[200, 1000], metavar="N")
    parser.add_argument("--kills", type=int, default=30, metavar="N")
    parser.add_argument("--jobs", type=int, default=processors.count())
    parser.add_argument("--other", action="append", default=[], metavar="NAME=SECONDS")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "grading.json")
    options = parser.parse_args()
    card = json.loads(options.out.read_text()) if options.out.exists() else {}
    card |= {"machine": machine(torch.device("cpu")), "cores": processors.count()}
    with tempfile.TemporaryDirectory() as folder:
        for count in options.submissions:
            measured = throughput(Path(folder) / str(count), count, options.jobs)
            card.setdefault("throughput", {})[str(count)] = measured
            print(measured, flush=True)
        if options.kills:
            card["killed"] = kills(Path(folder), options.kills, random.Random(0))
    for one in options.other:
        name, _, seconds = one.partition("=")
        other = {"seconds": float(seconds), "machine": card["machine"]}
        card.setdefault("others, 200 submissions", {})[name] = other
    options.out.write_text(json.dumps(card, indent=1) + "\n")
    print(options.out)


if __name__ == "__main__":
    main()
