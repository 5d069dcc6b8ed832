"""The claims of the chapter of the same name, in the notes' order."""

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
    q03_root_of_d,
    q04_one_state,
    q05_real_alignments,
)

CLAIMS = (
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
    q03_root_of_d.CLAIM,
    q04_one_state.CLAIM,
    q05_real_alignments.CLAIM,
)
