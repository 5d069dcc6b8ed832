"""The state of a training run: a model, its optimiser, where they are, and all that in a file."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel
from tqdm.auto import tqdm

from attention_course import checkpoint, mirror
from attention_course.config import Run
from attention_course.data.batch import Batch
from attention_course.nested import flatten, unflatten
from attention_course.vocabulary import PAD


@dataclass
class Progress:
    """Where a training run is, and what it has measured so far. Lives in the checkpoint."""

    epoch: int = 0
    batch: int = 0  # the next batch of this epoch
    step: int = 0  # updates done
    tokens: int = 0  # real target tokens learned from
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    epoch_loss: float = 0.0  # sum over the batches of this epoch
    best_loss: float = math.inf
    curve: list[dict[str, Any]] = field(default_factory=list)


def pick_device() -> torch.device:
    """A GPU where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(device: torch.device) -> torch.dtype:
    """The number format in which the device multiplies matrices fastest, and learning goes well.

    bf16 on a processor that has a unit for it (Intel calls it AMX), fp32 on others; bf16 or fp16
    on a GPU. A T4 says that it can do bf16, but only emulates it: it gets fp16.
    """
    if device.type == "cpu":
        able = hasattr(torch.cpu, "get_capabilities") and torch.cpu.get_capabilities()
        return torch.bfloat16 if able and able.get("amx_bf16") else torch.float32
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16


def learning_rate(run: Run, step: int, steps: int) -> float:
    """Climb in a straight line over the warm-up, then fall along half a cosine to 0."""
    warmup = max(1, round(run.warmup * steps))
    if step < warmup:
        return run.learning_rate * (step + 1) / warmup
    share = (step - warmup) / max(1, steps - warmup)
    return run.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def token_loss(
    logits: Float[Tensor, "B T V"], target: Int[Tensor, "B T"], smoothing: float = 0.0
) -> Float[Tensor, ""]:
    """Mean cross-entropy over the real tokens, in nats per token; padding does not count."""
    return F.cross_entropy(
        logits.flatten(0, 1).float(),
        target.flatten(),
        ignore_index=PAD,
        label_smoothing=smoothing,
    )


def moving(keep: float) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """An exponential mean of weights: each update keeps the share `keep` of it.

    Polyak and Juditsky 1992. In the beginning it keeps less, so as not to keep the weights that
    learning started from.
    """

    def average(means: Sequence[Tensor], weights: Sequence[Tensor], updates: Tensor | int) -> None:
        share = min(keep, (1 + int(updates)) / (10 + int(updates)))
        for mean, weight in zip(means, weights, strict=True):
            mean.lerp_(weight, 1 - share)

    return average


