"""One frozen description of a run: the settings that every run has, and those of its model."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

PRESETS = ("smoke", "cpu", "gpu")
TOYS = ("copy", "reverse", "recall", "find", "numbered", "bag", "sort", "late")
DATA = ("pocket-korean", "multi30k", "tatoeba", *TOYS)
OWN_TEXT = "own-text"  # the data of a run on files of the learner's own
Feeding = Literal["none", "context", "attentional"]
Readout = Literal["both", "context", "query"]
PositionEncoding = Literal["sines", "learned", "rotary", "none"]
Settings = dict[str, Any]


@dataclass(frozen=True)
class ModelSettings:
    """What one kind of model can be told beyond the settings that every run has.

    No name of a setting may stand both here and in `Run` (tests/test_course.py): in files they
    lie side by side.
    """


@dataclass(frozen=True)
class RecurrentSettings(ModelSettings):
    """Of encoder and decoder with recurrent networks, rungs 1 to 3."""

    d_state: int = 512  # size of a recurrent state
    input_feeding: Feeding = "none"  # what of step t-1 the decoder also reads at step t
    bidirectional: bool = False  # half of each encoder state reads from the right
    learned_start: bool = False  # the decoder starts from a learned vector, not the last state
    predict_from: Readout = "both"  # what the readout sees: context, decoder's state (query), both
    reads_order: bool = True  # the encoder is a GRU; else a state knows its own word alone
    layers_above: int = 0  # GRUs above the attention that remember what the decoder has read


@dataclass(frozen=True)
class StackedSettings(ModelSettings):
    """Of a stack of layers with heads, rung 4."""

    d_hidden: int = 512  # inner size of the feed-forward networks
    layers: int = 3  # of the encoder, and of the decoder
    heads: int = 4  # of each attention
    positions: bool = True  # the model is told where each word stands


@dataclass(frozen=True)
class OneStackSettings(ModelSettings):
    """Of one stack of layers under a causal mask, rung 5."""

    d_hidden: int = 512  # inner size of the feed-forward networks
    layers: int = 5  # of the stack
    heads: int = 4  # of queries, in each layer
    key_heads: int = 0  # of keys and values, which heads of queries share; 0: one for each
    places: PositionEncoding = "sines"  # how the model is told where a word stands
    window: int = 0  # a word reads so many places, itself among them; 0: all before it
    reads_source: bool = True  # the source begins the text; without it, a language model


@dataclass(frozen=True)
class Run:
    """Everything that decides a training run; the same Run on the same machine repeats exactly."""

    stem: str  # which rung, as `attention-course chapters` names them
    variant: str  # where its attention weights come from: last, mean, dot, ..., transformer
    data: str  # which corpus
    model_settings: ModelSettings  # those that the rung's kind of model has besides
    preset: str = "cpu"  # the preset that it was made from: smoke, cpu or gpu; only a label
    seed: int = 0  # decides the parameters at the start, the order of the data and dropout
    train_pairs: int = 29_000  # pairs to learn from
    held_out_pairs: int = 1_014  # pairs to choose by, and as many to be judged on
    shortest: int = 4  # words; where the corpus is generated
    longest: int = 40  # words; where the corpus is generated
    edition: int = 1  # of the grammar of pocket Korean; its preset names the one of today
    without: str = ""  # phenomena of Korean that are left out, such as "free_order counters"
    new_corpus: bool = False  # a corpus that is generated is another one for each seed
    vocabulary_size: int = 4_000  # ids on each side, at the most
    d_model: int = 256  # size of an embedding
    dropout: float = 0.3  # share of numbers set to 0 in training
    word_dropout: float = 0.0  # share of words that are hidden in training, on both sides
    dropout_ramp: float = 0.0  # share of all updates in which both climb from 0 to these sizes
    warm_start: bool = False  # embeddings begin with what IBM Model 1 finds in the pairs
    averaging: float = 0.0  # decay of the moving average (EMA) of parameters that is kept; 0: none
    label_smoothing: float = 0.1  # share of the target given to all other words
    mixed: bool = False  # multiply matrices in 16 bits where the device is faster so
    batch_size: int = 128  # sentence pairs in one update
    epochs: int = 10  # passes over the training pairs
    learning_rate: float = 2e-3  # the highest, reached after the warm-up
    warmup: float = 0.1  # share of all updates in which the learning rate climbs
    clip: float = 1.0  # the gradient's norm is cut to this
    own_text: str = ""  # of one's own files: a line each, sha256 and name, as sha256sum writes it

    @property
    def text_names(self) -> list[str]:
        """The names of the learner's own files, without their folders."""
        return [line.split("  ", 1)[1] for line in self.own_text.splitlines()]

    @property
    def corpus_seed(self) -> int:
        """What decides a corpus that is generated."""
        return self.seed if self.new_corpus else 0

    @property
    def reads(self) -> str:
        """What the run learns from, in words: a corpus, or files of the learner's own."""
        return " and ".join(self.text_names) or self.data

    def to_dict(self) -> Settings:
        """All settings as JSON values, the model's among the others: they name the run.

        Those that came later (`ADDED`) stand in it only where they are not as they were before.
        """
        common = {name: value for name, value in asdict(self).items() if name != "model_settings"}
        settings = {**common, **asdict(self.model_settings)}
        return {name: settings[name] for name in settings if not as_before(name, settings[name])}

    @classmethod
    def from_dict(cls, settings_type: type[ModelSettings], settings: Mapping[str, Any]) -> "Run":
        """Make a run of one kind of model from its settings, or from some: others have defaults.

        Raises:
            ValueError: there is no such setting for a run of this kind, or its value is of another
                type.
        """
        own, common = names_of(settings_type), names_of(cls) - {"model_settings"}
        if unknown := sorted(set(settings) - own - common):
            given = ", ".join(f"{name}={settings[name]!r}" for name in unknown)
            raise ValueError(
                f"expected settings that {settings.get('stem')} knows, got {given}; beside those "
                f"of every run it knows {', '.join(sorted(own)) or 'none'}: leave out "
                f"{', '.join(unknown)}"
            )
        hints = {**get_type_hints(cls), **get_type_hints(settings_type)}
        for name, value in settings.items():
            if not is_of(value, hints[name]):
                raise ValueError(
                    f"expected {name} of {settings.get('stem')} to be {in_words(hints[name])}, "
                    f"got {value!r}"
                )
        of_model = settings_type(**{name: settings[name] for name in own & set(settings)})
        return cls(
            model_settings=of_model, **{name: settings[name] for name in common & set(settings)}
        )

    def changed(self, **settings: Any) -> "Run":
        """The same run with other settings, its model's among them.

        Raises:
            ValueError: there is no such setting for a run of this kind.
        """
        kind = type(self.model_settings)
        return Run.from_dict(kind, {**complete(self.to_dict(), kind), **settings})


