"""A model, its optimiser, where they are, and all that in a checkpoint."""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from attention_course import config, logs
from attention_course.config import Run
from attention_course.data.batch import Example, collate, target_tokens
from attention_course.models.model import Model, Output
from attention_course.store import checkpoint, conditions, mirror
from attention_course.store.nested import flatten, unflatten
from attention_course.training import devices
from attention_course.training.objective import (
    MovingAverage,
    dropout_share,
    learning_rate,
    set_dropout,
    token_loss,
)
from attention_course.training.progress import Progress


class Trainer:
    """A model, its optimiser, and where they are: all that a checkpoint must hold."""

    def __init__(self, model: Model, run: Run, folder: Path, copy_to: Path | None = None) -> None:
        self.model, self.run, self.folder, self.copy_to = model, run, folder, copy_to
        self.device = model.device
        self.dtype = devices.number_format(self.device, run.mixed)
        self.world = devices.world()
        self.optimiser = torch.optim.Adam(
            model.parameters(), lr=run.learning_rate, betas=(0.9, 0.98), fused=True
        )
        self.scaler = torch.amp.GradScaler(enabled=self.dtype is torch.float16)
        self.average: AveragedModel | None = (
            MovingAverage(model, run.averaging) if run.averaging else None
        )
        self.progress = Progress()
        self.best: dict[str, Tensor] = {}

    def update(self, examples: Sequence[Example], steps: int) -> float:
        """Learn from one batch; gives its loss in nats per token, and moves the progress on.

        `steps` are the updates of the whole run, which the learning rate depends on. Of several
        processes each learns from its share, and all get the loss of the whole batch. Where memory
        runs out a batch goes through the model in microbatches, half as large each time: their
        gradients add up to that of the whole. A GPU works on while the next batch is made: it is
        waited for once in an update, for the loss and the gradient's norm together.

        Raises:
            FloatingPointError: the loss or a gradient is not a number; the weights are as before,
                and the last checkpoint is intact.
            RuntimeError: there is no memory for even one pair.
        """
        started = time.monotonic(), time.process_time()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.run, self.progress.step, steps)
        if self.run.dropout_ramp:
            climbed = dropout_share(self.run, self.progress.step, steps)
            set_dropout(self.model, self.run, climbed)
        share, tokens = examples[self.world.rank :: self.world.size], target_tokens(examples)
        while True:
            size = self.progress.microbatch or max(1, len(share))
            self.optimiser.zero_grad()
            loss = torch.zeros((), device=self.device)
            # GradScaler makes its scale at the first call: a process may have no share at all.
            self.scaler.scale(loss)
            try:
                for first in range(0, len(share), size):
                    part = self.loss(share[first : first + size], tokens)
                    torch.autograd.backward(self.scaler.scale(part))
                    loss += part.detach()
                break
            except RuntimeError as error:
                self.refuse_but_lack_of_memory(error, size)
            # Only here, after the error, is the memory free that the failed microbatch held.
            self.use_less_memory(size // 2)
        total = self.follow_gradient(self.world.sum_gradients_and_loss(self.model, loss))
        self.progress.count(total, tokens, started)
        return total

    def refuse_but_lack_of_memory(self, error: RuntimeError, size: int) -> None:
        """Raise the error of a microbatch of this size, unless a smaller one may do without it.

        Raises:
            RuntimeError: it is no lack of memory, or there is none for even one pair.
        """
        if not devices.out_of_memory(error):
            raise error
        if size == 1:
            raise RuntimeError(
                f"expected memory for one sentence pair, got none on {self.device} at "
                f"update {self.progress.step}; the last checkpoint is intact: close what "
                "else uses the memory, or train a smaller model"
            ) from error

    def use_less_memory(self, size: int) -> None:
        """Send batches through the model in microbatches of this size from here on."""
        devices.free_memory(self.device)
        self.progress.microbatch = size
        logs.say(
            f"Memory ran out at update {self.progress.step}: from here on a batch goes "
            f"through the model in pieces of {size}; each update still learns from all."
        )

    def follow_gradient(self, total: Float[Tensor, ""]) -> float:
        """Move the parameters along the gradient, and their moving average after.

        Gives the loss as a number: it comes from the device together with the
        gradient's norm.

        Raises:
            FloatingPointError: loss or gradient is no number; nothing has moved.
        """
        self.scaler.unscale_(self.optimiser)
        clipped = nn.utils.clip_grad_norm_(self.model.parameters(), self.run.clip)
        loss, norm = torch.stack([total, clipped]).tolist()
        may_follow = math.isfinite(norm) or self.may_overflow()
        if not (math.isfinite(loss) and may_follow):
            here = self.progress
            raise FloatingPointError(
                f"expected a finite loss and gradient, got {loss} and a norm of "
                f"{norm} at update {here.step} (epoch {here.epoch}, batch "
                f"{here.batch}); the last checkpoint is intact: try a lower "
                "learning rate"
            )
        self.scaler.step(self.optimiser)
        self.scaler.update()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return float(loss)

    def may_overflow(self) -> bool:
        """Whether a gradient may be infinite: in fp16, until the scale has been cut to nothing.

        The scaler leaves such an update out and scales by less.
        """
        return self.scaler.is_enabled() and self.scaler.get_scale() >= 1

    def loss(self, examples: Sequence[Example], tokens: int) -> Float[Tensor, ""]:
        """The part that some examples have in the loss of a batch of so many target tokens."""
        batch = collate(examples).to(self.device)
        with torch.autocast(self.device.type, self.dtype, self.dtype is not torch.float32):
            output: Output = self.model(batch.source, batch.source_lengths, batch.target_in)
            loss = token_loss(output.logits, batch.target_out, self.run.label_smoothing)
        return loss * (target_tokens(examples) / tokens)  # long sentences count for more

    @property
    def evaluated(self) -> Model:
        """The model that is judged and kept: the moving average, where there is one."""
        return self.model if self.average is None else cast(Model, self.average.module)

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
            self.best = {name: value.clone() for name, value in self.evaluated.state_dict().items()}
        now.epoch, now.batch, now.epoch_loss = now.epoch + 1, 0, 0.0

    def save(self) -> None:
        """Write everything that the rest of the run depends on, and copy it where one is asked.

        Of several processes the main one writes; all must call this after the same update.
        """
        gpu = devices.random_state(self.device)
        own = self.world.gather((torch.get_rng_state(), gpu, self.progress.microbatch))
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
        here = self.folder / "checkpoint"
        with self.world.main_first():
            if self.copy_to and not checkpoint.generations(here):
                mirror.copy_checkpoint(self.copy_to / "checkpoint", here)
        return bool(checkpoint.generations(here))

    def resume(self) -> None:
        """Go on from the last checkpoint as if nothing had happened.

        Raises:
            CheckpointError: there is none, or none is whole.
            ValueError: it belongs to a run with other settings.
        """
        stored = checkpoint.load(self.folder / "checkpoint")
        state = unflatten(stored.tensors, stored.state)
        kind = type(self.run.model_settings)
        requested = config.complete(self.run.to_dict(), kind)
        conditions.refuse_other_run(requested, config.upgrade(state["run"], kind))
        try:
            self.model.load_state_dict(state["model"])
        except RuntimeError as error:
            raise checkpoint.CheckpointError(
                f"expected a checkpoint of this model in {self.folder / 'checkpoint'}, got one of "
                "another version of the course; train into another folder"
            ) from error
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        if state["scaler"]:  # a device with another number format has kept none
            self.scaler.load_state_dict(state["scaler"])
        self.best = {name: value.to(self.device) for name, value in state["best"].items()}
        self.progress = Progress.from_dict(state["progress"])
        if self.world.rank < len(state["of each process"]):
            random_state, gpu, self.progress.microbatch = state["of each process"][self.world.rank]
            torch.set_rng_state(random_state)
            devices.set_random_state(self.device, gpu)
        for line in (
            stored.warning,
            conditions.other_machine(self.machine(), state["machine"]),
            self.progress.where(self.run.epochs),
        ):
            if line:
                self.say(line)
