"""The parts of all diagrams: pill, box, sum, line, arrow, grid. Each is a piece of SVG.

A word is a pill, a state is a box in the colour of its rung, a weight is the thickness and the
depth of a line, a sum is a circle, a matrix is a grid of cells. Colours are classes, which
`diagram.css` binds to the variables of the page, so that one drawing is right in light and dark.
Places are in pixels of a drawing that is shown at its natural size, measured from its top left;
`x` and `y` are the middle of a part unless its docstring says otherwise.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Literal

Number = float | int
Pixels = Number  # with which beartype takes whole numbers, too
Point = tuple[Pixels, Pixels]
Anchor = Literal["start", "middle", "end"]
Tone = Literal[
    "rung-1",
    "rung-2",
    "rung-3",
    "rung-4",
    "rung-5",
    "query",
    "key",
    "value",
    "plain",
    "muted",
    "gold",
]

SIZE, SMALL = 14, 12  # pixels of letters
ROUND = 5  # pixels of a box's corners
HEAD = 7  # pixels of the head of an arrow
WIDEST = 13  # pixels of the line of a weight of one


def tag(name: str, *inside: str, **attributes: str | Pixels) -> str:
    """An element; `class_` is its class, and `stroke_width` is written as `stroke-width`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def shown(value: str | Pixels) -> str:
    """An attribute's value: numbers with as few digits as a tenth of a pixel needs."""
    return escape(value) if isinstance(value, str) else f"{round(value, 2):g}"


def toned(tone: Tone, *parts: str) -> str:
    """Parts in one colour: that of a rung or of a role."""
    return tag("g", *parts, class_=f"tone-{tone}")


def step(number: int, *parts: str, until: int = 0, sudden: bool = False) -> str:
    """Parts that appear at a step, counted from 1, and with `until` are gone after that one.

    Before it they are seen faintly, so that the eye knows where the picture leads; if they stand
    where others stand before them they have to appear suddenly.
    """
    look = "sudden" if sudden else ""
    return tag("g", *parts, data_step=number, data_until=until or "", class_=look)


def text(
    x: Pixels,
    y: Pixels,
    words: str,
    size: Pixels = SIZE,
    anchor: Anchor = "middle",
    look: str = "",
) -> str:
    """Words whose middle line is at y. Of `a_t` and `W_{hr}` the part below stands lower.

    `look` is one or more of strong, muted, toned, halo and math (in italics).
    """
    if not words:
        return ""
    pieces = re.split(r"_(\w|\{[^}]+\})", words)
    lines = [escape(pieces[0])]
    for below, after in zip(pieces[1::2], pieces[2::2], strict=True):
        lines.append(tag("tspan", escape(below.strip("{}")), dy=4, font_size=max(11, size - 3)))
        lines += [tag("tspan", escape(after), dy=-4)] if after else []
    return tag(
        "text", *lines, x=x, y=y + 0.36 * size, font_size=size, text_anchor=anchor, class_=look
    )


def width_of(words: str, size: Pixels = SIZE) -> Pixels:
    """About how many pixels wide words are: Hangul is square, Latin letters are narrower."""
    return size * sum(0.98 if unicodedata.east_asian_width(one) in "WF" else 0.58 for one in words)


def lines(
    x: Pixels,
    y: Pixels,
    words: Sequence[str],
    size: Pixels = SIZE,
    anchor: Anchor = "middle",
    look: str = "",
) -> str:
    """Several lines of words, the first at y."""
    return "".join(
        text(x, y + 1.35 * size * number, line, size, anchor, look)
        for number, line in enumerate(words)
    )


def rectangle(
    x: Pixels, y: Pixels, width: Pixels, height: Pixels, look: str, r: Pixels = ROUND
) -> str:
    """A rectangle around its middle."""
    return tag(
        "rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=r, class_=look
    )


def pill(
    x: Pixels,
    y: Pixels,
    word: str,
    width: Pixels = 0,
    height: Pixels = 28,
    size: Pixels = SIZE,
    look: str = "strong",
) -> str:
    """A word, as wide as it needs if no width is given."""
    width = width or 1.12 * width_of(word, size) + 20
    return rectangle(x, y, width, height, "pill", height / 2) + text(x, y, word, size, look=look)


