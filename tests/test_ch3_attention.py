import math

import pytest
import torch
from torch.nn import functional as F

from attention_course.ladder.ch3_attention import (
    AdditiveScore,
    Attention,
    DotScore,
    GeneralScore,
    ScaledDotScore,
    five_steps,
    soft_lookup,
)
from attention_course.models.input_feeding import FeedAttentional, FeedContext

SCORES = {
    "dot": DotScore,
    "scaled": ScaledDotScore,
    "general": lambda: GeneralScore(7, 7).double(),
    "additive": lambda: AdditiveScore(7, 7, 11).double(),
}


def test_the_worked_case_by_hand():
    query, states = torch.tensor([[[1.0, 0.0]]]), torch.tensor([[[1.0, 2.0], [3.0, 5.0]]])
    vector, weights = Attention(DotScore())(query, states, torch.ones(1, 2, dtype=torch.bool))
    first = math.exp(1) / (math.exp(1) + math.exp(3))
    torch.testing.assert_close(weights, torch.tensor([[[first, 1 - first]]]))
    expected = [[[first * 1 + (1 - first) * 3, first * 2 + (1 - first) * 5]]]
    torch.testing.assert_close(vector, torch.tensor(expected))


def test_each_score_is_its_equation_in_plain_python(queries, states):
    q, k = queries[1, 2].tolist(), states[1, 3].tolist()

    def dot(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))

    general, additive = SCORES["general"](), SCORES["additive"]()
    rows_w, rows_u = additive.W.weight.tolist(), additive.U.weight.tolist()
    hidden = [math.tanh(dot(w, q) + dot(u, k)) for w, u in zip(rows_w, rows_u, strict=True)]
    expected = {
        DotScore(): dot(q, k),
        ScaledDotScore(): dot(q, k) / math.sqrt(7),
        general: dot(q, [dot(row, k) for row in general.W.weight.tolist()]),
        additive: dot(additive.v.weight[0].tolist(), hidden),
    }
    for score, value in expected.items():
        assert score(queries, states)[1, 2, 3].item() == pytest.approx(value, abs=1e-12)


def test_scaled_attention_equals_torch(queries, states, mask):
    vector, _ = Attention(ScaledDotScore())(queries, states, mask)
    expected = F.scaled_dot_product_attention(queries, states, states, attn_mask=mask.unsqueeze(1))
    torch.testing.assert_close(vector, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", SCORES)
def test_padding_does_not_change_the_answer(name, queries, states, mask):
    attention = Attention(SCORES[name]())
    vector, weights = attention(queries, states, mask)
    alone, _ = attention(queries[1:], states[1:, :3], mask[1:, :3])
    torch.testing.assert_close(vector[1:], alone)
    assert (weights[1, :, 3:] == 0).all()
    torch.testing.assert_close(weights.sum(2), torch.ones(2, 3, dtype=torch.float64))


@pytest.mark.parametrize("name", SCORES)
def test_a_changed_state_moves_the_weights_and_so_does_a_changed_query(name, queries, states, mask):
    attention = Attention(SCORES[name]())
    before = attention(queries, states, mask).weights
    changed = states.clone()
    changed[0, 1] += 1.0
    assert not torch.allclose(before[0], attention(queries, changed, mask).weights[0])
    assert not torch.allclose(before, attention(queries + 1.0, states * 1.0, mask).weights) or (
        name == "additive"
    )


def test_queries_and_keys_of_two_sizes_are_an_error():
    with pytest.raises(ValueError, match="got 3 and 7; try the general score"):
        DotScore()(torch.zeros(2, 1, 3), torch.zeros(2, 5, 7))


def test_the_general_score_joins_two_sizes():
    assert GeneralScore(3, 7)(torch.zeros(2, 1, 3), torch.zeros(2, 5, 7)).shape == (2, 1, 5)


def test_a_cold_table_is_a_dictionary_and_a_hot_one_the_mean():
    keys, values = torch.eye(3), torch.tensor([[1.0], [2.0], [6.0]])
    cold = soft_lookup(keys[1:2], keys, values, temperature=1e-3)
    hot = soft_lookup(keys[1:2], keys, values, temperature=1e6)
    assert cold.value.item() == pytest.approx(2.0)
    assert hot.value.item() == pytest.approx(3.0, abs=1e-4)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_positive_is_an_error(temperature):
    with pytest.raises(ValueError, match="expected a temperature above 0"):
        soft_lookup(torch.eye(2), torch.eye(2), torch.eye(2), temperature)


def test_the_five_steps_of_the_notes_are_the_rung(queries, states):
    step = five_steps(queries[0, 0], states[0], torch.randn(11, 14, dtype=torch.float64))
    vector, weights = Attention(DotScore())(
        queries[:1, :1], states[:1], torch.ones(1, 5, dtype=torch.bool)
    )
    torch.testing.assert_close(step.weights, weights[0, 0])
    torch.testing.assert_close(step.attention_output, vector[0, 0])
    torch.testing.assert_close(step.concatenated[:7], vector[0, 0])
    torch.testing.assert_close(step.concatenated[7:], queries[0, 0])
    assert step.logits.shape == (11,)


def test_the_two_kinds_of_input_feeding_feed_what_they_are_named_for():
    vector, readout = torch.zeros(2, 7), torch.ones(2, 3)
    assert FeedContext(7, 3)(vector, readout) is vector
    assert FeedAttentional(7, 3)(vector, readout) is readout
    assert (FeedContext(7, 3).size, FeedAttentional(7, 3).size) == (7, 3)
