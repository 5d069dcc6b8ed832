"""What training does on a GPU, seen without one: it asks nothing in between, and waits once."""

import importlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import gpu
import gpu_measures
from attention_course.course import build, preset
from attention_course.data.batch import Example, collate
from attention_course.data.download import available
from attention_course.figures import gpu as figures
from attention_course.figures.style import LABELS
from attention_course.models import masks
from attention_course.rungs import STEMS
from attention_course.runs import results
from attention_course.training import trainer
from attention_course.training.objective import token_loss
from attention_course.vocabulary import EOS
from small_runs import card_of, known
from test_pages import code_of
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


@pytest.mark.parametrize(("stem", "variant"), RUNGS)
def test_the_weights_of_each_gru_lie_together_in_the_moving_average_too(
    stem, variant, tmp_path, monkeypatch
):
    """A copy's lie apart, and on a GPU cuDNN gathers them at every call."""
    together = []
    flatten = torch.nn.GRU.flatten_parameters
    monkeypatch.setattr(
        torch.nn.GRU, "flatten_parameters", lambda self: (together.append(self), flatten(self))
    )
    run = run_of(stem, variant)
    average = trainer.Trainer(build(run, 11, 13), run, tmp_path).average
    layers = [one for one in average.modules() if isinstance(one, torch.nn.GRU)]
    assert all(any(one is other for other in together) for one in layers)
    assert bool(layers) is (stem in STEMS[:3])


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
    if stem not in gpu.LADDER:  # one stack reads itself: without a source nothing is undefined
        assert math.isfinite(learner.update([*EXAMPLES, Example([], [4, EOS])], 10))
        return
    with pytest.raises((FloatingPointError, RuntimeError)) as error:
        learner.update([*EXAMPLES, Example([], [4, EOS])], 10)
    assert re.search("finite loss|out of bounds", str(error.value))
    assert all(map(torch.equal, before, learner.model.parameters()))


def test_the_same_sentence_is_refused_in_words_where_masks_are_looked_at(tmp_path):
    run = run_of(*RUNGS[-1])
    learner = trainer.Trainer(build(run, 11, 13), run, tmp_path)
    with pytest.raises(ValueError, match="drop empty sentences"):
        learner.update([*EXAMPLES, Example([], [4, EOS])], 10)


def rows_of(calls):
    """Rows as PyTorch's profiler gives them: a name, where it ran, how often, microseconds."""
    kind = SimpleNamespace
    return [
        kind(
            key=key,
            device_type=kind(name=where),
            count=count,
            self_device_time_total=on_gpu,
            self_cpu_time_total=1.0,
        )
        for key, where, count, on_gpu in calls
    ]


PROFILED = rows_of(
    [
        ("aten::addmm", "CPU", 4, 3_000.0),
        ("aten::bmm", "CPU", 4, 1_000.0),
        ("a_kernel_of_addmm", "CUDA", 4, 3_000.0),
        ("aten::new_thing", "CPU", 2, 500.0),
        ("cudaLaunchKernel", "CPU", 10, 0.0),
        ("cudaLaunchKernelExC", "CPU", 4, 0.0),
        ("cudaStreamSynchronize", "CPU", 2, 0.0),
        ("cudaDeviceSynchronize", "CPU", 1, 0.0),
    ]
)


def test_a_kernel_counts_once_under_the_operation_that_started_it():
    spent = gpu_measures.by_kind(PROFILED, "cuda")
    assert spent["matrix products"] == pytest.approx(4.0)
    assert spent["all else"] == pytest.approx(0.5)
    assert gpu_measures.by_kind(PROFILED, "cpu")["matrix products"] == pytest.approx(0.002)


def test_launches_and_waits_are_counted_for_one_update():
    counted = gpu_measures.calls(PROFILED, updates=2)
    assert (counted["launches"], counted["waits"]) == (7.0, 1.0)
    assert counted["calls"]["cudaDeviceSynchronize"] == 0.5


def test_a_difference_is_told_in_full_and_as_a_share():
    told = gpu_measures.apart(torch.tensor([3.0, 4.0]), torch.tensor([3.0, 4.5]))
    assert told == {"largest": 0.5, "share_of_norm": pytest.approx(0.1)}


