"""Scaled dot-product attention as matrices, every cell a number, and masks as matrices."""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool
from torch import Tensor

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.grids import Grid, rounded, whole
from attention_course.diagrams.parts import SMALL, Number, Pixels, arrow, step, tag, text, toned
from attention_course.models.context import weighted_sum
from attention_course.models.masks import causal_mask, masked_softmax, padding_mask

WORDS = ("dog", "bites", "man")
QUERIES = ((1, 0, 1, 0), (2, 1, 0, 1), (0, 1, 1, 2))
KEYS = ((2, 0, 0, 1), (0, 2, 1, 0), (1, 0, 2, 1))
VALUES = ((4, 0), (0, 4), (2, 2))
MATRIX_STEPS = (
    "Three words, and each has a query, a row of Q: what it asks for. Each has a key, too: a "
    "column of K transposed.",
    "One product gives all nine scores. The score of a row and a column is the dot product of "
    "that query and that key; no cell waits for another.",
    "Divide by the square root of d. A key has four numbers, so that is 2.",
    "In a decoder no word may read a later one. Where the column is later than the row, the score "
    "becomes minus infinity.",
    "The softmax makes weights of each row: they add up to 1, and a hidden word gets exactly 0.",
    "The weights times V: each row is a sum of the values, a new vector for each word.",
)


def attention_matrices() -> Diagram:
    """Q K^T -> / sqrt(d) -> mask -> softmax -> V for three words, with a causal mask.

    Every number is computed here from QUERIES, KEYS and VALUES; those are chosen so that a
    reader can check a cell in the head.
    """
    queries, keys, values = (torch.tensor(one).double() for one in (QUERIES, KEYS, VALUES))
    scores = queries @ keys.T
    scaled = scores / math.sqrt(keys.shape[1])
    mask = causal_mask(len(WORDS))
    weights = masked_softmax(scaled, mask)
    vectors = weighted_sum(weights[None], values[None])[0]
    rows = (
        product_of_queries_and_keys(scores),
        scores_to_weights(scaled, mask, weights),
        product_of_weights_and_values(weights, vectors),
    )
    return Diagram(
        "Attention as products of matrices",
        "Queries times keys transposed gives a square of scores. They are divided by two, scores "
        "of later words are replaced by minus infinity, and the softmax makes each row add up to "
        "one. These weights times the values give a new vector for each of the words dog, bites "
        "and man.",
        Drawing(358, 458, rows),
        steps=MATRIX_STEPS,
    )


def product_of_queries_and_keys(scores: Tensor) -> str:
    """The first row of the picture: Q, K transposed, and their product."""
    left, middle, right = (
        Grid(40, 52, 3, 4, 24, 28),
        Grid(157, 38, 4, 3, 30, 28),
        Grid(264, 52, 3, 3, 30, 28),
    )
    y, offered = left.middle[1], tuple(zip(*KEYS, strict=True))
    return "".join(
        (
            step(
                1,
                toned("query", left.draw([whole(row) for row in QUERIES], tint(QUERIES))),
                left.row_names(WORDS),
                left.name("Q"),
                text(146, y, "×", 16),
                toned("key", middle.draw([whole(row) for row in offered], tint(offered))),
                middle.column_names(WORDS),
                middle.name("Kᵀ"),
            ),
            step(
                2,
                text(255, y, "=", 16),
                right.draw([whole(row) for row in scores.tolist()]),
                right.column_names(WORDS),
                right.name("scores"),
            ),
            step(2, frame(left, 1), frame(middle, None, 0), frame(right, 1, 0), until=2),
        )
    )


def scores_to_weights(scaled: Tensor, mask: Bool[Tensor, "T T"], weights: Tensor) -> str:
    """The second row of the picture: divided, masked, through the softmax."""
    first, second, third = (Grid(left, 208, 3, 3, 31, 28) for left in (8, 132, 257))
    y = first.middle[1]
    hidden = [
        [one if seen else "−∞" for one, seen in zip(whole(row), may, strict=True)]
        for row, may in zip(scaled.tolist(), mask.tolist(), strict=True)
    ]
    return "".join(
        (
            step(
                3,
                arrow((309, 162), (309, 184), (54, 184), (54, 203)),
                first.draw([whole(row) for row in scaled.tolist()]),
                text(first.middle[0], first.bottom + 15, "scores / √d", SMALL, look="math"),
            ),
            step(
                4,
                arrow((104, y), (128, y)),
                toned("muted", second.draw(hidden, (~mask).double().mul(0.4).tolist())),
                text(second.middle[0], second.bottom + 15, "later words hidden", SMALL),
            ),
            step(
                5,
                arrow((228, y), (253, y)),
                toned("rung-4", third.draw(as_weights(weights), weights.tolist())),
                text(third.middle[0], third.bottom + 15, "softmax: weights", SMALL),
            ),
        )
    )


