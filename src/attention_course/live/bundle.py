"""The modules of a live figure as one script, for where nothing can be imported.

The output of a notebook's cell may stand in a page of its own, with neither the package's files
nor a network. So each module becomes a function that is called once, after those that it imports,
and gives what it exports; its other lines stay as they are.
"""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from attention_course import __version__

LIVE = Path(__file__).parent
LICENCE = (
    f"/* attention-course {__version__}, MIT licence: its modules live/engine and live/page. */"
)
IMPORT = re.compile(r'^import (?:\* as (\w+)|(\{[^}]*\})) from "([^"]+)";$', re.MULTILINE)
PASSED_ON = re.compile(r'^export \{ (\w+) \} from "([^"]+)";$', re.MULTILINE)
EXPORT = re.compile(
    r"^export ((?:async )?(?:function|class|const) (\w+|\[[\w, ]+\]))", re.MULTILINE
)
LEFT = re.compile(r"^\s*(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)


@cache
def bundle(entry: str) -> str:
    """The script of a module of `live`, such as `page/ladder.js`, and of all that it imports.

    It can stand between the tags of a script.

    Raises:
        ValueError: modules import each other in a circle, or in a form that is not known here.
    """
    modules: dict[str, str] = {}
    add(entry, modules, ())
    text = "\n".join([LICENCE, "(() => {", '"use strict";', *modules.values(), "})();"])
    return text.replace("<!--", "<\\!--").replace("</script", "<\\/script")


def add(name: str, modules: dict[str, str], importing: tuple[str, ...]) -> None:
    """Put a module behind those that it imports, unless it is there."""
    if name in importing:
        raise ValueError(f"expected modules without a circle, got {' > '.join((*importing, name))}")
    if name in modules:
        return
    text = (LIVE / name).read_text(encoding="utf-8")
    for *_, other in (*IMPORT.findall(text), *PASSED_ON.findall(text)):
        add(beside(name, other), modules, (*importing, name))
    modules[name] = as_function(name, text)


def as_function(name: str, text: str) -> str:
    """A module as a function's call: imports become constants, what is exported is given back."""
    exported = [one for _, names in EXPORT.findall(text) for one in re.findall(r"\w+", names)]
    passed_on = [
        f"{one}: {constant(beside(name, other))}.{one}" for one, other in PASSED_ON.findall(text)
    ]
    body = IMPORT.sub(lambda found: as_constants(name, found), text)
    body = EXPORT.sub(r"\1", PASSED_ON.sub("", body))
    if left := LEFT.search(body):
        raise ValueError(f"expected imports and exports of known forms in {name}, got: {left[0]}")
    given = ", ".join([*exported, *passed_on])
    return f"const {constant(name)} = (() => {{\n{body}return {{ {given} }};\n}})();"


def as_constants(name: str, found: re.Match[str]) -> str:
    """An import, as constants that are taken from another module's function."""
    whole, some, other = found.groups()
    wanted = whole or some.replace(" as ", ": ")
    return f"const {wanted} = {constant(beside(name, other))};"


def beside(name: str, other: str) -> str:
    """The name of a module, as another one names it: `../engine/arrays.js`, `./parts.js`."""
    folder = PurePosixPath(name).parent
    found = (LIVE / folder / other).resolve().relative_to(LIVE.resolve())
    return found.as_posix()


def constant(name: str) -> str:
    """The constant that holds what a module exports."""
    return re.sub(r"\W", "_", name.removesuffix(".js"))
