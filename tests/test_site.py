"""Reads the built website like a reader: in a browser, on a phone and a desk, in light and dark.

Needs `_build/html` (make book) and Chromium; without them all of it is skipped, with one line that
says why, or fails where ATTENTION_COURSE_SITE=required.
"""

import json
import math
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import matplotlib
import pytest
import torch
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Frame,
    Locator,
    Page,
    Playwright,
    Route,
    sync_playwright,
)

from attention_course.korean.hangul import has_hangul
from attention_course.ladder.ch3_attention import soft_lookup
from attention_course.ladder.ch4_self_attention import attend
from attention_course.models.context import weighted_sum
from attention_course.rungs import CONTINUED, NUMBERED, RUNGS, STEMS
from attention_course.runs.results import find_card, read_records
from attention_course.widgets.pages import carried
from attention_course.widgets.pages import shown as shown_example

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
KATEX = HTML / "_static" / "katex" / "katex.css"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A formula that is still as it was typed, or that KaTeX has painted red.
UNTYPESET = "article :is(span, div).math:not(:has(.katex)), article .katex-error"
REQUIRED = os.environ.get("ATTENTION_COURSE_SITE") == "required"
PHONE, DESK = 390, 1440

NEEDED = {
    "_build/html (make it with: make book)": (HTML / "index.html").exists(),
    "Chromium": bool(CHROMIUM),
    "the formulas' KaTeX (the build said why)": KATEX.exists(),
}
MISSING = next((thing for thing, present in NEEDED.items() if not present), None)
if MISSING and REQUIRED:
    raise RuntimeError(f"ATTENTION_COURSE_SITE=required: expected {MISSING}, but it is absent")
if MISSING:
    pytest.skip(f"the website is not tested: {MISSING} is absent", allow_module_level=True)

PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.glob("**/*.html"))
# 404.html, which a site at a home has, is shown under any address: its links are the home's.
PAGES = [page for page in PAGES if not page.startswith("_static/") and page != "404.html"]
CHAPTERS = [page for page in PAGES if page.startswith("book/ch")]
MODULES = {
    page: re.findall(r'<course-figure data-module="([\w-]+)"', (HTML / page).read_text("utf-8"))
    for page in PAGES
}
FIGURES = [(page, module) for page, modules in MODULES.items() for module in modules]
WITH_FIGURE = [page for page, modules in MODULES.items() if modules]
WITH_DRAWING = [page for page in PAGES if 'class="drawing"' in (HTML / page).read_text("utf-8")]
each_page = pytest.mark.parametrize("page", PAGES)
each_theme = pytest.mark.parametrize("theme", ["light", "dark"])


@dataclass
class Visit:
    """What a reader meets on one page, seen both on a phone and at a desk."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    theme: str = ""
    page_widths: dict[int, int] = field(default_factory=dict)
    equations: int = 0
    untypeset: int = 0


class Quiet(SimpleHTTPRequestHandler):
    """The standard library's server, without a line for every request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, served on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the website."""
    with served(HTML) as address:
        yield address


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What starts browsers; there can be one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without a window."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def open_page(site: str, browser: Browser) -> Callable[[str, int, str], tuple[Page, Visit]]:
    """A function that opens a page at a width in a theme and notes what happens."""

    @cache
    def reader(theme: str) -> BrowserContext:
        context = browser.new_context(color_scheme=theme)
        context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        return context

    def open_page(path: str, width: int, theme: str) -> tuple[Page, Visit]:
        page, visit = reader(theme).new_page(), Visit()
        page.set_viewport_size({"width": width, "height": 900})
        listen(page, visit, site)
        page.goto(site + path, wait_until="networkidle")
        return page, visit

    return open_page


