"""An exercise of chapter 3: the additive score."""

import math

import torch
from torch import Tensor

from attention_course.exercises.drawing import normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def additive(q: Tensor, k: Tensor, W: Tensor, U: Tensor, v: Tensor) -> Tensor:
    """v . tanh(W q + U k) for every pair."""
    return torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v


def draw_additive(generator: torch.Generator, case: int) -> Inputs:
    """Queries, keys, and the parameters of a small network."""
    size = sizes(generator, case)
    queries = normal(generator, size.B, size.T, size.d)
    keys = normal(generator, size.B, size.S, size.d)
    maps = (normal(generator, size.h, size.d) / math.sqrt(size.d) for _ in range(2))
    return queries, keys, *maps, normal(generator, size.h)


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
        Mistake(
            "W and U are exchanged: W belongs to the queries.",
            lambda q, k, W, U, v: additive(q, k, U, W, v),
        ),
        Mistake(
            "The v is missing: the hidden numbers are only added up.",
            lambda q, k, W, U, v: additive(q, k, W, U, torch.ones_like(v)),
        ),
        Mistake(
            "Queries and keys are multiplied; they should be added.",
            lambda q, k, W, U, v: torch.tanh((q @ W.T)[:, :, None] * (k @ U.T)[:, None]) @ v,
        ),
        Mistake(
            "The axes are turned around: queries come first.",
            lambda q, k, W, U, v: additive(q, k, W, U, v).transpose(1, 2),
        ),
        Mistake(
            "The tanh is applied to query and key apart, before they meet.",
            lambda q, k, W, U, v: (
                (torch.tanh(q @ W.T)[:, :, None] + torch.tanh(k @ U.T)[:, None]) @ v
            ),
        ),
        Mistake(
            "It uses a ReLU in the place of tanh.",
            lambda q, k, W, U, v: torch.relu((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v,
        ),
        Mistake(
            "The keys play no part.",
            lambda q, k, W, U, v: additive(q, torch.zeros_like(k), W, U, v),
        ),
        Mistake(
            "The queries play no part.",
            lambda q, k, W, U, v: additive(torch.zeros_like(q), k, W, U, v),
        ),
        Mistake(
            "It uses a sigmoid in the place of tanh.",
            lambda q, k, W, U, v: torch.sigmoid((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v,
        ),
        Mistake(
            "It averages over the hidden numbers; a dot product adds them up.",
            lambda q, k, W, U, v: additive(q, k, W, U, v) / len(v),
        ),
        Mistake(
            "It divides by a root, as the scaled score does; the additive score does not.",
            lambda q, k, W, U, v: additive(q, k, W, U, v) / math.sqrt(len(v)),
            also=(lambda q, k, W, U, v: additive(q, k, W, U, v) / math.sqrt(q.shape[-1]),),
        ),
        Mistake(
            "These are weights already: no softmax is asked for.",
            lambda q, k, W, U, v: additive(q, k, W, U, v).softmax(dim=-1),
        ),
        Mistake(
            "It is the dot product of both maps: no tanh, no v.",
            lambda q, k, W, U, v: (q @ W.T) @ (k @ U.T).transpose(1, 2),
        ),
    ),
)
