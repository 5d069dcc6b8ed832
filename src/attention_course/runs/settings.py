"""The settings of a run as its card keeps them, and what older cards lack."""

from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from attention_course.config import Run

# Settings that came after the first cards, each with the value that all runs before it had. It
# stands in for what an older card does not say, and a run that has it keeps its name: so a new
# setting goes in here, and no card is lost. Today's defaults may be others.
ADDED: dict[str, Any] = {"own_text": ""}

RECURRENT = frozenset(
    "d_state input_feeding bidirectional learned_start predict_from layers_above".split()
)
TRANSFORMER = frozenset("d_hidden layers heads positions".split())
FOREIGN = {"transformer": RECURRENT, "tied": RECURRENT}  # by variant; to all others, TRANSFORMER


def family_of(variant: str) -> Literal["recurrent", "transformer"]:
    """The family of models that a variant belongs to."""
    return "transformer" if variant in FOREIGN else "recurrent"


def foreign(variant: str) -> frozenset[str]:
    """The settings of the other family of models, which say nothing about this variant."""
    return FOREIGN.get(variant, TRANSFORMER)


def settings_of(run: Run) -> dict[str, Any]:
    """The settings of a run that its own model reads, as JSON values."""
    others = foreign(run.variant)
    return {name: value for name, value in run.to_dict().items() if name not in others}


def identity(settings: dict[str, Any]) -> dict[str, Any]:
    """What tells a run from all others: its settings, but for later ones that change nothing."""
    return {
        name: value for name, value in settings.items() if name not in ADDED or value != ADDED[name]
    }


def read_run(settings: dict[str, Any]) -> Run:
    """The run of some stored settings: all of them, nothing filled in but from `ADDED`.

    Raises:
        ValueError: a setting is missing, unknown or of the wrong type.
    """
    variant = str(settings.get("variant"))
    hints = get_type_hints(Run)
    expected = {one.name: hints[one.name] for one in fields(Run)}
    expected = {name: hint for name, hint in expected.items() if name not in foreign(variant)}
    filled = {**{name: value for name, value in ADDED.items() if name in expected}, **settings}
    missing, unknown = expected.keys() - filled.keys(), filled.keys() - expected.keys()
    if missing or unknown:
        raise ValueError(
            f"settings that are no run ({words_of('missing', missing)}; "
            f"{words_of('unknown', unknown)})"
        )
    for name, value in filled.items():
        if not is_of(value, expected[name]):
            raise ValueError(f"settings that are no run ({name} = {value!r})")
    return Run.from_dict(filled)


def words_of(kind: str, names: set[str]) -> str:
    """Which settings are of a kind, in words."""
    return f"{kind}: {', '.join(sorted(names)) or 'none'}"


def is_of(value: object, hint: Any) -> bool:
    """Whether a JSON value is of a type; a whole number is a float, but True is no number."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    return type(value) is hint or (hint is float and type(value) is int)


def of_family(run: Run) -> Run:
    """The same run as its card says it: settings of the other family are left at the defaults."""
    return read_run(settings_of(run))


def difference(run: Run, expected: Run) -> str:
    """How a run differs from the expected one, setting by setting; empty where it does not."""
    ours, theirs = ({**ADDED, **settings_of(one)} for one in (run, expected))
    return ", ".join(
        f"{name} {ours.get(name)!r} instead of {theirs.get(name)!r}"
        for name in {**theirs, **ours}
        if ours.get(name) != theirs.get(name)
    )
