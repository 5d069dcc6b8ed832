"""An exercise of chapter 5: the likeliest words that together reach a probability, top-p."""

import math

import torch
from torch import Tensor

from attention_course.exercises.drawing import integer, normal, uniform
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom

MARGIN = 0.005  # by which a running sum misses p: no rounding decides what is kept


def nucleus(logits: Tensor, p: float) -> Tensor:
    """Probabilities of the smallest set of likeliest words that reaches p, made to sum to 1."""
    return kept_only(logits, before(logits.softmax(dim=-1)) < p)


def before(probabilities: Tensor) -> Tensor:
    """For each word the probability of all likelier ones."""
    likeliest, order = probabilities.sort(dim=-1, descending=True)
    return unsorted(likeliest.cumsum(dim=-1) - likeliest, order)


def unsorted(sorted_values: Tensor, order: Tensor) -> Tensor:
    """Values of sorted words, each back at the place of its word."""
    return torch.zeros_like(sorted_values).scatter(-1, order, sorted_values)


def kept_only(logits: Tensor, kept: Tensor) -> Tensor:
    """A softmax over some words."""
    return logits.masked_fill(~kept, float("-inf")).softmax(dim=-1)


def without_the_last(logits: Tensor, p: float) -> Tensor:
    """The words whose running sum does not exceed p."""
    share = logits.softmax(dim=-1)
    return kept_only(logits, before(share) + share <= p)


def with_the_first(logits: Tensor, p: float) -> Tensor:
    """The same, but the likeliest word is always kept."""
    share = logits.softmax(dim=-1)
    return kept_only(logits, (before(share) + share <= p) | (before(share) == 0))


def one_more(logits: Tensor, p: float) -> Tensor:
    """The smallest set, and the next word."""
    share = logits.softmax(dim=-1)
    likeliest, order = share.sort(dim=-1, descending=True)
    sums = likeliest.cumsum(dim=-1) - likeliest
    kept = torch.cat([torch.ones_like(sums[:, :1]).bool(), sums[:, :-1] < p], dim=-1)
    return kept_only(logits, unsorted(kept.long(), order).bool())


def mask_not_put_back(logits: Tensor, p: float) -> Tensor:
    """Which ranks are kept, taken for which words are."""
    likeliest = logits.softmax(dim=-1).sort(dim=-1, descending=True).values
    return kept_only(logits, likeliest.cumsum(dim=-1) - likeliest < p)


def not_sorted(logits: Tensor, p: float) -> Tensor:
    """A running sum in the order of the vocabulary."""
    share = logits.softmax(dim=-1)
    return kept_only(logits, share.cumsum(dim=-1) - share < p)


def by_logits(logits: Tensor, p: float) -> Tensor:
    """A running sum of logits, which are no probabilities."""
    return kept_only(logits, before(logits) < p)


def from_below(logits: Tensor, p: float) -> Tensor:
    """The smallest words first."""
    share, order = logits.softmax(dim=-1).sort(dim=-1)
    return kept_only(logits, unsorted(share.cumsum(dim=-1) - share, order) < p)


def rest_to_one(logits: Tensor, p: float) -> Tensor:
    """What is left over given to the likeliest word."""
    share = logits.softmax(dim=-1)
    cut = share * (nucleus(logits, p) > 0)
    rest = 1 - cut.sum(dim=-1, keepdim=True)
    return cut + rest * (before(share) == 0)


def the_first(logits: Tensor, count: int) -> Tensor:
    """A softmax over so many words."""
    lowest = logits.topk(count, dim=-1).values[:, -1:]
    return kept_only(logits, logits >= lowest)


def draw_logits(generator: torch.Generator, case: int) -> Inputs:
    """Logits of a vocabulary, and p. In a batch the likeliest word of the first row reaches p."""
    rows = integer(generator, *((2, 4), (1, 1), (3, 6))[case])
    words = integer(generator, *((13, 19), (13, 19), (20, 31))[case])
    p = 0.45 + 0.2 * float(uniform(generator, 1))
    drawn = [draw_row(generator, words, p) for _ in range(rows)]
    if rows > 1:
        drawn[0][integer(generator, 0, words - 1)] = 3 + math.log(words)
    return torch.stack(drawn), p


def draw_row(generator: torch.Generator, words: int, p: float) -> Tensor:
    """Logits of one row of which no other rule keeps as many words as top-p.

    No running sum is near p. The likeliest word is so unlikely that who begins with the unlikeliest
    leaves it out.
    """
    while True:
        logits = normal(generator, words)
        share = logits.softmax(dim=-1)
        sums = share.sort(descending=True).values.cumsum(dim=0)
        kept, likely = int((sums < p).sum()) + 1, int((share >= p * share.max()).sum())
        if (
            1 < likely < kept - 1
            and kept < int(p * words)
            and share.max() < 1 - p - MARGIN
            and (sums - p).abs().min() > MARGIN
        ):
            return logits


