"""c23: attention is general: many architectures, many tasks."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.ladder.ch4_self_attention import attend

Both = tuple[Tensor, Tensor]  # what `attend` gives, and what another way to compute it gives


def everyone(queries: int, keys: int) -> Tensor:
    """A mask that hides nothing: every query reads every key."""
    return torch.ones(queries, keys, dtype=torch.bool)


def cross_attention() -> Both:
    """A decoder reads an encoder: PyTorch's own attention."""
    queries, keys, values = (torch.randn(1, 1, n, 8).double() for n in (4, 6, 6))
    mine = attend(queries[0, 0], keys[0, 0], values[0, 0], everyone(4, 6))[0]
    return mine, F.scaled_dot_product_attention(queries, keys, values)[0, 0]


def self_attention() -> Both:
    """A sentence reads itself: PyTorch's multi-head attention with one head."""
    layer = nn.MultiheadAttention(8, 1, bias=False, batch_first=True).double()
    states = torch.randn(5, 8).double()
    queries, keys, values = (states @ part.T for part in layer.in_proj_weight.chunk(3))
    mine = attend(queries, keys, values, everyone(5, 5))[0] @ layer.out_proj.weight.T
    return mine, layer(states[None], states[None], states[None])[0][0]


def kernel_regression() -> Both:
    """Nadaraya and Watson's regression of 1964: neighbours vote, near ones more.

    -|x - x_s|^2 / 2 differs from x x_s by what depends on x alone, and by x_s^2 / 2: so the keys
    carry that too, and the softmax does the rest.
    """
    known, queried = torch.rand(30, 1).double(), torch.rand(7, 1).double()
    heights, width = torch.sin(6 * known), 0.1
    kernel = torch.exp(-((queried - known.T) ** 2) / (2 * width**2))
    theirs = kernel @ heights / kernel.sum(dim=1, keepdim=True)
    scale = math.sqrt(2) / width**2  # `attend` divides by sqrt(2)
    queries = scale * torch.cat([queried, torch.ones_like(queried)], dim=1)
    keys = torch.cat([known, -(known**2) / 2], dim=1)
    return attend(queries, keys, heights, everyone(7, 30))[0], theirs


def set_pooling() -> Both:
    """One query that asks for nothing gives the mean of a set."""
    members = torch.randn(9, 4).double()
    return attend(torch.zeros(1, 4).double(), members, members, everyone(1, 9))[0], members.mean(
        dim=0, keepdim=True
    )


def image_patches() -> Both:
    """The patches of an image read each other: patch by patch, with plain sums."""
    patches = F.unfold(torch.randn(1, 1, 8, 8).double(), 4, stride=4)[0].T  # [4, 16]
    scores = [[float(one @ other) / 4 for other in patches] for one in patches]
    rows = []
    for row in scores:
        shares = [math.exp(score) for score in row]
        rows.append(
            sum(share * patch for share, patch in zip(shares, patches, strict=True)) / sum(shares)
        )
    return attend(patches, patches, patches, everyone(4, 4))[0], torch.stack(rows)


USES = {
    "cross": cross_attention,
    "self": self_attention,
    "kernel": kernel_regression,
    "set": set_pooling,
    "image": image_patches,
}


def differences_from_special_forms(setting: Setting) -> Measured:
    """Compare one function with five computations that were written for one task each."""
    torch.manual_seed(setting.seed)
    with torch.no_grad():
        results = {name: use() for name, use in USES.items()}
    return Measured({name: float((a - b).abs().max()) for name, (a, b) in results.items()})


CLAIM = Claim(
    id="c23",
    stem="ch4_self_attention",
    title=("Attention is general: one function serves many tasks"),
    korean="하지만!! 다른 많은 architextures, 그리고 많은 task에서 사용된다다!!",
    english="But it is used in many other architectures, and in many tasks!",
    how=(
        "One function of the course, `attend`, is held against five computations that were made "
        "for one purpose each; the largest difference counts."
    ),
    predictions=(
        Prediction("cross", "difference from PyTorch's attention between two sequences", high=1e-9),
        Prediction("self", "difference from PyTorch's multi-head attention within one", high=1e-9),
        Prediction("kernel", "difference from Nadaraya-Watson regression (1964)", high=1e-9),
        Prediction("set", "asked with a zero query: difference from the mean of a set", high=1e-9),
        Prediction("image", "patches of an image: difference from plain sums", high=1e-9),
    ),
    verdict="true by construction",
    condition=(
        "These five are one formula, and so no number could have come out otherwise unless the "
        "code were wrong. They show that one function does what five were made for. What the "
        "notes say, that attention is used in many architectures and tasks, is a sentence about "
        "the literature, and these numbers do not test it; the ledger does not count papers."
    ),
    measure=differences_from_special_forms,
    exact=True,
)
