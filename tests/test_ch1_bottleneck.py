import pytest
import torch

from attention_course.ladder.ch1_bottleneck import EndStates, LastState
from attention_course.models.context import Context


def test_the_worked_case_by_hand():
    states = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]])
    mask = torch.tensor([[True, True, False]])
    vector, weights = LastState()(torch.zeros(1, 2, 2), states, mask)
    assert weights.tolist() == [[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]]
    assert vector.tolist() == [[[3.0, 4.0], [3.0, 4.0]]]


def test_the_vector_is_the_state_where_torch_says_that_the_rnn_ended(mask):
    rnn = torch.nn.GRU(3, 7, batch_first=True)
    inputs, lengths = torch.randn(2, 5, 3), mask.sum(1)
    packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True)
    _, ended = rnn(packed)
    vector, _ = LastState()(torch.zeros(2, 1, 7), rnn(inputs)[0], mask)
    torch.testing.assert_close(vector.squeeze(1), ended.squeeze(0))


def test_padding_does_not_change_the_answer(queries, states, mask):
    vector, _ = LastState()(queries, states, mask)
    alone, _ = LastState()(queries[1:], states[1:, :3], mask[1:, :3])
    assert torch.equal(vector[1:], alone)


def test_only_the_last_real_state_is_read(queries, states, mask):
    before, _ = LastState()(queries, states, mask)
    for place in range(5):
        changed = states.clone()
        changed[1, place] += 1.0
        after, _ = LastState()(queries, changed, mask)
        assert torch.equal(before, after) == (place != 2)


def test_both_ways_each_half_is_read_where_it_has_seen_everything():
    states = torch.arange(12.0).reshape(1, 3, 4)
    vector, weights = EndStates()(torch.zeros(1, 2, 4), states, torch.tensor([[True, True, False]]))
    assert vector[0, 0].tolist() == [4.0, 5.0, 2.0, 3.0]
    assert weights[0, 0].tolist() == [0.5, 0.5, 0.0]


def test_a_context_that_does_not_say_its_weights_is_an_error(queries, states, mask):
    with pytest.raises(NotImplementedError, match="where its weights come from"):
        Context()(queries, states, mask)
