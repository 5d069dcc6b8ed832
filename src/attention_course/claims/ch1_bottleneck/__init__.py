"""The claims of the chapter of the same name, in the notes' order; then questions of our own."""

from attention_course.claims.ch1_bottleneck import (
    c01_last_state,
    c22_linear_structure,
    q01_load,
    q02_said_first,
)

CLAIMS = (
    c01_last_state.CLAIM,
    c22_linear_structure.CLAIM,
    q01_load.CLAIM,
    q02_said_first.CLAIM,
)
