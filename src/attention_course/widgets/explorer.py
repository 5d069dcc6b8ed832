"""The attention explorer: choose or type a sentence, see what each model says and where it looks.

Made of ipywidgets alone, with pictures drawn in Python: it looks the same in Jupyter and Colab.
"""

import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import ipywidgets as widgets
from matplotlib.figure import Figure

from attention_course.figures import heatmaps
from attention_course.figures.gloss import interlinear, is_known
from attention_course.figures.hangul import find_font
from attention_course.runs.trained import Trained, translate
from attention_course.vocabulary import UNK, normalise

LONGEST = 60  # words; the heatmap of a longer sentence cannot be read


class Answer(NamedTuple):
    """What is shown of one model: what it says, above where it looks."""

    text: widgets.HTML
    image: widgets.Image
    column: widgets.VBox


class Explorer(widgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types
    """The widgets that `explore` makes: they ask each model again when something changes.

    Set `sentence.value`, `example.value` or `shown[name].value` to drive it from code; what a
    reader then sees is in `message.value` and in `outputs[name]`. Below a sentence of pocket
    Korean stands its gloss.
    """

    def __init__(self, models: Mapping[str, Trained], sentences: Sequence[str]) -> None:
        wide = {"width": "95%"}
        self.models = dict(models)
        self.example = widgets.Dropdown(options=list(sentences), description="choose", layout=wide)
        self.sentence = widgets.Text(
            value=sentences[0], description="or type", continuous_update=False, layout=wide
        )
        self.shown = {
            name: widgets.Checkbox(value=True, description=name, indent=False) for name in models
        }
        self.message, self.gloss = widgets.HTML(), widgets.HTML()
        self.outputs = {name: empty_answer() for name in models}
        columns = [answer.column for answer in self.outputs.values()]
        beside = widgets.Box(columns, layout={"flex_flow": "row wrap"})
        choices = widgets.HBox(list(self.shown.values()))
        super().__init__([self.example, self.sentence, self.gloss, choices, self.message, beside])
        widgets.dlink((self.example, "value"), (self.sentence, "value"))
        for widget in (self.sentence, *self.shown.values()):
            widget.observe(self.refresh, "value")
        self.refresh()

    def refresh(self, change: dict[str, Any] | None = None) -> None:
        """Ask the chosen models about the sentence that stands there now."""
        words = normalise(self.sentence.value).split()
        self.message.value = complaint(words)
        sentence = " ".join(words)
        known = not self.message.value and is_known(sentence)
        self.gloss.value = interlinear(sentence) if known else ""
        for name, answer in self.outputs.items():
            visible = self.shown[name].value and not self.message.value
            answer.column.layout.display = None if visible else "none"
            if visible:
                show(answer, name, self.models[name], sentence)


def complaint(words: Sequence[str]) -> str:
    """One kind line about a sentence that cannot be shown; empty where it can."""
    if not words:
        return "Nothing to translate yet: choose a sentence, or type one and press Enter."
    if len(words) > LONGEST:
        return f"{len(words)} words are more than a heatmap can show: try at most {LONGEST}."
    return ""


def empty_answer() -> Answer:
    """A column that shows nothing yet."""
    text, image = widgets.HTML(), widgets.Image(format="png", layout={"max_width": "100%"})
    return Answer(text, image, widgets.VBox([text, image]))


def show(answer: Answer, name: str, trained: Trained, sentence: str) -> None:
    """Write what a model says into its column, and draw where it looked."""
    [translation] = translate(trained, [sentence])
    answer.text.value = f"<b>{escape(name)}</b>: {escape(translation.output)}"
    unknown = [word for word in sentence.split() if UNK in trained.source.encode(word)]
    if unknown:
        answer.text.value += f"<br>New to it, so it cannot know: {escape(', '.join(unknown))}"
    answer.image.value = draw(
        translation.weights, translation.source_tokens, translation.output_tokens
    )


def draw(weights: Sequence[Sequence[float]], source: list[str], target: list[str]) -> bytes:
    """Draw a heatmap as a PNG; without pyplot, so no figure stays open."""
    font = find_font(" ".join([*source, *target]))
    names = heatmaps.names(source, font, gloss=True), heatmaps.names(target, font)
    size = heatmaps.figure_size(*names, "")
    figure = Figure(size, layout="constrained", facecolor="white")
    heatmaps.heatmap(weights, source, target, ax=figure.subplots(), font=font)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


def explore(models: Mapping[str, Trained], sentences: Sequence[str]) -> Explorer:
    """Show how trained models translate a sentence, each with its heatmap.

    `models` maps the name to show to a model; `sentences` can be chosen, any other typed. Words
    that a model has not learned are named beside what it says.

    Raises:
        ValueError: there is no model or no sentence.
    """
    if not models or not sentences:
        raise ValueError(
            f"expected at least one model and one sentence, got {len(models)} and "
            f'{len(sentences)}; try explore({{"Attention": trained}}, ["나는 숲에 가요 ."])'
        )
    return Explorer(models, sentences)
