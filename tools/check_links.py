"""Ask every link of the built website and of the README, with lychee."""

import re
import subprocess
import sys
from pathlib import Path

import home as homes
from home import ROOT

HTML = ROOT / "_build" / "html"
SLOW = ["--max-retries", "3", "--timeout", "30", "--max-concurrency", "8"]
NEVER = ["https://doi.org/", "https://colab.research.google.com/"]  # they turn programs away


def main() -> int:
    """Run lychee; links to a home that is not decided cannot open and are left out, with a note."""
    if not HTML.is_dir():
        print(f"check_links: expected the website in {HTML}, got none: make book", file=sys.stderr)
        return 2
    home, left_out = homes.read(), list(NEVER)
    if not home.decided:
        left_out += [home.url, home.site, "https://mybinder.org/v2/gh/OWNER/"]
        print("This copy has no home yet: links to it are left out.")
    lychee = str(Path(sys.executable).with_name("lychee"))
    command = [lychee, "--no-progress", "--include-fragments"]
    for address in left_out:
        command += ["--exclude", f"^{re.escape(address)}"]
    command += [*SLOW, *sys.argv[1:], f"--root-dir={HTML}", str(ROOT / "README.md")]
    pages = [str(page) for page in sorted(HTML.rglob("*.html")) if "_static" not in page.parts]
    return subprocess.run([*command, *pages], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
