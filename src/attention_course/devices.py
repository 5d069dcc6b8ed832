"""What trains: a processor or a GPU, in which number format, and how many of them together.

Several processes that train one model each work on their share of every batch; torchrun,
`accelerate launch` and `notebook_launcher` start them, one for each GPU. All hold the same weights:
they add up their gradients before every update, and the sum is the gradient of the whole batch.
One process alone is a world of size 1.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch import distributed as dist

T = TypeVar("T")


def pick_device() -> torch.device:
    """A GPU where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(device: torch.device) -> torch.dtype:
    """The number format in which the device multiplies matrices fastest, and learning goes well.

    bf16 on a processor that has instructions for it (AMX, or those of AVX-512), fp32 on others;
    bf16 or fp16 on a GPU. A T4 says that it can do bf16, but only emulates it: it gets fp16.
    """
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
    words = ("out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")
    return any(said in str(error) for said in words)


@dataclass(frozen=True)
class World:
    """Who this process is among those that train together."""

    rank: int = 0
    size: int = 1

    @property
    def main(self) -> bool:
        """Whether it is this process that writes the files and speaks to the learner."""
        return self.rank == 0

    def add_up(self, model: nn.Module, loss: Float[Tensor, ""]) -> Float[Tensor, ""]:
        """Make every gradient its sum over all processes; gives the sum of their losses."""
        if self.size == 1:
            return loss
        gradients = [
            torch.zeros_like(one) if one.grad is None else one.grad for one in model.parameters()
        ]
        # One message for all of it: many small ones would wait for each other.
        numbers = torch.cat([*(one.flatten() for one in gradients), loss.reshape(1)])
        dist.all_reduce(numbers)
        *sums, loss = numbers.split([*(one.numel() for one in gradients), 1])
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
        up = torch.tensor(flags, dtype=torch.uint8, device=pick_device())
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
def joined(expected: int | None = None) -> Iterator[World]:
    """Meet the processes that were started together with this one, each with a GPU of its own.

    Where there is no GPU they share the processor.

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
    if torch.cuda.is_available():
        place, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if place >= there:
            raise RuntimeError(
                f"expected a GPU for each process, got {there} GPUs; start as many processes"
            )
        torch.cuda.set_device(place)
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    yield world()
    # Not after an error: the others may wait for this process, until they see that it has ended.
    dist.destroy_process_group()
