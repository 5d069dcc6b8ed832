"""The claims of the chapter of the same name, in the notes' order."""

from attention_course.claims.ch1_bottleneck import (
    c01_last_state,
    c22_linear_structure,
)

CLAIMS = (
    c01_last_state.CLAIM,
    c22_linear_structure.CLAIM,
)
