"""An exercise of chapter 1: a recurrence by hand."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attention_course.exercises.drawing import normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def recur(inputs: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """h_t = tanh(W x_t + U h_(t-1) + b), from h_0 = 0."""
    return started(inputs, W, U, b, torch.zeros_like(b))


def started(inputs: Tensor, W: Tensor, U: Tensor, b: Tensor, state: Tensor) -> Tensor:
    """The same from another state."""
    states = []
    for one in inputs:
        state = torch.tanh(W @ one + U @ state + b)
        states.append(state)
    return torch.stack(states)


def stepped(inputs: Tensor, b: Tensor, step: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """States of another recurrence, from 0."""
    state, states = torch.zeros_like(b), []
    for one in inputs:
        state = step(one, state)
        states.append(state)
    return torch.stack(states)


def draw_recurrence(generator: torch.Generator, case: int) -> Inputs:
    """Inputs and parameters of a small recurrent network."""
    size = sizes(generator, case)
    return (
        normal(generator, size.S, size.T),
        normal(generator, size.d, size.T) / math.sqrt(size.T),
        normal(generator, size.d, size.d) / math.sqrt(size.d),
        normal(generator, size.d) / 2,
    )


RECURRENT_STATES = Exercise(
    name="ch1.recurrent_states",
    asks="All states of h_t = tanh(W x_t + U h_(t-1) + b) from h_0 = 0: [S, d_in] gives [S, d].",
    again="Chapter 1, The machine",
    draw=draw_recurrence,
    right=recur,
    points=3,
    minutes=15,
    mistakes=(
        Mistake(
            "Each state forgets the one before it.",
            lambda x, W, U, b: torch.tanh(x @ W.T + b),
        ),
        Mistake(
            "The tanh is missing.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: W @ one + U @ h + b),
        ),
        Mistake(
            "The b is missing.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: torch.tanh(W @ one + U @ h)),
        ),
        Mistake(
            "The state is multiplied with U from the wrong side.",
            lambda x, W, U, b: recur(x, W, U.T, b),
        ),
        Mistake(
            "The state is added after the tanh; it belongs inside.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: torch.tanh(W @ one + b) + U @ h),
        ),
        Mistake(
            "The tanh must enclose the whole sum.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: torch.tanh(W @ one) + U @ h + b),
        ),
        Mistake("Only the last state is returned.", lambda x, W, U, b: recur(x, W, U, b)[-1]),
        Mistake(
            "The start, a row of zeros, is returned too.",
            lambda x, W, U, b: torch.cat([torch.zeros_like(b)[None], recur(x, W, U, b)]),
        ),
        Mistake(
            "It reads from the last word to the first.",
            lambda x, W, U, b: recur(x.flip(0), W, U, b),
        ),
        Mistake(
            "It uses a sigmoid in the place of tanh.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: torch.sigmoid(W @ one + U @ h + b)),
        ),
        Mistake(
            "It uses a ReLU in the place of tanh.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: torch.relu(W @ one + U @ h + b)),
        ),
        Mistake(
            "The state is added as it is; U should be applied to it.",
            lambda x, W, U, b: recur(x, W, torch.eye(len(b)), b),
        ),
        Mistake(
            "The states start from ones, not from zeros.",
            lambda x, W, U, b: started(x, W, U, b, torch.ones_like(b)),
        ),
        Mistake(
            "The states start from b, not from zeros.",
            lambda x, W, U, b: started(x, W, U, b, b),
        ),
        Mistake(
            "Each state also keeps the one before it: a sum that is not asked for.",
            lambda x, W, U, b: stepped(x, b, lambda one, h: h + torch.tanh(W @ one + U @ h + b)),
        ),
        Mistake(
            "The last state is missing: the row of zeros stands in the first place.",
            lambda x, W, U, b: torch.cat([torch.zeros_like(b)[None], recur(x, W, U, b)[:-1]]),
        ),
    ),
)
