"""What decoding keeps: keys and values are worked out once, and a translation stays the same."""

import pytest
import torch
from torch import nn

from attention_course.course import build, preset
from attention_course.judging.decoding import beam, greedy
from attention_course.ladder.ch4_self_attention import projected_heads, sinusoidal_positions
from attention_course.models.context import KeysValues
from attention_course.models.positions import kept_table
from attention_course.vocabulary import EOS
from small_runs import known

SIZES = {"d_state": 8, "d_hidden": 10, "heads": 2, "layers": 2}  # those that a model knows
SOURCE = torch.tensor([[4, 5, 6, 7, 2], [8, 9, 2, 0, 0]])
LENGTHS = torch.tensor([5, 3])


def make(stem, variant):
    run = preset(stem, variant, "copy", "smoke", d_model=6, **known(stem, SIZES))
    torch.manual_seed(0)
    model = build(run, 11, 13).double().eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.7)
    for name, bias in model.named_parameters():
        if name.endswith("embedding.bias"):
            nn.init.constant_(bias[EOS : EOS + 1], -5.0)  # so that it writes many words
    return model


def positions_mapped(module, work):
    """How many positions of a batch go through a linear map while some work is done."""
    count = []
    hook = module.register_forward_hook(lambda _, given, __: count.append(given[0].shape[1]))
    result = work()
    hook.remove()
    return sum(count), result


@pytest.mark.parametrize("search", [greedy, beam])
@pytest.mark.parametrize("role", ["key", "value"])
def test_a_transformer_maps_each_position_to_its_key_and_value_once(search, role):
    model = make("ch4_self_attention", "transformer")
    for layer in model.decoder_layers:
        map_of_source = getattr(layer.cross_attention.roles, role)
        mapped, _ = positions_mapped(map_of_source, lambda: search(model, SOURCE, LENGTHS))
        assert mapped == SOURCE.shape[1]
        map_of_past = getattr(layer.self_attention.roles, role)
        mapped, found = positions_mapped(map_of_past, lambda: search(model, SOURCE, LENGTHS))
        longest = max(len(one.tokens) for one in found)
        assert longest > 3
        if search is greedy:  # a beam goes on while a hypothesis that will lose is unfinished
            assert mapped == longest


@pytest.mark.parametrize("search", [greedy, beam])
@pytest.mark.parametrize(("variant", "name"), [("general", "W"), ("additive", "U")])
def test_a_learned_score_maps_the_states_of_a_source_once(search, variant, name):
    model = make("ch3_attention", variant)
    part = getattr(model.decoder.context.score, name)
    mapped, _ = positions_mapped(part, lambda: search(model, SOURCE, LENGTHS))
    assert mapped == SOURCE.shape[1]


def test_input_feeding_learns_without_mapping_the_states_at_every_step():
    run = preset(
        "ch3_attention", "general", "copy", "smoke", d_state=8, input_feeding="attentional"
    )
    model = build(run, 11, 13)
    part = model.decoder.context.score.W
    mapped, _ = positions_mapped(part, lambda: model(SOURCE, LENGTHS, SOURCE))
    assert mapped == SOURCE.shape[1]


def test_the_cache_holds_two_vectors_of_the_model_for_each_position_and_layer():
    model = make("ch4_self_attention", "transformer")
    memory = model.encode(SOURCE, LENGTHS)
    past = model.begin(memory)
    for written, tokens in enumerate(SOURCE.unbind(1), start=1):
        past = model.step(tokens, memory, past).past
        layers, sentences, d_model = 2, 2, 6
        assert sum(part.numel() for part in past) == written * layers * sentences * 2 * d_model


def test_what_was_offered_before_and_after_is_what_is_offered_at_once():
    heads, states = projected_heads(6, 2), torch.randn(2, 5, 6)
    together = heads.offer(states)
    parts = heads.offer(states[:, :3]).and_then(heads.offer(states[:, 3:]))
    for part, expected in zip(parts, together, strict=True):
        torch.testing.assert_close(part, expected)


def test_rows_of_a_cache_are_those_of_the_sentences_in_the_order_asked_for():
    cache = KeysValues(torch.randn(3, 2, 4, 5), torch.randn(3, 2, 4, 5))
    chosen = cache.rows(torch.tensor([2, 0, 2]))
    assert torch.equal(chosen.keys, cache.keys[[2, 0, 2]])
    assert torch.equal(chosen.values, cache.values[[2, 0, 2]])


def test_the_table_of_positions_is_calculated_once_and_longer_where_a_text_is_longer():
    asked = []

    def positions(length, d_model):
        asked.append(length)
        return sinusoidal_positions(length, d_model)

    model = make("ch4_self_attention", "transformer")
    expected = greedy(model, SOURCE, LENGTHS)
    model.positions = positions
    kept_table.cache_clear()
    for found, one in zip(greedy(model, SOURCE, LENGTHS), expected, strict=True):
        assert found.tokens == one.tokens
        assert torch.equal(found.weights, one.weights)
    assert asked == [64]
    long = torch.full((1, 100), 5)
    model.encode(long, torch.tensor([100]))
    model.encode(long, torch.tensor([100]))
    assert asked == [64, 128]


def test_states_that_are_their_own_keys_are_held_once():
    for variant, once in (("dot", True), ("general", False)):
        memory = make("ch3_attention", variant).encode(SOURCE, LENGTHS).rows(torch.tensor([1, 1]))
        assert (memory.keys is memory.states) == once
        assert memory.keys.shape[0] == 2
