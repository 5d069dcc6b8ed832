"""Exercises of chapter 1: padding, the last real state, the loss, a recurrence."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import SIZES, lengths, numbers
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def real(size_of: Tensor, size: int) -> Tensor:
    """True on the real words of each sentence."""
    return torch.arange(size) < size_of[:, None]


def draw_lengths(chance: torch.Generator, case: int) -> Inputs:
    """Lengths, and a width that is larger than all of them."""
    size = SIZES[case]
    return lengths(chance, size), size.S + 2


PADDING_MASK = Exercise(
    name="ch1.padding_mask",
    asks="Mark the real words: [B] lengths and a width give [B, width], True where a word stands.",
    again="Chapter 1, By hand",
    draw=draw_lengths,
    right=real,
    mistakes=(
        Mistake(
            "The first padding place is marked as real: places are counted from 0.",
            lambda size_of, size: torch.arange(size) <= size_of[:, None],
        ),
        Mistake(
            "The last real word is missing: places are counted from 0.",
            lambda size_of, size: torch.arange(size) < size_of[:, None] - 1,
        ),
        Mistake(
            "The padding is marked, not the words.",
            lambda size_of, size: ~real(size_of, size),
        ),
        Mistake(
            "The axes are turned around: sentences come first.",
            lambda size_of, size: real(size_of, size).T,
        ),
        Mistake(
            "These are numbers, not truth values: a comparison gives them directly.",
            lambda size_of, size: real(size_of, size).float(),
        ),
        Mistake(
            "These are whole numbers, not truth values: a comparison gives them directly.",
            lambda size_of, size: real(size_of, size).long(),
        ),
        Mistake(
            "Every sentence gets the same length.",
            lambda size_of, size: real(size_of.max().expand(len(size_of)), size),
        ),
        Mistake(
            "The padding stands at the end of a sentence, not at its beginning.",
            lambda size_of, size: real(size_of, size).flip(1),
        ),
        Mistake(
            "It is as wide as the longest sentence; it should have the width that is asked for.",
            lambda size_of, size: real(size_of, int(size_of.max())),
        ),
    ),
)


def last(states: Tensor, size_of: Tensor) -> Tensor:
    """The state of the last real word of each sentence."""
    return states[torch.arange(len(states)), size_of - 1]


def draw_states(chance: torch.Generator, case: int) -> Inputs:
    """States with padding, and the lengths."""
    size = SIZES[case]
    return numbers(chance, size.B, size.S, size.d), lengths(chance, size)


LAST_STATE = Exercise(
    name="ch1.last_state",
    asks="Take the state of the last real word: [B, S, d] and lengths [B] give [B, d].",
    again="Chapter 1, The sum in code",
    draw=draw_states,
    right=last,
    mistakes=(
        Mistake(
            "It takes the last column, which is padding in short sentences.",
            lambda states, size_of: states[:, -1],
        ),
        Mistake("It takes the first state.", lambda states, size_of: states[:, 0]),
        Mistake(
            "It takes the place after the last word: places are counted from 0.",
            lambda states, size_of: last(states, (size_of + 1).clamp_max(states.shape[1])),
        ),
        Mistake(
            "It takes the word before the last one.",
            lambda states, size_of: last(states, size_of - 1),
        ),
        Mistake("It takes the mean of all places.", lambda states, size_of: states.mean(dim=1)),
        Mistake(
            "Every sentence is cut at the length of the first.",
            lambda states, size_of: states[:, size_of[0] - 1],
        ),
        Mistake(
            "An axis of size 1 is left over.",
            lambda states, size_of: last(states, size_of).unsqueeze(1),
        ),
        Mistake(
            "Every length is applied to every sentence: index both axes together.",
            lambda states, size_of: states[:, size_of - 1],
        ),
        Mistake(
            "It adds up the states up to the last word.",
            lambda states, size_of: (states * real(size_of, states.shape[1])[:, :, None]).sum(1),
        ),
    ),
)


def loss(scores: Tensor, targets: Tensor) -> Tensor:
    """Nats per real word; target 0 is padding."""
    return F.cross_entropy(scores.transpose(1, 2), targets, ignore_index=0)


def per_word(scores: Tensor, targets: Tensor) -> Tensor:
    """Nats of each place, padding too."""
    return F.cross_entropy(scores.transpose(1, 2), targets, reduction="none")


def draw_scores(chance: torch.Generator, case: int) -> Inputs:
    """Scores for nine words, and targets with padding."""
    size = SIZES[case]
    targets = torch.randint(1, 9, (size.B, size.S), generator=chance)
    padded = targets * real(lengths(chance, size), size.S)
    return 1.5 * numbers(chance, size.B, size.S, 9), padded


MASKED_LOSS = Exercise(
    name="ch1.masked_loss",
    asks="The mean surprise in nats over all real words: scores [B, T, V], targets [B, T], 0 pads.",
    again="Chapter 1, How it learns",
    draw=draw_scores,
    right=loss,
    points=3,
    minutes=15,
    mistakes=(
        Mistake(
            "Padding is counted as words.",
            lambda scores, targets: per_word(scores, targets).mean(),
        ),
        Mistake(
            "Padding is left out of the sum, but still counted in the divisor.",
            lambda scores, targets: (per_word(scores, targets) * (targets != 0)).mean(),
        ),
        Mistake(
            "It is the sum over all words, not their mean.",
            lambda scores, targets: (per_word(scores, targets) * (targets != 0)).sum(),
        ),
        Mistake(
            "Each sentence is averaged first, so a word of a short sentence counts more.",
            lambda scores, targets: (
                (per_word(scores, targets) * (targets != 0)).sum(1) / (targets != 0).sum(1)
            ).mean(),
        ),
        Mistake(
            "These are bits: the unit asked for is the nat, with the natural logarithm.",
            lambda scores, targets: loss(scores, targets) / math.log(2),
        ),
        Mistake("The sign is wrong.", lambda scores, targets: -loss(scores, targets)),
        Mistake(
            "It adds up probabilities, not their logarithms.",
            lambda scores, targets: F.nll_loss(
                scores.softmax(2).transpose(1, 2), targets, ignore_index=0
            ),
        ),
        Mistake(
            "The scores are taken as they are: a softmax is missing.",
            lambda scores, targets: F.nll_loss(scores.transpose(1, 2), targets, ignore_index=0),
        ),
        Mistake(
            "The softmax runs over the steps, not over the words of the vocabulary.",
            lambda scores, targets: F.nll_loss(
                scores.log_softmax(1).transpose(1, 2), targets, ignore_index=0
            ),
        ),
        Mistake(
            "The softmax is applied twice.",
            lambda scores, targets: loss(scores.softmax(2), targets),
        ),
    ),
)


def recur(inputs: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """h_t = tanh(W x_t + U h_(t-1) + b), from h_0 = 0."""
    state, states = torch.zeros_like(b), []
    for one in inputs:
        state = torch.tanh(W @ one + U @ state + b)
        states.append(state)
    return torch.stack(states)


def stepped(inputs: Tensor, b: Tensor, step) -> Tensor:
    """States of another recurrence, from 0."""
    state, states = torch.zeros_like(b), []
    for one in inputs:
        state = step(one, state)
        states.append(state)
    return torch.stack(states)


def draw_recurrence(chance: torch.Generator, case: int) -> Inputs:
    """Inputs and parameters of a small recurrent network."""
    size = SIZES[case]
    return (
        numbers(chance, size.S, size.T),
        numbers(chance, size.d, size.T) / 2,
        numbers(chance, size.d, size.d) / 2,
        numbers(chance, size.d) / 2,
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
    ),
)

EXERCISES = (PADDING_MASK, LAST_STATE, MASKED_LOSS, RECURRENT_STATES)
