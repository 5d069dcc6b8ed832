"""The claims of the chapter of the same name, in the notes' order."""

from attention_course.claims.ch2_averaging import (
    c02_averaging,
    c03_mean_and_max,
)

CLAIMS = (
    c02_averaging.CLAIM,
    c03_mean_and_max.CLAIM,
)
