"""What attention does while it writes a sentence: every number that the page's stepper shows.

The page's engine can work it out again (`page/explaining.js`); a trace is there before it is
fetched.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.batch import encode_sentence, pad, source_lengths
from attention_course.judging.decoding import log_probabilities, translate_ids
from attention_course.models.seq2seq import Seq2Seq
from attention_course.runs.trained import Trained
from attention_course.vocabulary import BOS

SHOWN = 16  # numbers of a vector, of those that it has
WORDS = 5  # likeliest next words


@torch.no_grad()
def trace(trained: Trained, sentence: str) -> dict[str, Any]:
    """The five steps of every word that a model writes, for JSON: rounded, vectors cut short.

    Raises:
        TypeError: the model has no scores: it is not of rung 3.
    """
    model = trained.model
    score = getattr(model.decoder.context, "score", None) if isinstance(model, Seq2Seq) else None
    if not isinstance(model, Seq2Seq) or score is None:
        raise TypeError(f"expected a recurrent model with attention, got {trained.run.variant}")
    source = encode_sentence(sentence, trained.source)
    [found] = translate_ids(model, [source], layer=trained.shown_layer)
    memory = model.encode(pad([source]), source_lengths([source]))
    decoder = model.decoder
    embedded = decoder.embedding(torch.tensor([[BOS, *found.tokens[:-1]]]))
    queries, _ = decoder.rnn(embedded, memory.start.unsqueeze(0))
    scores = score.compare(queries, memory.keys)[0]
    vectors, weights = decoder.context(queries, memory.states, memory.mask, memory.keys)
    readouts = decoder.read(vectors, queries)
    likeliest = log_probabilities(decoder.embedding.logits(readouts)[0]).exp().topk(WORDS)
    return {
        "sentence": sentence,
        "source": [word for word, _ in trained.source.words(source)],
        "size": memory.states.shape[2],
        "vocabulary": len(trained.target),
        "states": [numbers(state[:SHOWN], 2) for state in memory.states[0]],
        "steps": [
            {
                "token": token,
                "word": word_of(trained, token),
                "scores": numbers(scores[t], 4),
                "weights": numbers(weights[0, t], 4),
                "query": numbers(queries[0, t, :SHOWN], 2),
                "vector": numbers(vectors[0, t, :SHOWN], 2),
                "readout": numbers(readouts[0, t, :SHOWN], 2),
                "next": [
                    {"token": other, "word": word_of(trained, other), "probability": round(p, 4)}
                    for other, p in zip(
                        likeliest.indices[t].tolist(), likeliest.values[t].tolist(), strict=True
                    )
                ],
            }
            for t, token in enumerate(found.tokens)
        ],
    }


def word_of(trained: Trained, token: int) -> str:
    """The written word of a token of the target."""
    [(word, _)] = trained.target.words([token])
    return word


def numbers(vector: Float[Tensor, " n"], digits: int) -> list[float]:
    """Numbers for JSON."""
    return [round(one, digits) for one in vector.tolist()]
