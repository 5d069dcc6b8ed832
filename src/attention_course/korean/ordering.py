"""The order of the parts of a clause: free in Korean, but for the verb; fixed in English."""

from attention_course.korean.draft import Draft
from attention_course.korean.lexicon import HUMAN
from attention_course.korean.phrases import Phrase

KOREAN = (
    "beside subject time reason adjunct before company place often recipient means object manner "
    "verb"
).split()
ENGLISH = (
    "reason_first adjunct_first time_first asked inverted subject auxiliary often before verb "
    "object manner recipient company means place time adjunct reason beside"
).split()


def choose_topic(draft: Draft, sizes: dict[str, int]) -> None:
    """Let the object stand first, with 은/는: 그림은 화가가 그렸어요."""
    clause, noun = draft.clause, draft.nouns.get("object")
    told = clause.gap == clause.asked == "" and clause.how.form == "final"
    can = told and clause.marker == "subject" and clause.how.tense == "past" and noun
    free = draft.writer.switches.free_order and not draft.has_clauses()
    if can and free and noun and draft.frame.particle == "을" and noun.group not in HUMAN:
        untimed = "time" not in draft.parts and not sizes.get("time")
        single = draft.described not in ("subject", "place") and sizes.get("object") != 3
        draft.topical = untimed and single and draft.writer.likely(0.3)


def english_order(draft: Draft) -> list[str]:
    """The order of the parts in English; who receives what is described stands before it."""
    order = list(ENGLISH)
    if draft.described == "object":
        order.remove("recipient")
        order.insert(order.index("object"), "recipient")
    return order


def korean_order(draft: Draft) -> list[str]:
    """The order of the parts in Korean: free, but for the verb, which is last.

    What could be read with a clause that describes does not stand before it.
    """
    order = list(KOREAN)
    if not draft.writer.switches.free_order:
        return order
    first = leading(draft)
    order = [*first, *(part for part in order if part not in first)]
    if draft.described not in ("", "subject"):  # only the topic may stand before it, and when
        order.remove(draft.described)
        order.insert(order.index("subject") + 1, draft.described)
    if "recipient" in draft.parts and not draft.described and draft.writer.likely(0.2):
        order.remove("object")
        order.insert(order.index("recipient"), "object")
    return order


def leading(draft: Draft) -> list[str]:
    """What stands before the subject: when, why, meanwhile; or the place, or the object."""
    clause, writer = draft.clause, draft.writer
    inside = clause.gap != "" or clause.asked != "" or clause.how.form in ("quoted", "while")
    if "beside" in draft.parts:
        described = draft.described == "subject"
        return ["subject", "time", "beside"] if described else ["time", "beside"]
    if inside or draft.described == "subject":
        return []
    if draft.described:
        return ["time"]
    if clause.moves and writer.likely(0.5):
        now = clause.how.modal == "progressive"  # it belongs to what is done now
        return ["reason"] if now else ["time", "reason"]
    timed = clause.marker == "topic" or clause.how.tense == "past"
    if timed and not clause.moves and writer.likely(0.4):
        return ["time"]
    if draft.topical:
        return ["object"]
    alone = not draft.has_clauses() and clause.how.form == "final"
    if alone and clause.marker == "subject" and writer.likely(0.25):
        return ["time", "place"]
    return []


def clear_the_end(draft: Draft) -> None:
    """Say in English when and why at the beginning, if a described noun stands at the end."""
    clause, parts = draft.clause, draft.parts
    if draft.described in ("", "subject") or clause.gap or clause.asked:
        return
    for part in ("time", "reason", "adjunct"):
        if part in parts:
            said = parts[part]
            parts[part] = Phrase(said.korean)
            parts[f"{part}_first"] = Phrase((), said.english)
