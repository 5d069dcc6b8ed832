"""Two exercises of chapter 3 in one: an aligner from weights, and its error against gold."""

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, sizes, uniform
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def align(rows: Tensor, real: Tensor) -> Tensor:
    """For each target word the real source place with the largest weight."""
    return rows.masked_fill(~real, -1.0).argmax(dim=1)


def less(rows: Tensor, real: Tensor, share: float) -> Tensor:
    """The same, if only a part is taken away from the weights of marks."""
    return (rows - share * ~real).argmax(dim=1)


def draw_rows(generator: torch.Generator, case: int) -> Inputs:
    """The weights of one sentence, and which source places are words and not marks.

    In the first row nearly all weight is on one mark: less than all taken away lets it win. In
    the second the last word wins, which has marks before it.
    """
    size = sizes(generator, case)
    real = torch.ones(size.S + size.T, dtype=torch.bool)
    marks = torch.randperm(len(real) - 4, generator=generator)[: size.T - 2] + 2
    real[marks] = False
    real[[1, -1]] = False
    scores = 1.5 * normal(generator, size.S + 2, len(real))
    scores[0, marks[0]] = 12.0
    scores[1, -2] = 8.0
    real[-2] = True
    return scores.softmax(dim=1), real


ALIGN = Exercise(
    name="ch3.align",
    asks="For each target word the source word it looks at: [T, S], words [S] True, give [T].",
    again="Chapter 3, Where it looks in Korean",
    draw=draw_rows,
    right=align,
    mistakes=(
        Mistake(
            "It asks for each source word; a row belongs to a target word.",
            lambda rows, real: rows.argmax(dim=0),
        ),
        Mistake(
            "Marks that are not words may win.",
            lambda rows, real: rows.argmax(dim=1),
            also=tuple(partial(less, share=share) for share in (0.1, 0.5, 0.9)),
        ),
        Mistake(
            "It takes the smallest weight.",
            lambda rows, real: rows.masked_fill(~real, 9.0).argmin(dim=1),
        ),
        Mistake(
            "Places are counted from 1; they should be counted from 0.",
            lambda rows, real: align(rows, real) + 1,
        ),
        Mistake(
            "It returns the weight, not the place.",
            lambda rows, real: rows.masked_fill(~real, -1.0).amax(dim=1),
        ),
        Mistake(
            "It counts among the words only: the place in the whole sentence is asked for.",
            lambda rows, real: rows[:, real].argmax(dim=1),
        ),
        Mistake(
            "It takes the second largest weight.",
            lambda rows, real: rows.masked_fill(~real, -1.0).topk(2, dim=1).indices[:, 1],
        ),
        Mistake(
            "Only marks can win: the mask is the wrong way around.",
            lambda rows, real: align(rows, ~real),
        ),
        Mistake(
            "An axis of size 1 is left over.", lambda rows, real: align(rows, real).unsqueeze(1)
        ),
        Mistake(
            "These are links in a table; for each target word one place is asked for.",
            lambda rows, real: F.one_hot(align(rows, real), len(real)).bool(),
            also=(lambda rows, real: F.one_hot(align(rows, real), len(real)),),
        ),
        Mistake(
            "Places are numbers of type float; whole numbers are asked for.",
            lambda rows, real: align(rows, real).float(),
        ),
        Mistake(
            "It is the place of the largest weight of all; each row has its own.",
            lambda rows, real: rows.masked_fill(~real, -1.0).argmax(),
            also=(lambda rows, real: rows.argmax(),),
        ),
    ),
    symptoms=(
        Symptom(
            "It returns a place that the sentence does not have.",
            lambda given, output: bool(((output < 0) | (output >= len(given[1]))).any()),
        ),
        Symptom(
            "Marks that are not words may win.",
            lambda given, output: bool((~given[1][output]).any()),
        ),
    ),
)


def count(links: Tensor) -> Tensor:
    """How many links there are."""
    return links.sum().float()


