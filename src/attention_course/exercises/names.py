"""Which names a function uses, itself and through what it calls in its notebook."""

from collections.abc import Iterator
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

COURSE = "attention_course"  # its own code is no answer
HOLDS = (dict, list, tuple)
MAX_DECORATORS = 16  # decorators on one function


def names_used(function: Any) -> set[str]:
    """Every name that a function's code mentions, and the code of its notebook that it calls.

    Names stand in code, in texts such as those that `getattr` is given, and in what a name of
    the notebook holds, so that a function of a library is found under another name too.
    """
    world = world_of(function)
    names_found, seen, waiting = set[str](), set[int](), [function]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            names_found |= names_of(one)
            if one is function or is_at_home(one, world):
                names = names_in(getattr(one, "__code__", None))
                names_found |= names
                waiting += [world[name] for name in names if name in world]
                waiting += parts_of(one)
    return names_found


def world_of(value: Any) -> dict[str, Any]:
    """The names of the notebook, or the module, in which a function was written."""
    for one in (unwrapped(value), *parts_of(value)):
        world = getattr(one, "__globals__", None)
        if isinstance(world, dict):
            return world
    return world_of(type(value).__call__) if isinstance(type(value).__call__, FunctionType) else {}


def unwrapped(value: Any) -> Any:
    """The function that a decorator such as `functools.lru_cache` has wrapped, if one has."""
    for _ in range(MAX_DECORATORS):
        kept = getattr(value, "__dict__", {})
        if "__wrapped__" not in kept:
            break
        value = kept["__wrapped__"]
    return value


def is_at_home(value: Any, world: dict[str, Any]) -> bool:
    """Whether a value was written where the names of a world were, or wraps what was."""
    if isinstance(value, (partial, MethodType, SimpleNamespace, *HOLDS)):
        return True
    if unwrapped(value) is not value:
        return is_at_home(unwrapped(value), world)
    if isinstance(value, FunctionType):
        return value.__globals__ is world
    home = value.__module__ if isinstance(value, type) else type(value).__module__
    return bool(home == world.get("__name__", ""))


def names_of(value: Any) -> set[str]:
    """The names of a function, a class or a module, wherever it is kept; of the course, COURSE."""
    if not isinstance(value, (FunctionType, ModuleType, type)) and not callable(value):
        return set()
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    names_found = {COURSE} if str(home).partition(".")[0] == COURSE else set()
    name = getattr(value, "__name__", "")
    return names_found | (set(name.split(".")) if isinstance(name, str) else set())


def parts_of(value: Any) -> Iterator[Any]:
    """What a value is made of: what it wraps, its class's functions, what it closes over, holds."""
    if isinstance(value, partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, FunctionType):
        yield from (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        for cell in value.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # not filled yet
                continue
    elif isinstance(value, type):
        yield from vars(value).values()
    elif isinstance(value, HOLDS):
        yield from value.values() if isinstance(value, dict) else value
    elif not isinstance(value, ModuleType):
        yield type(value)
        kept = getattr(value, "__dict__", None)  # of an instance, or of what wraps a function
        yield from kept.values() if isinstance(kept, dict) else []


def names_in(code: CodeType | None) -> set[str]:
    """Every name and every text in a function's code, and in the functions inside it."""
    if code is None:
        return set()
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    texts = {one for one in code.co_consts if isinstance(one, str)}
    names = {part for name in code.co_names for part in (name, *name.split("."))}
    return names.union(texts, code.co_freevars, *map(names_in, inner))
