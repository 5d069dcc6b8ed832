"""A learner's own text: whatever a file holds, it is learned from, or refused in words."""

import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_course import cli, data
from attention_course.claims import trained as claims_runs
from attention_course.config import OWN_TEXT
from attention_course.course import preset, read_run
from attention_course.data import own_text
from attention_course.data.division import MAX_HELD_OUT, MIN_PAIRS, divide_text, groups, same
from attention_course.data.pairs import Pair
from attention_course.data.text_checks import MAX_CHARACTERS, MAX_WORDS, sift
from attention_course.data.text_files import read_text
from attention_course.runs import experiment

ROOT = Path(__file__).parents[1]
MONTHS = "January February March April May June July August September October".split()


def dates(number):
    """So many different pairs, each word of which stands in many others."""
    generator = random.Random(number)
    found = {}
    while len(found) < number:
        month, day, hour = (
            generator.randrange(10),
            generator.randint(1, 28),
            generator.randint(1, 12),
        )
        korean = f"{month + 1}월 {day}일 오전 {hour}시 ."
        found[korean] = f"At {hour} on {MONTHS[month]} {day} ."
    return list(found.items())


def file_of(folder, rows, name="mine.tsv", ends="\n", encoding="utf-8"):
    """A file of lines whose columns stand between tabs."""
    file = folder / name
    text = "".join("\t".join([row] if isinstance(row, str) else row) + ends for row in rows)
    file.write_bytes(text.encode(encoding))
    return file


def found_in(folder, *extra):
    """What is found in sixty good lines with some more behind them: done and lines, by kind."""
    _, findings = sift(read_text([file_of(folder, [*dates(60), *extra])]))
    return {one.what: (one.done, one.lines) for one in findings}


def test_a_good_file_has_nothing_to_remark_on(tmp_path):
    assert found_in(tmp_path) == {}
    text = own_text.read([tmp_path / "mine.tsv"])
    assert text.checks[1] == "  nothing to remark on"
    assert text.checks[2] == (
        "60 pairs, hangul letters to latin letters: 48 to learn from, 6 to choose by, "
        "6 to be judged on"
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", "blank line"),
        ("  \t ", "blank line"),
        ("just one", "not two columns"),
        ("one\ttwo\tthree", "not two columns"),
        ("one\t", "a side is empty"),
        ("\ttwo", "a side is empty"),
        ("\u200b\ttwo", "a side is empty"),
        ("a\x00b\tc", "a control character"),
        ("a\x1b[2Jb\tc", "a control character"),
        ("\t".join(dates(60)[3]), "copy of an earlier pair"),
        (
            " \u00a0".join(dates(60)[3][0].split(" ")) + "\t" + dates(60)[3][1],
            "copy of an earlier pair",
        ),
        ("a " * 101 + "\tb", "a side of more than 100 words or 500 characters"),
        ("a\t" + "가" * 501, "a side of more than 100 words or 500 characters"),
    ],
)
def test_a_line_that_is_left_out_is_counted_with_its_number(tmp_path, line, kind):
    assert found_in(tmp_path, line) == {kind: ("left out", [61])}


def test_the_copy_of_a_pair_in_letters_in_parts_is_a_copy(tmp_path):
    source, target = dates(60)[0]
    line = f"{unicodedata.normalize('NFD', source)}\t{target}"
    assert found_in(tmp_path, line) == {"copy of an earlier pair": ("left out", [61])}


@pytest.mark.parametrize(
    ("lines", "kind", "done"),
    [
        (["Tom\tTom"], "both sides are the same", "kept"),
        (['"Hallo"\thello'], "in a spreadsheet's quotation marks", "kept as text"),
        (["톰\tTom \ufffd"], "a character that was lost before (\ufffd)", "kept"),
        (["톰\tTom is a man of many words and of few deeds, they say."],
         "lengths that do not fit each other", "kept"),
        (["At 3 on May 30 .\t5월 30일 오전 3시 ."],
         "the columns seem to have changed places", "kept"),
        ([unicodedata.normalize("NFD", "톰은 가요\tTom goes")],
         "letters in parts (NFD, as macOS writes)", "put together"),
        (["l\u00c3\u00a4uft\truns"], "letters of UTF-8 that was read wrongly (Ã¤ for ä)", "kept"),
        (["&quot;톰&quot;\tTom"], "characters as HTML writes them (&quot;)", "kept"),
        (["톰은 가\u200b요\tTom goes"], "marks that nobody sees", "taken out"),
    ],
)  # fmt: skip
def test_a_line_that_is_kept_but_odd_is_remarked_on(tmp_path, lines, kind, done):
    assert found_in(tmp_path, *lines) == {kind: (done, [61])}


