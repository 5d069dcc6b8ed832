import json

import pytest
import torch
from torch import nn

import ablate
import alterations
from attention_course import config, data, trainer
from attention_course.dropout import VariationalDropout

ALTERED = [
    (rung, change)
    for change in alterations.CHANGES
    for rung in change.rungs
    if change.alter and change.name != "torch.compile"  # which may need a compiler for C++
]


def tiny(rung):
    run = config.preset(*alterations.RUNGS[rung], "copy", "smoke", train_pairs=200, dropout=0.2)
    return alterations.Trial(run, data.load(run))


@pytest.mark.parametrize(("rung", "change"), ALTERED, ids=lambda one: getattr(one, "name", one))
def test_every_change_can_be_trained_with(rung, change, monkeypatch):
    monkeypatch.setattr(trainer, "learning_rate", trainer.learning_rate)  # put back afterwards
    trial = tiny(rung)
    change.alter(trial)
    before = [parameter.clone() for parameter in trial.trainer.model.parameters()]
    updates, sentences = ablate.learn(trial, seconds=0.3)
    assert 0 < updates < sentences
    after = list(trial.trainer.model.parameters())
    learned = [one.grad is not None for one in after]  # a source's output bias never is
    moved = [not torch.equal(old, new) for old, new in zip(before, after, strict=True)]
    assert moved == learned


def test_a_trial_stops_when_its_time_is_up_and_its_learning_rate_has_fallen():
    trial = tiny("attention")
    seen = []
    trial.after = lambda share: seen.append(trial.trainer.optimiser.param_groups[0]["lr"])
    ablate.learn(trial, seconds=1.0)
    assert max(seen) > 0.8 * trial.run.learning_rate
    assert seen[-1] < 0.2 * trial.run.learning_rate


def test_factors_change_what_the_preset_says_and_other_settings_stand_as_they_are():
    plain = ablate.changed_run("attention", alterations.Change("", alterations.BOTH))
    factors = {"batch_size": 0.5, "learning_rate": 2.0, "dropout": 0.0}
    changed = ablate.changed_run("attention", alterations.Change("", alterations.BOTH, factors))
    assert changed.batch_size * 2 == plain.batch_size
    assert changed.learning_rate == 2 * plain.learning_rate
    assert changed.dropout == 0.0


def test_dropout_everywhere_leaves_none_that_is_drawn_once_a_sentence():
    trial = tiny("Transformer")
    alterations.drop_everywhere(trial)
    kinds = [type(module) for module in trial.model.modules()]
    assert VariationalDropout not in kinds
    assert nn.Dropout in kinds


def test_a_row_that_is_kept_is_found_again_unless_its_settings_have_changed(monkeypatch):
    jobs = [("attention", 0, 350.0), ("attention", 1, 350.0), ("attention", 0, 20.0)]
    rows = json.loads(json.dumps([{**ablate.told(jobs[0]), "bleu": 30.0}]))
    assert [ablate.row_of(job, rows) for job in jobs] == [rows[0], None, None]
    monkeypatch.setitem(config.CORPORA["multi30k"], "dropout", 0.21)
    assert ablate.row_of(jobs[0], rows) is None
