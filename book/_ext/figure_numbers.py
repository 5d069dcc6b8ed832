"""Figures of a page without a number are counted from 1 on each page, not through the book."""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("env-get-updated", count_by_page, priority=900)  # when Sphinx has counted
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def count_by_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count anew what Sphinx has counted in one row; a chapter's figures, 3.1, are left alone."""
    for kinds in env.toc_fignumbers.values():
        for numbers in kinds.values():
            if all(len(number) == 1 for number in numbers.values()):
                in_order = sorted(numbers, key=lambda name, known=numbers: known[name])
                numbers.update({name: (place,) for place, name in enumerate(in_order, start=1)})
    return []
