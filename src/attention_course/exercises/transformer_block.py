"""An exercise of chapter 4: a small Transformer layer."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake
from attention_course.exercises.norms import (
    as_it_is,
    by_hand,
    by_size,
    by_variance,
    centred,
    norm,
    to_length,
)

Map = Callable[..., Tensor]  # a part of the layer, which a mistake may replace


def attention(
    x: Tensor,
    Wq: Tensor,
    Wk: Tensor,
    Wv: Tensor,
    divisor: float | None = None,
    axis: int = -1,
    hidden: Tensor | None = None,
) -> Tensor:
    """Self-attention with one head and learned maps; nothing is hidden, if not by mistake."""
    q, k, v = x @ Wq.T, x @ Wk.T, x @ Wv.T
    scores = q @ k.transpose(1, 2) / (divisor or math.sqrt(k.shape[-1]))
    if hidden is not None:
        scores = scores.masked_fill(hidden, float("-inf"))
    return scores.softmax(dim=axis) @ v


def network(x: Tensor, W1: Tensor, W2: Tensor, bend: Map = torch.relu) -> Tensor:
    """The small network of a layer."""
    return bend(x @ W1.T) @ W2.T


def block(
    x: Tensor,
    Wq: Tensor,
    Wk: Tensor,
    Wv: Tensor,
    W1: Tensor,
    W2: Tensor,
    norms: tuple[Map, Map] = (norm, norm),
    hear: Map = attention,
    think: Map = network,
) -> Tensor:
    """x + attention(norm(x)), then that + network(norm(that)); a mistake replaces a part."""
    x = x + hear(norms[0](x), Wq, Wk, Wv)
    return x + think(norms[1](x), W1, W2)


def draw_block(generator: torch.Generator, case: int) -> Inputs:
    """States and the parameters of a layer.

    Both norms divide by a spread that is not small: what they add to it is then of no weight.
    """
    while True:
        size = sizes(generator, case)
        states = 2 * normal(generator, size.B, size.S, size.d) + 1
        q, k, v = (normal(generator, size.d, size.d) / math.sqrt(size.d) for _ in range(3))
        first = normal(generator, size.h, size.d) / math.sqrt(size.d)
        second = normal(generator, size.d, size.h) / math.sqrt(size.h)
        between = states + attention(norm(states), q, k, v)
        if min(states.std(-1).min(), between.std(-1).min()) > 0.5:
            return states, q, k, v, first, second


def another_norm(says: str, *others: Map) -> Mistake:
    """The same norm by mistake in both places."""
    ways = [partial(block, norms=(one, one)) for one in others]
    return Mistake(says, ways[0], also=tuple(ways[1:]))


def causal(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Attention to earlier places only."""
    size = x.shape[1]
    return attention(x, Wq, Wk, Wv, hidden=torch.ones(size, size, dtype=torch.bool).triu(1))


