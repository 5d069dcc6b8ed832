"""What is measured of a rung on a device beside its training: called by gpu.py, a piece each."""

import copy
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor

from attention_course import data
from attention_course.config import Run
from attention_course.course import CHAPTERS, preset
from attention_course.data.batch import Example, batches, encode_pairs, target_tokens
from attention_course.data.pairs import Corpus
from attention_course.models.model import Model
from attention_course.runs import experiment
from attention_course.training.trainer import Trainer
from measures import REST, kind_of

Batches = Sequence[Sequence[Example]]
CPU = torch.device("cpu")
STEPS = 1_000  # of the schedule that these updates are the first of
BATCH_SIZES = {"gpu": (64, 128, 256, 512, 1024, 2048), "smoke": (16, 64)}
UPDATES = {"gpu": 24, "smoke": 4}  # in a profile, and as many to warm up
ROUNDS = {"gpu": 25, "smoke": 2}  # over the few batches that compiled models are timed with
FEW = 4
LAUNCHES = ("cudaLaunchKernel", "cuLaunchKernel", "cudaGraphLaunch")  # how their names begin
WAITS = ("cudaStreamSynchronize", "cudaEventSynchronize", "cudaMemcpy")  # all of their names
KINDS = {  # of work, by how the names of PyTorch's operations begin
    "matrix products": ("mm", "addmm", "bmm", "baddbmm"),
    "recurrent layers": ("_cudnn_rnn", "_thnn_fused_gru", "gru", "mkldnn_rnn"),
    "attention in one kernel": ("_scaled_dot_product", "_efficient_att", "_flash_att"),
    "copies and number formats": ("copy_", "_to_copy", "cat", "fill_", "zero_", "clone"),
    "softmax and loss": ("_log_softmax", "_softmax", "nll_loss"),
    "random numbers": ("bernoulli_", "native_dropout"),
    "embeddings": ("embedding", "index"),
    "optimiser": ("_fused_adam", "_foreach", "_amp", "lerp_"),
}
WAYS: dict[str, dict[str, Any] | None] = {  # options of torch.compile
    "as it is": None,
    "torch.compile": {"dynamic": True},
    "CUDA graphs": {"dynamic": False, "mode": "reduce-overhead"},
}


@cache
def corpus_of(name: str, size: str) -> Corpus:
    """A corpus at a preset, read once: all rungs share it."""
    stem, chapter = next(iter(CHAPTERS.items()))
    return data.load(preset(stem, chapter.default, name, size))


class Learner(NamedTuple):
    """A rung in training on a device, and all that it can learn from."""

    trainer: Trainer
    examples: list[Example]

    def batches(self, size: int) -> list[list[Example]]:
        """The batches of an epoch, of so many pairs."""
        return batches(self.examples, size, seed=0, epoch=0)

    def learn(self, order: Batches, times: int = 1) -> None:
        """Make an update of each batch, so many times."""
        for batch in [*order] * times:
            self.trainer.update(batch, STEPS)


def learner(stem: str, size: str, device: torch.device, **changes: Any) -> Learner:
    """A rung on Multi30k at a preset, untrained."""
    run = preset(stem, CHAPTERS[stem].default, "multi30k", size, **changes)
    corpus = corpus_of(run.data, size)
    trained = experiment.prepare(run, corpus, device.type)
    trained.model.train()
    return Learner(
        Trainer(trained.model, run, Path()),
        encode_pairs(corpus.train, trained.source, trained.target),
    )


def seconds_of(work: Callable[[], None], device: torch.device) -> float:
    """Seconds by the clock until a device has done some work."""
    synchronise(device)
    started = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - started


def synchronise(device: torch.device) -> None:
    """Wait until a GPU has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def peak_megabytes(device: torch.device) -> int:
    """The most memory that tensors took on a GPU since it was reset; else the whole process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() // 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def profile(stem: str, size: str, device: torch.device) -> dict[str, Any]:
    """Where the time of an update goes: by kind of work; launches of kernels, and waits."""
    one, updates = learner(stem, size, device), UPDATES[size]
    order = one.batches(one.trainer.run.batch_size)[: 2 * updates]
    warm, timed = order[: len(order) // 2], order[len(order) // 2 :]
    one.learn(warm)
    seconds = seconds_of(lambda: one.learn(timed), device)
    activities = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=activities) as profiler:
        one.learn(timed)
        synchronise(device)
    rows = list(profiler.key_averages())
    kinds = by_kind(rows, device.type)
    return {
        "updates": len(timed),
        "milliseconds": 1_000 * seconds / len(timed),  # of an update, not profiled
        "kinds": {kind: spent / len(timed) for kind, spent in kinds.items()},
        **calls(rows, len(timed)),
    }


def by_kind(rows: Iterable[Any], device_type: str) -> dict[str, float]:
    """Milliseconds by kind of work: of a GPU's kernels under the operation that started them."""
    spent = dict.fromkeys([*KINDS, REST], 0.0)
    for row in rows:
        if row.device_type.name != "CPU":
            continue  # a kernel by itself: its operation has its time already
        on_gpu = device_type == "cuda"
        spent[kind_of(row.key, KINDS)] += (
            row.self_device_time_total if on_gpu else row.self_cpu_time_total
        ) / 1_000
    return spent


