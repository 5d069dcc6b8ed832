"""The course's own font: all of Hangul, whatever is installed; its name, its licence, its uses."""

import importlib.util
import io
import re
import unicodedata
import warnings
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib import pyplot as plt

import build_book
import make_font
from attention_course.data import pocket_korean
from attention_course.figures import hangul, plotting
from attention_course.figures.hangul import FONT, find_font
from attention_course.korean.hangul import has_hangul
from attention_course.widgets import explorer
from home import ROOT

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
LETTERS = [chr(code) for code in range(0x3131, 0x3164)]  # ㄱ to ㅣ
NO_LONGER_USED = "ꥠ"  # a letter of old Korean that NanumGothic has not
SOURCE, TARGET = "작가는 극장에서 영화를 봤어요 .".split(), "똠얌꿍 , ㅋㅋ !".split()
WEIGHTS = np.full((len(TARGET), len(SOURCE)), 0.2)
CACHES = (hangul.installed_fonts, hangul.characters, hangul.name_in_matplotlib)
SHOWN = [
    *ROOT.glob("*.md"),
    *ROOT.glob("book/**/*.md"),
    *ROOT.glob("book/**/*.ipynb"),
    *ROOT.glob("notebooks/**/*.ipynb"),
    *ROOT.glob("results/**/*.json"),
]


@pytest.fixture
def only_latin(monkeypatch):
    """A machine without any font but those that matplotlib brings."""
    brought = [font for font in font_manager.fontManager.ttflist if "DejaVu" in font.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", brought)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    for kept in CACHES:
        kept.cache_clear()
    with mpl.rc_context({"backend": "agg"}), warnings.catch_warnings():
        warnings.simplefilter("error")  # such as that of a glyph that is missing
        yield
    plt.close("all")
    for kept in CACHES:
        kept.cache_clear()


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_every_syllable_and_letter_has_an_outline_of_its_own():
    with TTFont(FONT) as font:
        glyphs, outlines = font.getBestCmap(), font["glyf"]
        names = [glyphs[ord(character)] for character in SYLLABLES + LETTERS]
        assert len(set(names)) == len(names)
        assert all(outlines[name].numberOfContours != 0 for name in names)


def test_it_has_all_that_counts_as_hangul_but_letters_that_are_no_longer_used():
    absent = {
        chr(code)
        for code in range(0x10000)
        if has_hangul(chr(code)) and code not in hangul.characters(FONT)
    }
    assert absent.isdisjoint(SYLLABLES + LETTERS)
    assert NO_LONGER_USED in absent


def test_it_has_the_characters_of_plain_text():
    plain = {chr(code) for code in range(0x20, 0x7F)} | set("…·“”‘’–—×→≤≥∑")
    assert {ord(one) for one in plain} <= hangul.characters(FONT)


@pytest.mark.usefixtures("only_latin")
def test_without_an_installed_font_a_heatmap_shows_hangul():
    ax = plotting.heatmap(WEIGHTS, SOURCE, TARGET, title="뷁 looks back", gloss=False)
    ax.figure.canvas.draw()
    assert (labels(ax.xaxis), labels(ax.yaxis)) == (SOURCE, TARGET)
    assert ax.get_title() == "뷁 looks back"
    assert make_font.NAME in ax.get_xticklabels()[0].get_fontfamily()


@pytest.mark.usefixtures("only_latin")
@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_without_an_installed_font_a_heatmap_can_be_saved(kind):
    ax = plotting.heatmap(WEIGHTS, SOURCE, TARGET)
    file = io.BytesIO()
    ax.figure.savefig(file, format=kind)
    assert len(file.getvalue()) > 1000


@pytest.mark.usefixtures("only_latin")
def test_without_an_installed_font_the_explorer_shows_hangul():
    other = [word.replace("작가", "학생") for word in SOURCE]
    drawn = [explorer.draw(WEIGHTS.tolist(), words, TARGET) for words in (SOURCE, other)]
    assert drawn[0] != drawn[1]  # two boxes would be alike


@pytest.mark.usefixtures("only_latin")
def test_a_text_with_a_letter_that_no_font_has_is_written_in_latin_letters():
    assert find_font(f"책 {NO_LONGER_USED}") is None
    ax = plotting.heatmap(WEIGHTS, ["책", NO_LONGER_USED, "a", "b", "c"], TARGET)
    ax.figure.canvas.draw()
    assert labels(ax.xaxis)[0] == "chaek"
    assert not has_hangul("".join(labels(ax.yaxis)))


@pytest.mark.usefixtures("only_latin")
def test_syllables_that_come_in_parts_are_drawn_whole():
    parted = [unicodedata.normalize("NFD", word) for word in SOURCE]
    ax = plotting.heatmap(WEIGHTS, parted, TARGET)
    assert labels(ax.xaxis) == SOURCE


@pytest.mark.parametrize(
    ("text", "installed", "chosen"),
    [
        ("", "책冊", FONT.stem),
        ("책, a book…", "책,", FONT.stem),
        ("책 冊", "책冊", "installed"),
        ("책 冊", "책", FONT.stem),  # no better than ours
        ("책 冊", "冊", FONT.stem),  # more of the rest does not outweigh Hangul
        ("책 冊", "", FONT.stem),
        (f"책 {NO_LONGER_USED}", f"책{NO_LONGER_USED}", "installed"),
        (f"책 {NO_LONGER_USED}", NO_LONGER_USED, None),
    ],
)
def test_the_characters_of_a_text_decide_between_the_fonts(monkeypatch, text, installed, chosen):
    fonts = {FONT: hangul.characters(FONT), Path("installed.ttf"): set(map(ord, installed))}
    monkeypatch.setattr(hangul, "installed_fonts", lambda: [Path("installed.ttf")])
    monkeypatch.setattr(hangul, "characters", fonts.__getitem__)
    monkeypatch.setattr(hangul, "name_in_matplotlib", lambda file: file.stem)
    assert find_font(text) == chosen


@pytest.mark.usefixtures("only_latin")
def test_a_file_that_is_no_font_is_passed_over(monkeypatch, tmp_path):
    broken = tmp_path / "NanumGothic.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(broken)])
    hangul.installed_fonts.cache_clear()
    assert hangul.installed_fonts() == [broken]
    assert hangul.characters(broken) == set()
    assert find_font("책 冊") == make_font.NAME


def test_an_installed_font_that_is_good_to_read_comes_first(monkeypatch):
    files = ["Unifont.ttf", "NanumGothicBold.ttf", "DejaVuSans.ttf", "NanumGothic-Regular.ttf"]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: files)
    hangul.installed_fonts.cache_clear()
    found = [file.name for file in hangul.installed_fonts()]
    hangul.installed_fonts.cache_clear()
    assert found[:2] == ["NanumGothic-Regular.ttf", "NanumGothicBold.ttf"]
    assert "DejaVuSans.ttf" not in found


