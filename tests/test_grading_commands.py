"""The grader as an instructor uses it: one command after the other, each with words of its own."""

import csv
import io
import json
import os
import random
import subprocess
import sys

import psutil
import pytest

import submissions
from attention_course.cli import main
from attention_course.grading.result import Result
from submissions import ASSIGNMENTS, ROOT, SOURCES, as_bytes, class_of, notebook, stripped

pytestmark = submissions.needs_bubblewrap
WHERE = ["--assignments", str(SOURCES)]
ITEMS = ASSIGNMENTS["ch3_attention"].items
WRONG = {
    "dot_scores": "def dot_scores(queries, keys):\n    return keys @ queries.transpose(1, 2)\n"
}


@pytest.fixture
def handed_in(tmp_path):
    """What three learners hand in: all right with its metadata stripped, one mistake, no file."""
    for name, data in (
        ("ann", as_bytes(stripped(notebook("ch3_attention")))),
        ("bob", as_bytes(notebook("ch3_attention", WRONG))),
        ("eve", b"{"),
    ):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ch3_attention.ipynb").write_bytes(data)
    return tmp_path


def test_from_a_folder_of_notebooks_to_feedback_and_grades(handed_in, capsys):
    room = str(handed_in / "class")
    assert main(["grade", "collect", room, str(handed_in / "in"), *WHERE]) == 0
    assert main(["grade", "run", room, *WHERE]) == 0
    printed = capsys.readouterr().out
    assert "3 learners, 3 submissions" in printed
    assert "Sandbox: bubblewrap; its self-test found nothing." in printed
    assert "3 submissions graded, 0 were graded already" in printed
    assert printed.endswith(f"next: attention-course grade manual {room}\n")
    assert main(["grade", "run", room, *WHERE]) == 0
    assert "0 submissions graded, 3 were graded already" in capsys.readouterr().out

    sheet = handed_in / "sheet.csv"
    assert main(["grade", "manual", room, "--write", str(sheet), *WHERE]) == 0
    rows = list(csv.DictReader(sheet.open(encoding="utf-8-sig")))
    assert len(rows) == 4
    with sheet.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(row | {"points": "2", "comment": "Well said."} for row in rows)
    assert main(["grade", "manual", room, "--read", str(sheet), *WHERE]) == 0
    capsys.readouterr()
    assert main(["grade", "run", room, "--only", "ann", "--again", *WHERE]) == 0
    printed = capsys.readouterr().out
    assert "1 submission graded, 0 were graded already" in printed
    assert printed.endswith(
        f"next: attention-course grade report {room}; then feedback and export\n"
    )

    assert main(["grade", "report", room]) == 0
    printed = capsys.readouterr().out
    assert "1 × The axes are turned around: queries come first." in printed
    assert "eve (learner-0003), ch3_attention: The file is not a notebook" in printed

    url = ["--url", "https://example.org/feedback/"]
    assert main(["grade", "feedback", room, str(handed_in / "pages"), *url]) == 0
    whose = list(csv.DictReader((handed_in / "class" / "whose.csv").open(encoding="utf-8-sig")))
    assert [row["learner"] for row in whose] == ["ann", "bob", "eve"]
    addresses = [f"https://example.org/feedback/{row['file']}" for row in whose]
    assert [row["address"] for row in whose] == addresses
    assert main(["grade", "feedback", room, str(handed_in / "pages"), "--url", "example.org"]) == 2
    assert "expected --url https://..." in capsys.readouterr().err
    page = (handed_in / "pages" / whose[0]["file"]).read_text(encoding="utf-8")
    assert "15 of 15 points" in page
    assert "Well said." in page

    assert main(["grade", "export", room, "csv", str(handed_in / "grades.csv")]) == 0
    rows = list(csv.DictReader((handed_in / "grades.csv").open(encoding="utf-8-sig")))
    points = {(row["learner"], row["item"]): row["points"] for row in rows}
    assert points["ann", "ch3.dot_scores"] == "1"
    assert points["bob", "ch3.dot_scores"] == "0"
    assert points["eve", "ch3.dot_scores"] == "pending"
    assert "1 learner (eve)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["run", "{at}/nothing", *WHERE], "expected a class in"),
        (["run", "{at}", "--jobs", "0", *WHERE], "expected --jobs of at least 1"),
        (["collect", "{at}/class", "{at}/nothing", *WHERE], "expected a folder or a zip"),
        (["collect", "{at}/class", "{at}/in", "--chapter", "ch9", *WHERE], "expected --chapter"),
        (["collect", "{at}/class", "{at}/in", "--assignments", "{at}"], "expected the assignments"),
        (["export", "{at}/nothing", "csv", "{at}/x.csv"], "expected a class in"),
        (["check", "{at}/in/eve/ch3_attention.ipynb"], "not a notebook, or only a part"),
    ],
)
def test_a_mistake_of_the_instructors_is_told_in_one_line(handed_in, capsys, words, why):
    assert main(["grade", *(word.replace("{at}", str(handed_in)) for word in words)]) == 2
    printed = capsys.readouterr().err
    assert why in printed
    assert "Traceback" not in printed


