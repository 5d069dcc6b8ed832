"""Cells of spreadsheets: what a learner wrote must not become a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SHIELD = "'"  # makes a spreadsheet take a cell as text


LONGEST = 30_000  # characters; spreadsheets cut a cell at 32,767
csv.field_size_limit(1 << 24)


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that spreadsheets read as UTF-8. All cells are quoted, whatever separates them."""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    return ("\ufeff" + stream.getvalue()).encode("utf-8", "replace")


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value).replace("\0", "")
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]} ... (cut)"
    shielded = text.lstrip().startswith(FORMULA) or text.startswith((*FORMULA, SHIELD))
    return SHIELD + text if shielded else text


def without_shield(text: str) -> str:
    """A cell as it was before `safe`."""
    return text.removeprefix(SHIELD)