def test_a_font_is_made_known_to_matplotlib_once():
    known = len(font_manager.fontManager.ttflist)
    for _ in range(3):
        find_font("책")
    assert len(font_manager.fontManager.ttflist) <= known + 1


def lacking(text):
    """The characters of a text that only an installed font could draw: as wide as Hangul."""
    others = {one for one in set(text) if ord(one) not in hangul.characters(FONT)}
    return {one for one in others if has_hangul(one) or unicodedata.east_asian_width(one) in "FW"}


def test_nothing_that_the_book_shows_needs_an_installed_font():
    assert len(SHOWN) > 30
    assert {file.name: lacking(file.read_text(encoding="utf-8")) for file in SHOWN} == {
        file.name: set() for file in SHOWN
    }
    assert lacking("책 冊") == {"冊"}


def test_no_sentence_of_pocket_korean_needs_an_installed_font():
    pairs = pocket_korean.corpus(3000, 1, 1).train
    assert lacking("".join(pair.source for pair in pairs)) == set()


def test_the_font_is_part_of_what_decides_whether_pages_are_executed_again(monkeypatch, tmp_path):
    assert FONT in build_book.files_in(ROOT / "src")
    monkeypatch.setattr(build_book, "ROOT", tmp_path)
    (tmp_path / "src").mkdir()
    keys = set()
    for data in (FONT.read_bytes(), FONT.read_bytes()[:-1]):
        (tmp_path / "src" / FONT.name).write_bytes(data)
        keys.add(build_book.cache_key())
    assert len(keys) == 2


def records(file):
    """The numbered names of a font, in every language."""
    with TTFont(file) as font:
        return [(record.nameID, record.toUnicode()) for record in font["name"].names]


