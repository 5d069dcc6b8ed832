"""The same demands on every rung: padding, the future, and what each context may read."""

import io

import jaxtyping
import pytest
import torch

from attention_course.config import RecurrentSettings
from attention_course.course import CHAPTERS, build, chapter, preset
from attention_course.models.context import Attended, Context
from small_runs import known

SIZES = {"d_state": 8, "d_hidden": 10, "heads": 2, "layers": 2}  # those that a model knows
TRAINED_SIZES = {"dropout": 0.0}  # those of the cpu preset
RUNGS = [(stem, variant) for stem, one in CHAPTERS.items() for variant in one.variants]
RECURRENT = [rung for rung in RUNGS if CHAPTERS[rung[0]].settings_type is RecurrentSettings]
OPTIONS = [
    {},
    {"bidirectional": True},
    {"learned_start": True},
    {"input_feeding": "context"},
    {"input_feeding": "attentional"},
    {"layers_above": 2},
    {"layers_above": 1, "input_feeding": "attentional"},
]
CASES = [(*rung, {}) for rung in RUNGS] + [
    (*rung, options) for rung in RECURRENT for options in OPTIONS[1:]
]
SOURCE = torch.tensor([[4, 5, 6, 7, 2], [8, 9, 2, 0, 0]])
LENGTHS = torch.tensor([5, 3])
TARGET_IN = torch.tensor([[1, 4, 5, 6], [1, 7, 8, 9]])


def make(stem: str, variant: str, dtype=torch.float64, **options):
    sizes = {"d_model": 6, "dropout": 0.0, **known(stem, SIZES), **options}
    run = preset(stem, variant, "copy", "smoke", **sizes)
    torch.manual_seed(0)
    return build(run, 11, 13).to(dtype).eval()


def columns(model, length):
    """Of a map over this batch: the columns of a source of so many tokens, and of its padding.

    A model that reads its own past has columns for that, too: it is real.
    """
    size, steps = SOURCE.shape[1], TARGET_IN.shape[1]
    if model.reads == ("past",):
        return list(range(steps)), []
    past = list(range(size, size + steps)) if "past" in model.reads else []
    return [*range(length), *past], list(range(length, size))


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_a_sentence_alone_and_padded_in_a_batch_get_the_same_logits(stem, variant, options):
    model = make(stem, variant, **options)
    together = model(SOURCE, LENGTHS, TARGET_IN)
    alone = model(SOURCE[1:, :3], LENGTHS[1:], TARGET_IN[1:])
    torch.testing.assert_close(together.logits[1:], alone.logits, atol=1e-9, rtol=0)
    real, padding = columns(model, length=3)
    torch.testing.assert_close(together.weights[1:, :, real], alone.weights, atol=1e-9, rtol=0)
    assert (together.weights[1, :, padding] == 0).all()


