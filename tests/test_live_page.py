"""The live figure in a browser: what a reader can do with it, and what it says when it cannot."""

import contextlib
import functools
import http.server
import json
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from attention_course.live import model_file
from attention_course.runs.trained import translate
from test_live_engine import made

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LIVE = Path(model_file.__file__).parent
SENTENCE = "a b c d"
RUNGS = {"last": 1, "mean": 2, "scaled": 3, "transformer": 4, "one-stack": 5}
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt-get install chromium")
pytestmark = needs_browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The file of each rung, and the model that is in it."""
    folder = tmp_path_factory.mktemp("models")
    return {
        name: (folder / f"{name}.model",
               model_file.export(made(name), folder / f"{name}.model", [SENTENCE]))
        for name in RUNGS
    }  # fmt: skip


@contextlib.contextmanager
def serving(root):
    """A folder, served; gives its address."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(root))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextlib.contextmanager
def served(root, models, body):
    """A page with a live figure, its scripts and its models, served; gives the page's address."""
    live = root / "_static" / "live"
    for scripts in ("engine", "page"):
        shutil.copytree(LIVE / scripts, live / scripts)
    shutil.copytree(models, live / "models")
    (live / "gloss.json").write_text('{"a": ["ah", "the first letter"]}')
    (root / "book").mkdir()
    (root / "book" / "live.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>live</title>{body}'
    )
    with serving(root) as address:
        yield f"{address}/book/live.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory, models):
    """A page with the ladder, served."""
    root = tmp_path_factory.mktemp("site")
    settings = {
        "root": "../_static/live/",
        "rungs": [
            {"name": name, "number": number, "label": f"rung {number}", "colour": "#0072b2",
             "file": f"models/{name}.model"}
            for name, number in RUNGS.items()
        ],
        "examples": [{"source": SENTENCE, "target": "all four"},
                     {"source": "c c a", "target": "three"}],
        "gloss": "gloss.json",
        "linked": True,
        "more": [{"name": "again", "number": 2, "label": "mean again", "colour": "#0072b2",
                  "file": "models/mean.model"}],
    }  # fmt: skip
    body = (
        '<course-live><div class="still"><p>a picture <button type="button">of a page</button></p>'
        '<p><button type="button" hidden>Open</button></p>'
        f'</div><script type="application/json">{json.dumps(settings)}</script></course-live>'
        '<script type="module" src="../_static/live/page/ladder.js"></script>'
    )
    folder = models["mean"][0].parent
    with served(root / "served", folder, body) as address:
        yield address, root / "served"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def page(site, browser):
    """The figure, opened, every model read."""
    address, _ = site
    one = browser.new_page()
    errors = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(address)
    one.click("text=Open")
    all_read(one)
    yield one
    one.close()
    assert errors == []


def all_read(page):
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS)}")


def written(page, rung):
    """The words of a rung's translation."""
    return page.eval_on_selector_all(
        f".rung[aria-label='rung {rung}'] .words button", "all => all.map(b => b.innerText.trim())"
    )


def weights(page):
    """The weights that the sliders show."""
    texts = page.locator(".step .weights > label .value").all_inner_texts()
    return [float(text) for text in texts]


def test_before_it_is_opened_there_is_a_picture_and_a_button(site, browser):
    page = browser.new_page()
    page.goto(site[0])
    assert page.is_visible("text=a picture")
    assert page.is_visible("text=Open")
    page.close()


def test_every_rung_says_what_pytorch_says_from_the_same_file(page, models):
    for name, number in RUNGS.items():
        [expected] = translate(models[name][1], [SENTENCE])
        assert written(page, number) == expected.output_tokens


def test_another_sentence_is_translated_whether_chosen_or_typed(page, models):
    page.select_option("select", label="three")
    [expected] = translate(models["scaled"][1], ["c c a"])
    assert written(page, 3) == expected.output_tokens
    page.fill("input[type=text]", "b b")
    page.press("input[type=text]", "Enter")
    [expected] = translate(models["scaled"][1], ["b b"])
    assert written(page, 3) == expected.output_tokens


def test_a_weight_that_is_held_changes_what_is_said_and_back_takes_it_back(page):
    before = written(page, 3)
    slider = page.locator(".step input[type=range]").nth(1)
    slider.evaluate("one => { one.value = 0.9; one.dispatchEvent(new Event('input')); }")
    assert weights(page)[1] == pytest.approx(0.9, abs=0.01)
    assert sum(weights(page)) == pytest.approx(1, abs=0.03)
    assert page.is_visible("text=changed by you")
    page.click("text=Back")
    assert written(page, 3) == before
    assert not page.is_visible("text=changed by you")