def test_the_first_of_every_kind_comes_before_the_second_seed():
    pieces = gpu.plan()
    assert {piece.measure for piece in pieces} == {gpu.TRAIN, *gpu.MEASURES}
    rungs = len(gpu.LADDER)
    assert len(set(pieces)) == len(pieces) == (6 + 3) * rungs + 1
    second = next(index for index, piece in enumerate(pieces) if piece.seed == 1)
    assert {(one.measure, one.stem) for one in pieces[:second]} == {
        (measure, stem) for measure in (gpu.TRAIN, *gpu.MEASURES) for stem in gpu.LADDER
    } - {("compile", stem) for stem in gpu.LADDER}
    measures = [piece.measure for piece in pieces[: 2 * rungs]]
    assert measures == ["equality"] * rungs + ["profile"] * rungs
    first = [piece.stem for piece in pieces[2 * rungs : 2 * rungs + 2]]
    assert first == list(gpu.REACH_GOAL) == list(STEMS[2:4])
    assert pieces[-1].measure == "compile"


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command with pieces that take no time: runs it, and gives what was asked of it."""
    asked = []

    def measure(stem, size, device):
        asked.append(stem)
        if stem == STEMS[1] and len(asked) < 4:
            raise ArithmeticError("nothing came")
        return {"tokens_per_second": 12.34567}

    monkeypatch.setattr(gpu, "MEASURES", {"profile": measure})
    words = ["--device", "cpu", "--size", "smoke", "--out", str(tmp_path), "--only", "profile"]
    return lambda *more: (gpu.main([*words, *more]), asked)


def test_what_is_there_is_not_done_again_and_what_failed_is(command, tmp_path, capsys):
    status, asked = command()
    assert (status, asked) == (1, gpu.LADDER)
    assert (
        "Failed: profile, ch2_averaging: ArithmeticError: nothing came" in capsys.readouterr().out
    )
    status, asked = command()
    assert (status, asked) == (0, [*gpu.LADDER, STEMS[1]])
    kept = json.loads((tmp_path / "gpu.json").read_text())
    assert (kept["kind"], kept["size"]) == ("cpu", "smoke")
    assert [row["tokens_per_second"] for row in kept["pieces"]] == [12.35] * len(gpu.LADDER)
    capsys.readouterr()
    assert command() == (0, asked)
    assert "0 pieces of 4 to do" in capsys.readouterr().out


def test_no_piece_begins_when_the_time_is_up(command, tmp_path, capsys):
    status, asked = command("--budget", "0")
    assert (status, asked) == (0, [])
    assert "Stopped, 4 pieces are left" in capsys.readouterr().out
    assert not (tmp_path / "gpu.json").exists()


def test_results_of_another_machine_are_never_mixed_in(command, tmp_path, capsys):
    command()
    stored = json.loads((tmp_path / "gpu.json").read_text())
    (tmp_path / "gpu.json").write_text(json.dumps({**stored, "device": "another one"}))
    assert command()[0] == 2
    assert "move the file away" in capsys.readouterr().out


def test_a_rehearsal_writes_nothing_into_the_results(monkeypatch, capsys):
    monkeypatch.setattr(gpu, "work_through", lambda *given: None)
    assert gpu.main(["--device", "cpu", "--size", "smoke"]) == 0
    assert f"into {gpu.ROOT / 'runs' / 'gpu-rehearsal' / 'gpu.json'}" in capsys.readouterr().out


def test_bleu_is_looked_at_until_the_goal_is_there(monkeypatch):
    scores = iter([12.0, 31.0])
    monkeypatch.setattr(gpu.experiment, "greedy_bleu", lambda trained, pairs: next(scores))
    watch = gpu.watcher(torch.device("cpu"), with_bleu=True)
    seen = [watch(None, SimpleNamespace(validation=())) for _ in range(4)]
    assert [row.get("bleu") for row in seen] == [12.0, 31.0, None, None]
    curve = [{"step": 7, "seconds": 5.0 * n, **row} for n, row in enumerate(seen, start=1)]
    card = card_of(run_of(*RUNGS[0]), curve=curve, metrics={"bleu": 33.0, "bleu_beam": 34.0})
    assert gpu.in_short(card)["seconds_to_goal"] == 10.0
    never = card_of(card.run, curve=curve[:1], metrics=card.metrics)
    assert gpu.in_short(never)["seconds_to_goal"] is None


BARE = (
    "import runpy, sys\n"
    "for name in ('pooch', 'beartype', 'matplotlib', 'IPython', 'ipywidgets'):\n"
    "    sys.modules[name] = None  # then an import of it fails\n"
    "sys.path.insert(0, 'tools')\n"
    "sys.argv = sys.argv[1:]\n"
    "runpy.run_path(sys.argv[0], run_name='__main__')\n"
)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    """What a rehearsal of some kinds of work leaves, in a Python that has few packages."""
    if not available("multi30k").ready:
        pytest.skip(available("multi30k").reason)
    out = tmp_path_factory.mktemp("rehearsal")
    words = f"tools/gpu.py --device cpu --size smoke --out {out} --only".split()
    done = subprocess.run(
        [sys.executable, "-c", BARE, *words, "equality", "batch sizes"],
        cwd=gpu.ROOT,
        env={**os.environ, "PYTHONPATH": "src", "TQDM_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((out / "gpu.json").read_text())


def test_a_rehearsal_on_a_processor_finds_it_equal_to_itself(rehearsed):
    rows = [row for row in rehearsed["pieces"] if row["measure"] == "equality"]
    assert [row["stem"] for row in rows] == gpu.LADDER
    for row in rows:
        assert row["loss_differs"] == row["gradients"]["largest"] == 0
        assert row["parameters"]["share_of_norm"] == 0


def test_the_page_draws_what_was_measured_and_says_that_a_rehearsal_is_none(rehearsed):
    ax = figures.tokens_over_batch(rehearsed)
    assert len(ax.lines) == len(gpu.LADDER)
    assert "says nothing about a GPU" in figures.where(rehearsed)
    assert "rehearsal" not in figures.where({**rehearsed, "kind": "cuda"})
    assert [len(row) for row in figures.differences(rehearsed)] == [6] * len(gpu.LADDER)


TRAINED = {"measure": "train", "updates": 9, "seconds": 61.0, "tokens_per_second": 90_000,
           "megabytes": 900, "bleu": 35.0, "data": "multi30k"}  # fmt: skip
WHOLE = {
    "kind": "cuda", "device": "a GPU", "torch": "2", "size": "gpu", "goal": 30,
    "pieces": [
        {**TRAINED, "stem": STEMS[2], "seed": 0, "seconds_to_goal": 20.0},
        {**TRAINED, "stem": STEMS[2], "seed": 1, "seconds_to_goal": 24.0},
        {**TRAINED, "stem": STEMS[0], "seed": 0, "seconds_to_goal": 50.0},
        {**TRAINED, "stem": STEMS[0], "seed": 1, "seconds_to_goal": None},
        {"measure": "profile", "stem": STEMS[3], "milliseconds": 9.0, "launches": 800.0,
         "waits": 1.0, "kinds": {"optimiser": 1.0, "matrix products": 4.0}},
        {"measure": "profile", "stem": STEMS[1], "error": "broken"},
        {"measure": "batch sizes", "stem": STEMS[1], "sizes": [
            {"batch": 64, "tokens_per_second": 1e5}, {"batch": 128, "tokens_per_second": 2e5}]},
        {"measure": "compile", "stem": STEMS[3], "ways": {
            "as it is": {"tokens_per_second": 1e5, "seconds_to_begin": 1.0},
            "CUDA graphs": {"error": "not here"}}},
    ],
}  # fmt: skip


def test_a_rung_has_a_time_to_the_goal_where_all_its_seeds_came_there():
    assert figures.seconds_to_goal(WHOLE) == {STEMS[2]: (22.0, 20.0, 24.0)}


def test_the_tables_leave_out_what_failed():
    assert len(figures.runs(WHOLE)) == 4
    [row] = figures.updates(WHOLE)
    assert row == [LABELS[STEMS[3]], "9.0", "56%", "800", "1.0", "matrix products"]
    assert figures.left_out(WHOLE, "profile").endswith(f"{LABELS[STEMS[1]]}, {LABELS[STEMS[2]]}.")
    assert (
        figures.left_out({"pieces": [{"measure": "x", "stem": one} for one in gpu.LADDER]}, "x")
        == ""
    )
    assert figures.ways(WHOLE)[1] == ["CUDA graphs", "not here", ""]


@pytest.mark.parametrize("measured", [None, WHOLE, {**WHOLE, "pieces": []}])
def test_the_page_is_made_whatever_is_there(measured, tmp_path, monkeypatch):
    (tmp_path / "results").mkdir()
    shutil.copy(results.results_folder() / "bench.json", tmp_path / "results")
    if measured:
        (tmp_path / "results" / "gpu.json").write_text(json.dumps(measured))
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path / "results")
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    plt.close("all")
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda one: shown.append(str(one.data)))
    exec(code_of(gpu.ROOT / "book" / "gpu.md"), {})
    without = any("No GPU was there when this page was made" in text for text in shown)
    assert without is (measured is None)
    assert len(plt.get_fignums()) == (2 if measured is WHOLE else 0)  # both of them drawn
    plt.close("all")
