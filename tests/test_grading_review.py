"""Answers are read in a real browser: points are saved, and learners' text does nothing."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import sync_playwright
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from attention_course.grading.classroom import Classroom
from attention_course.grading.desk import Desk
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.grader import grade_written
from attention_course.grading.notebook import read_cells
from attention_course.grading.result import Result
from attention_course.grading.review import application
from submissions import ASSIGNMENTS, SOURCES, as_bytes, class_of, notebook

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
STEM, WORDS = "ch3_attention", "ch3.words_attention"
BAD = (
    "<script>document.title = 'owned'; fetch('/owned')</script>\n"
    "<img src=x onerror=\"document.title='owned'\">\n"
    "<svg onload=\"document.title='owned'\">"
    "<style>body { display: none }</style></div></form>\n<form action='https://example.org'>\n"
    "<a href=\"javascript:document.title='owned'\">a link</a> {{ 1 + 1 }} {% raw desk %} &lt;b&gt;"
    "[x](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ <iframe srcdoc='<script>1</script>'>"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A class whose learners write wild things, and the address at which it is read."""
    names = {"<b onmouseover=alert(1)>": BAD, "../../key": "Plain words.", "=1+1": "  "}
    files = {name: as_bytes(notebook(STEM, words=words)) for name, words in names.items()}
    room = class_of(tmp_path_factory.mktemp("review") / "class", files)
    for learner, data in files.items():
        functions = [Result(one.name, "graded", 0.0, float(one.points), BAD)
                     for one in ASSIGNMENTS[STEM].exercises]  # fmt: skip
        words = [grade_written(read_cells(data), one) for one in ASSIGNMENTS[STEM].written]
        room.results.append(
            {
                "learner": learner,
                "chapter": STEM,
                "submission": room.submissions()[learner, STEM].sha,
                "key": "key",
                "at": "now",
                "results": [one.as_record() for one in functions + words],
            }
        )
    process = subprocess.Popen(
        [sys.executable, "-m", "attention_course.cli", "grade", "manual", str(room.root),
         "--names", "--by", "teacher", "--assignments", str(SOURCES)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout
    found = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", process.stdout.readline())
    assert found
    yield room, found[1], found[2]
    process.terminate()
    process.wait()


@pytest.fixture
def page(desk):
    """A page of a browser that has shown the token; it must have nothing to complain of."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: no browser to read answers with")
    printed: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("console", lambda message: printed.append(message.text))
        page.on("dialog", lambda dialog: printed.append("a dialog"))
        page.on("request", lambda one: printed.append(one.url) if "owned" in one.url else None)
        page.goto(f"{desk[1]}/?token={desk[2]}")
        yield page
        browser.close()
    assert [one for one in printed if not re.search("400 |cannot be parsed", one)] == []


def status_of(url: str, **options) -> int:
    """The status of an answer to a request that shows no cookie."""
    request = urllib.request.Request(url, **options)
    try:
        return urllib.request.urlopen(request, timeout=1800).status
    except urllib.error.HTTPError as error:
        return error.code


def test_what_learners_write_is_shown_and_does_nothing(page, desk):
    page.goto(f"{desk[1]}/answer/learner-0001/{WORDS}")
    assert page.title() == f"{WORDS}, learner-0001"
    assert page.locator("#answer").inner_text() == BAD.strip()
    assert page.locator("script, img, svg, iframe, style").count() == 0
    assert page.locator("form").count() == 1
    assert page.locator("body").is_visible()
    page.goto(f"{desk[1]}/item/{WORDS}")
    assert page.get_by_text("<b onmouseover=alert(1)>").count() == 1
    page.goto(f"{desk[1]}/answer/learner-0001/ch3.dot_scores")
    assert page.locator("script, img, svg").count() == 0


def test_no_page_is_wider_than_a_phone(page, desk):
    for path in ("/", f"/item/{WORDS}", f"/answer/learner-0001/{WORDS}"):
        page.goto(desk[1] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_points_and_a_comment_are_saved_and_the_next_answer_comes(page, desk):
    page.get_by_role("link", name=WORDS).click()
    page.get_by_role("link", name="Read the next one that waits").click()
    page.get_by_label("Points, 0 to 2").fill("1.5")
    page.get_by_label("Comment, which the learner will see").fill("Well <i>said</i>.")
    page.get_by_role("button").click()
    assert page.url == f"{desk[1]}/answer/learner-0002/{WORDS}"
    with open_gradebook(desk[0]) as gradebook:
        [grade] = [one for one in gradebook.grades(learner="<b onmouseover=alert(1)>")
                   if one.item == WORDS]  # fmt: skip
    assert (grade.points, grade.comment, grade.by) == (1.5, "Well <i>said</i>.", "teacher")


def test_impossible_points_are_not_saved_and_what_was_typed_stays(page, desk):
    page.goto(f"{desk[1]}/answer/learner-0002/{WORDS}")
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_label("Comment, which the learner will see").fill("typed")
    for wrong, why in (("99", "got 99"), ("nan", "got nan"), ("-1", "got -1"), ("two", "'two'")):
        page.get_by_label("Points, 0 to 2").evaluate(
            "(field, text) => { field.type = 'text'; field.value = text }", wrong
        )
        with page.expect_response(lambda one: one.request.method == "POST") as answered:
            page.get_by_role("button").click()
        assert answered.value.status == 400
        assert why in page.get_by_text("Not saved.").locator("..").inner_text()
        assert page.get_by_label("Comment, which the learner will see").input_value() == "typed"
        page.locator("form").evaluate("form => form.noValidate = true")
    with open_gradebook(desk[0]) as gradebook:
        [grade] = [one for one in gradebook.grades(learner="../../key") if one.item == WORDS]
    assert grade.given is None


def test_an_empty_answer_does_not_wait(desk):
    with open_gradebook(desk[0]) as gradebook:
        [grade] = [one for one in gradebook.grades(learner="=1+1") if one.item == WORDS]
    assert (grade.status, grade.points) == ("missing", 0)


def test_points_that_were_given_are_corrected_on_the_page_and_it_says_so(page, desk):
    item = "ch3.dot_scores"
    page.goto(desk[1])
    assert page.get_by_text("To correct points that were given").count() == 1
    for points in ("1", "0.5"):
        page.goto(f"{desk[1]}/item/{item}")
        assert page.get_by_text("or to correct them").count() == 1
        page.get_by_role("link", name="../../key").click()
        page.get_by_label("Points, 0 to 1").fill(points)
        page.get_by_role("button").click()
        with open_gradebook(desk[0]) as gradebook:
            [grade] = [one for one in gradebook.grades(learner="../../key") if one.item == item]
        assert grade.points == float(points)
    page.goto(f"{desk[1]}/answer/learner-0002/{item}")
    assert "teacher gave 0.5 of 1. Save other points" in page.locator("body").inner_text()


def test_a_gradebook_in_use_is_told_and_what_was_typed_is_shown(desk, monkeypatch):
    monkeypatch.setattr("attention_course.grading.gradebook.PATIENCE", 0.1)
    room = Classroom.open(desk[0].root)
    before = room.marks.file.read_bytes() if room.marks.file.exists() else b""

    async def saved() -> tuple[int, str]:
        with open_gradebook(room) as gradebook:
            sockets = bind_sockets(0, address="127.0.0.1")
            server = HTTPServer(application(Desk(room, gradebook, ASSIGNMENTS, "me", "token")))
            server.add_sockets(sockets)
            holder = sqlite3.connect(room.root / "gradebook.db", isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            answer = await AsyncHTTPClient().fetch(
                f"http://127.0.0.1:{sockets[0].getsockname()[1]}/answer/learner-0002/{WORDS}",
                method="POST",
                headers={"Cookie": "reading=token; _xsrf=mine"},
                body="_xsrf=mine&points=1&comment=An+evening&answer=x",
                raise_error=False,
            )
            holder.close()
            server.stop()
            return answer.code, answer.body.decode()

    code, text = asyncio.run(saved())
    assert code == 503
    assert "The gradebook cannot be used now: database is locked. Close the other program" in text
    assert text.endswith("You had typed:\n\n1\n\nAn evening")
    assert (room.marks.file.read_bytes() if room.marks.file.exists() else b"") == before


def test_without_the_token_nothing_is_shown(desk):
    _, site, token = desk
    for path in ("/", "/style.css", f"/item/{WORDS}", f"/answer/learner-0001/{WORDS}", "/nothing"):
        assert status_of(site + path) == 403
        assert status_of(f"{site}{path}?token={token[:-1]}") == 403
        assert status_of(site + path, headers={"Cookie": "reading=wrong"}) == 403


def test_another_sites_name_for_this_machine_is_refused(desk):
    _, site, token = desk
    headers = {"Host": "attacker.example", "Cookie": f"reading={token}"}
    assert status_of(site + "/", headers=headers) == 403


def test_a_form_of_another_site_cannot_give_points(desk):
    _, site, token = desk
    headers = {"Cookie": f"reading={token}", "Origin": "https://attacker.example"}
    data = b"points=2&comment=&answer=x"
    assert status_of(f"{site}/answer/learner-0001/{WORDS}", data=data, headers=headers) == 403
    headers = {"Cookie": f"reading={token}; _xsrf=mine", "Origin": "http://127.0.0.1:9999"}
    data += b"&_xsrf=mine"
    assert status_of(f"{site}/answer/learner-0001/{WORDS}", data=data, headers=headers) == 403
    headers = {"Cookie": f"reading={token}", "Sec-Fetch-Site": "same-site"}
    assert status_of(site + "/", headers=headers) == 403


@pytest.mark.parametrize("path", ["/answer/learner-0009/x", "/answer/../../key", "/item/x", "/etc"])
def test_an_address_that_is_none_is_said_to_be_none(desk, path):
    _, site, token = desk
    assert status_of(site + path, headers={"Cookie": f"reading={token}"}) == 404


def test_every_answer_forbids_scripts_frames_and_copies(desk):
    _, site, token = desk
    request = urllib.request.Request(site + "/", headers={"Cookie": f"reading={token}"})
    headers = urllib.request.urlopen(request, timeout=1800).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_it_listens_on_this_machine_only(desk):
    port = int(desk[1].rpartition(":")[2])
    listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True).stdout
    where = [line.split()[1] for line in listening.splitlines() if f":{port:04X} " in line]
    assert {one.partition(":")[0] for one in where} <= {"0100007F"}
    six = subprocess.run(["cat", "/proc/net/tcp6"], capture_output=True, text=True).stdout
    assert f":{port:04X} " not in six
