"""Trouble met in words: each stops a training with what to do next, and loses nothing."""

import errno
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from jupyter_client.manager import start_new_kernel

from attention_course import cli, data
from attention_course.data.batch import encode_pairs
from attention_course.runs import experiment
from attention_course.store import checkpoint
from attention_course.training import loop, trainer
from small_runs import RUN, at_update, interrupt_at, same


def fitted(folder: Path, resume: bool | None = False) -> dict[str, torch.Tensor]:
    """Train to the end and give the weights."""
    corpus = data.load(RUN)
    trained = experiment.prepare(RUN, corpus)
    experiment.fit(trained, corpus, folder, resume)
    return trained.model.state_dict()


def spoil_the_gradient(self):
    """Make one gradient infinite where the loss is as it should be."""
    self.model.decoder.readout.bias.register_hook(lambda gradient: gradient / 0)


def spoil_a_weight(self):
    with torch.no_grad():
        self.model.decoder.readout.bias.fill_(float("nan"))


@pytest.mark.parametrize("spoil", [spoil_the_gradient, spoil_a_weight])
def test_numbers_that_are_none_stop_before_they_reach_a_checkpoint(spoil, tmp_path, monkeypatch):
    expected = fitted(tmp_path / "whole")
    monkeypatch.setattr(loop, "SAVE_EVERY", 0.0)
    with monkeypatch.context() as patched:
        at_update(9, patched, spoil)
        with pytest.raises(FloatingPointError, match=r"at update 9 \(epoch 1, batch 2\)"):
            fitted(tmp_path / "run")
    stored = checkpoint.load(tmp_path / "run" / "checkpoint")
    assert stored.warning is None
    for value in stored.tensors.values():
        assert value.isfinite().all()
    assert same(fitted(tmp_path / "run", resume=True), expected)


def test_an_update_that_fails_changes_no_weight(tmp_path):
    corpus = data.load(RUN)
    trained = experiment.prepare(RUN, corpus)
    learner = trainer.Trainer(trained.model, RUN, tmp_path)
    spoil_the_gradient(learner)
    before = {name: value.clone() for name, value in trained.model.state_dict().items()}
    examples = encode_pairs(corpus.train, trained.source, trained.target)
    with pytest.raises(FloatingPointError, match="expected a finite loss and gradient"):
        learner.update(examples[:8], 10)
    assert same(trained.model.state_dict(), before)


