"""The race of the rungs: what is kept of their trainings, and how it is played."""

import json

import pytest

from attention_course.data.batch import encode_pairs
from attention_course.live import racing
from attention_course.live.film import moments
from attention_course.live.race import Lap, race
from attention_course.training.trainer import Trainer
from test_live_engine import made
from test_live_film import PAIRS, UPDATES
from test_live_page import browser, needs_browser, served  # noqa: F401  # one is a fixture

STEMS = {"ch1_bottleneck": "last", "ch3_attention": "scaled", "ch4_self_attention": "transformer"}


def lap_of(variant, folder):
    one = made(variant)
    one.model.train()
    lap = Lap(one, PAIRS, UPDATES)
    watching = lap.watch()
    trainer = Trainer(one.model, one.run, folder)
    for _ in range(UPDATES):
        trainer.update(encode_pairs(PAIRS, one.source, one.target), UPDATES)
    watching.remove()
    return lap


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laps")
    laps = {stem: lap_of(variant, folder / stem) for stem, variant in STEMS.items()}
    return race(laps, {name: 10.0 for name in laps})


def test_every_rung_is_asked_at_the_same_updates_and_its_clock_only_runs_forward(told):
    for frames in told["frames"].values():
        assert [frame["update"] for frame in frames] == moments(UPDATES)
        seconds = [frame["seconds"] for frame in frames]
        assert seconds == sorted(seconds)
        assert seconds[-1] == 10.0
        for row in frames[0]["sentences"][0]["weights"]:
            assert sum(row) == pytest.approx(100, abs=4)


def test_the_words_of_all_rungs_stand_in_one_list(told):
    for one, pair in zip(told["sentences"], PAIRS, strict=True):
        assert [told["words"][place] for place in one["target"]] == [*pair.target.split(), "<eos>"]
    for frames in told["frames"].values():
        said = [place for frame in frames for one in frame["sentences"] for place in one["says"]]
        assert all(0 <= place < len(told["words"]) for place in said)


def test_rungs_with_other_words_are_refused(told, tmp_path):
    laps = {"one": lap_of("last", tmp_path / "a"), "other": lap_of("mean", tmp_path / "b")}
    laps["other"].trained.target.tokens[-1] = "zebra"
    with pytest.raises(ValueError, match="learned the same words"):
        race(laps, {name: 10.0 for name in laps})


def test_the_race_of_the_book_is_small_and_tells_its_end_without_scripts():
    file = racing.results_folder() / "live" / racing.RACE
    assert file.stat().st_size <= 400_000
    shown = racing.figure_of_race()
    assert "hidden>Start the race" in shown
    for number in range(1, 5):
        assert f"<td>{number} · " in shown


@needs_browser
def test_the_race_is_fetched_when_it_is_started_and_can_be_stopped_anywhere(
    told,
    browser,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    results = tmp_path / "results"
    (results / "live").mkdir(parents=True)
    (results / "live" / racing.RACE).write_text(json.dumps(told))
    monkeypatch.setattr(racing, "results_folder", lambda: results)
    with served(tmp_path / "site", results / "live", racing.figure_of_race()) as address:
        page = browser.new_page(reduced_motion="reduce")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("course-race button:visible")
        assert not [url for url in asked if url.endswith(".json")]
        page.click("course-race button")
        clock = page.get_by_label("clock of the race")
        assert page.inner_text(".told >> nth=0").startswith("0 of")  # nobody asked for motion
        clock.evaluate("one => { one.value = one.max; one.dispatchEvent(new Event('input')); }")
        assert page.locator(".rung h3 small").all_inner_texts() == ["done"] * len(STEMS)
        page.get_by_role("button", name="Play", exact=True).click()  # begins anew
        page.get_by_role("button", name="Pause", exact=True).click()
        assert page.locator(".heatmap").count() == len(STEMS)
        assert page.locator(".curves polyline").count() == len(STEMS)
        page.close()
