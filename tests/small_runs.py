"""What the tests of training share: two runs of a second each, a card, and trouble."""

import os
import signal

import torch

from attention_course.course import chapter, preset
from attention_course.runs.card import RunCard
from attention_course.training import trainer

RUN = preset(
    "ch3_attention", "dot", "copy", "smoke",
    train_pairs=200, held_out_pairs=20, d_model=8, d_state=8, dropout=0.2, epochs=3,
)  # fmt: skip
TRANSFORMER = preset(
    "ch4_self_attention", "transformer", "copy", "smoke",
    train_pairs=200, held_out_pairs=20, d_model=8, d_hidden=8, dropout=0.2, epochs=3,
)  # fmt: skip


def card_of(run, **changes):
    """A card that nothing was trained for."""
    values = {
        "device": "a processor", "precision": "float32", "threads": 1, "versions": {},
        "commit": "", "parameters": 7, "cpu_seconds": 2.0, "metrics": {},
    }  # fmt: skip
    return RunCard(run=run, **{**values, **changes})


def known(stem, sizes):
    """Those of some sizes that the models of a chapter know."""
    names = chapter(stem).settings_type.__dataclass_fields__
    return {name: size for name, size in sizes.items() if name in names}


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def at_update(step, monkeypatch, do):
    """Do something to the trainer before one of its updates."""
    update = trainer.Trainer.update

    def troubled(self, examples, steps):
        if self.progress.step == step:
            do(self)
        return update(self, examples, steps)

    monkeypatch.setattr(trainer.Trainer, "update", troubled)


def interrupt_at(step, monkeypatch):
    """Press Ctrl-C before one of the updates."""
    at_update(step, monkeypatch, lambda self: os.kill(os.getpid(), signal.SIGINT))
