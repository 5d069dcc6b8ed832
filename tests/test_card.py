"""Run cards: written and read in one place, checked, and never taken for another run's."""

import json
from dataclasses import dataclass, replace

import pytest
import torch

from attention_course import config, course, data
from attention_course.claims import trained
from attention_course.config import Run
from attention_course.course import describe, preset
from attention_course.runs import metrics
from attention_course.runs.card import CardError, RunCard, Translated
from attention_course.runs.experiment import prepare, run_experiment
from attention_course.runs.results import results_folder
from attention_course.runs.trained import load
from attention_course.store.checkpoint import CheckpointError
from small_runs import RUN, TRANSFORMER, card_of

EXAMPLE = Translated("a b", "c", "", "c", ["a", "b", "<eos>"], ["c"], [[0.5, 0.25, 0.25]])
CARD = card_of(
    RUN, curve=[{"epoch": 1}], metrics={"loss": 1.5}, examples=[EXAMPLE], about_text=["a line"]
)


GONE = object()


def changed(file, **changes):
    """Write into a card what does not belong there, or take a field away."""
    values = json.loads(file.read_text(encoding="utf-8")) | changes
    values = {name: value for name, value in values.items() if value is not GONE}
    file.write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture
def file(tmp_path):
    CARD.write(tmp_path / "deep" / "run.json")
    return tmp_path / "deep" / "run.json"


# Written and read


@pytest.mark.parametrize("run", [RUN, TRANSFORMER])
def test_a_card_comes_back_as_it_was_written(run, tmp_path):
    card = replace(CARD, run=run, shown_layer=1, precision=None)
    card.write(tmp_path / "card.json")
    assert RunCard.read(tmp_path / "card.json") == card


def test_a_card_holds_its_version_and_the_settings_of_its_own_family_alone(file):
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["card"] == 2
    assert "d_state" in stored["run"]
    assert not {"heads", "layers", "d_hidden", "positions"} & set(stored["run"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"card": 3}, "got version 3"),
        ({"device": GONE}, "got no device"),
        ({"colour": "red"}, "got an unknown field, colour"),
        ({"threads": "1"}, "got threads of type str and not int"),
        ({"cpu_seconds": -1.0}, "got cpu_seconds below 0, -1.0"),
        ({"threads": True}, "got threads of type bool and not int"),
        ({"curve": ["one"]}, "got a row of curve of type str and not dict"),
        ({"about_text": [1]}, "got a line of about_text of type int and not str"),
        ({"examples": [{"source": "a"}]}, "got no "),
        ({"examples": ["a"]}, "got an example of type str and not dict"),
        ({"examples": [{**vars(EXAMPLE), "weights": [[1.0]]}]}, "weights are not 1 rows of 3"),
        ({"examples": [{**vars(EXAMPLE), "output_tokens": [1]}]}, "one of output_tokens of type"),
        ({"versions": {"torch": 2}}, "got a version of type int and not str"),
        ({"run": {}}, "got expected a chapter among"),
        ({"run": {**RUN.to_dict(), "colour": 1}}, "got colour=1; "),
        ({"run": {**RUN.to_dict(), "heads": 4}}, "got heads=4; "),
        ({"run": {**RUN.to_dict(), "clip": "1"}}, "expected clip of .* to be float, got '1'"),
        (
            {"run": {**RUN.to_dict(), "input_feeding": "x"}},
            "input_feeding of .* to be one of 'none', .*, got 'x'",
        ),
    ],
)
def test_what_is_no_card_is_refused_with_its_file_and_what_to_do(changes, words, file):
    changed(file, **changes)
    with pytest.raises(CardError, match=words) as error:
        RunCard.read(file)
    assert str(file) in str(error.value)
    assert str(error.value).endswith("train the run again with this version")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": 1, "metrics": {}}'])
def test_a_file_of_another_kind_is_refused(text, file):
    file.write_text(text)
    with pytest.raises(CardError, match="expected a run card of version 2 or earlier in"):
        RunCard.read(file)
    with pytest.raises(CardError, match=r"run\.json"):
        load(file.parent)
    file.unlink()
    with pytest.raises(CheckpointError, match="expected the folder of a finished run"):
        load(file.parent)


# Cards of version 1


def as_version_1(card, of_the_book):
    """The dict that the first version wrote: the settings of both families, no version."""
    stored = {
        "run": {**describe("ch3_attention", "dot", "copy").to_dict(),
                **describe("ch4_self_attention", "tied", "copy").to_dict(), **card.run.to_dict()},
        "device": card.device, "threads": 1, "versions": {}, "commit": "", "parameters": 7,
        "cpu_seconds": 2.0, "metrics": card.metrics,
    }  # fmt: skip
    if not of_the_book:
        return {**stored, "judging_cpu_seconds": 1.0}
    names = {name: stored["run"][name] for name in ("stem", "variant", "data", "preset", "seed")}
    timed = {"seconds": 3.0, "tokens_per_second": 5, "curve": card.curve, "examples": []}
    return {**names, **timed, **stored}


