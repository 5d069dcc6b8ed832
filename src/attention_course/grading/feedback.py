"""One page of feedback for each learner: a verdict, a message, points, and what to read again.

Pages are complete in one file, hold no script, and escape all that anybody wrote.
"""

import base64
import hmac
import secrets
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from tornado.template import Loader

from attention_course.exercises.catalogue import EXERCISES
from attention_course.grading.classroom import Classroom
from attention_course.grading.everybody import grades_of_everybody
from attention_course.grading.gradebook import Gradebook
from attention_course.grading.stems import chapter
from attention_course.grading.table import csv_bytes, safe
from attention_course.grading.words import NOTHING, Total, late_in, points_in_words, totals
from attention_course.store.files import write

WHOSE = "whose.csv"  # in the class's folder
TEMPLATES = Path(__file__).parent / "templates"


def write_feedback(gradebook: Gradebook, out: Path, url: str = "") -> list[Path]:
    """Write each learner's page, under a name that nobody can guess.

    The table of whose page it is, whose.csv, goes into the class's folder, since the folder of
    pages may be hosted for all. Where a web server lists that folder's files, index.html, which
    tells nothing, keeps it from doing so. `url`: where that folder is hosted; with it the table
    has each learner's full address.

    Raises:
        ValueError: the pages would go into the class's own folder, or `url` is none.
    """
    if url and not url.startswith(("https://", "http://")):
        raise ValueError(f"expected --url https://..., where the pages are hosted, got {url}")
    if out.resolve() == gradebook.room.root.resolve():
        raise ValueError(f"expected a folder of its own for the pages, got the class's: {out}")
    by_learner: dict[str, list[Total]] = {}
    for total in totals(grades_of_everybody(gradebook)):
        by_learner.setdefault(total.learner, []).append(total)
    out.mkdir(parents=True, exist_ok=True)
    secret, late = secret_of(gradebook.room), late_in(gradebook.room)
    files = {id: out / f"{page_name(secret, id)}.html" for id in by_learner}
    for id, theirs in by_learner.items():
        write(files[id], page(theirs, late))
    write(out / "index.html", (TEMPLATES / "front.html").read_bytes())
    rows = [("file", "learner", "name", "address")]
    for id, theirs in by_learner.items():
        name = files[id].name
        full = f"{url.rstrip('/')}/{name}" if url else ""
        rows.append((name, safe(id), safe(theirs[0].name), full))
    write(gradebook.room.root / WHOSE, csv_bytes(rows))
    return list(files.values())


def secret_of(room: Classroom) -> bytes:
    """What the addresses of a class's pages are made from; made when it is first needed.

    Raises:
        ValueError: the file was changed.
    """
    file = room.root / "secret"
    if not file.exists():
        write(file, secrets.token_hex(32).encode() + b"\n")
        file.chmod(0o600)
    secret = file.read_bytes().strip()
    if len(secret) < 32:
        raise ValueError(f"expected a secret in {file}, got {len(secret)} bytes; delete the file")
    return secret


def page_name(secret: bytes, learner: str) -> str:
    """The name of a learner's page: the same each time, and not to be guessed by a neighbour."""
    return hmac.new(secret, learner.encode("utf-8", "replace"), sha256).hexdigest()[:32]


def old_pages(out: Path) -> list[Path]:
    """What an earlier version left in a folder of pages: names to be guessed, and the list."""
    return sorted(out.glob("learner-[0-9]*.html")) + sorted(out.glob(WHOSE))


def page(theirs: list[Total], late: Collection[tuple[str, str]] = ()) -> bytes:
    """One learner's page; `late`: which learners were late for which chapter."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return (
        Loader(str(TEMPLATES))
        .load("feedback.html")
        .generate(
            name=theirs[0].name,
            totals=theirs,
            late=late,
            style=style,
            style_hash="sha256-" + base64.b64encode(sha256(style.encode()).digest()).decode(),
            chapter=chapter,
            points=points_in_words,
            again=read_again,
            nothing=NOTHING,
        )
    )


def read_again(item: str) -> str:
    """What to read again for an exercise; for a written answer, nothing."""
    return EXERCISES[item].again if item in EXERCISES else ""
