"""An exercise of chapter 1: the loss over real words."""

import math
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, random_mask, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def loss(scores: Tensor, targets: Tensor) -> Tensor:
    """Nats per real word; target 0 is padding."""
    return F.cross_entropy(scores.transpose(1, 2), targets, ignore_index=0)


def per_word(scores: Tensor, targets: Tensor) -> Tensor:
    """Nats of each place, padding too."""
    return F.cross_entropy(scores.transpose(1, 2), targets, reduction="none")


def from_probabilities(scores: Tensor, targets: Tensor, small: float = 0.0) -> Tensor:
    """The same from probabilities, to which a small number is added."""
    chosen = scores.softmax(2).gather(2, targets[:, :, None])[:, :, 0]
    return -(chosen + small)[targets != 0].log().mean()


def counted(nats: Tensor) -> Tensor:
    """The mean of those that are not 0."""
    return nats[nats > 0].mean()


def draw_scores_and_targets(generator: torch.Generator, case: int) -> Inputs:
    """Scores, and targets with padding. One word is certain, and the one behind it a surprise.

    The surprise of the first is just 0; that of the second about 70 nats, a probability that
    float32 can hold and to which nothing may be added.
    """
    size = sizes(generator, case)
    targets = torch.randint(1, size.h, (size.B, size.S), generator=generator)
    scores = 1.5 * normal(generator, size.B, size.S, size.h)
    scores[0, 0] = -15.0
    scores[0, 0, targets[0, 0]] = 15.0
    scores[0, 1, targets[0, 1]] -= 70
    return scores, targets * random_mask(generator, size)


MASKED_LOSS = Exercise(
    name="ch1.masked_loss",
    asks="The mean surprise in nats over all real words: scores [B, T, V], targets [B, T], 0 pads.",
    again="Chapter 1, How it learns",
    draw=draw_scores_and_targets,
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
        Mistake(
            "The logarithm has the base 10: the unit asked for is the nat.",
            lambda scores, targets: loss(scores, targets) / math.log(10),
        ),
        Mistake(
            "The sum is divided by the number of sentences, not of real words.",
            lambda scores, targets: (per_word(scores, targets) * (targets != 0)).sum(1).mean(),
        ),
        Mistake(
            "The axes of the scores are not moved but cut anew: numbers of one word are mixed.",
            lambda scores, targets: F.cross_entropy(
                scores.reshape(len(scores), scores.shape[2], -1), targets, ignore_index=0
            ),
        ),
        Mistake(
            "It is the entropy of each prediction: the targets play no part in it.",
            lambda scores, targets: (
                -((scores.softmax(2) * scores.log_softmax(2)).sum(2)[targets != 0].mean())
            ),
        ),
        Mistake(
            "It is the share of words whose score is the largest, not their surprise.",
            lambda scores, targets: (scores.argmax(2) == targets)[targets != 0].float().mean(),
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
        Mistake(
            "A word that is certain, with a surprise of 0, is not counted as a word.",
            lambda scores, targets: counted(per_word(scores, targets) * (targets != 0)),
        ),
        Mistake(
            "A small number is added to each probability, and some probabilities are smaller.",
            lambda scores, targets: from_probabilities(scores, targets, 1e-9),
            also=tuple(
                partial(from_probabilities, small=10.0**power)
                for power in (-20, -12, -10, -8, -7, -6)
            ),
        ),
        Mistake(
            "Padding, the number 0, is taken out of the vocabulary too.",
            lambda scores, targets: loss(
                scores.index_fill(2, torch.tensor([0]), float("-inf")), targets
            ),
        ),
        Mistake(
            "It is the perplexity, the exponential of the mean surprise.",
            lambda scores, targets: loss(scores, targets).exp(),
        ),
        Mistake(
            "It is one number for each word, not the mean.",
            lambda scores, targets: per_word(scores, targets) * (targets != 0),
            also=(per_word,),
        ),
        Mistake(
            "It is one number for each sentence; one for all is asked for.",
            lambda scores, targets: (
                (per_word(scores, targets) * (targets != 0)).sum(1) / (targets != 0).sum(1)
            ),
        ),
    ),
)
