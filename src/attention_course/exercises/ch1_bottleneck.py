"""Exercises of chapter 1: padding, the last real state, the loss, a recurrence."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import lengths, normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom
from attention_course.exercises.masked_loss import MASKED_LOSS
from attention_course.exercises.recurrent_states import RECURRENT_STATES


def real(size_of: Tensor, size: int) -> Tensor:
    """True on the real words of each sentence."""
    return torch.arange(size) < size_of[:, None]


def draw_lengths(generator: torch.Generator, case: int) -> Inputs:
    """Lengths, and a width: larger than all of them, or just that of the longest sentence."""
    size = sizes(generator, case)
    return lengths(generator, size), size.S + (2, 1, 0)[case]


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
        Mistake(
            "These are the places themselves, not truth values.",
            lambda size_of, size: torch.arange(size).expand(len(size_of), -1).clone(),
        ),
        Mistake(
            "Only the last real word of each sentence is marked.",
            lambda size_of, size: torch.arange(size) == size_of[:, None] - 1,
        ),
        Mistake(
            "Everything is marked.",
            lambda size_of, size: torch.ones(len(size_of), size, dtype=torch.bool),
        ),
    ),
    symptoms=(
        Symptom("Padding is marked.", lambda given, output: bool((output & ~real(*given)).any())),
        Symptom("A word is missing.", lambda given, output: bool((~output & real(*given)).any())),
    ),
)


def last(states: Tensor, size_of: Tensor) -> Tensor:
    """The state of the last real word of each sentence."""
    return states[torch.arange(len(states)), size_of - 1]


def draw_states(generator: torch.Generator, case: int) -> Inputs:
    """States with padding, and the lengths."""
    size = sizes(generator, case)
    return normal(generator, size.B, size.S, size.d), lengths(generator, size)


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
        Mistake(
            "Every sentence is cut at the length of the longest.",
            lambda states, size_of: states[:, size_of.max() - 1],
        ),
        Mistake(
            "Places are counted through the whole batch, as if it were one sentence.",
            lambda states, size_of: states.flatten(0, 1)[size_of - 1],
        ),
        Mistake(
            "It takes the largest numbers of all places.", lambda states, size_of: states.amax(1)
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
        Mistake(
            "It takes the mean of the real states, not the last of them.",
            lambda states, size_of: (
                (states * real(size_of, states.shape[1])[:, :, None]).sum(1) / size_of[:, None]
            ),
        ),
        Mistake(
            "It counts the length from the end of the sentence.",
            lambda states, size_of: states[torch.arange(len(states)), -size_of],
        ),
        Mistake(
            "It takes all states up to the last word of the first sentence.",
            lambda states, size_of: states[:, : size_of[0]],
        ),
    ),
)


EXERCISES = (PADDING_MASK, LAST_STATE, MASKED_LOSS, RECURRENT_STATES)
