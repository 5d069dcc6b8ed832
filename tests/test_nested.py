"""Nested values through tensors and JSON: an optimiser goes on as if it had never stopped."""

import json

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given
from torch import nn

from attention_course.store import checkpoint
from attention_course.store.nested import flatten, unflatten

LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
KEYS = st.integers() | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
    ),
)


def train(model, optimiser, schedule, steps):
    for step in range(steps):
        torch.manual_seed(step)
        optimiser.zero_grad()
        model(torch.randn(2, 5)).square().sum().backward()
        optimiser.step()
        schedule.step()


def parts():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01, amsgrad=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.1, total_steps=20)
    return model, optimiser, schedule


def same(left, right):
    """Equal values of equal types, all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, torch.Tensor):
        return left.dtype == right.dtype and torch.equal(left, right)
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


@given(VALUES)
def test_values_without_tensors_come_back_with_their_types(value):
    tensors, stored = flatten(value)
    assert tensors == {}
    assert same(unflatten({}, json.loads(json.dumps(stored))), value)


def test_tensors_are_named_by_where_they_stand():
    value = {"state": {0: {"step": torch.tensor(4)}}, "list": [None, (torch.ones(2, 3),)]}
    tensors, stored = flatten(value)
    assert sorted(tensors) == ["list/1/0", "state/0/step"]
    assert same(unflatten(tensors, json.loads(json.dumps(stored))), value)


def test_keys_that_look_alike_keep_their_own_tensors():
    value = {
        0: torch.tensor(1),
        "0": torch.tensor(2),
        "a": {"b": torch.tensor(3)},
        "a/b": torch.tensor(4),
    }
    tensors, stored = flatten(value)
    assert len(tensors) == 4
    assert same(unflatten(tensors, stored), value)


def test_adam_continued_from_a_checkpoint_equals_adam_uninterrupted(tmp_path):
    straight = parts()
    train(*straight, 4)
    before = flatten(
        {
            "model": dict(straight[0].state_dict()),
            "adam": straight[1].state_dict(),
            "schedule": straight[2].state_dict(),
        }
    )
    checkpoint.save(tmp_path, before[0], {"parts": before[1]})
    train(*straight, 9)

    loaded = checkpoint.load(tmp_path)
    stored = unflatten(loaded.tensors, loaded.state["parts"])
    model, optimiser, schedule = parts()
    model.load_state_dict(stored["model"])
    optimiser.load_state_dict(stored["adam"])
    schedule.load_state_dict(stored["schedule"])
    train(model, optimiser, schedule, 9)
    for continued, uninterrupted in zip(model.parameters(), straight[0].parameters(), strict=True):
        assert torch.equal(continued, uninterrupted)
    assert same(optimiser.state_dict(), straight[1].state_dict())
    assert same(schedule.state_dict(), straight[2].state_dict())


def test_a_random_state_goes_on_where_it_was(tmp_path):
    tensors, stored = flatten({"cpu": torch.get_rng_state()})
    checkpoint.save(tmp_path, tensors, {"random": stored})
    expected = torch.rand(7)
    loaded = checkpoint.load(tmp_path)
    torch.set_rng_state(unflatten(loaded.tensors, loaded.state["random"])["cpu"])
    assert torch.equal(torch.rand(7), expected)


def test_what_cannot_be_stored_is_named_with_its_place():
    with pytest.raises(TypeError, match=r"at groups/1/lr, got complex; convert it first"):
        flatten({"groups": [None, {"lr": 1j}]})
    with pytest.raises(TypeError, match=r"keys of str or int at groups, got True \(bool\)"):
        flatten({"groups": {True: 1}})


def test_halves_that_do_not_belong_together_are_refused():
    tensors, stored = flatten({"weight": torch.ones(2)})
    with pytest.raises(ValueError, match="beside 0 tensors; give unflatten both halves"):
        unflatten({}, stored)
    with pytest.raises(ValueError, match="written by flatten, got"):
        unflatten(tensors, {"weight": 3})
