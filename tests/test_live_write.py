"""The language model that writes in the page: what it draws, and how a reader takes hold of it."""

import json
import re
import shutil
from html import unescape

import pytest

from attention_course.live import model_file, writing
from attention_course.vocabulary import SPECIALS
from test_live_engine import made
from test_live_page import browser, needs_browser, served  # noqa: F401  # one is a fixture

FILE = "copy-language.model"
SAMPLES = ["a b c", "d < e"]
LABEL = "a language model of letters"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder of results with an exported language model, and one that translates."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "live").mkdir()
    for name, reads_source in ((FILE, False), ("translating.model", True)):
        one = made("one-stack", reads_source=reads_source)
        for parameter in one.model.target_embedding.parameters():
            parameter.data.mul_(0.4)  # so that not one word takes all
        model_file.export(one, folder / "live" / name, ["a b c"])
    return folder


@pytest.fixture(scope="module")
def site(results, tmp_path_factory):
    """A page with the figure, served."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "results_folder", lambda: results)
        body = writing.figure_of_writing(FILE, LABEL, SAMPLES)
    root = tmp_path_factory.mktemp("site") / "served"
    with served(root, results / "live", body) as address:
        yield address, root


def opened(browser, address, **settings):  # noqa: F811
    """The figure with its model, and what the page has asked for before."""
    page = browser.new_page(**{"reduced_motion": "reduce", **settings})
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector("course-write button:visible")
    page.asked_before = list(page.asked)
    page.click("course-write button")
    page.wait_for_selector("course-write .next")
    return page


@pytest.fixture
def page(site, browser):  # noqa: F811
    one = opened(browser, site[0])
    yield one
    assert one.errors == []
    one.close()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def slide(page, name, value):
    page.get_by_label(name, exact=False).first.evaluate(
        f"one => {{ one.value = {value}; one.dispatchEvent(new Event('input')); }}"
    )


def text(page):
    """The words of the text."""
    return page.locator(".text span:not(.hint)").all_inner_texts()


def shares(page):
    """The likeliest words' shares in percent."""
    return [float(one.rstrip(" %")) for one in page.locator(".next span").all_inner_texts()]


def cut(page):
    """Of each of the likeliest words whether it is cut away."""
    return page.eval_on_selector_all(".next li", "all => all.map(one => one.className === 'cut')")


# Without scripts


def test_before_it_is_opened_some_texts_and_a_button_are_seen(results, monkeypatch):
    monkeypatch.setattr(writing, "results_folder", lambda: results)
    shown = writing.figure_of_writing(FILE, LABEL, SAMPLES)
    assert [unescape(one) for one in re.findall('<li lang="en">(.*?)</li>', shown)] == SAMPLES
    weight = (results / "live" / FILE).stat().st_size / 1e6
    assert f"hidden>Bring the language model to life ({weight:.1f} MB)</button>" in shown
    told = json.loads(re.search('<script type="application/json">(.*?)</script>', shown)[1])
    assert (told["file"], told["label"], told["language"]) == (f"models/{FILE}", LABEL, "en")
    assert "<script" not in writing.figure_of_writing(FILE, LABEL, SAMPLES, alive=False)


def test_without_the_file_it_says_where_the_model_is(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "results_folder", lambda: tmp_path)
    shown = writing.figure_of_writing(FILE, LABEL, SAMPLES)
    assert "They come with the repository" in shown


# In the page


@needs_browser
def test_the_model_is_fetched_when_it_is_asked_for(page):
    assert not [url for url in page.asked_before if url.endswith(".model")]
    assert [url for url in page.asked if url.endswith(FILE)]
    assert page.evaluate("document.activeElement.className") == "course-live course-write"
    assert text(page) == []


@needs_browser
def test_the_same_dice_write_the_same_text_and_other_dice_another(page):
    press(page, "Write")
    first = text(page)
    assert 0 < len(first) <= 30
    press(page, "Same dice again")
    assert text(page) == first
    press(page, "Write")
    assert text(page) != first
    told = page.locator(".texts li small").all_inner_texts()
    assert [one.split(",")[0] for one in told] == ["dice 2", "dice 1", "dice 1"]
    never = {SPECIALS[0], SPECIALS[1], SPECIALS[3]}
    assert not never & set(" ".join(page.locator(".texts li").all_inner_texts()).split())


@needs_browser
def test_one_word_more_after_another_is_the_text_that_these_dice_write(page):
    press(page, "Write")
    whole = text(page)
    press(page, "Back to the beginning")
    assert text(page) == []
    for count in range(1, min(4, len(whole)) + 1):
        press(page, "One word more")
        assert text(page) == whole[:count]


@needs_browser
def test_a_low_temperature_sharpens_and_a_high_one_flattens(page):
    own = shares(page)
    slide(page, "temperature", 0.1)
    cold = shares(page)
    slide(page, "temperature", 3)
    hot = shares(page)
    assert cold[0] > own[0] > hot[0]
    assert hot == sorted(hot, reverse=True)


