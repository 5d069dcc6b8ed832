"""How attention learned to look, as a film: what its figure is told, and what is seen before."""

import json
from html import escape
from typing import Any

from attention_course.live.figure import ELSEWHERE, ROOT, element
from attention_course.runs.results import results_folder

FILM = "film.json"
SHOWN = 6  # moments in the table that stands for the film


def learning(word: str, alive: bool = True) -> str:
    """The figure as HTML: a table of some moments of an output word, and a button that plays all.

    The moments are of one training run of the third rung (`tools/live_film.py` makes it). Without
    the file, which comes with the repository, it says where to find it.

    Raises:
        ValueError: the first sentence of the film has no such word.
    """
    file = results_folder() / "live" / FILM
    if not file.exists():
        return f"<p>{ELSEWHERE}</p>"
    still = table_of(json.loads(file.read_text(encoding="utf-8")), word)
    if not alive:
        return f"<div>{still}</div>"
    opener = '<p><button type="button" hidden>Play how it learned</button></p>'
    settings = {"root": ROOT, "file": f"models/{FILM}"}
    return element("course-film", "film", settings, still + opener)


def table_of(film: dict[str, Any], word: str) -> str:
    """Some moments of one word: its likelihood, and where its row looks hardest."""
    told = film["sentences"][0]
    target = [film["words"][place] for place in told["target"]]
    if word not in target:
        raise ValueError(f"expected a word among {', '.join(target)}, got {word!r}")
    at = target.index(word)
    last = len(film["frames"]) - 1
    rows = [
        row_of(film["frames"][round(last * i / (SHOWN - 1))], told["source"], at)
        for i in range(SHOWN)
    ]
    head = ("update", "loss of the sentence", "likelihood of the word", "strongest weight")
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    return (
        f"<p>The word “{escape(word)}”, while the model learned:</p>"
        f'<table class="table"><tr>{cells}</tr>{"".join(rows)}</table>'
    )


def row_of(frame: dict[str, Any], source: list[str], at: int) -> str:
    """A moment of the first sentence as a row of the table."""
    now = frame["sentences"][0]
    weights = now["weights"][at]
    best = weights.index(max(weights))
    cells = (
        frame["update"],
        f"{now['loss']:.2f}",
        f"{now['right'][at]} %",
        f"{escape(source[best])} ({weights[best] / 100:.2f})",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
