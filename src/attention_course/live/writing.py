"""A language model that writes in the page: what its figure is told, and what is seen before."""

from collections.abc import Sequence
from html import escape

from attention_course.live.figure import ELSEWHERE, ROOT, element
from attention_course.runs.results import results_folder

LANGUAGE_MODEL = "pocket-korean-language.model"  # the book's


def figure_of_writing(
    file: str, label: str, samples: Sequence[str], language: str = "en", alive: bool = True
) -> str:
    """The figure as HTML: some texts of a language model, and a button that brings it to life.

    `file` is the name of an exported model in `results/live`, `label` what it is called in a
    sentence, such as "a language model of pocket English", `language` that of its texts. Without
    the file, which comes with the repository, it says where to find it.
    """
    model = results_folder() / "live" / file
    if not model.exists():
        return f"<p>{ELSEWHERE}</p>"
    still = texts_of(label, samples, language)
    if not alive:
        return f"<div>{still}</div>"
    weight = model.stat().st_size / 1e6
    what = f"Bring the language model to life ({weight:.1f} MB)"
    opener = f'<p><button type="button" hidden>{what}</button></p>'
    settings = {"root": ROOT, "file": f"models/{file}", "label": label, "language": language}
    return element("course-write", "write", settings, still + opener)


def texts_of(label: str, samples: Sequence[str], language: str) -> str:
    """A few texts as they are seen without scripts."""
    items = "".join(f'<li lang="{language}">{escape(one)}</li>' for one in samples)
    return f"<p>What {escape(label)} has written:</p><ul>{items}</ul>"
