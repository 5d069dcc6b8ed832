"""The one diagram of the course: the states of a sentence, a line for each weight, and the sum."""

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.grids import rounded
from attention_course.diagrams.parts import (
    SMALL,
    Tone,
    arrow,
    box,
    pill,
    step,
    sum_circle,
    text,
    toned,
    weight_line,
    width_of,
)
from attention_course.diagrams.sentence import source, weights_for
from attention_course.rungs import RUNGS

PREDICTED = "recommended"
TONES: tuple[Tone, ...] = ("rung-1", "rung-2", "rung-3", "rung-4")
SENTENCES = (
    "Rung 1: all the weight lies on the last state. One line carries everything.",
    "Rung 2: the same states and the same sum, but every line is equally thick.",
    "Rung 3: the decoder asks, and the lines differ. To write “{word}” it reads most of {most}.",
    "Rung 4: again one sum. Here every word of the sentence may ask in this way; drawn is how the "
    "decoder of the Transformer reads the source, the mean over its heads.",
)


def one_sum(rungs: int) -> Diagram:
    """The sum of the first so many rungs, each a step of one picture; only the lines change.

    The weights are those with which the book's models predict PREDICTED, from their run cards.
    """
    rows = [weights_for(PREDICTED, rung) for rung in RUNGS[:rungs]]
    largest = rows[-1].index(max(rows[-1]))
    most = source()[largest]
    meant = f"{most.word} ({most.meaning})" if most.meaning else most.word
    sentences = [one.format(word=PREDICTED, most=meant) for one in SENTENCES[:rungs]]
    return Diagram(
        f"One sum: {RUNGS[rungs - 1].label.lower()}",
        f"The eight states of the source, a line from each to one sum, and from the sum to the "
        f"word {PREDICTED}. "
        + " ".join(
            f"{rung.label}: the weights are {', '.join(written(row))}."
            for rung, row in zip(RUNGS, rows, strict=False)
        ),
        Drawing(358, 336, upright(rows)),
        Drawing(660, 256, lying(rows)),
        tuple(sentences) if rungs > 1 else (),
    )


def written(weights: list[float]) -> list[str]:
    """Weights with so many digits that equal ones are written alike, and that they add up to 1."""
    return rounded(weights, 3 if max(weights) - min(weights) < 0.01 else 2)


def upright(rows: list[list[float]]) -> tuple[str, ...]:
    """The picture for a phone: the words stand below each other."""
    words, height, top, x = source(), 41, 22, 282
    middle = top + height * (len(words) - 1) / 2

    def of_rung(number: int) -> str:
        lines, numbers = [], []
        for s, (weight, share) in enumerate(zip(rows[number], written(rows[number]), strict=True)):
            y, off = top + height * s, 10 + 6 * weight
            lines.append(weight_line((174, y), (x - 20, middle), weight, upright=False))
            numbers.append(text(178, y - off if y < middle else y + off, share, SMALL, "start"))
        sum_and_word = sum_circle(x, middle) + text(x, middle - 32, "c_t", look="math strong")
        return toned(TONES[number], *lines, *numbers, sum_and_word, boxes)

    boxes = "".join(box(158, top + height * s, f"h_{s + 1}", 31, 27) for s in range(len(words)))
    named = [
        pill(38, top + height * s, one.word, width_of(one.word, 13) + 18, 26, 13)
        + text(138, top + height * s, one.meaning, 11, "end", "muted")
        for s, one in enumerate(words)
    ]
    writes = arrow((x, middle + 21), (x, middle + 48)) + pill(x, middle + 63, PREDICTED, size=12)
    return ("".join(named), *stepped([of_rung(number) for number in range(len(rows))]), writes)


def lying(rows: list[list[float]]) -> tuple[str, ...]:
    """The picture for a desk: the words stand beside each other."""
    words = source()
    gap = 660 / len(words)
    places = [gap * (s + 0.5) for s in range(len(words))]
    middle = 660 / 2
    boxes = "".join(box(x, 74, f"h_{s + 1}", 40, 28) for s, x in enumerate(places))

    def of_rung(number: int) -> str:
        lines, numbers = [], []
        for x, weight, share in zip(places, rows[number], written(rows[number]), strict=True):
            lines.append(weight_line((x, 88), (middle, 208), weight))
            numbers.append(text(x, 104, share, SMALL, look="halo"))
        circle = sum_circle(middle, 227) + text(middle - 40, 227, "c_t", look="math strong")
        return toned(TONES[number], *lines, *numbers, circle, boxes)

    named = [
        pill(x, 16, one.word, size=13, height=26) + text(x, 41, one.meaning, 11, look="muted")
        for x, one in zip(places, words, strict=True)
    ]
    writes = arrow((middle + 20, 227), (middle + 58, 227)) + pill(middle + 122, 227, PREDICTED)
    return ("".join(named), *stepped([of_rung(number) for number in range(len(rows))]), writes)


def stepped(pictures: list[str]) -> list[str]:
    """One picture after the other, each gone when the next one comes."""
    if len(pictures) == 1:
        return pictures
    last = len(pictures)
    return [
        step(number, picture, until=number if number < last else 0, sudden=True)
        for number, picture in enumerate(pictures, 1)
    ]
