"""Doubts about who somebody is: named before anything is written, with what settles them."""

from collections.abc import Iterable, Mapping, Sequence

from attention_course.grading.layouts import Whose
from attention_course.grading.names import COPY_NUMBER, agree, alike, is_notebook, looks_like_a_file
from attention_course.grading.plan import Asked, Claim, Doubt, Part, some
from attention_course.grading.shown import shown

PLATFORMS = ("canvas", "moodle")  # where a path tells an id and a name
LAYOUT = "--layout canvas, moodle, folders or files tells what names a learner"
Lost = tuple[str, Sequence[Whose]]  # the path of a file, and whose it may be
Names = Mapping[str, str]  # ids and names


def about_source(part: Part, lost: Sequence[Lost]) -> Iterable[Doubt]:
    """Doubts about how a source was understood."""
    source = part.source
    if not source.files:
        yield Doubt(f"there is no file of a learner's in {source.place}", "another SOURCE")
    if part.top.doubtful:
        top = source.files[0].path.partition("/")[0]
        how = "it is seen through" if part.top.folders else "it is taken for a learner"
        yield Doubt(f"everything lies in one folder, '{shown(top)}', and {how}", LAYOUT)
    if not source.names.sure:
        yield Doubt(f"nothing tells the encoding of names in {source.place}", "--encoding NAME")
    if source.unread:
        yield Doubt(f"these folders cannot be read: {some(source.unread)}", "leave to read them")
    nobodys = [path for path, whose in lost if not whose and is_notebook(path)]
    if nobodys:
        yield Doubt(
            f"notebooks that name no learner by the layout {part.layout}: {some(nobodys, 3)} "
            f"({len(nobodys)} of {len(source.files)} files)",
            LAYOUT,
        )
    unclear = [f"{path} of {or_of(whose)}" for path, whose in lost if whose]
    if unclear:
        yield Doubt(
            f"files that may be of one or of another learner: {some(unclear, 3)} ({len(unclear)})",
            "--roster FILE.csv of all learners, where it allows one reading only",
        )


def or_of(possible: Sequence[Whose]) -> str:
    """The learners whose a file may be."""
    return " or of ".join(told(one) for one in possible[:4])


def told(whose: Whose) -> str:
    """A learner as a path tells."""
    return f"{shown(whose.id)} ({shown(whose.name)})"


def refusals(claims: Sequence[Claim], asked: Asked) -> dict[str, str]:
    """The ids whose files are all left aside, and why."""
    written: dict[tuple[int, str], set[str]] = {}
    for one in claims:
        written.setdefault((one.part, one.whose.id), set()).add(one.whose.as_written)
    refused = {
        id: f"{id} is claimed under two names"
        for (_, id), names in written.items()
        if len(names) > 1
    }
    if asked.roster is not None:
        for _, id in written:
            if id not in asked.roster:
                refused[id] = f"{id} is not in the roster"
    return refused


def about_people(claims: Sequence[Claim], known: Names, asked: Asked) -> Iterable[Doubt]:
    """Doubts about ids and names. `known`: the ids and names that are in the class."""
    roster = asked.roster
    for id, names in names_of(claims).items():
        if len(names) > 1:
            yield Doubt(
                f"{shown(id)} is claimed under two names: {some([repr(one) for one in names])}",
                "names that are spelled alike; their files are left aside",
            )
    strangers = [] if roster is None else sorted({one.whose.id for one in claims} - set(roster))
    if roster is not None and 2 * len(strangers) > len({one.whose.id for one in claims}):
        yield Doubt(f"most are not in the roster: {some(strangers)}", "a roster with these ids")
    yield from about_other_names(claims, known if roster is None else roster)
    yield from about_likeness(claims, known, roster or {})
    if roster is None:
        files = sorted(
            {
                one.whose.id
                for one in claims
                if one.layout in ("folders", "files")
                and one.whose.id not in known
                and looks_like_a_file(one.whose.id, one.layout == "files", asked.stems)
            }
        )
        if files:
            yield Doubt(f"these are no names of people: {some(files)}", LAYOUT)


def names_of(claims: Sequence[Claim]) -> dict[str, list[str]]:
    """The names under which each id is claimed within a source that claims it under several."""
    found: dict[tuple[int, str], list[str]] = {}
    for one in claims:
        names = found.setdefault((one.part, one.whose.id), [])
        if one.whose.as_written not in names:
            names.append(one.whose.as_written)
    return {id: max(found[part, id], names, key=len) for (part, id), names in found.items()}


def about_other_names(claims: Sequence[Claim], people: Names) -> Iterable[Doubt]:
    """An id that belongs to somebody of another name, by the roster or by the class."""
    hidden = {
        part
        for part in {one.part for one in claims}
        if len({one.whose.name for one in claims if one.part == part}) == 1
        and len({one.whose.id for one in claims if one.part == part}) > 1
    }  # Moodle calls all of them Participant where it hides names
    done = set()
    for one in claims:
        id, name = one.whose.id, one.whose.name
        if one.layout not in PLATFORMS or id not in people or id in done:
            continue
        alone = one.part in hidden and one.layout == "moodle"
        if not alone and not agree(name, people[id]):
            done.add(id)
            yield Doubt(
                f"{shown(id)} is {shown(people[id])}, and in {shown(one.path)} {shown(name)}",
                "--roster FILE.csv with the ids of this platform",
            )


def about_likeness(claims: Sequence[Claim], known: Names, roster: Names) -> Iterable[Doubt]:
    """Ids that differ only as two spellings of one name do, or by the number of a copy."""
    ids = {one.whose.id for one in claims if one.layout != "canvas-anonymous"}
    alikes: dict[str, set[str]] = {}
    for id in {*ids, *known, *roster}:
        alikes.setdefault(alike(id), set()).add(id)
    for spellings in alikes.values():
        settled = spellings <= set(known) or spellings <= set(roster)
        if len(spellings) > 1 and spellings & ids and not settled:
            names = ", ".join(f"'{shown(one)}'" for one in sorted(spellings))
            yield Doubt(f"these may be one person: {names}", "one spelling, or --roster")
    for id in sorted(ids - set(known) - set(roster)):
        base = COPY_NUMBER.sub("", id)
        if base != id and base in {*ids, *known, *roster}:
            yield Doubt(
                f"'{shown(id)}' may be a copy by '{shown(base)}'", "another name, or --roster"
            )
