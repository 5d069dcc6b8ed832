"""Number formats, memory that runs out, and several processes that train one model."""

import json
import os
import re
import socket
import subprocess
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import small_runs
from attention_course import data
from attention_course.config import Run
from attention_course.data.batch import encode_pairs
from attention_course.runs import card, experiment
from attention_course.training import devices, trainer

RAGGED = {"train_pairs": 65, "dropout": 0.0}  # two batches, and one pair that is left over
RUN = replace(small_runs.RUN, **RAGGED)
TRANSFORMER = replace(small_runs.TRANSFORMER, **RAGGED)
RAN_OUT = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        ({"amx_bf16": True, "avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": False, "avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": False, "avx512_bf16": False, "avx512_f": True}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_a_processor_gets_16_bits_where_it_has_instructions_for_them(able, expected, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able, raising=False)
    assert devices.precision(torch.device("cpu")) is expected


@pytest.mark.parametrize(
    ("mixed", "able", "expected"),
    [(True, True, "bfloat16"), (True, False, "float32"), (False, True, "float32")],
)
def test_a_card_says_in_which_numbers_its_run_was_trained(mixed, able, expected, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": able}, raising=False)
    assert card.origin(torch.nn.Linear(2, 2), mixed)["precision"] == expected


def test_a_processor_of_which_torch_tells_nothing_gets_full_precision(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert devices.precision(torch.device("cpu")) is torch.float32


def learner_of(run: Run, folder: Path):
    """A trainer, and the examples that it learns from."""
    corpus = data.load(run)
    trained = experiment.prepare(run, corpus)
    return (
        trainer.Trainer(trained.model, run, folder),
        encode_pairs(corpus.train, trained.source, trained.target),
    )


def give_memory_for(pairs: int, model: torch.nn.Module) -> list[int]:
    """Let the model run out of memory on more pairs at once; keeps what it was asked for."""
    asked = []

    def look(module, given):
        asked.append(len(given[0]))
        if len(given[0]) > pairs:
            raise RAN_OUT

    model.register_forward_pre_hook(look)
    return asked


def test_the_processor_says_in_words_that_memory_ran_out():
    with pytest.raises(RuntimeError) as error:
        torch.empty(10**15)
    assert devices.out_of_memory(error.value)
    assert devices.out_of_memory(RAN_OUT)
    assert not devices.out_of_memory(RuntimeError("expected sizes to match"))


@pytest.mark.parametrize("run", [RUN, TRANSFORMER], ids=["rnn", "transformer"])
def test_memory_that_runs_out_makes_smaller_pieces_of_the_same_batch(run, tmp_path, capsys):
    expected, examples = learner_of(run, tmp_path)
    learner, _ = learner_of(run, tmp_path)
    asked = give_memory_for(9, learner.model)
    for batch in (examples[:32], examples[32:64], examples[:32]):
        loss = learner.update(batch, 10)
        assert loss == pytest.approx(expected.update(batch, 10), abs=1e-6)
    assert asked == [32, 16, *[8] * 12]
    assert learner.progress.microbatch == 8
    said = capsys.readouterr().out
    assert "Memory ran out at update 0" in said
    assert "pieces of 8" in said


def test_a_piece_that_ran_out_of_memory_leaves_nothing_of_its_gradient_behind(tmp_path):
    expected, examples = learner_of(RUN, tmp_path)
    learner, _ = learner_of(RUN, tmp_path)
    learner.progress.microbatch, asked = 16, []

    def second_fails(module, given):
        asked.append(len(given[0]))
        if len(asked) == 2:
            raise RAN_OUT

    learner.model.register_forward_pre_hook(second_fails)
    loss = learner.update(examples[:32], 10)
    assert loss == pytest.approx(expected.update(examples[:32], 10), abs=1e-6)
    assert asked == [16, 16, 8, 8, 8, 8]
    for ours, theirs in zip(learner.model.parameters(), expected.model.parameters(), strict=True):
        if theirs.grad is not None:
            torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-4)


def test_memory_is_given_back_only_after_the_failed_piece_has_let_go_of_it(tmp_path, monkeypatch):
    learner, examples = learner_of(RUN, tmp_path)
    held, alive = [], []

    def fails_once(module, given):
        activations = torch.zeros(3)  # as a forward pass holds them when it fails
        if not held:
            held.append(weakref.ref(activations))
            raise RuntimeError(*RAN_OUT.args)

    monkeypatch.setattr(devices, "free_memory", lambda device: alive.append(held[0]() is not None))
    learner.model.register_forward_pre_hook(fails_once)
    learner.update(examples[:32], 10)
    assert alive == [False]


def test_the_size_of_the_pieces_is_in_the_checkpoint(tmp_path):
    learner, examples = learner_of(RUN, tmp_path)
    give_memory_for(9, learner.model)
    learner.update(examples[:32], 10)
    learner.save()
    resumed, _ = learner_of(RUN, tmp_path)
    resumed.resume()
    assert resumed.progress.microbatch == 8


def test_memory_for_not_even_one_pair_says_what_to_do(tmp_path):
    learner, examples = learner_of(RUN, tmp_path)
    before = {name: value.clone() for name, value in learner.model.state_dict().items()}
    give_memory_for(0, learner.model)
    with pytest.raises(RuntimeError, match=r"expected memory for one sentence pair.*smaller model"):
        learner.update(examples[:32], 10)
    for name, value in learner.model.state_dict().items():
        assert torch.equal(value, before[name])


def test_another_error_is_not_taken_for_a_lack_of_memory(tmp_path):
    learner, examples = learner_of(RUN, tmp_path)

    def broken(module, given):
        raise RuntimeError("expected sizes to match")

    learner.model.register_forward_pre_hook(broken)
    with pytest.raises(RuntimeError, match="sizes to match"):
        learner.update(examples[:32], 10)


def test_more_processes_than_were_started_are_refused_with_the_command(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with (
        pytest.raises(
            RuntimeError, match=r"expected 2 processes.*got 1.*torchrun --nproc-per-node"
        ),
        devices.joined(2),
    ):
        pass


def test_one_process_is_a_world_of_its_own(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with devices.joined(1) as world:
        assert world == devices.World(0, 1)
        assert world.main
        assert world.any_up(True, False) == [True, False]
        assert world.gather("a") == ["a"]


TOGETHER = """
import json, os, signal, sys
from pathlib import Path
import torch
from attention_course import data
from attention_course.runs import experiment
from attention_course.training import devices, trainer
from attention_course.course import read_run

torch.set_num_threads(1)
settings, folder, resume, stop_at = json.loads(sys.argv[1])
run = read_run(settings)
update = trainer.Trainer.update

def pressed(self, examples, steps):
    if self.progress.step == stop_at and self.world.rank == self.world.size - 1:
        os.kill(os.getpid(), signal.SIGINT)
    if self.progress.step == 0:
        print("seed", torch.initial_seed(), flush=True)
    loss = update(self, examples, steps)
    if self.progress.step == 1 and self.world.main:
        print("gradient", sum(one.grad.double().norm().item() for one in self.model.parameters()
                              if one.grad is not None), flush=True)
    return loss

trainer.Trainer.update = pressed
try:
    experiment.run_experiment(run, Path(folder), resume)
except KeyboardInterrupt as stopped:
    print(stopped)
"""


def train_together(
    processes: int, run: Run, folder: Path, resume: bool = False, stop_at: int = -1
) -> str:
    """Train in so many processes on this machine; gives what they printed."""
    script = folder.with_suffix(".py")
    script.write_text(TOGETHER, encoding="utf-8")
    given = json.dumps([run.to_dict(), str(folder), resume, stop_at])
    launcher = f"-m torch.distributed.run --standalone --nproc-per-node {processes}".split()
    done = subprocess.run(
        [sys.executable, *launcher, str(script), given],
        env={**os.environ, "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def trained_in(folder: Path) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The losses of a finished run, and its weights."""
    curve = json.loads((folder / "run.json").read_text(encoding="utf-8"))["curve"]
    losses = [row[name] for row in curve for name in ("train_loss", "validation_loss")]
    return losses, load_file(folder / "weights.safetensors")


@pytest.mark.parametrize("run", [RUN, TRANSFORMER], ids=["rnn", "transformer"])
def test_two_processes_learn_what_one_learns_from_the_same_batches(run, tmp_path):
    """The sentences have many lengths, and the last batch holds one: a process has none of it."""
    examples = data.load(run).train
    assert len(examples) % run.batch_size == 1
    assert len({len(pair.target.split()) for pair in examples}) > 5
    run = replace(run, clip=1e9)  # Adam and clipping would hide a gradient that is twice too large
    alone = train_together(1, run, tmp_path / "one")
    said = train_together(2, run, tmp_path / "two")
    assert said.count("epoch  1") == 1  # one of them speaks
    gradients = [float(re.search(r"gradient (\S+)", text)[1]) for text in (alone, said)]
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-5)
    losses, _ = trained_in(tmp_path / "one")
    assert trained_in(tmp_path / "two")[0] == pytest.approx(losses, abs=1e-5)


def test_ctrl_c_in_one_of_two_processes_stops_both_and_both_go_on_bit_for_bit(tmp_path):
    run = replace(RUN, dropout=0.3, averaging=0.9)
    train_together(2, run, tmp_path / "whole")
    said = train_together(2, run, tmp_path / "cut", stop_at=4)
    assert said.count("stopped at update 5") == 2
    train_together(2, run, tmp_path / "cut", resume=True)
    losses, weights = trained_in(tmp_path / "whole")
    their_losses, their_weights = trained_in(tmp_path / "cut")
    assert their_losses == losses
    for name, value in weights.items():
        assert torch.equal(their_weights[name], value)


def test_two_processes_hide_other_numbers_than_each_other(tmp_path):
    run = replace(RUN, dropout=0.3)
    said = train_together(2, run, tmp_path / "two")
    assert len(set(re.findall(r"seed \d+", said))) == 2
    stored = trainer.checkpoint.load(tmp_path / "two" / "checkpoint")
    chances = [value for name, value in stored.tensors.items() if name.startswith("of each")]
    assert len(chances) == 2
    assert not torch.equal(*chances)


def test_a_run_of_two_processes_goes_on_in_one_and_says_so(tmp_path, capsys):
    train_together(2, RUN, tmp_path / "run", stop_at=4)
    experiment.run_experiment(RUN, tmp_path / "run", resume=True)
    assert "processes 2 -> 1" in capsys.readouterr().out
    experiment.run_experiment(RUN, tmp_path / "one")
    losses, _ = trained_in(tmp_path / "one")
    assert trained_in(tmp_path / "run")[0] == pytest.approx(losses, abs=1e-5)


def test_the_notebook_launcher_trains_in_two_processes(tmp_path):
    pytest.importorskip("accelerate")
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from accelerate import notebook_launcher\n"
        "from attention_course.course import read_run\n"
        "from attention_course.runs.experiment import run_experiment\n"
        "run = read_run(json.loads(sys.argv[1]))\n"
        "asked = (run, Path(sys.argv[2]), False, None, None, 2)\n"
        "notebook_launcher(run_experiment, asked, num_processes=2, use_port=sys.argv[3])\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(RUN.to_dict()), str(tmp_path / "two"), port],
        env={**os.environ, "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    experiment.run_experiment(RUN, tmp_path / "one")
    losses, _ = trained_in(tmp_path / "one")
    assert trained_in(tmp_path / "two")[0] == pytest.approx(losses, abs=1e-5)


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [(None, "", "nccl"), ("cuda", "cpu", "nccl"), ("cpu", "", "gloo"), (None, "cpu", "gloo")],
)
def test_processes_that_are_to_train_on_the_processor_meet_there(
    asked, environment, expected, monkeypatch
):
    met = []
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setenv("ATTENTION_COURSE_DEVICE", environment)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", lambda place: None)
    monkeypatch.setattr(devices.dist, "init_process_group", met.append)
    monkeypatch.setattr(devices.dist, "destroy_process_group", lambda: None)
    with devices.joined(2, asked):
        assert met == [expected]