@pytest.mark.parametrize("of_the_book", [True, False])
@pytest.mark.parametrize("run", [RUN, TRANSFORMER])
def test_a_card_of_version_1_says_the_same_as_before(run, of_the_book, file):
    card = card_of(run, metrics={"aer": 0.5, "aer_layer": 1}, curve=[{"epoch": 1}])
    file.write_text(json.dumps(as_version_1(card, of_the_book)))
    read = RunCard.read(file)
    assert read.run == card.run
    assert read.shown_layer == 1
    assert read.metrics == card.metrics
    assert (read.precision, read.examples, read.about_text) == (None, [], [])
    assert read.curve == (card.curve if of_the_book else [])
    assert (read.seconds, read.judging_cpu_seconds) == ((3.0, None) if of_the_book else (None, 1.0))


def test_a_card_of_version_1_that_says_two_things_about_its_run_is_refused(file):
    file.write_text(json.dumps({**as_version_1(CARD, True), "seed": 7}))
    with pytest.raises(CardError, match="got seed 7 and, in its settings, 0"):
        RunCard.read(file)


def test_every_card_of_the_book_is_of_this_version():
    results = results_folder()
    files = [*results.rglob("run.json"), *(results / "claims").rglob("*.json")]
    assert len(files) > 100
    for file in files:
        assert json.loads(file.read_text(encoding="utf-8"))["card"] == 2
        RunCard.read(file)


# Names


@dataclass(frozen=True)
class Clipped(Run):
    """Runs as they would be if the default of a setting were another one day."""

    clip: float = 0.1


def test_a_changed_default_does_not_take_an_old_card_for_that_of_the_new_run(tmp_path, monkeypatch):
    old = trained.caption_run("dot", 0)
    card_of(old).write(trained.file_of(old, tmp_path))
    monkeypatch.setattr(course, "Run", Clipped)
    new = trained.caption_run("dot", 0)
    assert (old.clip, new.clip) == (1.0, 0.1)
    assert trained.read(new, tmp_path) is None
    assert trained.read(old, tmp_path).run.clip == 1.0


def test_a_card_of_another_run_under_the_same_name_is_refused_in_words(tmp_path):
    run = trained.caption_run("dot", 0)
    card_of(replace(run, clip=0.5)).write(trained.file_of(run, tmp_path))
    with pytest.raises(CardError, match=r"got one of another run: clip 0.5 -> 1.0; delete"):
        trained.read(run, tmp_path)


def test_every_setting_of_a_run_changes_its_name():
    run = trained.caption_run("dot", 0)
    for name, value in run.to_dict().items():
        other = {"learned_start": True, "mixed": not run.mixed}.get(name, value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            other = value + 1
        if other != value:
            assert trained.card_name(run.changed(**{name: other})) != trained.card_name(run), name


@dataclass(frozen=True)
class Coloured(Run):
    """Runs as they would be with one more setting."""

    colour: str = "blue"


def test_a_new_setting_orphans_no_card_and_changes_no_name(tmp_path, monkeypatch):
    old = trained.caption_run("dot", 0)
    file = trained.file_of(old, tmp_path)
    card_of(old).write(file)
    for module in (config, course):
        monkeypatch.setattr(module, "Run", Coloured)
    with pytest.raises(
        CardError, match="every setting of the run, got none for colour"
    ):  # what it was is not guessed
        RunCard.read(file)
    monkeypatch.setitem(config.ADDED, "colour", "grey")
    assert RunCard.read(file).run.colour == "grey"  # not today's default
    grey, blue = (trained.caption_run("dot", 0, colour=colour) for colour in ("grey", "blue"))
    assert trained.file_of(grey, tmp_path) == file
    assert trained.read(grey, tmp_path) is not None
    assert trained.read(blue, tmp_path) is None


# The layer that is shown


@pytest.fixture(scope="module")
def reader():
    """A Transformer of two layers that has learned nothing, and its corpus."""
    run = preset("ch4_self_attention", "transformer", "pocket-korean", "smoke", layers=2)
    corpus = data.load(run)
    return prepare(run, corpus), corpus


def test_measuring_a_model_does_not_change_it(reader):
    made, corpus = reader
    before = dict(vars(made.model))
    rates, layer = metrics.measure_alignment(made.model, corpus, made.source, made.target)
    assert layer == rates["aer_layer"]
    judged = metrics.judge_model(made.model, corpus, made.source, made.target)
    assert judged.shown_layer == layer
    after = dict(vars(made.model))
    assert {**after, "training": None} == {**before, "training": None}


def test_a_translation_comes_with_the_weights_of_the_layer_that_is_asked_for(reader):
    from attention_course.runs.trained import translate

    made, corpus = reader
    sentence = corpus.test[0].source
    first, last, default = (
        translate(one, [sentence])[0] for one in (made.showing(0), made.showing(1), made)
    )
    assert first.output == last.output
    assert last == default
    assert not torch.allclose(torch.tensor(first.weights), torch.tensor(last.weights))


def test_the_shown_layer_of_a_loaded_model_is_that_of_its_card_and_not_of_its_metrics(tmp_path):
    card = run_experiment(replace(TRANSFORMER, epochs=1), tmp_path)
    assert card.shown_layer == -1  # no gold, so none was chosen
    replace(card, shown_layer=0, metrics={**card.metrics, "aer_layer": 5}).write(
        tmp_path / "run.json"
    )
    assert load(tmp_path).shown_layer == 0
