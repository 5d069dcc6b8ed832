"""Nested Python values to named tensors and JSON, and back: what pickle would do, without it."""

from typing import Any

import torch
from torch import Tensor

PLAIN = (type(None), bool, int, float, str)


def flatten(nested: Any) -> tuple[dict[str, Tensor], Any]:
    """Part a nested value into its tensors, named by where they stand, and JSON for the rest.

    The value may hold dicts (keys: str or int), lists, tuples, tensors, None, bool, int, float
    and str, as `optimizer.state_dict()` does. `unflatten` gives back equal values of the same
    types; tensors come back on the CPU if they went through a file.

    Raises:
        TypeError: the value holds something else; the message says where.
    """
    tensors: dict[str, Tensor] = {}
    return tensors, _flatten(nested, "", tensors)


def unflatten(tensors: dict[str, Tensor], stored: Any) -> Any:
    """Put together again what `flatten` parted; further tensors in `tensors` are left alone.

    Raises:
        ValueError: `stored` was not written by `flatten`, or a tensor that it names is missing.
    """
    if type(stored) in PLAIN:
        return stored
    if type(stored) is list:
        return [unflatten(tensors, item) for item in stored]
    match stored:
        case {"tensor": str(name)} if name in tensors:
            return tensors[name]
        case {"tuple": list(items)}:
            return tuple(unflatten(tensors, item) for item in items)
        case {"dict": list(items)}:
            return {key: unflatten(tensors, value) for key, value in items}
    raise ValueError(
        f"expected JSON and tensors written by flatten, got {str(stored)[:60]} beside "
        f"{len(tensors)} tensors; give unflatten both halves of one flatten"
    )


def require_json(value: Any, path: str) -> None:
    """Make sure that JSON gives the value back as it is.

    Raises:
        TypeError: it holds something else; the message says where.
    """
    if type(value) in PLAIN:
        return
    if type(value) is list:
        for index, item in enumerate(value):
            require_json(item, f"{path}[{index}]")
    elif type(value) is dict and all(type(key) is str for key in value):
        for key, item in value.items():
            require_json(item, f"{path}[{key!r}]")
    else:
        kind = "keys other than str" if type(value) is dict else type(value).__name__
        raise TypeError(
            f"expected dict (keys: str), list, None, bool, int, float or str at {path}, "
            f"got {kind}; put tensors and tuples through flatten first"
        )


def _flatten(value: Any, path: str, tensors: dict[str, Tensor]) -> Any:
    """The JSON for one value; its tensors are added to `tensors`."""
    if type(value) in PLAIN:
        return value
    if type(value) is list:
        return _items(value, path, tensors)
    if type(value) is tuple:
        return {"tuple": _items(value, path, tensors)}
    if type(value) is dict:
        return {"dict": _entries(value, path, tensors)}
    if isinstance(value, Tensor) and value.layout == torch.strided:
        return {"tensor": _add(value, path, tensors)}
    raise TypeError(
        f"expected dict, list, tuple, tensor, None, bool, int, float or str at "
        f"{path or 'the top'}, got {type(value).__name__}; convert it first"
    )


def _items(values: list[Any] | tuple[Any, ...], path: str, tensors: dict[str, Tensor]) -> Any:
    return [_flatten(item, _inside(path, index), tensors) for index, item in enumerate(values)]


def _entries(values: dict[Any, Any], path: str, tensors: dict[str, Tensor]) -> Any:
    strange = [key for key in values if type(key) not in (str, int)]
    if strange:
        raise TypeError(
            f"expected keys of str or int at {path or 'the top'}, got {strange[0]!r} "
            f"({type(strange[0]).__name__}); convert it first"
        )
    # JSON objects would turn the key 0 into "0", so entries are stored as pairs.
    return [[key, _flatten(value, _inside(path, key), tensors)] for key, value in values.items()]


def _inside(path: str, key: str | int) -> str:
    return f"{path}/{key}" if path else str(key)


def _add(tensor: Tensor, path: str, tensors: dict[str, Tensor]) -> str:
    """Keep the tensor under its place, made distinct where the keys 0 and "0" both occur."""
    name = path or "tensor"
    while name in tensors:
        name += "'"
    tensors[name] = tensor.detach()
    return name
