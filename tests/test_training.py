import signal
import threading
from dataclasses import replace

import pytest
import torch

from attention_course.course import build, preset, read_run
from attention_course.data import load
from attention_course.data.batch import encode_pairs
from attention_course.runs.experiment import prepare
from attention_course.training import devices, loop, objective, trainer
from small_runs import RUN, TRANSFORMER, interrupt_at, same

AVERAGED = replace(TRANSFORMER, averaging=0.9, word_dropout=0.1)
CLIMBING = replace(RUN, dropout=0.3, dropout_ramp=0.7, warm_start=True)


def start(run):
    corpus = load(run)
    trained = prepare(run, corpus)
    learn_from, choose_by = (
        encode_pairs(pairs, trained.source, trained.target)
        for pairs in (corpus.train, corpus.validation)
    )
    return trained.model, learn_from, choose_by


def weights_after(run, folder, resume=False):
    model, learn_from, choose_by = start(run)
    progress = loop.train(model, run, learn_from, choose_by, folder, resume)
    return model.state_dict(), progress


def test_a_run_repeats_bit_for_bit(tmp_path):
    first, _ = weights_after(RUN, tmp_path / "a")
    second, _ = weights_after(RUN, tmp_path / "b")
    assert same(first, second)


def test_another_seed_gives_another_model(tmp_path):
    first, _ = weights_after(RUN, tmp_path / "a")
    other = replace(RUN, seed=1)
    second, _ = weights_after(other, tmp_path / "b")
    assert not same(first, second)


@pytest.mark.parametrize(
    "run",
    [RUN, TRANSFORMER, AVERAGED, CLIMBING],
    ids=["rnn", "transformer", "averaged", "warm start, dropout climbs"],
)
@pytest.mark.parametrize("step", [0, 4, 9])
def test_ctrl_c_leaves_a_checkpoint_that_continues_the_very_same_trajectory(
    run, step, tmp_path, monkeypatch
):
    expected, whole = weights_after(run, tmp_path / "whole")
    with monkeypatch.context() as patched:
        interrupt_at(step, patched)
        with pytest.raises(KeyboardInterrupt, match=f"stopped at update {step + 1}; continue"):
            weights_after(run, tmp_path / "cut")
    resumed, progress = weights_after(run, tmp_path / "cut", resume=True)
    assert same(expected, resumed)
    assert [row["validation_loss"] for row in progress.curve] == [
        row["validation_loss"] for row in whole.curve
    ]