@pytest.fixture(scope="module")
def visit(open_page: Callable) -> Callable[[str, str], Visit]:
    """A function that visits a page once in a theme and remembers what was met there."""

    @cache
    def visit(path: str, theme: str) -> Visit:
        widths = (DESK, PHONE) if theme == "light" else (PHONE, DESK)
        page, met = open_page(path, widths[0], theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            met.page_widths[width] = page.evaluate("document.documentElement.scrollWidth")
        met.theme = page.evaluate("document.documentElement.dataset.theme ?? ''")
        met.equations = page.locator("article .katex").count()
        met.untypeset = page.locator(UNTYPESET).count()
        page.close()
        return met

    return visit


def listen(page: Page, visit: Visit, site: str) -> None:
    """Note errors and requests that leave this machine; let none of those out."""

    def guard(route: Route) -> None:
        if route.request.url.startswith((site, "data:", "blob:")):
            route.continue_()
        else:
            visit.foreign.append(route.request.url)
            route.abort()

    page.route("**/*", guard)
    page.on("pageerror", lambda error: visit.errors.append(f"exception: {error}"))
    page.on(
        "console",
        lambda message: message.type == "error" and visit.errors.append(f"console: {message.text}"),
    )
    page.on(
        "response",
        lambda response: (
            response.status >= 400 and visit.errors.append(f"{response.status}: {response.url}")
        ),
    )


@each_theme
@each_page
def test_no_page_has_an_error_in_the_console(visit: Callable, page: str, theme: str):
    assert visit(page, theme).errors == []


@each_theme
@each_page
def test_no_page_asks_another_server(visit: Callable, page: str, theme: str):
    assert visit(page, theme).foreign == []


@each_theme
@each_page
def test_no_page_scrolls_sideways(visit: Callable, page: str, theme: str):
    widths = visit(page, theme).page_widths
    assert widths[PHONE] <= PHONE
    assert widths[DESK] <= DESK


@each_theme
@pytest.mark.parametrize("page", CHAPTERS)
def test_the_chosen_theme_is_shown(visit: Callable, page: str, theme: str):
    assert visit(page, theme).theme == theme


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_chapter_has_a_typeset_equation(visit: Callable, page: str):
    assert visit(page, "light").equations >= 1


@each_page
def test_no_formula_is_left_untypeset(visit: Callable, page: str):
    assert visit(page, "light").untypeset == 0


def test_the_five_chapters_are_built_in_their_order():
    built = [chapter.removeprefix("book/")[:4] for chapter in CHAPTERS]
    assert built == ["ch1_", "ch2_", "ch3_", "ch4_", "ch5_"]


def test_the_search_finds_a_chapter(open_page: Callable):
    page, met = open_page("search.html?q=bottleneck", DESK, "light")
    page.wait_for_selector(".search-found li a")
    links = page.locator(".search-found li a").evaluate_all("links => links.map(a => a.href)")
    page.close()
    assert any("ch1_bottleneck" in link for link in links)
    assert met.errors == []


@cache
def parsed(page: str) -> BeautifulSoup:
    """A page of the site as a tree."""
    return BeautifulSoup((HTML / page).read_text(encoding="utf-8"), "html.parser")


@each_page
def test_the_figures_of_a_page_are_counted_from_one(page: str):
    shown = [one.get_text().strip() for one in parsed(page).select("figcaption .caption-number")]
    prefix = f"{match[1]}." if (match := re.match(r"book/ch(\d)_", page)) else ""
    assert shown == [f"Fig. {prefix}{place}" for place in range(1, len(shown) + 1)]


@each_page
def test_every_image_has_alt_text(page: str):
    bad = []
    for image in parsed(page).find_all("img"):
        alt = image.get("alt", "").strip()
        # Sphinx puts the file's name where nobody wrote a text.
        if not alt or Path(alt).name == Path(unquote(image["src"])).name:
            bad.append(image["src"])
    assert bad == []


@each_page
def test_every_internal_link_resolves(page: str):
    broken = []
    for link in parsed(page).find_all(["a", "link", "script", "img"]):
        target = link.get("href") or link.get("src") or ""
        if urlsplit(target).scheme or urlsplit(target).netloc or target in ("", "#"):
            continue
        path, fragment = urldefrag(target)
        file = (HTML / page).parent / unquote(urlsplit(path).path) if path else HTML / page
        if not file.is_file():
            broken.append(target)
        elif fragment and file.suffix == ".html":
            name = file.resolve().relative_to(HTML).as_posix()
            if not parsed(name).find(id=unquote(fragment)):
                broken.append(target)
    assert broken == []


# Figures that can be played with, against the package's own numbers


@pytest.fixture
def figure(open_page: Callable) -> Iterator[Callable[[str, str], Locator]]:
    """A function that opens a chapter and gives one of its figures, ready to be played with."""
    opened = []

    def figure(chapter: str, module: str) -> Locator:
        page, met = open_page(f"book/{chapter}.html", PHONE, "light")
        opened.append((page, met))
        found = page.locator(f"course-figure[data-module={module}][data-ready=true]")
        found.wait_for()
        return found

    yield figure
    for page, met in opened:
        page.close()
        assert met.errors == []


def slide(figure: Locator, label: str, value: float) -> None:
    """Move a slider as a reader does."""
    figure.get_by_label(label, exact=True).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", value
    )


