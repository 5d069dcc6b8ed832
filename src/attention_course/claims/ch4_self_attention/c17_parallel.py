"""c17: RNNs are not parallel, attention is."""

from itertools import pairwise

import torch
from torch import nn

from attention_course.claims.ch4_self_attention.graph import depth, scan, self_attended, unrolled
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import label

SIZE = 8
LENGTHS = (8, 16, 32, 64, 128)
GRU = label("last", "GRU")  # as the figure names it


def longest_chains(setting: Setting) -> Measured:
    """Count the longest chain of operations that wait for each other, by length."""
    torch.manual_seed(setting.seed)
    cell = nn.GRUCell(SIZE, SIZE)
    states = {length: torch.randn(length, SIZE, requires_grad=True) for length in LENGTHS}
    decays = {length: torch.rand(length, SIZE, requires_grad=True) for length in LENGTHS}
    chains = {
        GRU: [(float(n), float(depth(unrolled(cell, states[n])))) for n in LENGTHS],
        "ch4_self_attention": [(float(n), float(depth(self_attended(states[n])))) for n in LENGTHS],
        "linear recurrence, by a scan": [
            (float(n), float(depth(scan(decays[n], states[n])))) for n in LENGTHS
        ],
    }
    growth = {name: (curve[-1][1] - curve[0][1]) for name, curve in chains.items()}
    doubling = chains["linear recurrence, by a scan"]
    steps = [after[1] - before[1] for before, after in pairwise(doubling)]
    products = [depth(states[length] @ cell.weight_ih.T) for length in LENGTHS]
    return Measured(
        {
            "rnn": growth[GRU] / (LENGTHS[-1] - LENGTHS[0]),
            "attention": growth["ch4_self_attention"],
            "scan": max(steps),
            "projection": float(products[-1] - products[0]),
        },
        chains,
    )


CLAIM = Claim(
    id="c17",
    stem="ch4_self_attention",
    title="RNNs are not parallel, attention is",
    korean=(
        "이전에 RNN의 문제에 대해서 알아보았다.. - 병렬 처리 안 됨 (...) "
        "Attention은 parallelizable하고"
    ),
    english=(
        "We looked at the problems of RNNs: no parallel processing. (...) Attention is "
        "parallelizable."
    ),
    how=(
        "Each operation of a GRU written out step by step, of a self-attention layer and of a "
        "scan is counted in the graph that PyTorch records for the gradient; what counts is "
        "the longest chain in which each waits for the one before. A sum over all words "
        "counts as one operation."
    ),
    predictions=(
        Prediction("rnn", "a GRU: operations that each further word adds to the chain", low=1.0),
        Prediction(
            "attention", "self-attention: operations added from 8 to 128 words", low=0.0, high=0.0
        ),
        Prediction(
            "projection",
            "a GRU's products with its inputs: operations added from 8 to 128 words",
            low=0.0,
            high=0.0,
            about="limit",
        ),
        Prediction(
            "scan",
            "a linear recurrence: operations added when the length doubles",
            high=8.0,
            about="limit",
        ),
    ),
    verdict="half true",
    condition=(
        "A GRU's states wait for each other, though its products with the inputs do not, and "
        "a recurrence that is linear in its state can be computed in log S rounds (a scan). "
        "Not measured here: when a model writes, each word waits for the word before, on "
        "every rung."
    ),
    measure=longest_chains,
    exact=True,
    axes=("source length (words)", "operations in the longest chain"),
    finding="Only the chain of the GRU grows with every word",
    log="xy",
)
