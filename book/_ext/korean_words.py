"""Marks every Korean word of the built pages as Korean, so that a voice reads it as such.

Pages are English (`<html lang="en">`), and a voice that reads Hangul as English spells it out or
leaves it out. Whoever writes a page need not think of it: it is done when all pages are there.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

from sphinx.application import Sphinx

HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
WORDS = re.compile(f"[{HANGUL}](?:[{HANGUL} .,?!·]*[{HANGUL}])?")  # words that follow each other
BARE = {"script", "style", "title", "textarea", "option"}  # what may hold no element
DRAWN = {"text", "tspan"}  # in SVG the element itself is marked: a span is none of its own
VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input"),
    *("link", "meta", "source", "track", "wbr"),
}


class Marked(HTMLParser):
    """A page as it was, its Korean words in spans that say so."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.open: list[tuple[str, bool]] = []  # elements, and whether they are Korean already

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write the tag, and remember the element and its language."""
        self.written.append(self.get_starttag_text() or "")
        if tag not in VOID:
            language = dict(attrs).get("lang")
            self.open.append((tag, self.is_korean() if language is None else language == "ko"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element that is closed where it opens, as in SVG."""
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Write the tag; what was left open inside is closed with it, as a browser does."""
        self.written.append(f"</{tag}>")
        places = [place for place, (name, _) in enumerate(self.open) if name == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        """Write text, Korean words marked, unless they are already or may not be."""
        inside = self.open[-1][0] if self.open else ""
        if self.is_korean() or inside in BARE or not WORDS.search(data):
            self.written.append(data)
        elif inside in DRAWN:
            self.mark_element(inside)
            self.written.append(data)
        else:
            self.written.append(WORDS.sub(r'<span lang="ko">\g<0></span>', data))

    def handle_entityref(self, name: str) -> None:
        """Write a named character."""
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character."""
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Write a comment."""
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """Write the type of the document."""
        self.written.append(f"<!{decl}>")

    def is_korean(self) -> bool:
        """Whether the text that comes now is in an element that is Korean."""
        return bool(self.open) and self.open[-1][1]

    def mark_element(self, tag: str) -> None:
        """Say of the element that was opened last that it is Korean."""
        place = max(i for i, one in enumerate(self.written) if one.startswith(f"<{tag}"))
        opened = self.written[place]
        self.written[place] = f'<{tag} lang="ko"{opened[len(tag) + 1 :]}'
        self.open[-1] = (tag, True)


def marked(page: str) -> str:
    """A page of HTML with every Korean word marked as Korean."""
    if not re.search(f"[{HANGUL}]", page):
        return page
    parser = Marked()
    parser.feed(page)
    parser.close()
    return "".join(parser.written)


def mark_pages(app: Sphinx, exception: Exception | None) -> None:
    """Mark the Korean words of all pages, once they are written."""
    if exception is None and app.builder.format == "html":
        for file in Path(app.outdir).rglob("*.html"):
            page = file.read_text(encoding="utf-8")
            file.write_text(marked(page), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, before what reads the finished pages (a search, a font)."""
    app.connect("build-finished", mark_pages, priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