@pytest.mark.parametrize(("stem", "variant"), RUNGS)
def test_padding_changes_nothing_at_the_size_that_is_trained(stem, variant):
    run = preset(stem, variant, "multi30k", "cpu", **TRAINED_SIZES)
    model = build(run, 11, 13).eval()
    with torch.no_grad():
        together = model(SOURCE, LENGTHS, TARGET_IN).logits[1:]
        alone = model(SOURCE[1:, :3], LENGTHS[1:], TARGET_IN[1:]).logits
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_what_stands_in_the_padding_does_not_matter(stem, variant, options):
    model, other = make(stem, variant, **options), SOURCE.clone()
    other[1, 3:] = 10
    before, after = model(SOURCE, LENGTHS, TARGET_IN), model(other, LENGTHS, TARGET_IN)
    torch.testing.assert_close(before.logits, after.logits, atol=1e-9, rtol=0)


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_a_changed_future_changes_no_earlier_logit(stem, variant, options):
    model = make(stem, variant, **options)
    before = model(SOURCE, LENGTHS, TARGET_IN).logits
    for place in range(1, 4):
        changed = TARGET_IN.clone()
        changed[:, place] = 10
        after = model(SOURCE, LENGTHS, changed).logits
        torch.testing.assert_close(before[:, :place], after[:, :place], atol=1e-12, rtol=0)
        assert not torch.allclose(before[:, place], after[:, place])


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_one_step_at_a_time_gives_the_logits_of_all_steps_at_once(stem, variant, options):
    model = make(stem, variant, **options)
    at_once = model(SOURCE, LENGTHS, TARGET_IN)
    memory = model.encode(SOURCE, LENGTHS)
    past = model.begin(memory)
    for place, tokens in enumerate(TARGET_IN.unbind(1)):
        logits, maps, past = model.step(tokens, memory, past)
        torch.testing.assert_close(logits, at_once.logits[:, place], atol=1e-9, rtol=0)
        expected = at_once.maps[:, :, :, place, : maps.shape[3]]  # a past has grown so far
        torch.testing.assert_close(maps, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize(("stem", "variant", "options"), CASES)
def test_the_weights_of_every_step_sum_to_one(stem, variant, options):
    model = make(stem, variant, **options)
    weights = model(SOURCE, LENGTHS, TARGET_IN).weights
    real, padding = columns(model, length=3)
    assert weights.shape == (2, 4, len(real) + len(padding))
    torch.testing.assert_close(weights.sum(2), torch.ones(2, 4, dtype=torch.float64))


@pytest.mark.parametrize(("stem", "variant"), RECURRENT)
def test_which_encoder_states_each_context_reads(stem, variant):
    model = make(stem, variant)
    memory = model.encode(SOURCE, LENGTHS)
    before = model.decoder(TARGET_IN, memory)
    for place in range(5):
        states = memory.states.clone()
        states[1, place] += 1.0
        keys = model.decoder.context.keys(states)
        after = model.decoder(TARGET_IN, memory._replace(states=states, keys=keys))
        moved = not torch.equal(before.logits[1], after.logits[1])
        last_only = variant == "last"
        assert moved == (place == 2 if last_only else place < 3)
        if stem == "ch3_attention":
            assert torch.equal(before.weights[1], after.weights[1]) == (place > 2)


def test_in_the_transformer_a_changed_source_state_moves_the_weights():
    model = make("ch4_self_attention", "transformer")
    memory = model.encode(SOURCE, LENGTHS)
    before = model.decode(TARGET_IN, memory)
    states = memory.states.clone()
    states[1, 1, 0] += 1.0
    after = model.decode(TARGET_IN, model.remember(states, memory.mask))
    assert not torch.allclose(before.logits[1], after.logits[1])
    assert not torch.allclose(before.weights[1], after.weights[1])
    torch.testing.assert_close(before.logits[0], after.logits[0])


def test_the_transformer_gives_the_weights_of_all_layers_and_heads():
    output = make("ch4_self_attention", "transformer")(SOURCE, LENGTHS, TARGET_IN)
    assert output.maps.shape == (2, 2, 2, 4, 5)
    torch.testing.assert_close(output.maps[:, -1].mean(1), output.weights)


def test_without_positions_the_transformer_encoder_does_not_know_the_order():
    model = make("ch4_self_attention", "transformer")
    source, order = torch.tensor([[4, 5, 6, 7, 2]]), [2, 0, 1, 4, 3]
    lengths = torch.tensor([5])
    with_order = model.encode(source[:, order], lengths).states
    assert not torch.allclose(model.encode(source, lengths).states[:, order], with_order)
    model = make("ch4_self_attention", "transformer", positions=False)
    without = model.encode(source[:, order], lengths).states
    torch.testing.assert_close(model.encode(source, lengths).states[:, order], without)


def test_rungs_one_to_three_have_the_same_parts_but_for_the_context():
    def shapes(stem, variant):
        model = make(stem, variant)
        return {
            name: value.shape
            for name, value in model.named_parameters()
            if "decoder.context" not in name
        }

    expected = shapes("ch1_bottleneck", "last")
    for stem, variant in RECURRENT:
        assert shapes(stem, variant) == expected


def test_a_decoder_that_starts_from_a_learned_vector_sees_the_source_through_the_socket_alone():
    model = make("ch2_averaging", "mean", learned_start=True)
    memory = model.encode(SOURCE, LENGTHS)
    assert torch.equal(memory.start[0], memory.start[1])


def test_an_unknown_chapter_or_variant_is_named_with_what_there_is():
    with pytest.raises(ValueError, match="expected a chapter among ch1_bottleneck"):
        chapter("ch5_more")
    with pytest.raises(ValueError, match="among scaled, dot, general, additive, got 'echo'"):
        build(preset("ch3_attention", "echo", "copy"), 11, 13)


def test_an_odd_size_of_state_cannot_be_read_both_ways():
    with pytest.raises(ValueError, match="even d_state, got 7; try d_state=8"):
        make("ch1_bottleneck", "last", bidirectional=True, d_state=7)


def test_options_of_recurrent_decoders_are_refused_by_the_transformer():
    with pytest.raises(ValueError, match=r"got bidirectional=True; .*: leave out bidirectional$"):
        make("ch4_self_attention", "transformer", bidirectional=True)


def test_the_readout_can_be_shown_one_half_of_what_it_sees():
    blind = make("ch3_attention", "dot", predict_from="query", learned_start=True)
    other = SOURCE.flip(0)[:, [0, 0, 0, 0, 0]]
    before, after = blind(SOURCE, LENGTHS, TARGET_IN), blind(other, LENGTHS, TARGET_IN)
    torch.testing.assert_close(before.logits, after.logits, atol=0, rtol=0)  # a_t never arrives
    forgetful = make("ch1_bottleneck", "last", predict_from="context", learned_start=True)
    before = forgetful(SOURCE, LENGTHS, TARGET_IN).logits
    after = forgetful(SOURCE, LENGTHS, TARGET_IN.flip(1)).logits
    torch.testing.assert_close(before, after, atol=0, rtol=0)  # nor does s_t
    both = make("ch1_bottleneck", "last", learned_start=True)
    changed = both(SOURCE, LENGTHS, TARGET_IN.flip(1)).logits
    assert not torch.equal(both(SOURCE, LENGTHS, TARGET_IN).logits, changed)


def test_a_transformer_refuses_a_readout_that_it_does_not_have():
    with pytest.raises(ValueError, match="predict_from"):
        make("ch4_self_attention", "transformer", predict_from="query")


class Told(Context):
    """A context that reads what it is told to."""

    def __init__(self, vectors):
        super().__init__()
        self.vectors = vectors

    def forward(self, queries, states, mask, keys):
        return Attended(self.vectors, self.vectors[:, :, :5])


@pytest.mark.parametrize("layers_above", [0, 1, 2])
def test_only_with_a_layer_above_does_a_word_depend_on_what_was_read_for_earlier_ones(layers_above):
    model = make("ch3_attention", "dot", layers_above=layers_above)
    vectors = torch.randn(2, 4, 8, dtype=torch.float64, requires_grad=True)
    model.decoder.context = Told(vectors)
    model(SOURCE, LENGTHS, TARGET_IN).logits[:, 2].sum().backward()
    depends = vectors.grad.abs().sum(dim=(0, 2)) > 0
    assert depends.tolist() == [layers_above > 0, layers_above > 0, True, False]


def test_less_than_no_layer_above_is_refused():
    with pytest.raises(ValueError, match="got -1; try 0 or 1"):
        make("ch3_attention", "dot", layers_above=-1)


def test_a_learned_start_lies_in_memory_as_the_rnn_of_a_gpu_wants_it():
    start = make("ch3_attention", "dot", learned_start=True).encode(SOURCE, LENGTHS).start
    assert start.is_contiguous()


def test_input_feeding_drops_the_same_features_at_every_step_of_a_sentence():
    model = make("ch3_attention", "dot", input_feeding="attentional", dropout=0.5).train()
    kept = []
    model.decoder.embedding.logits = lambda readouts: kept.append(readouts) or readouts
    model(SOURCE, LENGTHS, TARGET_IN)
    dropped = kept[0] == 0
    assert dropped.any()
    assert not dropped.all()
    assert (dropped == dropped[:, :1]).all()


@pytest.fixture
def _shapes_unchecked():
    """A check of a shape asks for a number, where an exported program has a name for any number."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


def exported(model, recurrent: bool) -> torch.nn.Module:
    """The model as a program of torch.export, for any number of sentences.

    Of any length too, but for torch's own GRU: its program counts the steps that it was shown.
    """
    free = torch.export.Dim.DYNAMIC
    sizes = {0: free} if recurrent else {0: free, 1: free}
    shapes = {"source": sizes, "lengths": {0: free}, "target_in": sizes}
    shown = (SOURCE, LENGTHS, TARGET_IN)
    return torch.export.export(model, shown, dynamic_shapes=shapes).module()


@pytest.mark.usefixtures("_shapes_unchecked")
@pytest.mark.filterwarnings("ignore:The tensor attributes .*flat_weights")  # torch's own GRU
@pytest.mark.parametrize(
    ("stem", "variant", "options"),
    [*CASES[: len(RUNGS)], *(("ch3_attention", "dot", options) for options in OPTIONS[1:])],
)
def test_every_rung_exports_and_the_program_gives_the_very_same_logits(stem, variant, options):
    model = make(stem, variant, torch.float32, **options)
    recurrent = (stem, variant) in RECURRENT
    program = exported(model, recurrent)
    length, steps = (5, 4) if recurrent else (7, 6)
    for size in (1, 3):
        source = torch.randint(3, 11, (size, length))
        lengths = torch.tensor([length, 2, 1])[:size]
        target_in = torch.randint(1, 13, (size, steps))
        expected = model(source, lengths, target_in)
        output = program(source, lengths, target_in)
        assert torch.equal(output.logits, expected.logits)
        assert torch.equal(output.weights, expected.weights)


@pytest.mark.usefixtures("_shapes_unchecked")
@pytest.mark.filterwarnings("ignore:The tensor attributes .*flat_weights")  # torch's own GRU
@pytest.mark.parametrize("stem", ["ch3_attention", "ch4_self_attention"])
def test_one_step_of_decoding_exports_too_and_can_be_kept_in_a_file(stem):
    class Next(torch.nn.Module):
        """The scores of the first word, as a program that decodes would ask for them."""

        def __init__(self):
            super().__init__()
            self.model = make(stem, CHAPTERS[stem].default, torch.float32)

        def forward(self, source, lengths, tokens):
            memory = self.model.encode(source, lengths)
            return self.model.step(tokens, memory, self.model.begin(memory)).logits

    asked = (SOURCE, LENGTHS, TARGET_IN[:, 0])
    module, file = Next(), io.BytesIO()
    torch.export.save(torch.export.export(module, asked), file)
    file.seek(0)
    program = torch.export.load(file).module()
    assert torch.equal(program(*asked), module(*asked))
