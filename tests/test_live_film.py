"""Learning as a film: what is kept of a run, and that the run does not notice."""

import itertools
import json

import pytest
import torch

from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Pair
from attention_course.live import learning
from attention_course.live.film import Film, moments
from attention_course.live.reading import read
from attention_course.models.context import weighted_sum
from attention_course.training.trainer import Trainer
from test_live_engine import made
from test_live_page import browser, needs_browser, served  # noqa: F401  # one is a fixture

PAIRS = [Pair("a b c", "a b c"), Pair("d e", "d e")]
UPDATES = 6


def trained(folder, filmed):
    """A model after some updates, and the film of it."""
    one = made("scaled", dropout=0.2)
    one.model.train()
    film = Film(one, PAIRS, UPDATES)
    watching = film.watch() if filmed else None
    trainer = Trainer(one.model, one.run, folder)
    torch.manual_seed(1)
    for _ in range(UPDATES):
        trainer.update(encode_pairs(PAIRS, one.source, one.target), UPDATES)
    if watching:
        watching.remove()
    return one, film


def test_a_run_that_is_filmed_ends_where_one_that_is_not_does(tmp_path):
    seen, _ = trained(tmp_path, filmed=True)
    alone, _ = trained(tmp_path, filmed=False)
    for ours, theirs in zip(seen.model.parameters(), alone.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_moments_are_closer_together_in_the_beginning():
    found = moments(1000, 20)
    assert (found[0], found[-1]) == (0, 999)
    gaps = [later - one for one, later in itertools.pairwise(found)]
    assert gaps == sorted(gaps)


def test_a_film_holds_rows_that_sum_to_one_and_pushes_that_sum_to_nothing(tmp_path):
    one, film = trained(tmp_path, filmed=True)
    told = film.to_json()
    assert [frame["update"] for frame in told["frames"]] == moments(UPDATES)
    first = told["frames"][0]["sentences"][0]
    for row, push in zip(first["weights"], first["push"], strict=True):
        assert sum(row) == pytest.approx(100, abs=3)
        assert sum(push) == pytest.approx(0, abs=3)
    words = [told["words"][place] for place in told["sentences"][0]["target"]]
    assert words == ["a", "b", "c", "<eos>"]
    assert len(one.target) >= len(told["words"])


def test_a_score_is_pushed_by_its_weight_times_how_much_its_state_helps():
    """dL/dscore_s = weight_s g . (h_s - c), with g the gradient at the context."""
    one = made("scaled")
    [(source, target)] = encode_pairs(PAIRS[:1], one.source, one.target)
    film = Film(one, PAIRS[:1], UPDATES)
    found = torch.tensor(film.sentence(source, target)["push"]) / 100

    reading = read(one.model, source, target)
    vectors = weighted_sum(reading.weights, reading.states).detach().requires_grad_()
    decoder = one.model.decoder
    logits = decoder.embedding.logits(decoder.read(vectors[None], reading.queries[None])[0])
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor(target), reduction="sum")
    [g] = torch.autograd.grad(losses, [vectors])
    further = (reading.states[None] - vectors[:, None]) @ g[:, :, None]  # [T, S, 1]
    expected = -reading.weights * further.squeeze(2)
    torch.testing.assert_close(found, expected.detach(), atol=6e-3, rtol=0)


def test_the_film_of_the_book_is_small_and_ends_knowing_the_sentence():
    file = learning.results_folder() / "live" / learning.FILM
    assert file.stat().st_size <= 150_000
    told = learning.learning("recommended")
    assert "hidden>Play how it learned" in told
    assert "추천한 (" in told.rsplit("<tr>", 1)[1]


def test_a_word_that_the_film_has_not_is_refused(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="expected a word among yesterday"):
        learning.learning("zebra")
    monkeypatch.setattr(learning, "results_folder", lambda: tmp_path)
    assert "on the website" in learning.learning("zebra")


@needs_browser
def test_the_film_is_fetched_when_it_is_played_and_can_be_stopped_anywhere(
    browser,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    _, film = trained(tmp_path / "run", filmed=True)
    results = tmp_path / "results"
    (results / "live").mkdir(parents=True)
    (results / "live" / learning.FILM).write_text(json.dumps(film.to_json()))
    monkeypatch.setattr(learning, "results_folder", lambda: results)
    with served(tmp_path / "site", results / "live", learning.learning("b")) as address:
        page = browser.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("course-film button:visible")
        assert not [url for url in asked if url.endswith(".json")]
        page.click("course-film button")
        page.get_by_role("button", name="Play", exact=True).wait_for()  # it has played to its end
        assert page.inner_text(".told").startswith(f"update {UPDATES - 1} of {UPDATES}")
        page.get_by_label("moment of the run").evaluate(
            "one => { one.value = 0; one.dispatchEvent(new Event('input')); }"
        )
        assert page.inner_text(".told").startswith("update 0 of")
        assert page.locator(".heatmap tbody tr").count() == len("a b c <eos>".split())
        page.close()
