"""What `bench.py` and `gpu.py` share: kinds of work, and numbers as they are written down."""

from collections.abc import Mapping
from typing import Any

Kinds = Mapping[str, tuple[str, ...]]  # of work, by how the names of PyTorch's operations begin
REST = "all else"


def kind_of(operation: str, kinds: Kinds) -> str:
    """The kind of work that one of PyTorch's operations is, as its profiler names it."""
    name = operation.removeprefix("aten::")
    return next((kind for kind, names in kinds.items() if name.startswith(names)), REST)


def rounded(value: Any) -> Any:
    """Numbers to four digits: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value
