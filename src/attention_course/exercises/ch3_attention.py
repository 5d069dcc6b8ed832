"""Exercises of chapter 3: scores, the masked softmax, the sum, and an aligner with its error."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.additive_scores import ADDITIVE_SCORES
from attention_course.exercises.alignment import ALIGN, ALIGNMENT_ERROR
from attention_course.exercises.drawing import normal, sizes, weights
from attention_course.exercises.exercise import Exercise, Inputs, Mistake
from attention_course.exercises.masked_softmax import MASKED_SOFTMAX


def dot(queries: Tensor, keys: Tensor) -> Tensor:
    """q . k for every pair."""
    return queries @ keys.transpose(1, 2)


def draw_queries_and_keys(generator: torch.Generator, case: int) -> Inputs:
    """Queries and keys in one space."""
    size = sizes(generator, case)
    return normal(generator, size.B, size.T, size.d), normal(generator, size.B, size.S, size.d)


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
        Mistake(
            "These are weights already: no softmax is asked for.",
            lambda q, k: dot(q, k).softmax(dim=-1),
            also=(lambda q, k: dot(q, k).softmax(dim=1),),
        ),
        Mistake(
            "Queries meet the keys of other sentences too.",
            lambda q, k: torch.einsum("btd,csd->bts", q, k),
        ),
        Mistake(
            "Every step asks with the first query.", lambda q, k: dot(q[:, :1].expand_as(q), k)
        ),
        Mistake("The sign of each score is lost.", lambda q, k: dot(q, k).abs()),
        Mistake("Scores below 0 are cut off.", lambda q, k: dot(q, k).relu()),
        Mistake(
            "It measures distance, not the dot product.",
            lambda q, k: -torch.cdist(q, k).square(),
            also=(
                lambda q, k: torch.cdist(q, k).square(),
                lambda q, k: torch.cdist(q, k),
                lambda q, k: -torch.cdist(q, k),
            ),
        ),
        Mistake(
            "It averages over the numbers of a key; a dot product adds them up.",
            lambda q, k: dot(q, k) / q.shape[-1],
        ),
        Mistake(
            "Query and key are added; a dot product multiplies first.",
            lambda q, k: (q[:, :, None] + k[:, None]).sum(dim=-1),
        ),
        Mistake(
            "Every sentence is asked about the keys of the first.",
            lambda q, k: q @ k[0].T,
        ),
        Mistake(
            "These are the products of single numbers: they are not added up.",
            lambda q, k: q[:, :, None] * k[:, None],
        ),
    ),
)


def read(rows: Tensor, values: Tensor) -> Tensor:
    """The sum of the values, each as heavily as its weight says."""
    return rows @ values


def draw_weights_and_values(generator: torch.Generator, case: int) -> Inputs:
    """Rows of weights, and values."""
    size = sizes(generator, case)
    return weights(generator, size.B, size.T, size.S), normal(generator, size.B, size.S, size.d)


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
        Mistake(
            "It divides by the number of places; the weights sum to 1 already.",
            lambda w, v: read(w, v) / v.shape[1],
        ),
        Mistake(
            "The axes of the result are turned around: steps come before numbers.",
            lambda w, v: read(w, v).transpose(1, 2),
        ),
        Mistake(
            "Every step reads with the weights of the first.",
            lambda w, v: read(w[:, :1].expand_as(w), v),
        ),
        Mistake(
            "A softmax is applied to weights that are weights already.",
            lambda w, v: read(w.softmax(dim=-1), v),
        ),
        Mistake(
            "Weights and values do not meet at the same place: one runs backwards.",
            lambda w, v: read(w.flip(-1), v),
        ),
        Mistake("The weights are squared.", lambda w, v: read(w.square(), v)),
        Mistake(
            "The values of other sentences are added up too.",
            lambda w, v: torch.einsum("bts,csd->btd", w, v),
        ),
        Mistake(
            "The weights are divided by their sum over the steps; over the places it is 1 already.",
            lambda w, v: read(w / w.sum(dim=1, keepdim=True), v),
        ),
        Mistake(
            "The values are weighted, but not added up.",
            lambda w, v: w[..., None] * v[:, None],
        ),
    ),
)


EXERCISES = (
    DOT_SCORES,
    MASKED_SOFTMAX,
    ATTENTION_OUTPUT,
    ADDITIVE_SCORES,
    ALIGN,
    ALIGNMENT_ERROR,
)
