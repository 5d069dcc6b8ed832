"""Files are taken from this machine or from a server, never with another sha256, never at length.

The server of these tests is on the loopback address; none of them needs a network.
"""

import gzip
import os
import socket
import time
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from attention_course.data import download
from attention_course.data.download import CorpusUnavailable, available, fetch
from attention_course.data.sources import SOURCES

TEXT = "Go.\t가.\tcredit\n".encode() * 500


class Server(ThreadingHTTPServer):
    """Serves one text, or fails in the way that a test asks for."""

    daemon_threads = True
    body, claimed, status = TEXT, len(TEXT), 200
    asked: list[str]
    silent: Event | None = None


class Handler(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append("HEAD")
        if self.server.silent:
            self.server.silent.wait(20)
        self.answer()

    def do_GET(self):
        self.server.asked.append("GET")
        self.answer()
        self.wfile.write(self.server.body)

    def answer(self):
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.claimed))
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any corpus and without leave to go to the real network."""
    for name in ("DATA", "OFFLINE"):  # set first, so that what a test sets is undone
        monkeypatch.setenv(f"ATTENTION_COURSE_{name}", "")
    monkeypatch.setenv("ATTENTION_COURSE_CACHE", str(tmp_path / "cache"))
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
        running.asked = []
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
    assert server.asked == ["HEAD", "GET"]
    assert available("tatoeba") == (True, f"found in {file.parent}")


def test_a_kept_download_needs_no_network(server, monkeypatch):
    (file,) = fetch("tatoeba")
    monkeypatch.setenv("ATTENTION_COURSE_OFFLINE", "1")
    assert fetch("tatoeba") == [file]


def test_a_damaged_download_is_made_again(server):
    (file,) = fetch("tatoeba")
    file.write_bytes(TEXT[:-1])
    assert fetch("tatoeba")[0].read_bytes() == TEXT
    assert server.asked.count("GET") == 2


def test_a_download_with_another_hash_is_refused_and_removed(server, machine):
    server.body = TEXT[:-1] + b"!"
    with pytest.raises(CorpusUnavailable, match=r"SHA256 .* does not match") as error:
        fetch("tatoeba")
    assert sha256(server.body).hexdigest() in str(error.value)
    assert "set ATTENTION_COURSE_DATA" in str(error.value)
    assert "\n" not in str(error.value)
    assert [path for path in (machine / "cache").rglob("*") if path.is_file()] == []


def test_a_truncated_download_is_tried_once_more_and_then_refused(server, machine):
    server.body = TEXT[:700]
    with pytest.raises(CorpusUnavailable, match=r"expected kor.txt from http://127"):
        fetch("tatoeba")
    assert server.asked == ["HEAD", "GET", "GET"]
    assert [path for path in (machine / "cache").rglob("*") if path.is_file()] == []


def test_a_server_without_the_file_says_so(server):
    server.status, server.body, server.claimed = 404, b"", 0
    with pytest.raises(CorpusUnavailable, match="404"):
        fetch("tatoeba")


def test_a_closed_port_is_known_within_ten_seconds_and_remembered(machine, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        point_to(monkeypatch, unused.getsockname()[1])
    begin = time.monotonic()
    with pytest.raises(CorpusUnavailable, match=r"got no answer .*; connect to the network"):
        fetch("tatoeba")
    assert time.monotonic() - begin < 10
    # Remembered where the processes that this one starts see it too.
    assert os.environ["ATTENTION_COURSE_OFFLINE"].endswith("(ConnectionError)")
    monkeypatch.setattr(download, "ask", lambda *arguments: pytest.fail("asked again"))
    with pytest.raises(CorpusUnavailable, match="ATTENTION_COURSE_OFFLINE is set"):
        fetch("tatoeba")
    assert available("tatoeba").ready is False


def test_a_server_that_never_answers_counts_as_absent(server, monkeypatch):
    assert download.ABSENT < 10
    server.silent = Event()
    monkeypatch.setattr(download, "ABSENT", 0.2)
    with pytest.raises(CorpusUnavailable, match=r"no answer from 127.0.0.1:\d+ \(none in 0.2 s"):
        fetch("tatoeba")
    server.silent.set()
    assert "GET" not in server.asked


def test_downloads_can_be_forbidden(server, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_OFFLINE", "1")
    with pytest.raises(CorpusUnavailable, match=r"ATTENTION_COURSE_OFFLINE is set \(1\)"):
        fetch("tatoeba")
    assert server.asked == []


@pytest.mark.parametrize("place", ["kor.txt", "tatoeba-kor-eng/kor.txt"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_named_folder_is_looked_in_first(server, machine, monkeypatch, place, packed):
    file = machine / "mine" / (place + ".gz" * packed)
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(TEXT) if packed else TEXT)
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine / "mine"))
    assert fetch("tatoeba") == [file]
    assert server.asked == []


@pytest.mark.parametrize("data", [b"another text", TEXT[:700], gzip.compress(TEXT)[:70]])
@pytest.mark.parametrize("name", ["kor.txt", "kor.txt.gz"])
def test_another_file_in_the_named_folder_is_an_error(server, machine, monkeypatch, data, name):
    (machine / name).write_bytes(data)
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine))
    with pytest.raises(ValueError, match=r"replace the file, or unset ATTENTION_COURSE") as error:
        fetch("tatoeba")
    said = str(error.value)
    assert f"for {machine / name}" in said
    assert sha256(TEXT).hexdigest() in said
    assert sha256(data).hexdigest() in said
    assert available("tatoeba") == (False, said)
    assert server.asked == []


def test_a_named_folder_that_lacks_the_file_is_no_error(server, machine, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_DATA", str(machine / "nowhere"))
    assert fetch("tatoeba")[0].read_bytes() == TEXT


def test_an_unknown_corpus_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="expected a corpus among multi30k, tatoeba, got 'wmt'"):
        fetch("wmt")
