"""One page of feedback for each learner: a verdict, a message, points, and what to read again.

Pages are complete in one file, hold no script, and escape all that anybody wrote.
"""

import base64
from hashlib import sha256
from pathlib import Path

from tornado.template import Loader

from attention_course.exercises.catalogue import EXERCISES
from attention_course.files import write
from attention_course.grading.store import Store
from attention_course.grading.table import safe, table
from attention_course.grading.words import Total, points_in_words, totals

TEMPLATES = Path(__file__).parent / "templates"


def write_feedback(store: Store, out: Path) -> list[Path]:
    """Write each learner's page, under a neutral name, and a table of whose it is."""
    by_learner: dict[str, list[Total]] = {}
    for total in totals(store.grades()):
        by_learner.setdefault(total.folder, []).append(total)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for folder, theirs in by_learner.items():
        file = out / f"{folder}.html"
        write(file, page(theirs))
        written.append(file)
    rows = [("file", "learner", "name")]
    for folder, theirs in by_learner.items():
        rows.append((f"{folder}.html", safe(theirs[0].learner), safe(theirs[0].name)))
    write(out / "whose.csv", table(rows))
    return written


def page(theirs: list[Total]) -> bytes:
    """One learner's page."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return (
        Loader(str(TEMPLATES))
        .load("feedback.html")
        .generate(
            name=theirs[0].name,
            totals=theirs,
            style=style,
            style_hash="sha256-" + base64.b64encode(sha256(style.encode()).digest()).decode(),
            title=title,
            points=points_in_words,
            again=again,
        )
    )


def title(stem: str) -> str:
    """A chapter's name for people."""
    number, _, name = stem.partition("_")
    return f"Assignment {number[2:]}, {name.replace('_', ' ')}"


def again(item: str) -> str:
    """What to read again for an exercise; for a written answer, nothing."""
    return EXERCISES[item].again if item in EXERCISES else ""
