import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attention_course.models.masks import causal_mask, masked_softmax, padding_mask


def test_padding_mask_marks_the_first_tokens_as_real():
    assert padding_mask(torch.tensor([1, 3]), 4).int().tolist() == [[1, 0, 0, 0], [1, 1, 1, 0]]


@pytest.mark.parametrize("lengths", [[0, 2], [2, 5]])
def test_padding_mask_refuses_impossible_lengths(lengths):
    with pytest.raises(ValueError, match="expected sentence lengths from 1 to 4"):
        padding_mask(torch.tensor(lengths), 4)


def test_causal_mask_hides_the_future_and_nothing_else():
    assert causal_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=7),
    st.integers(min_value=1, max_value=7),
)
def test_weights_are_shares_and_masked_ones_are_exactly_zero(scores, real):
    size = len(scores)
    mask = torch.arange(size) < real
    weights = masked_softmax(torch.tensor([scores], dtype=torch.float64), mask.unsqueeze(0))
    assert (weights >= 0).all()
    assert (weights <= 1).all()
    assert (weights[0, ~mask] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, dtype=torch.float64))


def test_masked_softmax_equals_softmax_over_the_real_tokens_alone():
    scores = torch.tensor([[1.0, 2.0, 100.0]])
    weights = masked_softmax(scores, torch.tensor([[True, True, False]]))
    torch.testing.assert_close(weights[:, :2], scores[:, :2].softmax(-1))


def test_a_row_without_a_real_token_is_an_error():
    with pytest.raises(ValueError, match="at least one real token"):
        masked_softmax(torch.zeros(1, 2), torch.zeros(1, 2, dtype=torch.bool))
