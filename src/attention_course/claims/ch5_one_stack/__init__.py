"""The questions of the chapter of the same name: the notes make no claim about it."""

from attention_course.claims.ch5_one_stack import (
    cache_times,
    q11_by_prompt,
    q12_language_model,
    q13_places,
    q14_keeping_less,
)

CLAIMS = (
    q11_by_prompt.CLAIM,
    q12_language_model.CLAIM,
    q13_places.CLAIM,
    q14_keeping_less.CLAIM,
)
BESIDE = {"cache.json": cache_times.record_times}
