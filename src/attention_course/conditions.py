"""Under which conditions a stored run may go on: equal settings, and if possible a like machine."""

from typing import Any


def differences(now: dict[str, Any], stored: dict[str, Any]) -> str:
    """What is not the same, as in `dropout 0.2 -> 0.4`; empty if all is."""
    return "; ".join(
        f"{name} {stored.get(name)!r} -> {now.get(name)!r}"
        for name in sorted({*now, *stored})
        if now.get(name) != stored.get(name)
    )


def refuse_other_run(asked: dict[str, Any], stored: dict[str, Any]) -> None:
    """Raise ValueError with the difference if two runs are not the same."""
    if other := differences(asked, stored):
        raise ValueError(
            f"expected the settings of the stored run, got other ones: {other}; "
            "resume with the same settings, or train into another folder"
        )


def other_machine(here: dict[str, Any], stored: dict[str, Any]) -> str:
    """A line of warning where a run goes on under other conditions; empty where they are equal."""
    other = differences(here, stored)
    return other and (
        f"The run goes on under other conditions: {other}. It is whole, but numbers are added up "
        "in another order, so that it may differ in the last digits from a run never stopped."
    )
