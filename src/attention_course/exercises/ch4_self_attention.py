"""Exercises of chapter 4: a causal mask, heads, scaled attention, a small Transformer block."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import SIZES, numbers
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def causal(size: int) -> Tensor:
    """True where a place may be read: itself and those before."""
    return torch.ones(size, size, dtype=torch.bool).tril()


def draw_size(chance: torch.Generator, case: int) -> Inputs:
    """A number of words; the last one is large, so that no table of answers would do."""
    few = (5, 7, 40)[case]
    return (few + int(torch.randint(few, (), generator=chance)),)


CAUSAL_MASK = Exercise(
    name="ch4.causal_mask",
    asks="Which places may be read: a size gives [size, size], row t True up to t.",
    again="Chapter 4, Masks: which words may be read",
    draw=draw_size,
    right=causal,
    points=1,
    minutes=5,
    mistakes=(
        Mistake("The words *after* are visible: turn it around.", lambda size: causal(size).T),
        Mistake("A word cannot see itself.", lambda size: causal(size).tril(-1)),
        Mistake(
            "A word sees the one that it is to predict.",
            lambda size: torch.ones(size, size, dtype=torch.bool).tril(1),
        ),
        Mistake("Everything is visible.", lambda size: torch.ones(size, size, dtype=torch.bool)),
        Mistake("A word sees only itself.", lambda size: torch.eye(size, dtype=torch.bool)),
        Mistake(
            "These are numbers, not truth values.", lambda size: torch.ones(size, size).tril()
        ),
        Mistake("True and False are exchanged: True means *may be read*.",
                lambda size: ~causal(size)),
        Mistake("The rows run backwards.", lambda size: causal(size).flip(0)),
        Mistake("The batch has no place here: two axes are asked for.",
                lambda size: causal(size)[None]),
    ),
)  # fmt: skip


def split(states: Tensor, heads: int) -> Tensor:
    """[B, S, d] to [B, H, S, d / H]: head h gets the h-th slice of the features."""
    return states.unflatten(2, (heads, -1)).transpose(1, 2)


def draw_states(chance: torch.Generator, case: int) -> Inputs:
    """States of one size, whose features are cut into another number of heads each time."""
    size, first = SIZES[case], int(torch.randint(3, (), generator=chance))
    heads = (3, 5, 10)[(case + first) % 3]
    return numbers(chance, size.B, size.S, 30), heads


SPLIT_HEADS = Exercise(
    name="ch4.split_heads",
    asks="Cut the features into heads, the first slice first: [B, S, d] gives [B, H, S, d / H].",
    again="Chapter 4, Several heads",
    draw=draw_states,
    right=split,
    mistakes=(
        Mistake(
            "`view` or `reshape` alone cuts the sentence, not the features.",
            lambda x, h: x.reshape(len(x), h, x.shape[1], -1),
        ),
        Mistake("The features are dealt out in turn; a head gets one slice in a row.",
                lambda x, h: x.unflatten(2, (-1, h)).permute(0, 3, 1, 2)),
        Mistake("The heads stand behind the places; they come second.",
                lambda x, h: x.unflatten(2, (h, -1))),
        Mistake("Places and features are exchanged within a head.",
                lambda x, h: split(x, h).transpose(2, 3)),
        Mistake("The heads stand before the sentences.",
                lambda x, h: split(x, h).transpose(0, 1)),
        Mistake("The last slice comes first.", lambda x, h: split(x, h).flip(1)),
        Mistake("Heads and sentences are merged into one axis.",
                lambda x, h: split(x, h).flatten(0, 1)),
        Mistake("Every head gets the first slice.",
                lambda x, h: split(x, h)[:, :1].expand_as(split(x, h)).clone()),
        Mistake("Nothing is cut: every head gets all features.",
                lambda x, h: x[:, None].expand(-1, h, -1, -1).clone()),
    ),
)  # fmt: skip


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """softmax(q k^T / sqrt(d)) v, over the places that the mask allows."""
    return weights(q, k, mask) @ v


def weights(q: Tensor, k: Tensor, mask: Tensor, size: float | None = None) -> Tensor:
    """The weights of that."""
    scores = q @ k.transpose(1, 2) / (math.sqrt(k.shape[-1]) if size is None else size)
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)


def draw_attention(chance: torch.Generator, case: int) -> Inputs:
    """Queries, keys and values of one size, and any mask that leaves each row a place."""
    size = SIZES[case]
    shapes = ((size.B, one, size.d) for one in (size.T, size.S, size.S))
    q, k, v = (numbers(chance, *shape) for shape in shapes)
    mask = torch.rand(size.T, size.S, generator=chance) < 0.6
    seen = torch.randint(size.S, (size.T,), generator=chance)
    mask[torch.arange(size.T), seen] = True
    mask[0, (seen[0] + 1) % size.S] = False
    return 1.5 * q, k, v, mask


SCALED_ATTENTION = Exercise(
    name="ch4.scaled_attention",
    asks="softmax(q . k / sqrt(d)) over allowed places, times values: gives [B, T, d].",
    again="Chapter 4, The same sum, asked by everybody",
    draw=draw_attention,
    right=attend,
    points=3,
    minutes=20,
    forbids=(
        "scaled_dot_product_attention", "MultiheadAttention", "multi_head_attention_forward"
    ),
    mistakes=(
        Mistake("The division by sqrt(d) is missing.",
                lambda q, k, v, m: weights(q, k, m, 1.0) @ v),
        Mistake("It divides by d; by its root is asked.",
                lambda q, k, v, m: weights(q, k, m, q.shape[-1]) @ v),
        Mistake("It divides by the root of the number of places, not of the size of a key.",
                lambda q, k, v, m: weights(q, k, m, math.sqrt(k.shape[1])) @ v),
        Mistake("It multiplies by sqrt(d); divide.",
                lambda q, k, v, m: weights(q, k, m, 1 / math.sqrt(q.shape[-1])) @ v),
        Mistake("The mask is not used.",
                lambda q, k, v, m: weights(q, k, torch.ones_like(m)) @ v),
        Mistake(
            "The mask comes after the softmax: hidden places still count in the divisor.",
            lambda q, k, v, m: (weights(q, k, torch.ones_like(m)) * m) @ v,
        ),
        Mistake("The mask is the wrong way around: True means *may be read*.",
                lambda q, k, v, m: weights(q, k, ~m) @ v),
        Mistake("The softmax is missing: scores are not weights.",
                lambda q, k, v, m: (q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]) * m) @ v),
        Mistake("The keys are added up; the values should be.",
                lambda q, k, v, m: weights(q, k, m) @ k),
        Mistake("The values are scored; the keys should be.",
                lambda q, k, v, m: weights(q, v, m) @ v),
        Mistake("The softmax runs over the query axis.",
                lambda q, k, v, m: (q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]))
                .masked_fill(~m, -1e9).softmax(dim=1) @ v),
        Mistake("It is a hard choice: only the best place is read.",
                lambda q, k, v, m: F.one_hot(weights(q, k, m).argmax(-1), k.shape[1]).float() @ v),
    ),
)  # fmt: skip


def norm(x: Tensor) -> Tensor:
    """Each state brought to mean 0 and spread 1."""
    return F.layer_norm(x, x.shape[-1:])


def heard(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Self-attention with one head and learned maps; nothing is hidden."""
    everyone = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool)
    return attend(x @ Wq.T, x @ Wk.T, x @ Wv.T, everyone)


