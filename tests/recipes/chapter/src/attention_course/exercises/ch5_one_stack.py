"""Exercises of chapter 5: how much of the text before the first word is padding."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import random_mask, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def padding(mask: Tensor) -> Tensor:
    """The share of positions that hold no word."""
    return (~mask).float().mean(dim=1)


def draw_mask(generator: torch.Generator, case: int) -> Inputs:
    """A mask of the words of a batch."""
    return (random_mask(generator, sizes(generator, case)),)


PADDING_SHARE = Exercise(
    name="ch5.padding_share",
    asks="Which share of each sentence is padding: a mask [B, S], True on words, gives [B].",
    again="Chapter 5, By hand",
    draw=draw_mask,
    right=padding,
    points=1,
    minutes=5,
    mistakes=(
        Mistake("It is the share of words, not of padding.", lambda mask: mask.float().mean(dim=1)),
        Mistake("It is a number of places, not a share.", lambda mask: (~mask).sum(dim=1)),
        Mistake("It is a number of words, not a share.", lambda mask: mask.sum(dim=1)),
        Mistake(
            "It is one share for the batch; each sentence has its own.",
            lambda mask: (~mask).float().mean(),
        ),
        Mistake(
            "It runs over the sentences of the batch, not over the places.",
            lambda mask: (~mask).float().mean(dim=0),
        ),
        Mistake(
            "It divides by the words of a sentence, not by its places.",
            lambda mask: (~mask).sum(dim=1) / mask.sum(dim=1),
        ),
        Mistake("It is in percent; a share is asked for.", lambda mask: 100 * padding(mask)),
        Mistake("An axis of size 1 is left over.", lambda mask: padding(mask).unsqueeze(1)),
    ),
)

EXERCISES = (PADDING_SHARE,)
