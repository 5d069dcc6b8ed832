"""The chapters and their parts: the only room that knows them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attention_course.config import Run
from attention_course.ladder.ch1_bottleneck import EndStates, LastState
from attention_course.ladder.ch2_averaging import Max, Mean
from attention_course.ladder.ch3_attention import (
    AdditiveScore,
    Attention,
    DotScore,
    GeneralScore,
    ScaledDotScore,
)
from attention_course.ladder.ch4_self_attention import (
    Heads,
    projected_heads,
    tied_heads,
)
from attention_course.ladder.transformer import DecoderLayer, EncoderLayer, Transformer
from attention_course.models.context import Context
from attention_course.models.input_feeding import FeedAttentional, FeedContext
from attention_course.models.rnn import Encoder
from attention_course.models.seq2seq import Decoder, Seq2Seq


@dataclass(frozen=True)
class Chapter:
    """A rung of the ladder: its title, and the parts that can be plugged in, the default first."""

    stem: str
    title: str
    weights: str
    variants: dict[str, Callable[[Run], Any]]  # a Context, or the Heads of a Transformer

    @property
    def default(self) -> str:
        """The variant that the chapter is about."""
        return next(iter(self.variants))


def last_state(run: Run) -> Context:
    """The bottleneck for the encoder that the run asks for."""
    return EndStates() if run.bidirectional else LastState()


CHAPTERS = {
    chapter.stem: chapter
    for chapter in (
        Chapter("ch1_bottleneck", "The bottleneck", "all on the last word", {"last": last_state}),
        Chapter(
            "ch2_averaging",
            "Averaging",
            "the same on every word",
            {"mean": lambda run: Mean(), "max": lambda run: Max()},
        ),
        Chapter(
            "ch3_attention",
            "Attention",
            "the decoder asks",
            {
                "dot": lambda run: Attention(DotScore()),
                "scaled": lambda run: Attention(ScaledDotScore()),
                "general": lambda run: Attention(GeneralScore(run.d_state, run.d_state)),
                "additive": lambda run: Attention(
                    AdditiveScore(run.d_state, run.d_state, run.d_model)
                ),
            },
        ),
        Chapter(
            "ch4_self_attention",
            "Self-attention",
            "every word asks",
            {
                "transformer": lambda run: projected_heads(run.d_model, run.heads),
                "tied": lambda run: tied_heads(run.d_model, run.heads),
            },
        ),
    )
}
RECURRENT = ("input_feeding", "bidirectional", "learned_start", "predict_from", "layers_above")
FEEDS = {"none": None, "context": FeedContext, "attentional": FeedAttentional}


def chapter(stem: str) -> Chapter:
    """Find a chapter by its stem.

    Raises:
        ValueError: there is no such chapter.
    """
    if stem not in CHAPTERS:
        raise ValueError(f"expected a chapter among {', '.join(CHAPTERS)}, got {stem!r}")
    return CHAPTERS[stem]


def stem_of(variant: str) -> str:
    """The stem of the chapter that brings a variant; no two chapters share one.

    Raises:
        ValueError: no chapter does.
    """
    for chapter in CHAPTERS.values():
        if variant in chapter.variants:
            return chapter.stem
    names = ", ".join(name for chapter in CHAPTERS.values() for name in chapter.variants)
    raise ValueError(f"expected a variant among {names}, got {variant!r}")


def part(run: Run) -> Any:
    """Make what the run plugs in: a context, or the heads of a Transformer.

    Raises:
        ValueError: the chapter has no such variant.
    """
    variants = chapter(run.stem).variants
    if run.variant not in variants:
        raise ValueError(
            f"expected a variant of {run.stem} among {', '.join(variants)}, got {run.variant!r}"
        )
    return variants[run.variant](run)


def build(run: Run, source_size: int, target_size: int) -> Seq2Seq | Transformer:
    """Assemble the untrained model of a run for vocabularies of the given sizes."""
    if run.stem == "ch4_self_attention":
        return build_transformer(run, source_size, target_size)
    if run.layers_above < 0:
        raise ValueError(
            f"expected no layer above the socket or some, got {run.layers_above}; try 0 or 1"
        )
    context = part(run)
    feed = FEEDS[run.input_feeding]
    return Seq2Seq(
        Encoder(
            source_size,
            run.d_model,
            run.d_state,
            run.dropout,
            run.bidirectional,
            run.word_dropout,
        ),
        Decoder(
            target_size,
            run.d_model,
            run.d_state,
            run.dropout,
            context,
            feed(run.d_state, run.d_model) if feed else None,
            run.predict_from,
            run.word_dropout,
            run.layers_above,
        ),
        run.learned_start,
    )


def build_transformer(run: Run, source_size: int, target_size: int) -> Transformer:
    """Stack the layers of rung 4."""
    plain = Run(run.stem, run.variant, run.data)
    changed = [name for name in RECURRENT if getattr(run, name) != getattr(plain, name)]
    if changed:
        got = ", ".join(f"{name}={getattr(run, name)}" for name in changed)
        options = ", ".join(f"--{name.replace('_', '-')}" for name in changed)
        raise ValueError(
            "expected a plain run of ch4_self_attention, got a setting for recurrent networks, "
            f"{got}; leave out {options}"
        )

    def heads() -> Heads:
        return part(run)

    return Transformer(
        source_size,
        target_size,
        run.d_model,
        run.dropout,
        [EncoderLayer(run.d_model, run.d_hidden, heads(), run.dropout) for _ in range(run.layers)],
        [
            DecoderLayer(run.d_model, run.d_hidden, heads(), heads(), run.dropout)
            for _ in range(run.layers)
        ],
        run.positions,
        run.word_dropout,
    )
