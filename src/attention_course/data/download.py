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
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from attention_course.data.sources import SOURCES, Source

CONNECT = 4  # seconds for one address to accept a connection
ABSENT = 8  # seconds without any answer after which the network counts as absent
SILENT = 8  # seconds without a byte after which a download has failed


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
    source = find_source(name)
    return [
        find_local(source, file) or find_cached(source, file) or download(source, file)
        for file in source.files
    ]


def available(name: str) -> Availability:
    """Say in one line whether a corpus can be had, without touching the network.

    Raises:
        ValueError: there is no such corpus.
    """
    source = find_source(name)
    try:
        found = [find_local(source, file) or find_cached(source, file) for file in source.files]
    except ValueError as error:
        return Availability(False, str(error))
    folders = {str(file.parent) for file in found if file}
    if None not in found:
        return Availability(True, f"found in {' and '.join(sorted(folders))}")
    missing = f"{found.count(None)} of {len(found)} files not fetched"
    if forbidden():
        return Availability(False, f"{missing}, and {forbidden()}")
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
                return verified(candidate, source.files[file])
    return None


def verified(file: Path, expected: str) -> Path:
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


def download(source: Source, file: str) -> Path:
    """Download one file into the cache; one more try if the first breaks off.

    Raises:
        CorpusUnavailable: the network is absent or forbidden, or gives another file.
    """
    import pooch
    from tqdm.auto import tqdm

    reason = forbidden() or absent(source.url + file)
    if reason:
        raise unavailable(source, file, reason)
    pooch.get_logger().setLevel("WARNING")  # the progress bar says it all
    folder = pooch.create(
        cache_folder(source), source.url, registry=source.files, retry_if_failed=1
    )
    with tqdm(desc=file, total=1, unit="B", unit_scale=True) as bar:  # pooch sets the total
        get = pooch.HTTPDownloader(progressbar=bar, timeout=(CONNECT, SILENT))
        try:
            return Path(folder.fetch(file, downloader=get))
        except (OSError, ValueError) as error:  # pooch has removed what came
            raise unavailable(source, file, one_line(error)) from error


def forbidden() -> str:
    """Why nothing may be downloaded, or nothing at all."""
    said = os.environ.get("ATTENTION_COURSE_OFFLINE", "")
    return f"ATTENTION_COURSE_OFFLINE is set ({said})" if said not in ("", "0") else ""


def absent(url: str) -> str:
    """Ask for a sign of life: why there is none, which is remembered, or nothing at all.

    In a thread of its own, since nothing else bounds the time that names take to resolve.
    """
    said = [f"none in {ABSENT} seconds"]
    asking = Thread(target=ask, args=(url, said), daemon=True)
    asking.start()
    asking.join(ABSENT)
    if not (why := said[-1]):
        return ""
    reason = f"no answer from {urlsplit(url).netloc} ({why})"
    os.environ["ATTENTION_COURSE_OFFLINE"] = reason
    return reason


def ask(url: str, said: list[str]) -> None:
    """Append nothing to what is said if the server answers, else why it does not."""
    import pooch

    try:
        pooch.HTTPDownloader(timeout=CONNECT)(url, None, None, check_only=True)
        said.append("")
    except OSError as error:
        said.append(type(error).__name__)


def one_line(error: Exception) -> str:
    """An error's name and the beginning of what it says."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:240]}"


def unavailable(source: Source, file: str, reason: str) -> CorpusUnavailable:
    """The error for a file that cannot be had, in one line."""
    forbids = " and unset ATTENTION_COURSE_OFFLINE" if "OFFLINE" in reason else ""
    return CorpusUnavailable(
        f"expected {file} from {source.url}, got {reason}; connect to the network{forbids}, or set "
        f"ATTENTION_COURSE_DATA to a folder that holds it"
    )
