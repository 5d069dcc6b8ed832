"""The whole Transformer: two stacks of layers, and what goes in and comes out."""

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    arrow,
    block,
    lines,
    operation,
    pill,
    step,
    text,
    toned,
)

SOURCE, TARGET = 88, 270  # pixels from the left: the two columns
EMBEDDED, FIRST, APART = 96, 190, 58  # pixels from the top: word vectors, a layer, the next one
HIGH: Pixels = 400
STEPS = (
    "The source's words become vectors, and the pattern of its position is added to each.",
    "Layer after layer the words ask each other. What comes out are the encoder's states.",
    "The decoder reads the target words so far, in the same way.",
    "Its layers ask the words so far, and each of them asks the encoder's states.",
    "At the end each place gets a score for every word of the vocabulary, the logits; of them a "
    "softmax makes probabilities of the next word.",
)


def transformer() -> Diagram:
    """The encoder's stack beside the decoder's, joined by cross-attention."""
    asks = [
        arrow((SOURCE + 66, FIRST + APART), (TARGET - 66, FIRST + APART * number), look="toned")
        for number in (0, 1)
    ]
    ends = FIRST + APART + 18
    parts = (
        step(1, column(SOURCE, ("source",), "추천한 소설을")),
        step(2, stack(SOURCE, "encoder layer"), told(SOURCE, ends + 26, ("encoder's states",))),
        step(3, column(TARGET, ("target so far",), "<bos> yesterday")),
        step(4, stack(TARGET, "decoder layer"), toned("rung-3", *asks)),
        step(
            5,
            arrow((TARGET, ends), (TARGET, ends + 18)),
            block(TARGET, ends + 36, "logits", 130, 32),
            arrow((TARGET, ends + 53), (TARGET, ends + 71)),
            block(TARGET, ends + 88, "softmax", 130, 32),
            arrow((TARGET, ends + 105), (TARGET, ends + 118)),
            pill(TARGET, ends + 133, "yuna"),
        ),
    )
    return Diagram(
        "The Transformer",
        "Two columns. On the left the words of the source become vectors with positions and pass "
        "two encoder layers. On the right the target words so far become vectors with positions "
        "and pass two decoder layers, each of which is reached by an arrow from the encoder's "
        "last layer; then logits, a softmax, and the next word.",
        Drawing(358, HIGH + 28, parts),
        steps=STEPS,
    )


def column(x: Pixels, name: tuple[str, ...], words: str) -> str:
    """What goes into a stack: words, their vectors, and the positions that are added."""
    return "".join(
        (
            lines(x, 12, name, SMALL, look="muted"),
            pill(x, 40, words, 150),
            arrow((x, 55), (x, EMBEDDED - 17)),
            block(x, EMBEDDED, "word vectors", 130, 32),
            arrow((x, EMBEDDED + 17), (x, EMBEDDED + 31)),
            operation(x, EMBEDDED + 44, "+"),
            text(x + 18, EMBEDDED + 44, "positions", SMALL, "start", "muted"),
            arrow((x, EMBEDDED + 57), (x, FIRST - 19)),
        )
    )


def stack(x: Pixels, name: str) -> str:
    """Two layers, one below the other."""
    return "".join(
        (
            toned("rung-4", *(block(x, FIRST + APART * one, name, 130, 36) for one in (0, 1))),
            arrow((x, FIRST + 19), (x, FIRST + APART - 19)),
        )
    )


def told(x: Pixels, y: Pixels, words: tuple[str, ...]) -> str:
    """What comes out, and the arrow to it."""
    return arrow((x, y - 26), (x, y - 8)) + lines(x, y, words, SMALL, look="muted")
