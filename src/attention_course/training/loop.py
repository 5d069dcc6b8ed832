"""One training loop for every rung: seeded, resumable, the best epoch kept."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from attention_course import logs
from attention_course.config import Run
from attention_course.data.batch import Example, batches, in_order, lengths
from attention_course.models.model import Model, Output
from attention_course.training.objective import token_loss
from attention_course.training.progress import Progress
from attention_course.training.trainer import Trainer
from attention_course.training.warm_start import warm_start

ModelWatch = Callable[[Model], dict[str, float]]  # what else to measure after an epoch
SAVE_EVERY = 120.0  # seconds between two checkpoints within an epoch
SAY_EVERY = 100  # updates between two lines in a log


@torch.no_grad()
def mean_loss(model: Model, examples: Sequence[Example], size: int = 128) -> float:
    """Nats per real target token over all examples, dropout off, true words before each word."""
    training, total = model.training, 0.0
    losses: list[Tensor] = []  # they stay where the model is: a GPU is waited for once, at the end
    tokens: list[int] = []
    model.eval()
    for batch in in_order(sorted(examples, key=lengths), size):
        tokens.append(batch.tokens)
        batch = batch.to(model.device)
        output: Output = model(batch.source, batch.source_lengths, batch.target_in)
        losses.append(token_loss(output.logits, batch.target_out))
    model.train(training)
    for loss, count in zip(torch.stack(losses).tolist(), tokens, strict=True):
        total += loss * count
    return total / sum(tokens)


@contextlib.contextmanager
def patient_interrupt() -> Iterator[threading.Event]:
    """Let Ctrl-C finish the update in hand: the event is set, the loop saves and stops.

    A second Ctrl-C stops at once; one within two seconds is the echo of a launcher, which hands
    on what its processes have heard already. Outside the main thread Ctrl-C is left as it is.
    """
    interrupted, heard = threading.Event(), time.monotonic()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def interrupt(number: int, frame: Any) -> None:
        nonlocal heard
        if interrupted.is_set() and time.monotonic() - heard > 2:
            raise KeyboardInterrupt
        interrupted.set()
        heard = time.monotonic()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def train(
    model: Model,
    run: Run,
    learn_from: Sequence[Example],
    choose_by: Sequence[Example],
    folder: Path,
    resume: bool | None = False,
    copy_to: Path | None = None,
    watch: ModelWatch | None = None,
) -> Progress:
    """Train a model and leave it with the weights of its best epoch.

    Checkpoints go to `folder/checkpoint`, and copies of them to `copy_to/checkpoint`. With
    `resume` the run stored there is continued on the very same trajectory, from the middle of an
    epoch too; with `resume=None` only if there is one. What `watch` measures after an epoch is
    written into the curve. Processes that have met (`devices.joined`) share each batch.

    Dropout draws from PyTorch's random numbers as they are: to repeat a run, seed them, and draw
    none in between (`runs.experiment.prepare` seeds).

    Raises:
        KeyboardInterrupt: Ctrl-C; a checkpoint has been written first.
    """
    trainer = begin(model, run, folder, resume, copy_to)
    if run.warm_start and trainer.progress.step == 0:
        start_warm(trainer, learn_from)
    now = trainer.progress
    steps = run.epochs * len(batches(learn_from, run.batch_size, run.seed, 0))
    shown = trainer.world.main
    with (
        patient_interrupt() as interrupted,
        logs.Bar(steps, "update", every=SAY_EVERY, initial=now.step, shown=shown) as bar,
    ):
        while now.epoch < run.epochs:
            order = batches(learn_from, run.batch_size, run.seed, now.epoch)
            trainer.model.train()
            saved = time.monotonic()
            for examples in order[now.batch :]:
                loss = trainer.update(examples, steps)
                bar.advance(f"loss {loss:.2f}, {now.speed:,.0f} tokens/s")
                saved = save_when_due(trainer, interrupted, saved)
            trainer.finish_epoch(mean_loss(trainer.evaluated, choose_by), len(order))
            now.curve[-1].update(watch(trainer.evaluated) if watch else {})
            trainer.save()
            trainer.say(now.of_last_epoch())
            [stop] = trainer.world.any_up(interrupted.is_set())
            stop_if(stop, now)
    model.load_state_dict(trainer.best)
    return now


def begin(
    model: Model, run: Run, folder: Path, resume: bool | None, copy_to: Path | None
) -> Trainer:
    """A trainer at the start of a run, or where the run that is stored in the folder stands."""
    trainer = Trainer(model, run, folder, copy_to)
    if not trainer.world.main:  # else dropout would be the same in every process
        torch.manual_seed(run.seed + 1_000_003 * trainer.world.rank)
    if resume is not False:
        stored = trainer.fetch_checkpoint()
        if resume or stored:
            trainer.resume()
    return trainer


def start_warm(trainer: Trainer, learn_from: Sequence[Example]) -> None:
    """Give the embeddings their first values, and count the time as time of training."""
    started = time.monotonic(), time.process_time()
    warm_start(trainer.model, learn_from, trainer.run.seed)
    trainer.progress.spend(started)


def save_when_due(trainer: Trainer, interrupted: threading.Event, saved: float) -> float:
    """Write a checkpoint if the last is old or the run is to stop; gives when one was written.

    Raises:
        KeyboardInterrupt: the run is to stop, in this process or in another one.
    """
    due = time.monotonic() - saved > SAVE_EVERY
    stop, due = trainer.world.any_up(interrupted.is_set(), due)
    if stop or due:
        trainer.save()
        saved = time.monotonic()
    stop_if(stop, trainer.progress)
    return saved


def stop_if(requested: bool, now: Progress) -> None:
    """Stop, where that was asked for and everything has been saved."""
    if requested:
        raise KeyboardInterrupt(f"stopped at update {now.step}; continue with --resume")
