"""Hangul without a font: readable Latin letters by arithmetic on Unicode."""

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given

from attention_course.figures.hangul import has_hangul, romanise

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("한국", "hanguk"),
        ("나는 책을 읽었다 .", "naneun chaegeul ilgeotda ."),
        ("강아지", "gangaji"),
        ("꽃이", "kkochi"),
        ("값", "gap"),
        ("값이", "gapsi"),
        ("가", "ga"),
        ("힣", "hit"),
        ("괜찮아", "gwaenchana"),
        ("ㅋㅋ", "kk"),
        ("Tom은 2:30에", "Tomeun 2:30e"),
        ("½ …", "½ …"),
        ("", ""),
    ],
)
def test_words_are_written_as_a_reader_expects(written, latin):
    assert romanise(written) == latin


@given(st.text(SYLLABLES, min_size=1))
def test_every_syllable_becomes_small_latin_letters(text):
    latin = romanise(text)
    assert latin.isascii()
    assert latin.isalpha()
    assert latin.islower()


@given(st.text(SYLLABLES | st.characters()))
def test_no_hangul_is_left_whether_composed_or_not(text):
    assert not has_hangul(romanise(text))
    assert romanise(unicodedata.normalize("NFD", text)) == romanise(text)


def test_a_text_without_hangul_has_none():
    assert has_hangul("a 책")
    assert not has_hangul("a book, 本")
