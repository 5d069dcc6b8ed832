"""Learning all at once and writing word by word: the target shift, the cache of a prefix."""

from itertools import pairwise

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    arrow,
    box,
    pill,
    step,
    tag,
    text,
    toned,
    weight_line,
)
from attention_course.vocabulary import BOS, EOS, SPECIALS

TARGET = ("yuna", "read", "a", "novel")
READ = (SPECIALS[BOS], *TARGET)
PREDICTED = (*TARGET, SPECIALS[EOS])
SHIFT_STEPS = (
    "The true translation stands below: at each place it is the word to be predicted.",
    "The decoder reads the same words, moved one place to the right, and begins with <bos>.",
    "Each place may read itself and what stands before it; the causal mask hides the rest. So no "
    "place sees its own answer.",
    "All places predict at once, each from true words, and all their losses are one sum.",
)


def target_shift() -> Diagram:
    """What a decoder reads and what it must predict: the same words, one place apart."""
    return Diagram(
        "The target, shifted by one",
        "Two rows of words. Above, what the decoder reads: bos, yuna, read, a, novel. Below, what "
        "it predicts: yuna, read, a, novel, eos. Lines lead from each read word to the states at "
        "its own and all later places, and dashed arrows from each predicted word to the place on "
        "its right, where it is read.",
        Drawing(358, 262, shifted(358)),
        Drawing(660, 262, shifted(660)),
        SHIFT_STEPS,
    )


def shifted(width: Pixels) -> tuple[str, ...]:
    """The parts of the picture, on a sheet so wide."""
    places = [width * (t + 0.5) / 5 for t in range(5)]
    above = [
        toned("muted", pill(x, 42, word, size=13)) for x, word in zip(places, READ, strict=True)
    ]
    below = [pill(x, 224, word, size=13) for x, word in zip(places, PREDICTED, strict=True)]
    moved = [arrow((x + 14, 206), (after - 14, 60), look="dashed") for x, after in pairwise(places)]
    reading = [
        weight_line((places[s], 57), (places[t], 120), 1 / (2 * t + 2))
        for t in range(5)
        for s in range(t + 1)
    ]
    states = [box(x, 138) for x in places]
    predicts = [arrow((x, 157), (x, 206)) for x in places]
    return (
        step(1, *below, text(width / 2, 254, "to be predicted", SMALL, look="muted")),
        step(2, *above, text(width / 2, 12, "read by the decoder", SMALL, look="muted")),
        step(2, *moved, until=2),
        step(3, toned("rung-4", *reading, *states)),
        step(4, *predicts),
    )


PROMPT, WRITTEN = ("yuna", "read", "the"), ("novel", "today")
WRITING_STEPS = (
    "A beginning is given. All its words are known, so one pass works out the keys and values of "
    "all of them at once. They are kept: the cache.",
    "The state of the last word predicts the next one: “novel”.",
    "Only that word is new. It brings a key and a value of its own, and asks all that is kept; "
    "nothing is worked out twice.",
    "So it goes on, one word in each pass. Writing is serial: each pass needs the word that the "
    "pass before has written.",
)


def prefill_and_generation() -> Diagram:
    """A given beginning is read in one pass, then each further word takes a pass of its own."""
    return Diagram(
        "One pass for what is given, one for each word written",
        "A staircase. In the first row three boxes for three given words are filled at once. In "
        "each further row the earlier boxes are pale, kept from before, and one new box is filled "
        "for the word that the row above has predicted.",
        Drawing(358, 316, passes(358)),
        Drawing(660, 316, passes(660)),
        WRITING_STEPS,
    )


def passes(width: Pixels) -> tuple[str, ...]:
    """The parts of the picture, on a sheet so wide."""
    left, words = 46, (*PROMPT, *WRITTEN)
    gap = (width - left) / len(words)
    places = [left + gap * (place + 0.5) for place in range(len(words))]

    def asks(t: int, y: Pixels) -> str:
        arcs = [
            f"M{places[t]:.1f} {y:.1f}Q{(x + places[t]) / 2:.1f} {y + 24:.1f} {x:.1f} {y:.1f}"
            for x in places[:t]
        ]
        return "".join(tag("path", d=arc, class_="weight", stroke_width=1.5) for arc in arcs)

    def one_pass(number: int) -> str:
        count, y = len(PROMPT) + number, 24 + 104 * number
        new = range(count) if number == 0 else range(count - 1, count)
        drawn = [
            toned(
                "rung-4" if s in new else "muted",
                box(
                    x,
                    y + 44,
                    "k, v" if s in new else "kept",
                    min(54, gap - 8),
                    32,
                    13,
                    "math" if s in new else "muted",
                ),
            )
            for s, x in enumerate(places[:count])
        ]
        drawn += [pill(places[s], y, words[s], size=13) for s in new]
        drawn += [arrow((places[s], y + 15), (places[s], y + 27)) for s in new]
        name = text(0, y + 44, f"pass {number + 1}", SMALL, "start", "muted")
        return name + toned("rung-4", *(asks(t, y + 61) for t in new)) + "".join(drawn)

    def predicted(number: int) -> str:
        last, y = len(PROMPT) + number - 1, 24 + 104 * number + 44
        x = places[last + 1]
        return toned("gold", arrow((places[last] + 28, y), (x, y), (x, y + 44), look="toned thick"))

    return (
        step(1, one_pass(0)),
        step(2, predicted(0), pill(places[3], 128, words[3], size=13)),
        step(3, one_pass(1)),
        step(4, predicted(1), one_pass(2)),
    )
