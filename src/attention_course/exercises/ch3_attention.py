"""Exercises of chapter 3: scores, the masked softmax, the sum, and an aligner with its error."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.alignment import ALIGN, ALIGNMENT_ERROR
from attention_course.exercises.drawing import SIZES, numbers, real_places, weights
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def dot(queries: Tensor, keys: Tensor) -> Tensor:
    """q . k for every pair."""
    return queries @ keys.transpose(1, 2)


def draw_queries_and_keys(chance: torch.Generator, case: int) -> Inputs:
    """Queries and keys in one space."""
    size = SIZES[case]
    return numbers(chance, size.B, size.T, size.d), numbers(chance, size.B, size.S, size.d)


DOT_SCORES = Exercise(
    name="ch3.dot_scores",
    asks="Score every key against every query: [B, T, d] and [B, S, d] give [B, T, S].",
    again="Chapter 3, The sum in code",
    draw=draw_queries_and_keys,
    right=dot,
    points=1,
    minutes=5,
    mistakes=(
        Mistake(
            "The axes are turned around: queries come first.", lambda q, k: k @ q.transpose(1, 2)
        ),
        Mistake(
            "It divides by sqrt(d). That is the scaled score of chapter 4.",
            lambda q, k: dot(q, k) / math.sqrt(q.shape[-1]),
        ),
        Mistake(
            "It compares directions only: that is the cosine, without the lengths.",
            lambda q, k: dot(F.normalize(q, dim=-1), F.normalize(k, dim=-1)),
        ),
        Mistake("These are weights already: no softmax is asked for.",
                lambda q, k: dot(q, k).softmax(dim=-1)),
        Mistake(
            "Queries meet the keys of other sentences too.",
            lambda q, k: torch.einsum("btd,csd->bts", q, k),
        ),
        Mistake("Every step asks with the first query.",
                lambda q, k: dot(q[:, :1].expand_as(q), k)),
        Mistake("The sign of each score is lost.", lambda q, k: dot(q, k).abs()),
        Mistake(
            "It measures distance, not the dot product.", lambda q, k: -torch.cdist(q, k).square()
        ),
        Mistake(
            "It averages over the numbers of a key; a dot product adds them up.",
            lambda q, k: dot(q, k) / q.shape[-1],
        ),
    ),
)  # fmt: skip


def soft(scores: Tensor, mask: Tensor) -> Tensor:
    """Weights that sum to 1 over the real places of each row."""
    return scores.masked_fill(~mask[:, None], float("-inf")).softmax(dim=-1)


def draw_scores(chance: torch.Generator, case: int) -> Inputs:
    """Soft scores, and a mask of real source places."""
    size = SIZES[case]
    scores = numbers(chance, size.B, size.T, size.S)
    scores[:, -1] -= 50  # a row may be low as a whole: its weights are the same
    return scores, real_places(chance, size)


MASKED_SOFTMAX = Exercise(
    name="ch3.masked_softmax",
    asks="Turn scores [B, T, S] into weights: rows sum to 1, padding (mask [B, S] False) gets 0.",
    again="Chapter 3, Five steps, by hand",
    draw=draw_scores,
    right=soft,
    mistakes=(
        Mistake(
            "The softmax runs over the query axis: each column sums to 1, not each row.",
            lambda scores, mask: (
                scores.masked_fill(~mask[:, None], -1e9).softmax(dim=1) * mask[:, None]
            ),
        ),
        Mistake("The mask is not used: padding gets weight.",
                lambda scores, mask: scores.softmax(dim=-1)),
        Mistake(
            "The softmax runs over the query axis, and the mask is not used.",
            lambda scores, mask: scores.softmax(dim=1),
        ),
        Mistake(
            "Weights are hidden after the softmax, so the rows no longer sum to 1.",
            lambda scores, mask: scores.softmax(dim=-1) * mask[:, None],
        ),
        Mistake(
            "Hidden scores are set to 0, and exp(0) is 1.",
            lambda scores, mask: (scores * mask[:, None]).softmax(dim=-1),
        ),
        Mistake("The mask is the wrong way around: only padding is read.",
                lambda scores, mask: soft(scores, ~mask)),
        Mistake(
            "The mask is added as it is; a hidden score must become -infinity.",
            lambda scores, mask: (scores + mask[:, None]).softmax(dim=-1),
        ),
        Mistake(
            "Hidden scores are only low, and real ones may be lower: use minus infinity.",
            lambda scores, mask: scores.masked_fill(~mask[:, None], -20.0).softmax(dim=-1),
        ),
        Mistake(
            "It is a hard choice: all weight on the best place.",
            lambda scores, mask: F.one_hot(
                soft(scores, mask).argmax(dim=-1), scores.shape[-1]
            ).float(),
        ),
        Mistake("These are logarithms of weights.",
                lambda scores, mask: soft(scores, mask).log()),
        Mistake(
            "All rows of a sentence share one sum of 1.",
            lambda scores, mask: (
                scores.masked_fill(~mask[:, None], float("-inf")).flatten(1).softmax(1)
                .view_as(scores)
            ),
        ),
    ),
)  # fmt: skip


def read(rows: Tensor, values: Tensor) -> Tensor:
    """The sum of the values, each as heavily as its weight says."""
    return rows @ values


def draw_weights_and_values(chance: torch.Generator, case: int) -> Inputs:
    """Rows of weights, and values."""
    size = SIZES[case]
    return weights(chance, size.B, size.T, size.S), numbers(chance, size.B, size.S, size.d)


ATTENTION_OUTPUT = Exercise(
    name="ch3.attention_output",
    asks="Add up the values by their weights: [B, T, S] and [B, S, d] give [B, T, d].",
    again="Chapter 3, Five steps, by hand",
    draw=draw_weights_and_values,
    right=read,
    points=1,
    minutes=5,
    mistakes=(
        Mistake(
            "The weights are not used: every step gets the mean.",
            lambda w, v: v.mean(1, keepdim=True).expand(-1, w.shape[1], -1).clone(),
        ),
        Mistake(
            "The weights are not used: every step gets the sum.",
            lambda w, v: v.sum(1, keepdim=True).expand(-1, w.shape[1], -1).clone(),
        ),
        Mistake(
            "Only the value with the largest weight is taken.",
            lambda w, v: v[torch.arange(len(v))[:, None], w.argmax(dim=-1)],
        ),
        Mistake("It divides by the number of places; the weights sum to 1 already.",
                lambda w, v: read(w, v) / v.shape[1]),
        Mistake("The axes of the result are turned around: steps come before numbers.",
                lambda w, v: read(w, v).transpose(1, 2)),
        Mistake("Every step reads with the weights of the first.",
                lambda w, v: read(w[:, :1].expand_as(w), v)),
        Mistake("A softmax is applied to weights that are weights already.",
                lambda w, v: read(w.softmax(dim=-1), v)),
        Mistake("Weights and values do not meet at the same place: one runs backwards.",
                lambda w, v: read(w.flip(-1), v)),
        Mistake("The weights are squared.", lambda w, v: read(w.square(), v)),
    ),
)  # fmt: skip


def additive(q: Tensor, k: Tensor, W: Tensor, U: Tensor, v: Tensor) -> Tensor:
    """v . tanh(W q + U k) for every pair."""
    return torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v


def draw_additive(chance: torch.Generator, case: int) -> Inputs:
    """Queries, keys, and the parameters of a small network."""
    size = SIZES[case]
    hidden = size.d + 3
    queries, keys = draw_queries_and_keys(chance, case)
    maps = (numbers(chance, hidden, size.d) / 2 for _ in range(2))
    return queries, keys, *maps, numbers(chance, hidden)


ADDITIVE_SCORES = Exercise(
    name="ch3.additive_scores",
    asks="Score every pair by v . tanh(W q + U k): [B, T, d] and [B, S, d] give [B, T, S].",
    again="Chapter 3, Which score?",
    draw=draw_additive,
    right=additive,
    points=3,
    minutes=20,
    mistakes=(
        Mistake(
            "The tanh is missing.",
            lambda q, k, W, U, v: ((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v,
        ),
        Mistake(
            "The tanh comes after v; it belongs before.",
            lambda q, k, W, U, v: torch.tanh(((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v),
        ),
        Mistake("W and U are exchanged: W belongs to the queries.",
                lambda q, k, W, U, v: additive(q, k, U, W, v)),
        Mistake(
            "The v is missing: the hidden numbers are only added up.",
            lambda q, k, W, U, v: additive(q, k, W, U, torch.ones_like(v)),
        ),
        Mistake(
            "Queries and keys are multiplied; they should be added.",
            lambda q, k, W, U, v: torch.tanh((q @ W.T)[:, :, None] * (k @ U.T)[:, None]) @ v,
        ),
        Mistake("The axes are turned around: queries come first.",
                lambda q, k, W, U, v: additive(q, k, W, U, v).transpose(1, 2)),
        Mistake(
            "The tanh is applied to query and key apart, before they meet.",
            lambda q, k, W, U, v: (torch.tanh(q @ W.T)[:, :, None] + torch.tanh(k @ U.T)[:, None])
            @ v,
        ),
        Mistake(
            "It uses a ReLU in the place of tanh.",
            lambda q, k, W, U, v: torch.relu((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v,
        ),
        Mistake("The keys play no part.",
                lambda q, k, W, U, v: additive(q, torch.zeros_like(k), W, U, v)),
    ),
)  # fmt: skip

EXERCISES = (
    DOT_SCORES,
    MASKED_SOFTMAX,
    ATTENTION_OUTPUT,
    ADDITIVE_SCORES,
    ALIGN,
    ALIGNMENT_ERROR,
)