@needs_browser
def test_what_is_cut_away_is_marked_and_never_drawn(page):
    assert not any(cut(page))
    assert page.is_visible("text=No word is cut away.")
    page.get_by_label("top-k").select_option(label="3")
    assert cut(page) == [False] * 3 + [True] * 7
    slide(page, "top-p", 0.1)
    assert cut(page) == [False] + [True] * 9  # of three the likeliest has a third at least
    assert "leave one word" in page.inner_text("[aria-label='next word'] .hint")
    best = page.inner_text(".next li:first-child button")
    press(page, "One word more")
    assert text(page) == [best]


@needs_browser
def test_a_word_that_is_pressed_is_written_even_where_it_is_cut_away(page):
    page.get_by_label("top-k").select_option(label="1")
    fifth = page.locator(".next li:nth-child(5) button")
    word = fifth.inner_text()
    assert fifth.get_attribute("aria-label") == f"{word}, cut away"
    fifth.focus()
    page.keyboard.press("Enter")
    assert text(page) == [word]
    assert page.evaluate("document.activeElement.closest('.next') !== null")
    assert page.inner_text("[aria-live]") == word


@needs_browser
def test_the_end_can_be_chosen_and_then_another_text_begins(page):
    press(page, "One word more")
    for _ in range(25):  # until it is among the likeliest
        end = page.locator(".next button", has_text="<eos>")
        if end.count():
            break
        press(page, "One word more")
    end.focus()
    page.keyboard.press("Enter")
    assert text(page)[-1] == "<eos>"
    assert page.evaluate("document.activeElement.innerText") == "Write"
    assert page.is_visible("text=The text has ended.")
    assert "and your words" in page.inner_text(".texts small")
    more = page.get_by_role("button", name="One word more", exact=True)
    assert more.get_attribute("aria-disabled") == "true"
    press(page, "Write")
    assert page.locator(".texts li").count() == 2


@needs_browser
def test_a_text_begins_with_the_readers_words_if_the_model_knows_them(page):
    field = page.get_by_label("Beginning of the text")
    field.fill("a b")
    field.press("Enter")
    assert text(page) == ["a", "b"]
    assert page.locator(".text .given").count() == 2
    press(page, "Write")
    assert text(page)[:2] == ["a", "b"]
    now = text(page)
    field.fill("a zebra")
    field.press("Enter")
    assert "has never read: zebra." in page.inner_text("[role=alert]")
    assert text(page) == now
    field.fill("a " * 61)
    field.press("Enter")
    assert "with 60 tokens, not with 61" in page.inner_text("[role=alert]")
    field.fill("")
    field.press("Enter")
    assert text(page) == []
    assert page.locator("[role=alert]").count() == 0
    page.click("text=words that it knows")
    assert {"a", "b"} <= set(page.inner_text(".known p").split())


@needs_browser
def test_what_is_written_is_told_in_one_region_that_stays(page):
    page.evaluate("window.kept = document.querySelector('[aria-live]')")
    assert page.inner_text("[aria-live]") == "The model is ready."
    press(page, "Write")
    assert page.evaluate("window.kept === document.querySelector('[aria-live]')")
    assert page.inner_text("[aria-live]").split() == [
        word for word in text(page) if word != "<eos>"
    ]


@needs_browser
def test_words_come_one_by_one_and_can_be_stopped(site, browser):  # noqa: F811
    page = opened(browser, site[0], reduced_motion="no-preference")
    press(page, "Write")
    page.wait_for_function("document.querySelectorAll('.text span:not(.hint)').length >= 2")
    assert page.inner_text("[aria-live]") == ""  # the text is told when it stands
    press(page, "Stop")
    stopped = text(page)
    page.wait_for_timeout(600)
    assert text(page) == stopped
    assert page.inner_text("[aria-live]").split() == stopped
    page.close()


@needs_browser
def test_on_a_phone_nothing_stands_beyond_the_edge(site, browser):  # noqa: F811
    page = opened(browser, site[0], viewport={"width": 390, "height": 800})
    press(page, "Write")
    press(page, "Back to the beginning")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@needs_browser
def test_a_model_that_translates_or_is_missing_is_refused_in_words(site, browser):  # noqa: F811
    address, root = site
    file = root / "_static" / "live" / "models" / FILE
    kept = file.read_bytes()
    try:
        shutil.copyfile(file.with_name("translating.model"), file)
        assert "got one that translates" in refused(browser, address)
        file.unlink()
        assert "could not be fetched" in refused(browser, address)
    finally:
        file.write_bytes(kept)


def refused(browser, address):  # noqa: F811
    """What the figure says instead of opening."""
    page = browser.new_page()
    page.goto(address)
    page.click("course-write button")
    page.wait_for_selector("[role=alert]")
    said = page.inner_text("[role=alert]")
    assert page.is_visible("text=No model.")
    page.close()
    return said
