"""Formulas typeset while the website is built, by KaTeX: HTML for eyes, MathML for screen readers.

A page then needs no script for its formulas, and none of them is a stop of the Tab key. Node runs
once and is asked for one formula after the other; a formula that it does not understand is a
warning, which fails the build. Where KaTeX or node is absent, Sphinx's MathJax stays, and
tools/vendor_katex.py has said so.
"""

import html
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.logging import getLogger
from sphinx.util.math import get_node_equation_number, wrap_displaymath
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import make_font
import npm_package
import vendor_katex

KATEX = vendor_katex.TARGET
OTHER_FORMATS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)')
log = getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("config-inited", choose_renderer)
    app.connect("html-page-context", add_styles)
    app.connect("build-finished", bring_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def choose_renderer(app: Sphinx, config: Config) -> None:
    """Take KaTeX where it lies ready, else MathJax."""
    config.html_math_renderer = "katex" if vendor_katex.is_there() else "mathjax"


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    opening = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    translator.body.append(f"{opening}{typeset_node(node, node.astext(), False)}</span>")
    raise nodes.SkipNode


def visit_display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own, its number before it."""
    latex = node.astext()
    if not node["nowrap"] and ("\\\\" in latex or "\n\n" in latex):
        latex = wrap_displaymath(latex, None, False)
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(f"{typeset_node(node, latex, True)}</div>\n")
    raise nodes.SkipNode


def typeset_node(node: nodes.Node, latex: str, display: bool) -> str:
    """The formula's HTML; where it is wrong, its source, and a warning that names the line."""
    answer = typeset(latex.strip(), display)
    if "html" in answer:
        return answer["html"]
    log.warning("a formula is wrong: %s", answer["error"], location=node)
    return html.escape(latex)


@cache
def typeset(latex: str, display: bool) -> dict[str, str]:
    """What KaTeX answers: `html`, or `error`.

    Raises:
        RuntimeError: node ended without an answer.
    """
    node = running_node()
    assert node.stdin is not None
    assert node.stdout is not None
    print(json.dumps({"latex": latex, "display": display}), file=node.stdin, flush=True)
    line = node.stdout.readline()
    if not line:
        raise RuntimeError(f"expected node to typeset {latex!r}, but it ended ({node.poll()})")
    answer: dict[str, str] = json.loads(line)
    return answer


@cache
def running_node() -> subprocess.Popen[str]:
    """Node, running book/_ext/typeset.cjs; it ends when the build does, with its input."""
    program = [npm_package.find_program("node"), str(Path(__file__).with_suffix(".cjs"))]
    return subprocess.Popen(
        [*program, str(KATEX / "katex.min.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def add_styles(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Load KaTeX's styles on the pages that have a formula."""
    if uses_katex(app) and app.env.get_domain("math").has_equations(pagename):
        app.add_css_file("katex/katex.css")


def uses_katex(app: Sphinx) -> bool:
    """Whether this build is a website whose formulas KaTeX typesets."""
    return app.builder.format == "html" and app.builder.math_renderer_name == "katex"


def bring_styles(app: Sphinx, exception: Exception | None) -> None:
    """Write KaTeX's styles and its fonts, cut to the characters that the pages may show."""
    if exception or not uses_katex(app):
        return
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    styles = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    (target / "katex.css").write_text(OTHER_FORMATS.sub("", styles), encoding="utf-8")
    pages = Path(app.outdir).rglob("*.html")
    characters = {one for page in pages for one in page.read_text(encoding="utf-8")}
    for font in (KATEX / "fonts").glob("*.woff2"):
        (target / "fonts" / font.name).write_bytes(make_font.cut_file(font, characters))
    (target / "LICENSE").write_bytes((KATEX / "LICENSE").read_bytes())
