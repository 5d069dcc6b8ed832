"""The search of the built website, as a reader types; needs what tests/test_site.py needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import test_site
from test_site import DESK, HTML, parsed

FIELD = "dialog[open] input[type=search]"
FOUND = "dialog[open] .search-found"


# The same server and browser as those of the other tests of the site.
site, playwright, browser = test_site.site, test_site.playwright, test_site.browser


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of the site on which nobody has searched yet."""
    context = browser.new_context(viewport={"width": DESK, "height": 900})
    context.set_default_timeout(120_000)  # milliseconds; the machine may be busy
    expect.set_options(timeout=120_000)
    page = context.new_page()
    page.goto(site + "book/results.html", wait_until="networkidle")
    yield page
    context.close()


@pytest.fixture
def ask(page: Page) -> Callable[[str], list[str]]:
    """A function that types a query into the opened dialog; the pages found, in order."""

    def ask(query: str) -> list[str]:
        if not page.locator(FIELD).count():
            page.locator(".search-button__button:visible").first.click()
        page.locator(FIELD).fill(query)
        page.locator(f"{FOUND}[data-query='{query}']").wait_for(state="attached")
        links = page.locator(f"{FOUND} > li > a")
        return links.evaluate_all("links => links.map(link => link.pathname.slice(1))")

    return ask


def test_the_chapter_of_a_term_comes_first_and_the_reference_of_the_package_after_it(ask: Callable):
    found = ask("attention")
    assert found[0] == "book/ch3_attention.html"
    assert ask("bottleneck")[0] == "book/ch1_bottleneck.html"
    assert "book/api.html" not in found[:4]


def test_a_korean_stem_finds_the_words_that_begin_with_it(ask: Callable):
    for stem, word in (("가중", "가중치"), ("유나", "유나는")):
        found = ask(stem)
        assert any(word in parsed(page).article.text for page in found), found


def test_a_query_is_answered_while_it_is_typed(ask: Callable):
    assert ask("self-atten")[0] == "book/ch4_self_attention.html"


def test_what_is_not_there_is_not_found_and_said_so(page: Page, ask: Callable):
    assert ask("뷁뷁뷁") == []
    expect(page.locator("dialog[open] .search-state")).to_have_text(
        "Nothing is found for “뷁뷁뷁”."
    )


def test_a_part_of_a_page_is_a_result_of_its_own_and_leads_there(page: Page, ask: Callable):
    ask("temperature")
    sections = page.locator(f"{FOUND} ul a")
    address = sections.first.get_attribute("href") or ""
    assert "#" in address
    sections.first.click()
    page.wait_for_url(address)
    assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1


def test_nothing_of_the_search_is_loaded_before_it_is_opened(page: Page, ask: Callable):
    loaded = (
        "performance.getEntriesByType('resource').filter(one => /pagefind/.test(one.name)).length"
    )
    assert page.evaluate(loaded) == 0
    ask("mask")
    assert page.evaluate(loaded) > 0


def test_keys_alone_open_the_search_and_walk_through_what_it_finds(page: Page):
    listens = "document.querySelector('.search-button__button').onclick !== null"
    page.wait_for_function(listens)  # the theme listens to keys before it serves its buttons
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("softmax")
    page.locator(f"{FOUND}[data-query='softmax'] a").first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{FOUND} a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_search_page_answers_the_query_in_its_address(page: Page, site: str):
    page.goto(site + "search.html?q=alignment")
    expect(page.locator(".search-found > li > a").first).to_be_visible()
    expect(page.locator("main input[type=search]")).to_have_value("alignment")


def test_from_a_folder_the_dialog_says_that_the_search_page_answers(browser: Browser):
    page = browser.new_page()
    page.goto(Path(HTML / "book" / "results.html").as_uri())
    page.locator(".search-button__button:visible").first.click()
    page.locator(FIELD).fill("bottleneck")
    expect(page.locator("dialog[open] .search-state")).to_contain_text("press Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results li a").first).to_be_visible()
    page.close()