def names_of(settings_type: type[Run] | type[ModelSettings]) -> set[str]:
    """The names of the settings that a class holds."""
    return {field.name for field in fields(settings_type)}


def is_of(value: object, hint: Any) -> bool:
    """Whether a value is of a type; a whole number is a float, but True is no number."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    return type(value) is hint or (hint is float and type(value) is int)


def in_words(hint: Any) -> str:
    """A type for people: `int`, or the values that may be chosen."""
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(repr, get_args(hint)))
    return str(hint.__name__)


# Settings that came after the first cards, each with the value that all runs had before. What is
# stored without one is read with this value, never with today's default; and a run that has this
# value is stored without it, under the name that it had before. So a new setting orphans no card.
ADDED: Settings = {
    "own_text": "",
    "dropout_ramp": 0.0,
    "warm_start": False,
    "edition": 1,
    "without": "",
    "new_corpus": False,
    "reads_order": True,
}
# The settings of models as version 1 stored them: all of them, whatever the model.
OF_MODELS_IN_VERSION_1 = (
    "d_state", "input_feeding", "bidirectional", "learned_start", "predict_from", "layers_above",
    "d_hidden", "layers", "heads", "positions",
)  # fmt: skip


def complete(stored: Mapping[str, Any], settings_type: type[ModelSettings]) -> Settings:
    """Stored settings with those of this kind of run that came after they were stored."""
    known = names_of(Run) | names_of(settings_type)
    return {**{name: value for name, value in ADDED.items() if name in known}, **stored}


def upgrade(stored: Mapping[str, Any], settings_type: type[ModelSettings]) -> Settings:
    """Settings as version 1 stored them, without those of other kinds of model."""
    foreign = set(OF_MODELS_IN_VERSION_1) - names_of(settings_type)
    settings = complete(stored, settings_type)
    return {name: value for name, value in settings.items() if name not in foreign}


def as_before(name: str, value: Any) -> bool:
    """Whether a setting came later and has the value that all runs had before it came."""
    return name in ADDED and bool(value == ADDED[name])


# What differs from the defaults above, which are the first design for Multi30k. Later rows win:
# first the corpus, then the chapter's own for it, then the preset.
CORPORA: dict[str, Settings] = {
    "multi30k": {
        "mixed": True,
        "vocabulary_size": 2_000,
        "dropout": 0.2,
        "word_dropout": 0.1,
        "dropout_ramp": 0.5,
        "warm_start": True,
        "averaging": 0.998,
        "epochs": 16,
        "warmup": 0.02,
    },
    "pocket-korean": {
        "edition": 2,
        "mixed": True,
        "train_pairs": 20_000,
        "held_out_pairs": 500,
        "vocabulary_size": 2_000,
        "d_model": 128,
        "dropout": 0.1,
        "label_smoothing": 0.0,
        "batch_size": 64,
        "epochs": 5,
        "learning_rate": 4e-3,
    },
    "tatoeba": {"train_pairs": 5_000, "held_out_pairs": 300, "d_model": 128, "batch_size": 64},
    OWN_TEXT: {
        "mixed": True,
        "d_model": 128,
        "dropout": 0.2,
        "word_dropout": 0.1,
        "batch_size": 64,
        "learning_rate": 3e-3,
    },
    "toys": {
        "train_pairs": 8_000,
        "held_out_pairs": 500,
        "shortest": 2,
        "longest": 16,
        "vocabulary_size": 64,
        "d_model": 128,
        "dropout": 0.0,
        "label_smoothing": 0.0,
        "batch_size": 64,
    },
}
LONGER: Settings = {"epochs": 24}  # all that the preset gpu changes, on every corpus
TINY: Settings = {
    "d_model": 64,
    "dropout": 0.0,
    "word_dropout": 0.0,
    "averaging": 0.0,
    "mixed": False,
    "batch_size": 32,
    "epochs": 2,
}
FEW: Settings = {"train_pairs": 320, "held_out_pairs": 40, "vocabulary_size": 400}


def corpus_row(data: str) -> str:
    """The row of sizes of a corpus: its name; all toys share one."""
    return "toys" if data in TOYS else data
