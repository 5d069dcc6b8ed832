"""Diagrams in a browser: their steps by hand and by key, on a phone, on paper, without a script."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from attention_course.diagrams import by_hand, layers, machine, matrices, one_sum
from home import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt-get install chromium")
STATIC = ROOT / "book" / "_static"
DIAGRAMS = (
    machine.encoder_decoder(),
    one_sum.one_sum(3),
    by_hand.one_step(),
    layers.decoder_layer(),
    matrices.masks(),
)
STEPS = DIAGRAMS[0].steps
SHOWN = "element => getComputedStyle(element).opacity"


def document(theme: str = "light") -> str:
    """A page with some diagrams, the colours of the website, and the script."""
    css = (STATIC / "palette.css").read_text(encoding="utf-8")
    script = (STATIC / "diagrams.js").read_text(encoding="utf-8")
    body = "".join(diagram._repr_html_() for diagram in DIAGRAMS)
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Diagrams</title>'
        f"<style>{css} body {{ margin: 16px; background: var(--paper); color: var(--ink) }}</style>"
        f"<script>{script}</script><main>{body}</main></html>"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    one = browser.new_page(viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    one.set_content(document())
    yield one
    one.close()


def row_of(page: Page):
    """The buttons of the first diagram, and what it tells."""
    return page.locator(".stepping").first


def begun(page: Page):
    """The same row, with the first step shown."""
    row = row_of(page)
    row.get_by_role("button", name="Step through").click()
    return row


def test_a_diagram_is_whole_until_somebody_steps_through_it(page):
    row = row_of(page)
    assert row.locator("output").inner_text() == f"{len(STEPS)} steps"
    parts = page.locator(".diagram").first.locator("svg.wide [data-step]:not([data-until])").all()
    assert [float(part.evaluate(SHOWN)) for part in parts] == [1.0] * len(parts)
    row.get_by_role("button", name="Back").click()
    assert row.locator("[aria-live]").inner_text() == STEPS[-2]


def test_stepping_begins_with_the_first_step_and_goes_on_at_a_press(page):
    row = begun(page)
    assert row.locator("output").inner_text() == f"Step 1 of {len(STEPS)}"
    assert row.locator("[aria-live]").inner_text() == STEPS[0]
    row.get_by_role("button", name="Next").click()
    assert row.locator("[aria-live]").inner_text() == STEPS[1]
    row.get_by_role("button", name="Back").click()
    assert row.locator("[aria-live]").inner_text() == STEPS[0]


def test_back_rests_at_the_first_step_and_after_the_last_it_begins_again(page):
    row = begun(page)
    back = row.get_by_role("button", name="Back")
    assert back.get_attribute("aria-disabled") == "true"
    for _ in STEPS[1:]:
        row.get_by_role("button", name="Next").click()
    assert row.locator("[aria-live]").inner_text() == STEPS[-1]
    row.get_by_role("button", name="Again").click()
    assert row.locator("output").inner_text().startswith("Step 1 ")


def test_arrow_keys_step_from_a_button(page):
    row = row_of(page)
    row.get_by_role("button", name="Step through").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert row.locator("output").inner_text().startswith("Step 2 ")


def test_a_part_is_faint_before_its_step_and_full_from_it_on(page):
    part = page.locator(".diagram").first.locator("svg.wide [data-step='2']")
    begun(page)
    assert float(part.evaluate(SHOWN)) < 0.2
    row_of(page).get_by_role("button", name="Next").click()
    assert float(part.evaluate(SHOWN)) == 1


def test_the_lines_of_one_rung_only_are_seen(page):
    diagram = page.locator(".diagram").nth(1)
    diagram.locator("button").nth(1).click()
    for now in (1, 2, 3):
        seen = [
            float(part.evaluate(SHOWN)) for part in diagram.locator("svg.wide [data-step]").all()
        ]
        assert seen == [float(number == now) for number in (1, 2, 3)]
        diagram.locator("button").nth(1).click()


def test_the_page_below_does_not_move_while_a_diagram_is_played(page):
    diagram = page.locator(".diagram").first
    heights = set()
    for _ in STEPS:
        heights.add(diagram.bounding_box()["height"])
        diagram.locator("button").nth(1).click()
    assert len(heights) == 1


def test_without_a_script_everything_is_shown_with_all_sentences(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(document())
    diagram = page.locator(".diagram").first
    assert diagram.locator("ol > li").all_inner_texts() == list(STEPS)
    assert diagram.locator("button").count() == 0
    context.close()


def test_on_paper_the_last_picture_stands_with_all_sentences(page):
    page.emulate_media(media="print")
    diagram = page.locator(".diagram").first
    assert diagram.locator("button").first.is_hidden()
    assert diagram.locator("ol").evaluate("list => getComputedStyle(list).visibility") == "visible"
    parts = diagram.locator("svg.wide [data-step]").all()
    assert [float(part.evaluate(SHOWN)) for part in parts] == [1.0] * len(parts)


def test_who_wants_no_motion_gets_none(browser, page):
    moves = "element => getComputedStyle(element).transitionDuration"
    assert page.locator("[data-step]").first.evaluate(moves) == "0s"
    other = browser.new_page()
    other.set_content(document())
    assert other.locator("[data-step]").first.evaluate(moves) == "0.3s"
    other.close()


@pytest.mark.parametrize(("width", "look"), [(390, "narrow"), (1300, "wide")])
def test_a_phone_gets_the_narrow_drawing_and_a_desk_the_wide_one(page, width, look):
    page.set_viewport_size({"width": width, "height": 900})
    drawings = page.locator(".diagram").first.locator("svg")
    shown = [one.get_attribute("class") for one in drawings.all() if one.is_visible()]
    assert shown == [look]


@pytest.mark.parametrize("width", [390, 1300])
def test_every_letter_is_readable_and_nothing_makes_the_page_wider(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("svg text, svg tspan")]
             .filter((one) => one.closest("svg").checkVisibility())
             .map((one) => parseFloat(getComputedStyle(one).fontSize)
                           * one.closest("svg").getScreenCTM().a))"""
    )
    assert smallest >= 11
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_a_diagram_are_those_of_the_theme(browser, theme):
    page = browser.new_page()
    page.set_content(document(theme))
    of_box = page.locator(".tone-rung-1 .box").first
    fill, ground = (
        one.evaluate(f"element => getComputedStyle(element).{what}")
        for one, what in ((of_box, "stroke"), (page.locator("body"), "backgroundColor"))
    )
    assert fill == {"light": "rgb(77, 77, 77)", "dark": "rgb(183, 190, 200)"}[theme]
    assert (
        page.locator(".diagram").first.evaluate(
            "element => getComputedStyle(element).backgroundColor"
        )
        == ground
    )
    page.close()


def test_in_a_dark_notebook_a_diagram_is_a_white_sheet_with_black_words(browser):
    page = browser.new_page()
    page.set_content(
        f"<body style='color: white; background: black'>{DIAGRAMS[0]._repr_html_()}</body>"
    )
    of = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    assert page.locator(".diagram").evaluate(of) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.close()
