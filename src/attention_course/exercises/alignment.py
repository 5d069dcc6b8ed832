"""Two exercises of chapter 3 in one: an aligner from weights, and its error against gold."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import SIZES, weights
from attention_course.exercises.exercise import Exercise, Inputs, Mistake


def align(rows: Tensor, real: Tensor) -> Tensor:
    """For each target word the real source place with the largest weight."""
    return rows.masked_fill(~real, -1.0).argmax(dim=1)


def draw_rows(chance: torch.Generator, case: int) -> Inputs:
    """The weights of one sentence, and which source places are words and not marks."""
    size = SIZES[case]
    rows = weights(chance, size.S + 2, size.S + size.T)
    real = torch.ones(size.S + size.T, dtype=torch.bool)
    real[torch.randperm(len(real) - 2, generator=chance)[: size.T] + 1] = False
    rows[0, ~real] += 1  # so that marks would win here and there
    return rows, real


ALIGN = Exercise(
    name="ch3.align",
    asks="For each target word the source word it looks at: [T, S], words [S] True, give [T].",
    again="Chapter 3, Where it looks in Korean",
    draw=draw_rows,
    right=align,
    mistakes=(
        Mistake("It asks for each source word; a row belongs to a target word.",
                lambda rows, real: rows.argmax(dim=0)),
        Mistake("Marks that are not words may win.", lambda rows, real: rows.argmax(dim=1)),
        Mistake("It takes the smallest weight.",
                lambda rows, real: rows.masked_fill(~real, 9.0).argmin(dim=1)),
        Mistake("Places are counted from 1; they should be counted from 0.",
                lambda rows, real: align(rows, real) + 1),
        Mistake("It returns the weight, not the place.",
                lambda rows, real: rows.masked_fill(~real, -1.0).amax(dim=1)),
        Mistake(
            "It counts among the words only: the place in the whole sentence is asked for.",
            lambda rows, real: rows[:, real].argmax(dim=1),
        ),
        Mistake(
            "It takes the second largest weight.",
            lambda rows, real: rows.masked_fill(~real, -1.0).topk(2, dim=1).indices[:, 1],
        ),
        Mistake("Only marks can win: the mask is the wrong way around.",
                lambda rows, real: align(rows, ~real)),
        Mistake("An axis of size 1 is left over.",
                lambda rows, real: align(rows, real).unsqueeze(1)),
    ),
)  # fmt: skip


def count(links: Tensor) -> Tensor:
    """How many links there are."""
    return links.sum().float()


def error_rate(found: Tensor, sure: Tensor, possible: Tensor) -> Tensor:
    """1 - (|A and S| + |A and P|) / (|A| + |S|)."""
    agreed = count(found & sure) + count(found & possible)
    return 1 - agreed / (count(found) + count(sure))


def draw_links(chance: torch.Generator, case: int) -> Inputs:
    """Links that were found, sure gold links, and possible ones, which include the sure."""
    size = SIZES[case]
    shape = size.S + 3, size.S + 6
    found, sure, more = (torch.rand(shape, generator=chance) < one for one in (0.3, 0.2, 0.25))
    sure[0], found[0, 0], more[0, 1] = False, True, True
    sure[1, 1] = found[1, 1] = True
    return found, sure, sure | more


ALIGNMENT_ERROR = Exercise(
    name="ch3.alignment_error",
    asks="The alignment error rate of links A against gold, sure S and possible P: [T, S] each.",
    again="Chapter 3, Where it looks in Korean; the glossary",
    draw=draw_links,
    right=error_rate,
    points=2,
    minutes=10,
    mistakes=(
        Mistake("It is an agreement: 1 minus it is the error.",
                lambda a, s, p: 1 - error_rate(a, s, p)),
        Mistake(
            "Division comes before addition: put brackets around the whole sum.",
            lambda a, s, p: 1 - count(a & s) + count(a & p) / (count(a) + count(s)),
        ),
        Mistake("It looks at precision only: which found links are possible.",
                lambda a, s, p: 1 - count(a & p) / count(a)),
        Mistake("It looks at recall only: which sure links were found.",
                lambda a, s, p: 1 - count(a & s) / count(s)),
        Mistake("Possible links play no part.",
                lambda a, s, p: 1 - 2 * count(a & s) / (count(a) + count(s))),
        Mistake("Sure links play no part.",
                lambda a, s, p: 1 - 2 * count(a & p) / (count(a) + count(p))),
        Mistake("It divides by |A| + |P|; the sum is |A| + |S|.",
                lambda a, s, p: 1 - (count(a & s) + count(a & p)) / (count(a) + count(p))),
        Mistake("It divides by the union; the sum |A| + |S| is asked for.",
                lambda a, s, p: 1 - (count(a & s) + count(a & p)) / count(a | s)),
        Mistake("It divides by the number of cells.",
                lambda a, s, p: 1 - (count(a & s) + count(a & p)) / a.numel()),
        Mistake("A sure link that was found counts twice, once in each term.",
                lambda a, s, p: 1 - count(a & p) / (count(a) + count(s))),
    ),
)  # fmt: skip
