"""What the pages of the book share: small trainings, tables, numbers, figures to play with."""

import base64
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import torch
from IPython.display import HTML
from matplotlib.axes import Axes

from attention_course import data
from attention_course.config import Run
from attention_course.course import preset
from attention_course.data.batch import batches, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.data.pocket_korean import read_examples
from attention_course.figures.gloss import interlinear
from attention_course.figures.plotting import figure_of
from attention_course.runs import experiment
from attention_course.runs.card import RunCard, Translated
from attention_course.runs.results import read_records
from attention_course.runs.trained import Trained
from attention_course.training.trainer import Trainer

TOY: dict[str, Any] = {
    "longest": 12,
    "train_pairs": 5_000,
    "learning_rate": 8e-3,
    "batch_size": 64,
}

STILL = (
    "This figure can be played with, but scripts do not run here: it stays a picture. Open this "
    "page by itself in a browser with JavaScript on; in Jupyter, trust the notebook."
)


def learn(stem: str, variant: str, task: str, **changes: Any) -> Trained:
    """Train a small model on a toy task while the page is built."""
    torch.set_num_threads(1)
    run = preset(stem, variant, task, "smoke", **{**TOY, **changes})
    corpus = data.load(run)
    trained = experiment.prepare(run, corpus)
    examples = encode_pairs(corpus.train, trained.source, trained.target)
    order = [
        one for epoch in range(run.epochs) for one in batches(examples, run.batch_size, 0, epoch)
    ]
    trainer = Trainer(trained.model, run, Path())
    for batch in order:
        trainer.update(batch, len(order))
    return trained


def sentence() -> HTML:
    """The sentence that goes through the whole book, with its gloss and its English."""
    pair = read_examples()[0]
    return html(interlinear(pair.source, pair.target, pair.sure or ()))


def shown(card: RunCard) -> Translated:
    """The sentence that goes through the whole book, as this run translated it.

    Raises:
        ValueError: the run never read it.
    """
    source = read_examples()[0].source
    for example in card.examples:
        if example.source == source:
            return example
    raise ValueError(f"expected a run that was judged on {source!r}, got one on {card.run.reads}")


def tested(run: Run) -> tuple[Pair, ...]:
    """The pairs that a run on pocket Korean was judged on."""
    return data.load_test_pairs(run)


def gold(example: Translated, run: Run) -> tuple[Any, Any] | None:
    """The true links (sure, possible) of what was said; None if it is not the reference."""
    if example.output != example.reference:
        return None
    [pair] = [pair for pair in tested(run) if pair.source == example.source]
    return pair.sure, pair.possible


def speed(card: RunCard) -> str:
    """Tokens trained on in one second of one processor, so that a busy machine is fair to all.

    Raises:
        ValueError: the card has no time by the clock.
    """
    if card.tokens_per_second is None or card.seconds is None:
        raise ValueError(f"expected the card of a timed run, got one of {card.run.stem} without")
    return f"{card.tokens_per_second * card.seconds / card.cpu_seconds:,.0f}"


def score(card: RunCard) -> str:
    """BLEU with its interval, as it stands in a table."""
    bleu, low, high = (card.metrics[name] for name in ("bleu", "bleu_low", "bleu_high"))
    return f"{bleu:.1f} ({low:.1f} to {high:.1f})"


def html(text: str) -> HTML:
    """Text that a page shows as HTML."""
    return HTML(text)  # type: ignore[no-untyped-call]  # IPython brings no types for it


def table(header: Sequence[Any], rows: Sequence[Sequence[Any]]) -> HTML:
    """A table that scrolls in its own box where the page is narrow; cells may hold HTML."""
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return html(
        '<div style="overflow-x: auto"><table class="table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def numbers(*claims: str) -> dict[str, Any]:
    """What was measured for claims, named for the text: c01_fall, c01_fall_low, c01_fall_high.

    Beside them the verdict, as c01_verdict.
    """
    records = read_records()
    values: dict[str, Any] = {}
    for claim in claims:
        values[f"{claim}_verdict"] = records[claim]["verdict"]
        for row in records[claim]["predictions"]:
            name = f"{claim}_{row['name']}"
            values[name] = row["mean"]
            values[f"{name}_low"], values[f"{name}_high"] = row["interval"]
    return values


def measured(claim: str, name: str) -> tuple[float, float, float]:
    """The mean of a number that was foretold, and the ends of its 95 % interval."""
    [row] = [row for row in read_records()[claim]["predictions"] if row["name"] == name]
    low, high = row["interval"]
    return row["mean"], low, high


def seen(claim: str, name: str) -> float:
    """The mean of a number that was seen beside a claim."""
    mean: float = read_records()[claim]["seen"][name]["mean"]
    return mean


def on_website() -> bool:
    """Whether a page is being built: tools/build_book.py says so."""
    return "ATTENTION_COURSE_WEBSITE" in os.environ


def glue(name: str, value: Any) -> None:
    """Keep a number for the text of a page. In a notebook the text has its numbers already."""
    if on_website():
        import myst_nb

        myst_nb.glue(name, value, display=False)


def glue_interval(name: str, mean: float, low: float, high: float) -> None:
    """Keep a number and the ends of its interval for the text: name, name_low, name_high."""
    for ending, value in (("", mean), ("_low", low), ("_high", high)):
        glue(name + ending, value)


def play(module: str, model: Mapping[str, Any], fallback: Axes, alt: str) -> HTML:
    """A figure that can be played with, on a page without a kernel.

    `module` names a file of widgets/figures, `model` is what it draws, as JSON values. The output
    carries the figure's script: a page that is opened from a folder may load no module. Where
    scripts do not run, the fallback is seen: a picture, with its `alt` text, and why it is still.
    """
    picture = io.StringIO()
    figure_of(fallback).savefig(picture, format="svg", bbox_inches="tight")
    encoded = base64.b64encode(picture.getvalue().encode()).decode()
    text = json.dumps(model, ensure_ascii=False).replace("</", "<\\/")
    return html(
        f'<course-figure data-module="{escape(module)}">'
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{encoded}">'
        f'<p class="still">{STILL}</p>'
        f'<script type="application/json">{text}</script></course-figure>'
        f"{carried(module)}"
    )


def carried(module: str) -> str:
    """A figure's styles and script, to stand behind its element in the output of a cell.

    The script is one function, since an output cannot import; it waits until a notebook has put
    the element into its page.
    """
    figures = Path(__file__).parent / "figures"
    style = (figures / "course-figure.css").read_text(encoding="utf-8")
    modules = "".join(
        (figures / f"{name}.js").read_text(encoding="utf-8") for name in ("parts", module)
    )
    script = re.sub(r"^(import .*;$|export )", "", modules, flags=re.MULTILINE)
    wanted = f'course-figure[data-module="{module}"]:not([data-ready])'
    return f"""<style>{style}</style><script>(() => {{
{script}
(function find(tries) {{
  const found = document.querySelectorAll({json.dumps(wanted)});
  for (const figure of found) fill(figure, mount);
  if (!found.length && tries) setTimeout(find, 100, tries - 1);
}})(50);
}})();</script>"""
