"""An exercise of chapter 3: weights that leave padding out."""

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, random_mask, sizes, very_low
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def soft(scores: Tensor, mask: Tensor) -> Tensor:
    """Weights that sum to 1 over the real places of each row."""
    return filled(scores, mask, float("-inf")).softmax(dim=-1)


def filled(scores: Tensor, mask: Tensor, value: float) -> Tensor:
    """Scores with a value in the place of padding."""
    return scores.masked_fill(~mask[:, None], value)


def by_definition(scores: Tensor, mask: Tensor, small: float = 0.0) -> Tensor:
    """Exponentials by their sum. In a row so low that all are 0 in float32, that is 0 / 0."""
    powers = scores.exp() * mask[:, None]
    return powers / (powers.sum(dim=-1, keepdim=True) + small)


def draw_scores_and_mask(generator: torch.Generator, case: int) -> Inputs:
    """Soft scores and a mask; the last step's row is low, and one before it is very low.

    In the very low row padding has the score 0: whatever number stands in for minus infinity, or
    is taken away from it, padding wins there. `torch.finfo(torch.float32).min` is right: no
    score of float32 is lower.
    """
    size = sizes(generator, case)
    scores = normal(generator, size.B, size.T, size.S)
    scores[:, -1] -= 50  # a row may be low as a whole: its weights are the same
    mask = random_mask(generator, size)
    scores[0, -2] = 0.0
    scores[0, -2, mask[0]] = very_low(generator, int(mask[0].sum()))
    return scores, mask


MASKED_SOFTMAX = Exercise(
    name="ch3.masked_softmax",
    asks="Turn scores [B, T, S] into weights: rows sum to 1, padding (mask [B, S] False) gets 0.",
    again="Chapter 3, Five steps, by hand",
    draw=draw_scores_and_mask,
    right=soft,
    also_right=(by_definition,),
    exact_zeros=True,
    mistakes=(
        Mistake(
            "The softmax runs over the query axis: each column sums to 1, not each row.",
            lambda scores, mask: filled(scores, mask, -1e9).softmax(dim=1) * mask[:, None],
            also=(
                lambda scores, mask: filled(scores, mask, float("-inf")).softmax(dim=1),
                lambda scores, mask: filled(scores, mask, -1e9).softmax(dim=1),
            ),
        ),
        Mistake(
            "The softmax runs over the sentences of the batch, not over the places.",
            lambda scores, mask: filled(scores, mask, float("-inf")).softmax(dim=0),
            also=(lambda scores, mask: filled(scores, mask, -1e9).softmax(dim=0),),
        ),
        Mistake(
            "The mask is not used: padding gets weight.",
            lambda scores, mask: scores.softmax(dim=-1),
        ),
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
        Mistake(
            "The mask is the wrong way around: only padding is read.",
            lambda scores, mask: soft(scores, ~mask),
            also=(lambda scores, mask: filled(scores, ~mask, -1e9).softmax(dim=-1),),
        ),
        Mistake(
            "The mask is added as it is; a hidden score must become -infinity.",
            lambda scores, mask: (scores + mask[:, None]).softmax(dim=-1),
        ),
        Mistake(
            "Hidden scores are only low, and real ones may be lower: use minus infinity.",
            lambda scores, mask: filled(scores, mask, -1e9).softmax(dim=-1),
            also=(
                lambda scores, mask: filled(scores, mask, -20.0).softmax(dim=-1),
                lambda scores, mask: filled(scores, mask, -50.0).softmax(dim=-1),
            ),
        ),
        Mistake(
            "A small number is added to the divisor, and a low row has an even smaller sum.",
            lambda scores, mask: by_definition(scores, mask, 1e-9),
            also=(lambda scores, mask: by_definition(scores, mask, 1e-30),),
        ),
        Mistake(
            "Each score is divided by the sum of the scores: the exponential is missing.",
            lambda scores, mask: scores * mask[:, None] / (scores * mask[:, None]).sum(-1, True),
        ),
        Mistake(
            "It is a hard choice: all weight on the best place.",
            lambda scores, mask: F.one_hot(
                soft(scores, mask).argmax(dim=-1), scores.shape[-1]
            ).float(),
        ),
        Mistake(
            "These are logarithms of weights.",
            lambda scores, mask: soft(scores, mask).log(),
            also=(lambda scores, mask: filled(scores, mask, float("-inf")).log_softmax(dim=-1),),
        ),
        Mistake(
            "All rows of a sentence share one sum of 1.",
            lambda scores, mask: (
                filled(scores, mask, float("-inf")).flatten(1).softmax(1).view_as(scores)
            ),
        ),
        Mistake(
            "These are exponentials: they are not divided by their sum.",
            lambda scores, mask: scores.exp() * mask[:, None],
        ),
    ),
    symptoms=(
        Symptom(
            "Padding gets weight.",
            lambda given, output: bool((output * ~given[1][:, None]).any()),
        ),
        Symptom(
            "The rows do not sum to 1.",
            lambda given, output: bool(((output.sum(dim=-1) - 1).abs() > 1e-3).any()),
        ),
    ),
)