def shown(figure: Locator, name: str) -> Any:
    """What a figure says that it has computed."""
    return json.loads(figure.locator(".course-figure").get_attribute(f"data-{name}") or "")


@pytest.mark.parametrize("stem", [*STEMS, *CONTINUED])
def test_every_chapter_has_a_figure_with_a_picture_inside_for_readers_without_scripts(stem):
    figures = parsed(f"book/{stem}.html").find_all("course-figure")
    assert figures
    for figure in figures:
        assert figure.find("img") is None  # it would keep the colours of white paper
        assert len(figure.select_one(".drawing")["aria-label"]) > 20


def test_the_figure_of_the_bottleneck_says_what_was_measured(figure: Callable):
    curves = read_records(ROOT / "results" / "claims.json")["c01"]["curves"]
    found = figure("ch1_bottleneck", "bottleneck")
    for size in ("32 numbers", "128 numbers"):
        measured = {x: y for x, y, *_ in curves[f"ch1_bottleneck ({size})"]}
        found.get_by_role("button", name=size).click()
        for length in (2, 12, 24):
            slide(found, "source length", length)
            assert shown(found, "share") == measured[length]
            assert found.locator(".letters > *").count() == length


def test_the_figure_of_one_sum_adds_as_the_package_does(figure: Callable):
    found = figure("ch2_averaging", "one-sum")
    states = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
    found.get_by_role("button", name="mean").click()
    assert shown(found, "vector") == pytest.approx([4 / 3, 1.0], abs=0.02)  # sliders have steps
    for name, share in (("h1", 20), ("h2", 60), ("h3", 20)):
        slide(found, f"weight of {name}", share)
    expected = weighted_sum(torch.tensor([[0.2, 0.6, 0.2]]), states)[0].tolist()
    assert shown(found, "vector") == pytest.approx(expected)


@pytest.mark.parametrize(("angle", "heat"), [(60, 0.0), (0, -2.0), (200, 1.5), (315, -0.5)])
def test_the_soft_look_up_answers_as_the_package_does(figure: Callable, angle, heat):
    found = figure("ch3_attention", "soft-lookup")
    slide(found, "query points to", angle)
    slide(found, "temperature", heat)
    keys = torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]])
    values = torch.tensor([[10.0], [20.0], [30.0], [40.0]])
    turn = math.radians(angle)
    query = torch.tensor([[math.cos(turn), math.sin(turn)]])
    expected = soft_lookup(query, keys, values, 10**heat)
    assert shown(found, "weights") == pytest.approx(expected.weights[0].tolist(), abs=1e-5)
    assert shown(found, "value") == pytest.approx(expected.value.item(), abs=1e-3)


