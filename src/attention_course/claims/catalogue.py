"""All claims that can be measured, in the notes' order."""

from attention_course.claims.ch1_bottleneck import c01_last_state, c22_linear_structure
from attention_course.claims.ch3_attention import (
    c04_learned_weights,
    c05_soft_lookup,
    c06_weights,
    c08_similarity,
    c09_mostly_high,
    c10_concatenate,
    c11_input_feeding,
)
from attention_course.claims.ch4_self_attention import (
    c17_parallel,
    c18_sequential_operations,
    c21_every_word,
    c23_general,
)
from attention_course.claims.record import Claim

CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for claim in (
        c01_last_state.CLAIM,
        c04_learned_weights.CLAIM,
        c05_soft_lookup.CLAIM,
        c06_weights.CLAIM,
        c08_similarity.CLAIM,
        c09_mostly_high.CLAIM,
        c10_concatenate.CLAIM,
        c11_input_feeding.CLAIM,
        c17_parallel.CLAIM,
        c18_sequential_operations.CLAIM,
        c21_every_word.CLAIM,
        c22_linear_structure.CLAIM,
        c23_general.CLAIM,
    )
}


def find(ids: list[str]) -> list[Claim]:
    """The claims of these ids, all of them if none is named.

    Raises:
        ValueError: there is no claim of that id.
    """
    unknown = [one for one in ids if one not in CLAIMS]
    if unknown:
        raise ValueError(f"expected claims among {', '.join(CLAIMS)}, got {', '.join(unknown)}")
    return [CLAIMS[one] for one in ids or CLAIMS]
