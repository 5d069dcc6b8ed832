"""A chapter's page as a notebook for Colab, which knows nothing of MyST.

jupytext splits the page into cells. What is left of MyST in the text becomes plain Markdown here:
boxes, hidden answers, listings taken from the package, citations, links, and the computed numbers,
which are taken from the page's own cells. A directive or a role that is not known is an error, so
that nothing raw reaches a learner.
"""

import ast
import re
import textwrap
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from unittest import mock

import jupytext
import nbformat
from nbformat import NotebookNode
from pybtex.database import parse_file

import notebook_form
from home import ROOT, Home

DIRECTIVE = re.compile(
    r"^```\{(?P<name>[\w:-]+)\} ?(?P<title>[^\n]*)\n"
    r"(?P<options>(?::[\w-]+:[^\n]*\n)*)(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
ROLE = re.compile(r"\{(?P<name>[\w:]+)\}`(?P<text>[^`]+)`")
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)\s]+)\)")
TITLES = {"remove-cell": "Read what was measured", "hide-cell": "The solution"}
HERE = (
    "{badge}\n\n*This is a page of the course as a notebook. It trains nothing large: it runs in "
    "less than a minute and needs no GPU. Numbers in bold are read from runs that came with the "
    "course; folded cells hold what the page hides. [Read the page instead]({page}), or [train "
    "this rung yourself]({train}).*"
)


class UnknownMarkupError(ValueError):
    """Markup of a page for which there is no plain Markdown here."""


def convert(page: Path, home: Home) -> NotebookNode:
    """The notebook of a page, with cell ids that say what they are."""
    source = jupytext.read(page, fmt="md:myst")
    say = partial(plain, page=page, home=home, numbers=computed(source))
    made = nbformat.v4.new_notebook()
    for cell in source.cells:
        if cell.cell_type == "markdown":
            made.cells.append(nbformat.v4.new_markdown_cell(say(cell.source)))
        else:
            made.cells += code_cells(cell, say)
    path = f"notebooks/chapters/{page.stem}.ipynb"
    title, text = made.cells[0].source.split("\n", maxsplit=1)
    about = HERE.format(
        badge=notebook_form.badge(home, path),
        page=home.page(f"book/{page.stem}"),
        train=home.colab(f"notebooks/train/{page.stem}.ipynb"),
    )
    made.cells[0].source = f"{title}\n\n{about}\n{text}"
    made.cells.insert(1, nbformat.v4.new_code_cell(""))
    for number, cell in enumerate(made.cells):
        cell["id"] = f"{page.stem[:3]}-{number:02}"
    made.cells[1]["id"] = "setup"
    return notebook_form.normal(made, path, home)


def computed(source: NotebookNode) -> dict[str, object]:
    """Run the cells of a page that compute numbers for its text; give the numbers by name."""
    from attention_course.widgets import pages

    numbers: dict[str, object] = {}
    room: dict[str, object] = {}
    with mock.patch.object(pages, "glue", numbers.__setitem__):
        for cell in source.cells:
            if cell.cell_type == "code" and "glue(" in cell.source:
                exec(compile(cell.source, "a cell of the page", "exec"), room)
    return numbers


def code_cells(cell: NotebookNode, say: Callable[[str], str]) -> list[NotebookNode]:
    """A cell of code, folded where the page hides it, and its caption below."""
    figure = cell.metadata.get("mystnb", {}).get("figure", {})
    number = figures()[figure["name"]] if figure else ""
    [tag] = cell.metadata.get("tags", [""])
    code = nbformat.v4.new_code_cell(cell.source)
    if tag:
        code.metadata |= notebook_form.FOLDED
        code.source = f"# @title {TITLES.get(tag) or number or 'Show it'}\n{cell.source}"
    if tag == "hide-cell":
        code.source = only_when_asked(cell.source)
    tried = [nbformat.v4.new_code_cell("# Your own try.")] if tag == "hide-cell" else []
    caption = f"*{number}. {say(figure['caption'])}*" if figure else ""
    return [*tried, code, *([nbformat.v4.new_markdown_cell(caption)] if figure else [])]


def only_when_asked(solution: str) -> str:
    """A solution that runs when its box is ticked, and not by 'Run all'."""
    return (
        f"# @title {TITLES['hide-cell']}: tick the box, then run this cell\n"
        'show = False  # @param {type:"boolean"}\n'
        f"if show:\n{textwrap.indent(solution, '    ')}"
    )


