"""The ledger's entries as HTML: what was foretold of each claim, what was measured, what holds."""

import math
import re
from html import escape
from typing import Any, get_args

from attention_course.claims.catalogue import CLAIMS
from attention_course.claims.ledger import BETWEEN, Record
from attention_course.claims.record import Claim, Prediction, Verdict, of_notes

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NOT_YET = "not measured yet"  # of a claim whose bands are written down, and no more
MARKS = {"held": "✓", "failed": "✗", "undecided": "?"}  # of one prediction
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number to be read: three digits that count, a power of ten where zeros would not."""
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < 1e5:
        digits, power = f"{value:.1e}".split("e")
        times = "" if digits == "1.0" else f"{digits} · ".replace("-", "−")
        return f"{times}10{str(int(power)).translate(SUPERSCRIPTS)}"
    text = f"{value:,.{decimals_of(value)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def decimals_of(value: float) -> int:
    """Digits after the point so that three digits count."""
    return max(0, 2 - math.floor(math.log10(abs(value))))


def band(one: Prediction, preset: str) -> str:
    """What was foretold of a number."""
    low, high = one.band(preset)
    if low == high:
        return f"exactly {number(low)}"
    if math.isinf(high):
        return f"at least {number(low)}"
    if math.isinf(low):
        return f"at most {number(high)}"
    return f"{number(low)} to {number(high)}"


def mean_and_interval(row: dict[str, Any]) -> str:
    """Mean and interval of a number; where all seeds agree the number alone."""
    low, high = row["interval"]
    if low == high or len(row["values"]) == 1:
        return number(row["mean"])
    texts = alike([row["mean"], low, high])
    return f"{texts[0]} <small>({texts[1]} to {texts[2]})</small>"


def spread(row: dict[str, Any]) -> str:
    """How far apart the seeds lie, which is another thing than where their mean may lie."""
    lowest, highest = alike([min(row["values"]), max(row["values"])])
    if lowest == highest:
        return ""
    return f'<br><small class="spread">seeds: {lowest} to {highest}</small>'


def alike(values: list[float]) -> list[str]:
    """Numbers to be compared: with as many digits after the point as the largest needs."""
    largest = max(map(abs, values))
    if not 1e-3 <= largest < 1e5:
        return [number(one) for one in values]
    decimals = decimals_of(largest)
    return [f"{one:,.{decimals}f}".replace("-", "−") for one in values]


def badge(verdict: str) -> str:
    """The verdict as a coloured word."""
    return f'<span class="verdict verdict-{verdict.split()[0]}">{escape(verdict)}</span>'


def prediction_named(claim: Claim, name: str) -> Prediction:
    """The prediction of a claim that has this name."""
    return next(one for one in claim.predictions if one.name == name)


def of_kind(notes: bool) -> list[Claim]:
    """The claims of the lecture notes, or the questions of our own, in their order."""
    return [claim for claim in CLAIMS.values() if of_notes(claim) == notes]


def overview(records: dict[str, Record], notes: bool = True) -> str:
    """All claims, or all questions, as one table: what is said, foretold, measured, the verdict."""
    rows = []
    says = "The notes say" if notes else "We ask"
    for claim in of_kind(notes):
        record = records.get(claim.id)
        one = claim.predictions[0]
        measured = mean_and_interval(record["predictions"][0]) if record else ""
        verdict = badge(record["verdict"]) if record else badge(NOT_YET)
        remember = escape(in_short(claim)) if record else ""
        rows.append(
            "<tr>"
            f'<td data-of="{says}"><a href="#{claim.id}"><b>{claim.id}</b> '
            f"{escape(claim.title)}</a><br><small>"
            f'<a href="{claim.stem}.html">chapter</a>, '
            f'<a href="claims_code.html#{claim.id}-code">code</a></small></td>'
            f'<td data-of="Predicted">{escape(one.says)}: {band(one, "cpu")}</td>'
            f'<td data-of="Measured">{measured}</td>'
            f'<td data-of="Verdict">{verdict}<br><small>{remember}</small></td></tr>'
        )
    head = "".join(f"<th>{cell}</th>" for cell in (says, "Predicted", "Measured", "Verdict"))
    return (
        f'<div class="ledger"><table class="ledger-all"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def in_short(claim: Claim) -> str:
    """The first sentence of what is to be remembered."""
    return re.split(r"(?<=\S\.) ", claim.condition, maxsplit=1)[0]


def tally(records: dict[str, Record], notes: bool = True) -> str:
    """How many claims, or questions, got each verdict."""
    verdicts = [
        records[claim.id]["verdict"] if claim.id in records else NOT_YET for claim in of_kind(notes)
    ]
    shown = (*VERDICTS, NOT_YET)
    parts = [f"{badge(one)}&nbsp;{verdicts.count(one)}" for one in shown if one in verdicts]
    return f'<p class="ledger">{" &emsp; ".join(parts)}</p>'


def words(claim: Claim) -> str:
    """The notes' words and their translation, or the question of our own."""
    if of_notes(claim):
        return (
            f'<blockquote><p lang="ko">{escape(claim.korean)}</p>'
            f"<p>{escape(claim.english)}</p></blockquote>"
        )
    return f"<p><b>{escape(claim.english)}</b></p>"


