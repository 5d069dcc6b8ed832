"""The ladder, live: what its figure is told, and what is seen before it runs.

`stepper.py` has the other figure that runs trained models, one step of attention.
"""

import base64
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from attention_course import rungs
from attention_course.course import CHAPTERS, stem_of
from attention_course.data.pairs import Pair
from attention_course.figures.plotting import figure_of
from attention_course.korean.gloss import Gloss, gloss
from attention_course.live.model_file import read
from attention_course.runs.results import results_folder
from attention_course.runs.trained import Trained, translate
from attention_course.vocabulary import Vocabulary

ROOT = "../_static/live/"  # of what the figure fetches, from a page of the website
FROM_A_FOLDER = (
    "A page that is opened from a folder may load neither scripts in parts nor models. Serve it, "
    "and the ladder is live: <code>make serve</code>"
)
ELSEWHERE = (
    "Here trained models are asked. They come with the repository, not with the package: see this "
    "page on the website. One of your own is shown by "
    "<code>attention_course.live.notebook.ladder(trained, sentences)</code>."
)
NO_SCRIPTS = (
    "Trained models can be asked here, in the browser. Scripts do not run in this place, so it "
    "stays a picture."
)


BOOK = "pocket-korean"  # the corpus whose models the pages show
CAPTIONS = "multi30k"  # and that of real sentences, on the page of the ladder
LANGUAGES = {"pocket-korean": "ko", "tatoeba": "ko", "multi30k": "de"}  # of sources, as in `lang`


def model_files(data: str) -> list[Path]:
    """The exported models of the book on a corpus, in the order of the ladder."""
    folder = results_folder() / "live"
    names = [
        f"{data}-{variant}.model" for chapter in CHAPTERS.values() for variant in chapter.variants
    ]
    return [folder / name for name in names if (folder / name).exists()]


def rung_settings(file: Path) -> dict[str, Any]:
    """What the figure has to know of a model before it fetches it."""
    variant = variant_of(file)
    rung = rungs.rung(stem_of(variant))
    detail = "" if variant == CHAPTERS[rung.stem].default else f" ({variant})"
    return {
        "name": variant,
        "number": rung.number,
        "label": label_of(rung) + detail,
        "colour": rung.colour,
        "file": f"models/{file.name}",
    }


def label_of(rung: rungs.Rung) -> str:
    """The number and the name of a rung, as figures show them."""
    return f"{rung.number} · {rung.label}"


def ladder(examples: Sequence[Pair], still: Axes, alt: str) -> str:
    """The figure as HTML: its settings, a picture in its place until it is opened, a button.

    The address of the page keeps what is seen in it, so that it can be sent.
    """
    files = model_files(BOOK)
    defaults = [file for file in files if is_default(file)]
    return ladder_of(
        defaults,
        examples,
        picture(still, alt),
        more=[rung_settings(file) for file in files if file not in defaults],
        linked=True,
    )


def few_rungs(examples: Sequence[Pair], variants: Collection[str], alive: bool = True) -> str:
    """The small form of the ladder, for a chapter: some rungs side by side, no panel of one step.

    Until it is opened, or where it is not `alive`, it tells what each model makes of the first
    example. Without the models, which come with the repository, it says where to find it.
    """
    files = [file for file in model_files(BOOK) if variant_of(file) in variants]
    if not files:
        return f"<p>{ELSEWHERE}</p>"
    still = said_of(files, examples, BOOK)
    return ladder_of(files, examples, still, small=True) if alive else f"<div>{still}</div>"


def captions(examples: Sequence[Pair]) -> str:
    """The ladder of the models of German captions; in its place what they make of the first one."""
    files = model_files(CAPTIONS)
    if not files:
        return f"<p>{ELSEWHERE}</p>"
    return ladder_of(files, examples, said_of(files, examples, CAPTIONS), CAPTIONS)


def said_of(files: Sequence[Path], examples: Sequence[Pair], data: str) -> str:
    """What each model of some files makes of the first example."""
    models = {rung_settings(file)["label"]: read(file) for file in files}
    return in_words(models, examples[0].source, LANGUAGES[data])