def reserved_names():
    """The names that the notice reserves, without spaces, in small letters."""
    notice = make_font.LICENCE.read_text(encoding="utf-8").partition("\nThis Font Software")[0]
    names = " ".join(notice.partition("with Reserved Font Name ")[2].split()).strip(" ,").split(",")
    return {name.replace(" ", "").lower() for name in names}


def test_no_name_of_the_font_is_one_that_its_makers_reserve():
    assert {"nanum", "nanumgothic", "navernanum"} <= reserved_names()
    names = records(FONT)
    assert {make_font.NAME} == {text for number, text in names if number in (1, 4)}
    for _, text in names:
        plain = text.replace(" ", "").lower()
        assert not [name for name in (*reserved_names(), "나눔") if name in plain]


def test_the_font_carries_its_copyright_and_its_licence_and_the_whole_text_stands_beside_it():
    told = dict(records(FONT))
    assert told[0].startswith("Copyright © 2011 NHN Corporation.")
    assert "SIL Open Font License, Version 1.1" in told[13]
    licence = make_font.LICENCE.read_text(encoding="utf-8")
    assert make_font.LICENCE.parent == FONT.parent
    assert "\nCopyright (c) 2010, NAVER Corporation" in licence
    for words in ("may be sold by itself", "TERMINATION", "OTHER DEALINGS IN THE FONT SOFTWARE."):
        assert words in licence
    with TTFont(FONT) as font:
        assert font["OS/2"].fsType == 0  # may be embedded


def test_the_tool_makes_the_same_bytes_from_the_same_source():
    try:
        made = make_font.course_font()
    except make_font.OtherSourceError as reason:
        pytest.skip(f"the font is not made again: {reason}")
    assert made == FONT.read_bytes()


def test_another_source_is_refused(tmp_path):
    other = tmp_path / "NanumGothic.ttf"
    with pytest.raises(make_font.OtherSourceError, match="got no file; install Debian's package"):
        make_font.course_font(other)
    other.write_bytes(b"another version")
    with pytest.raises(make_font.OtherSourceError, match=r"expected .* with sha256 48a.*, got \w+"):
        make_font.course_font(other)


def test_the_font_of_the_website_has_the_hangul_that_is_shown_and_nothing_else():
    shown = unicodedata.normalize("NFD", "<p>나는 책을 a book ㅋ")
    font = TTFont(io.BytesIO(make_font.web_font([shown])))
    assert font.flavor == "woff2"
    assert set(map(chr, font.getBestCmap())) == set("나는책을ㅋ")
    assert font["name"].getDebugName(1) == make_font.NAME
    assert "SIL Open Font License" in font["name"].getDebugName(13)


def test_a_website_without_hangul_can_be_built():
    font = TTFont(io.BytesIO(make_font.web_font(["a book"])))
    assert not font.getBestCmap()


def test_a_browser_asks_for_the_font_where_there_is_hangul_and_nowhere_else():
    css = (ROOT / "book" / "_static" / "custom.css").read_text(encoding="utf-8")
    [ranges] = re.findall(r"unicode-range: ([^;]*);", css)
    pairs = re.findall(r"U\+([0-9A-F]+)-([0-9A-F]+)", ranges)
    asked = {code for first, last in pairs for code in range(int(first, 16), int(last, 16) + 1)}
    drawn = {code for code in hangul.characters(FONT) if has_hangul(chr(code))}
    assert drawn <= asked
    named = {unicodedata.name(chr(code), "HANGUL").split()[0] for code in asked}
    assert named == {"HANGUL", "PARENTHESIZED", "CIRCLED", "KOREAN"}
    assert f'font-family: "{make_font.NAME}"' in css
    assert css.count(f', "{make_font.NAME}";') == 3  # text, headings, code


def test_the_website_gets_its_font_and_the_licence_when_it_is_built(tmp_path):
    place = ROOT / "book" / "_ext" / "course_site.py"
    specification = importlib.util.spec_from_file_location("course_site", place)
    course_site = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(course_site)
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text("<p>책</p>", encoding="utf-8")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    course_site.bring_hangul(app, ValueError("a page failed"))
    assert not [*(tmp_path / "_static").iterdir()]
    course_site.bring_hangul(app, None)
    with TTFont(tmp_path / "_static" / "hangul.woff2") as font:
        assert list(font.getBestCmap()) == [ord("책")]
    licence = (tmp_path / "_static" / "hangul-OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
