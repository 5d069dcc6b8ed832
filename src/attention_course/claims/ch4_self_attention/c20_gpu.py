"""c20: attention is friendly to GPUs."""

from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from attention_course.claims.ch4_self_attention.graph import depth, unrolled
from attention_course.claims.record import Claim, Measured, Points, Prediction, Setting
from attention_course.ladder.ch4_self_attention import attend, projected_heads
from attention_course.models.context import HeadsOutput

SIZE = 64
LENGTHS = (16, 32, 64, 128, 256, 512, 1_024)
COUNTED = (16, 32, 64, 128)  # at which operations are counted: a recurrent layer goes step by step
Layer = Callable[[Tensor], Tensor]


def written_out(states: Tensor) -> Tensor:
    """The attention of the course, every weight a number in memory."""
    everyone = torch.ones(states.shape[1], states.shape[1], dtype=torch.bool)
    return attend(states, states, states, everyone)[0]


def fused(states: Tensor) -> Tensor:
    """The same sum, tile by tile; the weights are never all there (Dao et al. 2022)."""
    one_head = states.unsqueeze(1)
    return F.scaled_dot_product_attention(one_head, one_head, one_head).squeeze(1)


class WholeLayer(nn.Module):
    """Self-attention with its four projections, one head, its sum written out or fused."""

    def __init__(self, fused: bool) -> None:
        super().__init__()
        self.heads = projected_heads(SIZE, 1)
        self.fused = fused

    def forward(self, states: Float[Tensor, "B S d"]) -> Float[Tensor, "B S d"]:
        """Every word reads every word."""
        everyone = torch.ones(1, 1, states.shape[1], dtype=torch.bool)
        if self.fused:
            return self.heads.fused(states, self.heads.offer(states), everyone)
        read: HeadsOutput = self.heads(states, states, everyone)
        return read.vector


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


class Recurrent(nn.Module):
    """A recurrent layer step by step: a GRU, or the plainest one, an Elman network."""

    def __init__(self, gates: bool) -> None:
        super().__init__()
        self.cell = nn.GRUCell(SIZE, SIZE) if gates else nn.RNNCell(SIZE, SIZE)

    def forward(self, states: Float[Tensor, "1 S d"]) -> Float[Tensor, "S d"]:
        """Read word after word."""
        if isinstance(self.cell, nn.GRUCell):
            return unrolled(self.cell, states[0])
        state, read = states.new_zeros(1, SIZE), []
        for word in states.unbind(dim=1):
            state = self.cell(word, state)
            read.append(state)
        return torch.cat(read)


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
    attention, gru, plain = (
        [(float(n), multiplications(layer, n)) for n in COUNTED]
        for layer in (WholeLayer(fused=False), Recurrent(gates=True), Recurrent(gates=False))
    )
    states = torch.randn(2, 64, SIZE, generator=torch.Generator().manual_seed(setting.seed))
    return Measured(
        {
            "chain": chain(LENGTHS[-1]) - chain(LENGTHS[0]),
            "memory": growth["written out"],
            "fused": growth["fused"],
            "same": float((written_out(states) - fused(states)).abs().max().detach()),
            "crossing": crossing(attention, gru) / SIZE,
            "plain": attention[0][1] / plain[0][1],
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
        "operations that wait for each other (the zero of c18, by construction), the memory "
        "that the sum alone keeps for its gradient, once with all weights written out and once "
        "fused, and the operations of the matrix products: of a layer of self-attention with "
        "its four projections, beside a GRU and the plainest recurrent layer, up to 128 words. "
        "(These were first counted without projections, which flattered attention.)"
    ),
    predictions=(
        Prediction(
            "chain",
            "64 times the words: operations added to the chain (by construction)",
            low=0.0,
            high=0.0,
        ),
        Prediction(
            "memory",
            "weights written out: times the memory if the words double",
            low=3.5,
            about="limit",
        ),
        Prediction(
            "fused", "fused: times the memory if the words double", high=2.2, about="beside"
        ),
        Prediction(
            "same", "largest difference between fused and written out", high=1e-5, about="beside"
        ),
        Prediction(
            "crossing",
            "words at which self-attention costs as many operations as a GRU, / d",
            low=1.0,
            high=1.0,
            about="beside",
        ),
        Prediction(
            "plain",
            "16 words: operations of self-attention, as a multiple of the plainest recurrent "
            "layer's",
            low=2.0,
            about="beside",
        ),
    ),
    verdict="half true",
    condition=(
        "No step waits for another, but written out, twice the words take nearly four times "
        "the memory. With its projections self-attention computes more than the plainest "
        "recurrent layer at every length, and beyond S = d more than a GRU. Fused kernels mend "
        "the memory; the operations stay. A GPU itself was not measured."
    ),
    measure=memory_and_operations,
    exact=True,
    axes=("source length (words)", "kilobytes kept for the gradient"),
    finding="Written out, memory grows with the square",
    log="xy",
)
