"""How paths tell whose a file is: as Canvas and Moodle write them, by folders, or by names.

What a learning platform wrote decides, never what a learner chose. Where a path can be read in
more than one way, all readings are given, and nobody chooses among them by the path alone.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from attention_course.grading.classroom import clean
from attention_course.grading.names import (
    is_a_container,
    is_notebook,
    looks_like_a_file,
    person_in,
    spelled,
)

LAYOUTS = ("canvas", "canvas-anonymous", "moodle", "folders", "files")

# NAME[_LATE]_USER_ATTACHMENT_FILE. A name is in small letters and may hold digits and
# underscores; so may a file's. Each place where two numbers stand may be the right one.
CANVAS = re.compile(r"(?=_(?P<id>[0-9]+)_(?P<number>[0-9]+)_[^/])")
CANVAS_ENTRY = re.compile(r"(?P<name>[^/]*)_(?P<id>[0-9]+)_(text|link)\.html")
ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<id>anon_[0-9A-Za-z]+)_((?P<number>[0-9]+)_[^/]+|(text|link)\.html)"
)
# NAME_NUMBER_assignsubmission_KIND/... or, without folders, ..._FILE. Moodle writes a name without
# underscores. The first place that fits is Moodle's own; what follows may be a learner's.
MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>[a-z]+)(_?/.+|_[^/]+)"
)


@dataclass(frozen=True)
class Owner:
    """Whose file it is, as its path tells."""

    id: str
    name: str
    as_written: str  # the part of the path that tells, which a learner does not choose
    late: bool = False
    number: int = 0  # the number of the file in Canvas, which grows with time
    entry: str = ""  # what was typed into a page of the platform, and is no file: its kind


def readings(path: str, layout: str, stems: Sequence[str]) -> list[Owner]:
    """All ways to read whose a file is, in a layout; none if its path does not say."""
    if layout == "canvas":
        return canvas_readings(path)
    if layout == "canvas-anonymous":
        return anonymous_readings(path)
    if layout == "moodle":
        return moodle_readings(path)
    folder, _, name = path.rpartition("/")
    if layout == "folders":
        whole = spelled(path.partition("/")[0]) if folder else ""
    else:
        whole = person_in(name, stems)
    id = clean(whole.strip("_- ." if layout == "files" else "."))
    return [Owner(id, id, whole)] if id else []


def canvas_readings(path: str) -> list[Owner]:
    """Each learner of Canvas whose a file may be: one, if nobody's name or file holds numbers."""
    if "/" in path:
        return []
    owners = [
        canvas_reading(path[: match.start()], match["id"], int(match["number"][:18]), "")
        for match in CANVAS.finditer(path)
    ]
    if match := CANVAS_ENTRY.fullmatch(path):
        owners.append(canvas_reading(match["name"], match["id"], 0, match[3]))
    return [one for one in owners if one is not None]


def canvas_reading(before: str, id: str, number: int, entry: str) -> Owner | None:
    """One reading; None if Canvas, which writes names in small letters, cannot have meant it."""
    name = before.removesuffix("_LATE")
    if re.search(r"(^|_)LATE_", name):
        return None
    name = spelled(name)
    return Owner(id, clean(name) or id, name, name != spelled(before), number, entry)


def anonymous_readings(path: str) -> list[Owner]:
    """Whose a file is where Canvas hides names."""
    match = ANONYMOUS.fullmatch(path)
    if match is None:
        return []
    number = int((match["number"] or "0")[:18])
    return [
        Owner(match["id"], match["id"], match["id"], bool(match["late"]), number, match[5] or "")
    ]


def moodle_readings(path: str) -> list[Owner]:
    """Whose a file is where Moodle wrote its path; nobody's where it did not."""
    match = MOODLE.fullmatch(path)
    if match is None:
        return []
    entry = "" if match["kind"] == "file" else match["kind"]
    return [Owner(match["id"], clean(match["name"]), spelled(match["name"]), entry=entry)]


def likely_layout(paths: Sequence[str]) -> str:
    """The layout by which more than half of the paths are made, a platform's before others."""
    half = len(paths) / 2
    platforms = [platform_of(path) for path in paths]
    if platforms.count("canvas") > half:
        hidden = all(ANONYMOUS.fullmatch(path) for path in paths if platform_of(path) == "canvas")
        return "canvas-anonymous" if hidden else "canvas"
    if platforms.count("moodle") > half:
        return "moodle"
    flat = [path for path in paths if "/" not in path]
    return "files" if len(flat) > half else "folders"


def platform_of(path: str) -> str:
    """The platform that a path is made by, or nothing."""
    moodle = MOODLE.fullmatch(path)
    if moodle and "_" not in moodle["name"]:
        return "moodle"
    canvas = canvas_readings(path)
    if ANONYMOUS.fullmatch(path) or (canvas and "_assignsubmission_" not in canvas[0].name):
        return "canvas"
    return "moodle" if moodle else ""


@dataclass(frozen=True)
class Top:
    """Folders on top of everything that are seen through, and whether one may be a learner's."""

    folders: str = ""  # with a slash behind each
    doubtful: bool = False


def common_top(
    paths: Sequence[str], layout: str | None, known: Collection[str], stems: Sequence[str]
) -> Top:
    """The folders that lie on top of everything and are no learner's.

    A learner who hands in alone chooses what is in the folder, so a folder is seen through without
    a doubt only if it is called as people are not, or if the instructor named the layout.
    `layout` is what the instructor named; `known` are ids of learners.
    """
    tops = {path.partition("/")[0] for path in paths}
    if len(tops) != 1 or not all("/" in path for path in paths) or layout == "files":
        return Top()
    [top] = tops
    if clean(top) in known or all(platform_of(path) == "moodle" for path in paths):
        return Top()
    inner = [path.partition("/")[2] for path in paths]
    sure = is_a_container(top, stems)
    inside = layout or likely_layout(inner)
    deeper = common_top(inner, layout, known, stems)
    through = Top(f"{top}/{deeper.folders}", deeper.doubtful or not sure)
    if inside == "files":
        people = {person_in(path, stems) for path in inner if "/" not in path}
        people = {one for one in people if one and not looks_like_a_file(one, True, stems)}
        return through if sure and people else Top("", len(people) > 1)
    if inside != "folders":
        return through if layout is None else Top(through.folders)
    notebooks = [path for path in inner if is_notebook(path)] or inner
    below = {path.partition("/")[0] for path in notebooks if "/" in path}
    loose = any("/" not in path for path in notebooks)
    return through if sure or deeper.folders or (len(below) > 1 and not loose) else Top()
