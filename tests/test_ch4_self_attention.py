import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from attention_course.ladder.ch4_self_attention import (
    attend,
    attend_fused,
    projected_heads,
    sinusoidal_positions,
    tied_heads,
)


def copied_from_torch(d_model: int, heads: int):
    """Multi-head attention of torch and ours, with the same weights."""
    theirs = nn.MultiheadAttention(d_model, heads, batch_first=True, dtype=torch.float64)
    nn.init.normal_(theirs.in_proj_bias)
    ours = projected_heads(d_model, heads).double()
    weights, biases = theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3)
    with torch.no_grad():
        for name, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            getattr(ours.roles, name).weight.copy_(weight)
            getattr(ours.roles, name).bias.copy_(bias)
        ours.output.load_state_dict(theirs.out_proj.state_dict())
    return theirs, ours


def test_the_worked_case_by_hand():
    states = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]], dtype=torch.float64)
    vector, weights = attend(states, states, states, torch.ones(1, 1, 2, dtype=torch.bool))
    first, second = math.exp(1 / math.sqrt(2)), math.exp(4 / math.sqrt(2))
    expected = [[first / (first + 1), 1 / (first + 1)], [1 / (1 + second), second / (1 + second)]]
    torch.testing.assert_close(weights[0], torch.tensor(expected, dtype=torch.float64))
    torch.testing.assert_close(vector[0, 0, 1].item(), 2 * expected[0][1])


def test_attention_equals_torch(queries, states, mask):
    vector, _ = attend(queries, states, states, mask.unsqueeze(1))
    expected = F.scaled_dot_product_attention(queries, states, states, attn_mask=mask.unsqueeze(1))
    torch.testing.assert_close(vector, expected, atol=1e-6, rtol=0)


def test_the_fused_kernel_gives_the_vectors_that_are_written_out(queries, states, mask):
    written, _ = attend(queries, states, states, mask.unsqueeze(1))
    fused = attend_fused(queries, states, states, mask.unsqueeze(1))
    torch.testing.assert_close(fused, written)


def test_heads_that_nobody_looks_at_give_the_same_vectors_and_gradients():
    heads = projected_heads(12, 3)
    asking, answering = torch.randn(2, 3, 12), torch.randn(2, 5, 12)
    mask = torch.tensor([[[True] * 5], [[True] * 2 + [False] * 3]])
    gradients = []
    for way in (lambda *given: heads.read(*given).vector, heads.fused):
        heads.zero_grad()
        way(asking, heads.offer(answering), mask).square().sum().backward()
        gradients.append([parameter.grad.clone() for parameter in heads.parameters()])
    torch.testing.assert_close(*gradients)


def test_in_mixed_precision_a_processor_attends_in_full_precision():
    states = torch.randn(2, 5, 4)
    every = torch.ones(1, 1, 5, dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        vector = attend_fused(states.bfloat16(), states, states, every)
    assert vector.dtype is torch.float32


def test_many_heads_equal_torch_with_copied_weights(mask):
    theirs, ours = copied_from_torch(d_model=15, heads=3)
    asking = torch.randn(2, 3, 15, dtype=torch.float64)
    answering = torch.randn(2, 5, 15, dtype=torch.float64)
    expected, expected_weights = theirs(
        asking, answering, answering, key_padding_mask=~mask, average_attn_weights=False
    )
    vector, weights = ours(asking, answering, mask.unsqueeze(1))
    torch.testing.assert_close(vector, expected, atol=1e-6, rtol=0)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=0)


def test_tied_heads_learn_nothing_and_read_the_states_themselves(states):
    heads = tied_heads(7, 1)
    assert list(heads.parameters()) == []
    vector, _ = heads(states, states, torch.ones(2, 1, 5, dtype=torch.bool))
    expected = F.scaled_dot_product_attention(states, states, states)
    torch.testing.assert_close(vector, expected, atol=1e-6, rtol=0)


def test_self_attention_does_not_know_the_order():
    heads, order = projected_heads(6, 2).double(), [3, 1, 4, 0, 2]
    states = torch.randn(2, 5, 6, dtype=torch.float64)
    every = torch.ones(2, 1, 5, dtype=torch.bool)
    straight = heads(states, states, every).vector
    shuffled = heads(states[:, order], states[:, order], every).vector
    torch.testing.assert_close(straight[:, order], shuffled)


def test_positions_follow_the_equation_of_the_paper():
    positions = sinusoidal_positions(11, 7)
    for place, feature in ((0, 0), (5, 2), (10, 6)):
        assert positions[place, feature].item() == pytest.approx(
            math.sin(place / 10_000 ** (feature / 7)), abs=1e-6
        )
    assert positions[5, 3].item() == pytest.approx(math.cos(5 / 10_000 ** (2 / 7)), abs=1e-6)


def test_heads_that_do_not_divide_the_features_are_an_error():
    with pytest.raises(ValueError, match=r"got 64 and 5; try heads=1"):
        projected_heads(64, 5)


@pytest.mark.parametrize("way", [attend, attend_fused])
def test_a_word_that_may_read_nothing_is_refused_by_either_way_of_attending(way):
    states = torch.randn(1, 3, 4)
    mask = torch.tensor([[[True, False, False], [False, False, False], [True, True, True]]])
    with pytest.raises(ValueError, match="expected at least one real token in every row"):
        way(states, states, states, mask)
