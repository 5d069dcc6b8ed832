"""Index the built website for the search as you type, by Pagefind.

Pagefind reads a copy of each page's article, made for it: formulas, marks and buttons are left out,
the cells of a table stand apart, and a heading carries the name that its section has, so that a
result leads to the section. Chapters weigh most, then the other pages, then notebooks and the
reference of the package, where every word occurs.
"""

import asyncio
import sys
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from pagefind.index import PagefindIndex

from home import ROOT

HTML = ROOT / "_build" / "html"
# No words of the page: formulas, marks behind headings, what scripts read, pictures of figures.
LEFT_OUT = "div.math, .headerlink, .eqno, script, style, svg, noscript, button, course-figure"
CHAPTER, PAGE, REFERENCE = 4.0, 1.0, 0.1  # weights of the words; from 0 to 10
REFERENCES = ("book/runs/", "book/api", "book/claims_code")


def main() -> int:
    """Index `_build/html`, or say in a line why not."""
    try:
        found = asyncio.run(index(HTML))
    except (OSError, RuntimeError) as reason:
        print(f"NOTICE: the search does not answer as you type ({reason}).", file=sys.stderr)
        return 1
    print(f"The search knows {found} pages.")
    return 0


async def index(site: Path) -> int:
    """Write the index into `pagefind` under the site; the number of pages in it."""
    pages = sorted(site.glob("book/**/*.html"))
    async with PagefindIndex(config={"output_path": str(site / "pagefind")}) as made:
        for page in pages:
            name = page.relative_to(site).as_posix()
            await made.add_html_file(content=prepare(page, name), url=name)
    return len(pages)


def prepare(page: Path, name: str) -> str:
    """The page as Pagefind shall read it."""
    tree = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    article = tree.select_one("article.bd-article")
    if article is None:
        raise RuntimeError(f"expected an article on {name}, found none")
    for useless in article.select(LEFT_OUT):
        useless.decompose()
    for formula in article.select("span.math"):
        formula.replace_with("…")
    for cell in article.select("td, th, dt, li"):
        cell.append(" ")
    name_headings(article)
    title = article.find("h1")
    head = f"<title>{title.get_text(strip=True) if title else name}</title>"
    main = f'<main data-pagefind-body data-pagefind-weight="{weight(name)}">{article}</main>'
    return f'<html lang="en"><head>{head}</head><body>{main}</body></html>'


def name_headings(article: Tag) -> None:
    """Move the name of each section to its heading, where Pagefind looks for it."""
    for section in article.select("section[id]"):
        heading = section.find(["h1", "h2", "h3", "h4"], recursive=False)
        if isinstance(heading, Tag):
            heading["id"] = section["id"]
            del section["id"]


def weight(name: str) -> float:
    """What the words of a page weigh."""
    if name.startswith("book/ch"):
        return CHAPTER
    return REFERENCE if name.startswith(REFERENCES) else PAGE


if __name__ == "__main__":
    sys.exit(main())
