"""Doubts about who somebody is: named before anything is written, with what settles them."""

from collections.abc import Iterable, Mapping, Sequence

from attention_course.grading.layouts import Owner, platform_of
from attention_course.grading.names import (
    COPY_NUMBER,
    agree,
    alike,
    is_notebook,
    looks_like_a_file,
    person_in,
)
from attention_course.grading.plan import Claim, Doubt, Options, Part, some
from attention_course.grading.shown import shown

PLATFORMS = ("canvas", "moodle")  # where a path tells an id and a name
LAYOUT = "--layout canvas, moodle, folders or files tells what names a learner"
Unassigned = tuple[str, Sequence[Owner]]  # the path of a file, and whose it may be
NamesById = Mapping[str, str]  # ids and names


def about_source(part: Part, lost: Sequence[Unassigned], options: Options) -> Iterable[Doubt]:
    """Doubts about how a source was understood."""
    source = part.source
    if not source.files:
        yield Doubt(f"there is no file of a learner's in {source.path}", "another SOURCE")
    if part.top.doubtful:
        yield about_top(part)
    if not source.names.sure:
        yield Doubt(f"nothing tells the encoding of names in {source.path}", "--encoding NAME")
    if source.unread:
        yield Doubt(f"these folders cannot be read: {some(source.unread)}", "leave to read them")
    cut = len(part.top.folders)
    if options.layout is None and part.layout in ("folders", "files"):
        platform_files = [one.path for one in source.files if platform_of(one.path[cut:])]
        if platform_files:
            yield Doubt(
                f"Canvas or Moodle may have named these files: {some(platform_files, 3)}", LAYOUT
            )
    nobodys = [path for path, owners in lost if not owners and is_notebook(path)]
    if nobodys:
        yield Doubt(
            f"notebooks that name no learner by the layout {part.layout}: {some(nobodys, 3)} "
            f"({len(nobodys)} of {len(source.files)} files)",
            LAYOUT,
        )
    unclear = [f"{path} of {owners_in_words(owners)}" for path, owners in lost if owners]
    if unclear:
        yield Doubt(
            f"files that may be of one or of another learner: {some(unclear, 3)} ({len(unclear)})",
            "--roster FILE.csv of all learners, where it allows one reading only; else a name of "
            "the file without the other number",
        )


def about_top(part: Part) -> Doubt:
    """A doubt about a folder in which everything lies: a learner's, or of all."""
    top = shown(part.source.files[0].path.partition("/")[0])
    if part.top.folders:
        return Doubt(
            f"everything lies in one folder, '{top}', seen through, and maybe a learner's",
            "--layout files, canvas or moodle; --accept, if it is no learner's; --roster, if it is",
        )
    return Doubt(
        f"everything lies in one folder, '{top}', taken for a learner",
        "--layout files, if each file in it is another learner's; --accept, if not",
    )


def owners_in_words(owners: Sequence[Owner]) -> str:
    """The learners whose a file may be, at most four of them."""
    return " or of ".join(owner_in_words(one) for one in owners[:4])


def owner_in_words(owner: Owner) -> str:
    """A learner as a path tells: id, and name in brackets."""
    return f"{shown(owner.id)} ({shown(owner.name)})"


def names_written(claims: Sequence[Claim]) -> dict[str, list[str]]:
    """The names of each id: of the source that writes it in most ways."""
    spellings: dict[tuple[int, str], dict[str, None]] = {}
    for one in claims:
        spellings.setdefault((one.part, one.owner.id), {})[one.owner.as_written] = None
    longest: dict[str, list[str]] = {}
    for (_, id), names in spellings.items():
        longest[id] = max(longest.get(id, []), list(names), key=len)
    return longest


def refusals(claims: Sequence[Claim], options: Options) -> dict[str, str]:
    """The ids whose files are all left aside, and why."""
    refused = {}
    for id, names in names_written(claims).items():
        if len(names) > 1:
            refused[id] = f"{id} is claimed under two names"
        elif options.roster is not None and id not in options.roster:
            refused[id] = f"{id} is not in the roster"
    return refused


