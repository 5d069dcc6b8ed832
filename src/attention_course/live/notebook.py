"""The live figures in the output of a notebook's cell: the ladder, and one step of attention.

The output is HTML that carries everything: the models as `export` writes them, in 8 bits, the
page's own modules as one script, and the styles. So it needs neither the kernel nor a network, and
lives wherever an output may run scripts. A widget (anywidget) would ask for one package more and,
in Colab, for a manager that is fetched from elsewhere; nothing goes back to Python that would need
them. The price: a saved notebook grows by a third more than the files weigh, 1 MB for a model of
pocket Korean.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from IPython.display import HTML

from attention_course import rungs
from attention_course.course import stem_of
from attention_course.live import model_file
from attention_course.live.bundle import LIVE, bundle
from attention_course.live.figure import LANGUAGES, bare, glosses, in_words
from attention_course.live.stepper import VARIANT, still_of
from attention_course.live.trace import trace
from attention_course.runs.trained import Trained

STILL = (
    "This figure can be played with, but scripts do not run here: it stays as it is. Run the cell "
    "again; in Jupyter, trust the notebook."
)
GLOSS = "gloss.json"


class Carried(NamedTuple):
    """A model as its file holds it, and the bytes of the file."""

    trained: Trained
    content: bytes


def ladder(models: Trained | Path | Mapping[str, Trained | Path], sentences: Sequence[str]) -> HTML:
    """Trained models side by side, to be asked and taken hold of.

    `models` is a model, or a file that `attention-course export` has written, or several of either
    by the name to show; one after another they are asked about the first of the `sentences`. The
    others can be chosen, and any other typed. What is shown is the model in 8 bits.

    Raises:
        ValueError: there is no model or no sentence, a sentence has no word, or the models have
            not learned the same words.
        ModelFileError: a file is no exported model.
    """
    named = models if isinstance(models, Mapping) else {label_of(models): models}
    if not named or not sentences:
        raise ValueError(
            f"expected at least one model and one sentence, got {len(named)} and "
            f'{len(sentences)}; try ladder({{"Attention": trained}}, ["나는 숲에 가요 ."])'
        )
    carried = {name: carry(one, sentences) for name, one in named.items()}
    first, *others = ((name, one.trained) for name, one in carried.items())
    for name, trained in others:
        if trained.source.to_json() != first[1].source.to_json():
            raise ValueError(
                f"expected models that have learned the same words, got {first[0]} and {name} "
                "with other ones; show each by itself: ladder(trained, sentences)"
            )
    language = LANGUAGES.get(first[1].run.data)
    files = {f"{i}.model": one.content for i, one in enumerate(carried.values())}
    settings = {
        "rungs": [
            rung_settings(name, one.trained, file)
            for file, (name, one) in zip(files, carried.items(), strict=True)
        ],
        "examples": examples(sentences),
        "gloss": GLOSS,
        "language": language,
        "carried": in_text(files | {GLOSS: json.dumps(gloss_of(first[1])).encode()}),
    }
    still = in_words({name: one.trained for name, one in carried.items()}, sentences[0], language)
    return shown("course-live", "ladder", settings, still)


def step(model: Trained | Path, sentences: Sequence[str]) -> HTML:
    """One step of attention, walked through and then taken hold of, in a model's own numbers.

    `model` is one with scaled dot-product attention (the variant `scaled` of rung 3), or its
    exported file; the figure opens with the first of the `sentences`, others can be chosen.

    Raises:
        ValueError: the model is of another variant, there is no sentence, or one has no word.
        ModelFileError: the file is no exported model.
    """
    if not sentences:
        raise ValueError("expected at least one sentence, got none")
    trained, content = carry(model, sentences)
    if trained.run.variant != VARIANT:
        raise ValueError(
            f"expected a model of the variant {VARIANT}, whose scores the figure explains, got "
            f"{trained.run.variant}; any model can be seen with ladder(trained, sentences)"
        )
    traced = trace(trained, sentences[0])
    gloss = gloss_of(trained)
    settings = {
        "file": "0.model",
        "bytes": len(content),
        "gloss": gloss | {"<eos>": ["", "the end"]},
        "examples": examples(sentences),
        "trace": traced,
        "step": 0,
        "carried": in_text({"0.model": content}),
    }
    return shown("course-step", "step", settings, still_of(traced, gloss, 0))


def carry(model: Trained | Path, sentences: Sequence[str]) -> Carried:
    """A model, or an exported file, as it goes into the output."""
    if isinstance(model, Path):
        return Carried(model_file.read(model), model.read_bytes())
    return Carried(*model_file.as_file(model, list(sentences[: model_file.TESTS])))


def label_of(model: Trained | Path) -> str:
    """What a model without a name is called: by its file, or by its rung and variant."""
    if isinstance(model, Path):
        return model.stem
    return f"{rungs.rung(stem_of(model.run.variant)).label} ({model.run.variant})"


def rung_settings(name: str, trained: Trained, file: str) -> dict[str, Any]:
    """What the figure has to know of a model before it reads it."""
    rung = rungs.rung(stem_of(trained.run.variant))
    named = {"name": name, "label": name, "file": file}
    return named | {"number": rung.number, "colour": rung.colour}


def examples(sentences: Sequence[str]) -> list[dict[str, str]]:
    """Sentences that can be chosen, shown as they are."""
    return [{"source": sentence, "target": sentence} for sentence in sentences]


def gloss_of(trained: Trained) -> dict[str, list[str]]:
    """Of the words that a model of pocket Korean reads how they sound and what they mean."""
    return glosses([trained.source]) if trained.run.data == "pocket-korean" else {}


def in_text(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as text, to stand in a page."""
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def shown(tag: str, script: str, settings: Mapping[str, Any], still: str) -> HTML:
    """A figure with all that it needs; `still`, and why, is seen where scripts do not run."""
    rules = (LIVE / "page" / f"{name}.css" for name in ("live", script, "notebook"))
    style = "".join(file.read_text(encoding="utf-8") for file in rules)
    return HTML(  # type: ignore[no-untyped-call]  # IPython brings no types for it
        f"{bare(tag, settings, f'{still}<p>{STILL}</p>')}"
        f"<style>{style}</style><script>{bundle(f'page/{script}.js')}</script>"
    )
