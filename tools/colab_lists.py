"""The packages that Colab has, as its makers list them: github.com/googlecolab/backend-info.

Four runtimes, with and without a GPU. The lists are not part of this repository. They are read from
the folder that ATTENTION_COURSE_COLAB names, one folder for each runtime; where that is unset they
are fetched from the commits written here, and checked.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pooch
from packaging.utils import canonicalize_name, parse_wheel_filename

RAW = "https://raw.githubusercontent.com/googlecolab/backend-info"
KINDS = {"cpu": "pip-freeze.txt", "gpu": "pip-freeze.gpu.txt"}
SYSTEM = "os-info.txt"  # it names the version of Python
COMMITS = {
    "2026.01": "bd8aaa4580401a7fbf96a52fab5a7acf96f50b73",
    "2026.04": "77d5dbef56d73b96db5efef2280679cb548c9bd9",
    "2026.07": "ec53f93fe44a9cab118dc5451527b18e36e1a643",
    "2026-08-19": "a72407924822ea377410b69f0a290150bcb5c9c2",  # the newest: Colab's default
}
HASHES = {
    "2026.01/pip-freeze.txt": (
        "sha256:c443676cd31722f76336fcef3b196a8e51485790ef577a0c7d6f07278b48f298"
    ),
    "2026.01/pip-freeze.gpu.txt": (
        "sha256:b3bc4d9e00455980fb3f638e349af0f28afb6b9e5756ab527bdb70e1d7169854"
    ),
    "2026.01/os-info.txt": (
        "sha256:c83753abf0e3e6afd048c268283e43577794aae22c911771c3a6ee71f6aaf150"
    ),
    "2026.04/pip-freeze.txt": (
        "sha256:2aeadb34be4d06b656dc7fb150e32953d6f1aa61e7c61929e742d26d74500c38"
    ),
    "2026.04/pip-freeze.gpu.txt": (
        "sha256:632d670d1b47d4dc1004dc78fba5326f9468e939bd03d556c4e12646fac2eac4"
    ),
    "2026.04/os-info.txt": (
        "sha256:a1d267f8530b55a5f332daeb7845394f0314e5db2b9159c536b029d5ac27b8fa"
    ),
    "2026.07/pip-freeze.txt": (
        "sha256:6d9056c0002d44a1df4ca4ee0084c46cecf64e472f87e0c8d0614aafb8dc9979"
    ),
    "2026.07/pip-freeze.gpu.txt": (
        "sha256:93eafd0c616a8a1782322153236d4e27145e7c9109fe60aa636d2a3b9382ecc0"
    ),
    "2026.07/os-info.txt": (
        "sha256:e5edf15a5954294e5db7901747634c022f3cf2b727bcc46cd5daa66685d6d640"
    ),
    "2026-08-19/pip-freeze.txt": (
        "sha256:c9e44316182197e188b14834abd28c6e1663517fd9a93263395ebe463c773987"
    ),
    "2026-08-19/pip-freeze.gpu.txt": (
        "sha256:96f6efbdc6341ea8c28aeb1d06c51861cfeebd0ca531ee2a4de757b0b80b1982"
    ),
    "2026-08-19/os-info.txt": (
        "sha256:fff2f55a054bbcae0263015ab046c4cc6a2a1f2f6ad84dfc2acdc125e0c95afe"
    ),
}


@dataclass(frozen=True)
class Listing:
    """What one runtime has."""

    runtime: str
    kind: str  # cpu or gpu
    python: str  # 3.13
    packages: dict[str, str]  # canonical name to version; "0" where the list gives no version

    def __str__(self) -> str:
        return f"{self.runtime} {self.kind}"


def folder() -> Path:
    """Where the lists are, fetched first if need be; without them nothing can be shown."""
    if given := os.environ.get("ATTENTION_COURSE_COLAB"):
        return Path(given)
    cache_folder = Path(pooch.os_cache("attention-course")) / "colab"
    for name, known_hash in HASHES.items():
        runtime, file = name.split("/")
        address = f"{RAW}/{COMMITS[runtime]}/{file}"
        try:
            pooch.retrieve(address, known_hash, fname=file, path=cache_folder / runtime)
        except OSError as error:
            raise SystemExit(
                f"expected Colab's lists of packages, got nothing from {address}: {error}\n"
                "Set ATTENTION_COURSE_COLAB to a folder that has them, or check the network."
            ) from error
    return cache_folder


@cache
def read_all() -> tuple[Listing, ...]:
    """Every list, the oldest runtime first and Colab's default last."""
    lists = folder()
    runtimes = sorted(
        (one for one in lists.iterdir() if (one / SYSTEM).is_file()),
        key=lambda one: one.name.replace("-", "."),
    )
    if not runtimes:
        raise SystemExit(f"expected folders with {SYSTEM} in {lists}, got none; see {__file__}")
    return tuple(read(runtime, kind) for runtime in runtimes for kind in KINDS)


def read(runtime: Path, kind: str) -> Listing:
    """What the runtime in a folder has: its Python, and every package of the list for its kind.

    Raises:
        ValueError: the system's file names no Python.
    """
    system = (runtime / SYSTEM).read_text(encoding="utf-8")
    python = re.search(r"Python (\d+\.\d+)", system)
    if python is None:
        raise ValueError(f"expected a line 'Python 3.13' in {runtime / SYSTEM}, got {system!r}")
    lines = (runtime / KINDS[kind]).read_text(encoding="utf-8").splitlines()
    packages = dict(package(line) for line in lines if line and not line.startswith("#"))
    return Listing(runtime.name, kind, python[1], packages)


def package(line: str) -> tuple[str, str]:
    """Name and version of a line `name==version` or `name @ address`."""
    name, _, version = line.partition("==")
    if not version:
        name, _, address = line.partition(" @ ")
        file = address.partition("#")[0].rpartition("/")[2].replace("%2B", "+")
        version = str(parse_wheel_filename(file)[1]) if file.endswith(".whl") else "0"
    return canonicalize_name(name.strip()), version
