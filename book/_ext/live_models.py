"""The live figures' files: their scripts, the exported models, the gloss of words they know."""

import json
import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
from attention_course.live import figure, learning, model_file, racing, writing
from attention_course.runs.results import results_folder

LIVE = ROOT / "src" / "attention_course" / "live"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", bring)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def bring(app: Sphinx, exception: Exception | None) -> None:
    """Put everything that the figures fetch below _static/live."""
    if exception is None and app.builder.format == "html":
        bring_to(Path(app.outdir) / "_static")


def bring_to(static: Path) -> None:
    """Put the scripts, the models and the gloss into the folder of static files."""
    live = static / "live"
    for scripts in ("engine", "page"):
        shutil.copytree(LIVE / scripts, live / scripts, dirs_exist_ok=True)
    files = figure.model_files(figure.BOOK)
    captions = figure.model_files(figure.CAPTIONS)
    (live / "models").mkdir(exist_ok=True)
    records = [
        results_folder() / "live" / name
        for name in (learning.FILM, racing.RACE, writing.LANGUAGE_MODEL)
    ]
    for file in (*files, *captions, *(one for one in records if one.exists())):
        shutil.copyfile(file, live / "models" / file.name)
    words = figure.glosses(model_file.read(file).source for file in files)
    (live / "gloss.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
