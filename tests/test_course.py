"""The chapters, and how a run is described: settings of every run, and of its kind of model."""

import re
import sys
from dataclasses import fields

import pytest
import torch

from attention_course import config, course
from attention_course.config import CORPORA, ModelSettings, RecurrentSettings, Run, StackedSettings
from attention_course.course import CHAPTERS, build, describe, preset, read_run
from attention_course.models.model import Model, Output
from attention_course.rungs import BEYOND, CONTINUED, NUMBERED, RUNGS, STEMS, rung, rung_of_page
from home import ROOT
from small_runs import known

sys.path.append(str(ROOT / "book" / "_ext"))
import course_heads

DEFAULTS = [(stem, one.default) for stem, one in CHAPTERS.items()]


def test_every_rung_brings_a_chapter_and_no_two_share_a_variant():
    assert tuple(CHAPTERS) == STEMS
    variants = [variant for one in CHAPTERS.values() for variant in one.variants]
    assert len(set(variants)) == len(variants)
    for stem, one in CHAPTERS.items():
        assert {course.stem_of(variant) for variant in one.variants} == {stem}
    with pytest.raises(ValueError, match=r"expected a variant among last, .*, got 'echo'"):
        course.stem_of("echo")


def test_a_rung_is_found_by_its_stem_and_its_number_is_read():
    assert [rung(stem).short for stem in STEMS] == [f"ch{one.number}" for one in NUMBERED]
    with pytest.raises(ValueError, match=r"expected a chapter among ch1_bottleneck, .*'ch9_more'"):
        rung("ch9_more")


def test_a_page_that_goes_on_from_a_chapter_belongs_to_its_rung_and_carries_no_number():
    for name, stem in CONTINUED.items():
        assert rung_of_page(name) is rung(stem) is rung_of_page(stem)
        assert not re.search(r"\d", name)
        contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
        assert contents.index(f"book/{stem}\n") < contents.index(f"book/{name}\n")
    with pytest.raises(ValueError, match=r"expected a chapter among .*'glossary'"):
        rung_of_page("glossary")


def test_the_head_of_such_a_page_says_that_it_goes_on_and_leads_back_to_its_chapter():
    for name, stem in CONTINUED.items():
        one = rung(stem)
        chapter, after = course_heads.head(stem, 20), course_heads.head(name, 30)
        assert f"Rung {one.number} of {len(RUNGS)}<" in chapter
        assert f"Rung {one.number} of {len(RUNGS)}, continued<" in after
        assert "about 30 minutes" in after
        assert 'href="#" aria-current="page"' in chapter
        assert "aria-current" not in after
        assert f'href="{stem}.html"' in after
    for one in BEYOND:
        assert ">Beyond the ladder<" in course_heads.head(one.stem, 25)


@pytest.mark.parametrize("kind", [RecurrentSettings, StackedSettings])
def test_no_setting_of_a_model_is_one_of_every_run_too(kind):
    assert not {one.name for one in fields(kind)} & {one.name for one in fields(Run)}


@pytest.mark.parametrize(("stem", "variant"), DEFAULTS)
@pytest.mark.parametrize("data", ["multi30k", "pocket-korean", "tatoeba", "copy", "own-text"])
@pytest.mark.parametrize("size", ["smoke", "cpu", "gpu"])
def test_a_run_has_the_settings_of_its_own_kind_of_model_and_survives_a_file(
    stem, variant, data, size
):
    run = preset(stem, variant, data, size, seed=3)
    assert type(run.model_settings) is CHAPTERS[stem].settings_type
    assert read_run(run.to_dict()) == run
    assert run.changed(epochs=1, seed=3).changed(epochs=run.epochs) == run


@pytest.mark.parametrize(("stem", "variant"), DEFAULTS)
def test_a_setting_that_a_chapter_does_not_know_is_refused_in_words(stem, variant):
    own = {one.name for one in fields(CHAPTERS[stem].settings_type)}
    foreign = sorted({"heads", "d_state"} - own)
    for name in (*foreign, "colour"):
        words = rf"settings that {stem} knows, got {name}=3; .*: leave out {name}$"
        with pytest.raises(ValueError, match=words):
            preset(stem, variant, "copy", **{name: 3})
    with pytest.raises(ValueError, match="got colour=1"):
        preset(stem, variant, "copy").changed(colour=1)


