"""Cells of spreadsheets: what a learner wrote must not become a formula there."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SHIELD = "'"  # makes a spreadsheet take a cell as text


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value).replace("\0", "")
    shielded = text.lstrip().startswith(FORMULA) or text.startswith((*FORMULA, SHIELD))
    return SHIELD + text if shielded else text


def without_shield(text: str) -> str:
    """A cell as it was before `safe`."""
    return text.removeprefix(SHIELD)
