"""Files are taken from this machine or from a server, never with another sha256, never at length.

The server of these tests is on the loopback address; none of them needs a network.
"""

import gzip
import os
import socket
import time
from dataclasses import replace
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from attention_course.data import download, patience
from attention_course.data.download import CorpusUnavailable, available, fetch
from attention_course.data.sources import SOURCES

PROBE_TIMEOUT = download.PROBE_TIMEOUT  # before a test makes it longer, for a busy machine
TEXT = "Go.\t가.\tcredit\n".encode() * 500


class Server(ThreadingHTTPServer):
    """Serves one text, or fails in the way that a test asks for."""

    daemon_threads = True
    body, claimed, status = TEXT, len(TEXT), 200
    methods: list[str]
    silent: Event | None = None
    first: list[tuple[int, dict[str, str]]]  # what it answers before it has the file: status, heads
    breaks = 0  # how many answers break off in their midst


class Handler(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.methods.append("HEAD")
        if self.server.silent:
            self.server.silent.wait(20)
        self.answer()

    def do_GET(self):
        self.server.methods.append("GET")
        if self.server.first:
            return self.answer(*self.server.first.pop(0), size=0)
        self.answer()
        broken, self.server.breaks = self.server.breaks > 0, self.server.breaks - 1
        self.wfile.write(self.server.body[: 700 if broken else None])

    def answer(self, status=None, heads=None, size=None):
        self.send_response(status or self.server.status)
        for name, value in (heads or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(self.server.claimed if size is None else size))
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any corpus and without leave to go to the real network."""
    for name in ("DATA", "OFFLINE"):  # set first, so that what a test sets is undone
        monkeypatch.setenv(f"ATTENTION_COURSE_{name}", "")
    monkeypatch.setenv("ATTENTION_COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "REACHED", set())
    for name in (
        "PROBE_TIMEOUT",
        "CONNECT_TIMEOUT",
        "READ_TIMEOUT",
    ):  # no verdict of a test hangs on the clock
        monkeypatch.setattr(download, name, 1800)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path


def point_to(monkeypatch, port):
    small = replace(
        SOURCES["tatoeba"],
        url=f"http://127.0.0.1:{port}/",
        files={"kor.txt": sha256(TEXT).hexdigest()},
    )
    monkeypatch.setitem(SOURCES, "tatoeba", small)


@pytest.fixture
def server(machine, monkeypatch):
    with Server(("127.0.0.1", 0), Handler) as running:
        running.methods, running.first = [], []
        Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        point_to(monkeypatch, running.server_port)
        yield running
        running.shutdown()


def test_a_download_is_kept_and_not_repeated(server, machine):
    assert available("tatoeba") == (None, "1 of 1 files not fetched; downloaded when first used")
    (file,) = fetch("tatoeba")
    assert file == machine / "cache" / "tatoeba-kor-eng" / "kor.txt"
    assert file.read_bytes() == TEXT
    assert fetch("tatoeba") == [file]
    assert server.methods == ["HEAD", "GET"]
    assert available("tatoeba") == (True, f"found in {file.parent}")


def test_a_kept_download_needs_no_network(server, monkeypatch):
    (file,) = fetch("tatoeba")
    monkeypatch.setenv("ATTENTION_COURSE_OFFLINE", "1")
    assert fetch("tatoeba") == [file]


def test_a_damaged_download_is_made_again(server):
    (file,) = fetch("tatoeba")
    file.write_bytes(TEXT[:-1])
    assert fetch("tatoeba")[0].read_bytes() == TEXT
    assert server.methods.count("GET") == 2


def test_a_download_with_another_hash_is_refused_and_removed(server, machine):
    server.body = TEXT[:-1] + b"!"
    with pytest.raises(CorpusUnavailable, match=r"SHA256 .* does not match") as error:
        fetch("tatoeba")
    assert sha256(server.body).hexdigest() in str(error.value)
    assert "set ATTENTION_COURSE_DATA" in str(error.value)
    assert "\n" not in str(error.value)
    assert [path for path in (machine / "cache").rglob("*") if path.is_file()] == []


@pytest.fixture
def slept(monkeypatch):
    """The waits that a download asks for: nobody waits."""
    waits = []
    monkeypatch.setattr(patience, "sleep", waits.append)
    monkeypatch.setattr(patience, "JITTER", 0.0)
    return waits


def test_a_truncated_download_is_tried_three_times_more_and_then_refused(server, machine, slept):
    server.body = TEXT[:700]
    with pytest.raises(CorpusUnavailable, match=r"expected kor.txt from http://127"):
        fetch("tatoeba")
    assert server.methods == ["HEAD", *["GET"] * 4]
    assert slept == [1, 3, 9]
    assert [path for path in (machine / "cache").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_server_without_the_file_says_so_and_is_not_asked_again(status, server, slept):
    server.status, server.body, server.claimed = status, b"", 0
    with pytest.raises(CorpusUnavailable, match=str(status)):
        fetch("tatoeba")
    assert server.methods == ["HEAD", "GET"]
    assert slept == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_waited_for_and_a_line_says_so(status, server, slept, capsys):
    server.first = [(status, {"Retry-After": "60"}), (status, {"Retry-After": "30"})]
    (file,) = fetch("tatoeba")
    assert file.read_bytes() == TEXT
    assert slept == [60, 30]
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("127.0.0.1:")
    assert f"{status} " in first
    assert first.endswith("it asks to wait 60 seconds. Trying again in 60 seconds.")
    assert "30 seconds" in second


def test_a_server_may_name_a_moment_instead_of_seconds(server, slept):
    server.first = [(429, {"Retry-After": formatdate(time.time() + 300, usegmt=True)})]
    fetch("tatoeba")
    assert slept == [pytest.approx(300, abs=60)]
    server.first = [(429, {"Retry-After": formatdate(time.time() - 300, usegmt=True)})]
    fetch("tatoeba")[0].unlink()
    fetch("tatoeba")
    assert slept[1:] == [1]  # a moment that is over: at once, but not in a rush


@pytest.mark.parametrize("heads", [{}, {"Retry-After": "soon"}])
def test_a_server_that_does_not_say_how_long_is_asked_less_and_less_often(heads, server, slept):
    server.first = [(429, heads)] * 4
    fetch("tatoeba")
    assert slept == [10, 20, 40, 80]


def test_nobody_waits_for_an_hour_and_the_refusal_says_when_to_come_again(server, slept):
    server.first = [(429, {"Retry-After": "120"}), (429, {"Retry-After": "3600"})]
    with pytest.raises(CorpusUnavailable) as error:
        fetch("tatoeba")
    message = str(error.value)
    assert "it asks to wait 60 minutes; try again in 60 minutes" in message
    assert "connect to the network" not in message
    assert "set ATTENTION_COURSE_DATA" in message
    assert slept == [120]


def test_waiting_has_an_end_where_a_server_asks_again_and_again(server, slept):
    server.first = [(429, {"Retry-After": "60"})] * 99
    with pytest.raises(CorpusUnavailable, match="429"):
        fetch("tatoeba")
    assert sum(slept) == patience.MAX_WAIT


def test_a_class_that_waits_does_not_come_again_all_at_once(server, slept, monkeypatch):
    monkeypatch.setattr(patience, "JITTER", 0.2)
    server.first = [(429, {"Retry-After": "60"})] * 7
    fetch("tatoeba")
    assert len(set(slept)) == 7
    assert all(60 <= seconds <= 72 for seconds in slept)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_that_fails_is_asked_again_a_few_times(status, server, slept):
    server.first = [(status, {})] * 3
    assert fetch("tatoeba")[0].read_bytes() == TEXT
    assert slept == [1, 3, 9]
    assert server.methods == ["HEAD", *["GET"] * 4]


def test_a_download_that_breaks_off_goes_on_from_its_beginning(server, slept, capsys):
    server.breaks = 2
    assert fetch("tatoeba")[0].read_bytes() == TEXT
    assert slept == [1, 3]
    assert "Trying again in 1 seconds" in capsys.readouterr().out


def test_many_files_are_one_request_each_and_one_for_all(server, monkeypatch, capsys):
    hashed = sha256(TEXT).hexdigest()
    many = replace(SOURCES["tatoeba"], files={f"{name}.txt": hashed for name in "abc"})
    monkeypatch.setitem(SOURCES, "tatoeba", many)
    server.first = [(404, {})]
    with pytest.raises(CorpusUnavailable):
        fetch("tatoeba")
    server.first = []
    (download.cache_folder(many) / "b.txt").write_bytes(TEXT)  # one is here already
    server.methods.clear()
    assert [file.name for file in fetch("tatoeba")] == ["a.txt", "b.txt", "c.txt"]
    assert server.methods == ["HEAD", "GET", "GET"]
    assert capsys.readouterr().out.splitlines()[-1] == "file 2 of 2: c.txt"


def test_a_cache_that_cannot_be_written_is_named_before_anything_is_asked(
    server, machine, monkeypatch
):
    (machine / "file").write_text("no folder")
    monkeypatch.setenv("ATTENTION_COURSE_CACHE", str(machine / "file"))
    with pytest.raises(CorpusUnavailable, match=r"expected to keep kor.txt in .*COURSE_CACHE"):
        fetch("tatoeba")
    assert server.methods == []


def test_a_full_disk_is_not_taken_for_an_absent_network(server, machine, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pooch.core.shutil.move", full)
    with pytest.raises(CorpusUnavailable, match="No space left on device; set ATTENTION"):
        fetch("tatoeba")
    assert server.methods == ["HEAD", "GET"]
    assert [path for path in (machine / "cache").rglob("*") if path.is_file()] == []


def test_a_proxy_that_does_not_answer_is_named(machine, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    far = replace(SOURCES["tatoeba"], url="http://corpora.invalid/")
    monkeypatch.setitem(SOURCES, "tatoeba", far)
    with pytest.raises(CorpusUnavailable, match=r"\(ProxyError\).*HTTPS_PROXY names the way"):
        fetch("tatoeba")


def test_a_closed_port_is_known_within_ten_seconds_and_remembered(machine, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        point_to(monkeypatch, unused.getsockname()[1])
    assert PROBE_TIMEOUT < 10
    with pytest.raises(CorpusUnavailable, match=r"got no answer .*; connect to the network"):
        fetch("tatoeba")
    # Remembered where the processes that this one starts see it too.
    assert os.environ["ATTENTION_COURSE_OFFLINE"].endswith("(ConnectionError)")
    monkeypatch.setattr(download, "probe", lambda *arguments: pytest.fail("asked again"))
    with pytest.raises(CorpusUnavailable, match="ATTENTION_COURSE_OFFLINE is set"):
        fetch("tatoeba")
    assert available("tatoeba").ready is False


def test_a_server_that_never_answers_counts_as_absent(server, monkeypatch):
    assert PROBE_TIMEOUT < 10
    server.silent = Event()
    monkeypatch.setattr(download, "PROBE_TIMEOUT", 0.2)
    with pytest.raises(CorpusUnavailable, match=r"no answer from 127.0.0.1:\d+ \(none in 0.2 s"):
        fetch("tatoeba")
    server.silent.set()
    assert "GET" not in server.methods


def test_downloads_can_be_forbidden(server, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_OFFLINE", "1")
    with pytest.raises(CorpusUnavailable, match=r"ATTENTION_COURSE_OFFLINE is set \(1\)"):
        fetch("tatoeba")
    assert server.methods == []


@pytest.mark.parametrize("path", ["kor.txt", "tatoeba-kor-eng/kor.txt"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_named_folder_is_looked_in_first(server, machine, monkeypatch, path, packed):
    file = machine / "mine" / (path + ".gz" * packed)
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(TEXT) if packed else TEXT)
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine / "mine"))
    assert fetch("tatoeba") == [file]
    assert server.methods == []


@pytest.mark.parametrize(
    "data",
    [b"another text", TEXT[:700], gzip.compress(TEXT)[:70]],
    ids=["another", "cut", "packed and cut"],
)
@pytest.mark.parametrize("name", ["kor.txt", "kor.txt.gz"])
def test_another_file_in_the_named_folder_is_an_error(server, machine, monkeypatch, data, name):
    (machine / name).write_bytes(data)
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine))
    with pytest.raises(ValueError, match=r"replace the file, or unset ATTENTION_COURSE") as error:
        fetch("tatoeba")
    message = str(error.value)
    assert f"for {machine / name}" in message
    assert sha256(TEXT).hexdigest() in message
    assert sha256(data).hexdigest() in message
    assert available("tatoeba") == (False, message)
    assert server.methods == []


def test_a_named_folder_that_lacks_the_file_is_no_error(server, machine, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine / "nowhere"))
    assert fetch("tatoeba")[0].read_bytes() == TEXT


def test_an_unknown_corpus_is_named_with_the_known_ones():
    with pytest.raises(
        ValueError, match=f"expected a corpus among {', '.join(SOURCES)}, got 'wmt'"
    ):
        fetch("wmt")
