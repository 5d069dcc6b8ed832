"""Words for an output that cannot be compared: no tensor, or one of another shape or type.

What comes from the sandbox is known by its kind only; no number and no size is needed here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

PAIRS = ("max", "min", "median", "mode", "sort", "topk", "kthvalue", "cummax", "cummin")
ONE_ASKED = "a single tensor is asked for"
KINDS = {  # by the name of the type
    "int": "It returns a number of Python's: {asked}.",
    "float": "It returns a number of Python's, as `.item()` gives it: {asked}.",
    "bool": "It returns a truth value of Python's: {asked}.",
    "complex": "It returns a complex number of Python's: {asked}.",
    "str": "It returns text: {asked}.",
    "ndarray": "It returns an array of NumPy's: {asked}.",
    "function": "It returns a function that was not called: {asked}.",
    "dict": "It returns a dictionary: {asked}.",
}
SCALARS = {"bool": "truth values", "int": "whole numbers", "float": "numbers"}
MOST = 1_000  # values of a list that are looked at


@dataclass(frozen=True)
class Other:
    """A value that is no tensor, of which only kinds are known.

    `count` is the number of its parts, and `holds` are the kinds of these; of a list of lists,
    those of the innermost. Both may be unknown.
    """

    kind: str
    count: int | None = None
    holds: tuple[str, ...] = ()


def other(value: Any) -> Other:
    """What is known of a value that is no tensor."""
    if isinstance(value, Other):
        return value
    kind = type(value).__name__
    if isinstance(value, tuple) and kind not in PAIRS:
        kind = "tuple"
    if not isinstance(value, tuple | list):
        return Other(kind)
    return Other(kind, len(value), tuple(sorted(set(first(innermost(value))))))


def innermost(values: Iterable[Any]) -> Iterator[str]:
    """The kinds of all values in a list, and in the lists in it."""
    for one in values:
        if isinstance(one, list):
            yield from innermost(one)
        else:
            yield "Tensor" if isinstance(one, Tensor) else type(one).__name__


def first(kinds: Iterator[str]) -> list[str]:
    """So many kinds that a long list costs no time."""
    return [kind for _, kind in zip(range(MOST), kinds, strict=False)]


def no_tensor(value: Any) -> str:
    """What a learner returned in the place of a tensor."""
    known = other(value)
    if known.kind in PAIRS:
        return f"`{known.kind}` with an axis returns a pair, values and places: {ONE_ASKED}."
    if known.kind == "tuple":
        return f"It returns {parts(known.count)}: {ONE_ASKED}."
    if known.kind == "list":
        return f"It returns a list of Python's{held(known)}: {ONE_ASKED}."
    told = KINDS.get(known.kind, "Expected a tensor, got {kind}: {asked}.")
    return told.format(kind=known.kind, asked="a tensor is asked for")


def parts(count: int | None) -> str:
    """How many things a tuple holds; a comma is enough to make one."""
    if count in (0, 1):
        return ("an empty tuple", "a tuple of one thing, which a comma makes")[count]
    return f"{'several' if count is None else count} things, a tuple"


def held(known: Other) -> str:
    """What a list holds, if that is one kind of thing."""
    if known.holds == ("Tensor",):
        return " that holds tensors"
    if len(known.holds) == 1 and known.holds[0] in SCALARS:
        return f" that holds {SCALARS[known.holds[0]]}"
    return ""


def other_shape(output: Tensor, expected: Tensor) -> str:
    """How a shape differs from the one that is asked for; names no size."""
    got, wanted = list(output.shape), list(expected.shape)
    if [size for size in got if size != 1] == [size for size in wanted if size != 1]:
        if len(got) > len(wanted):
            return "An axis of size 1 is left over."
        if len(got) < len(wanted):
            return "An axis is lost where its size is 1, as `squeeze` does in a batch of one."
    if sorted(got) == sorted(wanted):
        return "The axes stand in another order."
    if len(got) != len(wanted):
        return f"Expected {axes(len(wanted))}, got {axes(len(got))}."
    return "Expected another shape."


def axes(count: int) -> str:
    """A number of axes in words."""
    return {0: "no axis", 1: "one axis"}.get(count, f"{count} axes")


def other_type(output: Tensor, expected: Tensor) -> str | None:
    """What keeps a tensor of the right shape from being compared."""
    if output.layout != torch.strided or output.is_nested:
        return f"Expected a plain tensor, got the layout {output.layout}."
    if output.device != expected.device:
        return f"Expected a tensor on {expected.device}, got one on {output.device}."
    if output.dtype != expected.dtype:
        return f"Expected numbers of type {expected.dtype}, got {output.dtype}."
    return None
