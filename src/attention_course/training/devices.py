"""What trains: a processor or a GPU, in which number format, and how many of them together.

Which kind of device, a learner may say: `--device`, or ATTENTION_COURSE_DEVICE for notebooks.

Several processes that train one model each work on their share of every batch; torchrun,
`accelerate launch` and `notebook_launcher` start them, one for each GPU. All hold the same weights:
they add up their gradients before every update, and the sum is the gradient of the whole batch.
One process alone is a world of size 1.
"""

import contextlib
import os
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch import distributed as dist

from attention_course import logs, processors

T = TypeVar("T")
KINDS = ("cpu", "cuda", "mps")
THREADS = torch.get_num_threads()  # that PyTorch takes by itself: it knows of no quota


def pick_device(requested: str | None = None, untried: bool = False) -> torch.device:
    """The device that is asked for, else a GPU where there is one that works, else the processor.

    `untried`: an Apple GPU (mps) may be picked too. The course could not be tried on one, so who
    says so must compare it with the processor (`agreement.settle`).

    Raises:
        ValueError: a device is asked for that is not here, or does not work.
    """
    requested = requested or chosen()
    if requested not in ("", *KINDS):
        raise ValueError(f"expected a device among {', '.join(KINDS)}, got {requested!r}")
    if requested:
        if why := missing(requested):
            raise ValueError(
                f"expected a device {requested} that works, got none: {why}; to train on what "
                "there is, leave out --device and ATTENTION_COURSE_DEVICE"
            )
        return torch.device("cpu" if requested == "mps" and not untried else requested)
    if torch.cuda.is_available():
        if not (why := missing("cuda")):
            return torch.device("cuda")
        logs.say(f"There is a GPU, but it does not work ({why}): the processor is used.")
    return torch.device("mps" if untried and not missing("mps") else "cpu")


def chosen() -> str:
    """The kind of device that the environment asks for; empty where it does not."""
    return os.environ.get("ATTENTION_COURSE_DEVICE", "")


def missing(kind: str) -> str:
    """Why a kind of device cannot be used; empty where it can."""
    if kind == "cpu":
        return ""
    there = torch.cuda.is_available() if kind == "cuda" else torch.backends.mps.is_available()
    if not there:
        return f"PyTorch {torch.__version__} finds no such device on this machine"
    try:  # a driver or a GPU that is too old for this PyTorch shows only when it is used
        torch.ones(1, device=kind).add(1).item()
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().partition("\n")[0]
    return ""


def name(device: torch.device) -> str:
    """The name of the processor or of the GPU, as it names itself."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if platform.system() == "Darwin":
        return apple_chip() + (", GPU" if device.type == "mps" else "")
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "cpu"


def apple_chip() -> str:
    """Which chip a Mac has, as in `Apple M2`; `platform` only says `arm`."""
    command = ["sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        model = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        model = ""
    return model or f"Apple, {platform.machine()}"


def random_state(device: torch.device) -> Tensor | None:
    """The state of the device's own random numbers; the processor's are kept beside."""
    if device.type == "cuda":
        return torch.cuda.get_rng_state()
    return torch.mps.get_rng_state() if device.type == "mps" else None


def set_random_state(device: torch.device, state: Tensor | None) -> None:
    """Go on from a state that was kept, unless it is of another kind of device."""
    own = random_state(device)
    if own is None or state is None or own.shape != state.shape:
        return
    (torch.cuda if device.type == "cuda" else torch.mps).set_rng_state(state)


def free_memory(device: torch.device) -> None:
    """Give back what a GPU keeps of memory that nothing needs any more."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    if device.type == "mps":
        torch.mps.empty_cache()


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Calculate on one thread, and on as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def heed_share() -> None:
    """Let PyTorch use no more threads than there are processors for this process.

    A number that somebody has chosen stands.
    """
    by_itself = torch.get_num_threads() == THREADS and "OMP_NUM_THREADS" not in os.environ
    if by_itself and processors.count() < THREADS:
        torch.set_num_threads(processors.count())


