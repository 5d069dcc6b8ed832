import random
from functools import cache

import pytest
import torch

import bench_decoding
from attention_course.course import build, preset, stem_of
from attention_course.data.batch import Example
from attention_course.models.positions import kept_table
from attention_course.vocabulary import EOS
from bench_decoding import VARIANTS, Writer, keeping_nothing, one_round, weight, write

SIZE = 23  # of both vocabularies
each_variant = pytest.mark.parametrize("variant", VARIANTS.values())


@cache
def writer(variant):
    """A small untrained model in both ways, and sentences of random words."""
    torch.manual_seed(0)
    rng = random.Random(0)
    run = preset(stem_of(variant), variant, "copy", "smoke")
    model = build(run, SIZE, SIZE).eval()

    def sentence():
        return [*rng.choices(range(4, SIZE), k=rng.randint(2, 7)), EOS]

    examples = [Example(sentence(), sentence()) for _ in range(12)]
    return Writer(model, keeping_nothing(model), examples)


@each_variant
@pytest.mark.parametrize("width", [1, 3])
def test_both_ways_write_the_same_tokens_with_the_same_weights(variant, width):
    kept, anew, examples = writer(variant)
    pairs = zip(write(kept, examples, width), write(anew, examples, width), strict=True)
    for one, other in pairs:
        assert one.tokens == other.tokens
        torch.testing.assert_close(one.weights, other.weights)


@each_variant
@pytest.mark.parametrize("width", [1, 3])
def test_a_translation_ends_where_its_reference_does(variant, width):
    kept, _, examples = writer(variant)
    for one, example in zip(write(kept, examples, width), examples, strict=True):
        assert len(one.tokens) == len(example.target)
        assert one.tokens.index(EOS) == len(example.target) - 1


def test_what_is_kept_is_keys_and_values_of_every_layer():
    run = preset(stem_of("transformer"), "transformer", "copy", "smoke")
    bytes_of_both = 2 * run.d_model * run.model_settings.layers * 4
    found = weight(writer("transformer"))
    assert found == {"source": bytes_of_both, "past": bytes_of_both}


def test_with_the_dot_score_there_is_nothing_to_keep():
    assert weight(writer("dot")) == {"source": 0, "past": 0}
    assert weight(writer("general"))["source"] > 0


def test_the_way_that_keeps_nothing_works_out_anew_at_every_step(monkeypatch):
    calls = []
    kept, anew, examples = writer("transformer")
    offer = type(kept.layers_of_decoder[0].cross_attention).offer
    for name, model in (("kept", kept), ("anew", anew)):
        heads = model.layers_of_decoder[0].cross_attention
        monkeypatch.setattr(
            heads, "offer", lambda states, h=heads, n=name: calls.append(n) or offer(h, states)
        )
    for model in (kept, anew):
        write(model, examples[:1], 1)
    assert calls.count("kept") == 1
    assert calls.count("anew") == len(examples[0].target)


def test_the_way_that_keeps_nothing_reads_no_kept_table():
    _, anew, examples = writer("transformer")
    kept_table.cache_clear()
    write(anew, examples[:1], 1)
    assert kept_table.cache_info().currsize == 0


def test_a_round_counts_what_is_alike_and_what_is_not(monkeypatch):
    monkeypatch.setattr(bench_decoding, "SEARCHES", {"some": (3, 2, 1)})
    found = one_round(writer("additive"), "some", 1)
    assert (found.same, found.sentences) == (6, 6)
    assert min(found.kept, found.anew) > 0
    torch.manual_seed(1)
    run = preset(stem_of("additive"), "additive", "copy", "smoke")
    another = writer("additive")._replace(anew=build(run, SIZE, SIZE).eval())
    assert one_round(another, "some", 1).same < 6