@pytest.mark.parametrize(
    ("rule", "sees"),
    [
        ("all words", lambda t, s: t + s >= 0),
        ("no later word", lambda t, s: s <= t),
        ("two to each side", lambda t, s: (t - s).abs() <= 2),
        ("the one before (an RNN)", lambda t, s: (t == s) | (s == t - 1)),
    ],
)
@pytest.mark.parametrize("asking", [0, 4, 9])
def test_who_hears_whom_is_counted_as_the_gradient_does(figure: Callable, rule, sees, asking):
    found = figure("transformer", "who-sees-whom")
    found.get_by_role("button", name=rule).click()
    found.locator(".letters button").nth(asking).click()
    place = torch.arange(10)
    mask = sees(place[:, None], place)
    needed = [-1] * 10
    needed[asking] = 0
    states = torch.randn(10, 4, dtype=torch.float64, requires_grad=True)
    read = states
    for layer in range(1, 10):
        read, _ = attend(read, read, read, mask)
        [slope] = torch.autograd.grad(read[asking].sum(), states, retain_graph=True)
        for word in slope.abs().sum(dim=1).nonzero().flatten().tolist():
            needed[word] = layer if needed[word] < 0 else needed[word]
    assert shown(found, "needed") == needed


@pytest.mark.parametrize("power", [0, 4, 10])
@pytest.mark.parametrize("divided", [False, True])
def test_the_figure_of_the_root_weighs_as_the_package_does(figure: Callable, power, divided):
    found = figure("ch4_self_attention", "root-of-d")
    slide(found, "numbers in a vector, d", power)
    found.get_by_role("button", name="divided by √d" if divided else "undivided").click()
    found.get_by_role("button", name="draw other vectors").click()
    query = torch.tensor(shown(found, "query"), dtype=torch.float64)
    keys = torch.tensor(shown(found, "keys"), dtype=torch.float64)
    assert keys.shape == (10, 2**power)
    scores = keys @ query / (math.sqrt(2**power) if divided else 1)
    weights = scores.softmax(dim=0)
    assert shown(found, "weights") == pytest.approx(weights.tolist(), abs=1e-9)
    assert shown(found, "slope") == pytest.approx((weights.max() * (1 - weights.max())).item())
    if power == 10:  # as many numbers as a law of large numbers asks for
        assert keys.var().item() == pytest.approx(1, abs=0.1)


def test_the_figure_of_heads_shows_each_map_and_keeps_the_chosen_word(figure: Callable):
    kept = json.loads((ROOT / "results" / "heads.json").read_text(encoding="utf-8"))
    found = figure("ch4_self_attention", "who-asks-whom")
    assert shown(found, "weights") == kept["encoder"][1][3][4]
    found.get_by_role("button", name="head 1", exact=True).click()
    assert shown(found, "weights") == kept["encoder"][1][0][4]
    found.locator(".asked button").nth(5).click()
    found.get_by_role("button", name="layer 1", exact=True).click()
    assert shown(found, "weights") == kept["encoder"][0][0][5]
    found.get_by_role("button", name="positions off").click()
    assert shown(found, "weights") == kept["changed"]["positions off"][0][0][5]
    found.get_by_role("button", name="cross: target asks source").click()
    assert not found.get_by_role("button", name="positions off").is_visible()
    assert shown(found, "weights") == kept["cross"][0][0][5]
    assert found.locator(".asked i").count() == len(kept["predicted"]) * len(kept["source"])


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.label)
def test_the_front_page_plays_what_the_run_cards_say(figure: Callable, rung):
    example = shown_example(find_card("pocket-korean", rung.stem))
    found = figure("intro", "four-rungs")
    found.get_by_role("button", name=rung.label, exact=True).click()
    for place in (1, 4, len(example.output_tokens)):
        slide(found, "word written", place)
        assert shown(found, "weights") == pytest.approx(example.weights[place - 1], abs=6e-4)
        assert found.locator(".now").inner_text() == example.output_tokens[place - 1]


# How pages look


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_visit_follows_the_system(site: str, browser: Browser, scheme: str):
    context = browser.new_context(color_scheme=scheme)
    context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
    page = context.new_page()
    page.goto(f"{site}book/intro.html", wait_until="domcontentloaded")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    context.close()


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_says_how_long_it_takes_and_where_on_the_ladder_it_stands(page: str):
    [rung] = [rung for rung in NUMBERED if rung.stem in page]
    head = parsed(page).select_one(".chapter-head")
    links = parsed("book/intro.html").select(f"td a[href='{rung.stem}.html']")
    [minutes] = [
        row.find_all("td")[1].get_text()
        for row in (link.find_parent("tr") for link in links)
        if len(row.find_all("td")) == 3
    ]
    assert f"about {minutes} minutes" in head.get_text()
    assert head.select_one("[aria-current]").get_text() == str(rung.number)
    assert len(head.select("li.above")) == len(NUMBERED) - rung.number


