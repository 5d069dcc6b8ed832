"""All that a decoder with attention works out for known target words, part by part."""

from typing import NamedTuple, cast

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.batch import pad, source_lengths
from attention_course.models.context import weighted_sum
from attention_course.models.masks import masked_softmax
from attention_course.models.model import Model
from attention_course.models.seq2seq import Seq2Seq
from attention_course.vocabulary import BOS


class Reading(NamedTuple):
    """The parts of all steps of one sentence: s_t, the scores, alpha, h_s, c_t, r_t, the logits."""

    queries: Float[Tensor, "T d_state"]
    scores: Float[Tensor, "T S"]
    weights: Float[Tensor, "T S"]
    states: Float[Tensor, "S d_state"]
    vectors: Float[Tensor, "T d_state"]
    readouts: Float[Tensor, "T d_model"]
    logits: Float[Tensor, "T V"]


def read(model: Model, source: list[int], target: list[int]) -> Reading:
    """Let a model read a sentence and predict each target token, the true ones before it given.

    Raises:
        TypeError: the model has no scores: it is not of rung 3.
    """
    score = getattr(getattr(getattr(model, "decoder", None), "context", None), "score", None)
    if score is None:
        raise TypeError(f"expected a recurrent model with attention, got {type(model).__name__}")
    recurrent = cast(Seq2Seq, model)
    decoder = recurrent.decoder
    memory = recurrent.encode(pad([source]), source_lengths([source]))
    embedded = decoder.embedding(torch.tensor([[BOS, *target[:-1]]]))
    queries, _ = decoder.rnn(embedded, memory.start.unsqueeze(0))
    scores = score.compare(queries, memory.keys)[0]
    weights = masked_softmax(scores, memory.mask)
    vectors = weighted_sum(weights, memory.states[0])
    readouts = decoder.read(vectors.unsqueeze(0), queries)[0]
    logits = decoder.embedding.logits(readouts)
    return Reading(queries[0], scores, weights, memory.states[0], vectors, readouts, logits)
