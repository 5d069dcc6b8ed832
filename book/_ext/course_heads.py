"""Puts a head on each page of the ladder: how many minutes it takes, and where it stands."""

import re
from html import escape

from sphinx.application import Sphinx

from attention_course.rungs import BEYOND, CONTINUED, NUMBERED, RUNGS, STEMS, Rung, rung_of_page

MINUTES = re.compile(r"About (\d+) minutes\.")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", put_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_head(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Write the head below the title of a chapter's page; other pages have none.

    Raises:
        ValueError: the page does not say how many minutes it takes.
    """
    name = pagename.removeprefix("book/")
    if name in (*STEMS, *CONTINUED):
        title, end, rest = context["body"].partition("</h1>")
        context["body"] = title + end + head(name, minutes(rest, pagename)) + rest


def minutes(body: str, pagename: str) -> int:
    """The minutes that a chapter says it takes."""
    found = MINUTES.search(body)
    if found is None:
        raise ValueError(f"expected 'About N minutes.' on {pagename}, found none; write it")
    return int(found[1])


def head(name: str, takes: int) -> str:
    """The head of one page; the rungs below it are coloured, those above it are not yet."""
    here = rung_of_page(name)
    steps = "".join(step(rung, here, name) for rung in NUMBERED)
    continued = ", continued" if name in CONTINUED else ""
    where = f"Rung {here.number} of {len(RUNGS)}{continued}"
    if here in BEYOND:
        where = "Beyond the ladder"
    return (
        f'<div class="chapter-head"><span>{where}</span>'
        f'<span>about {takes} minutes</span><ol aria-label="The ladder">{steps}</ol></div>'
    )


def step(rung: Rung, here: Rung, name: str) -> str:
    """One rung of the ladder, which leads to its chapter."""
    above = ' class="above"' if rung.number > here.number else ""
    current = ' aria-current="page"' if rung.stem == name else ""
    address = "#" if rung.stem == name else f"{rung.stem}.html"
    label = f"{rung.number}. {escape(rung.title)}"
    return (
        f'<li{above} style="--of-rung: var(--rung-{rung.number})">'
        f'<a href="{address}"{current} aria-label="{label}">{rung.number}</a></li>'
    )