def test_a_slider_that_moves_far_is_one_change_for_back(page):
    before = weights(page)
    slider = page.locator(".step input[type=range]").first
    for value in (0.2, 0.4, 0.6, 0.8):
        slider.evaluate(f"one => {{ one.value = {value}; one.dispatchEvent(new Event('input')); }}")
    page.click("text=Back")
    assert weights(page) == before
    assert page.is_disabled("text=Back")


def test_all_the_same_gives_every_state_the_same_weight(page):
    page.click("text=All the same")
    assert weights(page) == pytest.approx([0.2] * 5, abs=0.01)
    page.click("text=Its own again")
    assert not page.is_visible("text=changed by you")


def test_a_hidden_word_is_read_by_no_rung(page):
    page.click(".source li:nth-child(2) button")
    assert page.get_attribute(".source li:nth-child(2) button", "aria-pressed") == "true"
    cells = page.eval_on_selector_all(
        ".heatmap tbody td:nth-child(3)", "all => all.map(c => c.innerText.trim())"
    )
    assert set(cells) == {"0.00"}


def test_a_word_is_forced_from_the_likeliest_and_stays_marked(page):
    page.click(".next li:nth-child(2) button")
    forced = page.locator(".rung.chosen .words .forced").all_inner_texts()
    assert [one.strip() for one in forced] == [written(page, 3)[0]]


def test_the_weights_of_the_mean_can_be_put_into_attention(page):
    page.select_option("text=weights from >> select", "mean")
    assert weights(page) == pytest.approx([0.2] * 5, abs=0.01)
    assert page.locator("text=temperature").count() == 0  # a mean has no scores to heat


def test_a_head_of_the_transformer_can_be_chosen(page):
    page.click(".rung[aria-label='rung 4'] .words button")
    mean = weights(page)
    options = page.locator("text=map >> select option").all_inner_texts()
    assert len(options) == 1 + 2 + 2  # the mean, and two heads of either stack
    page.select_option("text=map >> select", index=1)
    assert weights(page) != mean


def test_focus_stays_where_it_is_when_the_figure_is_drawn_again(page):
    page.focus(".source li:nth-child(2) button")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('li').textContent.includes('b')")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_the_address_keeps_all_that_is_seen(page, browser, site):
    page.click(".source li:nth-child(1) button")
    page.click(".next li:nth-child(2) button")
    address = page.get_attribute(".buttons a", "href")
    other = browser.new_page()
    other.goto(site[0] + address)
    all_read(other)
    for number in RUNGS.values():
        assert written(other, number) == written(page, number)
    other.close()


def test_what_is_said_is_told_to_a_screen_reader_in_one_region_that_stays(page):
    page.evaluate("window.kept = document.querySelector('[aria-live]')")
    page.click(".next li:nth-child(2) button")
    assert page.evaluate("window.kept === document.querySelector('[aria-live]')")
    assert page.inner_text("[aria-live]").startswith("rung 3: ")


def test_a_model_of_your_own_is_read_in_the_page_and_a_foreign_file_refused(page, tmp_path):
    mine = tmp_path / "mine.model"
    model_file.export(made("dot"), mine, [SENTENCE])
    page.set_input_files("input[type=file]", mine)
    page.wait_for_selector(".rung[aria-label='mine.model'] .heatmap")
    other = tmp_path / "other.model"
    other.write_text("no model")
    page.set_input_files("input[type=file]", other)
    page.wait_for_selector("[role=alert]")
    assert "expected a model of this course" in page.inner_text("[role=alert]")


def test_a_model_that_cannot_be_fetched_is_told_and_the_others_answer(site, browser):
    address, root = site
    file = root / "_static" / "live" / "models" / "mean.model"
    data = file.read_bytes()
    file.unlink()
    try:
        page = browser.new_page()
        page.goto(address)
        page.click("text=Open")
        page.wait_for_function("document.querySelectorAll('.heatmap').length === 4")
        assert "could not be fetched" in page.inner_text("[role=alert]")
        page.close()
    finally:
        file.write_bytes(data)


def test_a_beam_of_the_page_stands_beside_greedy_search(page):
    assert page.locator(".beam").count() == 0
    page.select_option("text=Beam search >> select", "5")
    assert page.locator(".beam").count() == len(RUNGS)
    assert "beam of 5" in page.locator(".beam").first.inner_text()


def test_a_model_more_is_fetched_when_it_is_asked_for(page):
    page.click("text=Add mean again")
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS) + 1}")
    labels = page.locator(".rung").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert labels == ["rung 1", "rung 2", "mean again", "rung 3", "rung 4", "rung 5"]
    assert page.locator("text=Add mean again").count() == 0


# What a fresh reader stumbled over


