"""The directive `course-questions`: a page's questions, each a fieldset whose choices are folds.

Where scripts run, book/_static/questions.js makes radio buttons of the folds. The pages that have
questions or bets load what they need, and no other page does.
"""

import sys
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import questions

SCRIPTS = ("memory.js", "questions.js", "bets.js")


class html_element(nodes.General, nodes.Element):  # noqa: N801  # docutils names nodes so
    """An HTML element: its name in `tag`, its attributes in `html`."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(html_element, html=(open_element, close_element))
    app.add_directive("course-questions", CourseQuestions)
    app.connect("html-page-context", load_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class CourseQuestions(SphinxDirective):
    """Shows the questions of one page, named as their file is."""

    required_arguments = 1
    option_spec: ClassVar = Directive.option_spec

    def run(self) -> list[nodes.Node]:
        """The questions, after a box that will tell how the page's bets went."""
        page = self.arguments[0]
        self.env.note_dependency(str(questions.file_of(page)))
        bets = element("div", {"class": "bets-sum"})
        shown = [self.shown(one, number) for number, one in enumerate(questions.read(page), 1)]
        block = element("div", {"class": "course-questions", "data-page": page}, *shown)
        return [bets, block]

    def shown(self, one: questions.Question, number: int) -> nodes.Node:
        """One question with its choices."""
        legend = element("legend", {}, nodes.Text(f"{number}. "), *self.inline(one.ask))
        choices = [
            element(
                "details",
                {"class": "choice", "data-right": str(each.right).lower()},
                element("summary", {}, *self.inline(each.text)),
                element("p", {"class": "why"}, *self.inline(each.answer)),
            )
            for each in one.choices
        ]
        return element("fieldset", {"data-name": one.name}, legend, *choices)

    def inline(self, text: str) -> list[nodes.Node]:
        """Text with formulas and code, parsed as that of a page is."""
        parsed, problems = self.parse_inline(text)
        return [*parsed, *problems]


def element(tag: str, attributes: dict[str, str], *children: nodes.Node) -> html_element:
    """An element of HTML among the nodes of a page."""
    return html_element("", *children, tag=tag, html=attributes)


def open_element(translator: HTML5Translator, node: html_element) -> None:
    """Write its first tag."""
    translator.body.append(translator.starttag(node, node["tag"], "", **node["html"]))


def close_element(translator: HTML5Translator, node: html_element) -> None:
    """Write its last tag."""
    translator.body.append(f"</{node['tag']}>")


def load_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Load scripts and styles on the pages that have questions or bets."""
    body = context.get("body", "")
    if 'class="course-questions"' in body or "<course-bet" in body:
        app.add_css_file("questions.css")
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")
