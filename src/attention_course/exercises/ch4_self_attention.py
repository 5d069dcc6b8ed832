"""Exercises of chapter 4: a causal mask, heads, scaled attention, a small Transformer block."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import integer, normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom
from attention_course.exercises.scaled_attention import SCALED_ATTENTION
from attention_course.exercises.transformer_block import TRANSFORMER_BLOCK


def causal(size: int) -> Tensor:
    """True where a place may be read: itself and those before."""
    return torch.ones(size, size, dtype=torch.bool).tril()


def draw_size(generator: torch.Generator, case: int) -> Inputs:
    """A number of words; the last one is large, so that no table of answers would do."""
    return (integer(generator, *((5, 9), (10, 19), (40, 79))[case]),)


CAUSAL_MASK = Exercise(
    name="ch4.causal_mask",
    asks="Which places may be read: a size gives [size, size], row t True up to t.",
    again="Chapter 4, The Transformer, piece by piece: Masks",
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
            "These are numbers, not truth values.",
            lambda size: torch.ones(size, size).tril(),
            also=(lambda size: causal(size).long(), lambda size: causal(size).int()),
        ),
        Mistake(
            "These are numbers to add to scores; truth values are asked for.",
            lambda size: torch.full((size, size), float("-inf")).triu(1),
            also=(lambda size: torch.full((size, size), -1e9).triu(1),),
        ),
        Mistake(
            "A word sees itself and the one before it only.",
            lambda size: causal(size).triu(-1),
        ),
        Mistake(
            "Every word sees all but itself.",
            lambda size: ~torch.eye(size, dtype=torch.bool),
        ),
        Mistake(
            "True and False are exchanged: True means *may be read*.", lambda size: ~causal(size)
        ),
        Mistake("The rows run backwards.", lambda size: causal(size).flip(0)),
        Mistake(
            "The batch has no place here: two axes are asked for.", lambda size: causal(size)[None]
        ),
    ),
    symptoms=(
        Symptom("A later word is visible.", lambda given, output: bool(output.triu(1).any())),
        Symptom(
            "A word that may be read is hidden.",
            lambda given, output: bool((~output).tril().any()),
        ),
    ),
)


def split(states: Tensor, heads: int) -> Tensor:
    """[B, S, d] to [B, H, S, d / H]: head h gets the h-th slice of the features."""
    return states.reshape(*states.shape[:2], heads, -1).transpose(1, 2)


def draw_states_and_heads(generator: torch.Generator, case: int) -> Inputs:
    """States, and a number of heads that divides their size; no two axes are alike."""
    while True:
        size, heads = sizes(generator, case), integer(generator, 2, 6)
        axes = (size.B, size.S, heads, size.d, heads * size.d)
        if len(set(axes)) == len(axes):
            return normal(generator, size.B, size.S, heads * size.d), heads


SPLIT_HEADS = Exercise(
    name="ch4.split_heads",
    asks="Cut the features into heads, the first slice first: [B, S, d] gives [B, H, S, d / H].",
    again="Chapter 4, Several heads",
    draw=draw_states_and_heads,
    right=split,
    mistakes=(
        Mistake(
            "`view` or `reshape` alone cuts the sentence, not the features.",
            lambda x, h: x.reshape(len(x), h, x.shape[1], -1),
        ),
        Mistake(
            "The features are dealt out in turn; a head gets one slice in a row.",
            lambda x, h: x.unflatten(2, (-1, h)).permute(0, 3, 1, 2),
        ),
        Mistake(
            "The heads stand behind the places; they come second.",
            lambda x, h: x.unflatten(2, (h, -1)),
        ),
        Mistake(
            "Places and features are exchanged within a head.",
            lambda x, h: split(x, h).transpose(2, 3),
        ),
        Mistake("The heads stand before the sentences.", lambda x, h: split(x, h).transpose(0, 1)),
        Mistake("The last slice comes first.", lambda x, h: split(x, h).flip(1)),
        Mistake(
            "Heads and sentences are merged into one axis.", lambda x, h: split(x, h).flatten(0, 1)
        ),
        Mistake(
            "Every head gets the first slice.",
            lambda x, h: split(x, h)[:, :1].expand_as(split(x, h)).clone(),
        ),
        Mistake(
            "Nothing is cut: every head gets all features.",
            lambda x, h: x[:, None].expand(-1, h, -1, -1).clone(),
        ),
        Mistake(
            "The two parts of the features are exchanged: the heads are the first of them.",
            lambda x, h: x.unflatten(2, (-1, h)).transpose(1, 2),
            also=(lambda x, h: x.unflatten(2, (h, -1)).permute(0, 3, 1, 2),),
        ),
        Mistake(
            "The places are cut into heads as if they were features.",
            lambda x, h: x.transpose(1, 2).reshape(len(x), h, x.shape[1], -1),
        ),
        Mistake(
            "It is the first head only.",
            lambda x, h: split(x, h)[:, 0],
        ),
    ),
)


EXERCISES = (CAUSAL_MASK, SPLIT_HEADS, SCALED_ATTENTION, TRANSFORMER_BLOCK)
