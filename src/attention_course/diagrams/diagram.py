"""A diagram as HTML: its drawing, a narrow one beside it where it needs one, and its steps."""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from attention_course.diagrams.parts import Pixels, tag

LOOK = Path(__file__).with_name("diagram.css")
NARROW, WIDE = 358, 660  # pixels for a drawing on a phone, and in the column of a desk


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and the size of the sheet in pixels."""

    width: Pixels
    height: Pixels
    parts: tuple[str, ...]

    def svg(self, name: str, title: str, description: str, look: str) -> str:
        """The drawing as an image with a title and a description; `name` begins its ids."""
        return tag(
            "svg",
            tag("title", escape(title), id=f"{name}-title"),
            tag("desc", escape(description), id=f"{name}-desc"),
            *self.parts,
            viewBox=f"0 0 {self.width:g} {self.height:g}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            class_=look,
            style=f"--natural: {self.width:g}",
        )


@dataclass(frozen=True)
class Diagram:
    """A diagram of a page. In a notebook and on the website, a cell that ends with it shows it.

    `narrow` is for phones, and for all where there is no `wide`. `title` says in a few words what
    it is, `description` tells those who do not see it what there is to see. With `steps`, one
    sentence each, the website plays the drawing's steps, see book/_static/diagrams.js; where no
    script runs everything is shown at once, and the sentences as a list. `fold` is the line that
    opens a diagram which is folded away.
    """

    title: str
    description: str
    narrow: Drawing
    wide: Drawing | None = None
    steps: tuple[str, ...] = ()
    fold: str = ""

    def __post_init__(self) -> None:
        for one in self.drawings():
            numbers = {
                int(number) for number in re.findall(r'data-step="(\d+)"', "".join(one.parts))
            }
            if not numbers <= set(range(1, len(self.steps) + 1)):
                raise ValueError(
                    f"expected steps from 1 to {len(self.steps)}, each with a sentence, got "
                    f"{sorted(numbers)} in the diagram {self.title!r}"
                )

    def drawings(self) -> tuple[Drawing, ...]:
        """The narrow drawing and, if there is one, the wide one."""
        return (self.narrow, self.wide) if self.wide else (self.narrow,)

    def _repr_html_(self) -> str:
        name = "diagram-" + "-".join(re.findall(r"[a-z0-9]+", self.title.lower()))
        looks = ("narrow", "wide") if self.wide else ("only",)
        pictures = [
            drawing.svg(f"{name}-{look}", self.title, self.description, look)
            for look, drawing in zip(looks, self.drawings(), strict=True)
        ]
        told = [tag("ol", *(tag("li", escape(one)) for one in self.steps))] if self.steps else []
        shown = tag("div", *pictures, *told, class_="diagram", data_steps=len(self.steps) or "")
        if self.fold:
            shown = tag("details", tag("summary", escape(self.fold)), shown, class_="opened")
        return f"<style>{LOOK.read_text(encoding='utf-8')}</style>{shown}"
