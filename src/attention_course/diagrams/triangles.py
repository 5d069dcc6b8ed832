"""Who may read whom, as squares of cells: an encoder, a decoder that reads it, one stack."""

import torch
from jaxtyping import Bool
from torch import Tensor

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.grids import Grid
from attention_course.diagrams.parts import SMALL, Pixels, Tone, lines, text, toned

SOURCE = ("어제", "비가", "왔어요")
TARGET = ("it", "rained", "yesterday")
CELL = 24  # pixels
TONES: tuple[Tone, ...] = ("rung-4", "rung-4", "rung-5")
KINDS = (
    ("an encoder", ("Every word reads all.", "It understands,", "and writes nothing.")),
    (
        "encoder and decoder",
        ("The target reads the", "source, and of itself", "the words so far."),
    ),
    ("one stack", ("One text. Every word", "reads itself and", "the words before.")),
)


def who_reads_whom() -> Diagram:
    """The masks of the three kinds of Transformer, on three words and their translation.

    A filled cell may be read. The row asks, the column answers.
    """
    size = len(SOURCE) + len(TARGET)
    every = torch.ones(size, size, dtype=torch.bool)
    encoder, both = torch.zeros_like(every), torch.zeros_like(every)
    encoder[:3, :3] = both[:3] = True
    both[:3, 3:] = False
    both[3:] = every.tril()[3:]
    masks = (encoder, both, every.tril())
    stacked = [square(84, 40 + 248 * number, number, mask) for number, mask in enumerate(masks)]
    beside = [square(84 + 260 * number, 40, number, mask) for number, mask in enumerate(masks)]
    return Diagram(
        "Three kinds of Transformer",
        "Three squares of six by six cells, three source words and three target words; the row "
        "asks, the column answers. Encoder: the nine cells of source by source are filled. Encoder "
        "and decoder: these nine, the nine of target by source, and a triangle of target by "
        "target. One stack: one triangle over all six words.",
        Drawing(358, 248 * 3 + 14, tuple(stacked)),
        Drawing(780, 280, tuple(beside)),
    )


def square(left: Pixels, top: Pixels, number: int, mask: Bool[Tensor, "T T"]) -> str:
    """One mask: its name above, its words on the left, what it means below."""
    size = mask.shape[0]
    grid = Grid(left, top, size, size, CELL, CELL)
    name, told = KINDS[number]
    return "".join(
        (
            text(grid.left, grid.top - 14, name, look="strong", anchor="start"),
            toned(TONES[number], grid.draw([[""] * size] * size, mask.double().tolist())),
            grid.row_names((*SOURCE, *TARGET)),
            lines(grid.left, grid.bottom + 20, told, SMALL, "start", "muted"),
        )
    )
