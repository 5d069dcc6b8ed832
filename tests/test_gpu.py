"""What training does on a GPU, seen without one: it asks nothing in between, and waits once."""

import importlib
import re
from contextlib import nullcontext

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from attention_course.course import build, preset
from attention_course.data.batch import Example, collate
from attention_course.models import masks
from attention_course.training import trainer
from attention_course.training.objective import token_loss
from attention_course.vocabulary import EOS
from small_runs import known
from test_seq2seq import OPTIONS, RECURRENT, RUNGS, SIZES
from test_trouble import Fp16

META = torch.device("meta")  # tensors without numbers: who asks one of them for a number is found
CASES = [(*rung, {}) for rung in RUNGS] + [(*RECURRENT[-1], options) for options in OPTIONS[1:]]
EXAMPLES = [Example([4, 5, 6, EOS], [7, 8, EOS]), Example([9, EOS], [4, 5, 6, 7, EOS])]


class Waits(TorchDispatchMode):
    """Counts how often the processor would wait for a GPU; the GPU is `meta`.

    It waits where it asks for numbers, which come as ones here, and where it sends some and does
    not go on at once. What else needs numbers, `nonzero` say, raises on `meta` by itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function is torch.ops.aten._local_scalar_dense.default and args[0].device == META:
            self.count += 1
            return 1
        if function is torch.ops.aten._to_copy.default:
            here, there = args[0].device, torch.device(kwargs.get("device") or args[0].device)
            self.count += here != there and not kwargs.get("non_blocking")
            if here == META != there:
                return torch.ones(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
        return function(*args, **kwargs)


def run_of(stem, variant, **options):
    sizes = {**known(stem, SIZES), "d_model": 6, "dropout": 0.2, "word_dropout": 0.1, **options}
    return preset(stem, variant, "copy", "smoke", **{"averaging": 0.9, **sizes})


def learner_on_meta(run, folder, monkeypatch):
    """A trainer whose model holds no numbers; what PyTorch refuses to such a model is let pass."""
    monkeypatch.setattr(torch, "autocast", lambda *given: nullcontext())
    adam = importlib.import_module("torch.optim.adam")
    monkeypatch.setattr(adam, "_device_dtype_check_for_fused", lambda parameter: None)
    return trainer.Trainer(build(run, 11, 13).to(META), run, folder)


def waits_of_an_update(learner):
    """How often it waits in each update after the first, in which tables are made and kept."""
    learner.update(EXAMPLES, 10)
    counts = []
    for _ in range(2):
        with Waits() as waits:
            learner.update(EXAMPLES, 10)
        counts.append(waits.count)
    return counts


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_a_forward_pass_and_its_gradient_ask_for_no_number(stem, variant, options):
    model = build(run_of(stem, variant, **options), 11, 13).to(META)
    batch = collate(EXAMPLES).to(META)
    output = model(batch.source, batch.source_lengths, batch.target_in)
    token_loss(output.logits, batch.target_out, smoothing=0.1).backward()
    assert all(one.grad.device == META for one in model.parameters() if one.grad is not None)


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_an_update_waits_for_the_device_once(stem, variant, options, tmp_path, monkeypatch):
    learner = learner_on_meta(run_of(stem, variant, **options), tmp_path, monkeypatch)
    with Waits():
        assert waits_of_an_update(learner) == [1, 1]
    assert int(learner.average.n_averaged) == 3


@pytest.mark.parametrize(("stem", "variant"), RUNGS)
def test_an_update_in_fp16_waits_no_more_often(stem, variant, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.amp, "GradScaler", Fp16)
    learner = learner_on_meta(run_of(stem, variant), tmp_path, monkeypatch)
    with Waits():
        assert waits_of_an_update(learner) == [1, 1]


def test_a_batch_in_pieces_waits_no_more_often(tmp_path, monkeypatch):
    learner = learner_on_meta(run_of(*RUNGS[-1]), tmp_path, monkeypatch)
    learner.progress.microbatch = 1
    with Waits():
        assert waits_of_an_update(learner) == [1, 1]


@pytest.mark.parametrize(
    ("ask", "count"),
    [
        (lambda one: one.sum().item(), 1),
        (lambda one: one.tolist(), 1),
        (lambda one: bool(one.any()), 1),
        (lambda one: int(one.max()) + float(one.min()), 2),
        (lambda one: one.cpu(), 1),
        (lambda one: torch.ones(2).to(META), 1),
        (lambda one: torch.ones(2).to(META, non_blocking=True), 0),
        (lambda one: one.double() + torch.ones(2).double().sum().item(), 0),
    ],
)
def test_every_way_to_wait_is_counted(ask, count):
    tensor = torch.ones(2, 3, device=META)
    with Waits() as waits:
        ask(tensor)
    assert waits.count == count


@pytest.mark.parametrize(("stem", "variant"), RUNGS)
def test_where_masks_are_not_looked_at_an_empty_sentence_does_not_move_a_weight(
    stem, variant, tmp_path, monkeypatch
):
    """As on a GPU: the loss is not a number, or an index is none, which stops a GPU as well."""
    run = run_of(stem, variant)
    learner = trainer.Trainer(build(run, 11, 13), run, tmp_path)
    before = [parameter.clone() for parameter in learner.model.parameters()]
    monkeypatch.setattr(masks, "can_be_asked", lambda tensor: False)
    with pytest.raises((FloatingPointError, RuntimeError)) as error:
        learner.update([*EXAMPLES, Example([], [4, EOS])], 10)
    assert re.search("finite loss|out of bounds", str(error.value))
    assert all(map(torch.equal, before, learner.model.parameters()))


def test_the_same_sentence_is_refused_in_words_where_masks_are_looked_at(tmp_path):
    run = run_of(*RUNGS[-1])
    learner = trainer.Trainer(build(run, 11, 13), run, tmp_path)
    with pytest.raises(ValueError, match="drop empty sentences"):
        learner.update([*EXAMPLES, Example([], [4, EOS])], 10)