def test_a_source_with_two_translations_is_remarked_on_in_both_lines(tmp_path):
    assert found_in(tmp_path, (dates(60)[0][0], "Another one .")) == {
        "a source with several translations": ("kept", [1, 61])
    }


@pytest.mark.parametrize("heads", ["source\ttarget", "Korean\tEnglish", "한국어\t영어"])
def test_heads_of_columns_are_no_sentences(tmp_path, heads):
    _, findings = sift(read_text([file_of(tmp_path, [heads, *dates(60)])]))
    assert findings == [("heads of columns", "left out", [1])]


def test_quotes_are_text_and_nothing_is_read_across_lines(tmp_path):
    rows = [*dates(60), '"He said\tEr sagte', 'Go"\tGeh']
    kept, _ = sift(read_text([file_of(tmp_path, rows)]))
    assert [one.pair for one in kept[-2:]] == [Pair('"He said', "Er sagte"), Pair('Go"', "Geh")]


def test_empty_columns_of_a_spreadsheet_behind_the_second_do_not_count(tmp_path):
    contents = read_text([file_of(tmp_path, [(*row, "", " ") for row in dates(60)])])
    assert [(line.source, line.target) for line in contents.lines] == dates(60)


@pytest.mark.parametrize(
    ("encoding", "ends", "message"),
    [
        ("utf-8", "\n", "60 lines, UTF-8"),
        ("utf-8", "\r\n", "60 lines, UTF-8, Windows line ends"),
        ("utf-8", "\r", "60 lines, UTF-8"),
        ("utf-8-sig", "\n", "60 lines, UTF-8 with a byte order mark"),
        ("utf-16", "\r\n", "60 lines, UTF-16, Windows line ends"),
    ],
)
def test_the_ways_in_which_programs_write_unicode_are_read_alike(tmp_path, encoding, ends, message):
    contents = read_text([file_of(tmp_path, dates(60), ends=ends, encoding=encoding)])
    assert [(line.source, line.target) for line in contents.lines] == dates(60)
    assert contents.summary == message


@pytest.mark.parametrize("mark", ["\u2028", "\x0b", "\x0c", "\x85", "\x1e"])
def test_only_an_end_of_line_ends_a_line(tmp_path, mark):
    rows = [*dates(60), f"톰{mark}은\tTom"]
    kept, findings = sift(read_text([file_of(tmp_path, rows)]))
    assert kept[-1].pair == Pair("톰 은", "Tom")
    assert findings == []


GERMAN = [(f"läuft für {number}", f"runs for {number}") for number in range(60)]
RUSSIAN = [(f"собака бежит {number}", f"a dog runs {number}") for number in range(60)]
JAPANESE = [(f"わたしは犬です{number}", f"I am a dog {number}") for number in range(60)]
CHINESE = [(f"我们是学生{number}", f"we are students {number}") for number in range(60)]


@pytest.mark.parametrize(
    ("rows", "encoding", "message"),
    [
        (dates(60), "cp949", "it looks like cp949 (Korean Windows): save it as UTF-8"),
        (GERMAN, "latin-1", "it looks like cp1252 (Western Windows)"),
        (RUSSIAN, "cp1251", "it looks like cp1251 (Cyrillic Windows)"),
        (JAPANESE, "cp932", "it looks like cp932 (Japanese Windows)"),
        (CHINESE, "gb18030", "it looks like gb18030 (Chinese Windows)"),
        (dates(60), "utf-16-le", "UTF-16 without its mark"),
    ],
)
def test_another_encoding_is_refused_with_a_guess_and_a_remedy(tmp_path, rows, encoding, message):
    with pytest.raises(ValueError, match="mine") as refused:
        read_text([file_of(tmp_path, rows, encoding=encoding)])
    assert message in str(refused.value)