def test_ctrl_c_means_again_what_it_meant_after_training(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    weights_after(RUN, tmp_path)
    assert signal.getsignal(signal.SIGINT) is before


def test_training_works_outside_the_main_thread(tmp_path):
    done = []
    thread = threading.Thread(target=lambda: done.append(weights_after(RUN, tmp_path)))
    thread.start()
    thread.join()
    assert len(done) == 1


def test_resuming_with_other_settings_shows_the_difference(tmp_path):
    weights_after(RUN, tmp_path)
    other = replace(RUN, dropout=0.4)
    with pytest.raises(ValueError, match=r"dropout 0\.2 -> 0\.4; resume with the same settings"):
        weights_after(other, tmp_path, resume=True)


def test_resuming_where_nothing_is_says_so(tmp_path):
    with pytest.raises(ValueError, match="expected a checkpoint"):
        weights_after(RUN, tmp_path / "nothing", resume=True)


def test_the_best_epoch_is_kept(tmp_path, monkeypatch):
    losses = iter([2.0, 1.0, 3.0])
    kept = []
    monkeypatch.setattr(loop, "mean_loss", lambda model, examples: next(losses))
    finish = trainer.Trainer.finish_epoch

    def remember(self, loss, updates):
        kept.append({name: value.clone() for name, value in self.model.state_dict().items()})
        finish(self, loss, updates)

    monkeypatch.setattr(trainer.Trainer, "finish_epoch", remember)
    weights, progress = weights_after(RUN, tmp_path)
    assert same(weights, kept[1])
    assert progress.best_loss == 1.0


def test_the_mean_of_weights_is_judged_and_kept_where_one_is_asked(tmp_path):
    model, learn_from, _ = start(AVERAGED)
    learner = trainer.Trainer(model, AVERAGED, tmp_path)
    assert learner.evaluated is not model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    batch = learn_from[:8]
    learner.update(batch, 10)
    first = {name: value.clone() for name, value in model.state_dict().items()}
    assert same(first, learner.evaluated.state_dict())  # of the first, nothing is kept
    learner.progress.step = 5
    learner.update(batch, 10)
    name = "target_embedding.bias"
    second, share = model.state_dict()[name], 2 / 11  # (1 + 1) / (10 + 1): younger than 0.9
    expected = share * first[name] + (1 - share) * second
    torch.testing.assert_close(learner.evaluated.state_dict()[name], expected)
    learner.finish_epoch(1.0, 2)
    assert torch.equal(learner.best[name], learner.evaluated.state_dict()[name])
    assert not torch.equal(before[name], second)


def test_a_loss_that_is_not_a_number_stops_with_the_place_and_the_next_step(tmp_path):
    model, learn_from, choose_by = start(RUN)
    with torch.no_grad():
        model.decoder.embedding.bias[5] = float("nan")
    with pytest.raises(FloatingPointError, match=r"update 0 \(epoch 0, batch 0\).*lower learning"):
        loop.train(model, RUN, learn_from, choose_by, tmp_path)


def test_the_loss_counts_real_tokens_alone():
    logits = torch.randn(2, 3, 11)
    target = torch.tensor([[5, 6, 2], [7, 2, 0]])
    rows = [(0, 0, 5), (0, 1, 6), (0, 2, 2), (1, 0, 7), (1, 1, 2)]
    by_hand = -sum(logits[b, t].log_softmax(0)[word] for b, t, word in rows) / 5
    torch.testing.assert_close(objective.token_loss(logits, target), by_hand)


def test_mean_loss_does_not_depend_on_how_examples_are_put_into_batches():
    model, learn_from, _ = start(RUN)
    losses = [loop.mean_loss(model, learn_from, size) for size in (1, 7, 200)]
    assert losses == pytest.approx([losses[0]] * 3, abs=1e-5)


def test_judging_leaves_the_model_in_training_and_draws_no_random_numbers():
    model, learn_from, _ = start(RUN)
    model.train()
    before = torch.get_rng_state()
    loop.mean_loss(model, learn_from)
    assert model.training
    assert torch.equal(before, torch.get_rng_state())


def test_the_learning_rate_climbs_then_falls_to_nothing():
    run = preset("ch3_attention", "dot", "copy", warmup=0.1, learning_rate=1.0)
    rates = [objective.learning_rate(run, step, 100) for step in range(100)]
    assert rates[:10] == sorted(rates[:10])
    assert max(rates) == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.01


def test_a_run_survives_its_own_text():
    assert read_run(RUN.to_dict()) == RUN
    with pytest.raises(ValueError, match="got colour=1; "):
        read_run({**RUN.to_dict(), "colour": 1})


def test_a_run_that_is_not_mixed_has_full_precision(tmp_path, monkeypatch):
    monkeypatch.setattr(devices, "precision", lambda device: torch.bfloat16)
    model, _, _ = start(RUN)
    assert trainer.Trainer(model, RUN, tmp_path).dtype is torch.float32
    assert trainer.Trainer(model, replace(RUN, mixed=True), tmp_path).dtype is torch.bfloat16


@pytest.mark.parametrize(
    "run",
    [RUN, RUN.changed(layers_above=1), TRANSFORMER],
    ids=["rnn", "rnn, a layer above", "transformer"],
)
def test_a_run_in_16_bits_learns_and_repeats_bit_for_bit(run, tmp_path, monkeypatch):
    monkeypatch.setattr(devices, "precision", lambda device: torch.bfloat16)
    mixed = replace(run, mixed=True)
    first, progress = weights_after(mixed, tmp_path / "a")
    second, _ = weights_after(mixed, tmp_path / "b")
    assert same(first, second)
    assert all(weight.dtype is torch.float32 for weight in first.values())
    assert progress.curve[-1]["train_loss"] < progress.curve[0]["train_loss"]


def test_what_is_watched_after_an_epoch_stands_in_the_curve_and_changes_nothing(tmp_path):
    expected, _ = weights_after(RUN, tmp_path / "alone")
    model, learn_from, choose_by = start(RUN)
    progress = loop.train(
        model, RUN, learn_from, choose_by, tmp_path, watch=lambda model: {"weights": 7.0}
    )
    assert [row["weights"] for row in progress.curve] == [7.0] * RUN.epochs
    assert same(expected, model.state_dict())


def test_models_of_one_seed_start_alike():
    torch.manual_seed(0)
    one = build(RUN, 11, 11)
    torch.manual_seed(0)
    assert same(one.state_dict(), build(RUN, 11, 11).state_dict())
