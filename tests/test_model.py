"""What every model must keep, tried on one that no chapter has: one stack that has no encoder."""

import importlib.util
from pathlib import Path

import pytest
import torch

from attention_course import course
from attention_course.judging.decoding import beam, greedy, translate_ids
from attention_course.models.model import Model
from attention_course.vocabulary import BOS, EOS

FILE = Path(__file__).parent / "recipes/chapter/src/attention_course/ladder/ch6_prompt.py"
SOURCE = torch.tensor([[4, 5, 6, 7, 2], [8, 9, 2, 0, 0]])
LENGTHS = torch.tensor([5, 3])
TARGET_IN = torch.tensor([[1, 4, 5, 6], [1, 7, 8, 9]])


@pytest.fixture
def prompted():
    """A model that reads the source and its own past as one text, its weights drawn at random."""
    specification = importlib.util.spec_from_file_location("prompted", FILE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    settings = module.StackedSettings(layers=2, heads=2)
    run = course.Run("ch6_prompt", "prompt", "copy", settings, d_model=6)
    torch.manual_seed(0)
    model = module.CHAPTER.build(run, 11, 13).double().eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.7)
    return model


def test_a_model_that_says_nothing_of_itself_is_told_what_it_must_say():
    model = Model()
    with pytest.raises(NotImplementedError, match="what it keeps of a source"):
        model.encode(SOURCE, LENGTHS)
    with pytest.raises(NotImplementedError, match="before the first word"):
        model.begin(None)
    with pytest.raises(NotImplementedError, match="one word after another"):
        model.step(SOURCE[:, 0], None, ())
    with pytest.raises(NotImplementedError, match="all words at once"):
        model(SOURCE, LENGTHS, TARGET_IN)


def test_a_model_without_an_encoder_is_padded_and_steps_as_the_others(prompted):
    together = prompted(SOURCE, LENGTHS, TARGET_IN)
    alone = prompted(SOURCE[1:, :3], LENGTHS[1:], TARGET_IN[1:])
    torch.testing.assert_close(together.logits[1:], alone.logits, atol=1e-9, rtol=0)
    assert together.weights.shape == (2, 4, 5 + 4)
    memory = prompted.encode(SOURCE, LENGTHS)
    past = prompted.begin(memory)
    for index, tokens in enumerate(TARGET_IN.unbind(1)):
        logits, maps, past = prompted.step(tokens, memory, past)
        torch.testing.assert_close(logits, together.logits[:, index], atol=1e-9, rtol=0)
        expected = together.maps[:, :, :, index, : 5 + index + 1]
        torch.testing.assert_close(maps, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize("search", [greedy, beam])
def test_the_columns_of_a_map_are_the_source_and_then_what_was_written_before(prompted, search):
    translations = search(prompted, SOURCE, LENGTHS)
    for translation, length, source in zip(translations, LENGTHS, SOURCE, strict=True):
        count = len(translation.tokens)
        assert translation.weights.shape == (count, int(length) + count)
        torch.testing.assert_close(
            translation.weights.sum(1), torch.ones(count, dtype=torch.float64)
        )
        past = translation.weights[:, int(length) :]
        assert torch.equal(past, past.tril())  # the columns of the future hold nothing
        target_in = torch.tensor([[BOS, *translation.tokens[:-1]]])
        at_once = prompted(source[None, :length], length[None], target_in).weights[0]
        torch.testing.assert_close(translation.weights, at_once)


def test_a_batch_of_such_a_model_is_decoded_as_its_sentences_one_by_one(prompted):
    sources = [[4, 5, 6, 7, 8, EOS], [9, EOS], [10, 4, 4, EOS]]
    for width in (1, 3):
        for source, together in zip(sources, translate_ids(prompted, sources, width), strict=True):
            [alone] = translate_ids(prompted, [source], width)
            assert alone.tokens == together.tokens
            torch.testing.assert_close(alone.weights, together.weights)


def test_the_map_of_any_layer_can_be_asked_for(prompted):
    first, last = (translate_ids(prompted, [[4, 5, EOS]], layer=layer)[0] for layer in (0, 1))
    assert first.tokens == last.tokens
    assert not torch.allclose(first.weights, last.weights)
