"""Print the whole book: one long page, by Chromium, into _build/attention-course.pdf.

Called by `make pdf` after `make book`, whose executed cells it uses. Folded hints and solutions
are unfolded; the experiments as code and the package's reference are left to the website.
"""

import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from home import ROOT

BUILD = ROOT / "_build"
SINGLE, PDF = BUILD / "singlehtml", BUILD / "attention-course.pdf"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
UNFOLD = "document.querySelectorAll('details').forEach((details) => (details.open = true))"
LEFT_TO_THE_WEBSITE = "#the-experiments-as-code, #the-package { display: none }"
MARGIN = "18mm"
FOOTER = (
    '<div style="width: 100%; font-size: 8px; text-align: center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


def build() -> None:
    """Put all pages into one, `print.html`, by Jupyter Book's builder `singlehtml`."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    shutil.rmtree(SINGLE, ignore_errors=True)
    subprocess.run(
        [jupyter_book, "build", ".", "--builder", "singlehtml", "-q"],
        cwd=ROOT,
        env={**os.environ, "TQDM_DISABLE": "1", "IPYTHONDIR": str(BUILD / "ipython")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # The builder writes the addresses of pictures and styles as if the page lay at the top.
    shutil.copyfile(SINGLE / "book" / "intro.html", SINGLE / "print.html")


def print_page(address: str) -> None:
    """Open the long page, wait for its figures, print."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light")
        page.set_default_timeout(180_000)  # milliseconds
        page.goto(address, wait_until="networkidle")
        page.evaluate(UNFOLD)
        page.add_style_tag(content=LEFT_TO_THE_WEBSITE)
        page.pdf(
            path=PDF,
            format="A4",
            scale=0.85,
            margin={"top": MARGIN, "bottom": MARGIN, "left": MARGIN, "right": MARGIN},
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            print_background=True,
            outline=True,
            tagged=True,
        )
        browser.close()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and does not print every request."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


def main() -> int:
    """Build, serve on loopback (scripts need it), print."""
    if CHROMIUM is None:
        print(
            "make pdf: expected Chromium, got none; install the package chromium", file=sys.stderr
        )
        return 1
    build()
    handler = partial(QuietHandler, directory=SINGLE)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print_page(f"http://127.0.0.1:{server.server_port}/print.html")
        server.shutdown()
    print(f"{PDF.relative_to(ROOT)}: {PDF.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
