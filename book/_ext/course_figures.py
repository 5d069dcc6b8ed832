"""Puts the figures that cells have drawn into their pages, in the page's own font and colours.

Matplotlib draws for white paper. Here its SVG becomes part of the HTML: colours become variables
of book/_static/palette.css, grounds go, text stays text. A figure of several panels becomes several
drawings, which lie below each other where a page is narrow. The same is done with the pictures
that stand in place of a figure until its script runs: they come inside the output of a cell.
"""

import base64
import math
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from xml.etree import ElementTree

from matplotlib.colors import to_hex
from sphinx.application import Sphinx

from attention_course.figures.heatmaps import WEIGHTS as MAP
from attention_course.figures.palette import PALETTE, WEIGHTS

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
DRAWN = re.compile(
    r'<img\b[^>]*?\bsrc="(?:[^"]*?_images/(?P<file>[^"/]+\.svg)'
    r'|data:image/svg\+xml;base64,(?P<carried>[^"]+))"[^>]*>'
)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
DECIMALS = re.compile(r"-?\d+\.\d{3,}")
TAG = re.compile(r"<[^>]*>")  # where coordinates are; between tags stands what a figure says
SMALLEST = 11  # pixels that a letter has at least; a figure that needs more room scrolls
NO_AREA = "#1f77b4"  # what matplotlib fills the caps of whiskers with, which are lines
VARIABLES = {NO_AREA: "none"} | {
    colour.lower(): f"var(--{name})" for name, colour in PALETTE.items()
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", put_into_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_into_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Write each SVG image of a page into the page."""
    if "body" in context:
        files = {name: Path(app.srcdir) / source for source, name in app.builder.images.items()}
        context["body"] = with_drawings(context["body"], files)


def with_drawings(body: str, files: Mapping[str, Path]) -> str:
    """A page's body with its SVG images as drawings; `files` are its images by their names."""
    number = 0

    def inline(image: re.Match[str]) -> str:
        nonlocal number
        number += 1
        [alt] = re.findall(r'alt="([^"]*)"', image[0]) or [""]
        if image["carried"]:
            drawing = base64.b64decode(image["carried"]).decode()
        else:
            drawing = files[image["file"]].read_text(encoding="utf-8")
        return page_figure(drawing, unescape(alt), f"d{number}-")

    return DRAWN.sub(inline, body)


def page_figure(drawing: str, alt: str, prefix: str) -> str:
    """One SVG of matplotlib as HTML: an image with its text for those who do not see it.

    Every id begins with `prefix`, since all figures of a page share one set of ids.
    """
    root = ElementTree.fromstring(drawing)
    widths = root.get("viewBox", "").split()
    figure = root.find(f"{SVG}g[@id='figure_1']")
    if figure is None or len(widths) != 4:
        raise ValueError(
            f"expected a figure of matplotlib, got an SVG that begins {drawing[:80]!r}"
        )
    panels = figure.findall(f"{SVG}g")
    panels = [group for group in panels if group.get("id", "").startswith("subfigure")]
    boxes = [extent(panel) for panel in panels] or [tuple(map(float, widths))]
    title = heading(figure) if panels else ""
    for element in list(root):
        if element.tag.endswith("metadata") or element.find(f"{SVG}style") is not None:
            root.remove(element)
    rename(root, prefix)
    for element in root.iter():
        recolour(element)
    drop_grounds(root)
    shared = [one for one in root if one is not figure]
    parts = [[*shared, *([figure] if not panels else panels[:1])], *([one] for one in panels[1:])]
    drawings = [one_svg(part, box) for part, box in zip(parts, boxes, strict=True)]
    return (
        f"{title}"
        f'<span class="drawing" role="img" aria-label="{escape(alt)}">{"".join(drawings)}</span>'
    )


def heading(figure: ElementTree.Element) -> str:
    """The title that stands over all panels, as HTML; nothing where there is none."""
    lines = [text.text or "" for text in figure.findall(f"{SVG}g/{SVG}text")]
    title = escape(" ".join(lines))
    return f'<span class="drawing-title">{title}</span>' if title else ""


def extent(panel: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of a subfigure: those of its ground, which is drawn first."""
    path = panel.find(f"{SVG}g/{SVG}path")
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", path.get("d", ""))]  # type: ignore[union-attr]
    left, top = min(numbers[::2]), min(numbers[1::2])
    return left, top, max(numbers[::2]) - left, max(numbers[1::2]) - top


def one_svg(elements: list[ElementTree.Element], box: tuple[float, ...]) -> str:
    """A drawing of its own, which is never so narrow that its letters are too small to read."""
    sizes = [
        float(size)
        for element in elements
        for text in element.iter(f"{SVG}text")
        for size in re.findall(r"font-size: ([\d.]+)px", text.get("style", ""))
    ]
    least = box[2] * SMALLEST / min(sizes, default=10)
    inside = "".join(ElementTree.tostring(one, encoding="unicode") for one in elements)
    inside = re.sub(r' xmlns(:\w+)?="[^"]*"', "", re.sub(r"<(/?)\w+:", r"<\1", inside))
    inside = TAG.sub(lambda tag: DECIMALS.sub(hundredths, tag[0]), inside)
    inside = re.sub(r"\s+", " ", inside)
    view = " ".join(f"{side:g}" for side in box)
    return (
        f'<svg viewBox="{view}" aria-hidden="true" focusable="false" '
        f'style="--natural: {box[2]:.0f}; --least: {math.ceil(least)}px">{inside}</svg>'
    )


def rename(root: ElementTree.Element, prefix: str) -> None:
    """Give ids that are used a prefix, and drop the others."""
    used = set()
    for element in root.iter():
        if XLINK in element.attrib:
            used.add(element.attrib[XLINK][1:])
            element.set("href", f"#{prefix}{element.attrib.pop(XLINK)[1:]}")
        clip = element.get("clip-path", "")
        if clip:
            used.add(clip[5:-1])
            element.set("clip-path", f"url(#{prefix}{clip[5:-1]})")
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", prefix + name)


def recolour(element: ElementTree.Element) -> None:
    """Name the colours of an element, and leave the font to the page."""
    style = element.get("style")
    if style is None:
        return
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    style = re.sub(r"font-family: [^;]*;?", "", style)
    style = re.sub(r"font: ([\d.]+px)[^;]*", r"font-size: \1", style)
    element.set("style", COLOUR.sub(lambda colour: named(colour[0]), style).strip())


def named(colour: str) -> str:
    """The variable of a colour; between two steps of the weights' colours, a mixture of them."""
    return VARIABLES.get(colour.lower()) or MIXED.get(colour.lower()) or colour


def hundredths(number: re.Match[str]) -> str:
    """A coordinate to a hundredth of a pixel."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def drop_grounds(root: ElementTree.Element) -> None:
    """Take out the white sheets below a figure and below its axes."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{SVG}path" and child.get("style") == "fill: var(--paper)":
                parent.remove(child)


def mixtures() -> dict[str, str]:
    """What stands for each of the 256 colours of weights."""
    mixed = {}
    for level in range(256):
        place = level / 255 * (len(WEIGHTS) - 1)
        step = min(int(place), len(WEIGHTS) - 2)
        share = round(100 * (place - step))
        mixed[to_hex(MAP(level))] = (
            f"color-mix(in srgb, var(--weight-{step + 1}) {share}%, var(--weight-{step}))"
        )
    return mixed


MIXED = mixtures()