def test_a_model_that_was_added_can_be_removed_and_those_of_the_book_stay(page):
    page.click("text=Add mean again")
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS) + 1}")
    assert page.locator("text=Remove").count() == 1
    page.locator("section[aria-label='mean again'] .words button").first.click()
    page.click("text=Remove")
    all_read(page)
    assert page.locator("section[aria-label='mean again']").count() == 0
    assert page.locator("text=Remove").count() == 0
    assert page.locator(".rung.chosen").count() == 1
    page.click("text=Add mean again")
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS) + 1}")


def test_a_change_that_makes_a_translation_shorter_leaves_the_panel_at_its_end(page):
    words = written(page, 3)
    page.click(f".rung[aria-label='rung 3'] .words button >> nth={len(words) - 1}")
    page.evaluate("window.figure = document.querySelector('course-live')")
    end = "[figure.models.get('scaled').target.encode('x y z')[0], 2]"  # any word, then <eos>
    page.evaluate(f"const [word, eos] = {end}; "
                  "figure.set({...figure.state, forced: {scaled: {0: word, 1: eos}}})")  # fmt: skip
    assert len(written(page, 3)) == 2 < len(words)
    assert page.inner_text(".step h3").endswith(f"here you wrote “{written(page, 3)[-1]}”")


def test_back_sets_back_what_a_list_of_choices_shows(page):
    page.select_option("text=weights from >> select", "mean")
    page.click("text=Back")
    assert page.eval_on_selector(".settings select", "one => one.value") == ""


@pytest.mark.parametrize("sentence", ["", "   "])
def test_a_sentence_without_words_is_refused_and_the_last_one_stays(page, sentence):
    before = written(page, 3)
    page.fill("input[type=text]", sentence)
    page.press("input[type=text]", "Enter")
    assert page.inner_text("[role=alert]") == "Write at least one word."
    assert page.input_value("input[type=text]") == SENTENCE
    assert written(page, 3) == before


def test_one_word_at_least_stays_in_the_sum(page):
    for number in range(1, 6):
        page.click(f"ol.source li:nth-child({number}) button")
    assert page.locator("ol.source [aria-pressed=true]").count() == 4
    assert "One word at least" in page.inner_text("[role=alert]")
    assert page.locator(".heatmap").count() == len(RUNGS)


def test_hidden_words_are_a_change_of_every_rung(page):
    page.click("ol.source li:nth-child(2) button")
    assert page.locator("text=changed by you").count() == len(RUNGS)


def test_what_holds_for_whole_rungs_stays_when_another_sentence_is_chosen(page):
    page.select_option("text=Beam search >> select", "5")
    page.select_option("text=weights from >> select", "mean")
    page.select_option("select", label="three")
    assert page.locator(".beam").count() == len(RUNGS)
    assert weights(page) == pytest.approx([0.25] * 4, abs=0.01)


def test_a_link_brings_the_models_that_were_added(page, browser, site):
    page.click("text=Add mean again")
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS) + 1}")
    other = browser.new_page()
    other.goto(site[0] + page.get_attribute(".buttons a", "href"))
    other.wait_for_function(f"document.querySelectorAll('.heatmap').length === {len(RUNGS) + 1}")
    other.close()


def test_the_panel_stands_behind_the_rung_that_it_is_of(page):
    page.click(".rung[aria-label='rung 1'] .words button")
    kinds = page.eval_on_selector_all(".rungs > *", "all => all.map(one => one.ariaLabel)")
    assert kinds == ["rung 1", "one step", "rung 2", "rung 3", "rung 4", "rung 5"]
    assert page.evaluate("document.activeElement.closest('.rung').ariaLabel") == "rung 1"


def test_focus_goes_into_the_figure_and_is_not_lost_with_the_last_change(site, browser):
    page = browser.new_page()
    page.goto(site[0])
    page.focus("text=Open")
    page.keyboard.press("Enter")
    all_read(page)
    assert page.evaluate("document.activeElement.className") == "course-live"
    page.click("ol.source li:nth-child(2) button")
    page.focus("text=Undo all changes")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.innerText") == "Undo all changes"
    assert page.get_attribute("text=Undo all changes", "aria-disabled") == "true"
    page.close()


def test_bars_of_probability_are_to_scale(page):
    widths, shares = (
        page.eval_on_selector_all(f".next {part}", f"all => all.map(one => {number})")
        for part, number in (("i", "one.style.width"), ("span", "one.innerText"))
    )
    of_bars = [float(width.rstrip("%")) for width in widths]
    assert of_bars == pytest.approx([float(share.rstrip(" %")) for share in shares], abs=0.5)


