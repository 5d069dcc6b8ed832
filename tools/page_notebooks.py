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
import questions
from attention_course.rungs import CONTINUED, NUMBERED, STEMS, rung_of_page
from home import ROOT, Home

DIRECTIVE = re.compile(
    r"^```\{(?P<name>[\w:-]+)\} ?(?P<title>[^\n]*)\n"
    r"(?P<options>(?::[\w-]+:[^\n]*\n)*)(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
ROLE = re.compile(r"\{(?P<name>[\w:]+)\}`(?P<text>[^`]+)`")
LABELLED = re.compile(r"^\$\$ \((?P<name>eq-[\w-]+)\)$", re.MULTILINE)  # the end of a formula
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)\s]+)\)")
TITLES = {"remove-cell": "Read what was measured", "hide-cell": "The solution"}
Definition = ast.ClassDef | ast.FunctionDef
INTRODUCTION = (
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
    to_plain = partial(plain, page=page, home=home, numbers=computed(source))
    notebook: NotebookNode = nbformat.v4.new_notebook()
    for cell in source.cells:
        if cell.cell_type == "markdown":
            notebook.cells.append(nbformat.v4.new_markdown_cell(to_plain(cell.source)))
        else:
            notebook.cells += code_cells(cell, to_plain)
    path = f"notebooks/chapters/{page.stem}.ipynb"
    title, _, text = notebook.cells[0].source.partition("\n")
    introduction = INTRODUCTION.format(
        badge=notebook_form.badge(home, path),
        page=home.page(f"book/{page.stem}"),
        train=home.colab(f"notebooks/train/{rung_of_page(page.stem).stem}.ipynb"),
    )
    notebook.cells[0].source = f"{title}\n\n{introduction}\n{text}".rstrip()
    notebook.cells.insert(1, nbformat.v4.new_code_cell(""))
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{rung_of_page(page.stem).short}-{number:02}"
    notebook.cells[1]["id"] = "setup"
    return notebook_form.normal(notebook, path, home)


def computed(source: NotebookNode) -> dict[str, object]:
    """Run the cells of a page that compute numbers for its text; give the numbers by name."""
    from attention_course.widgets import pages

    numbers: dict[str, object] = {}
    namespace: dict[str, object] = {}
    with mock.patch.object(pages, "glue", numbers.__setitem__):
        for cell in source.cells:
            if cell.cell_type == "code" and "pages.glue" in cell.source:
                exec(compile(cell.source, "a cell of the page", "exec"), namespace)
    return numbers


def code_cells(cell: NotebookNode, to_plain: Callable[[str], str]) -> list[NotebookNode]:
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
    cells = [code]
    if tag == "hide-cell":
        cells.insert(0, nbformat.v4.new_code_cell("# Your own try."))
    if figure:
        caption = f"*{number}. {to_plain(figure['caption'])}*"
        cells.append(nbformat.v4.new_markdown_cell(caption))
    return cells


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

    def directive(match: re.Match[str]) -> str:
        name, title, body = match["name"], match["title"], match["body"].strip("\n")
        if name == "admonition":
            return textwrap.indent(f"**{title}**\n\n{body}", "> ", lambda line: True)
        if name == "margin":
            return textwrap.indent(body, "> ", lambda line: True)
        if name == "course-questions":
            return questions.as_markdown(title)
        if name == "dropdown":
            return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
        shown = re.search(r":pyobject: (\S+)", match["options"])
        if name == "literalinclude" and shown is not None:
            return f"```python\n{listing((page.parent / title).resolve(), shown[1])}\n```"
        raise UnknownMarkupError(f"{page.name}: no plain Markdown for the directive {name}")

    def role(match: re.Match[str]) -> str:
        name, (shown, target) = match["name"], text_and_target(match["text"])
        match name:
            case "glue:text":
                return shown_number(numbers, shown)
            case "cite:t" | "cite:p" as kind:
                return cited(shown, kind == "cite:p")
            case "term":
                entry = (target or shown).replace(" ", "-")
                return f"[{shown}]({home.page(f'book/glossary#term-{entry}')})"
            case "numref":
                return figures()[shown]
            case "eq":
                stem, number = equations()[shown]
                return f"[({number})]({home.page(f'book/{stem}#equation-{shown}')})"
            case "colab":
                return f"[{shown}]({home.colab(target)})"
        raise UnknownMarkupError(f"{page.name}: no plain Markdown for the role {name}")

    def link(match: re.Match[str]) -> str:
        return f"]({address(match['target'], home)})"

    def numbered(match: re.Match[str]) -> str:
        return f"\\tag{{{equations()[match['name']][1]}}}\n$$"

    text = LABELLED.sub(numbered, text)
    text = re.sub(rf"^\{{colab\}}`[^`]*/chapters/{page.stem}\.ipynb>`\n", "", text, flags=re.M)
    text = LINK.sub(link, ROLE.sub(role, text))  # first: in listings there is nothing to replace
    return DIRECTIVE.sub(directive, text).strip("\n")


def text_and_target(text: str) -> tuple[str, str]:
    """What a role shows and what it leads to, of `text <target>`; without a target that is ''.

    What does not have this form is all text.
    """
    match = re.fullmatch(r"([^<]+?) <(.+)>", text)
    return (match[1], match[2]) if match else (text, "")


def shown_number(numbers: dict[str, object], name_and_format: str) -> str:
    """A computed number as the page shows it: `name` or `name:format`."""
    name, _, form = name_and_format.partition(":")
    value = numbers[name]
    return value if isinstance(value, str) else f"**{value:{form}}**"


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
    """The number of every figure, as the website counts them: anew on each page.

    Those of a chapter carry its number, also where the contents have lost it: that is for sync to
    say. A page in the contents that is not there is for the website's builder to refuse.
    """
    chapters = {one.stem: f"{one.number}." for one in NUMBERED}
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    named = {*re.findall(r": book/(\w+)$", contents, re.MULTILINE), *chapters}
    pages = [ROOT / "book" / f"{name}.md" for name in named]
    return {
        name: f"Fig. {chapters.get(page.stem, '')}{index}"
        for page in pages
        if page.exists()
        for index, name in enumerate(names_of_figures(page), start=1)
    }


@cache
def equations() -> dict[str, tuple[str, str]]:
    """Of every formula that has a name its page, and its number as the website counts them."""
    pages = {one: ROOT / "book" / f"{one.stem}.md" for one in NUMBERED}
    return {
        match["name"]: (one.stem, f"{one.number}.{index}")
        for one, page in pages.items()
        for index, match in enumerate(LABELLED.finditer(page.read_text(encoding="utf-8")), start=1)
    }


def names_of_figures(page: Path) -> list[str]:
    """The names of a page's figures, as in `fig-...`, in their order."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^(?:    |:)name: (fig-\S+)$", text, re.MULTILINE)


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
    if target.endswith(".md") and stem in (*STEMS, *CONTINUED):
        return home.colab(f"notebooks/chapters/{stem}.ipynb")
    if target.endswith(".md"):
        return home.page(f"book/{stem}")
    if target in labels():
        return home.page(f"book/{labels()[target]}#{target}")
    raise UnknownMarkupError(f"a link to {target}: no such page or label in book/")


def listing(file: Path, name: str) -> str:
    """The source of a function, a class or a method of a module."""
    text = file.read_text(encoding="utf-8")
    node = definition(ast.parse(text).body, name)
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))


def definition(body: list[ast.stmt], name: str) -> Definition:
    """Find a definition among statements; `Class.method` is looked for inside the class."""
    first, _, rest = name.partition(".")
    [node] = [one for one in body if isinstance(one, Definition) and one.name == first]
    return definition(node.body, rest) if rest else node
