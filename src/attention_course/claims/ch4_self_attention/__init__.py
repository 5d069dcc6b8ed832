"""The claims of the chapter of the same name, in the notes' order."""

from attention_course.claims.ch4_self_attention import (
    c17_parallel,
    c18_sequential_operations,
    c19_distance,
    c20_gpu,
    c21_every_word,
    c23_general,
    clocks,
    q07_depth,
    q08_beyond,
    q10_free_order,
)

CLAIMS = (
    c17_parallel.CLAIM,
    c18_sequential_operations.CLAIM,
    c19_distance.CLAIM,
    c20_gpu.CLAIM,
    c21_every_word.CLAIM,
    c23_general.CLAIM,
    q07_depth.CLAIM,
    q08_beyond.CLAIM,
    q10_free_order.CLAIM,
)
BESIDE = {"clocks.json": clocks.record_times}