@each_page
def test_figures_are_drawn_in_the_colours_of_the_palette(page: str):
    for drawing in parsed(page).select(".drawing"):
        assert re.findall(r"#[0-9a-f]{6}", str(drawing)) == []
        assert len(drawing["aria-label"]) > 20
    assert parsed(page).select("article img[src*='svg']") == []


@pytest.mark.parametrize("page", WITH_DRAWING)
def test_words_in_figures_can_be_read_on_a_phone(open_page: Callable, page: str):
    opened, _ = open_page(page, PHONE, "light")
    sizes = opened.locator(".drawing text").evaluate_all(
        "texts => texts.filter(text => text.checkVisibility()).map(text => {"
        " const { a, b } = text.getScreenCTM();"
        " return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b); })"
    )
    opened.close()
    assert min(sizes, default=11) >= 10.99


def test_a_figure_opens_large_and_gives_the_focus_back(open_page: Callable):
    page, met = open_page("book/ch1_bottleneck.html", PHONE, "dark")
    button = page.get_by_role("button", name="Enlarge Fig. 1.1").first
    button.press("Enter")
    assert page.locator("dialog.large .drawing svg").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog.large").count() == 0
    assert button.evaluate("button => button === document.activeElement")
    page.close()
    assert met.errors == []


IDS_THERE_TWICE = """() => [...document.querySelectorAll("[id]")].map(one => one.id)
  .filter((id, place, all) => all.indexOf(id) !== place)"""


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("glossary.html#term-query", "asked with"),
        ("references.html#", "Bahdanau"),
        ("#fig-ch3-capacity", "Fig. 3."),
        ("#equation-eq-attention", "exp"),
    ],
)
def test_a_link_shows_what_it_leads_to_to_the_keyboard(open_page: Callable, link, words):
    page, met = open_page("book/ch3_attention.html", DESK, "light")
    page.evaluate("document.querySelectorAll('article details').forEach(one => one.open = true)")
    page.keyboard.press("Tab")  # from now on the focus is that of a keyboard
    page.locator(f"article a.reference[href*='{link}']").first.focus()
    preview = page.get_by_role("tooltip")
    preview.wait_for()
    assert words in preview.inner_text()
    assert page.evaluate(IDS_THERE_TWICE) == []
    page.keyboard.press("Escape")
    assert preview.count() == 0
    page.close()
    assert (met.errors, met.foreign) == ([], [])


@each_page
def test_every_link_to_elsewhere_is_well_formed(page: str):
    bad = []
    for link in parsed(page).select("article a[href]"):
        target = urlsplit(link["href"])
        if target.scheme and (target.scheme != "https" or "." not in target.netloc):
            bad.append(link["href"])
        if " " in link["href"]:
            bad.append(link["href"])
    assert bad == []


# The same figures in the output of a notebook's cell, where no website is around them


@pytest.mark.parametrize(("name", "module"), FIGURES)
def test_in_a_notebook_a_figure_brings_its_own_script_and_answers(
    open_page: Callable, name: str, module: str
):
    element = parsed(name).select_one(f"course-figure[data-module={module}]")
    page, met = open_page("index.html", PHONE, "light")
    page.goto("about:blank")
    met.errors.clear()  # a blank page has no storage for the chosen theme
    page.set_content(f"<div id=cell>{element}{carried(module)}</div>")
    figure = page.locator("course-figure[data-ready=true]")
    figure.wait_for()
    before = figure.inner_html()
    if figure.locator("input[type=range]").count():
        slider = figure.locator("input[type=range]").first
        slider.evaluate(
            "input => { input.value = input.max; input.dispatchEvent(new Event('input')) }"
        )
    else:
        figure.locator("button").last.click()
    assert figure.inner_html() != before
    assert met.errors == []
    page.close()


# Korean, where the reader's own fonts have none