def test_the_line_of_the_first_bad_byte_is_named(tmp_path):
    file = file_of(tmp_path, dates(60))
    file.write_bytes(file.read_bytes() + b"\xb0\xa1\tgo\n")
    with pytest.raises(ValueError, match="first in line 61"):
        read_text([file])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([",".join(row) for row in GERMAN], "a comma in most lines, as in CSV"),
        ([";".join(row) for row in GERMAN], "a semicolon in most lines, as in CSV"),
        ([" ||| ".join(row) for row in GERMAN], "no tab but ||| in most lines"),
        ([(*row, "CC-BY") for row in GERMAN], "3 in most lines; keep the two with the sentences"),
        ([row[0] for row in GERMAN], "two files of lines: --data SOURCE.txt TARGET.txt"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_it_seems_to_be(tmp_path, rows, message):
    with pytest.raises(ValueError, match="expected two columns with a tab between") as no:
        read_text([file_of(tmp_path, rows)])
    assert message in str(no.value)


@pytest.mark.parametrize(
    ("begins", "message"),
    [
        (b"PK\x03\x04", "a workbook"),
        (b"\xd0\xcf\x11\xe0", "an old workbook"),
        (b"\x1f\x8b", "unpack it first"),
        (b"%PDF-1.7", "a PDF"),
        (b"", "an empty file"),
        (b"\n \n", "an empty file"),
    ],
)
def test_a_file_that_is_no_plain_text_is_named(tmp_path, begins, message):
    file = tmp_path / "mine.tsv"
    file.write_bytes(begins and begins + b"\x00" * 60 if begins.strip() else begins)
    with pytest.raises(ValueError, match=message):
        read_text([file])


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="got no such file; check the path"):
        read_text([tmp_path / "none.tsv"])
    with pytest.raises(FileNotFoundError, match="got a folder"):
        read_text([tmp_path])