def test_a_run_that_cannot_begin_leaves_no_sandbox_behind(tmp_path):
    before = psutil.Process().children()
    assert main(["grade", "run", str(tmp_path / "nothing"), *WHERE]) == 2
    assert [one for one in psutil.Process().children() if one not in before] == []


def test_a_key_that_is_too_short_is_refused(handed_in, capsys):
    (handed_in / "key").write_text("short")
    room = str(handed_in / "class")
    main(["grade", "collect", room, str(handed_in / "in"), *WHERE])
    assert main(["grade", "run", room, "--key", str(handed_in / "key"), *WHERE]) == 2
    assert "expected a key of at least 16 bytes" in capsys.readouterr().err


def test_the_visible_checks_run_on_a_notebook_without_its_class(handed_in, capsys):
    assert main(["grade", "check", str(handed_in / "in" / "ann" / "ch3_attention.ipynb")]) == 0
    assert capsys.readouterr().out.count("✓") == 6
    assert main(["grade", "check", str(handed_in / "in" / "bob" / "ch3_attention.ipynb")]) == 2
    printed = capsys.readouterr()
    assert "✗ ch3.dot_scores: The axes are turned around" in printed.out
    assert "1 of 6 exercises are not right yet" in printed.err


def test_a_terminal_that_cannot_show_a_tick_stops_no_command(handed_in):
    environment = os.environ | {"PYTHONIOENCODING": "cp949", "PYTHONPATH": str(ROOT / "src")}
    notebook = handed_in / "in" / "ann" / "ch3_attention.ipynb"
    command = [sys.executable, "-m", "attention_course.cli", "grade", "check", str(notebook)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=1800)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("cp949").count("+ ch3.") >= 6


@pytest.mark.parametrize(
    ("encoding", "tick", "name"),
    [
        ("utf-8", "✓ ×", "김민지"),
        ("cp949", "+ ×", "김민지"),
        ("ascii", "+ x", r"\uae40\ubbfc\uc9c0"),
    ],
)
def test_all_is_printed_where_the_terminal_cannot_show_it(monkeypatch, encoding, tick, name):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    main(["chapters"])
    print("✓ × 김민지 \udc80", flush=True)
    assert stream.buffer.getvalue().decode(encoding).endswith(f"{tick} {name} \\udc80\n")


def test_korean_is_printed_as_korean_and_control_characters_as_text(tmp_path, capsys):
    who = "김민지\x1b[2J"
    room = class_of(tmp_path / "class", {who: b"{"})
    found = [
        Result(item, "unreadable", None, maximum, "No.").as_record() for item, maximum in ITEMS
    ]
    sha = room.submissions()[who, "ch3_attention"].sha
    room.results.append({"learner": who, "chapter": "ch3_attention", "submission": sha,
                         "key": "k", "at": "now", "results": found})  # fmt: skip
    assert main(["grade", "report", str(room.root)]) == 0
    assert main(["grade", "export", str(room.root), "csv", str(tmp_path / "grades.csv")]) == 0
    printed = capsys.readouterr().out
    assert printed.count(r"김민지\x1b[2J (learner-0001)") == 1
    assert printed.count(r"1 learner (김민지\x1b[2J)") == 1
    assert "\x1b" not in printed


def test_old_pages_of_feedback_are_told(handed_in, capsys):
    room = class_of(handed_in / "class", {"ann": b"{"})
    (handed_in / "pages").mkdir()
    (handed_in / "pages" / "learner-0001.html").write_text("old")
    (handed_in / "pages" / "whose.csv").write_text("old")
    assert main(["grade", "feedback", str(room.root), str(handed_in / "pages")]) == 0
    assert "holds 2 files of an earlier version" in capsys.readouterr().err


def test_the_classroom_workflow_names_a_command_that_exists():
    text = (ROOT / "notebooks" / "classroom" / "checks.yml").read_text(encoding="utf-8")
    assert 'attention-course grade check "$notebook"' in text
    assert "permissions:\n  contents: read" in text


def test_the_released_notebooks_left_empty_get_nothing_and_no_error(tmp_path):
    room = submissions.class_of(
        tmp_path / "class",
        {"ann": (ROOT / "notebooks" / "exercises" / "ch1_bottleneck.ipynb").read_bytes()},
        "ch1_bottleneck",
    )
    found = submissions.graded(room)
    assert {one.status for one in found} == {"missing"}
    assert {one.points for one in found} == {0}


def test_the_demo_class_is_what_it_says(tmp_path):
    import demo_class

    made = demo_class.files(random.Random(0))
    assert len(made) == 30
    assert len({json.dumps(name) for name in made}) == 30
