"""c20: attention is friendly to GPUs."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from attention_course.claims.ch4_self_attention.graph import depth
from attention_course.claims.record import Claim, Measured, Points, Prediction, Setting
from attention_course.ladder.ch4_self_attention import attend

SIZE = 64
LENGTHS = (16, 32, 64, 128, 256, 512, 1_024)
Layer = Callable[[Tensor], Tensor]


def written_out(states: Tensor) -> Tensor:
    """The attention of the course, every weight a number in memory."""
    everyone = torch.ones(states.shape[1], states.shape[1], dtype=torch.bool)
    return attend(states, states, states, everyone)[0]


def fused(states: Tensor) -> Tensor:
    """The same sum, tile by tile; the weights are never all there (Dao et al. 2022)."""
    one_head = states.unsqueeze(1)
    return F.scaled_dot_product_attention(one_head, one_head, one_head).squeeze(1)


def kept_for_backward(layer: Layer, length: int) -> float:
    """Kilobytes that a layer keeps for its gradient, each tensor counted once."""
    states = torch.randn(1, length, SIZE, requires_grad=True)
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        result = layer(states)
    del result
    return sum(kept.values()) / 1_000


def multiplications(layer: Layer, length: int) -> float:
    """Floating point operations of the matrix products in a layer."""
    states = torch.randn(1, length, SIZE)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        layer(states)
    return float(counter.get_total_flops())


class Elman(nn.Module):
    """The plainest recurrent layer, one product with the input and one with the state a step."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.RNNCell(SIZE, SIZE, bias=False)

    def forward(self, states: Tensor) -> Tensor:
        """Read word after word."""
        state = states.new_zeros(1, SIZE)
        for word in states.unbind(dim=1):
            state = (word @ self.cell.weight_ih.T + state @ self.cell.weight_hh.T).tanh()
        return state


def chain(length: int) -> float:
    """The most operations of attention that wait for each other."""
    return float(depth(written_out(torch.randn(1, length, SIZE, requires_grad=True))))


def crossing(first: Points, second: Points) -> float:
    """The length from which the first costs at least as much as the second."""
    return next(x for (x, cost), (_, other) in zip(first, second, strict=True) if cost >= other)


def memory_and_operations(setting: Setting) -> Measured:
    """Count bytes and operations by length."""
    memory = {
        "written out": [(float(n), kept_for_backward(written_out, n)) for n in LENGTHS],
        "fused": [(float(n), kept_for_backward(fused, n)) for n in LENGTHS],
    }
    growth = {
        name: max(after[1] / before[1] for before, after in pairwise(points[-3:]))
        for name, points in memory.items()
    }
    recurrent = Elman()
    work = [
        [(float(n), multiplications(layer, n)) for n in LENGTHS]
        for layer in (written_out, recurrent)
    ]
    states = torch.randn(2, 64, SIZE, generator=torch.Generator().manual_seed(setting.seed))
    return Measured(
        {
            "chain": chain(LENGTHS[-1]) - chain(LENGTHS[0]),
            "memory": growth["written out"],
            "fused": growth["fused"],
            "same": float((written_out(states) - fused(states)).abs().max().detach()),
            "crossing": crossing(*work) / SIZE,
        },
        {f"ch4_self_attention ({name})": points for name, points in memory.items()},
    )


CLAIM = Claim(
    id="c20",
    stem="ch4_self_attention",
    title="It is friendly to GPUs",
    korean="즉 GPU에 친화적이다!!",
    english="That is, it is friendly to GPUs!",
    how=(
        "States of d = 64 numbers, from 16 to 1,024 words, on a processor, not on a GPU: the "
        "operations that wait for each other, the memory that one layer keeps for its "
        "gradient, once with all weights written out and once fused, and the operations of "
        "its matrix products beside those of the plainest recurrent layer."
    ),
    predictions=(
        Prediction("chain", "64 times the words: operations added to the chain", low=0.0, high=0.0),
        Prediction(
            "memory",
            "weights written out: times the memory if the words double",
            low=3.5,
            about="limit",
        ),
        Prediction("fused", "fused: times the memory if the words double", high=2.2, about="limit"),
        Prediction(
            "same", "largest difference between fused and written out", high=1e-5, about="limit"
        ),
        Prediction(
            "crossing",
            "words at which attention costs as many operations as a recurrent layer, / d",
            low=1.0,
            high=1.0,
            about="limit",
        ),
    ),
    verdict="half true",
    condition=(
        "No step waits for another, but written out, twice the words take nearly four times "
        "the memory. Beyond S = d attention also computes more than a recurrent layer. Fused "
        "kernels mend the memory; the operations stay. A GPU itself was not measured."
    ),
    measure=memory_and_operations,
    exact=True,
    axes=("source length (words)", "kilobytes kept for the gradient"),
    finding="Written out, memory grows with the square",
    log="xy",
)
