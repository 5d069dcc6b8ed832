import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_course.vocabulary import (
    EOS,
    SPECIALS,
    UNK,
    WORD_START,
    Subwords,
    Words,
    from_json,
    learn,
    normalise,
    tokenise,
)

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
    assert [position for word in words for position in word.positions] == list(range(len(ids)))
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


MARKED = ["Zwei Männer läuft ihr nach .", "유나는 빵을 먹어요 .", 'Sie sagt , " geht\'s gut ? "']
BOTH = pytest.mark.parametrize("units", ["words", "subwords"])


def in_parts(text):
    """The text as macOS writes it: letters and their marks one by one."""
    return unicodedata.normalize("NFD", text)


@BOTH
def test_letters_in_parts_are_the_letters_that_were_learned(units):
    vocabulary = learn(units, MARKED, 120)
    for text in MARKED:
        ids = vocabulary.encode(text)
        assert UNK not in ids
        assert vocabulary.encode(in_parts(text)) == ids


@BOTH
def test_a_text_in_parts_teaches_the_same_vocabulary(units):
    parts = learn(units, [in_parts(text) for text in MARKED], 120)
    assert parts.to_json() == learn(units, MARKED, 120).to_json()


@BOTH
@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e"])
def test_marks_that_nobody_sees_are_not_read(units, mark):
    vocabulary = learn(units, MARKED, 120)
    assert vocabulary.encode(f"{mark}Zwei Män{mark}ner") == vocabulary.encode("Zwei Männer")
    assert vocabulary.encode(mark) == []


def test_a_joiner_stays_where_it_decides_how_letters_are_written():
    assert normalise("می\u200cروم") == "می\u200cروم"


@BOTH
@pytest.mark.parametrize(
    ("typed", "learned"),
    [
        ("geht\u2019s gut", "geht's gut"),
        ("gut\uff1f", "gut ?"),
        ("\uff27ut", "Gut"),
        ("geht's\u00a0gut", "geht's gut"),
        ("geht's\u3000gut", "geht's gut"),
        ("geht's\tgut", "geht's gut"),
        ("\u201egut\u201c", '"gut"'),
    ],
)
def test_a_mark_that_was_not_learned_is_read_as_its_plain_form(units, typed, learned):
    vocabulary = learn(units, [*MARKED, "Gut gut"], 120)
    assert UNK not in vocabulary.encode(typed)
    if units == "words":
        assert vocabulary.encode(typed) == vocabulary.encode(learned)


@BOTH
def test_a_mark_that_was_learned_is_read_as_written(units):
    vocabulary = learn(units, ["geht\u2019s geht's"], 60)
    curly, straight = vocabulary.encode("geht\u2019s"), vocabulary.encode("geht's")
    assert curly != straight
    assert vocabulary.decode(curly) == "geht\u2019s"


def test_a_no_break_space_that_was_learned_keeps_its_id():
    vocabulary = Subwords.learn(["zwei\u00a0Hunde"], 40)
    assert vocabulary.decode(vocabulary.encode("zwei\u00a0Hunde")) == "zwei\u00a0Hunde"


def test_a_word_that_was_never_seen_is_taken_apart_at_its_marks():
    words = Words(["먹어요", ".", "3", "3:30"])
    assert words.encode("먹어요.") == words.encode("먹어요 .")
    assert words.encode("3:30") == [7]
    assert words.encode("never") == [UNK]
    assert words.encode("<never>") == [UNK]


@BOTH
@pytest.mark.parametrize(
    "text", ["Ein <pad> Hund <eos>", "<bos>", "<unk>", "Hund<eos>", "<pad><pad>"]
)
def test_a_typed_control_token_is_text(units, text):
    vocabulary = learn(units, TEXTS, 100)
    assert not {0, 1, 2} & set(vocabulary.encode(text))
    assert vocabulary.encode(text)


@BOTH
def test_a_control_token_in_the_training_text_is_learned_as_text(units):
    vocabulary = learn(units, ["Ein <pad> Hund <eos> <unk>", "<pad> <bos>"], 80)
    for stored in (vocabulary, from_json(vocabulary.to_json())):
        ids = stored.encode("Ein <pad> Hund <eos> <bos> <unk>")
        assert not set(range(len(SPECIALS))) & set(ids)
        assert stored.decode(ids) == "Ein <pad> Hund <eos> <bos> <unk>"


def test_the_mark_of_a_words_beginning_is_no_space_when_it_is_typed():
    subwords = Subwords.learn([f"Ein{WORD_START}Hund bellt"], 60)
    ids = subwords.encode(f"Ein{WORD_START}Hund bellt")
    assert UNK not in ids
    assert subwords.decode(ids) == "Ein_Hund bellt"
    assert [word.text for word in subwords.words(ids)] == ["Ein", "_", "Hund", "bellt"]


def test_a_vocabulary_of_subwords_is_never_larger_than_asked():
    text = " ".join(chr(ord("가") + number) for number in range(300))
    assert len(Subwords.learn([text], 100)) == 100


def test_letters_with_marks_of_their_own_stay_in_one_word():
    subwords = Subwords.learn(["हिंदी में लिखो"], 22)
    words = subwords.words(subwords.encode("हिंदी में लिखो"))
    assert len([word for word in words if word.text]) == 3


@given(st.text(alphabet="aäα가각ᄀ\u0308\u11a8 .<>pade\u200b▁\u00a0", max_size=20))
def test_what_is_normal_stays_as_it_is(text):
    assert normalise(normalise(text)) == normalise(text)
    assert tokenise(tokenise(text)) == tokenise(text)