def precision(device: torch.device) -> torch.dtype:
    """The number format in which the device multiplies matrices fastest, and learning goes well.

    bf16 on a processor that has instructions for it (AMX, or those of AVX-512), fp32 on others;
    bf16 or fp16 on a GPU. A T4 says that it can do bf16, but only emulates it: it gets fp16.
    fp32 on an Apple GPU: with fewer bits the comparison with the processor would say little.
    """
    if device.type == "mps":
        return torch.float32
    if device.type == "cpu":
        able = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
        native = able.get("amx_bf16") or able.get("avx512_bf16")
        return torch.bfloat16 if native else torch.float32
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16


def number_format(device: torch.device, mixed: bool) -> torch.dtype:
    """The number format in which a run multiplies matrices: full precision unless `mixed`."""
    return precision(device) if mixed else torch.float32


def out_of_memory(error: RuntimeError) -> bool:
    """Whether the device had no room, which PyTorch often says in words only."""
    words = (
        "out of memory",  # CUDA; MPS backend
        "can't allocate memory",  # a processor under Linux and macOS
        "not enough memory",  # a processor under Windows
        "STATUS_ALLOC_FAILED",  # cuBLAS, cuDNN
        "Invalid buffer size",  # an Apple GPU, for one tensor that is larger than it takes
    )
    return any(phrase in str(error) for phrase in words)


@dataclass(frozen=True)
class World:
    """Who this process is among those that train together."""

    rank: int = 0
    size: int = 1

    @property
    def main(self) -> bool:
        """Whether it is this process that writes the files and speaks to the learner."""
        return self.rank == 0

    def sum_gradients_and_loss(
        self, model: nn.Module, loss: Float[Tensor, ""]
    ) -> Float[Tensor, ""]:
        """Make every gradient its sum over all processes; gives the sum of their losses."""
        if self.size == 1:
            return loss
        gradients = [
            torch.zeros_like(one) if one.grad is None else one.grad for one in model.parameters()
        ]
        # One message for all of it: many small ones would wait for each other.
        numbers = torch.cat([*(one.flatten() for one in gradients), loss.reshape(1)])
        dist.all_reduce(numbers)
        sizes = [*(one.numel() for one in gradients), 1]
        *sums, loss = torch.split(numbers, sizes)
        for parameter, gradient in zip(model.parameters(), sums, strict=True):
            parameter.grad = gradient.view_as(parameter)
        return loss.squeeze(0)

    def gather(self, value: T) -> list[T]:
        """What each process has, in the order of their ranks."""
        values = [value] * self.size
        if self.size > 1:
            dist.all_gather_object(values, value)
        return values

    def any_up(self, *flags: bool) -> list[bool]:
        """For each flag whether it is up in any process: what one wishes, all do."""
        if self.size == 1:
            return list(flags)
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        up = torch.tensor(flags, dtype=torch.uint8, device=device)
        dist.all_reduce(up, dist.ReduceOp.MAX)
        return up.bool().tolist()

    @contextlib.contextmanager
    def main_first(self) -> Iterator[None]:
        """Let the main process do it, say download a file, before all others do."""
        if not self.main:
            dist.barrier()
        yield
        if self.main and self.size > 1:
            dist.barrier()


def world() -> World:
    """The processes that have met, this one among them."""
    met = dist.is_available() and dist.is_initialized()
    return World(dist.get_rank(), dist.get_world_size()) if met else World()


@contextlib.contextmanager
def joined(expected: int | None = None, requested: str | None = None) -> Iterator[World]:
    """Meet the processes that were started together with this one, each with a GPU of its own.

    Where there is no GPU, or another device is asked for, they share the processor.

    Raises:
        RuntimeError: there are not as many as expected. A launcher that is asked for two may
            start one, and say nothing.
    """
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if expected not in (None, started):
        raise RuntimeError(
            f"expected {expected} processes that train together, got {started}; start them with: "
            f"torchrun --nproc-per-node {expected} --no-python attention-course train ..."
        )
    if started == 1:
        yield World()
        return
    on_gpus = torch.cuda.is_available() and (requested or chosen()) in ("", "cuda")
    if on_gpus:
        rank, count = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if rank >= count:
            raise RuntimeError(
                f"expected a GPU for each process, got {count} GPUs; start as many processes"
            )
        torch.cuda.set_device(rank)
    dist.init_process_group("nccl" if on_gpus else "gloo")
    yield world()
    # Not after an error: the others may wait for this process, until they see that it has ended.
    dist.destroy_process_group()
