"""c17: RNNs are not parallel, attention is."""

from itertools import pairwise

import torch
from torch import nn

from attention_course.claims.ch4_self_attention.graph import (
    attended_in_rounds,
    depth,
    scan,
    self_attended,
    unrolled,
)
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import label

SIZE = 8
LENGTHS = (8, 16, 32, 64, 128)
# As the figure names them.
GRU, ATTENTION = label("last", "GRU"), label("transformer", "a sum is one operation")
ROUNDS = label("transformer", "its sums in rounds")
SCAN = "linear recurrence, by a scan in rounds"


def longest_chains(setting: Setting) -> Measured:
    """Count the longest chain of operations that wait for each other, by length."""
    torch.manual_seed(setting.seed)
    cell = nn.GRUCell(SIZE, SIZE)
    states = {length: torch.randn(length, SIZE, requires_grad=True) for length in LENGTHS}
    decays = {length: torch.rand(length, SIZE, requires_grad=True) for length in LENGTHS}
    chains = {
        GRU: [(float(n), float(depth(unrolled(cell, states[n])))) for n in LENGTHS],
        ATTENTION: [(float(n), float(depth(self_attended(states[n])))) for n in LENGTHS],
        ROUNDS: [(float(n), float(depth(attended_in_rounds(states[n])))) for n in LENGTHS],
        SCAN: [(float(n), float(depth(scan(decays[n], states[n])))) for n in LENGTHS],
    }
    growth = {name: (curve[-1][1] - curve[0][1]) for name, curve in chains.items()}
    doubling = {
        name: [after[1] - before[1] for before, after in pairwise(curve)]
        for name, curve in chains.items()
    }
    products = [depth(states[length] @ cell.weight_ih.T) for length in LENGTHS]
    return Measured(
        {
            "rnn": growth[GRU] / (LENGTHS[-1] - LENGTHS[0]),
            "attention": growth[ATTENTION],
            "scan": max(doubling[SCAN]),
            "rounds": max(doubling[ROUNDS]),
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
        "counts as one operation, here, in c18 and in c20, and so the zero of self-attention is "
        "one zero, counted three times. With a processor for each number, a sum over S words "
        "takes log2 S rounds inside, and so does a scan. To compare the two, both are written "
        "out in rounds as well."
    ),
    predictions=(
        Prediction("rnn", "a GRU: operations that each further word adds to the chain", low=1.0),
        Prediction(
            "attention",
            "self-attention: operations added from 8 to 128 words (by construction)",
            low=0.0,
            high=0.0,
        ),
        Prediction(
            "projection",
            "a GRU's products with its inputs: operations added from 8 to 128 words",
            low=0.0,
            high=0.0,
            about="beside",
        ),
        Prediction(
            "scan",
            "a linear recurrence, in rounds: operations added when the length doubles",
            high=8.0,
            about="limit",
        ),
        Prediction(
            "rounds",
            "self-attention, in rounds: operations added when the length doubles",
            low=1.0,
            high=8.0,
            about="beside",
        ),
    ),
    verdict="half true",
    condition=(
        "A GRU's states wait for each other, though its products with the inputs do not. A "
        "recurrence that is linear in its state need not wait: by a scan it takes log S rounds, "
        "as the sums of self-attention do inside. Not measured here: when a model writes, each "
        "word waits for the word before, on every rung."
    ),
    measure=longest_chains,
    exact=True,
    axes=("source length (words)", "operations in the longest chain"),
    finding="Only the chain of the GRU grows with every word",
    log="xy",
)
