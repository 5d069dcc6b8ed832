import itertools

import pytest
import torch

from attention_course.course import CHAPTERS, build, preset
from attention_course.judging.decoding import beam, greedy, translate_ids
from attention_course.vocabulary import BOS, EOS, PAD
from small_runs import known

SIZES = {"d_state": 8, "d_hidden": 10, "heads": 2, "layers": 1}  # those that a model knows
RUNGS = [(stem, next(iter(one.variants)), {}) for stem, one in CHAPTERS.items()]
RUNGS.append(("ch3_attention", "additive", {"input_feeding": "attentional"}))
RUNGS.append(("ch3_attention", "dot", {"layers_above": 2}))
SOURCES = [[4, 5, 6, 7, 8, EOS], [9, EOS], [10, 4, 4, EOS]]


def make(stem, variant, options=None, target_size=13):
    sizes = {"d_model": 6, "dropout": 0.0, **known(stem, SIZES), **(options or {})}
    run = preset(stem, variant, "copy", "smoke", **sizes)
    torch.manual_seed(1)
    model = build(run, 11, target_size).double().eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.7)
    return model


@pytest.mark.parametrize(("stem", "variant", "options"), RUNGS)
@pytest.mark.parametrize("width", [1, 3])
def test_a_batch_is_decoded_as_its_sentences_one_by_one(stem, variant, options, width):
    model = make(stem, variant, options)
    together = translate_ids(model, SOURCES, width)
    for source, expected in zip(SOURCES, together, strict=True):
        [alone] = translate_ids(model, [source], width)
        assert alone.tokens == expected.tokens
        torch.testing.assert_close(alone.weights, expected.weights)


@pytest.mark.parametrize(("stem", "variant", "options"), RUNGS)
def test_every_token_comes_with_weights_over_its_own_source_that_sum_to_one(stem, variant, options):
    model = make(stem, variant, options)
    for width in (1, 3):
        for source, said in zip(SOURCES, translate_ids(model, SOURCES, width), strict=True):
            own = len(said.tokens) if "past" in model.reads else 0  # columns of its own past
            assert said.weights.shape == (len(said.tokens), len(source) + own)
            torch.testing.assert_close(
                said.weights.sum(1), torch.ones(len(said.tokens), dtype=torch.float64)
            )
            assert not {PAD, BOS} & set(said.tokens)


@pytest.mark.parametrize(("stem", "variant", "options"), RUNGS)
def test_a_beam_of_one_is_greedy_search(stem, variant, options):
    model = make(stem, variant, options)
    source, lengths = torch.tensor([[4, 5, 6, EOS]]), torch.tensor([4])
    [greedily], [narrow] = greedy(model, source, lengths), beam(model, source, lengths, width=1)
    assert greedily.tokens == narrow.tokens


def test_a_beam_as_wide_as_the_language_finds_the_best_sentence():
    """Against every sentence of a language of two words, scored by hand."""
    model = make("ch3_attention", "dot", target_size=6)
    source, lengths = torch.tensor([[4, EOS]]), torch.tensor([2])
    [found] = beam(model, source, lengths, width=400, alpha=1.0)

    def score(tokens):
        logits = model(source, lengths, torch.tensor([[BOS, *tokens[:-1]]])).logits[0]
        logits[:, [PAD, BOS]] = float("-inf")
        chosen = logits.log_softmax(1)[range(len(tokens)), tokens]
        return chosen.sum().item() / len(tokens)

    short = [
        [*words, EOS] for size in range(4) for words in itertools.product((3, 4, 5), repeat=size)
    ]
    assert score(found.tokens) >= max(map(score, short)) - 1e-12


def test_a_beam_without_width_is_an_error():
    with pytest.raises(ValueError, match="width 1 or more, got 0"):
        beam(make("ch1_bottleneck", "last"), torch.tensor([[4, EOS]]), torch.tensor([2]), width=0)


def test_a_sentence_that_never_ends_is_cut():
    model = make("ch1_bottleneck", "last")
    torch.nn.init.zeros_(model.decoder.embedding.bias)
    with torch.no_grad():
        model.decoder.embedding.bias[EOS] = -1e9
    for width in (1, 3):
        short, long = translate_ids(model, [[4, EOS], [4, 5, 6, EOS]], width)
        assert (len(short.tokens), len(long.tokens)) == (2 * 2 + 10, 2 * 4 + 10)
        assert EOS not in short.tokens + long.tokens


def test_a_beam_whose_scores_are_no_numbers_says_so_and_drops_no_sentence():
    model = make("ch3_attention", "dot")
    torch.nn.init.constant_(model.decoder.readout.weight, float("nan"))
    with pytest.raises(FloatingPointError, match=r"finite score, got none for sentence 0 of the"):
        translate_ids(model, SOURCES, width=3)