def without_root(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Attention by plain dot products."""
    return attention(x, Wq, Wk, Wv, divisor=1.0)


def without_softmax(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Scores in the place of weights."""
    return (x @ Wq.T) @ (x @ Wk.T).transpose(1, 2) / math.sqrt(x.shape[-1]) @ (x @ Wv.T)


def not_added(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """What attention gives takes the place of the state."""
    x = attention(norm(x), Wq, Wk, Wv)
    return x + network(norm(x), W1, W2)


def second_alone(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """What the network gives takes the place of the state."""
    return network(norm(x + attention(norm(x), Wq, Wk, Wv)), W1, W2)


def after_norm(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """The norm of Vaswani et al. 2017, after each part."""
    x = norm(x + attention(x, Wq, Wk, Wv))
    return norm(x + network(x, W1, W2))


def exchanged(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """The two parts in the other order."""
    x = x + network(norm(x), W1, W2)
    return x + attention(norm(x), Wq, Wk, Wv)


def side_by_side(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """Both parts see the first state."""
    return x + attention(norm(x), Wq, Wk, Wv) + network(norm(x), W1, W2)


def from_normed(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """Each part is added to the normed state."""
    x = norm(x) + attention(norm(x), Wq, Wk, Wv)
    return norm(x) + network(norm(x), W1, W2)


def queries_only(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """Keys and values come from states that are not normed."""
    q, k, v = norm(x) @ Wq.T, x @ Wk.T, x @ Wv.T
    x = x + (q @ k.transpose(1, 2) / math.sqrt(k.shape[-1])).softmax(dim=-1) @ v
    return x + network(norm(x), W1, W2)


PARTS = (
    Mistake("The attention is not added to what was there.", not_added),
    Mistake("The network's answer is not added to what was there.", second_alone),
    Mistake(
        "The second part is added to the first state; add it to what attention left.",
        lambda x, q, k, v, a, b: x + second_alone(x, q, k, v, a, b),
    ),
    Mistake(
        "Both parts see the first state; the network should see what attention left.",
        side_by_side,
    ),
    Mistake("The norm comes after each part; it should come before.", after_norm),
    Mistake("A norm follows at the end that is not asked for.", lambda *given: norm(block(*given))),
    Mistake("The network comes first; attention should.", exchanged),
    Mistake("Each part is added to the normed state, not to the state.", from_normed),
    Mistake(
        "It is the attention only; the network is missing.",
        lambda x, q, k, v, a, b: x + attention(norm(x), q, k, v),
    ),
    Mistake(
        "It is the network only; the attention is missing.",
        lambda x, q, k, v, a, b: x + network(norm(x), a, b),
    ),
)
NORMS = (
    Mistake("Both norms are missing.", partial(block, norms=(as_it_is, as_it_is))),
    Mistake("The first norm is missing.", partial(block, norms=(as_it_is, norm))),
    Mistake("The second norm is missing.", partial(block, norms=(norm, as_it_is))),
    Mistake("Only the queries are normed; keys and values should be too.", queries_only),
    another_norm(
        "The norm divides by a spread with d - 1 in the place of d.",
        partial(by_hand, correction=1),
    ),
    another_norm("The norm divides by the variance; by its root is asked.", by_variance),
    another_norm("The norm takes the mean away, but divides by nothing.", centred),
    another_norm("The norm divides, but does not take the mean away.", by_size),
    another_norm("The norm brings each state to length 1; to spread 1 is asked.", to_length),
    another_norm(
        "The norm runs over the places of a sentence, not over the numbers of a state.",
        partial(by_hand, axes=(1,)),
        partial(by_hand, axes=(1,), correction=1),
    ),
    another_norm(
        "The norm runs over a whole sentence, not over the numbers of a state.",
        partial(by_hand, axes=(1, 2)),
        partial(by_hand, axes=(1, 2), correction=1),
    ),
    another_norm(
        "The norm runs over the whole batch, not over the numbers of a state.",
        partial(by_hand, axes=(0, 1, 2)),
        partial(by_hand, axes=(0, 1, 2), correction=1),
    ),
    another_norm(
        "The norm runs over all states of the batch, not over the numbers of a state.",
        partial(by_hand, axes=(0, 1)),
        partial(by_hand, axes=(0, 1), correction=1),
    ),
)
ATTENTION = (
    Mistake(
        "A matrix acts on a state as W h; for rows that is x times the turned W.",
        lambda x, q, k, v, a, b: block(x, q.T, k.T, v.T, a, b),
    ),
    Mistake("Queries and keys are exchanged.", lambda x, q, k, v, a, b: block(x, k, q, v, a, b)),
    Mistake("Keys and values are exchanged.", lambda x, q, k, v, a, b: block(x, q, v, k, a, b)),
    Mistake(
        "The values are not projected.",
        lambda x, q, k, v, a, b: block(x, q, k, torch.eye(x.shape[-1]), a, b),
    ),
    Mistake("The division by sqrt(d) is missing.", partial(block, hear=without_root)),
    Mistake(
        "The softmax runs over the query axis.",
        partial(block, hear=partial(attention, axis=1)),
    ),
    Mistake(
        "The softmax is missing: scores are not weights.", partial(block, hear=without_softmax)
    ),
    Mistake("Later words are hidden; here every word sees all.", partial(block, hear=causal)),
)
NETWORK = (
    Mistake("The ReLU is missing.", partial(block, think=partial(network, bend=as_it_is))),
    Mistake(
        "It uses GELU in the place of ReLU.",
        partial(block, think=partial(network, bend=F.gelu)),
        also=(partial(block, think=partial(network, bend=partial(F.gelu, approximate="tanh"))),),
    ),
    Mistake(
        "It uses SiLU in the place of ReLU.",
        partial(block, think=partial(network, bend=F.silu)),
    ),
    Mistake(
        "It uses tanh in the place of ReLU.",
        partial(block, think=partial(network, bend=torch.tanh)),
    ),
    Mistake(
        "It uses a leaky ReLU in the place of ReLU.",
        partial(block, think=partial(network, bend=F.leaky_relu)),
    ),
    Mistake(
        "The ReLU comes after the second matrix; it belongs between the two.",
        partial(block, think=lambda x, a, b: torch.relu(x @ a.T @ b.T)),
        also=(partial(block, think=lambda x, a, b: torch.relu(torch.relu(x @ a.T) @ b.T)),),
    ),
)

TRANSFORMER_BLOCK = Exercise(
    name="ch4.transformer_block",
    asks="x + attention(norm(x)), then that + network(norm(that)): [B, S, d] gives [B, S, d].",
    again="Chapter 4, The Transformer, piece by piece: The encoder layer",
    draw=draw_block,
    right=block,
    points=5,
    minutes=30,
    forbids=(
        "TransformerEncoderLayer",
        "TransformerEncoder",
        "Transformer",
        "MultiheadAttention",
        "multi_head_attention_forward",
    ),
    mistakes=PARTS + NORMS + ATTENTION + NETWORK,
)
