"""What a class got: which exercise and which mistake cost most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from attention_course.grading.shown import shown
from attention_course.grading.store import Grade
from attention_course.grading.words import name_of, totals

MOST_MISTAKES = 3


@dataclass(frozen=True)
class Row:
    """One item over the whole class."""

    item: str
    learners: int
    right: int
    pending: int
    lost: float  # points, over all learners
    mistakes: tuple[tuple[str, int], ...]  # the messages that were seen most


def rows(grades: Sequence[Grade]) -> list[Row]:
    """One row for each item, the one that cost most points first."""
    by_item: dict[str, list[Grade]] = {}
    for one in grades:
        by_item.setdefault(one.item, []).append(one)
    made = [
        Row(
            item=item,
            learners=len(all),
            right=sum(one.points == one.most for one in all),
            pending=sum(one.pending for one in all),
            lost=float(sum(one.most - one.points for one in all if one.points is not None)),
            mistakes=tuple(seen(all).most_common(MOST_MISTAKES)),
        )
        for item, all in by_item.items()
    ]
    return sorted(made, key=lambda row: -row.lost)


def seen(grades: Sequence[Grade]) -> Counter[str]:
    """How often each message stands at an item that lost points."""
    return Counter(
        one.says if one.status == "graded" else f"{name_of(one.status)}: {one.says}"
        for one in grades
        if one.points is not None and one.points < one.most and one.given is None
    )


def not_read(grades: Sequence[Grade]) -> list[str]:
    """Whose file was no notebook, and why; they should hand in again."""
    found = {
        (one.folder, f"'{shown(one.learner)}'", one.chapter, one.says)
        for one in grades
        if one.status == "unreadable" and one.given is None
    }
    return [f"{folder} ({who}), {chapter}: {says}" for folder, who, chapter, says in sorted(found)]


def report(grades: Sequence[Grade]) -> str:
    """The report as text; who handed in nothing is listed, and counts nowhere else."""
    if not grades:
        return "Nothing is graded yet: attention-course grade run CLASS\n"
    absent = [one for one in totals(grades) if one.absent]
    grades = [one for one in grades if not one.absent]
    people = len({one.learner for one in grades})
    lines = [f"{people} learners, {len(totals(grades))} submissions", ""]
    lines.append(f"{'item':<26}{'right':>12}{'pending':>9}{'points lost':>13}")
    for row in rows(grades):
        right = f"{row.right} of {row.learners}"
        lines.append(f"{row.item:<26}{right:>12}{row.pending:>9}{row.lost:>13g}")
        lines += [f"    {count} × {says}" for says, count in row.mistakes]
    odd = Counter(
        name_of(one.status)
        for one in grades
        if one.given is None and one.status not in ("graded", "needs-manual")
    )
    if odd:
        lines += ["", "Not judged by a check:"]
        lines += [f"    {name}: {count}" for name, count in odd.most_common()]
    lines += ["", *unreadable] if (unreadable := not_read(grades)) else []
    if absent:
        lines += ["", "Nothing handed in:"]
        lines += [f"    {one.folder} ('{shown(one.learner)}'), {one.chapter}" for one in absent]
    changed = sum(one.changed for one in grades)
    if changed:
        lines += ["", f"{changed} answers have changed since a person gave them points."]
    return "\n".join(lines) + "\n"
