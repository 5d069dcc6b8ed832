"""Hangul in figures: a font that has it, or none."""

from pathlib import Path

from attention_course.figures import hangul
from attention_course.figures.hangul import find_font


def test_without_a_fitting_file_no_font_is_found(monkeypatch, tmp_path):
    broken = tmp_path / "NanumGothic.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [str(broken)])
    hangul.find_font.cache_clear()
    assert find_font() is None
    hangul.find_font.cache_clear()


def test_a_latin_font_does_not_count_as_one_with_hangul():
    from matplotlib import font_manager

    assert not hangul.draws_hangul(Path(font_manager.findfont("DejaVu Sans")))
