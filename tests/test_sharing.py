"""What other sites learn of the pages: built from two small pages, at a home and without one."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import home as homes

ROOT = Path(__file__).resolve().parents[1]
SITE = "https://somebody.github.io/attention-course/"
FRONT = """\
---
myst:
  html_meta:
    description: "One sum, four sources of weights."
---

# The front page

A first sentence, of the page and not of its description. [Part](part.md).
"""
PART = "# A part\n\nWhat the part says first.\n"

HERE = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
pytestmark = HERE


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A function that builds the small book for an owner and gives the folder of its site."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "book" / "_ext")])
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "intro.md").write_text(FRONT)
    (tmp_path / "book" / "part.md").write_text(PART)

    def build(owner: str) -> Path:
        home = replace(homes.read(), owner=owner, name="attention-course")
        monkeypatch.setattr(homes, "read", lambda: home)
        settings = {
            "extensions": ["myst_parser", "sharing"],
            "root_doc": "book/intro",
            "project": "The course",
            "author": "its authors",
        }
        out, cache = tmp_path / "out", tmp_path / "cache"
        with patch_docutils(), docutils_namespace():
            Sphinx(tmp_path, None, out, cache, "html", settings, status=None, warning=None).build()
        return out

    return build


def head(page: Path) -> dict[str, str]:
    """What a page's head says: names and properties of its meta elements, and `canonical`."""
    tree = BeautifulSoup(page.read_text(), "html.parser")
    said = {one.get("property") or one.get("name"): one.get("content") for one in tree("meta")}
    for link in tree("link", rel="canonical"):
        said["canonical"] = link["href"]
    return said


def test_a_page_at_a_home_has_one_address_a_card_and_its_own_description(build: Callable):
    site = build("somebody")
    front, part = head(site / "index.html"), head(site / "book" / "part.html")
    assert front["canonical"] == SITE
    assert front["description"] == front["og:description"] == "One sum, four sources of weights."
    assert front["og:image"] == SITE + "_static/ladder.png"
    assert part["canonical"] == part["og:url"] == SITE + "book/part.html"
    assert part["description"] == part["og:description"] == "What the part says first."


def test_machines_read_the_course_and_its_parts_as_json(build: Callable):
    site = build("somebody")

    def read(page: str) -> dict:
        tree = BeautifulSoup((site / page).read_text(), "html.parser")
        return json.loads(tree.find("script", type="application/ld+json").string)

    assert read("index.html")["@type"] == "Course"
    assert read("book/part.html")["isPartOf"]["url"] == SITE
    assert read("book/part.html")["name"] == "A part"


def test_a_site_at_a_home_has_a_map_and_a_page_for_what_is_not_there(build: Callable):
    site = build("somebody")
    listed = (site / "sitemap.xml").read_text()
    assert f"<loc>{SITE}book/part.html</loc>" in listed
    assert f"<loc>{SITE}</loc>" in listed
    assert "intro.html" not in listed
    not_found = (site / "404.html").read_text()
    assert 'href="/attention-course/book/intro.html"' in not_found
    assert "This page is not here" in not_found


def test_the_front_page_stands_at_the_root_and_its_links_lead_into_the_book(build: Callable):
    tree = BeautifulSoup((build("OWNER") / "index.html").read_text(), "html.parser")
    assert tree.h1.get_text().startswith("The front page")
    assert tree.find("a", string="Part")["href"] == "book/part.html"


def test_a_copy_without_a_home_describes_its_pages_and_names_no_address(build: Callable):
    site = build("OWNER")
    part = head(site / "book" / "part.html")
    assert part["description"] == "What the part says first."
    assert "canonical" not in part
    assert "og:url" not in part
    assert not (site / "sitemap.xml").exists()
    assert not (site / "404.html").exists()
