"""Five small things that the website needs and Jupyter Book has no setting for.

sphinx-thebe, whose script fails on every page, is dropped; the repository's home is read from
pyproject.toml, its one place; the API reference does not say of a named field that it is an "alias
for field number 0"; pages work from a folder and inside a frame of another site, or say what does
not; and a font brings the Hangul that they show.
"""

import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import home as homes
import make_font

NO_SCRIPTS = (
    "<noscript><p><em>JavaScript is off: figures do not answer, nor does the search."
    "</em></p></noscript>"
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    drop_thebe(app)
    app.connect("config-inited", name_repository)
    app.connect("html-page-context", work_anywhere)
    app.connect("html-page-context", offer_colab, priority=900)  # after the theme's own buttons
    app.connect("autodoc-process-docstring", leave_out_aliases)
    app.connect("build-finished", bring_hangul)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def name_repository(app: Sphinx, config: Config) -> None:
    """Point the repository button, and the role `colab`, at the home named in pyproject.toml."""
    home = homes.read()
    config.html_theme_options["repository_url"] = home.url
    config.html_theme_options["use_repository_button"] = True
    config.extlinks = {"colab": (home.colab("%s"), None)}


def offer_colab(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Put a button that opens a chapter's notebook among the buttons at the top of its page."""
    folder = {"book": "chapters", "book/runs": "train"}.get(str(Path(pagename).parent))
    notebook = f"notebooks/{folder}/{Path(pagename).name}.ipynb"
    if folder and (ROOT / notebook).is_file() and "header_buttons" in context:
        context["header_buttons"].insert(
            0,
            {
                "type": "link",
                "text": "Colab",
                "tooltip": "Open this page in Colab, to run it",
                "icon": "fas fa-rocket",
                "url": homes.read().colab(notebook),
                "label": "open-in-colab",
            },
        )


def work_anywhere(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Load book/_static/anywhere.js before the theme's scripts; say it where none may run."""
    script = context["pathto"]("_static/anywhere.js", 1)
    context["metatags"] = f'{context.get("metatags", "")}<script src="{script}"></script>'
    if doctree is not None:
        context["body"] = NO_SCRIPTS + context["body"]


def leave_out_aliases(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Say nothing of a named tuple's field where Python says only its number."""
    lines[:] = [line for line in lines if not line.startswith("Alias for field number")]


def bring_hangul(app: Sphinx, exception: Exception | None) -> None:
    """Write the font that book/_static/custom.css names, its licence beside it."""
    if exception is None and app.builder.format == "html":
        pages = Path(app.outdir).rglob("*.html")
        static = Path(app.outdir) / "_static"
        font = make_font.web_font(page.read_text(encoding="utf-8") for page in pages)
        (static / "hangul.woff2").write_bytes(font)
        shutil.copyfile(make_font.LICENCE, static / "hangul-OFL.txt")


def drop_thebe(app: Sphinx) -> None:
    """Take back everything that sphinx-thebe has registered."""
    for name, listeners in app.events.listeners.items():
        app.events.listeners[name] = [
            listener
            for listener in listeners
            if not listener.handler.__module__.startswith("sphinx_thebe")
        ]
    app.registry.css_files[:] = [
        (name, attributes)
        for name, attributes in app.registry.css_files
        if name != "sphinx-thebe.css"
    ]
