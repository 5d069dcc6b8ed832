"""What the built website weighs, and that what was left out of it is not missed.

Needs what tests/test_site.py needs, and is skipped or fails with it.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page, Route
from pypdf import PdfReader

import test_site
from test_site import DESK, HTML, PAGES, each_page, parsed

BUDGETS = json.loads(Path(__file__).with_name("site_budget.json").read_text(encoding="utf-8"))
CHAPTER = "book/ch3_attention.html"
SHOWN_ICONS = """elements => elements
  .map(element => [getComputedStyle(element, "::before"), element.className])
  .filter(([style]) => style.fontFamily.includes("Awesome") && style.content !== "none")
  .map(([style, name]) => [style.content.replaceAll('"', ""), name])"""


# The same server and browser as those of the other tests of the site.
site, playwright, browser = test_site.site, test_site.playwright, test_site.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with nothing in store from other pages."""
    context = browser.new_context(viewport={"width": DESK, "height": 900})
    context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
    yield context.new_page()
    context.close()


@pytest.fixture
def loaded(page: Page, site: str) -> Callable[[str], dict[str, int]]:
    """A function that opens a page and tells what was loaded: addresses, bytes as served."""

    def loaded(path: str) -> dict[str, int]:
        responses = []
        page.on("response", lambda answer: responses.append(answer))
        page.goto(site + path, wait_until="networkidle")
        return {answer.url.removeprefix(site): compressed(answer.body()) for answer in responses}

    return loaded


def compressed(body: bytes) -> int:
    """The bytes that a server sends for it: what is compressed already, it leaves."""
    return min(len(body), len(gzip.compress(body, 6)))


def budget(page: str) -> int:
    """The bytes that a page may weigh: what the longest fitting name in the file says."""
    return 1000 * BUDGETS[max((name for name in BUDGETS if page.startswith(name)), key=len)]


@pytest.mark.parametrize("path", [page for page in PAGES if page not in ("search.html",)])
def test_the_first_view_of_a_page_weighs_no_more_than_its_budget(loaded: Callable, path: str):
    weights = loaded(path)
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) <= budget(path), heaviest


def test_a_page_loads_no_script_of_formulas_nor_icons_nor_anything_of_the_search(loaded: Callable):
    assert not [
        one for one in loaded(CHAPTER) if re.search("(?i)mathjax|awesome.js|index|find", one)
    ]


@pytest.mark.parametrize("path", [CHAPTER, "index.html", "search.html"])
def test_every_icon_on_a_page_is_in_the_fonts_of_icons(page: Page, site: str, path: str):
    page.goto(site + path, wait_until="networkidle")
    icons = page.locator("body *").evaluate_all(SHOWN_ICONS)
    assert len(icons) > 5
    missing = [name for icon, name in icons if not set(icon) <= icons_of_fonts()]
    assert missing == []


@cache
def icons_of_fonts() -> set[str]:
    """The characters in the site's fonts of icons."""
    fonts = (HTML / "_static" / "vendor" / "fontawesome").rglob("*.woff2")
    return {chr(code) for font in fonts for code in TTFont(font).getBestCmap()}


def test_the_fonts_of_icons_weigh_less_than_ten_kilobytes():
    fonts = list((HTML / "_static" / "vendor" / "fontawesome").rglob("*.*"))
    assert len(fonts) == 3
    assert sum(font.stat().st_size for font in fonts) < 10_000


# Style sheets

# Which entry of the contents is active hangs on when the scrolling was looked at last.
LOOK = """() => [...document.querySelectorAll("body *")].map(one => {
  one.classList.remove("active");
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height].map(Math.round).join(" ") + " " + [
    "color", "backgroundColor", "borderColor", "fontSize", "fontWeight", "opacity", "visibility",
  ].map(name => style[name]).join(" ") + " " + one.tagName + "." + one.getAttribute("class");
})"""
# Scripts of figures come when a reader is near, which no two visits do at the same moment.
READY = """async () => {
  const tags = "course-film, course-live, course-race, course-step";
  const figures = [...document.querySelectorAll(tags)];
  await Promise.all(figures.map(one => import(
    `/_static/live/page/${{"course-live": "ladder"}[one.localName] ?? one.localName.slice(7)}.js`
  )));
  await document.fonts.ready;
  for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  return figures.every(one => one.settings);
}"""
WHOLE = {
    "pydata-sphinx-theme.css": ("pydata_sphinx_theme", "theme/pydata_sphinx_theme/static/styles"),
    "sphinx-book-theme.css": ("sphinx_book_theme", "theme/sphinx_book_theme/static/styles"),
    "sphinx-design.min.css": ("sphinx_design", "static"),
}