def plain(text: str, page: Path, home: Home, numbers: dict[str, object]) -> str:
    """MyST as Markdown that Colab and Jupyter show.

    Raises:
        UnknownMarkupError: a directive, a role or the target of a link is not known here.
    """

    def directive(found: re.Match[str]) -> str:
        name, title, body = found["name"], found["title"], found["body"].strip("\n")
        if name == "admonition":
            return textwrap.indent(f"**{title}**\n\n{body}", "> ", lambda line: True)
        if name == "dropdown":
            return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
        if name == "literalinclude":
            wanted = re.search(r":pyobject: (\S+)", found["options"])[1]
            return f"```python\n{listing((page.parent / title).resolve(), wanted)}\n```"
        raise UnknownMarkupError(f"{page.name}: no plain Markdown for the directive {name}")

    def role(found: re.Match[str]) -> str:
        shown, _, target = re.fullmatch(r"([^<]+?)( <(.+)>)?", found["text"]).groups()
        match found["name"]:
            case "glue:text":
                return shown_number(numbers, found["text"])
            case "cite:t" | "cite:p" as kind:
                return cited(shown, kind == "cite:p")
            case "term":
                entry = (target or shown).replace(" ", "-")
                return f"[{shown}]({home.page(f'book/glossary#term-{entry}')})"
            case "numref":
                return figures()[shown]
            case "colab":
                return f"[{shown}]({home.colab(target)})"
        raise UnknownMarkupError(f"{page.name}: no plain Markdown for the role {found['name']}")

    def link(found: re.Match[str]) -> str:
        return f"]({address(found['target'], home)})"

    text = re.sub(rf"^\{{colab\}}`[^`]*/chapters/{page.stem}\.ipynb>`\n", "", text, flags=re.M)
    text = LINK.sub(link, ROLE.sub(role, text))  # first: in listings there is nothing to replace
    return DIRECTIVE.sub(directive, text).strip("\n")


def shown_number(numbers: dict[str, object], asked: str) -> str:
    """A computed number as the page shows it: `name` or `name:format`."""
    name, _, form = asked.partition(":")
    value = numbers[name]
    return str(value) if isinstance(value, str) else f"**{value:{form}}**"


def cited(key: str, in_brackets: bool) -> str:
    """Authors and year, with a link to the paper."""
    paper = parse_file(ROOT / "book" / "references.bib").entries[key]
    names = [
        " ".join(str(part) for part in [*one.rich_prelast_names, *one.rich_last_names])
        for one in paper.persons["author"]
    ]
    who = " and ".join(names) if len(names) <= 2 else f"{names[0]} et al."
    where = paper.fields.get("url") or f"https://doi.org/{paper.fields['doi']}"
    year = paper.fields["year"]
    return f"([{who}, {year}]({where}))" if in_brackets else f"[{who} ({year})]({where})"


@cache
def figures() -> dict[str, str]:
    """The number of every figure of the chapters, as the website counts them."""
    found = {}
    for page in sorted((ROOT / "book").glob("ch*.md")):
        names = re.findall(r"^    name: (fig-\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        found |= {name: f"Fig. {page.stem[2]}.{place}" for place, name in enumerate(names, start=1)}
    return found


@cache
def labels() -> dict[str, str]:
    """The page of every label `(label)=` of the book."""
    return {
        label: page.stem
        for page in (ROOT / "book").glob("*.md")
        for label in re.findall(r"^\(([\w-]+)\)=$", page.read_text(encoding="utf-8"), re.MULTILINE)
    }


def address(target: str, home: Home) -> str:
    """Where a link of a page leads from a notebook: another chapter's notebook, or the website."""
    stem = target.removesuffix(".md")
    if target.endswith(".md") and stem.startswith("ch"):
        return home.colab(f"notebooks/chapters/{stem}.ipynb")
    if target.endswith(".md"):
        return home.page(f"book/{stem}")
    if target in labels():
        return home.page(f"book/{labels()[target]}#{target}")
    raise UnknownMarkupError(f"a link to {target}: no such page or label in book/")


def listing(file: Path, name: str) -> str:
    """The source of a function, a class or a method of a module."""
    text = file.read_text(encoding="utf-8")
    node: ast.AST = ast.parse(text)
    for part in name.split("."):
        [node] = [one for one in node.body if getattr(one, "name", "") == part]
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
