"""Exercises of chapter 2: mean and maximum without padding, a running mean, effective words."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import SIZES, numbers, real_places, weights
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def mean(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of the real states of each sentence."""
    return (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)


def draw_padded(chance: torch.Generator, case: int) -> Inputs:
    """States with loud padding, and the mask of what is real. One feature is far below 0."""
    size = SIZES[case]
    mask = real_places(chance, size)
    states = 2 * numbers(chance, size.B, size.S, size.d)
    states[:, :, -1] -= 1_000  # lower than any stand-in for padding that one may think of
    return torch.where(mask[:, :, None], states, 5.0 + states.abs()), mask


MASKED_MEAN = Exercise(
    name="ch2.masked_mean",
    asks="The mean of the real states: [B, S, d] and a mask [B, S] give [B, d].",
    again="Chapter 2, The sum in code",
    draw=draw_padded,
    right=mean,
    mistakes=(
        Mistake("Padding is averaged too.", lambda states, mask: states.mean(dim=1)),
        Mistake(
            "Padding is left out of the sum, but still counted in the divisor.",
            lambda states, mask: (states * mask[:, :, None]).mean(dim=1),
        ),
        Mistake(
            "Padding is in the sum; only the divisor leaves it out.",
            lambda states, mask: states.sum(dim=1) / mask.sum(dim=1, keepdim=True),
        ),
        Mistake(
            "It is the sum, not the mean.",
            lambda states, mask: (states * mask[:, :, None]).sum(dim=1),
        ),
        Mistake(
            "The mask is the wrong way around: only padding is averaged.",
            lambda states, mask: mean(states, ~mask),
        ),
        Mistake("It averages the numbers of a state.", lambda states, mask: states.mean(dim=2)),
        Mistake(
            "An axis of size 1 is left over.",
            lambda states, mask: mean(states, mask).unsqueeze(1),
        ),
        Mistake(
            "It averages over the sentences of the batch as well.",
            lambda states, mask: states[mask].mean(dim=0),
        ),
        Mistake(
            "It divides by the real words of the whole batch, not of the sentence.",
            lambda states, mask: (states * mask[:, :, None]).sum(dim=1) / mask.sum(),
        ),
        Mistake(
            "All sentences are divided by one number, the mean length.",
            lambda states, mask: (states * mask[:, :, None]).sum(1) / mask.sum(1).float().mean(),
        ),
    ),
)


def largest(states: Tensor, mask: Tensor) -> Tensor:
    """The largest real value of each feature."""
    return states.masked_fill(~mask[:, :, None], float("-inf")).max(dim=1).values


MASKED_MAX = Exercise(
    name="ch2.masked_max",
    asks="For each feature its largest real value: [B, S, d] and a mask [B, S] give [B, d].",
    again="Chapter 2, The sum in code",
    draw=draw_padded,
    right=largest,
    mistakes=(
        Mistake("Padding may win.", lambda states, mask: states.max(dim=1).values),
        Mistake(
            "Padding is set to 0, and 0 beats every negative number.",
            lambda states, mask: (states * mask[:, :, None]).max(dim=1).values,
        ),
        Mistake(
            "It returns where the largest value stands, not the value.",
            lambda states, mask: states.masked_fill(~mask[:, :, None], float("-inf")).argmax(dim=1),
        ),
        Mistake(
            "It takes the smallest value.",
            lambda states, mask: states.masked_fill(~mask[:, :, None], torch.inf).amin(dim=1),
        ),
        Mistake(
            "The mask is the wrong way around: only padding can win.",
            lambda states, mask: states.masked_fill(mask[:, :, None], float("-inf")).amax(dim=1),
        ),
        Mistake(
            "It takes the value farthest from 0, not the largest.",
            lambda states, mask: states.gather(
                1, (states.abs() * mask[:, :, None]).argmax(dim=1, keepdim=True)
            )[:, 0],
        ),
        Mistake(
            "It takes the largest number of each state, not the largest state of each feature.",
            lambda states, mask: states.amax(dim=2),
        ),
        Mistake(
            "An axis of size 1 is left over.",
            lambda states, mask: largest(states, mask).unsqueeze(1),
        ),
        Mistake(
            "The stand-in for padding can win: real values may be lower still.",
            lambda states, mask: states.masked_fill(~mask[:, :, None], -100.0).amax(dim=1),
        ),
        Mistake("It is the mean.", mean),
    ),
)


def running(states: Tensor) -> Tensor:
    """For each place the mean of all states up to it."""
    counts = torch.arange(1, states.shape[1] + 1)
    return states.cumsum(dim=1) / counts[:, None]


def draw_plain(chance: torch.Generator, case: int) -> Inputs:
    """States without padding."""
    size = SIZES[case]
    return (numbers(chance, size.B, size.S, size.d),)


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
    ),
)


def effective(rows: Tensor) -> Tensor:
    """1 / sum of squared weights: how many words a row really reads."""
    return 1 / rows.square().sum(dim=-1)


def draw_weights(chance: torch.Generator, case: int) -> Inputs:
    """Rows of weights."""
    size = SIZES[case]
    return (weights(chance, size.B, size.T, size.S),)


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
    ),
)

EXERCISES = (MASKED_MEAN, MASKED_MAX, RUNNING_MEAN, EFFECTIVE_WORDS)