def foretold(claim: Claim) -> str:
    """One claim before it is measured: the experiment, and the bands of its numbers."""
    rows = "".join(
        f"<tr><td>{about(one)}{escape(one.says)}</td><td>{band(one, 'cpu')}</td></tr>"
        for one in claim.predictions
    )
    return (
        f'<div class="ledger"><p>{badge(NOT_YET)}</p>{words(claim)}<p>{escape(claim.how)}</p>'
        '<table class="ledger-one"><thead><tr><th>What will be measured</th><th>Predicted</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
        f'<p><a href="{claim.stem}.html">The chapter</a> · '
        f'<a href="claims_code.html#{claim.id}-code">The experiment as code</a></p></div>'
    )


def entry(claim: Claim, record: Record | None) -> str:
    """One claim in full: the notes' words, the experiment, every number, what to remember."""
    if record is None:
        return foretold(claim)
    expected = (
        ""
        if record["verdict"] == claim.verdict
        else f' <small>(we had expected "{escape(claim.verdict)}")</small>'
    )
    rows = "".join(
        prediction_row(prediction_named(claim, row["name"]), row, record)
        for row in record["predictions"]
    )
    remember = f"<p><b>Remember:</b> {escape(claim.condition)}</p>" if claim.condition else ""
    return (
        f'<div class="ledger"><p>{badge(record["verdict"])}{expected}</p>'
        f"{words(claim)}<p>{escape(claim.how)} {seeds(claim, record)}</p>"
        '<table class="ledger-one"><thead><tr><th>What is measured</th><th>Predicted</th>'
        '<th>Measured</th><th><span class="visually-hidden">Verdict</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f"{also_seen(record)}{remember}"
        f'<p><a href="{claim.stem}.html">The chapter</a> · '
        f'<a href="claims_code.html#{claim.id}-code">The experiment as code</a></p></div>'
    )


def about(one: Prediction) -> str:
    """What a number decides, where it is not what the claim itself rests on."""
    return "" if one.about == "claim" else f"<small>{one.about}: </small>"


def prediction_row(one: Prediction, row: dict[str, Any], record: Record) -> str:
    """One number: what was foretold of it, what was measured, whether that held."""
    fewer = len(row["values"]) < len(record["seeds"])
    count = f" <small>({len(row['values'])} seeds)</small>" if fewer else ""
    status = row["status"]
    return (
        f"<tr><td>{about(one)}{escape(one.says)}</td><td>{band(one, record['preset'])}</td>"
        f"<td>{mean_and_interval(row)}{count}{spread(row)}</td>"
        f'<td class="{status}" title="{status}">'
        f'{MARKS[status]}<span class="visually-hidden"> {status}</span></td></tr>'
    )


def seeds(claim: Claim, record: Record) -> str:
    """On what the numbers rest."""
    count = len(record["seeds"])
    if claim.exact:
        return (
            f"Nothing is trained; {count} random draws, and each must lie in its band. In "
            "brackets the smallest and the largest."
        )
    return (
        f"{count} seeds; in brackets the 95 % interval of their mean, below it how far apart "
        "the seeds themselves lie."
    )


def also_seen(record: Record) -> str:
    """Numbers of which nothing was foretold, folded away."""
    if not record["seen"]:
        return ""
    rows = "".join(
        f"<tr><td>{escape(name.replace(BETWEEN, ': '))}</td><td>{mean_and_interval(row)}</td></tr>"
        for name, row in record["seen"].items()
    )
    return (
        "<details><summary>Also measured, nothing predicted (exploratory)</summary>"
        f'<table class="ledger-one"><tbody>{rows}</tbody></table></details>'
    )
