"""Matrices as grids of cells, and numbers that add up as they are written."""

from collections.abc import Sequence
from typing import NamedTuple

from attention_course.diagrams.parts import SMALL, Number, Pixels, Point, tag, text

DEEPEST = 50  # percent of its colour in a cell of the largest number: any letter on it is readable


class Grid(NamedTuple):
    """Where a grid lies and how large its cells are; places are pixels, from the top left."""

    left: Pixels
    top: Pixels
    rows: int
    columns: int
    width: Pixels  # of a cell
    height: Pixels

    @property
    def right(self) -> Pixels:
        """Its right edge."""
        return self.left + self.columns * self.width

    @property
    def bottom(self) -> Pixels:
        """Its lower edge."""
        return self.top + self.rows * self.height

    @property
    def middle(self) -> Point:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def centre(self, row: int, column: int) -> Point:
        """The middle of a cell."""
        return self.left + (column + 0.5) * self.width, self.top + (row + 0.5) * self.height

    def draw(
        self,
        words: Sequence[Sequence[str]],
        shares: Sequence[Sequence[Number]] | None = None,
        size: Pixels = SMALL,
    ) -> str:
        """Its cells with words in them; a share from 0 to 1 says how deep a cell's colour is."""
        cells = [
            self.cell(row, column, word, shares[row][column] if shares else 0, size)
            for row, line in enumerate(words)
            for column, word in enumerate(line)
        ]
        return "".join(cells)

    def cell(self, row: int, column: int, word: str, share: Pixels, size: Pixels = SMALL) -> str:
        """One cell."""
        x, y = self.centre(row, column)
        square = tag(
            "rect",
            x=x - self.width / 2,
            y=y - self.height / 2,
            width=self.width,
            height=self.height,
            class_="cell",
            style=f"--depth:{DEEPEST * share:.0f}%" if share else "",
        )
        return square + (text(x, y, word, size) if word else "")

    def row_names(self, names: Sequence[str], size: Pixels = SMALL, gap: Pixels = 7) -> str:
        """Names on the left of its rows."""
        return "".join(
            text(self.left - gap, self.centre(row, 0)[1], name, size, "end")
            for row, name in enumerate(names)
        )

    def column_names(self, names: Sequence[str], size: Pixels = SMALL, gap: Pixels = 11) -> str:
        """Names above its columns."""
        return "".join(
            text(self.centre(0, column)[0], self.top - gap, name, size)
            for column, name in enumerate(names)
        )

    def name(self, words: str, gap: Pixels = 14) -> str:
        """What the matrix is called, below it."""
        return text(self.middle[0], self.bottom + gap, words, look="math strong")


def whole(values: Sequence[Number]) -> list[str]:
    """Numbers as short as they can be: 2, 0.5, −1."""
    return [f"{value:g}".replace("-", "\N{MINUS SIGN}") for value in values]


def rounded(values: Sequence[Number], digits: int = 2) -> list[str]:
    """Numbers with so many digits, which add up to the rounded sum as they are written.

    The numbers that rounding down hurts most are rounded up.
    """
    unit = 10**digits
    down = [int(value * unit // 1) for value in values]
    missing = round(sum(values) * unit) - sum(down)
    hurt = sorted(range(len(values)), key=lambda one: values[one] * unit - down[one], reverse=True)
    for one in hurt[:missing]:
        down[one] += 1
    return [f"{value / unit:.{digits}f}".replace("-", "\N{MINUS SIGN}") for value in down]
