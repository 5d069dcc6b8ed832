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

from attention_course import logs
from attention_course.config import Run
from attention_course.data.batch import Example, collate, target_tokens
from attention_course.store import checkpoint, conditions, mirror
from attention_course.store.nested import flatten, unflatten
from attention_course.training import devices
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
    piece: int = 0  # pairs that go through the model at once; 0 is all of a batch
    curve: list[dict[str, Any]] = field(default_factory=list)

    def told(self, epochs: int) -> str:
        """A line for whoever resumes the run."""
        if self.epoch == epochs:
            return "This run is finished: nothing is trained again."
        return f"Going on at update {self.step}, epoch {self.epoch + 1} of {epochs}."


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
        self.dtype = devices.number_format(self.device, run.mixed)
        self.world = devices.world()
        self.optimiser = torch.optim.Adam(
            model.parameters(), lr=run.learning_rate, betas=(0.9, 0.98), fused=True
        )
        self.scaler = torch.amp.GradScaler(enabled=self.dtype is torch.float16)
        self.average = (
            AveragedModel(model, multi_avg_fn=moving(run.averaging)) if run.averaging else None
        )
        self.progress = Progress()
        self.best: dict[str, Tensor] = {}

    def update(self, examples: Sequence[Example], steps: int) -> float:
        """Learn from one batch; gives its loss in nats per token.

        Of several processes each learns from its share, and all get the loss of the whole batch.

        Raises:
            FloatingPointError: the loss or a gradient is not a number; the weights are as before,
                and the last checkpoint is intact.
            RuntimeError: there is no memory for even one pair.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.run, self.progress.step, steps)
        share = examples[self.world.rank :: self.world.size]
        part = self.gradient(share, target_tokens(examples))
        loss = self.world.add_up(self.model, part).item()
        self.scaler.unscale_(self.optimiser)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.run.clip).item()
        # In fp16 a gradient may overflow: the scaler leaves that update out and scales by less.
        may_overflow = self.scaler.is_enabled() and self.scaler.get_scale() >= 1
        if not math.isfinite(loss) or not (math.isfinite(norm) or may_overflow):
            raise FloatingPointError(
                f"expected a finite loss and gradient, got {loss} and a norm of {norm} at update "
                f"{self.progress.step} (epoch {self.progress.epoch}, batch {self.progress.batch}); "
                "the last checkpoint is intact: try a lower learning rate"
            )
        self.scaler.step(self.optimiser)
        self.scaler.update()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return loss

    def gradient(self, examples: Sequence[Example], tokens: int) -> Float[Tensor, ""]:
        """Compute the gradient of some examples of a batch that has so many target tokens.

        Where memory runs out they go through the model in pieces, half as large each time: the
        gradients of pieces add up to that of the whole. Gives the examples' part of the loss.
        """
        while True:
            size = self.progress.piece or max(1, len(examples))
            self.optimiser.zero_grad()
            loss = torch.zeros((), device=self.device)
            self.scaler.scale(loss)  # it begins here, where a process has no share too
            try:
                for first in range(0, len(examples), size):
                    loss += self.backward(examples[first : first + size], tokens)
                return loss
            except RuntimeError as error:
                if not devices.out_of_memory(error):
                    raise
                if size == 1:
                    raise RuntimeError(
                        f"expected memory for one sentence pair, got none on {self.device} at "
                        f"update {self.progress.step}; the last checkpoint is intact: close what "
                        "else uses the memory, or train a smaller model"
                    ) from error
            # Only here, after the error, is the memory free that the failed piece held.
            devices.free_memory(self.device)
            self.progress.piece = size // 2
            logs.say(
                f"Memory ran out at update {self.progress.step}: from here on a batch goes "
                f"through the model in pieces of {size // 2}; each update still learns from all."
            )

    def backward(self, piece: Sequence[Example], tokens: int) -> Float[Tensor, ""]:
        """Add the gradient of one piece of a batch; gives the piece's part of the loss."""
        batch = collate(piece).to(self.device)
        with torch.autocast(self.device.type, self.dtype, self.dtype is not torch.float32):
            output = self.model(batch.source, batch.source_lengths, batch.target_in)
            loss = token_loss(output.logits, batch.target_out, self.run.label_smoothing)
        loss = loss * (target_tokens(piece) / tokens)  # long sentences count for more
        self.scaler.scale(loss).backward()
        return loss.detach()

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
        """Write everything that the rest of the run depends on, and copy it where one is asked.

        Of several processes the main one writes; all must call this after the same update.
        """
        gpu = devices.random_state(self.device)
        own = self.world.gather((torch.get_rng_state(), gpu, self.progress.piece))
        if not self.world.main:
            return
        tensors, state = flatten(
            {
                "model": dict(self.model.state_dict()),
                "average": {} if self.average is None else dict(self.average.state_dict()),
                "best": self.best,
                "optimiser": self.optimiser.state_dict(),
                "scaler": self.scaler.state_dict(),
                "of each process": own,
                "progress": asdict(self.progress),
                "run": self.run.to_dict(),
                "machine": self.machine(),
            }
        )
        checkpoint.save(self.folder / "checkpoint", tensors, state)
        if self.copy_to:
            trouble = mirror.keep_checkpoint(
                self.folder / "checkpoint", self.copy_to / "checkpoint"
            )
            if trouble:
                self.say(trouble)

    def machine(self) -> dict[str, Any]:
        """What the last digits of a run depend on beside its settings."""
        return {
            "PyTorch": str(torch.__version__),
            "device": "cpu" if self.device.type == "cpu" else devices.name(self.device),
            "number format": str(self.dtype).removeprefix("torch."),
            "threads": torch.get_num_threads(),
            "processes": self.world.size,
        }

    def say(self, line: str) -> None:
        """Tell the learner something, once; beside other runs, of which one it is."""
        if self.world.main:
            logs.say_of("/".join(self.folder.parts[-2:]), line)

    def fetch_checkpoint(self) -> bool:
        """Say whether a checkpoint is in the folder; into an empty folder the copy is brought."""
        place = self.folder / "checkpoint"
        with self.world.main_first():
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
        state = unflatten(stored.tensors, stored.state)
        conditions.refuse_other_run(self.run.to_dict(), state["run"])
        self.model.load_state_dict(state["model"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        if state["scaler"]:  # a device with another number format has kept none
            self.scaler.load_state_dict(state["scaler"])
        self.best = {name: value.to(self.device) for name, value in state["best"].items()}
        self.progress = Progress(**state["progress"])
        if self.world.rank < len(state["of each process"]):
            chance, gpu, self.progress.piece = state["of each process"][self.world.rank]
            torch.set_rng_state(chance)
            devices.set_random_state(self.device, gpu)
        for line in (
            stored.warning,
            conditions.other_machine(self.machine(), state["machine"]),
            self.progress.told(self.run.epochs),
        ):
            if line:
                self.say(line)
