"""The cell of a GRU: two gates as valves."""

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    arrow,
    block,
    box,
    operation,
    pill,
    step,
    tag,
    text,
    toned,
)

STEPS = (
    "The state comes from the left. A valve z lets through what is to be kept: a number between 0 "
    "and 1 for each number of the state.",
    "A new proposal n is made of the word and of the old state. A second valve, r, says how much "
    "of the old state may take part.",
    "What z does not keep is filled with the proposal: the valve 1 − z opens where z closes. The "
    "sum is the new state.",
    "Both valves are set by the word and the old state themselves, with learned matrices; σ "
    "squeezes any number between 0 and 1.",
)
ALGEBRA = (
    "z_t = σ(W_z x_t + U_z h_{t−1}),   r_t likewise",
    "n_t = tanh(W x_t + r_t ∘ U h_{t−1})",
    "h_t = z_t ∘ h_{t−1} + (1 − z_t) ∘ n_t",
)


def gru_cell() -> Diagram:
    """A cell of a GRU, folded: the state passes a valve and takes in a proposal through another.

    The gates are named as in PyTorch, where z keeps the old state.
    """
    return Diagram(
        "A cell of a GRU",
        "The old state passes a valve z and becomes, after a sum, the new state. Below, the word "
        "and the old state, through a valve r, make a proposal n, which reaches the sum through a "
        "valve 1 minus z. Three lines of algebra say the same.",
        Drawing(358, 350, cell()),
        steps=STEPS,
        fold="Open the cell: what is inside an arrow from state to state",
    )


def valve(x: Pixels, y: Pixels, name: str, lies: bool = True) -> str:
    """A gate: a valve in a lying or a standing pipe, with its name."""
    if lies:
        wings = f"M{x - 15} {y - 11}L{x + 15} {y + 11}V{y - 11}L{x - 15} {y + 11}z"
        label = text(x, y - 23, name, look="math strong")
    else:
        wings = f"M{x - 11} {y - 15}L{x + 11} {y + 15}H{x - 11}L{x + 11} {y - 15}z"
        label = text(x + 18, y, name, anchor="start", look="math strong")
    return tag("path", d=wings, class_="sum") + label


def cell() -> tuple[str, ...]:
    """The parts of the picture."""
    state, word = (34, 60), (34, 222)
    end, joins = 326, 232
    kept = (
        arrow((58, 60), (joins - 13, 60), look="toned thick"),
        valve(140, 60, "z_t"),
    )
    proposal = (
        arrow((74, 60), (74, 158), (168, 158), look="toned"),
        valve(122, 158, "r_t"),
        arrow((word[0] + 22, 222), (joins - 20, 222), (joins - 20, 180), look=""),
        block(joins - 20, 160, "tanh", 84, 36),
        text(joins + 30, 160, "n_t", anchor="start", look="math strong"),
    )
    mixed = (
        arrow((joins, 141), (joins, 74), look="toned"),
        valve(joins, 108, "1 − z_t", lies=False),
        operation(joins, 60, "+"),
        arrow((joins + 13, 60), (end - 24, 60), look="toned thick"),
        box(end, 60, "h_t", 44, 34),
    )
    algebra = [text(4, 276 + 28 * row, line, anchor="start") for row, line in enumerate(ALGEBRA)]
    return (
        step(1, toned("rung-1", *kept, box(*state, "h_{t−1}", 46, 34))),
        step(
            2,
            toned("rung-1", *proposal),
            pill(*word, "x_t"),
            text(word[0], 248, "the word", SMALL, look="muted"),
        ),
        step(3, toned("rung-1", *mixed)),
        step(4, *algebra),
    )