def about_people(claims: Sequence[Claim], known: NamesById, options: Options) -> Iterable[Doubt]:
    """Doubts about ids and names. `known`: the ids and names that are in the class."""
    roster = options.roster
    written = names_written(claims)
    for id, names in written.items():
        if len(names) > 1:
            both = " and ".join(f"'{shown(one)}'" for one in names[:4])
            yield Doubt(f"{shown(id)} is claimed under two names: {both}", "one name for each id")
    if roster is None:
        things = {
            one.owner.id
            for one in claims
            if one.layout in ("folders", "files")
            and one.owner.id not in known
            and looks_like_a_file(one.owner.id, one.layout == "files", options.stems)
        }
        if things:
            what = f"these are no names of people: {some(sorted(things))}"
            yield Doubt(what, f"{LAYOUT}; --roster FILE.csv")
    else:
        strangers = sorted(set(written) - set(roster))
        if 2 * len(strangers) > len(written):
            yield Doubt(f"most are not in the roster: {some(strangers)}", "a roster of these ids")
    yield from about_other_names(claims, known if roster is None else roster)
    yield from about_likeness(claims, known, options)
    yield from about_new_numbers(claims, known)


def about_other_names(claims: Sequence[Claim], people: NamesById) -> Iterable[Doubt]:
    """Ids that belong to somebody of another name, by the roster, the class or another source."""
    names = dict(people)
    hidden = parts_with_hidden_names(claims)
    for one in claims:
        id, name = one.owner.id, one.owner.name
        if one.layout not in PLATFORMS or one.part in hidden:
            continue
        if not agree(name, names.setdefault(id, name)):
            yield Doubt(
                f"{shown(id)} is '{shown(names[id])}', but '{shown(name)}' in {shown(one.path)}",
                "--roster FILE.csv with the ids and names of this platform",
            )
            names[id] = name  # one doubt is enough


def parts_with_hidden_names(claims: Sequence[Claim]) -> set[int]:
    """The sources of Moodle in which all are called Participant, or another word for it."""
    ids: dict[int, set[str]] = {}
    names: dict[int, set[str]] = {}
    for one in claims:
        if one.layout == "moodle":
            ids.setdefault(one.part, set()).add(one.owner.id)
            names.setdefault(one.part, set()).add(one.owner.name)
    return {part for part in ids if len(ids[part]) > 1 == len(names[part])}


def about_likeness(claims: Sequence[Claim], known: NamesById, options: Options) -> Iterable[Doubt]:
    """Ids that differ only as two spellings of one name do, or by a mark of a copy."""
    ids = {one.owner.id for one in claims if one.layout != "canvas-anonymous"}
    roster = options.roster or {}
    everybody = {*ids, *known, *roster}
    spellings: dict[str, set[str]] = {}
    for id in everybody:
        spellings.setdefault(alike(id), set()).add(id)
    for same in spellings.values():
        settled = same <= known.keys() or same <= roster.keys()
        if len(same) > 1 and same & ids and not settled:
            names = ", ".join(f"'{shown(one)}'" for one in sorted(same))
            yield Doubt(f"these may be one person: {names}", "one spelling, or --roster FILE.csv")
    for id in sorted(ids - set(known) - set(roster)):
        bases = {COPY_NUMBER.sub("", id), person_in(id, options.stems)} - {id}
        for base in sorted(bases & everybody):
            yield Doubt(
                f"'{shown(id)}' may be a copy of what '{shown(base)}' handed in",
                "another name for one of them, or --roster FILE.csv",
            )


def about_new_numbers(claims: Sequence[Claim], known: NamesById) -> Iterable[Doubt]:
    """Learners whom the class may know by other ids: Moodle numbers all anew in each assignment."""
    names = {alike(name): id for id, name in known.items() if name != id}
    hidden = parts_with_hidden_names(claims)
    anew = {}
    for one in claims:
        id, name = one.owner.id, one.owner.name
        from_moodle = one.layout == "moodle" and one.part not in hidden
        if from_moodle and id not in known and alike(name) in names:
            anew[id] = f"{id} ({name}, who is {names[alike(name)]} in the class)"
    if anew:
        yield Doubt(
            f"Moodle may have given new numbers to the same people: {some(list(anew.values()), 3)}",
            "another CLASS for each assignment of Moodle; --accept, if they are other people",
        )
