import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_course.vocabulary import EOS, UNK, Subwords, Words, from_json, learn

TEXTS = [
    "Ein kleines Mädchen klettert in ein Spielhaus aus Holz.",
    "Zwei junge Männer sind im Freien in der Nähe vieler Büsche.",
    "Mehrere Männer mit Schutzhelmen bedienen ein Antriebsradsystem.",
]


def test_words_are_ranked_by_frequency_and_then_by_alphabet():
    assert Words.learn(["b a b c", "b a d"], 7).tokens[4:] == ["b", "a", "c"]


def test_unknown_words_become_unk():
    words = Words(["a"])
    assert words.encode("a z") == [4, UNK]
    assert words.decode([4, UNK, EOS]) == "a <unk>"


@given(st.lists(st.sampled_from(["나는", "빵을", "먹어요", "."]), min_size=1, max_size=9))
def test_words_decode_to_what_was_encoded(chosen):
    words = Words(["나는", "빵을", "먹어요", "."])
    assert words.decode(words.encode(" ".join(chosen))) == " ".join(chosen)


def test_subwords_decode_to_the_written_text_exactly():
    subwords = Subwords.learn(TEXTS, 120)
    for text in TEXTS:
        assert subwords.decode([*subwords.encode(text), EOS]) == text


def test_subwords_are_the_same_whenever_they_are_learned():
    assert Subwords.learn(TEXTS, 120).to_json() == Subwords.learn(TEXTS, 120).to_json()


def test_subwords_group_into_the_written_words():
    subwords = Subwords.learn(TEXTS, 80)
    ids = [*subwords.encode("Ein Antriebsradsystem, mit Holz."), EOS]
    words = subwords.words(ids)
    written = ["Ein", "Antriebsradsystem", ",", "mit", "Holz", ".", "<eos>"]
    assert [word.text.replace("<unk>", ",") for word in words] == written
    assert [place for word in words for place in word.positions] == list(range(len(ids)))
    assert len(words[1].positions) > 1


@pytest.mark.parametrize("units", ["words", "subwords"])
def test_a_vocabulary_comes_back_from_its_text(units):
    before = learn(units, TEXTS, 100)
    after = from_json(before.to_json())
    assert after.encode(TEXTS[0]) == before.encode(TEXTS[0])
    assert len(after) == len(before)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"units": "subwords"}'])
def test_what_is_no_vocabulary_is_refused(text):
    with pytest.raises(ValueError, match="expected a vocabulary written by this course"):
        from_json(text)
