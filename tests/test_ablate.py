import json
import random
from dataclasses import replace

import pytest
import torch
from torch import nn

import ablate
import alterations
from attention_course import config, data
from attention_course.course import preset, stem_of
from attention_course.data.batch import Example, encode_pairs, lengths
from attention_course.data.pairs import Corpus, Pair
from attention_course.models.dropout import VariationalDropout
from attention_course.training import objective, trainer
from attention_course.vocabulary import Subwords

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
    drop = next(m for m in trial.model.modules() if isinstance(m, alterations.DropoutEverywhere))
    dropped = drop(torch.ones(2, 50, 64)) == 0
    assert 0.1 < dropped.float().mean() < 0.3
    assert (dropped != dropped[:, :1]).any()  # positions of one sentence lose different features


def test_dropout_everywhere_climbs_as_the_dropout_does_that_it_stands_for():
    trial = tiny("Transformer")
    alterations.drop_everywhere(trial)
    objective.set_dropout(trial.model, trial.run, 0.5)
    drops = [m.p for m in trial.model.modules() if isinstance(m, alterations.DropoutEverywhere)]
    assert drops
    assert set(drops) == {trial.run.dropout / 2}


def test_a_row_that_is_kept_is_found_again_unless_its_settings_have_changed(monkeypatch):
    kept, *others = [
        ("attention", 0, 0, 250.0),
        ("attention", 0, 1, 250.0),
        ("attention", 1, 0, 250.0),
        ("attention", 0, 0, 20.0),
    ]
    rows = json.loads(json.dumps([{**ablate.conditions(kept), "bleu": 30.0}]))
    assert ablate.row_of(kept, rows) == rows[0]
    assert [ablate.row_of(job, rows) for job in others] == [None, None, None]
    monkeypatch.setitem(config.CORPORA["multi30k"], "dropout", 0.21)
    assert ablate.row_of(kept, rows) is None


def test_an_output_layer_of_its_own_does_not_hang_on_the_table():
    trial = tiny("attention")
    alterations.untie(trial)
    embedding, vectors = trial.model.decoder.embedding, torch.randn(3, trial.run.d_model)
    before = embedding.logits(vectors)
    nn.init.zeros_(embedding.table.weight)
    assert torch.equal(embedding.logits(vectors), before)


def test_a_trial_starts_warm_where_its_run_says_so():
    cold, warm = tiny("attention"), tiny("attention")
    warm.run = warm.trainer.run = warm.run.changed(warm_start=True)
    before = cold.model.decoder.embedding.table.weight.clone()
    assert torch.equal(warm.model.decoder.embedding.table.weight, before)
    for trial in (cold, warm):
        ablate.train_for(trial, seconds=1e-9)  # no time for any update
    assert torch.equal(cold.model.decoder.embedding.table.weight, before)
    assert not torch.equal(warm.model.decoder.embedding.table.weight, before)


def test_sorting_in_pools_loses_no_example_and_pads_more():
    trial = tiny("attention")
    rng = random.Random(0)
    sizes = [(rng.randint(3, 30), rng.randint(3, 30)) for _ in range(6_000)]
    examples = [Example([4] * source, [4] * target) for source, target in sizes]

    def cells(order):
        longest = [tuple(max(map(len, side)) for side in zip(*one, strict=True)) for one in order]
        return sum(len(one) * sum(both) for one, both in zip(order, longest, strict=True))

    usual = trial.order(examples, trial.run, 0)
    alterations.sort_in_pools(trial)
    pooled = trial.order(examples, trial.run, 0)
    assert sorted(one for batch in pooled for one in batch) == sorted(examples)
    assert cells(pooled) > 1.05 * cells(usual)


def test_padding_is_the_share_of_cells_without_a_token_on_both_sides():
    batch = [Example([4, 4, 4], [5]), Example([4], [5, 5, 5, 5])]  # 2 x 3 and 2 x 4 cells
    assert ablate.padding([batch]) == pytest.approx(1 - 9 / 14)
    assert ablate.padding([[Example([4], [5])]]) == 0


def test_words_are_cut_anew_in_each_epoch():
    pairs = tuple(Pair("ein hund läuft schnell", "a dog runs quickly") for _ in range(50))
    trial = tiny("attention")
    cut = Subwords.learn([pair.source + " " + pair.target for pair in pairs], 60)
    trial.trained = replace(trial.trained, source=cut, target=cut)
    trial.corpus = replace(trial.corpus, train=pairs)
    alterations.cut_anew(trial)
    order = trial.order([], trial.run, 0)
    seen = {tuple(one.source) for batch in order for one in batch}
    assert len(seen) > 5
    assert {cut.decode(list(ids)) for ids in seen} == {"ein hund läuft schnell"}


def test_muon_moves_the_matrices_and_adam_the_rest():
    trial = tiny("Transformer")
    both = alterations.MuonAndAdam(trial)
    by_muon, by_adam = (
        {id(one) for group in part.param_groups for one in group["params"]}
        for part in (both.muon, both.adam)
    )
    named = dict(trial.model.named_parameters())
    assert by_muon | by_adam == {id(one) for one in named.values()}
    assert not by_muon & by_adam
    assert {one.ndim for one in named.values() if id(one) in by_muon} == {2}
    assert all(id(one) in by_adam for name, one in named.items() if "embedding" in name)


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
    row = ablate.row_or_error(("attention", 0, 0, 250.0))
    assert row["error"] == "ZeroDivisionError: division by zero"
    assert row["change"] == "nothing changed"
