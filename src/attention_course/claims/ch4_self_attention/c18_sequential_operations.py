"""c18: the number of sequential operations does not grow with the length."""

import torch

from attention_course.claims.ch4_self_attention.graph import depth, layers, self_attended
from attention_course.claims.record import Claim, Measured, Prediction, Setting

SIZE = 8
LENGTHS = (4, 16, 64, 256)
LAYERS = (1, 2, 4, 8)


def chain_by_length_and_layers(setting: Setting) -> Measured:
    """Depth of one layer by length, and of one length by layers."""
    torch.manual_seed(setting.seed)
    by_length = [
        (float(n), float(depth(self_attended(torch.randn(n, SIZE, requires_grad=True)))))
        for n in LENGTHS
    ]
    states = torch.randn(8, SIZE, requires_grad=True)
    by_layers = [depth(layers(self_attended, states, count)) for count in LAYERS]
    depths = [one for _, one in by_length]
    return Measured(
        {
            "length": max(depths) - min(depths),
            "layers": (by_layers[-1] - by_layers[0]) / (LAYERS[-1] - LAYERS[0]),
        },
        {"ch4_self_attention (one layer)": by_length},
    )


CLAIM = Claim(
    id="c18",
    stem="ch4_self_attention",
    title="Sequential operations do not grow with length",
    korean=(
        "Self-attention은 특히 순차적으로 처리해야 하는 연산의 개수가 sequence 길이에 따라 "
        "늘어나지 않는다는 장점이 있다!"
    ),
    english=(
        "Self-attention has the advantage that the number of operations which must be done one "
        "after the other does not grow with the length of the sequence!"
    ),
    how=(
        "The depth of one layer's graph from 4 to 256 words, and of 1 to 8 layers on 8 words. A "
        "sum over all words counts as one operation (c17), and then nothing else can come out: "
        "no operation of the layer is in a loop over words. So this is no test of the claim but "
        "a look at what it says."
    ),
    predictions=(
        Prediction(
            "length", "from 4 to 256 words: operations added to the chain", low=0.0, high=0.0
        ),
        Prediction("layers", "operations that each further layer adds", low=1.0, about="beside"),
    ),
    verdict="true by construction",
    condition=(
        "Within a layer, if a sum over all words is one operation; in rounds it grows with the "
        "logarithm of the length. Each layer waits for the one before."
    ),
    measure=chain_by_length_and_layers,
    exact=True,
    axes=("source length (words)", "operations in the longest chain"),
)
