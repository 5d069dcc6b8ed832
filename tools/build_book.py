"""Execute and build the website into _build/html; exit non-zero if any cell or page fails.

Jupyter Book 1 needs three things said here: warnings are errors (`-W`), pages are read afresh
(a warm rebuild would forget their warnings), and cells run again when what they show has
changed. Its own cache knows the cells only, so it is keyed by a hash of the code and results.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import index_search
import page_kernel
import vendor_katex
from home import ROOT

BUILD = ROOT / "_build"
WATCHED = ("src", "results", "tools", "pyproject.toml", "requirements.txt")


def main() -> int:
    """Build the website and return the exit status."""
    start = time.monotonic()
    vendor_katex.vendor()
    forget_stale_cells()
    for output in ("html", ".doctrees"):
        shutil.rmtree(BUILD / output, ignore_errors=True)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    built = subprocess.run(
        [jupyter_book, "build", ".", "-W", "--keep-going"],
        cwd=ROOT,
        # A progress bar in a page would be a live widget, which asks other servers for scripts.
        env={
            **os.environ,
            "ATTENTION_COURSE_WEBSITE": "1",  # figures and numbers go to the page around them
            "IPYTHONDIR": str(page_kernel.write_settings(BUILD / "ipython")),
            "TQDM_DISABLE": "1",
        },
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    # A failing cell's own error comes first; what follows it is the builder's insides.
    print(built.stderr.partition("\nThe above exception was")[0], file=sys.stderr)
    if built.returncode == 0:
        index_search.main()
    print(f"{'Failed' if built.returncode else 'Built'} in {time.monotonic() - start:.0f} seconds.")
    return built.returncode


def forget_stale_cells() -> None:
    """Clear the execution cache when the code, the results or the settings have changed."""
    stamp, key = BUILD / ".jupyter_cache.key", cache_key()
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(BUILD / ".jupyter_cache", ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    stamp.write_text(key)


def cache_key() -> str:
    """A hash of every file that a page's outputs depend on, the Python and the settings."""
    digest = hashlib.sha256(sys.version.encode())
    for name, value in sorted(os.environ.items()):
        if name.startswith("ATTENTION_COURSE_"):
            digest.update(f"{name}={value}\0".encode())
    for path in sorted(file for name in WATCHED for file in files_in(ROOT / name)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files_in(path: Path) -> list[Path]:
    """The file itself, or the files under a folder that are not made by running them."""
    generated = {"__pycache__", ".ipynb_checkpoints"}
    if path.is_file():
        return [path]
    return [
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part in generated or ".egg" in part for part in file.parts)
    ]


if __name__ == "__main__":
    sys.exit(main())
