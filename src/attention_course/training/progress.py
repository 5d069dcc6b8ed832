"""Where a training run is, and what it has measured so far."""

import math
import time
from dataclasses import dataclass, field
from typing import Any


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
    microbatch: int = 0  # pairs that go through the model at once; 0 is all of a batch
    curve: list[dict[str, Any]] = field(default_factory=list)

    def where(self, epochs: int) -> str:
        """A line for whoever resumes the run."""
        if self.epoch == epochs:
            return "This run is finished: nothing is trained again."
        return f"Going on at update {self.step}, epoch {self.epoch + 1} of {epochs}."

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Progress":
        """Read what a checkpoint holds; in earlier ones `microbatch` is called `piece`."""
        renamed = {"piece": "microbatch"}
        return cls(**{renamed.get(name, name): value for name, value in stored.items()})

    def count(self, loss: float, tokens: int, started: tuple[float, float]) -> None:
        """Move one step on: what it cost, and since when by the clock and by the processor."""
        self.epoch_loss += loss
        self.tokens += tokens
        self.batch, self.step = self.batch + 1, self.step + 1
        self.spend(started)

    def spend(self, started: tuple[float, float]) -> None:
        """Count the time since then, by the clock and by the processor, as time of training."""
        self.seconds += time.monotonic() - started[0]
        self.cpu_seconds += time.process_time() - started[1]

    @property
    def speed(self) -> float:
        """Real target tokens learned from in a second."""
        return self.tokens / max(self.seconds, 1e-9)

    def of_last_epoch(self) -> str:
        """A line about the epoch that has just ended."""
        last = self.curve[-1]
        return (
            f"epoch {last['epoch']:2.0f}: loss {last['train_loss']:.3f} in training, "
            f"{last['validation_loss']:.3f} nats per token on validation, "
            f"{last['seconds']:.0f} s"
        )
