"""Values in and out of the sandbox as plain JSON: no pickle, so that reading runs nothing."""

import base64
import math
from itertools import islice
from typing import Any

import torch
from torch import Tensor

DTYPES = {
    str(one).removeprefix("torch."): one
    for one in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    )
}
MAX_NUMBERS = 20_000  # numbers of one array; of a larger one only the shape is told
MAX_AXES = 16
# As in exercises/telling.py: nothing here imports the course, so a test holds the two equal.
PAIRS = ("max", "min", "median", "mode", "sort", "topk", "kthvalue", "cummax", "cummin")
PLAIN = ("tuple", "list", "dict", "str", "ndarray", "int", "float", "bool", "complex", "function")
OTHER_KINDS = (*PLAIN, *PAIRS)
ELEMENT_KINDS = ("Tensor", *OTHER_KINDS)  # what a list or a tuple may be said to hold
MAX_PARTS = 100  # of it that are looked at


class WireError(ValueError):
    """Bytes from the sandbox that do not hold what was agreed."""


def pack(value: Any) -> dict[str, Any]:
    """A tensor, a plain number or None as JSON values; of other things the type's name."""
    if value is None:
        return {"nothing": True}
    if isinstance(value, Tensor):
        return packed_tensor(value)
    kind = type(value).__name__
    if isinstance(value, tuple) and kind not in OTHER_KINDS:
        kind = "tuple"
    packed: dict[str, Any] = {"other": kind if kind in OTHER_KINDS else "other"}
    if isinstance(value, tuple | list):
        packed |= {"count": min(len(value), 2), "holds": kinds_in(value)}
    return packed


def kinds_in(values: Any) -> list[str]:
    """The kinds of the first things in a list or a tuple; of lists in it, of what these hold."""
    parts = list(islice(values, MAX_PARTS))
    for _ in range(MAX_AXES):
        if not (parts and isinstance(parts[0], list)):
            break
        parts = [inner for one in parts if isinstance(one, list) for inner in one[:MAX_PARTS]]
        parts = parts[:MAX_PARTS]
    kinds = {"Tensor" if isinstance(one, Tensor) else type(one).__name__ for one in parts}
    return sorted(kinds & set(ELEMENT_KINDS)) if kinds <= set(ELEMENT_KINDS) else []


def packed_tensor(value: Tensor) -> dict[str, Any]:
    """A tensor as its type's name, its shape, and its bytes in base64."""
    packed = {"dtype": str(value.dtype).removeprefix("torch."), "shape": list(value.shape)}
    if value.numel() > MAX_NUMBERS:  # not copied: it may take more memory than there is
        return packed
    flat = value.detach().to("cpu").contiguous().reshape(-1)
    return packed | {"data": base64.b64encode(flat.view(torch.uint8).numpy().tobytes()).decode()}


def pack_input(value: Any) -> dict[str, Any]:
    """An argument of a learner's function: a tensor or a plain number."""
    return packed_tensor(value) if isinstance(value, Tensor) else {"plain": value}


def unpack_input(packed: dict[str, Any]) -> Any:
    """An argument again, as `pack_input` was given it."""
    return packed["plain"] if "plain" in packed else unpack_tensor(packed)


def unpack_tensor(packed: dict[str, Any]) -> Tensor:
    """A tensor from JSON values that nobody vouches for.

    A tensor whose numbers were too many to send comes back on the device "meta", which has a
    shape and no memory.

    Raises:
        WireError: they do not describe a tensor.
    """
    kind, shape, data = packed.get("dtype"), packed.get("shape"), packed.get("data")
    if not isinstance(kind, str) or kind not in DTYPES:
        raise WireError("no dtype")
    if not isinstance(shape, list) or len(shape) > MAX_AXES:
        raise WireError("no shape")
    if not all(type(size) is int and 0 <= size < 2**62 for size in shape):
        raise WireError("no shape")
    count = math.prod(shape)
    if data is None:
        if not MAX_NUMBERS < count < 2**62:
            raise WireError("no numbers")
        return torch.empty(shape, dtype=DTYPES[kind], device="meta")
    if not isinstance(data, str) or count > MAX_NUMBERS:
        raise WireError("no numbers")
    try:
        raw = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise WireError("no base64") from error
    if len(raw) != count * DTYPES[kind].itemsize:
        raise WireError("numbers that do not fill the shape")
    if DTYPES[kind] is torch.bool and set(raw) - {0, 1}:
        raise WireError("truth values that are neither")
    if not raw:
        return torch.empty(shape, dtype=DTYPES[kind])
    return torch.frombuffer(bytearray(raw), dtype=DTYPES[kind]).reshape(shape)