@pytest.mark.parametrize("path", [CHAPTER, "book/glossary.html", "search.html"])
@pytest.mark.parametrize("width", [390, DESK])
def test_with_the_rules_that_were_cut_a_page_would_look_the_same(
    page: Page, site: str, path: str, width: int
):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # what moves looks like nothing twice
    page.goto(site + path, wait_until="networkidle")
    assert page.evaluate(READY)
    looks = page.evaluate(LOOK)
    asked = []

    def whole(route: Route) -> None:
        name = urlsplit(route.request.url).path.rpartition("/")[2]
        package, folder = WHOLE[name]
        asked.append(name)
        route.fulfill(path=str(files(package) / folder / name))

    page.route(re.compile("/(" + "|".join(WHOLE) + ")"), whole)
    page.reload(wait_until="networkidle")
    assert page.evaluate(READY)
    assert set(asked) == set(WHOLE)
    assert [one for one in zip(looks, page.evaluate(LOOK), strict=True) if one[0] != one[1]] == []


# Formulas


@each_page
def test_every_character_of_a_formula_is_in_the_fonts_of_formulas(page: str):
    shown = {one for formula in parsed(page).select(".katex-html") for one in formula.text}
    unseen = {" ", "\u200b", "\n", "\xa0"}
    assert shown - unseen <= characters_of_formulas()


@cache
def characters_of_formulas() -> set[str]:
    """The characters in the site's fonts of formulas."""
    fonts = (HTML / "_static" / "katex" / "fonts").glob("*.woff2")
    return {chr(code) for font in fonts for code in TTFont(font).getBestCmap()}


@each_page
def test_every_formula_is_there_for_screen_readers_and_no_stop_of_the_tab_key(page: str):
    for formula in parsed(page).select(".katex"):
        assert formula.select_one("math mi, math mn, math mo, math mtext")
        assert formula.select_one(".katex-html")["aria-hidden"] == "true"
        assert not formula.select("[tabindex], a, button")


# Pictures


@each_page
def test_every_image_says_its_width_and_height(page: str):
    images = parsed(page).find_all("img")
    assert [image["src"][:80] for image in images if not image.get("width")] == []
    assert [image["src"][:80] for image in images if not image.get("height")] == []


# Paper


def test_a_chapter_chosen_dark_is_printed_on_white_with_its_answers(
    page: Page, site: str, tmp_path: Path
):
    page.add_init_script("localStorage.setItem('mode', 'dark')")
    page.add_init_script("localStorage.setItem('theme', 'dark')")
    page.goto(site + CHAPTER, wait_until="networkidle")
    # Once their script has run, questions tell their answers only to who has chosen one.
    page.wait_for_function("!document.querySelector('details.choice')")
    # A formula is there twice, for eyes and for screen readers: paper shows one of the two.
    answers = page.locator("article details p:not(summary p, :has(.katex))").all_text_contents()
    page.pdf(path=tmp_path / "chapter.pdf", print_background=True)
    pages = [one.extract_text() for one in PdfReader(tmp_path / "chapter.pdf").pages]
    assert "What you will be able to do" in "".join(pages[:2])
    printed = squeezed("".join(pages))
    assert answers
    assert [one for one in answers if squeezed(one)[:30] not in printed] == []


def squeezed(text: str) -> str:
    """The letters and digits of a text alone: paper breaks lines, and hyphens, elsewhere."""
    return "".join(one for one in text if one.isascii() and one.isalnum())
