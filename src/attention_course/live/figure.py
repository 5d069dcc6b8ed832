"""The figure of the page "The ladder, live": what it is told, and what is seen before it runs."""

import base64
import io
import json
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from attention_course import rungs
from attention_course.course import CHAPTERS, stem_of
from attention_course.data.pairs import Pair
from attention_course.figures.plotting import figure_of
from attention_course.korean.gloss import gloss
from attention_course.runs.results import results_folder
from attention_course.vocabulary import Vocabulary

ROOT = "../_static/live/"  # of what the figure fetches, from a page of the website
FROM_A_FOLDER = (
    "A page that is opened from a folder may load neither scripts in parts nor models. Serve it, "
    "and the ladder is live: <code>make serve</code>"
)
# A module may not be asked for from a folder: the browser would report an error.
LOADER = f"""(() => {{
  const figure = document.currentScript.parentElement.querySelector("course-live");
  if (location.protocol === "file:") {{
    figure.querySelector("p[hidden]").hidden = false;
    return;
  }}
  const script = document.createElement("script");
  script.type = "module";
  script.src = "{ROOT}page/ladder.js";
  document.head.append(script);
}})();"""
NO_SCRIPTS = (
    "Trained models of every rung can be asked here, in the browser. Scripts do not run in this "
    "place, so it stays a picture."
)


def model_files(data: str) -> list[Path]:
    """The exported models of the book on a corpus, in the order of the ladder."""
    folder = results_folder() / "live"
    names = [
        f"{data}-{variant}.model" for chapter in CHAPTERS.values() for variant in chapter.variants
    ]
    return [folder / name for name in names if (folder / name).exists()]


def rung_settings(file: Path) -> dict[str, Any]:
    """What the figure has to know of a model before it fetches it."""
    variant = file.stem.rsplit("-", 1)[1]
    rung = rungs.rung(stem_of(variant))
    detail = "" if variant == CHAPTERS[rung.stem].default else f" ({variant})"
    return {
        "name": variant,
        "number": rung.number,
        "label": f"{rung.number} · {rung.label}{detail}",
        "colour": rung.colour,
        "file": f"models/{file.name}",
    }


def ladder(examples: Sequence[Pair], still: Axes, alt: str, data: str = "pocket-korean") -> str:
    """The figure as HTML: its settings, a picture in its place until it is opened, a button."""
    files = model_files(data)
    weight = sum(file.stat().st_size for file in files) / 1e6
    settings = {
        "root": ROOT,
        "rungs": [rung_settings(file) for file in files],
        "examples": [{"source": pair.source, "target": pair.target} for pair in examples],
        "gloss": "gloss.json",
    }
    text = json.dumps(settings, ensure_ascii=False).replace("</", "<\\/")
    picture = io.StringIO()
    figure_of(still).savefig(picture, format="svg", bbox_inches="tight")
    encoded = base64.b64encode(picture.getvalue().encode()).decode()
    return (
        '<course-live data-pagefind-ignore="all"><div class="still">'
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{encoded}">'
        f"<noscript><p>{NO_SCRIPTS}</p></noscript><p hidden>{FROM_A_FOLDER}</p>"
        f'<p><button type="button" hidden>Bring the models to life ({weight:.1f} MB)</button></p>'
        f'</div><script type="application/json">{text}</script></course-live>'
        f'<link rel="stylesheet" href="{ROOT}page/live.css">'
        f"<script>{LOADER}</script>"
    )


def glosses(vocabularies: Iterable[Vocabulary]) -> dict[str, list[str]]:
    """Of each word of some vocabularies how it sounds, and what it means with its ending."""
    known: dict[str, list[str]] = {}
    for vocabulary in vocabularies:
        for [word, _] in vocabulary.words(range(len(vocabulary))):
            [one] = gloss(word) or [None]
            if one is not None and one.meaning:
                function = f" ({one.function})" if one.function else ""
                known[word] = [one.sound, one.meaning + function]
    return known