def test_words_are_found_by_what_they_mean_and_put_before_the_mark_of_the_end(page):
    page.click("text=No Korean keyboard?")
    page.fill("input[type=search]", "first")
    assert "the first letter" in page.inner_text(".finder li")
    page.click(".finder li button")
    assert page.input_value("input[type=text]") == f"{SENTENCE} a"
    page.click("text=Begin a new sentence")
    page.fill("input[type=search]", "first")
    page.click(".finder li button")
    assert page.input_value("input[type=text]") == "a ."
    page.fill("input[type=search]", "zebra")
    assert page.is_visible("text=The models know no such word.")


def test_a_map_of_the_encoder_has_a_row_for_each_source_word(page):
    page.click(".rung[aria-label='rung 4'] .words button")
    options = page.locator("text=map >> select option").all_inner_texts()
    assert [one.strip() for one in options if "encoder" in one] == [
        "encoder, layer 1, head 1", "encoder, layer 1, head 2"
    ]  # fmt: skip
    before = weights(page)
    page.select_option("text=map >> select", label="encoder, layer 1, head 2")
    heads = page.locator(".rung[aria-label='rung 4'] .heatmap tbody th").all_inner_texts()
    assert heads == [*SENTENCE.split(), "<eos>"]
    assert weights(page) == before  # the sliders are those of the step that writes


def test_one_stack_has_a_column_and_a_slider_for_what_it_has_written(page):
    page.click(".rung[aria-label='rung 5'] .words button >> nth=1")
    heads = page.locator(".rung[aria-label='rung 5'] .heatmap thead th").all_inner_texts()
    assert [head.split()[0] for head in heads[:-1]] == [
        *SENTENCE.split(),
        "<eos>",
    ]  # the meanings left out
    assert heads[-1] == "what was written"
    assert sum(weights(page)) == pytest.approx(1, abs=0.04)
    before = written(page, 5)
    slider = page.locator(".step .weights input[type=range]").nth(5)
    slider.evaluate("one => { one.value = 0.5; one.dispatchEvent(new Event('input')); }")
    assert weights(page)[5] == pytest.approx(0.5, abs=0.01)
    page.click("text=All the same")
    assert weights(page) == pytest.approx([1 / 6] * 6, abs=0.01)
    page.click("text=Undo all changes")
    assert written(page, 5) == before
    page.select_option("text=map >> select", label="source, layer 1, head 2")
    rows = page.locator(".rung[aria-label='rung 5'] .heatmap tbody th").all_inner_texts()
    assert rows == [*SENTENCE.split(), "<eos>"]


def test_a_language_model_is_refused_by_the_ladder(page, tmp_path):
    file = tmp_path / "language.model"
    model_file.export(made("one-stack", reads_source=False), file, [SENTENCE])
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector("[role=alert]")
    assert "got a language model, which reads no source" in page.inner_text("[role=alert]")
    assert page.locator(".heatmap").count() == len(RUNGS)


def test_a_word_that_is_written_earlier_forgets_those_behind_it(page):
    page.click(".rung[aria-label='rung 3'] .words button >> nth=1")
    page.click(".next li:nth-child(2) button")
    page.click(".rung[aria-label='rung 3'] .words button >> nth=0")
    page.click(".next li:nth-child(3) button")
    forced = page.locator(".rung.chosen .words .forced").all_inner_texts()
    assert [one.strip() for one in forced] == [written(page, 3)[0]]
    before = written(page, 3)
    page.click("text=Its own word again")
    assert page.locator(".rung.chosen .words .forced").count() == 0
    assert written(page, 3) != before


def test_arrows_lead_along_the_words_of_a_rung_which_is_one_stop_of_the_tab_key(page):
    page.focus(".rung[aria-label='rung 3'] .words button[tabindex='0']")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert page.locator(".rung[aria-label='rung 3'] .words [tabindex='0']").count() == 1
    assert page.evaluate("document.activeElement.tabIndex") == 0


def test_a_slow_model_does_not_hold_a_slider_back(page):
    before = written(page, 3)
    page.evaluate("""() => {
      const figure = document.querySelector("course-live");
      figure.took = 1000;
      const slider = document.querySelectorAll(".step .weights input[type=range]")[1];
      slider.value = 0.9;
      slider.dispatchEvent(new Event("input"));
      window.atOnce = document.querySelectorAll(".step .weights .value")[1].innerText;
      window.waits = figure.due !== null;
    }""")
    assert (page.evaluate("atOnce"), page.evaluate("waits")) == ("0.90", True)
    page.wait_for_function("document.querySelector('course-live').due === null")
    assert weights(page)[1] == pytest.approx(0.9, abs=0.01)
    page.click("text=Back")
    assert written(page, 3) == before
