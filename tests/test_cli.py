"""The command line as its users use it, in one process on the smallest runs."""

import json

import pytest

from attention_course import cli
from attention_course.course import preset
from attention_course.runs import experiment


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A finished run of attention on the copy task."""
    folder = tmp_path_factory.mktemp("runs") / "copy"
    words = "train ch3_attention --data copy --preset smoke --threads 1 --out".split()
    assert cli.main([*words, str(folder)]) == 0
    return folder


def test_train_writes_a_run_card_with_everything_that_is_promised(run_folder):
    text = (run_folder / "run.json").read_text(encoding="utf-8")
    made = json.loads(text)
    assert len(text.encode()) < 200_000
    promised = (
        "card run device precision threads versions commit parameters seconds cpu_seconds "
        "tokens_per_second curve metrics examples shown_layer"
    )
    assert set(promised.split()) <= set(made)
    assert set("stem variant data preset seed".split()) <= set(made["run"])
    metrics = (
        "loss bleu bleu_cased bleu_beam bleu_by_source_length sacrebleu_signature "
        "accuracy_by_length"
    )
    assert set(metrics.split()) <= set(made["metrics"])
    assert made["run"]["data"] == "copy"
    assert len(made["examples"]) == 6
    one = made["examples"][0]
    assert len(one["weights"]) == len(one["output_tokens"])
    assert {len(row) for row in one["weights"]} == {len(one["source_tokens"])}
    for row in one["weights"]:
        assert sum(row) == pytest.approx(1, abs=5e-3)
    lines = (run_folder / "hypotheses.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == made["run"]["held_out_pairs"]


def test_train_takes_a_setting_of_the_preset_or_another(monkeypatch, tmp_path):
    taken = []
    monkeypatch.setattr(experiment, "run_experiment", lambda run, *rest, **more: taken.append(run))
    words = ["train", "ch3_attention", "--data", "multi30k", "--out", str(tmp_path)]
    options = ["--no-bidirectional", "--layers-above", "0"]
    assert cli.main(words) == cli.main([*words, *options]) == 0
    plain, changed = taken
    assert plain == preset("ch3_attention", "scaled", "multi30k")
    assert (changed.model_settings.bidirectional, changed.model_settings.layers_above) == (False, 0)


def test_evaluate_gives_the_metrics_of_the_card_again(run_folder, capsys):
    assert cli.main(["evaluate", str(run_folder), "--json"]) == 0
    made = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == made["metrics"]


def test_translate_prints_words_and_draws_where_it_looked(run_folder, tmp_path, capsys):
    picture = tmp_path / "weights.png"
    assert cli.main(["translate", str(run_folder), "a b c", "--weights", str(picture)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "a b c"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_resuming_a_finished_run_judges_it_again_and_trains_no_more(run_folder, capsys):
    before = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    words = "train ch3_attention --data copy --preset smoke --threads 1 --resume --out".split()
    assert cli.main([*words, str(run_folder)]) == 0
    after = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert after["metrics"] == before["metrics"]
    assert after["curve"] == before["curve"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("train ch9_more --out x", "expected a chapter among ch1_bottleneck"),
        ("train ch3_attention --data klingon --out x", "expected a data set among pocket-korean"),
        ("train ch3_attention --preset huge --out x", "expected a preset among smoke, cpu, gpu"),
        ("train ch3_attention --variant cosine --data copy --out x", "expected a variant of"),
        ("evaluate nowhere", "expected the folder of a finished run at nowhere"),
        ("translate nowhere hello", "expected the folder of a finished run at nowhere"),
        ("data fetch klingon", "klingon"),
        ("train ch3_attention --data copy --preset smoke --resume --out x", "checkpoint"),
    ],
)
def test_a_mistake_is_answered_in_one_line(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words.split()) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_an_empty_sentence_is_answered_in_words(run_folder, capsys):
    assert cli.main(["translate", str(run_folder), "  "]) == 2
    assert "at least one word" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["weights.safetensors", "vocabulary.json", "run.json"])
def test_a_damaged_file_of_a_run_is_named(name, run_folder, tmp_path, capsys):
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in run_folder.iterdir():
        if file.is_file():
            (broken / file.name).write_bytes(file.read_bytes())
    data = bytearray((broken / name).read_bytes())
    if name == "weights.safetensors":
        data[len(data) // 2] ^= 1
    (broken / name).write_bytes(data if name == "weights.safetensors" else data[: len(data) // 2])
    assert cli.main(["translate", str(broken), "a b"]) == 2
    error = capsys.readouterr().err
    assert name in error
    assert "Traceback" not in error


def test_chapters_and_data_are_listed(capsys):
    assert cli.main(["chapters"]) == 0
    assert cli.main(["data", "list"]) == 0
    printed = capsys.readouterr().out
    for word in ("ch1_bottleneck", "mean | max", "transformer", "pocket-korean", "multi30k"):
        assert word in printed


def test_an_interrupt_says_how_to_go_on(monkeypatch, tmp_path, capsys):
    from attention_course.runs import experiment

    def stopped(*arguments, **options):
        raise KeyboardInterrupt("stopped at update 3; continue with --resume")

    monkeypatch.setattr(experiment, "run_experiment", stopped)
    assert cli.main(["train", "ch1_bottleneck", "--data", "copy", "--out", str(tmp_path)]) == 130
    assert "--resume" in capsys.readouterr().err


def test_training_into_a_used_folder_is_refused_and_nothing_is_lost(run_folder, capsys):
    before = {file: file.stat().st_mtime_ns for file in run_folder.rglob("*")}
    words = "train ch3_attention --data copy --preset smoke --out".split()
    assert cli.main([*words, str(run_folder)]) == 2
    assert "holds a run already; go on with it by --resume" in capsys.readouterr().err
    assert {file: file.stat().st_mtime_ns for file in run_folder.rglob("*")} == before


def test_resuming_says_where_it_goes_on(run_folder, capsys):
    words = "train ch3_attention --data copy --preset smoke --threads 1 --resume --out".split()
    assert cli.main([*words, str(run_folder)]) == 0
    assert "This run is finished: nothing is trained again." in capsys.readouterr().out


def test_words_that_a_model_has_never_seen_are_counted(run_folder, capsys):
    assert cli.main(["translate", str(run_folder), "a hello b world"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("2 of 4 words were never seen in training")
    assert cli.main(["translate", str(run_folder), "a b"]) == 0
    assert capsys.readouterr().err == ""


def test_a_control_token_that_is_typed_is_a_word_that_was_never_seen(run_folder, capsys):
    assert cli.main(["translate", str(run_folder), "a <eos> b"]) == 0
    assert capsys.readouterr().err.startswith("1 of 3 words were never seen in training")


def test_full_width_letters_are_read(run_folder, capsys):
    assert cli.main(["translate", str(run_folder), "\uff41\u3000\uff42\u200b"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[0] == "a b"


@pytest.mark.parametrize(("words", "listed"), [([], "translate"), (["grade"], "feedback")])
def test_without_a_command_the_commands_are_listed(words, listed, capsys):
    assert cli.main(words) == 0
    assert listed in capsys.readouterr().out
