"""The colours of figures, each with a name by which a page may draw it in colours of its own.

A figure is drawn for white paper. The website replaces each of these colours by the variable of
that name in book/_static/palette.css, so that one figure is right in light and in dark.
"""

from attention_course.rungs import NUMBERED

INK, MUTED, GRID, PAPER = "#000000", "#555555", "#DDDDDD", "#FFFFFF"
GOLD = "#E69F00"  # of what is known to be right
OTHERS = ("#8C6BB1", "#999999", "#8A5A2B")  # of what is no rung
KINDS = ("#56B4E9", "#CC79A7", "#BBBBBB")  # of parts of a whole, beside rungs, others and gold

# One hue, white to dark blue in equal steps of lightness (CIE L*), so that it is also true in grey.
STEPS = "#F7FBFF #CFE1F2 #9ECAE1 #71B1D7 #4997C9 #2C7CBA #1460A8 #08478D #08306B"
WEIGHTS = tuple(STEPS.split())

PALETTE = {
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "paper": PAPER,
    "gold": GOLD,
    **{f"rung-{rung.number}": rung.colour for rung in NUMBERED},
    **{f"other-{number}": colour for number, colour in enumerate(OTHERS, 1)},
    **{f"kind-{number}": colour for number, colour in enumerate(KINDS, 1)},
    **{f"weight-{number}": colour for number, colour in enumerate(WEIGHTS)},
}
