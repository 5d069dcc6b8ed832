"""The maps of a Transformer's heads, worked out again, are those that the model reads with."""

import json
from types import SimpleNamespace

import pytest
import torch

import head_maps as tool
from attention_course.course import build, preset
from attention_course.data.pairs import Pair
from attention_course.judging.head_maps import head_maps, without_head
from attention_course.ladder.ch4_self_attention import join_heads
from attention_course.vocabulary import BOS, EOS
from home import ROOT


@pytest.fixture
def asked():
    """A small model that nothing was trained for, a source of six tokens and a target of four."""
    torch.manual_seed(0)
    run = preset("ch4_self_attention", "transformer", "copy", "smoke", layers=3, heads=2, d_model=8)
    model = build(run, 11, 13).eval()
    return model, torch.randint(4, 11, (1, 6)), torch.tensor([[BOS, 5, 9, 7]])


def test_every_layer_and_head_has_a_map_whose_rows_add_up_to_one(asked):
    maps = head_maps(*asked)
    shapes = [tuple(one.shape) for one in maps]
    assert shapes == [(3, 2, 6, 6), (3, 2, 4, 4), (3, 2, 4, 6)]
    for one in maps:
        assert torch.allclose(one.sum(dim=-1), torch.ones(one.shape[:-1]))


def test_the_cross_maps_are_those_of_the_model_and_the_decoder_sees_no_later_word(asked):
    model, source, target = asked
    maps = head_maps(*asked)
    with torch.no_grad():
        expected = model(source, torch.tensor([6]), target).maps[0]
    assert torch.allclose(maps.cross, expected)
    assert bool((maps.decoder.triu(1) == 0).all())


def test_the_maps_of_the_encoder_give_the_vectors_that_its_layers_make(asked):
    model, source, _ = asked
    maps = head_maps(*asked)
    layer = model.encoder_layers[0]
    with torch.no_grad():
        states = layer.norms[0](model.add_positions(model.source_embedding(source)))
        offered = layer.self_attention.offer(states)
        read = join_heads((maps.encoder[0] @ offered.values[0]).unsqueeze(0))
        everyone = torch.ones(1, 1, 6, dtype=torch.bool)
        expected = layer.self_attention.fused(states, offered, everyone)
        assert torch.allclose(layer.self_attention.output(read), expected, atol=1e-5)


def test_the_file_of_maps_is_of_the_sentence_of_the_book():
    kept = json.loads((ROOT / "results" / "heads.json").read_text(encoding="utf-8"))
    assert kept["sentences"] == tool.SENTENCES
    assert kept["read"][1:] == kept["predicted"][:-1]
    sides = {"encoder": ("source", "source"), "decoder": ("read", "read")}
    for name, ends in {**sides, "cross": ("predicted", "source")}.items():
        maps = torch.tensor(kept[name])
        assert maps.shape[2:] == tuple(len(kept[end]) for end in ends)
        assert torch.allclose(maps.sum(dim=-1), torch.tensor(1.0), atol=0.01)


def test_without_positions_reversing_changes_nothing_and_with_them_it_does(asked):
    model, source, target = asked
    changed = tool.changed(model, source, target[0, 1:].tolist())
    trained = head_maps(model, source, target)
    assert torch.allclose(changed["both"], changed["positions off"], atol=1e-6)
    assert not torch.allclose(changed["words reversed"], trained.encoder, atol=1e-3)
    assert not torch.allclose(changed["positions off"], trained.encoder, atol=1e-3)
    assert model.positions is not None


def test_looking_back_is_counted_from_the_second_word_on(asked, monkeypatch):
    model, *_ = asked
    pairs = [Pair("a b", "c d"), Pair("b", "d c c")]
    trained = SimpleNamespace(run=None, source=None, target=None)
    monkeypatch.setattr(tool, "tested", lambda run: pairs)
    monkeypatch.setattr(tool, "encode_sentence", lambda text, _: [5] * len(text.split()) + [EOS])
    counted = tool.looks_back(trained, model)
    assert torch.tensor(counted["share"]).shape == (3, 2)
    # Rows of 2, 3 and of 2, 3, 4 words, each read evenly: their shares are halves, thirds, fourths.
    assert counted["uniform"] == pytest.approx((2 / 2 + 2 / 3 + 1 / 4) / 5, abs=1e-3)


def test_without_its_mask_the_decoder_reads_later_words_too(asked):
    model, source, target = asked
    no_mask = tool.changed(model, source, target[0, 1:].tolist())["mask off"]
    assert no_mask.shape == (3, 2, 4, 4)
    assert bool((no_mask > 0).all())


def test_without_a_head_its_part_is_missing_and_afterwards_all_is_as_it_was(asked):
    model, source, _ = asked
    layer = model.encoder_layers[0].self_attention
    states = model.source_embedding(source)
    everyone = torch.ones(1, 1, 6, dtype=torch.bool)
    whole = layer.output.weight.detach().clone()
    with torch.no_grad():
        both = layer(states, states, everyone).vector
        parts = []
        for head in range(2):
            with without_head(layer.output, 2, head):
                parts.append(layer(states, states, everyone).vector)
    assert torch.allclose(parts[0] + parts[1] - layer.output.bias, both, atol=1e-6)
    assert not torch.allclose(parts[0], both, atol=1e-3)
    assert torch.equal(layer.output.weight, whole)


def test_what_is_rounded_stays_what_it_was_but_for_its_digits():
    assert tool.rounded(torch.tensor([[0.12345, 1.0]])) == [[0.123, 1.0]]
