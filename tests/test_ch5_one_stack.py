"""One stack: by hand, against PyTorch, with padding, word by word, and where it is told places."""

import pytest
import torch
from torch.nn import functional as F

from attention_course.course import build, preset
from attention_course.ladder.ch4_self_attention import split_heads
from attention_course.ladder.ch5_one_stack import CausalHeads, rotary
from attention_course.models.context import KeysValues

SOURCE, LENGTHS = torch.tensor([[4, 5, 6, 2], [7, 2, 0, 0]]), torch.tensor([4, 2])
TARGET = torch.tensor([[1, 4, 5], [1, 6, 7]])
PLACES = ("sines", "learned", "rotary", "none")


def made(**settings):
    torch.manual_seed(0)
    run = preset("ch5_one_stack", "one-stack", "copy", "smoke", **settings)
    return build(run, 11, 13).eval()


def test_the_second_word_reads_the_mean_of_two_that_offer_alike_and_the_first_itself():
    heads = CausalHeads(d_model=2, heads=1)
    with torch.no_grad():
        for name in ("query", "key", "value", "output"):
            getattr(heads, name).weight.copy_(torch.eye(2))
            getattr(heads, name).bias.zero_()
        heads.query.weight.zero_()  # nobody asks for anything: all weights are the same
    states, places = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]), torch.tensor([[0, 1]])
    mask = torch.ones(1, 2, 2, dtype=torch.bool).tril()
    vector, weights = heads.read(states, places, heads.offer(states, places), mask)
    assert weights[0, 0].tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert vector[0].tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_its_heads_are_pytorchs_causal_attention():
    heads = CausalHeads(d_model=8, heads=2)
    states, places = torch.randn(3, 5, 8), torch.arange(5).expand(3, 5)
    mask = torch.ones(3, 5, 5, dtype=torch.bool).tril()
    ours = heads.read(states, places, heads.offer(states, places), mask).vector
    parts = [
        split_heads(part(states), heads.heads) for part in (heads.query, heads.key, heads.value)
    ]
    theirs = F.scaled_dot_product_attention(*parts, is_causal=True).transpose(1, 2).flatten(2)
    torch.testing.assert_close(ours, heads.output(theirs))


def test_a_word_reads_the_source_and_what_is_before_it_and_nothing_else():
    model = made()
    before = model(SOURCE, LENGTHS, TARGET)
    after = model(SOURCE, LENGTHS, torch.tensor([[1, 4, 9], [1, 6, 9]]))
    assert torch.equal(before.logits[:, :2], after.logits[:, :2])
    assert not torch.equal(before.logits[:, 2], after.logits[:, 2])
    assert before.weights.shape == (2, 3, 4 + 3)
    assert (before.weights[1, :, 2:4] == 0).all()  # padding between the source and the text
    torch.testing.assert_close(before.weights.sum(dim=2), torch.ones(2, 3))


def test_the_source_reads_nothing_of_what_comes_later():
    model = made()
    other = SOURCE.clone()
    other[0, 2] = 9
    kept, changed = model.encode(SOURCE, LENGTHS), model.encode(other, LENGTHS)
    for one, two in zip(kept.kept, changed.kept, strict=True):
        assert torch.equal(one.keys[:, :, :2], two.keys[:, :, :2])
        assert not torch.equal(one.keys[0, :, 2], two.keys[0, :, 2])


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("settings", [{}, {"key_heads": 1}, {"window": 3}])
def test_word_by_word_it_says_what_it_says_at_once(places, settings):
    model = made(places=places, **settings)
    at_once = model(SOURCE, LENGTHS, TARGET)
    memory = model.encode(SOURCE, LENGTHS)
    past = model.begin(memory)
    for step, tokens in enumerate(TARGET.unbind(dim=1)):
        found = model.step(tokens, memory, past)
        past = found.past
        torch.testing.assert_close(found.logits, at_once.logits[:, step])
        size = SOURCE.shape[1] + step + 1
        torch.testing.assert_close(found.maps, at_once.maps[:, :, :, step, :size])


