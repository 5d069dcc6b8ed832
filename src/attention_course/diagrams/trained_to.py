"""What three kinds of Transformer learn to say: hidden words, a translation, the next word."""

from attention_course.diagrams.diagram import Diagram, Drawing
from attention_course.diagrams.parts import (
    SMALL,
    Pixels,
    Tone,
    arrow,
    block,
    lines,
    pill,
    step,
    text,
    toned,
)
from attention_course.vocabulary import BOS, EOS, SPECIALS

SAYS, MACHINE, READS, TOLD = 56, 116, 176, 206  # pixels from the top of a machine
HIGH, WIDE, GAP = 262, 245, 15  # pixels that a machine needs, and between two
HIDDEN = "?"
STEPS = (
    "An encoder reads a text in which words are hidden, both ways, and says the hidden words. It "
    "learns from any text.",
    "Encoder and decoder learn from pairs: what is to be said must have been written by somebody.",
    "One stack says, at every place, the word that comes next. It learns from any text, and from "
    "every word of it.",
)


def three_machines() -> Diagram:
    """Words below go in, words above are what a machine is trained to say."""
    drawn = (encoder, encoder_decoder, one_stack)
    stacked = [step(n + 1, one(54, HIGH * n)) for n, one in enumerate(drawn)]
    beside = [step(n + 1, one(10 + (WIDE + GAP) * n, 0)) for n, one in enumerate(drawn)]
    return Diagram(
        "What each is trained to say",
        "Three machines; words below go in, words above come out. The encoder reads yesterday, a "
        "hidden word, came, and says the hidden word. Encoder and decoder: the encoder reads rain "
        "came, an arrow leads to the decoder, which reads the begin mark and it, and says it "
        "rained. One stack reads it rained today and says rained, today, end.",
        Drawing(358, HIGH * 3, tuple(stacked)),
        Drawing(780, HIGH, tuple(beside)),
        STEPS,
    )


def encoder(left: Pixels, top: Pixels) -> str:
    """A text with a word hidden goes in, the word comes out."""
    places = [left + WIDE * share for share in (0.2, 0.5, 0.8)]
    machine = part(places, top, "encoder", WIDE - 20, ("어제", HIDDEN, "왔어요"), ("", "비가", ""))
    return framed(left, top, "an encoder", ("from any text:", "what is hidden"), machine)


def encoder_decoder(left: Pixels, top: Pixels) -> str:
    """The source goes into one half, the target so far into the other."""
    source = [left + WIDE * share for share in (0.13, 0.37)]
    target = [left + WIDE * share for share in (0.66, 0.88)]
    machine = (
        part(source, top, "encoder", 104, ("비가", "왔어요"), ("", "")),
        arrow((left + WIDE * 0.25 + 52, top + MACHINE), (left + WIDE * 0.77 - 54, top + MACHINE)),
        part(target, top, "decoder", 104, (SPECIALS[BOS], "it"), ("it", "rained")),
    )
    return framed(left, top, "encoder and decoder", ("from pairs:", "the translation"), *machine)


def one_stack(left: Pixels, top: Pixels) -> str:
    """A text goes in; at every place the next word comes out."""
    words = ("it", "rained", "today")
    places = [left + WIDE * share for share in (0.16, 0.48, 0.82)]
    machine = part(
        places, top, "one stack", WIDE - 20, words, (*words[1:], SPECIALS[EOS]), "rung-5"
    )
    return framed(left, top, "one stack", ("from any text:", "what comes next"), machine)


def framed(left: Pixels, top: Pixels, kind: str, learns: tuple[str, ...], *machine: str) -> str:
    """A machine below the name of its kind, and below it what it learns from and says."""
    return "".join(
        (
            text(left + 10, top + 18, kind, look="strong", anchor="start"),
            *machine,
            lines(left + 10, top + TOLD, learns, SMALL, "start", "muted"),
        )
    )


def part(
    places: list[Pixels],
    top: Pixels,
    label: str,
    width: Pixels,
    reads: tuple[str, ...],
    says: tuple[str, ...],
    tone: Tone = "rung-4",
) -> str:
    """A piece of a machine, between what it reads and what it says; "" is said nowhere."""
    drawn = []
    for x, read, said in zip(places, reads, says, strict=True):
        drawn += [
            pill(x, top + READS, read, size=SMALL, height=26),
            arrow((x, top + READS - 14), (x, top + MACHINE + 20)),
        ]
        if said:
            drawn += [
                arrow((x, top + MACHINE - 20), (x, top + SAYS + 14)),
                pill(x, top + SAYS, said, size=SMALL, height=26),
            ]
    middle = (places[0] + places[-1]) / 2
    return toned(tone, block(middle, top + MACHINE, label, width, 38)) + "".join(drawn)
