"""An exercise of chapter 5: one new word reads what is kept of the words before it."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from attention_course.exercises.drawing import normal, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom

Read = Callable[[Tensor, Tensor, Tensor], Tensor]  # a query, all keys and all values: a vector


def step(keys: Tensor, values: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """The vector of the new word, then the longer keys, then the longer values, row by row."""
    return rows(heard, longer(keys, key), longer(values, value), query)


def longer(kept: Tensor, new: Tensor) -> Tensor:
    """What was kept, and the new one behind it."""
    return torch.cat([kept, new[None]])


def rows(read: Read, keys: Tensor, values: Tensor, query: Tensor) -> Tensor:
    """What a query reads from keys and values, and below it these."""
    return torch.cat([read(query, keys, values)[None], keys, values])


def heard(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """softmax(keys . query / sqrt(d)) . values."""
    return divided(math.sqrt(len(query)))(query, keys, values)


def divided(divisor: float) -> Read:
    """The same with another divisor of the scores."""
    return lambda query, keys, values: (keys @ query / divisor).softmax(dim=0) @ values


def reading(read: Read) -> Callable[..., Tensor]:
    """A step that keeps everything as it should, and reads in another way."""

    def answer(keys: Tensor, values: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return rows(read, longer(keys, key), longer(values, value), query)

    return answer


def in_the_wrong_place(
    keys: Tensor, values: Tensor, query: Tensor, key: Tensor, value: Tensor
) -> Tensor:
    """The new key and value before those that were kept."""
    keys, values = torch.cat([key[None], keys]), torch.cat([value[None], values])
    return rows(heard, keys, values, query)


def not_itself(keys: Tensor, values: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """The new word reads before its own key and value are there."""
    vector = heard(query, keys, values)
    return torch.cat([vector[None], longer(keys, key), longer(values, value)])


def draw_cache(generator: torch.Generator, case: int) -> Inputs:
    """What is kept of S words in one head, and the query, the key and the value of a new one."""
    while True:
        size = sizes(generator, case)
        if size.d != size.S + 1:
            break
    kept = (normal(generator, size.S, size.d) for _ in range(2))
    return *kept, *(normal(generator, size.d) for _ in range(3))


def cache_differs(given: Inputs, output: Tensor) -> bool:
    """Whether the keys and values are others than they should be."""
    return not torch.allclose(output[1:], step(*given)[1:], rtol=1e-4, atol=1e-4)


CACHED_STEP = Exercise(
    name="ch5.cached_step",
    asks="Keys, values [S, d], a new query, key, value [d]: the vector over both, [2 S + 3, d].",
    again="Chapter 5, The cache: what it saves, and what it weighs",
    draw=draw_cache,
    right=step,
    points=3,
    minutes=15,
    forbids=(
        "scaled_dot_product_attention",
        "MultiheadAttention",
        "multi_head_attention_forward",
    ),
    mistakes=(
        Mistake(
            "The new key and value are not kept.",
            lambda K, V, q, k, v: rows(heard, K, V, q),
            also=(
                lambda K, V, q, k, v: torch.cat([heard(q, longer(K, k), longer(V, v))[None], K, V]),
            ),
        ),
        Mistake("The new word does not read itself.", not_itself),
        Mistake(
            "The new word reads only itself.",
            reading(lambda q, K, V: V[-1]),
        ),
        Mistake("The new key and value come first; they come last.", in_the_wrong_place),
        Mistake(
            "The new key and value are exchanged.",
            lambda K, V, q, k, v: step(K, V, q, v, k),
        ),
        Mistake(
            "The query is kept in the place of the key; no query is kept.",
            lambda K, V, q, k, v: step(K, V, q, q, v),
        ),
        Mistake(
            "The new key asks; the query should.",
            lambda K, V, q, k, v: step(K, V, k, k, v),
        ),
        Mistake(
            "The first word is forgotten; all that was kept stays.",
            lambda K, V, q, k, v: step(K[1:], V[1:], q, k, v),
        ),
        Mistake(
            "The last word that was kept is overwritten; the new one comes behind it.",
            lambda K, V, q, k, v: step(K[:-1], V[:-1], q, k, v),
        ),
        Mistake(
            "The new key and value are added to what was kept; put them behind it.",
            lambda K, V, q, k, v: rows(heard, K + k, V + v, q),
        ),
        Mistake("The division by sqrt(d) is missing.", reading(divided(1.0))),
        Mistake(
            "It divides by d; by its root is asked.",
            reading(lambda q, K, V: divided(len(q))(q, K, V)),
        ),
        Mistake(
            "It divides by the root of the number of words, not of the size of a key.",
            reading(lambda q, K, V: divided(math.sqrt(len(K)))(q, K, V)),
            also=(reading(lambda q, K, V: divided(math.sqrt(len(K) - 1))(q, K, V)),),
        ),
        Mistake(
            "The softmax is missing: scores are not weights.",
            reading(lambda q, K, V: K @ q / math.sqrt(len(q)) @ V),
        ),
        Mistake(
            "The keys are added up; the values should be.",
            reading(lambda q, K, V: heard(q, K, K)),
        ),
        Mistake(
            "The values are scored; the keys should be.",
            reading(lambda q, K, V: heard(q, V, V)),
        ),
        Mistake(
            "All words get the same weight; the scores have no part in it.",
            reading(lambda q, K, V: V.mean(dim=0)),
        ),
        Mistake(
            "It is a hard choice: only the best word is read.",
            reading(lambda q, K, V: F.one_hot((K @ q).argmax(), len(K)).float() @ V),
        ),
        Mistake(
            "It is the vector only; the longer keys and values belong below it.",
            lambda K, V, q, k, v: heard(q, longer(K, k), longer(V, v)),
            also=(lambda K, V, q, k, v: heard(q, longer(K, k), longer(V, v))[None],),
        ),
        Mistake(
            "These are the longer keys and values only; the vector is missing.",
            lambda K, V, q, k, v: step(K, V, q, k, v)[1:],
        ),
        Mistake(
            "The vector comes last; it comes first.",
            lambda K, V, q, k, v: step(K, V, q, k, v).roll(-1, dims=0),
        ),
        Mistake(
            "The values stand before the keys; the keys come first.",
            lambda K, V, q, k, v: torch.cat(
                [step(K, V, q, k, v)[:1], longer(V, v), longer(K, k)],
            ),
        ),
    ),
    symptoms=(
        Symptom("The keys and values that are kept are others.", cache_differs),
        Symptom("The vector differs; what is kept is right.", lambda given, output: True),
    ),
)
