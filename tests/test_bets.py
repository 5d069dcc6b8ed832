"""Bets and questions in a browser: by keyboard, remembered, and without what they would like.

The page is a small one of its own, so that nothing has to be built; tests of the website read the
chapters' own.
"""

import json
import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from attention_course.widgets import bets

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
in_browser = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt-get install chromium")
SHARES = {2: 1.0, 4: 0.8, 8: 0.5}
GAINS = {"copying": 0.01, "backwards": -0.2, "sorting": 0.1}


def model(element):
    """What a bet draws."""
    return json.loads(re.search(r'json">(.*?)</script>', element.data, re.DOTALL)[1])


def shares(**changes):
    """A bet on a curve."""
    axes = {"handles": (2, 8), "x": "letters", "y": "share", "rung": 1, **changes}
    return bets.curve("shares", "Letters", SHARES, **axes)


def gains():
    """A bet on levels, one of which is given."""
    return bets.levels("gains", "Gains", GAINS, x="task", y="gain", rung=2, within=(-0.3, 0.3),
                       given=("sorting",))  # fmt: skip


# What a cell gives


def test_a_bet_brings_what_was_measured_and_its_whole_line():
    drawn = model(shares())
    assert [one["measured"] for one in drawn["points"]] == [1.0, 0.5]
    assert drawn["line"] == [[2, 1.0], [4, 0.8], [8, 0.5]]


def test_without_scripts_a_bet_says_what_to_write_down():
    assert "write down your bet: share, for letters: 2, 8." in shares().data
    assert "gain, for task: copying, backwards." in gains().data  # and not what is given


def test_a_handle_where_nothing_was_measured_is_refused():
    with pytest.raises(ValueError, match=r"expected handles where something was .*got \[3\]"):
        shares(handles=(2, 3))


def test_what_lies_outside_of_the_axis_is_refused():
    with pytest.raises(ValueError, match=r"within 0\.6 to 1, got .*'8': 0\.5"):
        shares(within=(0.6, 1.0))


# In a browser


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


