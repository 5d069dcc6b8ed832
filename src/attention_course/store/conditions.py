"""Under which conditions a stored run may go on: equal settings, and if possible a like machine."""

from typing import Any


def differences(now: dict[str, Any], stored: dict[str, Any]) -> str:
    """What is not the same, as in `dropout 0.2 -> 0.4`; empty if all is."""
    return "; ".join(
        f"{name} {stored.get(name)!r} -> {now.get(name)!r}"
        for name in sorted({*now, *stored})
        if now.get(name) != stored.get(name)
    )


def refuse_other_run(requested: dict[str, Any], stored: dict[str, Any]) -> None:
    """Raise ValueError with the difference if two runs are not the same.

    A text of the learner's own is known by its content; its name and its folder may change.
    """
    texts = [str(run.get("own_text", "")) for run in (requested, stored)]
    contents = [[line[:64] for line in text.splitlines()] for text in texts]
    if contents[0] == contents[1]:
        requested = {**requested, "own_text": texts[1]}
        stored = {**stored, "own_text": texts[1]}
    elif all(texts):
        raise ValueError(
            f"expected the text that the stored run learns from ({texts[1][:12]}..., by its "
            f"sha256), got another one ({texts[0][:12]}...); put the old text back, or train into "
            "another folder"
        )
    if other := differences(requested, stored):
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
