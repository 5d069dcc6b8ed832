"""Exercises of chapter 2: mean and maximum without padding, a running mean, effective words."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import normal, sizes, weights
from attention_course.exercises.exercise import Exercise, Inputs, Mistake
from attention_course.exercises.pooling import MASKED_MAX, MASKED_MEAN


def running(states: Tensor) -> Tensor:
    """For each place the mean of all states up to it."""
    counts = torch.arange(1, states.shape[1] + 1)
    return states.cumsum(dim=1) / counts[:, None]


def faded(states: Tensor) -> Tensor:
    """Half of what was, half of what is new."""
    kept = [states[:, 0]]
    for position in range(1, states.shape[1]):
        kept.append((kept[-1] + states[:, position]) / 2)
    return torch.stack(kept, dim=1)


def draw_plain(generator: torch.Generator, case: int) -> Inputs:
    """States [B, S, d], all of them real."""
    size = sizes(generator, case)
    return (normal(generator, size.B, size.S, size.d),)


RUNNING_MEAN = Exercise(
    name="ch2.running_mean",
    asks="For each place the mean of all states up to it, itself included: [B, S, d] to [B, S, d].",
    again="Chapter 2, The sum in code",
    draw=draw_plain,
    right=running,
    points=2,
    minutes=10,
    mistakes=(
        Mistake("These are sums: they are not divided.", lambda states: states.cumsum(dim=1)),
        Mistake(
            "Every place is divided by the whole length.",
            lambda states: states.cumsum(dim=1) / states.shape[1],
        ),
        Mistake(
            "A place does not count itself.",
            lambda states: torch.cat([torch.zeros_like(states[:, :1]), running(states)[:, :-1]], 1),
        ),
        Mistake(
            "The first place is divided by 0: it has one state to average.",
            lambda states: states.cumsum(dim=1) / torch.arange(states.shape[1])[:, None],
        ),
        Mistake(
            "It adds up over the sentences of the batch, not over the places.",
            lambda states: states.cumsum(dim=0) / torch.arange(1, states.shape[1] + 1)[:, None],
        ),
        Mistake(
            "The divisor is one too large.",
            lambda states: states.cumsum(1) / torch.arange(2, states.shape[1] + 2)[:, None],
        ),
        Mistake(
            "It runs over the sentences of the batch, not over the places.",
            lambda states: states.cumsum(dim=0) / torch.arange(1, len(states) + 1)[:, None, None],
        ),
        Mistake(
            "It runs over the numbers of a state, not over the places.",
            lambda states: states.cumsum(dim=2) / torch.arange(1, states.shape[2] + 1),
        ),
        Mistake(
            "It is the largest value so far, not the mean.",
            lambda states: states.cummax(dim=1).values,
        ),
        Mistake(
            "It looks ahead: each place averages itself and what comes after.",
            lambda states: running(states.flip(1)).flip(1),
        ),
        Mistake(
            "Every place gets the mean of the whole sentence.",
            lambda states: states.mean(dim=1, keepdim=True).expand_as(states).clone(),
        ),
        Mistake(
            "It averages a place with the one before it only.",
            lambda states: (states + torch.cat([states[:, :1], states[:, :-1]], dim=1)) / 2,
            also=(
                lambda states: (
                    (states + torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], 1)) / 2
                ),
            ),
        ),
        Mistake(
            "Each state is divided by its place; the sum up to it should be.",
            lambda states: states / torch.arange(1, states.shape[1] + 1)[:, None],
        ),
        Mistake(
            "It averages the average before with the new state: old states fade.",
            faded,
        ),
        Mistake(
            "It is one mean for the whole sentence; each place has its own.",
            lambda states: states.mean(dim=1),
        ),
    ),
)


def effective(rows: Tensor) -> Tensor:
    """1 / sum of squared weights: how many words a row really reads."""
    return 1 / rows.square().sum(dim=-1)


def draw_weights(generator: torch.Generator, case: int) -> Inputs:
    """Weights [B, T, S]; each row sums to 1."""
    size = sizes(generator, case)
    return (weights(generator, size.B, size.T, size.S),)


EFFECTIVE_WORDS = Exercise(
    name="ch2.effective_words",
    asks="How many words each row reads, 1 / sum of its squared weights: [B, T, S] gives [B, T].",
    again="Chapter 2, Exercises",
    draw=draw_weights,
    right=effective,
    points=1,
    minutes=5,
    mistakes=(
        Mistake("It is not inverted.", lambda rows: rows.square().sum(dim=-1)),
        Mistake("It sums over the target steps.", lambda rows: 1 / rows.square().sum(dim=1)),
        Mistake("The weights are not squared.", lambda rows: 1 / rows.sum(dim=-1)),
        Mistake(
            "A root is taken that is not asked for.",
            lambda rows: 1 / rows.square().sum(dim=-1).sqrt(),
        ),
        Mistake("It is 1 / the largest weight.", lambda rows: 1 / rows.amax(dim=-1)),
        Mistake(
            "It is the exponential of the entropy, another measure of the same kind.",
            lambda rows: (-(rows * rows.log()).sum(dim=-1)).exp(),
        ),
        Mistake("It averages the squares.", lambda rows: 1 / rows.square().mean(dim=-1)),
        Mistake(
            "An axis of size 1 is left over.",
            lambda rows: effective(rows).unsqueeze(-1),
        ),
        Mistake(
            "Each weight is inverted; add up first, then invert.",
            lambda rows: (1 / rows.square()).sum(dim=-1),
        ),
        Mistake(
            "The sum is squared, not the weights.",
            lambda rows: 1 / rows.sum(dim=1).square(),
        ),
        Mistake(
            "It is the entropy in nats, another measure of the same kind.",
            lambda rows: -(rows * rows.log()).sum(dim=-1),
        ),
        Mistake(
            "It is one number for each sentence; each step has its own.",
            lambda rows: effective(rows).mean(dim=1),
            also=(lambda rows: 1 / rows.square().sum(dim=(1, 2)),),
        ),
        Mistake(
            "It is one number for the whole batch; each step has its own.",
            lambda rows: effective(rows).mean(),
            also=(lambda rows: 1 / rows.square().sum(),),
        ),
        Mistake(
            "The weights are cubed, not squared.",
            lambda rows: 1 / rows.pow(3).sum(dim=-1),
        ),
    ),
)

EXERCISES = (MASKED_MEAN, MASKED_MAX, RUNNING_MEAN, EFFECTIVE_WORDS)
