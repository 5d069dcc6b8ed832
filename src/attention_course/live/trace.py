"""What attention does while it writes a sentence: every number that the page's stepper shows.

The page's engine can work it out again (`page/explaining.js`); a trace is there before it is
fetched.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from attention_course.data.batch import encode_sentence
from attention_course.judging.decoding import log_probabilities, translate_ids
from attention_course.live.reading import read
from attention_course.runs.trained import Trained

SHOWN = 16  # numbers of a vector, of those that it has
WORDS = 5  # likeliest next words


@torch.no_grad()
def trace(trained: Trained, sentence: str) -> dict[str, Any]:
    """The five steps of every word that a model writes, for JSON: rounded, vectors cut short.

    Raises:
        TypeError: the model has no scores: it is not of rung 3.
    """
    source = encode_sentence(sentence, trained.source)
    [found] = translate_ids(trained.model, [source], layer=trained.shown_layer)
    reading = read(trained.model, source, found.tokens)
    likeliest = log_probabilities(reading.logits).exp().topk(WORDS)
    return {
        "sentence": sentence,
        "source": [word for word, _ in trained.source.words(source)],
        "size": reading.states.shape[1],
        "vocabulary": len(trained.target),
        "states": [numbers(state[:SHOWN], 2) for state in reading.states],
        "steps": [
            {
                "token": token,
                "word": word_of(trained, token),
                "scores": numbers(reading.scores[t], 4),
                "weights": numbers(reading.weights[t], 4),
                "query": numbers(reading.queries[t, :SHOWN], 2),
                "vector": numbers(reading.vectors[t, :SHOWN], 2),
                "readout": numbers(reading.readouts[t, :SHOWN], 2),
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
