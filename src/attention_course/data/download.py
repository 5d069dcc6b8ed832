"""The files of the real corpora: looked for on this machine, else downloaded, always verified.

ATTENTION_COURSE_DATA=DIR names a folder that already holds the files; it is looked in first.
ATTENTION_COURSE_CACHE=DIR moves the folder that downloads are kept in; a file that is there is
not downloaded again. ATTENTION_COURSE_OFFLINE=1 forbids downloads; a run that finds no network
sets it, so that neither the run nor the processes that it starts wait for the network again.
"""

import contextlib
import gzip
import os
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from attention_course import logs
from attention_course.data.patience import AskedToWait, patiently
from attention_course.data.sources import SOURCES, Source

CONNECT_TIMEOUT = 4  # seconds for one address to accept a connection
PROBE_TIMEOUT = 8  # seconds without any answer after which the network counts as absent
READ_TIMEOUT = 8  # seconds without a byte after which a download has failed
REACHED: set[str] = set()  # servers that this process has heard of


class CorpusUnavailable(RuntimeError):  # noqa: N818 (what is caught reads as what happened)
    """A corpus is not on this machine and cannot be downloaded now."""


class Availability(NamedTuple):
    """Whether a corpus can be had: True it is here, None it must be downloaded, False no."""

    ready: bool | None
    reason: str


def fetch(name: str) -> list[Path]:
    """Find or download the files of a corpus, in the order of `SOURCES`, each verified.

    A file may be gzip'ed (it then ends in `.gz`) although its source has it plain.

    Raises:
        ValueError: there is no such corpus, or a file in ATTENTION_COURSE_DATA is another one.
        CorpusUnavailable: a file is not on this machine and cannot be downloaded.
    """
    return fetch_source(find_source(name))


def fetch_source(source: Source) -> list[Path]:
    """Find or download the files of an entry, which need not stand in `SOURCES`.

    Raises:
        ValueError: a file in ATTENTION_COURSE_DATA is another one.
        CorpusUnavailable: a file is not on this machine and cannot be downloaded.
    """
    paths = {file: find_local(source, file) or find_cached(source, file) for file in source.files}
    missing = [file for file, path in paths.items() if path is None]
    if missing:
        paths |= download(source, missing)
    return [path for path in paths.values() if path]


def available(name: str) -> Availability:
    """Say in one line whether a corpus can be had, without touching the network.

    Raises:
        ValueError: there is no such corpus.
    """
    source = find_source(name)
    try:
        paths = [find_local(source, file) or find_cached(source, file) for file in source.files]
    except ValueError as error:
        return Availability(False, str(error))
    folders = {str(file.parent) for file in paths if file}
    if None not in paths:
        return Availability(True, f"found in {' and '.join(sorted(folders))}")
    missing = f"{paths.count(None)} of {len(paths)} files not fetched"
    if why_offline():
        return Availability(False, f"{missing}, and {why_offline()}")
    return Availability(None, f"{missing}; downloaded when first used")


def find_source(name: str) -> Source:
    """Look up where a corpus comes from."""
    if name not in SOURCES:
        raise ValueError(f"expected a corpus among {', '.join(SOURCES)}, got {name!r}")
    return SOURCES[name]


def find_local(source: Source, file: str) -> Path | None:
    """Look in ATTENTION_COURSE_DATA, in the corpus's own folder first."""
    root = os.environ.get("ATTENTION_COURSE_DATA")
    if not root:
        return None
    folder = Path(root).expanduser()
    for path in (folder / source.folder / file, folder / file):
        for candidate in (path, path.with_name(f"{file}.gz")):
            if candidate.is_file():
                return verify(candidate, source.files[file])
    return None


def verify(file: Path, expected: str) -> Path:
    """Give the file back if it has the expected sha256, as it is or unpacked."""
    data = file.read_bytes()
    hashes = [sha256(data).hexdigest()]
    if file.suffix == ".gz":
        with contextlib.suppress(OSError, EOFError, zlib.error):  # no gzip: a wrong hash too
            hashes.append(sha256(gzip.decompress(data)).hexdigest())
    if expected not in hashes:
        raise ValueError(
            f"expected sha256 {expected} for {file}, got {hashes[-1]}; replace the file, "
            "or unset ATTENTION_COURSE_DATA to download it"
        )
    return file


def cache_folder(source: Source) -> Path:
    """Where downloads of a corpus are kept."""
    import pooch

    root = os.environ.get("ATTENTION_COURSE_CACHE") or pooch.os_cache("attention-course")
    return Path(root).expanduser() / source.folder


