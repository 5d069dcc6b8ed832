import pytest
import torch
from torch.nn import functional as F

from attention_course.ladder.ch1_bottleneck import EndStates
from attention_course.ladder.ch2_averaging import Max, Mean


def test_the_worked_case_by_hand():
    states = torch.tensor([[[1.0, 6.0], [3.0, 4.0], [9.0, 9.0]]])
    mask = torch.tensor([[True, True, False]])
    vector, weights = Mean()(torch.zeros(1, 1, 2), states, mask)
    assert weights.tolist() == [[[0.5, 0.5, 0.0]]]
    assert vector.tolist() == [[[2.0, 5.0]]]
    vector, share = Max()(torch.zeros(1, 1, 2), states, mask)
    assert vector.tolist() == [[[3.0, 6.0]]]
    assert share.tolist() == [[[0.5, 0.5, 0.0]]]


def test_without_padding_it_is_what_torch_calls_pooling(queries, states):
    every = torch.ones(2, 5, dtype=torch.bool)
    by_feature = states.transpose(1, 2)
    mean, _ = Mean()(queries, states, every)
    torch.testing.assert_close(mean[:, 0], F.adaptive_avg_pool1d(by_feature, 1).squeeze(2))
    largest, _ = Max()(queries, states, every)
    torch.testing.assert_close(largest[:, 0], F.adaptive_max_pool1d(by_feature, 1).squeeze(2))


def test_padding_does_not_change_the_answer(queries, states, mask):
    for context in (Mean(), Max()):
        vector, weights = context(queries, states, mask)
        alone, _ = context(queries[1:], states[1:, :3], mask[1:, :3])
        torch.testing.assert_close(vector[1:], alone)
        assert (weights[1, :, 3:] == 0).all()


def test_the_order_of_the_states_does_not_matter(queries, states):
    every = torch.ones(2, 5, dtype=torch.bool)
    shuffled = states[:, [3, 1, 4, 0, 2]]
    for context in (Mean(), Max()):
        torch.testing.assert_close(
            context(queries, states, every).vector, context(queries, shuffled, every).vector
        )


def test_every_real_state_is_read_by_the_mean(queries, states, mask):
    before = Mean()(queries, states, mask).vector
    for place in range(5):
        changed = states.clone()
        changed[1, place] += 1.0
        assert torch.equal(before, Mean()(queries, changed, mask).vector) == (place > 2)


def test_the_gradient_of_max_reaches_the_winners_alone():
    states = torch.tensor([[[1.0, 6.0], [3.0, 4.0]]], requires_grad=True)
    Max()(torch.zeros(1, 1, 2), states, torch.ones(1, 2, dtype=torch.bool)).vector.sum().backward()
    assert states.grad.tolist() == [[[0.0, 1.0], [1.0, 0.0]]]


@pytest.mark.parametrize("context", [Max(), EndStates()])
def test_a_context_of_features_says_its_weights_as_every_context_does(context):
    torch.manual_seed(0)
    queries, states = torch.randn(2, 3, 4), torch.randn(2, 5, 4)
    mask = torch.arange(5) < torch.tensor([[5], [3]])
    weights = context.weights(queries, states, mask)
    assert torch.equal(weights, context(queries, states, mask).weights)
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(2, 3))