def two_files(folder, rows, more=""):
    """A file of each side's lines, the second with something behind."""
    sides = [folder / "mine.ko", folder / "mine.en"]
    for file, lines in zip(sides, zip(*rows, strict=True), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    sides[1].write_text(sides[1].read_text(encoding="utf-8") + more, encoding="utf-8")
    return sides


def test_two_files_of_lines_are_the_same_text_as_one_of_two_columns(tmp_path):
    both = own_text.read(two_files(tmp_path, dates(60)))
    one = own_text.read([file_of(tmp_path, dates(60))])
    assert both.parts == one.parts
    assert [line.split("  ")[1] for line in both.checksums.splitlines()] == ["mine.ko", "mine.en"]


def test_two_files_of_different_length_are_refused(tmp_path):
    with pytest.raises(ValueError, match="got 60 and 61; line n of one"):
        own_text.read(two_files(tmp_path, dates(60), "one more\n"))


def test_one_side_empty_in_two_files_keeps_the_others_in_step(tmp_path):
    files = two_files(tmp_path, [*dates(60)[:30], ("톰", ""), ("", ""), *dates(60)[30:]])
    kept, findings = sift(read_text(files))
    assert [(one.pair.source, one.pair.target) for one in kept] == dates(60)
    assert findings == [("blank line", "left out", [32]), ("a side is empty", "left out", [31])]


def test_too_few_pairs_are_refused_with_the_number_that_is_needed(tmp_path):
    file = file_of(tmp_path, [*dates(49), "broken", *dates(49)[:2]])
    with pytest.raises(ValueError, match="at least 50 different pairs, got 49") as refused:
        own_text.read([file])
    message = str(refused.value)
    assert message.startswith("mine.tsv: ")
    assert message.endswith("left out: 1 x not two columns, 2 x copy of an earlier pair")
    assert len(own_text.read([file_of(tmp_path, dates(50))]).parts.train) == 40


def test_pairs_that_all_hang_together_are_refused():
    with pytest.raises(ValueError, match="got 100 of 100 that hang together"):
        divide_text([Pair("yes", f"ja {number}") for number in range(100)])


PAIRS = st.lists(
    st.builds(Pair, st.sampled_from([f"S{n}{m}" for n in range(70) for m in ("", " !")]),
              st.sampled_from([f"t{n}{m}" for n in range(70) for m in ("", ".")])),
    min_size=50, max_size=150, unique=True,
)  # fmt: skip


@given(PAIRS)
def test_no_sentence_of_either_side_stands_in_two_parts(pairs):
    try:
        parts = divide_text(pairs)
    except ValueError:
        with pytest.raises(ValueError, match="hang together"):
            divide_text(pairs)
        return
    assert sorted(map(str, [*parts.train, *parts.validation, *parts.test])) == sorted(
        map(str, pairs)
    )
    for left, right in combinations(parts, 2):
        for side in ("source", "target"):
            assert {same(getattr(one, side)) for one in left}.isdisjoint(
                same(getattr(one, side)) for one in right
            )


def test_sentences_that_share_one_through_others_are_one_group():
    pairs = [Pair("a", "1"), Pair("b", "1 !"), Pair("B.", "2"), Pair("c", "3"), Pair("!", "4")]
    assert sorted(map(len, groups(pairs))) == [1, 1, 3]


def test_a_group_that_would_be_most_of_a_part_is_learned_from():
    star = [Pair("yes", f"ja {number}") for number in range(30)]
    parts = divide_text([*star, *(Pair(*row) for row in dates(170))])
    assert set(star) <= set(parts.train)
    assert (len(parts.validation), len(parts.test)) == (20, 20)


def test_the_order_of_lines_does_not_matter():
    pairs = [Pair(*row) for row in dates(200)]
    assert divide_text(pairs[::-1]) == divide_text(pairs)


def test_lines_that_are_added_move_few_others():
    pairs = [Pair(*row) for row in dates(600)]
    before, after = divide_text(pairs[:500]), divide_text(pairs)
    for old, new in zip(before, after, strict=True):
        moved = set(old) - set(new)
        assert len(moved) <= 20 if len(old) < 100 else len(moved) <= 30


def test_words_are_the_units_where_all_are_known_and_subwords_where_not(tmp_path):
    dated = own_text.read([file_of(tmp_path, dates(300))])
    assert dated.units == "words"
    assert dated.checks[-1].startswith("units: words: 0% of the words that are held out")
    rows = [(f"단어{number}는 간다", f"word{number} goes") for number in range(300)]
    unknown = own_text.read([file_of(tmp_path, rows)])
    assert unknown.units == "subwords"
    assert unknown.checks[-1].startswith("units: subwords: 50% of the words")
    hindi = [(f"हिंदी में {number % 7} लिखो {number}", f"write {number}") for number in range(60)]
    assert "letters carry marks" in own_text.read([file_of(tmp_path, hindi)]).checks[-1]


def test_in_words_every_mark_is_a_word_and_in_subwords_the_text_is_as_written(tmp_path):
    rows = [(korean.replace(" .", "."), english) for korean, english in dates(300)]
    words = own_text.read([file_of(tmp_path, rows)])
    assert all(pair.source.endswith(" .") for pair in words.parts.train)
    rows = [(f"단어{number}는 간다.", f"word{number} goes") for number in range(300)]
    subwords = own_text.read([file_of(tmp_path, rows)])
    assert all(pair.source.endswith("간다.") for pair in subwords.parts.train)


def test_the_settings_of_a_preset_follow_the_size_of_the_text(tmp_path):
    small = own_text.read([file_of(tmp_path, dates(100))])
    rows = [(f"wort{n} läuft", f"word{n} runs") for n in range(9_000)]
    large = own_text.read([file_of(tmp_path, rows)])
    assert small.settings("cpu")["epochs"] > large.settings("cpu")["epochs"] >= 4
    assert small.settings("cpu")["batch_size"] < large.settings("cpu")["batch_size"]
    assert large.settings("cpu")["train_pairs"] == 7_200
    assert large.settings("cpu")["held_out_pairs"] == 900
    assert 200 <= large.settings("cpu")["vocabulary_size"] < 2_000
    assert large.settings("smoke")["train_pairs"] == 320
    for size in ("smoke", "cpu", "gpu"):
        run = preset("ch4_self_attention", "transformer", OWN_TEXT, size, **large.settings(size))
        assert run.reads == "mine.tsv"
    with pytest.raises(ValueError, match="expected a preset among smoke, cpu, gpu, got 'huge'"):
        small.settings("huge")


def test_what_a_preset_leaves_aside_is_said(tmp_path):
    file = file_of(tmp_path, dates(600))
    settings = own_text.read([file]).settings("smoke")
    corpus = data.load(preset("ch3_attention", "dot", OWN_TEXT, "smoke", **settings), [file])
    assert len(corpus.train) == 320
    assert corpus.about[-1] == "preset smoke learns from 320 of these 480 pairs"


def test_a_run_on_a_corpus_of_the_course_has_the_card_and_the_name_that_it_had():
    run = claims_runs.caption_run("dot", 0)
    assert "own_text" not in run.to_dict()
    assert read_run(run.to_dict()) == run
    assert claims_runs.card_name(run) == "multi30k/ch3_attention-dot-7ca822-seed0"
    own = preset("ch3_attention", "dot", OWN_TEXT, own_text="ab" * 32 + "  a b.tsv")
    assert read_run(json.loads(json.dumps(own.to_dict()))) == own
    assert own.text_names == ["a b.tsv"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run folder and the file that it has learned from, a line of which is broken."""
    folder = tmp_path_factory.mktemp("own")
    file = file_of(folder, [*dates(120), "broken"])
    words = f"train --data {file} ch3_attention --preset smoke --threads 1 --out {folder / 'run'}"
    assert cli.main(words.split()) == 0
    return folder / "run", file


def test_the_card_says_what_was_learned_from_and_holds_no_folder(finished, capsys):
    folder, file = finished
    text = (folder / "run.json").read_text(encoding="utf-8")
    made = json.loads(text)
    assert made["run"]["data"] == OWN_TEXT
    assert made["run"]["own_text"].endswith("  mine.tsv")
    assert any("not two columns" in line for line in made["about_text"])
    assert str(file.parent) not in text


def test_evaluate_finds_the_text_where_it_was(finished, capsys):
    folder, _ = finished
    assert cli.main(["evaluate", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("ch3_attention (scaled) on mine.tsv, preset smoke")
    assert cli.main(["evaluate", str(folder), "--json"]) == 0
    card = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == card["metrics"]


def moved(finished, tmp_path):
    """The run folder alone, as if on another machine."""
    copy = tmp_path / "run"
    copy.mkdir()
    for name in (
        "run.json",
        "vocabulary.json",
        "weights.safetensors",
        "weights.safetensors.sha256",
    ):
        (copy / name).write_bytes((finished[0] / name).read_bytes())
    return copy


def test_a_text_that_is_gone_is_asked_for_and_may_have_another_name(
    finished, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATTENTION_COURSE_DATA", raising=False)
    copy = moved(finished, tmp_path)
    assert cli.main(["evaluate", str(copy)]) == 2
    assert (
        "expected mine.tsv, the text of this run, in the current folder" in capsys.readouterr().err
    )
    other = tmp_path / "other name.tsv"
    other.write_bytes(finished[1].read_bytes())
    assert cli.main(["evaluate", str(copy), "--data", str(other)]) == 0
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.tsv").write_bytes(finished[1].read_bytes())
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(tmp_path / "texts"))
    assert cli.main(["evaluate", str(copy)]) == 0


def test_a_text_that_has_changed_is_refused(finished, tmp_path, capsys):
    file = file_of(tmp_path, [*dates(120), "broken", "one\tmore"])
    assert cli.main(["evaluate", str(moved(finished, tmp_path)), "--data", str(file)]) == 2
    error = capsys.readouterr().err
    assert "expected mine.tsv as it was when this run was made (sha256" in error
    assert "put the old text back" in error


def resume(finished, file):
    words = f"train ch3_attention --data {file} --preset smoke --threads 1 --resume --out"
    return cli.main([*words.split(), str(finished[0])])


def test_resuming_goes_on_with_the_same_text_under_any_name_and_with_no_other(
    finished, tmp_path, capsys
):
    finished = shutil.copytree(finished[0], tmp_path / "run"), finished[1]
    assert resume(finished, finished[1]) == 0
    assert "This run is finished" in capsys.readouterr().out
    assert resume(finished, file_of(tmp_path, [*dates(120), "broken"], "renamed.tsv")) == 0
    capsys.readouterr()
    assert resume(finished, file_of(tmp_path, [*dates(121), "broken"])) == 2
    assert experiment.text_paths(finished[0]) == [tmp_path / "renamed.tsv"]
    assert "expected the text that the stored run learns from" in capsys.readouterr().err
    assert resume(finished, tmp_path / "gone.tsv") == 2
    assert "got no such file" in capsys.readouterr().err


def test_translate_says_which_text_a_model_reads(finished, capsys):
    source = dates(120)[0][0].replace(" .", ".")
    assert cli.main(["translate", str(finished[0]), unicodedata.normalize("NFD", source)]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main(["translate", str(finished[0]), "never ."]) == 0
    assert "(this model reads mine.tsv)" in capsys.readouterr().err


def test_the_checks_are_printed_before_training_and_alone(finished, tmp_path, capsys):
    _, file = finished
    assert cli.main(["data", "check", str(file)]) == 0
    checked = capsys.readouterr().out
    assert "not two columns" in checked
    assert "line 121" in checked
    words = f"train ch1_bottleneck --preset smoke --threads 1 --out {tmp_path / 'x'} --data {file}"
    assert cli.main(words.split()) == 0
    assert capsys.readouterr().out.startswith(checked)


@pytest.mark.parametrize("stem", ["ch2_averaging", "ch4_self_attention"])
def test_two_files_train_every_rung(stem, tmp_path, capsys):
    files = " ".join(map(str, two_files(tmp_path, dates(60))))
    words = f"train {stem} --preset smoke --threads 1 --out {tmp_path / 'x'} --data {files}"
    assert cli.main(words.split()) == 0
    assert "on mine.ko and mine.en, preset smoke" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("train --data copy --out x", "expected a chapter among"),
        ("train ch3_attention --data mine.tsv --out x", "expected a text file at mine.tsv"),
        ("train ch3_attention --data a.ko b.en c.fr --out x", "got 3 files"),
        ("train ch3_attention --data klingon --out x", "or a file of your own"),
        (
            "train ch3_attention --data pocket-koraen --out x",
            "expected a data set among pocket-kor",
        ),
        ("train ch3_attention --data copy reverse --out x", "expected a text file at copy"),
        ("train ch3_attention --data own-text --out x", "expected a text file at own-text"),
        ("data check mine.tsv", "expected a text file at mine.tsv"),
    ],
)
def test_a_mistake_in_naming_a_text_is_answered_in_one_line(
    words, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words.split()) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_the_chapter_may_stand_behind_the_data(monkeypatch, tmp_path):
    taken = []
    monkeypatch.setattr(experiment, "run_experiment", lambda run, *rest, **more: taken.append(run))
    for order in ("--data copy ch2_averaging", "ch2_averaging --data copy"):
        assert cli.main(f"train {order} --out {tmp_path}".split()) == 0
    assert taken[0] == taken[1]
    assert (taken[0].stem, taken[0].data) == ("ch2_averaging", "copy")


def test_checking_a_text_needs_no_torch(tmp_path):
    file = file_of(tmp_path, dates(60))
    code = (
        "import sys\nfrom attention_course import cli\n"
        f"assert cli.main(['data', 'check', {str(file)!r}]) == 0\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_page_shows_what_the_check_prints(tmp_path):
    [*good, last] = dates(501)
    faults = ["", "one column", good[7], "톰\t", "Tom\tTom"]
    rows = [*good[:400], *faults, *good[400:], (last[1], last[0])]
    checks = own_text.read([file_of(tmp_path, rows)]).checks
    page = (ROOT / "book" / "data.md").read_text(encoding="utf-8")
    assert "\n".join(checks) in page


def test_the_page_says_the_sizes_that_the_code_has():
    page = " ".join((ROOT / "book" / "data.md").read_text(encoding="utf-8").split())
    for message in (
        f"at most {MAX_HELD_OUT:,} pairs each",
        f"so {MIN_PAIRS} pairs are the least",
        f"more than {MAX_WORDS} words or {MAX_CHARACTERS} characters",
        f"takes at most {own_text.MAX_PAIRS['smoke']} pairs",
        f"at most {own_text.MAX_PAIRS['cpu']:,} pairs",
    ):
        assert message in page
    assert own_text.MAX_UNKNOWN == 1 / 100
    assert own_text.MAX_PAIRS["gpu"] == 1_000_000 / 2
