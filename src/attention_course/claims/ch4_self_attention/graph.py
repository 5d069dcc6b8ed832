"""How deep a computation is: the longest chain of operations that must wait for each other."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attention_course.ladder.ch4_self_attention import attend


def depth(result: Tensor) -> int:
    """The most operations on one way through the graph that autograd has recorded.

    Each operation counts one, whatever its size. This is the convention of all claims: a sum over
    S numbers is one operation, though inside it takes log2 S rounds even with a processor for
    each number. `attended_in_rounds` and `scan` write such rounds out, so there they are counted.
    """
    depths: dict[Any, int] = {}
    waiting = [result.grad_fn]
    while waiting:
        node = waiting[-1]
        if node is None or node in depths:
            waiting.pop()
            continue
        before = [one for one, _ in node.next_functions if one is not None]
        missing = [one for one in before if one not in depths]
        if missing:
            waiting.extend(missing)
            continue
        depths[node] = 1 + max((depths[one] for one in before), default=0)
        waiting.pop()
    return depths.get(result.grad_fn, 0)


def unrolled(cell: nn.GRUCell, inputs: Tensor) -> Tensor:
    """The states of a recurrent cell, one step after the other.    [S, d] -> [S, d]"""
    state, states = inputs.new_zeros(1, cell.hidden_size), []
    for one in torch.split(inputs, 1):
        state = gated(cell, one, state)
        states.append(state)
    return torch.cat(states)


def gated(cell: nn.GRUCell, one: Tensor, state: Tensor) -> Tensor:
    """One step of a GRU, unfused, so that each operation is counted (Cho et al. 2014, 2.3)."""
    from_input = (one @ cell.weight_ih.T + cell.bias_ih).chunk(3, dim=1)
    from_state = (state @ cell.weight_hh.T + cell.bias_hh).chunk(3, dim=1)
    reset = (from_input[0] + from_state[0]).sigmoid()
    keep = (from_input[1] + from_state[1]).sigmoid()
    new = (from_input[2] + reset * from_state[2]).tanh()
    return (1 - keep) * new + keep * state


def self_attended(states: Tensor) -> Tensor:
    """One layer in which every position reads every position.    [S, d] -> [S, d]"""
    everyone = torch.ones(len(states), len(states), dtype=torch.bool)
    return attend(states, states, states, everyone)[0]


def halved(join: Callable[[Tensor, Tensor], Tensor], parts: Tensor) -> Tensor:
    """Join the first half with the second until one part is left: log2 S rounds.

    [S, ...] -> [...], where S is a power of two.
    """
    while len(parts) > 1:
        parts = join(*parts.chunk(2))
    return parts[0]


def attended_in_rounds(states: Tensor) -> Tensor:
    """The same layer with its three reductions over all words written out.    [S, d] -> [S, d]

    They are the largest score, the sum under the softmax, and the weighted sum. S is a power of
    two.
    """
    scores = states @ states.T / math.sqrt(states.shape[1])  # [S, T]
    shares = (scores - halved(torch.maximum, scores)).exp()
    weights = shares / halved(torch.add, shares)
    return halved(torch.add, weights.unsqueeze(2) * states.unsqueeze(1))  # [S, T, d] -> [T, d]


def windowed(states: Tensor, reach: int) -> Tensor:
    """One layer in which a position reads those at most `reach` away.    [S, d] -> [S, d]"""
    position = torch.arange(len(states))
    near = (position[:, None] - position).abs() <= reach
    return attend(states, states, states, near)[0]


def layers(layer: Callable[[Tensor], Tensor], states: Tensor, count: int) -> Tensor:
    """So many layers on top of each other."""
    for _ in range(count):
        states = layer(states)
    return states


def scan(decays: Tensor, inputs: Tensor) -> Tensor:
    """h_t = decays_t * h_(t-1) + inputs_t for all t at once, in log2 S rounds.    [S, d] -> [S, d]

    A *linear* recurrence may be bracketed at will, so neighbours are joined, then neighbours of
    neighbours (Hillis and Steele 1986; Martin and Cundy 2018 train networks with it).
    """
    step = 1
    while step < len(inputs):
        before = F.pad(inputs, (0, 0, step, 0))[: len(inputs)]
        earlier = F.pad(decays, (0, 0, step, 0), value=1.0)[: len(decays)]
        inputs = inputs + decays * before
        decays = decays * earlier
        step *= 2
    return inputs
