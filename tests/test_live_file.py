"""A trained model in one file: what is lost, what is refused, and the command that writes it."""

from pathlib import Path

import pytest
import torch

from attention_course import cli
from attention_course.live import figure, model_file
from attention_course.runs.experiment import run_experiment
from attention_course.runs.trained import load, translate
from small_runs import RUN, TRANSFORMER


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a finished run of a second."""
    folder = tmp_path_factory.mktemp("run")
    run_experiment(RUN, folder, device="cpu")
    return folder


def test_a_whole_number_is_off_by_half_a_step_of_its_row_at_most():
    tensor = torch.tensor([[1.0, -127.0, 0.4], [0.0, 0.0, 0.0], [1e-3, 2e-3, -5e-3]])
    packed = model_file.pack(tensor, "int8")
    assert packed.numbers.dtype == torch.int8
    steps = tensor.abs().amax(dim=1, keepdim=True) / 127
    assert ((packed.unpacked() - tensor).abs() <= steps / 2 + 1e-9).all()


def test_vectors_stay_as_they_are_and_matrices_keep_16_bits_where_asked():
    vector, matrix = torch.randn(5), torch.randn(3, 5)
    for precision in ("int8", "float16"):
        assert torch.equal(model_file.pack(vector, precision).unpacked(), vector)
    assert torch.equal(model_file.pack(matrix, "float16").unpacked(), matrix.half().float())


@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_a_file_gives_back_the_model_that_was_written(folder, tmp_path, precision):
    file = tmp_path / "one.model"
    stored = model_file.export_run(folder, file, precision)
    back = model_file.read(file)
    assert back.run == RUN
    assert back.shown_layer == stored.shown_layer
    expected, found = stored.model.state_dict(), back.model.state_dict()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert translate(back, ["a b c"]) == translate(stored, ["a b c"])


def test_float16_is_nearer_than_whole_numbers_and_twice_as_large(folder, tmp_path):
    original = load(folder).model.state_dict()
    sizes, errors = [], []
    for precision in ("int8", "float16"):
        file = tmp_path / precision
        stored = model_file.export_run(folder, file, precision).model.state_dict()
        sizes.append(file.stat().st_size)
        errors.append(max(float((stored[name] - original[name]).abs().max()) for name in original))
    assert sizes[0] < sizes[1]
    assert errors[1] < errors[0] / 4


def test_the_same_run_is_written_to_the_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        model_file.export_run(folder, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_transformer_is_written_too(tmp_path):
    run_experiment(TRANSFORMER, tmp_path, device="cpu")
    model_file.export_run(tmp_path, tmp_path / "one.model")
    assert model_file.read(tmp_path / "one.model").run == TRANSFORMER


def test_the_command_writes_the_file_and_says_how_large_it_is(folder, tmp_path, capsys):
    file = tmp_path / "mine.model"
    assert cli.main(["export", str(folder), str(file)]) == 0
    assert f"{file.stat().st_size:,} bytes" in capsys.readouterr().out
    assert model_file.read(file).run == RUN


def test_a_folder_without_a_finished_run_is_refused_and_nothing_is_written(tmp_path, capsys):
    assert cli.main(["export", str(tmp_path), str(tmp_path / "mine.model")]) == 2
    assert "expected the folder of a finished run" in capsys.readouterr().err
    assert not (tmp_path / "mine.model").exists()


def test_a_damaged_or_foreign_file_is_refused(folder, tmp_path):
    file = tmp_path / "one.model"
    model_file.export_run(folder, file)
    data = bytearray(file.read_bytes())
    data[-5] ^= 1
    file.write_bytes(data)
    with pytest.raises(model_file.ModelFileError, match="got a damaged one; export the run again"):
        model_file.read(file)
    file.write_bytes(b"PK something else")
    with pytest.raises(model_file.ModelFileError, match="expected an exported model"):
        model_file.read(file)


@pytest.mark.parametrize("variant", ["last", "scaled", "transformer", "one-stack"])
@pytest.mark.parametrize("corpus", ["pocket-korean", "multi30k"])
def test_the_variant_of_a_file_is_read_off_its_name_with_a_hyphen_or_without(corpus, variant):
    assert figure.variant_of(Path(f"{corpus}-{variant}.model")) == variant