def ladder_of(
    files: Sequence[Path],
    examples: Sequence[Pair],
    still: str,
    data: str = BOOK,
    **settings: Any,
) -> str:
    """The ladder of some models, with what is seen before it is opened, and further settings."""
    weight = sum(file.stat().st_size for file in files) / 1e6
    settings = {
        "root": ROOT,
        "rungs": [rung_settings(file) for file in files],
        "examples": as_examples(examples),
        "gloss": "gloss.json" if data == BOOK else None,
        "language": LANGUAGES[data],
        **settings,
    }
    what = f"Bring the {len(files)} models to life ({weight:.1f} MB)"
    opener = f'<p><button type="button" hidden>{what}</button></p>'
    return element("course-live", "ladder", settings, still + opener)


def in_words(models: Mapping[str, Trained], sentence: str, language: str | None) -> str:
    """What each of some models makes of a sentence, in a language that may have no name."""
    named = f' lang="{language}"' if language else ""
    lines = [f"<p{named}>{escape(sentence)}</p>"]
    for label, trained in models.items():
        [said] = translate(trained, [sentence])
        lines.append(f"<p><b>{escape(label)}</b>: {escape(said.output)}</p>")
    return "".join(lines)


def is_default(file: Path) -> bool:
    """Whether a file is of the variant that stands for its chapter on the ladder."""
    return variant_of(file) in {chapter.default for chapter in CHAPTERS.values()}


def variant_of(file: Path) -> str:
    """The variant whose model is in an exported file, by its name, which ends with it."""
    variants = (name for chapter in CHAPTERS.values() for name in chapter.variants)
    return next(name for name in variants if file.stem.endswith(f"-{name}"))


def as_examples(pairs: Iterable[Pair]) -> list[dict[str, str]]:
    """Sentences that a reader can choose."""
    return [{"source": pair.source, "target": pair.target} for pair in pairs]


def picture(still: Axes, alt: str) -> str:
    """A drawing as an image that needs no file of its own."""
    drawn = io.StringIO()
    figure_of(still).savefig(drawn, format="svg", bbox_inches="tight")
    encoded = base64.b64encode(drawn.getvalue().encode()).decode()
    return f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{encoded}">'


def element(tag: str, script: str, settings: Mapping[str, Any], still: str) -> str:
    """A live figure: `still` in its place until `page/{script}.js` draws what `settings` tell.

    Its own rules stand behind those that all figures share, and so they win.
    """
    notes = f"<noscript><p>{NO_SCRIPTS}</p></noscript><p hidden>{FROM_A_FOLDER}</p>"
    return (
        f"{bare(tag, settings, still + notes)}"
        f'<link rel="stylesheet" href="{ROOT}page/live.css">'
        f'<link rel="stylesheet" href="{ROOT}page/{script}.css">'
        f"<script>{loader(tag, script)}</script>"
    )


def bare(tag: str, settings: Mapping[str, Any], still: str) -> str:
    """The element of a figure alone: what is seen before its script runs, and what that is told."""
    text = json.dumps(settings, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<{tag} data-pagefind-ignore="all"><div class="still">{still}</div>'
        f'<script type="application/json">{text}</script></{tag}>'
    )


def loader(tag: str, script: str) -> str:
    """What fetches a figure's script when a reader comes near.

    From a folder no module may be asked for: the browser would report an error.
    """
    return f"""(() => {{
  const figure = document.currentScript.parentElement.querySelector("{tag}");
  if (location.protocol === "file:") {{
    figure.querySelector("p[hidden]").hidden = false;
    return;
  }}
  new IntersectionObserver((seen, observer) => {{
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    const script = document.createElement("script");
    script.type = "module";
    script.src = "{ROOT}page/{script}.js";
    document.head.append(script);
  }}, {{ rootMargin: "800px" }}).observe(figure);
}})();"""


def glosses(vocabularies: Iterable[Vocabulary]) -> dict[str, list[str]]:
    """Of each word of some vocabularies how it sounds, and what it means with its ending."""
    known: dict[str, list[str]] = {}
    for vocabulary in vocabularies:
        for [word, _] in vocabulary.words(range(len(vocabulary))):
            known |= glossed(gloss(word))
    return known


def glossed(words: Iterable[Gloss]) -> dict[str, list[str]]:
    """Under each word how it sounds, and what it means with its ending."""
    return {
        one.word: [one.sound, one.meaning + (f" ({one.function})" if one.function else "")]
        for one in words
        if one.meaning
    }
