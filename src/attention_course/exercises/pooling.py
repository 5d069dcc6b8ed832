"""Two exercises of chapter 2: the mean and the maximum of what is real."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import normal, random_mask, sizes, very_low
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def mean(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of the real states of each sentence."""
    return (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)


def draw_padded(generator: torch.Generator, case: int) -> Inputs:
    """States with loud padding, and the mask of what is real."""
    size = sizes(generator, case)
    mask = random_mask(generator, size)
    states = 2 * normal(generator, size.B, size.S, size.d)
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
        Mistake(
            "The divisor is one too large.",
            lambda states, mask: (states * mask[:, :, None]).sum(1) / (mask.sum(1)[:, None] + 1),
        ),
        Mistake(
            "Every sentence gets the mask of the first.",
            lambda states, mask: mean(states, mask[:1].expand_as(mask)),
        ),
        Mistake(
            "It is the largest value, not the mean.",
            lambda states, mask: largest(states, mask),
        ),
    ),
)


def largest(states: Tensor, mask: Tensor) -> Tensor:
    """The largest real value of each feature."""
    return beside(states, mask, float("-inf"))


def beside(states: Tensor, mask: Tensor, value: float) -> Tensor:
    """The largest of each feature, if a value stands in the place of padding."""
    return states.masked_fill(~mask[:, :, None], value).amax(dim=1)


def stood_in(given: Inputs, output: Tensor) -> bool:
    """Whether an output comes from a finite stand-in: in the lowest feature it is the largest."""
    states, mask = given
    return torch.allclose(output, beside(states, mask, output[0].amin().item()), rtol=1e-4)


def draw_low(generator: torch.Generator, case: int) -> Inputs:
    """States with loud padding, and one feature of the first sentence that is very low.

    Any number that stands in for minus infinity is larger there, and so is any padding from which
    a number is taken away. `torch.finfo(torch.float32).min` is right: no number is lower.
    """
    states, mask = draw_padded(generator, case)
    states[0, :, -1] = 5.0
    states[0, mask[0], -1] = very_low(generator, int(mask[0].sum()))
    return states, mask


MASKED_MAX = Exercise(
    name="ch2.masked_max",
    asks="For each feature its largest real value: [B, S, d] and a mask [B, S] give [B, d].",
    again="Chapter 2, The sum in code",
    draw=draw_low,
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
            lambda states, mask: beside(states, mask, -1000.0),
            seen=stood_in,
        ),
        Mistake("It is the mean.", mean),
        Mistake(
            "All sentences share one maximum.",
            lambda states, mask: largest(states, mask).amax(dim=0).expand(len(mask), -1).clone(),
        ),
        Mistake(
            "It is the largest of all numbers of a sentence; each feature has its own.",
            lambda states, mask: largest(states, mask).amax(dim=1),
        ),
    ),
    symptoms=(
        Symptom(
            "Something wins that is larger than every real value.",
            lambda given, output: bool((output > largest(*given)).any()),
        ),
    ),
)
