"""The recurrent model of a run: the one model of rungs 1 to 3, around whatever they plug in."""

from attention_course.config import OWN_TEXT, RecurrentSettings, Run, Settings
from attention_course.models.context import Context, NewPart
from attention_course.models.input_feeding import Feed, FeedAttentional, FeedContext
from attention_course.models.rnn import Encoder
from attention_course.models.seq2seq import Decoder, Seq2Seq

SIZES: dict[str, Settings] = {
    "multi30k": {"d_state": 384, "bidirectional": True, "layers_above": 2},
    "pocket-korean": {"d_state": 192},
    "tatoeba": {"d_state": 256},
    OWN_TEXT: {"d_state": 192},
    "toys": {"d_state": 256},
    "smoke": {"d_state": 64},
}


def assemble(
    run: Run,
    settings: RecurrentSettings,
    part: NewPart,
    source_size: int,
    target_size: int,
) -> Seq2Seq:
    """Plug a context into encoder and decoder.

    Raises:
        ValueError: the part is no context, or a setting is outside what it may be.
    """
    context = part()
    if not isinstance(context, Context):
        raise ValueError(f"expected a Context for {run.stem}, got {type(context).__name__}")
    if settings.layers_above < 0:
        raise ValueError(
            f"expected no layer above the socket or some, got {settings.layers_above}; try 0 or 1"
        )
    return Seq2Seq(
        Encoder(
            source_size,
            run.d_model,
            settings.d_state,
            run.dropout,
            bidirectional=settings.bidirectional,
            word_dropout=run.word_dropout,
            reads_order=settings.reads_order,
        ),
        Decoder(
            target_size,
            run.d_model,
            settings.d_state,
            run.dropout,
            context,
            feed=feed(settings, run.d_model),
            predict_from=settings.predict_from,
            word_dropout=run.word_dropout,
            layers_above=settings.layers_above,
        ),
        settings.learned_start,
    )


def feed(settings: RecurrentSettings, d_model: int) -> Feed | None:
    """What of the step before the decoder reads, if anything."""
    kinds: dict[str, type[FeedContext] | type[FeedAttentional]] = {
        "context": FeedContext,
        "attentional": FeedAttentional,
    }
    kind = kinds.get(settings.input_feeding)
    return kind(settings.d_state, d_model) if kind else None
