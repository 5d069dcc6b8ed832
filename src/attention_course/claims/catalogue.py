"""All claims that can be measured, in the notes' order."""

from collections.abc import Callable
from pathlib import Path

from attention_course.claims.record import Claim
from attention_course.rungs import of_each_rung

CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for claim in sorted(
        (claim for chapter in of_each_rung("claims").values() for claim in chapter.CLAIMS),
        key=lambda claim: claim.id,
    )
}


# What a chapter measures beside its claims, by the file under the results that it is written to.
BESIDE: dict[str, Callable[[Path], None]] = {
    name: record
    for chapter in of_each_rung("claims").values()
    for name, record in getattr(chapter, "BESIDE", {}).items()
}


def find(ids: list[str]) -> list[Claim]:
    """The claims of these ids, all of them if none is named.

    Raises:
        ValueError: there is no claim of that id.
    """
    unknown = [one for one in ids if one not in CLAIMS]
    if unknown:
        raise ValueError(f"expected claims among {', '.join(CLAIMS)}, got {', '.join(unknown)}")
    return [CLAIMS[one] for one in ids or CLAIMS]
