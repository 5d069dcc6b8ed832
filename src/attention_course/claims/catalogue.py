"""All claims that can be measured, in the notes' order."""

from attention_course.claims.ch1_bottleneck import c01_last_state, c22_linear_structure
from attention_course.claims.ch2_averaging import c02_averaging, c03_mean_and_max
from attention_course.claims.ch3_attention import (
    c04_learned_weights,
    c05_soft_lookup,
    c06_weights,
    c07_dot_product,
    c08_similarity,
    c09_mostly_high,
    c10_concatenate,
    c11_input_feeding,
    c12_roles,
    c13_where_it_looks,
    c14_fixed_size,
    c15_memory,
    c16_bottleneck_solved,
)
from attention_course.claims.ch4_self_attention import (
    c17_parallel,
    c18_sequential_operations,
    c19_distance,
    c20_gpu,
    c21_every_word,
    c23_general,
)
from attention_course.claims.record import Claim

CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for claim in (
        c01_last_state.CLAIM,
        c02_averaging.CLAIM,
        c03_mean_and_max.CLAIM,
        c04_learned_weights.CLAIM,
        c05_soft_lookup.CLAIM,
        c06_weights.CLAIM,
        c07_dot_product.CLAIM,
        c08_similarity.CLAIM,
        c09_mostly_high.CLAIM,
        c10_concatenate.CLAIM,
        c11_input_feeding.CLAIM,
        c12_roles.CLAIM,
        c13_where_it_looks.CLAIM,
        c14_fixed_size.CLAIM,
        c15_memory.CLAIM,
        c16_bottleneck_solved.CLAIM,
        c17_parallel.CLAIM,
        c18_sequential_operations.CLAIM,
        c19_distance.CLAIM,
        c20_gpu.CLAIM,
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
