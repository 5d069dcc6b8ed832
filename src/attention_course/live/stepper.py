"""One step of attention, to be walked through and taken hold of: what its figure is told."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from attention_course.data.pairs import Pair
from attention_course.korean.gloss import gloss_pair
from attention_course.live import model_file
from attention_course.live.figure import ELSEWHERE, ROOT, as_examples, element, glossed
from attention_course.live.trace import trace
from attention_course.runs.results import results_folder

VARIANT = "scaled"


def attention_step(
    examples: Sequence[Pair],
    word: str,
    data: str = "pocket-korean",
    alive: bool = True,
) -> str:
    """The figure as HTML: the five steps before an output word, with a trained model's numbers.

    It opens with the first of the examples; its numbers are in the page, so that a reader can
    walk before the model is fetched. Where it is not `alive`, as in a notebook, or where scripts
    do not run, the steps are told in a list.

    Raises:
        FileNotFoundError: it is to be alive, and the model is not here.
        ValueError: the model does not write `word`.
    """
    file = results_folder() / "live" / f"{data}-{VARIANT}.model"
    if not (alive or file.exists()):
        return f"<p>{ELSEWHERE}</p>"
    told = trace(model_file.read(file), examples[0].source)
    written = [one["word"] for one in told["steps"]]
    if word not in written:
        raise ValueError(f"expected a word among {', '.join(written)}, got {word!r}")
    at = written.index(word)
    gloss = glosses_of(examples)
    still = still_of(told, gloss, at)
    if not alive:
        return f"<div>{still}<p><small>On the website this can be played with.</small></p></div>"
    settings = {
        "root": ROOT,
        "file": f"models/{file.name}",
        "bytes": file.stat().st_size,
        "gloss": gloss,
        "examples": as_examples(examples),
        "trace": told,
        "step": at,
    }
    return element("course-step", "step", settings, still)


def glosses_of(examples: Sequence[Pair]) -> dict[str, list[str]]:
    """The gloss of all words of some sentences, as their translations decide it."""
    known: dict[str, list[str]] = {}
    for pair in examples:
        known |= glossed(gloss_pair(pair.source, pair.target, pair.sure or ()))
    return known | {"<eos>": ["", "the end"]}


def still_of(told: dict[str, Any], gloss: dict[str, list[str]], at: int) -> str:
    """One step as it is seen without scripts: every source word's weight, and five sentences."""
    step = told["steps"][at]
    written = " ".join(one["word"] for one in told["steps"][:at])
    states = "".join(
        f'<li><span class="name"><b>{escape(word)}</b>'
        f"{''.join(f' <small>{escape(line)}</small>' for line in gloss.get(word, []))}</span> "
        f'<span class="meter"><i style="--share: {weight:.3f}"></i></span> '
        f'<span class="value">{weight:.2f}</span></li>'
        for word, weight in zip(told["source"], step["weights"], strict=True)
    )
    items = "".join(f"<li>{line}</li>" for line in five_steps(told, at))
    before = f"“{escape(written)}” is written. " if written else ""
    return (
        f'<div class="course-live course-step"><p>{before}What comes next?</p>'
        f'<ol class="states">{states}</ol><ol>{items}</ol></div>'
    )


def five_steps(told: dict[str, Any], at: int) -> list[str]:
    """What happens in the five steps before a word, in a sentence each."""
    step, source = told["steps"][at], told["source"]
    scores, weights = step["scores"], step["weights"]
    best, second = sorted(range(len(source)), key=lambda s: -weights[s])[:2]
    total = sum(map(math.exp, scores))
    [first, *others] = step["next"]
    rest = ", ".join(f"{one['word']} {one['probability']:.1%}" for one in others)
    return [
        f"<b>Score.</b> The decoder's state s is compared with the state h of each word: "
        f"s · h / √{told['size']}. {escape(source[best])} scores highest: {scores[best]:.2f}.",
        f"<b>Softmax.</b> Its exponential is {math.exp(scores[best]):.1f}, that of all together "
        f"{total:.1f}, so its weight is {weights[best]:.2f}.",
        f"<b>Sum.</b> The context c is {weights[best]:.2f} times the state of "
        f"{escape(source[best])}, {weights[second]:.2f} times that of {escape(source[second])}, "
        "and a little of the others.",
        "<b>Join.</b> c and s, side by side, through a learned matrix and tanh: r.",
        f"<b>Predict.</b> Of {told['vocabulary']} tokens the likeliest is "
        f"<i>{escape(first['word'])}</i> with {first['probability']:.1%}; then come "
        f"{escape(rest)}.",
    ]