class Trainer:
    """A model, its optimiser, and where they are: all that a checkpoint must hold."""

    def __init__(
        self, model: nn.Module, run: Run, folder: Path, copy_to: Path | None = None
    ) -> None:
        self.model, self.run, self.folder, self.copy_to = model, run, folder, copy_to
        self.device = next(model.parameters()).device
        self.dtype = precision(self.device) if run.mixed else torch.float32
        self.optimiser = torch.optim.Adam(
            model.parameters(), lr=run.learning_rate, betas=(0.9, 0.98), fused=True
        )
        self.scaler = torch.amp.GradScaler(enabled=self.dtype is torch.float16)
        self.average = (
            AveragedModel(model, multi_avg_fn=moving(run.averaging)) if run.averaging else None
        )
        self.progress = Progress()
        self.best: dict[str, Tensor] = {}

    def update(self, batch: Batch, steps: int) -> float:
        """Learn from one batch; gives its loss in nats per token.

        Raises:
            FloatingPointError: the loss is not a number; the last checkpoint is intact.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.run, self.progress.step, steps)
        with torch.autocast(self.device.type, self.dtype, self.dtype is not torch.float32):
            output = self.model(batch.source, batch.source_lengths, batch.target_in)
            loss = token_loss(output.logits, batch.target_out, self.run.label_smoothing)
        if not math.isfinite(loss.item()):
            raise FloatingPointError(
                f"expected a finite loss, got {loss.item()} at update {self.progress.step} "
                f"(epoch {self.progress.epoch}, batch {self.progress.batch}); the last "
                "checkpoint is intact: try a lower learning rate"
            )
        self.optimiser.zero_grad()
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self.optimiser)
        nn.utils.clip_grad_norm_(self.model.parameters(), self.run.clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return loss.item()

    @property
    def judged(self) -> nn.Module:
        """The model that is judged and kept: the mean of all so far, where one is kept."""
        return self.model if self.average is None else self.average.module

    def finish_epoch(self, validation_loss: float, updates: int) -> None:
        """Write the epoch into the curve and keep the weights if they are the best so far."""
        now = self.progress
        now.curve.append(
            {
                "epoch": now.epoch + 1,
                "step": now.step,
                "train_loss": now.epoch_loss / updates,
                "validation_loss": validation_loss,
                "seconds": round(now.seconds, 1),
                "cpu_seconds": round(now.cpu_seconds, 1),
            }
        )
        if validation_loss < now.best_loss:
            now.best_loss = validation_loss
            self.best = {name: value.clone() for name, value in self.judged.state_dict().items()}
        now.epoch, now.batch, now.epoch_loss = now.epoch + 1, 0, 0.0

    def save(self) -> None:
        """Write everything that the rest of the run depends on, and copy it where one is asked."""
        tensors, state = flatten(
            {
                "model": dict(self.model.state_dict()),
                "average": {} if self.average is None else dict(self.average.state_dict()),
                "best": self.best,
                "optimiser": self.optimiser.state_dict(),
                "scaler": self.scaler.state_dict(),
                "chance": torch.get_rng_state(),
                "chance_gpu": torch.cuda.get_rng_state() if self.device.type == "cuda" else None,
                "progress": asdict(self.progress),
                "run": self.run.to_dict(),
            }
        )
        checkpoint.save(self.folder / "checkpoint", tensors, state)
        if self.copy_to:
            trouble = mirror.keep_checkpoint(
                self.folder / "checkpoint", self.copy_to / "checkpoint"
            )
            if trouble:
                tqdm.write(trouble)

    def fetch_checkpoint(self) -> bool:
        """Say whether a checkpoint is in the folder; into an empty folder the copy is brought."""
        place = self.folder / "checkpoint"
        if self.copy_to and not checkpoint.generations(place):
            mirror.copy_checkpoint(self.copy_to / "checkpoint", place)
        return bool(checkpoint.generations(place))

    def resume(self) -> None:
        """Go on from the last checkpoint as if nothing had happened.

        Raises:
            CheckpointError: there is none, or none is whole.
            ValueError: it belongs to a run with other settings.
        """
        stored = checkpoint.load(self.folder / "checkpoint")
        if stored.warning:
            tqdm.write(stored.warning)
        state = unflatten(stored.tensors, stored.state)
        refuse_other_run(self.run.to_dict(), state["run"])
        self.model.load_state_dict(state["model"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.scaler.load_state_dict(state["scaler"])
        self.best = {name: value.to(self.device) for name, value in state["best"].items()}
        self.progress = Progress(**state["progress"])
        now = self.progress
        done = now.epoch == self.run.epochs
        tqdm.write(
            "This run is finished: nothing is trained again."
            if done
            else f"Going on at update {now.step}, epoch {now.epoch + 1} of {self.run.epochs}."
        )
        torch.set_rng_state(state["chance"])
        if state["chance_gpu"] is not None:
            torch.cuda.set_rng_state(state["chance_gpu"])


def refuse_other_run(asked: dict[str, Any], stored: dict[str, Any]) -> None:
    """Raise ValueError with the difference if two runs are not the same."""
    differences = [
        f"{name} {stored.get(name)!r} -> {asked.get(name)!r}"
        for name in sorted({*asked, *stored})
        if asked.get(name) != stored.get(name)
    ]
    if differences:
        raise ValueError(
            f"expected the settings of the stored run, got other ones: {'; '.join(differences)}; "
            "resume with the same settings, or train into another folder"
        )
