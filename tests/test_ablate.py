import json

import pytest
import torch
from torch import nn

import ablate
import alterations
from attention_course import config, data
from attention_course.course import preset, stem_of
from attention_course.data.batch import encode_pairs, lengths
from attention_course.data.pairs import Corpus, Pair
from attention_course.models.dropout import VariationalDropout
from attention_course.training import objective, trainer

ALTERED = [
    (rung, change)
    for change in alterations.CHANGES
    for rung in change.rungs
    if change.alter and change.name != "torch.compile"  # which may need a compiler for C++
]


def tiny(rung):
    variant = alterations.VARIANTS[rung]
    run = preset(stem_of(variant), variant, "copy", "smoke", train_pairs=200, dropout=0.2)
    return alterations.Trial(run, data.load(run))


@pytest.mark.parametrize(("rung", "change"), ALTERED, ids=lambda one: getattr(one, "name", one))
def test_every_change_can_be_trained_with(rung, change, monkeypatch):
    monkeypatch.setattr(trainer, "learning_rate", objective.learning_rate)  # put back afterwards
    trial = tiny(rung)
    change.alter(trial)
    before = [parameter.clone() for parameter in trial.trainer.model.parameters()]
    updates, sentences = ablate.train_for(trial, seconds=0.3)
    assert 0 < updates < sentences
    after = list(trial.trainer.model.parameters())
    learned = [one.grad is not None for one in after]  # a source's output bias never is
    moved = [not torch.equal(old, new) for old, new in zip(before, after, strict=True)]
    assert moved == learned


def test_a_trial_stops_when_its_time_is_up_and_its_learning_rate_has_fallen():
    trial = tiny("attention")
    seen = []
    trial.after = lambda share: seen.append(trial.trainer.optimiser.param_groups[0]["lr"])
    ablate.train_for(trial, seconds=1.0)
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
    rows = json.loads(json.dumps([{**ablate.conditions(jobs[0]), "bleu": 30.0}]))
    assert [ablate.row_of(job, rows) for job in jobs] == [rows[0], None, None]
    monkeypatch.setitem(config.CORPORA["multi30k"], "dropout", 0.21)
    assert ablate.row_of(jobs[0], rows) is None


def test_an_output_layer_of_its_own_does_not_hang_on_the_table():
    trial = tiny("attention")
    alterations.untie(trial)
    embedding, vectors = trial.model.decoder.embedding, torch.randn(3, trial.run.d_model)
    before = embedding.logits(vectors)
    nn.init.zeros_(embedding.table.weight)
    assert torch.equal(embedding.logits(vectors), before)


def test_a_learning_rate_that_stays_is_at_its_highest_at_the_end(monkeypatch):
    monkeypatch.setattr(trainer, "learning_rate", objective.learning_rate)  # put back afterwards
    alterations.keep_rate(tiny("attention"))
    run = preset(stem_of("dot"), "dot", "copy", "smoke")
    assert trainer.learning_rate(run, 99, 100) == run.learning_rate
    assert trainer.learning_rate(run, 0, 100) < run.learning_rate


def test_the_mean_of_the_end_begins_at_nine_tenths_and_is_what_is_judged():
    trial = tiny("attention")
    alterations.average_the_end(trial)
    trial.after(0.89)
    assert trial.trainer.evaluated is trial.model
    trial.after(0.9)
    assert trial.trainer.evaluated is not trial.model


def test_lengths_are_mixed_and_no_example_is_lost():
    trial = tiny("attention")
    examples = encode_pairs(trial.corpus.train, trial.trained.source, trial.trained.target)

    def spread(order):
        return max(max(map(lengths, batch))[0] - min(map(lengths, batch))[0] for batch in order)

    sorted_by_length = trial.order(examples, trial.run, 0)
    alterations.mix_lengths(trial)
    mixed = trial.order(examples, trial.run, 0)
    assert spread(mixed) > spread(sorted_by_length)
    assert sorted(one for batch in mixed for one in batch) == sorted(examples)


def test_attention_written_out_never_calls_the_fused_kernel(monkeypatch):
    trial, calls, room = tiny("Transformer"), [], alterations.self_attention
    fused = room.attend_fused
    monkeypatch.setattr(room, "attend_fused", lambda *given: calls.append(1) or fused(*given))
    ablate.train_for(trial, seconds=0.1)
    assert calls
    calls.clear()
    alterations.write_weights_out(trial)
    ablate.train_for(trial, seconds=0.1)
    assert not calls


def test_whole_words_are_learned_from_words_and_marks_and_judged_against_sentences():
    pair = Pair("Ein Hund, der läuft.", "A dog that runs.")
    rewritten = alterations.whole_words(Corpus("multi30k", (pair,), (pair,), (pair,), "subwords"))
    assert rewritten.units == "words"
    assert rewritten.train == (Pair("ein hund , der läuft .", "a dog that runs ."),)
    assert rewritten.validation == (Pair("ein hund , der läuft .", "A dog that runs."),)


def test_what_fails_is_reported_and_does_not_keep_the_rest(monkeypatch):
    monkeypatch.setattr(ablate, "train_and_judge", lambda job: 1 / 0)
    row = ablate.row_or_error(("attention", 0, 350.0))
    assert row["error"] == "ZeroDivisionError: division by zero"
    assert row["change"] == "nothing changed"