def missing(given: Inputs, output: Tensor) -> bool:
    """Whether a word of the nucleus got nothing."""
    return bool((output[nucleus(*given) > 0] == 0).any())


def too_many(given: Inputs, output: Tensor) -> bool:
    """Whether a word that does not belong to the nucleus got something."""
    return bool((output[nucleus(*given) == 0] != 0).any())


def sums_differ(given: Inputs, output: Tensor) -> bool:
    """Whether a row does not sum to 1."""
    return not torch.allclose(output.sum(dim=-1), torch.ones(len(output)), atol=1e-4)


NUCLEUS = Exercise(
    name="ch5.nucleus",
    asks="Top-p: the fewest likeliest words that reach p, made to sum to 1: [B, V] gives [B, V].",
    again="Chapter 5, Ask it, and let it write",
    draw=draw_logits,
    right=nucleus,
    points=3,
    minutes=20,
    exact_zeros=True,
    mistakes=(
        Mistake(
            "The word that reaches p is left out.",
            without_the_last,
            also=(with_the_first,),
        ),
        Mistake("One word too many is kept.", one_more),
        Mistake(
            "The probabilities that are kept do not sum to 1.",
            lambda z, p: z.softmax(-1) * (nucleus(z, p) > 0),
        ),
        Mistake(
            "What is kept are places in the sorted row, taken for words.",
            mask_not_put_back,
        ),
        Mistake(
            "The answer is sorted; each probability belongs at the place of its word.",
            lambda z, p: nucleus(z, p).sort(dim=-1, descending=True).values,
        ),
        Mistake("The words are not sorted before they are added up.", not_sorted),
        Mistake(
            "The unlikeliest words are kept: sort the likeliest first.",
            from_below,
        ),
        Mistake("Logits are added up; probabilities should be.", by_logits),
        Mistake(
            "Only words that have the probability p by themselves are kept.",
            lambda z, p: kept_only(z, z.softmax(-1) >= p),
        ),
        Mistake(
            "It keeps words that have p times the probability of the likeliest: that is min-p.",
            lambda z, p: kept_only(z, z.softmax(-1) >= p * z.softmax(-1).amax(-1, keepdim=True)),
        ),
        Mistake(
            "It keeps a share p of the vocabulary; p is a share of the probability.",
            lambda z, p: the_first(z, math.ceil(p * z.shape[1])),
            also=(
                lambda z, p: the_first(z, int(p * z.shape[1])),
                lambda z, p: the_first(z, round(p * z.shape[1])),
            ),
        ),
        Mistake(
            "It keeps only the likeliest word.",
            lambda z, p: the_first(z, 1),
        ),
        Mistake("All words are kept.", lambda z, p: z.softmax(-1)),
        Mistake(
            "It divides the logits by p; that is a temperature.",
            lambda z, p: (z / p).softmax(-1),
        ),
        Mistake(
            "All words that are kept have the same probability.",
            lambda z, p: torch.nn.functional.normalize((nucleus(z, p) > 0).float(), p=1, dim=-1),
        ),
        Mistake(
            "It takes a softmax of probabilities; divide them by their sum.",
            lambda z, p: kept_only(z.softmax(-1), nucleus(z, p) > 0),
            also=(lambda z, p: (z.softmax(-1) * (nucleus(z, p) > 0)).softmax(-1),),
        ),
        Mistake(
            "The rest of the probability is given to the likeliest word; all share it.",
            rest_to_one,
        ),
        Mistake(
            "It runs over the rows of the batch, not over the words.",
            lambda z, p: nucleus(z.T, p).T,
        ),
        Mistake(
            "These are the logits that are kept; probabilities are asked for.",
            lambda z, p: z.masked_fill(nucleus(z, p) == 0, float("-inf")),
            also=(lambda z, p: z * (nucleus(z, p) > 0),),
        ),
        Mistake(
            "This tells which words are kept; their probabilities are asked for.",
            lambda z, p: nucleus(z, p) > 0,
            also=(lambda z, p: (nucleus(z, p) > 0).float(),),
        ),
    ),
    symptoms=(
        Symptom("The rows do not sum to 1.", sums_differ),
        Symptom("A word outside of the set keeps some probability.", too_many),
        Symptom("A word of the set is missing.", missing),
    ),
)
