"""The explorer, driven as a reader drives it: by setting the values of its widgets."""

import struct
import unicodedata
from html import escape

import ipywidgets
import pytest
from matplotlib import pyplot as plt

from attention_course import data
from attention_course.course import preset
from attention_course.runs.experiment import prepare
from attention_course.runs.trained import translate
from attention_course.widgets.explorer import LONGEST, explore

SENTENCES = ["a b c", "b a"]


@pytest.fixture(scope="module")
def models():
    """Two rungs that have learned nothing yet: what they say is decided by the seed."""
    names = {"Bottleneck": ("ch1_bottleneck", "last"), "Attention": ("ch3_attention", "dot")}
    made = {}
    for name, (stem, variant) in names.items():
        run = preset(stem, variant, "copy", "smoke", train_pairs=50, held_out_pairs=5)
        made[name] = prepare(run, data.load(run))
    return made


@pytest.fixture
def explorer(models):
    return explore(models, SENTENCES)


def size_of(png):
    """Width and height of a PNG, from its header."""
    header = bytes(png[:24])
    assert header.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", header[16:])


def is_seen(answer):
    return answer.column.layout.display != "none"


def test_it_is_a_widget_that_opens_with_the_first_sentence_and_every_model(explorer, models):
    assert isinstance(explorer, ipywidgets.VBox)
    assert explorer.sentence.value == SENTENCES[0]
    for name, answer in explorer.outputs.items():
        [translation] = translate(models[name], SENTENCES[:1])
        assert answer.text.value == f"<b>{name}</b>: {escape(translation.output)}"
        assert min(size_of(answer.image.value)) > 100
        assert is_seen(answer)


def test_a_typed_sentence_changes_what_is_said_and_what_is_drawn(explorer, models):
    before = {name: (one.text.value, one.image.value) for name, one in explorer.outputs.items()}
    explorer.sentence.value = "t s r q p o n m l k"
    for name, answer in explorer.outputs.items():
        text, image = before[name]
        assert answer.text.value != text
        assert size_of(answer.image.value)[0] > size_of(image)[0]  # more source words: wider


def test_a_chosen_example_is_put_where_a_sentence_is_typed(explorer):
    before = explorer.outputs["Attention"].image.value
    explorer.example.value = SENTENCES[1]
    assert explorer.sentence.value == SENTENCES[1]
    assert explorer.outputs["Attention"].image.value != before


def test_a_model_that_is_not_chosen_is_neither_seen_nor_asked(explorer):
    explorer.shown["Bottleneck"].value = False
    before = explorer.outputs["Bottleneck"].text.value
    explorer.sentence.value = "t s r q p"
    assert not is_seen(explorer.outputs["Bottleneck"])
    assert explorer.outputs["Bottleneck"].text.value == before
    assert is_seen(explorer.outputs["Attention"])
    explorer.shown["Bottleneck"].value = True
    assert is_seen(explorer.outputs["Bottleneck"])
    assert explorer.outputs["Bottleneck"].text.value != before


@pytest.mark.parametrize(
    ("sentence", "said"),
    [("", "Nothing to translate"), ("  ", "Nothing"), ("a " * (LONGEST + 1), f"at most {LONGEST}")],
)
def test_a_sentence_that_cannot_be_shown_gets_one_kind_line(explorer, sentence, said):
    explorer.sentence.value = sentence
    assert said in explorer.message.value
    assert not any(is_seen(answer) for answer in explorer.outputs.values())
    explorer.sentence.value = "a b"
    assert explorer.message.value == ""
    assert all(is_seen(answer) for answer in explorer.outputs.values())


def test_words_that_a_model_does_not_know_are_named_and_are_not_read_as_html(explorer):
    explorer.sentence.value = "a <b>밥을 c"
    for answer in explorer.outputs.values():
        assert answer.text.value.endswith("it cannot know: &lt;b&gt;밥을")
        assert is_seen(answer)


def test_no_figure_stays_open(explorer):
    before = plt.get_fignums()
    explorer.sentence.value = "c b a"
    assert plt.get_fignums() == before


def test_nothing_to_explore_is_refused(models):
    with pytest.raises(ValueError, match="at least one model and one sentence, got 2 and 0"):
        explore(models, [])
    with pytest.raises(ValueError, match="got 0 and 2"):
        explore({}, SENTENCES)


def test_a_sentence_of_marks_that_nobody_sees_is_asked_for_again(explorer):
    explorer.sentence.value = "\u200b \ufeff"
    assert explorer.message.value.startswith("Nothing to translate yet")


def test_a_sentence_pasted_with_letters_in_parts_is_understood():
    run = preset("ch3_attention", "dot", "pocket-korean", "smoke")
    corpus = data.load(run)
    sentence = corpus.train[0].source
    model = {"Attention": prepare(run, corpus)}
    typed = explore(model, [sentence])
    before = typed.outputs["Attention"].text.value
    assert "New to it" not in before
    typed.sentence.value = unicodedata.normalize("NFD", sentence)
    assert typed.outputs["Attention"].text.value == before