def thought(x: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """The small network of a layer."""
    return torch.relu(x @ W1.T) @ W2.T


def block(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """x + attention(norm(x)), then that + network(norm(that))."""
    x = x + heard(norm(x), Wq, Wk, Wv)
    return x + thought(norm(x), W1, W2)


def draw_block(chance: torch.Generator, case: int) -> Inputs:
    """States and the parameters of a layer."""
    size = SIZES[case]
    small = (numbers(chance, size.d, size.d) / 2 for _ in range(3))
    states = 2 * numbers(chance, size.B, size.S, size.d) + 1
    hidden = size.d + 4
    return states, *small, numbers(chance, hidden, size.d) / 2, numbers(chance, size.d, hidden) / 2


def after_norm(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """The norm of Vaswani et al. 2017, after each part."""
    x = norm(x + heard(x, Wq, Wk, Wv))
    return norm(x + thought(x, W1, W2))


def exchanged(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """The two parts in the other order."""
    x = x + thought(norm(x), W1, W2)
    return x + heard(norm(x), Wq, Wk, Wv)


def second_from_normed(
    x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor
) -> Tensor:
    """Each part is added to the normed state."""
    x = norm(x) + heard(norm(x), Wq, Wk, Wv)
    return norm(x) + thought(norm(x), W1, W2)


TRANSFORMER_BLOCK = Exercise(
    name="ch4.transformer_block",
    asks="x + attention(norm(x)), then that + network(norm(that)): [B, S, d] gives [B, S, d].",
    again="Chapter 4, The Transformer, made of this one sum",
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
    mistakes=(
        Mistake(
            "The attention is not added to what was there.",
            lambda x, q, k, v, a, b: (lambda h: h + thought(norm(h), a, b))(
                heard(norm(x), q, k, v)
            ),
        ),
        Mistake(
            "The network's answer is not added to what was there.",
            lambda x, q, k, v, a, b: thought(norm(x + heard(norm(x), q, k, v)), a, b),
        ),
        Mistake(
            "A matrix acts on a state as W h; for rows that is x times the turned W.",
            lambda x, q, k, v, a, b: block(x, q.T, k.T, v.T, a, b),
        ),
        Mistake(
            "Both norms are missing.",
            lambda x, q, k, v, a, b: (lambda h: h + thought(h, a, b))(x + heard(x, q, k, v)),
        ),
        Mistake(
            "The second part is added to the first state; add it to what attention left.",
            lambda x, q, k, v, a, b: x + thought(norm(x + heard(norm(x), q, k, v)), a, b),
        ),
        Mistake("The norm comes after each part; it should come before.", after_norm),
        Mistake("The network comes first; attention should.", exchanged),
        Mistake("Each part is added to the normed state, not to the state.", second_from_normed),
        Mistake(
            "The first norm is missing.",
            lambda x, q, k, v, a, b: (lambda h: h + thought(norm(h), a, b))(x + heard(x, q, k, v)),
        ),
        Mistake(
            "The second norm is missing.",
            lambda x, q, k, v, a, b: (lambda h: h + thought(h, a, b))(x + heard(norm(x), q, k, v)),
        ),
        Mistake(
            "The ReLU is missing.",
            lambda x, q, k, v, a, b: (lambda h: h + norm(h) @ a.T @ b.T)(
                x + heard(norm(x), q, k, v)
            ),
        ),
        Mistake(
            "Queries and keys are exchanged.", lambda x, q, k, v, a, b: block(x, k, q, v, a, b)
        ),
        Mistake(
            "The values are not projected.",
            lambda x, q, k, v, a, b: block(x, q, k, torch.eye(x.shape[-1]), a, b),
        ),
    ),
)

EXERCISES = (CAUSAL_MASK, SPLIT_HEADS, SCALED_ATTENTION, TRANSFORMER_BLOCK)