def find_cached(source: Source, file: str) -> Path | None:
    """Look among earlier downloads; a damaged one does not count and is downloaded again."""
    path = cache_folder(source) / file
    if path.is_file() and sha256(path.read_bytes()).hexdigest() == source.files[file]:
        return path
    return None


def download(source: Source, files: Sequence[str]) -> dict[str, Path]:
    """Download files into the cache: each is one request, and before all of them is one more.

    Raises:
        CorpusUnavailable: the network is absent or forbidden, gives another file, or asks to wait
            too long; or the cache cannot be written.
    """
    folder = writable(source, files[0])
    if why := why_offline() or why_unreachable(source.url + files[0]):
        raise unavailable(source, files[0], why)
    paths = {}
    with logs.Bar(len(files), "file") as bar:
        for file in files:
            paths[file] = download_one(source, file, folder)
            bar.advance(file)
    return paths


def download_one(source: Source, file: str, folder: Path) -> Path:
    """Download one file, waiting where the server asks for it, and verify it."""
    import pooch
    from requests import RequestException

    pooch.get_logger().setLevel("WARNING")  # our own lines say it all
    kept = pooch.create(folder, source.url, registry=source.files)
    get = pooch.HTTPDownloader(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT))
    try:
        return Path(patiently(lambda: kept.fetch(file, downloader=get), source.url))
    except AskedToWait as error:
        raise unavailable(source, file, str(error), step="come again then") from error
    except (RequestException, ValueError) as error:  # pooch has removed what came
        REACHED.discard(urlsplit(source.url).netloc)  # the network may be gone: ask again
        raise unavailable(source, file, one_line(error)) from error
    except OSError as error:
        raise no_room(file, folder, error) from error


def writable(source: Source, file: str) -> Path:
    """The cache folder of a corpus, made; whether it can be kept there is known before it comes.

    Raises:
        CorpusUnavailable: it cannot be written, as in a home that is read-only.
    """
    folder = cache_folder(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise no_room(file, folder, error) from error


def no_room(file: str, folder: Path, error: OSError) -> CorpusUnavailable:
    """The error for a file that cannot be kept, in one line."""
    return CorpusUnavailable(
        f"expected to keep {file} in {folder}, got {one_line(error)}; set ATTENTION_COURSE_CACHE "
        "to a folder that can be written and has room"
    )


def why_offline() -> str:
    """Why nothing may be downloaded, or nothing at all."""
    offline = os.environ.get("ATTENTION_COURSE_OFFLINE", "")
    return f"ATTENTION_COURSE_OFFLINE is set ({offline})" if offline not in ("", "0") else ""


def why_unreachable(url: str) -> str:
    """Ask for a sign of life: why there is none, which is remembered, or nothing at all.

    In a thread of its own, since nothing else bounds the time that names take to resolve. A server
    that has answered once is not asked again by this process.
    """
    server = urlsplit(url).netloc
    if server in REACHED:
        return ""
    reasons = [f"none in {PROBE_TIMEOUT} seconds"]
    thread = Thread(target=probe, args=(url, reasons), daemon=True)
    thread.start()
    thread.join(PROBE_TIMEOUT)
    if not (why := reasons[-1]):
        REACHED.add(server)
        return ""
    reason = f"no answer from {server} ({why})"
    os.environ["ATTENTION_COURSE_OFFLINE"] = reason
    return reason


def probe(url: str, reasons: list[str]) -> None:
    """Append nothing to what is said if the server answers, else why it does not."""
    import pooch

    try:
        pooch.HTTPDownloader(timeout=CONNECT_TIMEOUT)(url, None, None, check_only=True)
        reasons.append("")
    except OSError as error:
        reasons.append(type(error).__name__)


def one_line(error: Exception) -> str:
    """An error's name and the beginning of what it says."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:240]}"


def unavailable(
    source: Source, file: str, reason: str, step: str = "connect to the network"
) -> CorpusUnavailable:
    """The error for a file that cannot be had, in one line."""
    if "OFFLINE" in reason:
        step += " and unset ATTENTION_COURSE_OFFLINE"
    if "ProxyError" in reason:
        step += " (HTTPS_PROXY names the way to it)"
    return CorpusUnavailable(
        f"expected {file} from {source.url}, got {reason}; {step}, or set "
        f"ATTENTION_COURSE_DATA to a folder that holds it"
    )
