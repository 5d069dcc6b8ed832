"""Puts a head on each chapter: how many minutes it takes, and its place on the ladder."""

import re
from html import escape

from sphinx.application import Sphinx

from attention_course.rungs import RUNGS, Rung

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
    for rung in RUNGS:
        if pagename == f"book/{rung.stem}":
            title, end, rest = context["body"].partition("</h1>")
            context["body"] = title + end + head(rung, minutes(rest, pagename)) + rest


def minutes(body: str, pagename: str) -> int:
    """The minutes that a chapter says it takes."""
    found = MINUTES.search(body)
    if found is None:
        raise ValueError(f"expected 'About N minutes.' on {pagename}, found none; write it")
    return int(found[1])


def head(here: Rung, takes: int) -> str:
    """The head of one chapter; the rungs below it are coloured, those above it are not yet."""
    steps = "".join(step(rung, here) for rung in RUNGS)
    return (
        f'<div class="chapter-head"><span>Rung {here.number} of {len(RUNGS)}</span>'
        f'<span>about {takes} minutes</span><ol aria-label="The ladder">{steps}</ol></div>'
    )


def step(rung: Rung, here: Rung) -> str:
    """One rung of the ladder, which leads to its chapter."""
    above = ' class="above"' if rung.number > here.number else ""
    current = ' aria-current="page"' if rung is here else ""
    address = "#" if rung is here else f"{rung.stem}.html"
    name = f"{rung.number}. {escape(rung.title)}"
    return (
        f'<li{above} style="--of-rung: var(--rung-{rung.number})">'
        f'<a href="{address}"{current} aria-label="{name}">{rung.number}</a></li>'
    )