@pytest.mark.parametrize("places", PLACES)
def test_padding_changes_nothing(places):
    model = made(places=places)
    alone = model(SOURCE[1:, :2], LENGTHS[1:], TARGET[1:])
    beside = model(SOURCE, LENGTHS, TARGET)
    torch.testing.assert_close(alone.logits[0], beside.logits[1])


def test_turned_vectors_know_their_distance_alone():
    query, key = torch.randn(2, 1, 1, 1, 8, dtype=torch.float64)
    scores = [
        rotary(query, torch.tensor([[here]])) @ rotary(key, torch.tensor([[there]])).mT
        for here, there in ((5, 2), (105, 102), (3, 0))
    ]
    torch.testing.assert_close(scores[0], scores[1])
    torch.testing.assert_close(scores[0], scores[2])
    assert not torch.allclose(scores[0], query @ key.mT)
    torch.testing.assert_close(rotary(query, torch.tensor([[0]])), query)


def test_without_places_its_own_mask_is_all_that_tells_the_order():
    model = made(places="none", layers=1)
    swapped = torch.tensor([[5, 4, 6, 2], [7, 2, 0, 0]])
    last = torch.tensor([[1], [1]])
    torch.testing.assert_close(
        model(SOURCE, LENGTHS, last).logits, model(swapped, LENGTHS, last).logits
    )
    deeper = made(places="none", layers=2)
    assert not torch.allclose(
        deeper(SOURCE, LENGTHS, last).logits, deeper(swapped, LENGTHS, last).logits
    )


def test_within_a_window_nothing_farther_is_read():
    weights = made(window=2)(SOURCE, LENGTHS, TARGET).maps
    readable = (weights[0] > 0).any(dim=0).any(dim=0)  # [T, S + T]
    assert readable.tolist() == [
        [False, False, False, True, True, False, False],
        [False, False, False, False, True, True, False],
        [False, False, False, False, False, True, True],
    ]


def test_fewer_heads_of_keys_keep_less_and_share_alike():
    whole, shared = made(), made(key_heads=1)
    sizes = [model.encode(SOURCE, LENGTHS).kept[0].keys.numel() for model in (whole, shared)]
    assert sizes[0] == 2 * sizes[1]
    heads = CausalHeads(d_model=4, heads=2, key_heads=1)
    states, places = torch.randn(1, 3, 4), torch.arange(3)[None]
    offered = heads.offer(states, places)
    twice = KeysValues(*(part.repeat(1, 2, 1, 1) for part in offered))
    mask = torch.ones(1, 3, 3, dtype=torch.bool).tril()
    ours = heads.read(states, places, offered, mask).weights
    heads.key_heads = 2
    torch.testing.assert_close(ours, heads.read(states, places, twice, mask).weights)


@pytest.mark.parametrize("sizes", [(6, 4, 0), (8, 4, 3)])
def test_heads_that_do_not_divide_are_refused(sizes):
    with pytest.raises(ValueError, match="expected d_model a multiple of heads"):
        CausalHeads(*sizes)


def test_a_text_longer_than_its_learned_places_is_refused():
    model = made(places="learned")
    source = torch.full((1, 300), 4)
    with pytest.raises(ValueError, match="expected a text of at most 256 tokens"):
        model.encode(source, torch.tensor([300]))


def test_without_a_source_it_is_a_language_model():
    model = made(reads_source=False)
    other = SOURCE.flip(1)
    at_once = model(SOURCE, LENGTHS, TARGET)
    torch.testing.assert_close(at_once.logits, model(other, torch.tensor([4, 4]), TARGET).logits)
    assert at_once.weights.shape == (2, 3, 3)
    memory = model.encode(SOURCE, LENGTHS)
    past = model.begin(memory)
    for step, tokens in enumerate(TARGET.unbind(dim=1)):
        found = model.step(tokens, memory, past)
        past = found.past
        torch.testing.assert_close(found.logits, at_once.logits[:, step])
