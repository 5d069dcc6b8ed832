"""What a class got: which exercise and which mistake cost most."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from attention_course.grading.gradebook import Grade
from attention_course.grading.shown import counted
from attention_course.grading.words import name_of, person_and_folder, totals

MAX_MISTAKES = 3


@dataclass(frozen=True)
class Row:
    """What the whole class got for one item."""

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
    unsorted = [
        Row(
            item=item,
            learners=len(all),
            right=sum(one.points == one.maximum for one in all),
            pending=sum(one.pending for one in all),
            lost=float(sum(one.maximum - one.points for one in all if one.points is not None)),
            mistakes=tuple(message_counts(all).most_common(MAX_MISTAKES)),
        )
        for item, all in by_item.items()
    ]
    return sorted(unsorted, key=lambda row: -row.lost)


def message_counts(grades: Sequence[Grade]) -> Counter[str]:
    """How often each message stands at an item that lost points."""
    return Counter(
        one.says if one.status == "graded" else f"{name_of(one.status)}: {one.says}"
        for one in grades
        if one.points is not None and one.points < one.maximum and one.given is None
    )


def not_read(grades: Sequence[Grade]) -> list[str]:
    """Whose file was no notebook, and why; they should hand in again."""
    entries = {
        (one.folder, person_and_folder(one), one.chapter, one.says)
        for one in grades
        if one.status == "unreadable" and one.given is None
    }
    return [f"    {who}, {chapter}: {says}" for _, who, chapter, says in sorted(entries)]


def report(
    grades: Sequence[Grade], late: Collection[tuple[str, str]] = (), chapter: str | None = None
) -> str:
    """The report as text; who handed in nothing is listed, and counts nowhere else.

    `late`: which learners were late for which chapter. `chapter`: the one that was asked for.
    """
    if not grades:
        of = f" of {chapter}" if chapter else ""
        return f"Nothing is graded yet{of}: attention-course grade run CLASS\n"
    absent = [one for one in totals(grades) if one.absent]
    grades = [one for one in grades if not one.absent]
    people = len({one.learner for one in grades})
    handed_in = totals(grades)
    lines = [f"{counted(people, 'learner')}, {counted(len(handed_in), 'submission')}", ""]
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
    if unreadable := not_read(grades):
        lines += ["", "Cannot be read; ask for it again:", *unreadable]
    if absent:
        lines += ["", "Nothing handed in:"]
        lines += [f"    {person_and_folder(one)}, {one.chapter}" for one in absent]
    if too_late := [one for one in handed_in if (one.learner, one.chapter) in late]:
        lines += ["", "Handed in late, which costs no points here:"]
        lines += [f"    {person_and_folder(one)}, {one.chapter}" for one in too_late]
    if changed := sum(one.changed for one in grades):
        have = "has" if changed == 1 else "have"
        what = counted(changed, "answer")
        lines += ["", f"{what} {have} changed since a person gave points: grade manual"]
    return "\n".join(lines) + "\n"