HANGUL_FONT = "[...document.fonts].find(font => font.family.includes('Hangul')).status"
ONLY_LATIN = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@pytest.fixture(scope="module")
def latin_browser(
    playwright: Playwright, site: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium on a machine (Linux) whose only fonts are those that matplotlib brings.

    It is closed before the site, which waits for the last of its visitors.
    """
    folder = tmp_path_factory.mktemp("fonts")
    fonts, settings = Path(matplotlib.get_data_path()) / "fonts" / "ttf", folder / "fonts.conf"
    settings.write_text(ONLY_LATIN.format(fonts=fonts, cache=folder), encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(settings)}
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=environment)
    yield browser
    browser.close()


@pytest.mark.parametrize("where", ["served", "from a folder"])
@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("book/")])
def test_a_page_brings_the_hangul_that_it_shows(
    latin_browser: Browser, site: str, folder: str, page: str, where: str
):
    with latin_browser.new_page() as opened:
        opened.set_default_timeout(120_000)  # milliseconds; the machine may be busy
        opened.route("**/*.js*", lambda route: route.abort())  # what they add has no Hangul
        opened.goto((site if where == "served" else folder) + page)
        shown = {one for one in opened.inner_text("body") if has_hangul(one)}
        opened.evaluate("document.fonts.ready.then(() => null)")
        assert opened.evaluate(HANGUL_FONT) == ("loaded" if shown else "unloaded")
    with TTFont(HTML / "_static" / "hangul.woff2") as font:
        assert {ord(one) for one in shown} <= set(font.getBestCmap())


# The site where nobody serves it: from a folder, without scripts, inside another site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the website in a folder, named as a learner may name one."""
    place = tmp_path_factory.mktemp("unpacked") / "수업 자료 #1 (100%25 offline)"
    place.symlink_to(HTML, target_is_directory=True)
    return place.as_uri() + "/"


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., tuple[Page, Visit]]]:
    """A function that gives an empty page, which may ask `base` alone, with other settings."""
    contexts = []

    def reader(base: str, **settings: Any) -> tuple[Page, Visit]:
        context = browser.new_context(viewport={"width": PHONE, "height": 900}, **settings)
        context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
        contexts.append(context)
        page, met = context.new_page(), Visit()
        listen(page, met, base)
        return page, met

    yield reader
    for context in contexts:
        context.close()


def play_with_keys(figure: Locator) -> None:
    """Press what can be pressed, with the keyboard alone; each time the figure answers anew."""
    spoken = figure.locator("[aria-live]")
    for slider in figure.locator("input[type=range]").all():
        before = spoken.inner_text()
        slider.focus()
        slider.press("End")
        if spoken.inner_text() == before:  # it stood at its end
            slider.press("Home")
        assert spoken.inner_text() != before
    for button in figure.locator("button").all():
        if not button.is_visible():
            continue  # it belongs to another choice
        before = spoken.inner_text()
        button.focus()
        button.press("Enter")
        if button.get_attribute("aria-pressed") is None:  # it does something, and is no choice
            assert spoken.inner_text() != before
        else:
            assert button.get_attribute("aria-pressed") == "true"
        assert button.evaluate("button => button === document.activeElement"), "focus is lost"


@each_page
def test_from_a_folder_no_page_has_an_error_or_asks_a_server(folder: str, reader, page: str):
    opened, met = reader(folder)
    opened.goto(folder + page, wait_until="networkidle")
    assert met.errors == []
    assert met.foreign == []
    assert opened.locator(UNTYPESET).count() == 0


@pytest.mark.parametrize(("page", "module"), FIGURES)
def test_from_a_folder_a_figure_answers_to_keys_and_to_the_mouse(
    folder: str, reader, page: str, module: str
):
    opened, met = reader(folder)
    opened.goto(folder + page, wait_until="networkidle")
    figure = opened.locator(f"course-figure[data-module={module}][data-ready=true]")
    figure.wait_for()
    assert figure.locator(".still").count() == 0
    play_with_keys(figure)
    for slider in figure.locator("input[type=range]").all()[:1]:  # some have buttons alone
        before = slider.input_value()
        slider.click(position={"x": slider.bounding_box()["width"] / 3, "y": 12})
        assert slider.input_value() != before
    figure.locator("button, input[type=range]").last.click()
    assert met.errors == []


