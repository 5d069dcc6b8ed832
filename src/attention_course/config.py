"""One frozen description of a training run, and the three presets that size it."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

PRESETS = ("smoke", "cpu", "gpu")
TOYS = ("copy", "reverse", "recall", "find", "bag", "sort")
DATA = ("pocket-korean", "multi30k", "tatoeba", *TOYS)
OWN_TEXT = "own-text"  # the data of a run on files of the learner's own
Feeding = Literal["none", "context", "attentional"]
Readout = Literal["both", "context", "query"]


@dataclass(frozen=True)
class Run:
    """Everything that decides a training run; the same Run on the same machine repeats exactly."""

    stem: str  # which rung: ch1_bottleneck ... ch4_self_attention
    variant: str  # where its weights come from: last, mean, max, dot, ..., transformer
    data: str  # which corpus
    preset: str = "cpu"  # which sizes: smoke (seconds), cpu (minutes on two cores), gpu
    seed: int = 0  # decides the parameters at the start, the order of the data and dropout
    input_feeding: Feeding = "none"  # what of step t-1 the decoder also reads at step t
    bidirectional: bool = False  # half of each encoder state reads from the right
    learned_start: bool = False  # the decoder starts from a learned vector, not the last state
    predict_from: Readout = "both"  # what the readout sees: [a_t; s_t], a_t alone, s_t alone
    layers_above: int = 0  # GRUs above the socket that remember what the decoder has read
    positions: bool = True  # the Transformer is told where each word stands
    train_pairs: int = 29_000  # pairs to learn from
    held_out_pairs: int = 1_014  # pairs to choose by, and as many to be judged on
    shortest: int = 4  # words; where the corpus is generated
    longest: int = 40  # words; where the corpus is generated
    vocabulary_size: int = 4_000  # ids on each side, at the most
    d_model: int = 256  # size of an embedding
    d_state: int = 512  # size of a recurrent state
    d_hidden: int = 512  # inner size of the Transformer's feed-forward layers
    layers: int = 3  # of the Transformer's encoder, and of its decoder
    heads: int = 4  # of each attention in the Transformer
    dropout: float = 0.3  # share of numbers set to 0 in training
    word_dropout: float = 0.0  # share of words that are hidden in training, on both sides
    averaging: float = 0.0  # share of the mean of weights that an update keeps; 0 keeps no mean
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
    def reads(self) -> str:
        """What the run learns from, in words: a corpus, or files of the learner's own."""
        return " and ".join(self.text_names) or self.data

    def to_dict(self) -> dict[str, Any]:
        """The run as JSON values; `own_text` only where there is one."""
        return {name: value for name, value in asdict(self).items() if value or name != "own_text"}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Run":
        """Read a run that `to_dict` wrote.

        Raises:
            ValueError: a setting is unknown to this version, or one without default is missing.
        """
        unknown = set(stored) - {field.name for field in fields(cls)}
        if unknown or not {"stem", "variant", "data"} <= set(stored):
            raise ValueError(
                f"expected the settings of a run, got unknown {sorted(unknown)} in "
                f"{sorted(stored)}; train the run again with this version"
            )
        return cls(**stored)


Sizes = dict[str, Any]

# What differs from the defaults above, which are the first design for Multi30k. Later rows win:
# first the corpus, then the preset, then the Transformer's own.
CORPORA: dict[str, Sizes] = {
    "multi30k": {
        "mixed": True,
        "bidirectional": True,
        "vocabulary_size": 2_000,
        "d_state": 384,
        "layers_above": 2,
        "dropout": 0.2,
        "word_dropout": 0.1,
        "averaging": 0.998,
        "epochs": 20,
        "learning_rate": 2e-3,
        "warmup": 0.05,
    },
    "pocket-korean": {
        "mixed": True,
        "train_pairs": 20_000,
        "held_out_pairs": 500,
        "vocabulary_size": 2_000,
        "d_state": 192,
        "dropout": 0.1,
        "label_smoothing": 0.0,
        "epochs": 5,
        "learning_rate": 4e-3,
    },
    "tatoeba": {"train_pairs": 5_000, "held_out_pairs": 300, "d_state": 256},
    OWN_TEXT: {
        "mixed": True,
        "d_state": 192,
        "dropout": 0.2,
        "word_dropout": 0.1,
        "learning_rate": 3e-3,
    },
    "toys": {
        "train_pairs": 8_000,
        "held_out_pairs": 500,
        "shortest": 2,
        "longest": 16,
        "vocabulary_size": 64,
        "d_state": 256,
        "dropout": 0.0,
        "label_smoothing": 0.0,
    },
}
SMALL: Sizes = {"d_model": 128, "d_hidden": 256, "layers": 2, "batch_size": 64}
TINY: Sizes = {
    "d_model": 64,
    "d_state": 64,
    "d_hidden": 128,
    "layers": 1,
    "heads": 2,
    "dropout": 0.0,
    "word_dropout": 0.0,
    "averaging": 0.0,
    "mixed": False,
    "batch_size": 32,
    "epochs": 2,
}
FEW: Sizes = {"train_pairs": 320, "held_out_pairs": 40, "vocabulary_size": 400}
LONGER: Sizes = {"epochs": 24}
TRANSFORMERS: dict[str, Sizes] = {  # what they need more of, or less
    "multi30k": {
        "bidirectional": False,
        "layers_above": 0,
        "d_hidden": 1024,
        "layers": 2,
        "dropout": 0.15,
        "batch_size": 64,
        "learning_rate": 1e-3,
    },
    "pocket-korean": {"epochs": 3, "learning_rate": 3e-3},
}


def preset(stem: str, variant: str, data: str, name: str = "cpu", **changes: Any) -> Run:
    """Make the Run of a preset: `smoke` takes seconds, `cpu` minutes on two cores.

    Raises:
        ValueError: an unknown preset or data set.
    """
    if name not in PRESETS:
        raise ValueError(f"expected a preset among {', '.join(PRESETS)}, got {name!r}")
    if data not in (*DATA, OWN_TEXT):
        raise ValueError(
            f"expected a data set among {', '.join(DATA)}, or a file of your own, got {data!r}"
        )
    toy, real = data in TOYS, data == "multi30k"
    rows = [CORPORA["toys" if toy else data]]
    if not real:
        rows.append(SMALL)
    if stem == "ch4_self_attention":
        rows.append(TRANSFORMERS.get(data, {"learning_rate": 1e-3}))
    if name == "gpu":
        rows.append(LONGER)
    if name == "smoke":
        rows += [TINY] if toy else [TINY, FEW]
    sizes = {key: value for row in [*rows, changes] for key, value in row.items()}
    return Run(stem, variant, data, name, **sizes)