CHOICES = {"one": "Not one.", "two": "It is two.", "three": "Not three."}
FOLDS = "".join(
    f'<details class="choice" data-right="{str(choice == "two").lower()}">'
    f'<summary>{choice}</summary><p class="why">{why}</p></details>'
    for choice, why in CHOICES.items()
)
QUESTIONS = (
    '<div class="bets-sum"></div><div class="course-questions" data-page="trial">'
    f'<fieldset data-name="first"><legend>1. Which?</legend>{FOLDS}</fieldset></div>'
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page with two bets and a question, served."""
    root = tmp_path_factory.mktemp("bets")
    for name in ("memory.js", "questions.js", "bets.js", "questions.css", "palette.css"):
        shutil.copy(STATIC / name, root)
    (root / "index.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><head><title>Bets</title>'
        '<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="questions.css">'
        + "".join(f'<script defer src="{one}.js"></script>'
                  for one in ("memory", "questions", "bets"))
        + f'</head><body><main><h1>Trial</h1><section><div class="cell">{shares().data}</div>'
        '<p id="answer">It falls.</p></section><section>'
        f'<div class="cell">{gains().data}</div><p id="other">It loses.</p></section>'
        f"{QUESTIONS}</main></body></html>",
        encoding="utf-8",
    )  # fmt: skip
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=root)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(address, browser):
    """A function that opens the page in a browser that has not been there."""
    contexts = []

    def open_page(init="", fragment="", **settings):
        context = browser.new_context(**settings)
        context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
        contexts.append(context)
        if init:
            context.add_init_script(init)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(address + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()


def bet_of(page, name="shares"):
    return page.locator(f"#bet-{name}")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@in_browser
def test_a_bet_is_made_by_keyboard_and_only_then_is_the_measurement_seen(open_page):
    page = open_page()
    bet = bet_of(page)
    assert bet.locator(".measured:is(rect, path)").count() == 0
    expect(page.locator("#answer")).to_have_attribute("hidden", "until-found")
    press(page, "Tab", "End", "Tab", *["ArrowDown"] * 5)  # 1.00 at two letters, 0.40 at eight
    assert bet.get_by_role("slider", name="letters: 8").get_attribute("aria-valuetext") == (
        "0.40 share"
    )
    press(page, "Tab", "Enter")
    said = bet.get_by_role("status")
    expect(said).to_contain_text("0.05 away on average, very close")
    expect(said).to_contain_text("Furthest off at 8: you bet 0.40, and 0.50 was measured.")
    expect(said).to_contain_text("below what was measured")
    assert bet.locator("path.measured").count() == 1
    assert page.locator("#answer").get_attribute("hidden") is None
    assert page.errors == []


@in_browser
def test_what_is_not_drawn_is_no_bet(open_page):
    bet = bet_of(open_page())
    bet.get_by_role("button", name="This is my bet").click()
    expect(bet.get_by_role("status")).to_contain_text("Move a point first")
    assert bet.locator(".measured:is(rect, path)").count() == 0


@in_browser
def test_a_finger_draws_the_point_that_is_nearest_across(open_page):
    page = open_page(has_touch=True, viewport={"width": 390, "height": 900})
    box = bet_of(page).locator("svg").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 2)
    page.mouse.up()
    values = [float(one.input_value()) for one in bet_of(page).get_by_role("slider").all()]
    assert values == [0.5, 1.0]


@in_browser
def test_who_does_not_want_to_bet_is_shown_and_the_sum_says_so(open_page):
    page = open_page()
    bet = bet_of(page)
    bet.get_by_role("button", name="Show me").click()
    expect(page.locator("#answer")).to_be_visible()
    assert bet.locator("circle.mine").count() == 0
    expect(page.locator(".bets-sum")).to_contain_text("Letters: shown without a bet")
    expect(page.locator(".bets-sum")).to_contain_text("Gains: not made yet")


@in_browser
def test_a_bet_on_gains_counts_winners_and_leaves_draws_and_what_is_given_out(open_page):
    page = open_page()
    bet = bet_of(page, "gains")
    assert bet.locator("rect.measured").count() == 1  # the one that is given
    assert bet.get_by_role("slider").count() == 2
    bet.get_by_role("slider", name="backwards").press("Home")
    bet.get_by_role("button", name="This is my bet").click()
    said = "You named the winner in 1 of 1 cases that are no draw."
    expect(bet.get_by_role("status")).to_contain_text(said)


@in_browser
def test_a_bet_is_remembered_and_can_be_made_again(open_page):
    page = open_page()
    bet_of(page).get_by_role("slider").first.press("End")
    bet_of(page).get_by_role("button", name="This is my bet").click()
    said = bet_of(page).get_by_role("status").inner_text()
    page.reload()
    expect(bet_of(page).get_by_role("status")).to_have_text(said)
    expect(page.locator("#answer")).to_be_visible()
    bet_of(page).get_by_role("button", name="Bet again").click()
    page.reload()
    expect(page.locator("#answer")).to_have_attribute("hidden", "until-found")


@in_browser
def test_a_link_to_what_waits_shows_it(open_page):
    page = open_page(fragment="#answer")
    expect(page.locator("#answer")).to_be_visible()
    expect(bet_of(page).get_by_role("status")).to_contain_text("What was measured is shown now")


@in_browser
def test_without_scripts_nothing_waits_and_choices_are_folds(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator("#answer").is_visible()
    assert page.locator("#bet-shares p").is_visible()
    assert not page.get_by_text("It is two.").is_visible()
    page.get_by_text("two", exact=True).click()
    assert page.get_by_text("It is two.").is_visible()


@in_browser
def test_where_nothing_may_be_stored_bets_and_questions_work(open_page):
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    page = open_page(forbid)
    bet_of(page).get_by_role("slider").first.press("End")
    bet_of(page).get_by_role("button", name="This is my bet").click()
    expect(bet_of(page).get_by_role("status")).to_contain_text("away on average")
    page.get_by_label("two").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("It is two.")).to_be_visible()
    assert page.errors == []


@in_browser
def test_a_question_is_answered_by_keyboard_and_tells_why(open_page):
    page = open_page()
    group = page.get_by_role("group", name="1. Which?")
    group.get_by_role("radio", name="one").focus()
    press(page, "Space", "Tab", "Enter")
    expect(group.get_by_role("status")).to_have_text("Not one.")
    group.get_by_role("radio", name="one").focus()
    press(page, "ArrowDown")
    expect(group.get_by_role("status")).to_have_text("Not one.")  # choosing does not answer yet
    press(page, "Tab", "Enter")
    expect(group.get_by_role("status")).to_have_text("It is two.")
    said = "1 of 1 answered right, 0 of them at the first try."
    expect(page.locator(".questions-state p")).to_have_text(said)


@in_browser
def test_check_without_a_choice_asks_for_one(open_page):
    page = open_page()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("group", name="1. Which?").get_by_role("status")).to_have_text(
        "Choose an answer first."
    )


@in_browser
def test_answers_are_remembered_until_the_reader_starts_again(open_page):
    page = open_page()
    page.get_by_label("two").check()
    page.get_by_role("button", name="Check").click()
    page.reload()
    assert page.get_by_label("two").is_checked()
    assert page.get_by_text("It is two.").is_visible()
    page.get_by_role("button", name="Start again").click()
    page.reload()
    assert not page.get_by_label("two").is_checked()
    assert page.get_by_text("It is two.").count() == 0


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_bets_and_questions(open_page, theme):
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page()
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    page.add_style_tag(
        content="body { background: var(--paper); color: var(--pst-color-text-base) }"
        "a { color: var(--pst-color-link) }"
    )
    page.get_by_label("one").check()
    page.get_by_role("button", name="Check").click()
    bet_of(page).get_by_role("button", name="Show me").click()
    found = axe_module.Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave] == []