def product_of_weights_and_values(weights: Tensor, vectors: Tensor) -> str:
    """The third row of the picture: weights, V, and the new vectors."""
    left, middle, right = (
        Grid(40, 350, 3, 3, 31, 28),
        Grid(166, 350, 3, 2, 31, 28),
        Grid(255, 350, 3, 2, 44, 28),
    )
    y = left.middle[1]
    results = [[f"{one:.2f}" for one in row] for row in vectors.tolist()]
    return "".join(
        (
            step(
                6,
                arrow((303, 317), (303, 331), (86, 331), (86, 346)),
                toned("rung-4", left.draw(as_weights(weights), weights.tolist())),
                left.row_names(WORDS),
                left.name("weights"),
                text(152, y, "×", 16),
                toned("value", middle.draw([whole(row) for row in VALUES], tint(VALUES))),
                middle.name("V"),
                text(242, y, "=", 16),
                toned("rung-4", right.draw(results)),
                right.name("new vectors"),
            ),
            step(6, frame(left, 1), frame(right, 1), until=6),
        )
    )


def as_weights(weights: Tensor) -> list[list[str]]:
    """Weights with two digits, whose rows add up to one as they are written; 0 where hidden."""
    return [
        ["0" if one == 0 else written for one, written in zip(row, rounded(row), strict=True)]
        for row in weights.tolist()
    ]


def tint(rows: Sequence[Sequence[Number]]) -> list[list[float]]:
    """How deep each cell of a matrix is, beside its largest number."""
    largest = max(abs(one) for row in rows for one in row)
    return [[0.12 + 0.5 * abs(one) / largest for one in row] for row in rows]


def frame(grid: Grid, row: int | None = None, column: int | None = None) -> str:
    """A frame around a row, a column or a cell of a grid."""
    top = grid.top + (row or 0) * grid.height
    left = grid.left + (column or 0) * grid.width
    height = grid.height if row is not None else grid.rows * grid.height
    width = grid.width if column is not None else grid.columns * grid.width
    return toned(
        "plain",
        tag("rect", x=left, y=top, width=width, height=height, rx=3, class_="frame"),
    )


SENTENCE = ("yuna", "read", "the", "novel", "<pad>", "<pad>")
MASKS = (
    ("padding", ("Nobody reads <pad>,", "which fills a short", "sentence up.")),
    ("causal", ("No later word: a", "decoder must not read", "what it is to predict.")),
    ("window", ("One word to each side:", "for texts too long", "for all pairs.")),
)


def masks() -> Diagram:
    """Three masks as matrices: padding, causal, a window of one word to each side.

    A filled cell may be read. The row asks, the column answers.
    """
    size = len(SENTENCE)
    causal = causal_mask(size)
    near = torch.ones(size, size, dtype=torch.bool).tril(1).triu(-1)
    padding = padding_mask(torch.tensor([size - 2]), size).expand(size, size)
    matrices = (padding, causal, near)
    stacked = [
        one_mask(66, 30 + 164 * number, number, mask, False) for number, mask in enumerate(matrices)
    ]
    beside = [
        one_mask(52 + 220 * number, 30, number, mask, True) for number, mask in enumerate(matrices)
    ]
    return Diagram(
        "Three masks",
        "Three squares of cells; the row asks, the column answers. Padding: the columns of the "
        "two padding tokens are empty. Causal: the cells on the diagonal and to the left of it "
        "are filled. Window: the cells on the diagonal and beside it are filled.",
        Drawing(358, 164 * 3 - 4, tuple(stacked)),
        Drawing(660, 222, tuple(beside)),
    )


def one_mask(left: Pixels, top: Pixels, number: int, mask: Bool[Tensor, "T T"], below: bool) -> str:
    """One mask, its name above it, its words on its left; what it is for stands right or below."""
    rows, columns = mask.shape
    grid = Grid(left, top, rows, columns, 21, 21)
    name, told = MASKS[number]
    words = SENTENCE if number == 0 else ("yuna", "read", "the", "novel", "that", "minsu")
    x, y = (grid.left, grid.bottom + 20) if below else (grid.right + 12, grid.top + 42)
    return "".join(
        (
            text(grid.left, grid.top - 13, name, look="strong", anchor="start"),
            toned(
                "rung-4", grid.draw([[""] * mask.shape[1]] * mask.shape[0], mask.double().tolist())
            ),
            grid.row_names(words),
            *(text(x, y + 16 * line, words, SMALL, "start") for line, words in enumerate(told)),
        )
    )
