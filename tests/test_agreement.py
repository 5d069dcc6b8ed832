"""A device that could not be tried is used only where it gives what the processor gives.

No Apple GPU is needed here: what it would give is played by a function.
"""

import math

import pytest
import torch

from attention_course import cli, data
from attention_course.data.batch import encode_pairs
from attention_course.runs import agreement, card, experiment
from attention_course.runs.agreement import StepResult
from attention_course.training import devices
from small_runs import RUN, TRANSFORMER

APPLE = torch.device("mps")


@pytest.fixture(params=[RUN, TRANSFORMER], ids=["rnn", "transformer"], scope="module")
def given(request):
    """A model, and examples to compare on."""
    corpus = data.load(request.param)
    trained = experiment.prepare(request.param, corpus)
    return trained.model, encode_pairs(corpus.train[:7], trained.source, trained.target)


def playing(change):
    """A trial in which the Apple GPU gives what the processor gives, changed."""

    def trial(model, examples, device):
        found = agreement.learn_once(model, examples, torch.device("cpu"))
        return change(found) if device == APPLE else found

    return trial


def one_gradient(factor):
    """Change a gradient that is small beside others by a factor."""

    def change(found):
        [name] = {"decoder.rnn.bias_hh_l0", "norms.1.bias"} & found.gradients.keys()
        return found._replace(gradients={**found.gradients, name: found.gradients[name] * factor})

    return change


def stops(error):
    def change(found):
        raise error

    return change