def test_from_a_folder_the_search_finds_a_chapter_and_the_theme_is_kept(folder: str, reader):
    opened, met = reader(folder)
    opened.goto(folder + "search.html?q=bottleneck", wait_until="networkidle")
    opened.locator("#search-results li a", has_text="The bottleneck").first.click()
    opened.wait_for_url("**/ch1_bottleneck.html*")
    opened.locator(".theme-switch-button").first.click()
    chosen = opened.evaluate("document.documentElement.dataset.mode")
    opened.goto(folder + "book/ch2_averaging.html", wait_until="networkidle")
    assert opened.evaluate("document.documentElement.dataset.mode") == chosen != "auto"
    assert met.errors == []


def test_the_dark_theme_is_put_aside_while_a_page_is_printed(folder: str, reader):
    opened, met = reader(folder)
    opened.add_init_script("localStorage.setItem('mode', 'dark')")
    opened.add_init_script("localStorage.setItem('theme', 'dark')")
    opened.goto(folder + "book/ch3_attention.html", wait_until="networkidle")
    themes = "window.themes = [document.documentElement.dataset.theme]"
    note = "themes.push(document.documentElement.dataset.theme)"
    opened.evaluate(f"() => {{ {themes}; addEventListener('beforeprint', () => {note}); }}")
    opened.pdf()
    assert opened.evaluate(f"() => {{ {note}; return themes; }}") == ["dark", "light", "dark"]
    assert met.errors == []


@pytest.mark.parametrize("page", WITH_FIGURE)
def test_without_scripts_a_figure_is_its_picture_and_a_line_says_why(site: str, reader, page: str):
    opened, _ = reader(site, java_script_enabled=False)
    opened.goto(site + page, wait_until="networkidle")
    for figure in opened.locator("course-figure").all():
        assert figure.locator(".drawing svg").is_visible()
        assert "scripts do not run here" in figure.locator(".still").inner_text()
    assert "JavaScript is off" in opened.locator("article").inner_text()


def test_where_a_server_forbids_scripts_in_a_page_the_line_stays(site: str, reader):
    opened, _ = reader(site)

    def forbid(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": "script-src 'self'"}
        route.fulfill(response=answer, headers=headers)

    opened.route("**/*.html", forbid)
    opened.goto(site + "book/ch3_attention.html", wait_until="networkidle")
    assert opened.locator("course-figure[data-ready=true]").count() == 0
    assert opened.locator("course-figure .still").is_visible()


def framed(page: Page, address: str) -> Frame:
    """Open an address in a frame that has neither an origin nor storage, as a course system may."""
    page.set_content(
        f'<iframe sandbox="allow-scripts" src="{address}" width="380" height="800"></iframe>'
    )
    [frame] = page.frames[1:]
    frame.wait_for_load_state("networkidle")
    return frame


def stopped_scripts(met: Visit) -> list[str]:
    """The errors that stop a script; a frame without an origin may also load no font."""
    return [error for error in met.errors if error.startswith("exception")]


@pytest.mark.parametrize("page", WITH_FIGURE)
def test_in_a_frame_without_storage_a_figure_answers(site: str, reader, page: str):
    opened, met = reader(site)
    frame = framed(opened, site + page)
    figure = frame.locator("course-figure[data-ready=true]").first
    figure.wait_for()
    play_with_keys(figure)
    mode = frame.evaluate("document.documentElement.dataset.mode")
    frame.locator(".theme-switch-button").first.click()
    assert frame.evaluate("document.documentElement.dataset.mode") != mode
    assert stopped_scripts(met) == []


def test_in_a_frame_without_storage_the_search_finds_a_chapter(site: str, reader):
    opened, met = reader(site)
    frame = framed(opened, site + "search.html?q=bottleneck")
    frame.locator("#search-results li a", has_text="The bottleneck").first.wait_for()
    assert stopped_scripts(met) == []