def calls(rows: Iterable[Any], updates: int) -> dict[str, Any]:
    """How often an update starts a kernel and waits for the device; and every call of CUDA's.

    The profiler itself waits for the whole device at its end, so that call is no wait of ours.
    """
    counts = {row.key: row.count / updates for row in rows if row.key.startswith("cu")}
    return {
        "launches": sum(count for name, count in counts.items() if name.startswith(LAUNCHES)),
        "waits": sum(count for name, count in counts.items() if name in WAITS),
        "calls": counts,
    }


@contextmanager
def full_precision() -> Iterator[None]:
    """Let a GPU multiply in fp32 all through; by itself cuDNN takes TF32, with 10 bits."""
    products, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, cudnn.allow_tf32
    products.allow_tf32 = cudnn.allow_tf32 = False
    try:
        yield
    finally:
        products.allow_tf32, cudnn.allow_tf32 = before


class Update(NamedTuple):
    """What one update came to."""

    loss: float
    gradients: Tensor  # of all parameters, clipped, in a row
    parameters: Tensor


def equality(stem: str, size: str, device: torch.device) -> dict[str, Any]:
    """One update on the device beside the same on the processor, in fp32 and without dropout."""
    plain = {"mixed": False, "dropout": 0.0, "word_dropout": 0.0}
    one = learner(stem, size, CPU, **plain)
    model, run = one.trainer.model, one.trainer.run
    before = in_a_row(model.parameters())
    batch = one.batches(run.batch_size)[0]
    with full_precision():
        here, there = (update(copy.deepcopy(model), run, batch, at) for at in (CPU, device))
    return {
        "loss": here.loss,
        "loss_differs": abs(here.loss - there.loss),
        "gradients": apart(here.gradients, there.gradients),
        "parameters": apart(here.parameters - before, there.parameters - before),
    }


def update(model: Model, run: Run, batch: Sequence[Example], device: torch.device) -> Update:
    """Make one update of a model on a device, at the highest learning rate."""
    trainer = Trainer(model.to(device), run, Path())
    loss = trainer.update(batch, 1)
    gradients = (one.grad for one in model.parameters() if one.grad is not None)
    return Update(loss, in_a_row(gradients), in_a_row(model.parameters()))


def in_a_row(tensors: Iterable[Tensor]) -> Tensor:
    """The numbers of tensors one after the other, on the processor, in double precision."""
    return torch.cat([one.detach().flatten().cpu().double() for one in tensors])


def apart(here: Tensor, there: Tensor) -> dict[str, float]:
    """The largest difference of two rows of numbers, and its norm as a share of the first's."""
    difference = there - here
    return {
        "largest": difference.abs().max().item(),
        "share_of_norm": (difference.norm() / here.norm()).item(),
    }


def batch_sizes(stem: str, size: str, device: torch.device) -> dict[str, Any]:
    """Target tokens a second over the batch size: an epoch each, all of the same pairs."""
    one, rows = learner(stem, size, device), []
    for count in BATCH_SIZES[size]:
        order = one.batches(count)
        one.learn(order[:3])
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        seconds = seconds_of(lambda order=order: one.learn(order), device)  # type: ignore[misc]
        rows.append(
            {
                "batch": count,
                "tokens_per_second": sum(map(target_tokens, order)) / seconds,
                "pairs_per_second": len(one.examples) / seconds,
                "seconds": seconds,
                "megabytes": peak_megabytes(device),
                "pieces_of": one.trainer.progress.microbatch,  # 0: memory was enough
            }
        )
    return {"precision": str(one.trainer.dtype).removeprefix("torch."), "sizes": rows}


def compiled(stem: str, size: str, device: torch.device) -> dict[str, Any]:
    """Updates as they are, by torch.compile, and as CUDA graphs; what fails is told.

    A few batches come again and again: a graph, and a compiled program without free sizes, is made
    for each size. What is told is the best that they can bring, not that of a run.
    """
    return {"ways": {name: timed(stem, size, device, options) for name, options in WAYS.items()}}


def timed(
    stem: str, size: str, device: torch.device, options: dict[str, Any] | None
) -> dict[str, Any]:
    """Target tokens a second in one of these ways, and the seconds until it was ready."""
    one = learner(stem, size, device)
    order = one.batches(one.trainer.run.batch_size)[:FEW]
    try:
        if options:
            torch.compiler.reset()
            one.trainer.model = cast(Model, torch.compile(one.trainer.model, **options))
        ready = seconds_of(lambda: one.learn(order, times=3), device)
        rounds = [seconds_of(lambda: one.learn(order), device) for _ in range(ROUNDS[size])]
    except Exception as error:
        return {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
    tokens = sum(map(target_tokens, order))
    return {"tokens_per_second": tokens / statistics.median(rounds), "seconds_to_begin": ready}
