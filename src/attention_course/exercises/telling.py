"""Words for an output that cannot be compared: no tensor, or one of another shape or type.

What comes from the sandbox is known by its kind only; no number and no size is needed here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor

PAIRS = ("max", "min", "median", "mode", "sort", "topk", "kthvalue", "cummax", "cummin")
ONE_ASKED = "a single tensor is asked for"
KIND_NAMES = {  # what a learner knows them as, by the name of the type
    "int": "a Python number",
    "float": "a Python number, as `.item()` gives it",
    "bool": "a Python truth value",
    "complex": "a Python number",
    "str": "text",
    "ndarray": "a NumPy array",
    "function": "a function that was not called",
    "dict": "a dictionary",
}
SCALARS = {"bool": "truth values", "int": "whole numbers", "float": "numbers"}
MAX_VALUES = 1_000  # values of a list that are read
MAX_DEPTH = 16  # lists within lists


@dataclass(frozen=True)
class Other:
    """A value that is no tensor, of which only kinds are known.

    `count` is the number of its parts (2 may stand for more), and `holds` are the kinds of these;
    of a list of lists, those of the innermost. Both may be unknown.
    """

    kind: str
    count: int | None = None
    holds: tuple[str, ...] = ()


def kind_of(value: Any) -> Other:
    """The kind of a value that is no tensor, and of what it holds."""
    if isinstance(value, Other):
        return value
    kind = "nested tensor" if isinstance(value, Tensor) else type(value).__name__
    if isinstance(value, tuple) and kind not in PAIRS:
        kind = "tuple"
    if not isinstance(value, tuple | list):
        return Other(kind)
    return Other(kind, len(value), tuple(sorted(set(islice(innermost(value), MAX_VALUES)))))


def innermost(values: Iterable[Any], depth: int = MAX_DEPTH) -> Iterator[str]:
    """The kinds of all values in a list, and in the lists in it."""
    for one in values:
        if isinstance(one, list) and depth > 0:
            yield from innermost(one, depth - 1)
        else:
            yield "Tensor" if isinstance(one, Tensor) else type(one).__name__


def no_tensor(value: Any) -> str:
    """What a learner returned in the place of a tensor."""
    kinds = kind_of(value)
    if kinds.kind in PAIRS:
        return f"`{kinds.kind}` with an axis returns a pair, values and places: {ONE_ASKED}."
    if kinds.kind == "tuple":
        return f"It returns {tuple_in_words(kinds.count)}: {ONE_ASKED}."
    if kinds.kind == "list":
        return f"It returns a Python list{list_in_words(kinds)}: {ONE_ASKED}."
    if kinds.kind in KIND_NAMES:
        return f"It returns {KIND_NAMES[kinds.kind]}: a tensor is asked for."
    return f"Expected a tensor, got {kinds.kind}."


def tuple_in_words(count: int | None) -> str:
    """How many things a tuple holds; a comma is enough to make one."""
    if count in (0, 1):
        return ("an empty tuple", "a tuple of one thing, which a comma makes")[count]
    return "several things, a tuple"


def list_in_words(kinds: Other) -> str:
    """What a list holds, if that is one kind of thing."""
    if kinds.holds == ("Tensor",):
        return " that holds tensors"
    if len(kinds.holds) == 1 and kinds.holds[0] in SCALARS:
        return f" that holds {SCALARS[kinds.holds[0]]}"
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
        return f"Expected {axes_in_words(len(wanted))}, got {axes_in_words(len(got))}."
    return "Expected another shape."


def axes_in_words(count: int) -> str:
    """A number of axes in words."""
    return {0: "no axis", 1: "one axis"}.get(count, f"{count} axes")


def is_plain(output: Tensor) -> bool:
    """Whether the numbers of a tensor are here to be compared."""
    return output.layout == torch.strided and not output.is_nested and output.device.type == "cpu"


def other_type(output: Tensor, expected: Tensor) -> str | None:
    """What keeps a tensor of the right shape from being compared."""
    if output.layout != torch.strided or output.is_nested:
        return f"Expected a plain tensor, got the layout {output.layout}."
    if output.device != expected.device:
        return f"Expected a tensor on {expected.device}, got one on {output.device}."
    if output.dtype != expected.dtype:
        return f"Expected numbers of type {expected.dtype}, got {output.dtype}."
    return None
