"""Reads the built website as those do who see little, hear it, or have no mouse.

Axe finds what can be found by rule; the rest asks what a rule does not know: whether focus is
seen, whether what scrolls can be reached, whether Korean is read as Korean.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page

import test_site
from attention_course.korean.hangul import has_hangul

# The same server and browser; where there is no site, all of this is skipped as well.
site, playwright, browser = test_site.site, test_site.playwright, test_site.browser
# One page of each kind; ATTENTION_COURSE_PROVE=1 reads every page in every look, as
# `make prove` does.
SAMPLE = [f"book/{name}.html" for name in ("intro", "ch3_attention", "claims", "glossary", "live")]
PROVE = bool(os.environ.get("ATTENTION_COURSE_PROVE"))
PAGES = test_site.PAGES if PROVE else SAMPLE
each_page = pytest.mark.parametrize("page", PAGES)
each_figure = pytest.mark.parametrize(("page", "module"), test_site.FIGURES)
NARROWEST, PHONE, DESK = 320, 390, 1300  # pixels
# Colours depend on the theme and sizes on the width, so that two looks see nearly all of it.
LOOKS = [("light", DESK), ("dark", PHONE)]
OTHERS = [("light", PHONE), ("dark", DESK)] if PROVE else []
each_look = pytest.mark.parametrize(("theme", "width"), LOOKS + OTHERS)
NO_ELEMENTS = {"script", "style", "title", "textarea", "option"}
SCROLLERS = """() => [...document.querySelectorAll("article *")].filter(one =>
  one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
  && ["auto", "scroll"].includes(getComputedStyle(one).overflowX))"""
OUTLINED = """() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 || boxShadow !== "none";
}"""


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a page at a width, with what a reader has set."""
    contexts = []

    def open_page(path: str, width: int, theme: str = "light", **settings: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, **settings
        )
        context.set_default_timeout(300_000)  # milliseconds; the machine may be busy
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(site + path, wait_until="load")
        page.evaluate("window.MathJax?.startup?.promise?.then(() => null)")
        return page

    yield open_page
    for context in contexts:
        context.close()


def resize(page: Page, width: int) -> None:
    """Give a page another width, and time to be drawn and measured anew."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
    )


def grave(page: Page) -> list[str]:
    """What axe finds that shuts a reader out or stands in the way: the rule and the elements."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:5]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@each_look
@each_page
def test_axe_finds_nothing_grave(open_page: Callable, page: str, theme: str, width: int):
    assert grave(open_page(page, width, theme)) == []


@each_page
def test_no_page_is_wider_than_the_narrowest_phone(open_page: Callable, page: str):
    opened = open_page(page, NARROWEST)
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROWEST


@each_page
def test_what_scrolls_sideways_is_named_and_reached_with_the_keyboard(
    open_page: Callable, page: str
):
    opened = open_page(page, PHONE)
    resize(opened, PHONE)
    bad = opened.evaluate(
        f"({SCROLLERS})().filter(one => one.tabIndex < 0 || !one.getAttribute('aria-label'))"
        ".map(one => one.outerHTML.slice(0, 120))"
    )
    assert bad == []


def test_code_that_goes_on_shows_it_until_its_end_is_reached(open_page: Callable):
    opened = open_page("book/ch3_attention.html", PHONE)
    code = opened.locator("article pre[data-more]").first.element_handle()  # this one, always
    code.evaluate("code => { code.scrollLeft = code.scrollWidth; }")
    opened.wait_for_function("code => !code.hasAttribute('data-more')", arg=code)


def test_at_a_desk_the_code_of_a_chapter_does_not_scroll(open_page: Callable):
    opened = open_page("book/ch3_attention.html", DESK)
    wide = opened.evaluate(
        f"({SCROLLERS})().filter(one => one.matches('pre') && !one.closest('.cell_output'))"
        ".map(one => one.textContent)"
    )
    assert wide == []


@each_page
def test_every_korean_word_says_that_it_is_korean(page: str):
    text = (test_site.HTML / page).read_text(encoding="utf-8")
    english = []
    for words in BeautifulSoup(text, "html.parser").find_all(string=has_hangul):
        marked = words.find_parent(attrs={"lang": True})
        if words.parent.name not in NO_ELEMENTS and marked["lang"] != "ko":
            english.append(words)
    assert english == []


# Figures that can be played with


def figure_of(page: Page, module: str) -> Locator:
    """A figure of a page, ready to be played with."""
    figure = page.locator(f"course-figure[data-module={module}][data-ready=true]")
    figure.wait_for()
    return figure


@each_figure
def test_the_line_that_is_read_aloud_stays_and_only_its_text_changes(
    open_page: Callable, page: str, module: str
):
    figure = figure_of(open_page(page, PHONE), module)
    [line] = figure.locator("[aria-live]").element_handles()
    before = line.inner_text()
    tried = figure.locator("input[type=range], button").first
    for key in ("End", "Home") if tried.get_attribute("type") == "range" else ("Enter",):
        tried.press(key)
        if line.inner_text() != before:
            break  # else the slider stood at its end
    else:
        figure.locator("button:not([aria-pressed=true])").first.press("Enter")  # not chosen yet
    assert line.inner_text() != before
    assert figure.evaluate("(figure, line) => figure.contains(line)", line)


@each_figure
def test_a_finger_can_take_every_slider_and_button(open_page: Callable, page: str, module: str):
    figure = figure_of(open_page(page, PHONE, has_touch=True), module)
    for slider in figure.locator("input[type=range]").all():
        box = slider.bounding_box()
        assert box["height"] >= 44  # pixels
        assert box["width"] >= 200
    for button in figure.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 24


# The keyboard, and a screen reader's view


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_wherever_the_tab_key_leads_in_a_chapter_focus_is_seen(open_page: Callable, theme: str):
    opened = open_page("book/ch3_attention.html", DESK, theme)
    unseen = []
    for _ in range(60):
        opened.keyboard.press("Tab")
        if not opened.evaluate(OUTLINED):
            unseen.append(opened.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert unseen == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_in_a_chapter_nothing_that_acts_is_without_a_name(open_page: Callable, width: int):
    opened = open_page("book/ch3_attention.html", width)
    tree = opened.locator("body").aria_snapshot()
    acts = r"^\s*- (button|link|slider|textbox|searchbox|checkbox|img)( \[[^\]]*\])*:?$"
    assert re.findall(r"button \"", tree)
    assert [line for line in tree.split("\n") if re.match(acts, line)] == []


@each_page
def test_no_icon_is_read_aloud_and_what_unfolds_has_a_name_of_its_own(page: str):
    tree = test_site.parsed(page)
    assert tree.select("i[class*='fa-']:not([aria-hidden='true'])") == []
    assert tree.select("summary[aria-label]") == []
    assert all(summary.get_text(strip=True) for summary in tree.select("summary"))


@test_site.each_page
def test_a_citation_is_a_link_that_names_its_authors(page: str):
    links = test_site.parsed(page).select(".bibtex-citation a")
    assert [link.get_text() for link in links if not re.search("[A-Z][a-z]", link.get_text())] == []


def test_who_asks_for_less_motion_gets_none(open_page: Callable):
    opened = open_page("book/ch3_attention.html", DESK, reduced_motion="reduce")
    longest = opened.evaluate(
        """() => Math.max(...[...document.querySelectorAll("*")].flatMap(one => {
          const { transitionDuration, animationDuration } = getComputedStyle(one);
          return `${transitionDuration}, ${animationDuration}`.split(", ").map(parseFloat);
        }))"""
    )
    assert longest < 0.001  # seconds