def test_a_full_disk_stops_training_and_with_room_again_it_goes_on(tmp_path, monkeypatch):
    expected = fitted(tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(loop, "SAVE_EVERY", 0.0)
        real, calls = os.fsync, []

        def full(descriptor):
            calls.append(descriptor)
            if len(calls) > 12:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(descriptor)

        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left") as error:
            fitted(tmp_path / "run")
        assert "what was saved earlier is whole" in str(error.value)
    assert same(fitted(tmp_path / "run", resume=True), expected)


def test_going_on_with_other_threads_is_allowed_and_said(tmp_path, monkeypatch, capsys):
    interrupt_at(3, monkeypatch)
    with pytest.raises(KeyboardInterrupt, match="stopped at update 4; continue with --resume"):
        fitted(tmp_path)
    torch.set_num_threads(2)
    trained = experiment.prepare(RUN, data.load(RUN))
    trainer.Trainer(trained.model, RUN, tmp_path).resume()
    said = capsys.readouterr().out
    assert "goes on under other conditions: threads 1 -> 2." in said
    assert "Going on at update 4" in said


def test_going_on_under_the_same_conditions_says_nothing_of_them(tmp_path, capsys):
    fitted(tmp_path)
    fitted(tmp_path, resume=True)
    assert "other conditions" not in capsys.readouterr().out


def test_going_on_with_other_settings_is_refused_with_the_difference(tmp_path, capsys):
    words = "train ch3_attention --data copy --preset smoke --threads 1 --out".split()
    assert cli.main([*words, str(tmp_path / "run")]) == 0
    capsys.readouterr()
    assert cli.main([*words, str(tmp_path / "run"), "--resume", "--seed", "1"]) == 2
    said = capsys.readouterr().err
    assert "seed 0 -> 1; resume with the same settings, or train into another folder" in said


def test_a_refused_resume_leaves_the_finished_run_as_it_was(tmp_path):
    words = "train ch3_attention --data copy --preset smoke --threads 1 --out".split()
    assert cli.main([*words, str(tmp_path / "run")]) == 0
    before = {file: file.read_bytes() for file in (tmp_path / "run").rglob("*") if file.is_file()}
    words[words.index("copy")] = "sort"
    assert cli.main([*words, str(tmp_path / "run"), "--resume"]) == 2
    assert before == {file: file.read_bytes() for file in before}


class Fp16(torch.amp.GradScaler):
    """What a T4 has, here on a processor."""

    def __init__(self, enabled: bool) -> None:
        super().__init__("cpu", enabled=True)


def test_a_run_without_a_scaler_goes_on_where_one_is_needed_and_back(tmp_path, monkeypatch):
    """As from a processor, or a GPU that can do bf16, to a T4 that cannot."""
    trained = experiment.prepare(RUN, data.load(RUN))
    trainer.Trainer(trained.model, RUN, tmp_path).save()
    with monkeypatch.context() as patched:
        patched.setattr(torch.amp, "GradScaler", Fp16)
        other = trainer.Trainer(trained.model, RUN, tmp_path)
        other.resume()
        assert other.scaler.is_enabled()
        other.save()
    trainer.Trainer(trained.model, RUN, tmp_path).resume()


def test_a_gradient_that_overflows_for_ever_is_an_error_in_fp16_too(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.amp, "GradScaler", Fp16)
    corpus = data.load(RUN)
    trained = experiment.prepare(RUN, corpus)
    learner = trainer.Trainer(trained.model, RUN, tmp_path)
    spoil_the_gradient(learner)
    examples = encode_pairs(corpus.train, trained.source, trained.target)

    def go_on():
        for _ in range(40):  # the scale is halved each time
            learner.update(examples[:8], 40)

    with pytest.raises(FloatingPointError, match="expected a finite loss and gradient"):
        go_on()


def test_ctrl_c_while_the_last_epoch_is_judged_is_not_lost(tmp_path, monkeypatch):
    real, calls = loop.mean_loss, []

    def judged(*given):
        calls.append(given)
        if len(calls) == RUN.epochs:
            os.kill(os.getpid(), signal.SIGINT)
        return real(*given)

    monkeypatch.setattr(loop, "mean_loss", judged)
    with pytest.raises(KeyboardInterrupt, match="continue with --resume"):
        fitted(tmp_path)


def test_the_echo_of_a_launcher_is_no_second_ctrl_c(monkeypatch):
    def press():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)

    with loop.patient_interrupt() as asked:
        press()
        press()
        assert asked.is_set()
        now = time.monotonic()
        monkeypatch.setattr(loop.time, "monotonic", lambda: now + 3)
        with pytest.raises(KeyboardInterrupt):
            press()


def test_a_checkpoint_of_another_format_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FORMAT", "attention-course checkpoint 0")
    checkpoint.save(tmp_path, {"weight": torch.ones(2)}, {})
    monkeypatch.undo()
    with pytest.raises(checkpoint.CheckpointError, match="another version of the course"):
        checkpoint.load(tmp_path)


NOTEBOOK = """
import torch
from pathlib import Path
from attention_course import data
from attention_course.runs import experiment
from attention_course.training import trainer
from attention_course.course import read_run
torch.set_num_threads(1)
run = read_run({settings})
corpus = data.load(run)
trained = experiment.prepare(run, corpus)
print("ready", flush=True)
experiment.fit(trained, corpus, Path({folder!r}))
"""


def test_the_stop_button_of_a_notebook_leaves_a_run_that_goes_on(tmp_path):
    """A real kernel is interrupted as the button does it, and the run is resumed elsewhere."""
    run = replace(RUN, epochs=4000)
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        code = NOTEBOOK.format(settings=run.to_dict(), folder=str(tmp_path))
        asked = client.execute(code)
        while client.get_iopub_msg(timeout=1800)["content"].get("text", "").strip() != "ready":
            pass
        while not checkpoint.generations(tmp_path / "checkpoint"):
            time.sleep(0.05)
        manager.interrupt_kernel()
        answer = client.get_shell_msg(timeout=1800)
        while answer["parent_header"]["msg_id"] != asked:  # of what the client asked before
            answer = client.get_shell_msg(timeout=1800)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert answer["content"]["ename"] == "KeyboardInterrupt"
    assert "continue with --resume" in answer["content"]["evalue"]
    step = int(answer["content"]["evalue"].split("update ")[1].split(";")[0])
    trained = experiment.prepare(run, data.load(run))
    learner = trainer.Trainer(trained.model, run, tmp_path)
    learner.resume()
    assert learner.progress.step == step