def test_a_stored_run_that_lacks_a_setting_is_not_completed_by_a_guess():
    stored = preset("ch3_attention", "dot", "copy").to_dict()
    del stored["clip"], stored["d_state"]
    with pytest.raises(ValueError, match="every setting of the run, got none for clip, d_state"):
        read_run(stored)


def test_a_setting_that_came_later_has_in_old_runs_the_value_that_all_had_before(monkeypatch):
    old = preset("ch3_attention", "dot", "copy").to_dict()
    before = read_run(old)
    # Suppose that `clip` came only now, and that no gradient was cut before.
    monkeypatch.setitem(config.ADDED, "clip", 0.0)
    lacking = {name: value for name, value in old.items() if name != "clip"}
    assert read_run(lacking) == before.changed(clip=0.0)
    assert before.changed(clip=0.0).to_dict() == lacking  # the name that it had before
    assert read_run(old) == before
    assert before.to_dict() == old
    assert before.changed(clip=0.0).changed(seed=1) == before.changed(clip=0.0, seed=1)


def test_a_setting_of_one_kind_of_model_that_came_later_is_none_of_another_kind(monkeypatch):
    recurrent = preset("ch3_attention", "dot", "copy")
    stacked = preset("ch4_self_attention", "transformer", "copy")
    old = {name: value for name, value in recurrent.to_dict().items() if name != "learned_start"}
    monkeypatch.setitem(config.ADDED, "learned_start", True)
    assert read_run(old) == recurrent.changed(learned_start=True)
    assert read_run(stacked.to_dict()) == stacked
    assert stacked.changed(seed=1).changed(seed=0) == stacked


def test_settings_of_the_first_version_lose_those_of_other_models_and_nothing_else():
    run = preset("ch4_self_attention", "transformer", "copy", layers=5)
    stored = {**run.to_dict(), "d_state": 256, "input_feeding": "none", "bidirectional": False}
    assert read_run(course.upgraded_settings(stored)) == run
    with pytest.raises(ValueError, match="got bidirectional=False, d_state=256, input_feeding="):
        read_run(stored)
    with pytest.raises(ValueError, match="got colour=1"):
        read_run(course.upgraded_settings({**stored, "colour": 1}))


def test_settings_of_another_kind_of_model_do_not_build(monkeypatch):
    run = preset("ch3_attention", "dot", "copy")
    other = Run(run.stem, run.variant, run.data, ModelSettings())
    with pytest.raises(ValueError, match="expected RecurrentSettings for ch3_attention"):
        build(other, 11, 13)
    monkeypatch.setitem(
        CHAPTERS["ch3_attention"].variants, "dot", lambda run, settings: torch.nn.ReLU()
    )
    with pytest.raises(ValueError, match="expected a Context for ch3_attention, got ReLU"):
        build(run, 11, 13)


def test_no_size_of_a_chapter_is_for_a_corpus_that_is_not_there():
    for one in CHAPTERS.values():
        assert set(one.sizes) <= {*CORPORA, "smoke"}


@pytest.mark.parametrize(("stem", "variant"), [
    (stem, variant) for stem, one in CHAPTERS.items() for variant in one.variants
])  # fmt: skip
def test_every_parameter_of_every_model_learns(stem, variant):
    torch.manual_seed(0)
    sizes = {"d_model": 8, "dropout": 0.0, **known(stem, {"layers_above": 1})}
    model = build(describe(stem, variant, "copy", **sizes), 11, 13)
    assert isinstance(model, Model)
    source, lengths = torch.tensor([[4, 5, 6, 2], [7, 2, 0, 0]]), torch.tensor([4, 2])
    output: Output = model(source, lengths, torch.tensor([[1, 4, 5], [1, 6, 7]]))
    output.logits.logsumexp(dim=2).sum().backward()
    assert [name for name, one in model.named_parameters() if one.grad is None] == []


def test_no_notebook_and_no_page_changes_a_model_behind_the_back_of_its_run():
    files = [*ROOT.glob("book/*.md"), *ROOT.glob("notebooks/*/*.ipynb")]
    setting = re.compile(r"\b\w*model\.[\w.]+ (?:[|+*-]?=) ")
    assert len(files) > 20
    for file in files:
        assert setting.findall(file.read_text(encoding="utf-8")) == [], file.name
    assert setting.findall("    parrot.model.positions = positions") == ["model.positions = "]
