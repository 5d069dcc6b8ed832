"""Citations that say where they lead, and a bibliography without a role that it does not have."""

from docutils import nodes
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", link_authors)
    app.connect("html-page-context", mend_bibliography)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_authors(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a citation in a sentence its own link, `Luong et al. [2015]`.

    sphinxcontrib-bibtex links the year alone, and a reader who goes from link to link hears
    "2015".
    """
    for citation in list(doctree.findall(nodes.inline)):
        links = list(citation.findall(nodes.reference))
        if "bibtex-citation" in citation["classes"] and len(links) == 1:
            [link] = links
            whole = link.copy()
            link.replace_self(link.children)
            whole.extend(citation.children)
            citation.children = []
            citation.append(whole)


def mend_bibliography(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Take `role="list"` from the bibliography: its entries are not list items."""
    if "body" in context:
        context["body"] = context["body"].replace(
            '<div role="list" class="citation-list">', "<div>"
        )
