"""Grade a whole class: many submissions at once, one writer, and nothing done twice.

A result counts once it is in the journal. Stop a batch at any moment; the next one goes on.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

import torch

from attention_course import __version__, logs
from attention_course.grading.assignment import Assignment
from attention_course.grading.classroom import Classroom, Submission, now
from attention_course.grading.gradebook import Gradebook, open_gradebook
from attention_course.grading.grader import grade_submission
from attention_course.grading.result import Result
from attention_course.grading.sandbox import Box, Limits, Sandbox

AHEAD = 3  # submissions that wait for each worker, so that none is idle and memory stays flat


@dataclass
class SandboxPool:
    """The sandboxes of this process, one for each thread that grades."""

    local: threading.local = field(default_factory=threading.local)
    in_use: list[Sandbox] = field(default_factory=list)
    spare: list[Sandbox] = field(default_factory=list)  # begun, and nobody's yet

    def sandbox(self, box: Box, limits: Limits) -> Sandbox:
        """This thread's sandbox, made when it is first asked for."""
        sandbox = getattr(self.local, "sandbox", None)
        if sandbox is None or (sandbox.box, sandbox.limits) != (box, limits):
            fits = self.spare and (self.spare[0].box, self.spare[0].limits) == (box, limits)
            sandbox = self.spare.pop() if fits else Sandbox(box, limits)
            self.local.sandbox = sandbox
            self.in_use.append(sandbox)
        return sandbox

    def close(self) -> None:
        """End all sandboxes; answers in them end too."""
        for sandbox in (*self.in_use, *self.spare):
            sandbox.close()
        self.in_use.clear()
        self.spare.clear()


POOL = SandboxPool()
Outcome = list[Result] | BaseException


@dataclass(frozen=True)
class Task:
    """One submission to be graded, with all that a worker elsewhere needs."""

    data: bytes
    assignment: Assignment
    key: bytes
    box: Box
    limits: Limits


def grade_task(task: Task) -> list[Result]:
    """Grade one submission in this thread's sandbox."""
    torch.set_num_threads(1)
    sandbox = POOL.sandbox(task.box, task.limits)
    return grade_submission(task.data, task.assignment, task.key, sandbox)


@dataclass
class Summary:
    """What a batch did: counts of submissions, and of results by status (`result.STATUSES`)."""

    graded: int = 0
    already_graded: int = 0
    statuses: dict[str, int] = field(default_factory=dict)


def key_id(key: bytes) -> str:
    """A short name of a key, which does not tell the key."""
    return sha256(b"name of key " + key).hexdigest()[:12]


def run(
    room: Classroom,
    assignments: dict[str, Assignment],
    key: bytes,
    box: Box,
    executor: Executor,
    width: int,
    limits: Limits | None = None,
    only: Sequence[str] = (),
    again: bool = False,
) -> Summary:
    """Grade all submissions of a class that are not graded with this key yet.

    `width`: how many are graded at once. `only`: the ids of some learners, or chapters. `again`:
    those too that are graded. Results are written in the order in which they come.

    Raises:
        ValueError: `only` names nobody.
        RuntimeError: another grader is at work in this class.
    """
    limits = limits or Limits()
    with room.lock_grading(), open_gradebook(room) as gradebook:
        todo, summary = to_be_graded(room, assignments, gradebook, key, only, again)
        with logs.Bar(len(todo), "submission", every=10) as bar:

            def task_of(one: Submission) -> Task:
                return Task(room.data_of(one), assignments[one.chapter], key, box, limits)

            for submission, outcome in each_graded(todo, task_of, executor, width):
                results = results_of(outcome, assignments[submission.chapter])
                room.results.append(journal_record(submission, results, key, box))
                gradebook.catch_up()
                summary.graded += 1
                for one in results:
                    summary.statuses[one.status] = summary.statuses.get(one.status, 0) + 1
                bar.advance()
    return summary


def to_be_graded(
    room: Classroom,
    assignments: dict[str, Assignment],
    gradebook: Gradebook,
    key: bytes,
    only: Sequence[str],
    again: bool,
) -> tuple[list[Submission], Summary]:
    """The submissions to be graded now, and a summary of those that need not be.

    Raises:
        ValueError: `only` names nobody who handed in, and no chapter.
    """
    requested = [one for one in room.submissions().values() if one.chapter in assignments]
    unknown = set(only) - {one.learner for one in requested} - set(assignments)
    if unknown:
        raise ValueError(
            f"expected learners who handed in, or chapters, with --only, got "
            f"{', '.join(sorted(unknown))}"
        )
    if only:
        requested = [one for one in requested if {one.learner, one.chapter} & set(only)]
    done = set() if again else gradebook.graded()
    todo = [
        one for one in requested if (one.learner, one.chapter, one.sha, key_id(key)) not in done
    ]
    return todo, Summary(already_graded=len(requested) - len(todo))


def journal_record(
    submission: Submission, results: list[Result], key: bytes, box: Box
) -> dict[str, object]:
    """What the journal keeps of one graded submission."""
    return {
        "learner": submission.learner,
        "chapter": submission.chapter,
        "submission": submission.sha,
        "key": key_id(key),
        "course": __version__,
        "torch": torch.__version__,
        "sandbox": box.name,
        "at": now(),
        "results": [one.as_record() for one in results],
    }


def each_graded(
    todo: list[Submission],
    task_of: Callable[[Submission], Task],
    executor: Executor,
    width: int,
) -> Iterator[tuple[Submission, Outcome]]:
    """Outcomes as they come; only a few submissions more than are being graded are in memory."""
    running: dict[Future[list[Result]], Submission] = {}
    left = iter(todo)
    try:
        while True:
            for submission in islice(left, width * AHEAD - len(running)):
                try:
                    running[executor.submit(grade_task, task_of(submission))] = submission
                except (OSError, ValueError) as error:  # the copy is gone, or was changed
                    yield submission, error
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                failure = future.exception()
                yield running.pop(future), future.result() if failure is None else failure
    finally:
        for future in running:
            future.cancel()


def results_of(outcome: Outcome, assignment: Assignment) -> list[Result]:
    """A worker's results; if the worker failed, that is no answer's fault, and is tried again."""
    if isinstance(outcome, list):
        return outcome
    says = f"The grader failed ({type(outcome).__name__}: {outcome})."[:300]
    return [Result(name, "infra-error", None, points, says) for name, points in assignment.items]


@contextmanager
def thread_pool(count: int) -> Iterator[Executor]:
    """A local pool. Threads are enough: learners' code runs in processes of its own."""
    executor = ThreadPoolExecutor(count, thread_name_prefix="grader")
    try:
        yield executor
    finally:
        POOL.close()
        executor.shutdown(cancel_futures=True)


@contextmanager
def dask_cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask scheduler, and how many submissions they grade at once.

    Raises:
        RuntimeError: Dask's engine is not installed, or there are no workers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise RuntimeError(
            "expected the package distributed for --scheduler, got none; install it with: "
            "pip install 'attention-course[department]'"
        ) from error
    with Client(address, timeout=30) as client:  # type: ignore[no-untyped-call]  # has no types
        width = sum(client.nthreads().values())
        if not width:
            raise RuntimeError(f"expected workers at {address}, got a scheduler without any")
        yield client.get_executor(pure=False, retries=3), width