def box(
    x: Pixels,
    y: Pixels,
    label: str = "",
    width: Pixels = 44,
    height: Pixels = 34,
    size: Pixels = SIZE,
    look: str = "math",
) -> str:
    """A state, in the colour of its group."""
    named = text(x, y, label, size, look=look) if label else ""
    return rectangle(x, y, width, height, "box") + named


def block(x: Pixels, y: Pixels, label: str, width: Pixels = 120, height: Pixels = 36) -> str:
    """A piece of a machine with its name: a layer, a network, a norm."""
    return rectangle(x, y, width, height, "block") + text(x, y, label)


def sum_circle(x: Pixels, y: Pixels, label: str = "Σ", radius: Pixels = 19) -> str:
    """A sum, in the colour of its group."""
    return tag("circle", cx=x, cy=y, r=radius, class_="sum") + text(
        x, y, label, radius * 0.95, look="strong"
    )


def operation(x: Pixels, y: Pixels, sign: str, radius: Pixels = 12) -> str:
    """An operation on two vectors: + or ×."""
    return tag("circle", cx=x, cy=y, r=radius, class_="operation") + text(
        x, y, sign, 16, look="strong"
    )


def weight_line(start: Point, end: Point, weight: Pixels, upright: bool = True) -> str:
    """The line of a weight from 0 to 1: the more weight, the thicker and the deeper.

    It leaves and arrives upright, or lying. A weight of zero has no line.
    """
    if weight == 0:
        return ""
    (x, y), (to_x, to_y) = start, end
    if upright:
        middle = (y + to_y) / 2
        curve = f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f}"
    else:
        middle = (x + to_x) / 2
        curve = f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f}"
    return tag(
        "path",
        d=f"M{x:.1f} {y:.1f}{curve} {to_x:.1f} {to_y:.1f}",
        class_="weight",
        stroke_width=1 + (WIDEST - 1) * weight,
        stroke_opacity=0.2 + 0.8 * weight,
    )


def arrow(*points: Point, look: str = "", head: bool = True) -> str:
    """An arrow through points, its corners round, its tip at the last of them."""
    (x, y), (to_x, to_y) = points[-2:]
    length = math.dist((x, y), (to_x, to_y))
    if length == 0:
        raise ValueError(f"expected an arrow that leads somewhere, got {points}")
    along = ((to_x - x) / length, (to_y - y) / length)
    back = (to_x - HEAD * along[0], to_y - HEAD * along[1])
    way = path_through([*points[:-1], back if head else points[-1]])
    line = tag("path", d=way, class_=f"arrow {look}".strip())
    if not head:
        return line
    side = (-along[1] * HEAD * 0.55, along[0] * HEAD * 0.55)
    corners = [
        (to_x, to_y),
        (back[0] + side[0], back[1] + side[1]),
        (back[0] - side[0], back[1] - side[1]),
    ]
    tip = " ".join(f"{one:.1f},{other:.1f}" for one, other in corners)
    return line + tag("polygon", points=tip, class_=f"head {look}".strip())


def path_through(points: Sequence[Point], radius: Pixels = 8) -> str:
    """The path of straight lines through points, round at its corners."""
    way = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enters, leaves = (towards(corner, other, radius) for other in (before, after))
        way.append(f"L{enters[0]:.1f} {enters[1]:.1f}")
        way.append(f"Q{corner[0]:.1f} {corner[1]:.1f} {leaves[0]:.1f} {leaves[1]:.1f}")
    way.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(way)


def towards(start: Point, end: Point, distance: Pixels) -> Point:
    """The point at a distance from one point towards another, at most half-way."""
    length = math.dist(start, end)
    share = min(distance / length, 0.5) if length else 0
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def bracket(x: Pixels, y: Pixels, width: Pixels, label: str, size: Pixels = SMALL) -> str:
    """A bracket over what is as wide, opening downwards, and its name above it."""
    left, right = x - width / 2, x + width / 2
    way = f"M{left:.1f} {y + 6:.1f}V{y:.1f}H{right:.1f}V{y + 6:.1f}"
    return tag("path", d=way, class_="bracket") + text(x, y - 11, label, size, look="muted")