WRONG = {
    "loss": (lambda found: found._replace(loss=found.loss * 1.01), "a loss of"),
    "nan": (lambda found: found._replace(loss=math.nan), "a loss of nan"),
    "gradient": (one_gradient(1.1), "a gradient of"),
    "no gradient": (one_gradient(0.0), "a gradient of"),
    "gradient that is not a number": (one_gradient(math.nan), "a gradient of .* off by nan"),
    "fewer gradients": (lambda found: found._replace(gradients={}), "of other parameters"),
    "translation": (lambda found: found._replace(tokens=[*found.tokens, 5]), "another translation"),
    "no such operation": (
        stops(NotImplementedError("The operator 'aten::x' is not implemented\nfor MPS")),
        "stops with NotImplementedError: The operator 'aten::x' is not implemented for MPS",
    ),
    "no float64": (
        stops(TypeError("Cannot convert a MPS Tensor to float64")),
        "stops with TypeError",
    ),
    "memory": (stops(RuntimeError("MPS backend out of memory")), "stops with RuntimeError"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_a_device_that_gives_something_else_is_not_used_and_a_line_says_why(
    change, says, given, capsys
):
    place = agreement.settle(*given, APPLE, trial=playing(change))
    assert place == torch.device("cpu")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("The Apple GPU is not used: ")
    assert line.endswith("Training on the processor.")
    with pytest.raises(RuntimeError, match=f"{says}.*; train on the processor with --device cpu"):
        agreement.settle(*given, APPLE, requested=True, trial=playing(change))


def rounded(found):
    """What other sums of the same numbers give in full precision."""
    gradients = {
        name: one * (1 + 1e-5 * torch.randn_like(one)) for name, one in found.gradients.items()
    }
    return StepResult(found.loss * (1 + 1e-6), gradients, found.tokens)


def test_a_device_that_agrees_to_rounding_is_used(given, capsys):
    assert agreement.settle(*given, APPLE, trial=playing(rounded)) == APPLE
    assert "it gives what the processor gives" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["cpu", "cuda"])
def test_devices_that_were_tried_are_not_compared(kind, given, capsys):
    def never(*arguments):
        pytest.fail("compared")

    assert agreement.settle(*given, torch.device(kind), trial=never) == torch.device(kind)
    assert capsys.readouterr().out == ""


def test_a_comparison_leaves_the_model_and_the_random_numbers_as_they_are(given):
    model, examples = given
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    found = agreement.learn_once(model, examples, torch.device("cpu"))
    assert found.gradients
    assert torch.equal(state, torch.get_rng_state())
    assert model.training
    assert all(one.grad is None for one in model.parameters())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.fixture
def mac(monkeypatch):
    """A machine of which PyTorch says that it has an Apple GPU; here the GPU does not work."""
    monkeypatch.delenv("ATTENTION_COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    return monkeypatch


def test_a_run_on_a_machine_whose_apple_gpu_fails_goes_to_the_processor(mac, tmp_path, capsys):
    mac.setattr(devices, "missing", lambda kind: "")  # it seems to work, until the model is there
    made = experiment.run_experiment(RUN, tmp_path / "run")
    out = capsys.readouterr().out
    assert "The Apple GPU is not used: it stops with" in out
    assert made.precision == "float32"
    mac.undo()
    plain = experiment.run_experiment(RUN, tmp_path / "plain")
    assert [row["train_loss"] for row in made.curve] == [row["train_loss"] for row in plain.curve]


def test_an_apple_gpu_is_picked_for_training_alone(mac):
    mac.setattr(devices, "missing", lambda kind: "")
    assert devices.pick_device(untried=True) == APPLE
    assert devices.pick_device() == torch.device("cpu")  # who only translates compares nothing
    mac.setenv("ATTENTION_COURSE_DEVICE", "mps")
    assert devices.pick_device() == torch.device("cpu")
    mac.setenv("ATTENTION_COURSE_DEVICE", "cpu")
    assert devices.pick_device(untried=True) == torch.device("cpu")
    assert devices.pick_device("mps", untried=True) == APPLE


def test_several_processes_do_not_train_on_an_apple_gpu(mac):
    mac.setattr(devices, "missing", lambda kind: "")
    mac.setattr(devices, "world", lambda: devices.World(0, 2))
    trained = experiment.prepare(RUN, data.load(RUN))
    assert next(trained.model.parameters()).device.type == "cpu"


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused_in_words(kind, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(data, "load", lambda run: pytest.fail("loaded before it was refused"))
    words = f"train ch3_attention --data copy --preset smoke --device {kind} --out"
    assert cli.main([*words.split(), str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert f"expected a device {kind} that works, got none: PyTorch" in error
    assert "finds no such device on this machine" in error
    assert not (tmp_path / "run").exists()


def test_a_device_of_another_name_is_refused_with_the_names(monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_DEVICE", "tpu")
    with pytest.raises(ValueError, match="expected a device among cpu, cuda, mps, got 'tpu'"):
        devices.pick_device()


def test_a_gpu_whose_driver_is_broken_leaves_the_run_to_the_processor(monkeypatch, capsys):
    def broken(*arguments, **options):
        raise RuntimeError("CUDA error: no kernel image is available\nCompile with ...")

    monkeypatch.delenv("ATTENTION_COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", broken)
    assert devices.pick_device() == torch.device("cpu")
    out = capsys.readouterr().out
    assert out.startswith("There is a GPU, but it does not work (CUDA error: no kernel image is")
    assert out.count("\n") == 1
    with pytest.raises(ValueError, match="expected a device cuda that works, got none: CUDA error"):
        devices.pick_device("cuda")


def test_an_apple_gpu_multiplies_in_full_precision_and_names_itself(monkeypatch):
    assert devices.precision(APPLE) is torch.float32
    assert devices.number_format(APPLE, mixed=True) is torch.float32
    monkeypatch.setattr(devices.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(devices, "apple_chip", lambda: "Apple M2")
    assert card.machine(APPLE) == "Apple M2, GPU"
    assert card.machine(torch.device("cpu")) == "Apple M2"


def test_a_mac_that_does_not_tell_its_chip_is_an_apple_all_the_same(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert devices.apple_chip().startswith("Apple, ")


@pytest.mark.parametrize(
    "words",
    [
        "MPS backend out of memory (MPS allocated: 9.05 GB, other allocations: 3 MB)",
        "Invalid buffer size: 14.90 GiB",
        "DefaultCPUAllocator: not enough memory: you tried to allocate 64 bytes.",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    ],
)
def test_each_device_has_words_of_its_own_for_no_memory(words):
    assert devices.out_of_memory(RuntimeError(words))


class AppleGpu:
    """The part of torch.mps that a checkpoint asks."""

    def __init__(self):
        self.state, self.emptied = torch.arange(44, dtype=torch.uint8), 0

    def get_rng_state(self):
        return self.state

    def set_rng_state(self, state):
        self.state = state

    def empty_cache(self):
        self.emptied += 1


def test_the_random_numbers_of_an_apple_gpu_are_kept_and_those_of_another_left(monkeypatch):
    gpu = AppleGpu()
    monkeypatch.setattr(torch, "mps", gpu)
    kept = devices.random_state(APPLE).clone()
    gpu.state = kept + 1
    devices.set_random_state(APPLE, torch.zeros(16, dtype=torch.uint8))  # CUDA's
    devices.set_random_state(APPLE, None)  # a processor's
    assert torch.equal(gpu.state, kept + 1)
    devices.set_random_state(APPLE, kept)
    assert torch.equal(gpu.state, kept)
    devices.free_memory(APPLE)
    assert gpu.emptied == 1
    assert devices.random_state(torch.device("cpu")) is None
    devices.set_random_state(torch.device("cpu"), kept)  # nothing to set


@pytest.mark.parametrize(
    ("by_itself", "now", "variable", "expected"),
    [(8, 8, None, 3), (8, 8, "8", 8), (8, 6, None, 6), (2, 2, None, 2)],
)
def test_pytorch_by_itself_takes_no_more_threads_than_the_share_of_this_process(
    by_itself, now, variable, expected, monkeypatch
):
    monkeypatch.setattr(devices.processors, "count", lambda: 3)
    monkeypatch.setattr(devices, "THREADS", by_itself)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if variable:
        monkeypatch.setenv("OMP_NUM_THREADS", variable)
    torch.set_num_threads(now)
    devices.heed_share()
    assert torch.get_num_threads() == expected
