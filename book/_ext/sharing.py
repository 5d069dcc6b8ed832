"""What other sites learn of a page: what it is about, a card, its one address, a map of the site.

A page describes itself in its head (`myst: html_meta: description`), a notebook by its first words.
What needs the address of the website begins when pyproject.toml names a home: kept extensions write
the cards, the map, and a page for what is not there. The front page is written at the root, too, in
place of an empty page that leads to it.
"""

import html
import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinxext.opengraph import get_description, get_meta_description

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import home as homes

FRONT_PAGE = "book/intro"
PICTURE = "_static/ladder.png"
PICTURE_SAYS = "One Korean sentence under four models: the same sum with four kinds of weights"
NOT_FOUND = (
    "<h1>This page is not here</h1>\n<p>It may have been renamed. The list of pages stands "
    "beside this text, and the search knows every word of them.</p>"
)
LENGTH = 160  # characters of a description, about what search engines show
ADDRESS = re.compile(r'\b(href|src|action|data-content_root)="([^"]*)"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, and the extensions where the home is known."""
    home = homes.read()
    if home.decided:
        share(app, home.site + "/")
    app.connect("html-page-context", describe, priority=400)  # before the card is made
    app.connect("build-finished", write_front_page, priority=800)  # before it is lightened
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def share(app: Sphinx, site: str) -> None:
    """Set up the extensions for a site at this address."""
    for extension in ("sphinxext.opengraph", "sphinx_sitemap", "notfound.extension"):
        app.setup_extension(extension)
    settings = {
        "html_baseurl": site,
        "ogp_site_url": site,
        "ogp_image": PICTURE,
        "ogp_image_alt": PICTURE_SAYS,
        "ogp_social_cards": {"enable": False},  # a picture for each page would be made of words
        "ogp_custom_meta_tags": ['<meta name="twitter:card" content="summary_large_image" />'],
        "sitemap_url_scheme": "{link}",
        "sitemap_excludes": ["search.html", "404.html", f"{FRONT_PAGE}.html"],
        "notfound_urls_prefix": urlsplit(site).path,
        "notfound_context": {"title": "Not found", "body": NOT_FOUND},
    }
    for name, value in settings.items():
        setattr(app.config, name, value)


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Say in a page's head what it is about; at a home also on its card, and to machines."""
    if pagename == "404":  # shown under any address, so that nothing in it may be relative
        context["content_root"] = app.config.notfound_urls_prefix
    if doctree is None:
        return
    description = get_meta_description(context["metatags"])
    if description is None:
        title = plain(context["title"])
        description = get_description(doctree, LENGTH, {title})
        context["metatags"] += f'<meta name="description" content="{html.escape(description)}" />\n'
    if app.config.html_baseurl:
        if pagename == FRONT_PAGE:
            context["pageurl"] = app.config.html_baseurl
            app.sitemap_links.put(("", None))
        context["meta"] = {**(context["meta"] or {}), "og:description": description}
        about = json.dumps(about_page(app, pagename, context, description))
        context["metatags"] += f'<script type="application/ld+json">{about}</script>\n'


def plain(title: str) -> str:
    """A title without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", title))


def about_page(app: Sphinx, pagename: str, context: dict, description: str) -> dict[str, object]:
    """What schema.org has words for: the course, or a page that is a part of it."""
    about: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": plain(context["title"]),
        "description": description,
        "url": context["pageurl"],
        "inLanguage": "en",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
    }
    if pagename == FRONT_PAGE:
        provider = {"@type": "Organization", "name": app.config.author}
        return {**about, "@type": "Course", "provider": provider}
    course = {"@type": "Course", "name": app.config.project, "url": app.config.html_baseurl}
    return {**about, "isPartOf": course}


def write_front_page(app: Sphinx, exception: Exception | None) -> None:
    """Write the book's first page as index.html, its addresses seen from the root."""
    if exception or app.builder.name != "html":
        return
    page = Path(app.outdir) / f"{FRONT_PAGE}.html"
    folder = Path(FRONT_PAGE).parent.as_posix()

    def seen_from_root(found: re.Match[str]) -> str:
        return f'{found[1]}="{moved(found[2], folder)}"'

    text = ADDRESS.sub(seen_from_root, page.read_text(encoding="utf-8"))
    (Path(app.outdir) / "index.html").write_text(text, encoding="utf-8")


def moved(address: str, folder: str) -> str:
    """A page's address of something, for the same page one folder up."""
    if not address or address.startswith(("#", "/")) or urlsplit(address).scheme:
        return address
    if address.startswith("../"):
        return address.removeprefix("../") or "./"
    return f"{folder}/{address}"
