"""Install the wheel and the sdist, each into an empty environment, and use them there.

torch alone is lent by this environment. Everything else that the package needs is installed by
pip, as a stranger would have it.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from attention_course.rungs import STEMS
from lent_torch import lend

SMOKE = (
    ["--version"],
    ["chapters"],
    f"train {STEMS[2]} --data copy --preset smoke --out run".split(),
    ["translate", "run", "a b c"],
    ["data", "list"],
)
LOOK = """
from pathlib import Path
import attention_course
from attention_course.figures.hangul import FONT, find_font
from attention_course.live.bundle import bundle
from attention_course.rungs import STEMS
from attention_course.runs.results import find_card, results_folder
from attention_course.widgets import pages
assert Path(attention_course.__file__).is_relative_to(Path.cwd()), attention_course.__file__
assert results_folder().is_relative_to(Path.cwd()), results_folder()
assert find_card("multi30k", STEMS[2]).metrics["bleu"] > 30
assert FONT.is_relative_to(Path.cwd()), FONT
assert FONT.with_name("OFL.txt").exists()
assert find_font("나는 책을 읽었다") == "Attention Course Hangul"
assert "function" in pages.carried("soft-lookup")
assert "customElements.define" in bundle("page/ladder.js")
"""


def main() -> int:
    """Try both; print a line for each."""
    [folder_of_packages] = sys.argv[1:]
    for pattern in ("*.whl", "*.tar.gz"):
        [package] = Path(folder_of_packages).resolve().glob(pattern)
        with tempfile.TemporaryDirectory() as folder:
            use(package, Path(folder).resolve())
        print(f"{package.name}: {package.stat().st_size / 1e6:.2f} MB; installed, used, passed")
    return 0


def use(package: Path, folder: Path) -> None:
    """Install a package into an environment in an empty folder, and use it from there."""
    venv.create(folder / "env", with_pip=True)
    programs = folder / "env" / "bin"
    lend(programs / "python", folder / "torch")
    quiet = {**os.environ, "TQDM_DISABLE": "1"}
    quiet.pop("PYTHONPATH", None)

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True)
        if done.returncode:
            failure = f"{package.name}: {' '.join(command)} failed:"
            raise SystemExit(f"{failure}\n{done.stdout}{done.stderr}")

    run(str(programs / "python"), "-m", "pip", "install", "-qq", str(package))
    for arguments in SMOKE:
        run(str(programs / "attention-course"), *arguments)
    run(str(programs / "python"), "-c", LOOK)


if __name__ == "__main__":
    sys.exit(main())