def error_rate(predicted: Tensor, sure: Tensor, possible: Tensor) -> Tensor:
    """1 - (|A and S| + |A and P|) / (|A| + |S|)."""
    matches = count(predicted & sure) + count(predicted & possible)
    return 1 - matches / (count(predicted) + count(sure))


def harmonic(one: Tensor, other: Tensor) -> Tensor:
    """The harmonic mean of two numbers."""
    return 2 * one * other / (one + other)


def draw_links(generator: torch.Generator, case: int) -> Inputs:
    """Links that were found, sure gold links, and possible ones, which include the sure.

    Most sure links are found, and not all that is found is possible: recall beats precision.
    """
    size = sizes(generator, case)
    shape = size.S + 3, size.S + 6
    predicted, sure, more = (uniform(generator, *shape) < one for one in (0.3, 0.2, 0.1))
    predicted |= sure & (uniform(generator, *shape) < 0.6)
    sure[0], predicted[0, 0], more[0, 1] = False, True, True
    sure[1, 1] = predicted[1, 1] = True
    return predicted, sure, sure | more


ALIGNMENT_ERROR = Exercise(
    name="ch3.alignment_error",
    asks="The alignment error rate of links A against gold, sure S and possible P: [T, S] each.",
    again="Chapter 3, Where it looks in Korean; the glossary",
    draw=draw_links,
    right=error_rate,
    points=2,
    minutes=10,
    mistakes=(
        Mistake(
            "It is an agreement: 1 minus it is the error.", lambda a, s, p: 1 - error_rate(a, s, p)
        ),
        Mistake(
            "Division comes before addition: put brackets around the whole sum.",
            lambda a, s, p: 1 - count(a & s) + count(a & p) / (count(a) + count(s)),
        ),
        Mistake(
            "It looks at precision only: which found links are possible.",
            lambda a, s, p: 1 - count(a & p) / count(a),
        ),
        Mistake(
            "It looks at recall only: which sure links were found.",
            lambda a, s, p: 1 - count(a & s) / count(s),
        ),
        Mistake(
            "Possible links play no part.",
            lambda a, s, p: 1 - 2 * count(a & s) / (count(a) + count(s)),
        ),
        Mistake(
            "Sure links play no part.", lambda a, s, p: 1 - 2 * count(a & p) / (count(a) + count(p))
        ),
        Mistake(
            "It divides by |A| + |P|; the sum is |A| + |S|.",
            lambda a, s, p: 1 - (count(a & s) + count(a & p)) / (count(a) + count(p)),
        ),
        Mistake(
            "It divides by the union; the sum |A| + |S| is asked for.",
            lambda a, s, p: 1 - (count(a & s) + count(a & p)) / count(a | s),
        ),
        Mistake(
            "It divides by the number of cells.",
            lambda a, s, p: 1 - (count(a & s) + count(a & p)) / a.numel(),
        ),
        Mistake(
            "A sure link that was found counts twice, once in each term.",
            lambda a, s, p: 1 - count(a & p) / (count(a) + count(s)),
        ),
        Mistake(
            "It is 1 minus the harmonic mean of precision and recall, another measure.",
            lambda a, s, p: 1 - harmonic(count(a & p) / count(a), count(a & s) / count(s)),
        ),
        Mistake(
            "It is 1 minus the mean of precision and recall, another measure.",
            lambda a, s, p: 1 - (count(a & p) / count(a) + count(a & s) / count(s)) / 2,
        ),
        Mistake(
            "It is in percent; a share is asked for.",
            lambda a, s, p: 100 * error_rate(a, s, p),
        ),
        Mistake(
            "It is the share of cells in which two tables differ.",
            lambda a, s, p: (a != s).float().mean(),
            also=(lambda a, s, p: (a != p).float().mean(),),
        ),
        Mistake(
            "It is one error for each target word; one for the whole table is asked for.",
            lambda a, s, p: 1 - ((a & s).sum(1) + (a & p).sum(1)) / (a.sum(1) + s.sum(1)),
        ),
    ),
)
