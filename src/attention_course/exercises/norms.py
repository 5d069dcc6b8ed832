"""The norm of a layer, and norms that learners write in its place."""

from torch import Tensor
from torch.nn import functional as F


def norm(x: Tensor) -> Tensor:
    """Each state brought to mean 0 and spread 1."""
    return F.layer_norm(x, x.shape[-1:])


def as_it_is(x: Tensor) -> Tensor:
    """No norm."""
    return x


def by_hand(x: Tensor, axes: tuple[int, ...] = (-1,), correction: int = 0) -> Tensor:
    """The norm over other axes, or with another divisor of the variance."""
    spread = x.var(axes, correction=correction, keepdim=True).sqrt()
    return (x - x.mean(axes, keepdim=True)) / spread


def by_variance(x: Tensor) -> Tensor:
    """A norm that forgets the root."""
    return norm(x) / x.std(-1, correction=0, keepdim=True)


def centred(x: Tensor) -> Tensor:
    """A norm that takes the mean away and does no more."""
    return x - x.mean(-1, keepdim=True)


def by_size(x: Tensor) -> Tensor:
    """A norm that leaves the mean."""
    return x / x.square().mean(-1, keepdim=True).sqrt()


def to_length(x: Tensor) -> Tensor:
    """States of length 1."""
    return F.normalize(x, dim=-1)
