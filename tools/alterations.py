"""The choices in training, and how each is taken back or changed: what `ablate.py` measures."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel

from attention_course import rungs
from attention_course.config import Run
from attention_course.course import preset, stem_of
from attention_course.data.batch import Example, batches, encode_pairs, in_groups, lengths
from attention_course.data.corpora import tokenise
from attention_course.data.pairs import Corpus, Pair
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding
from attention_course.models.model import Model
from attention_course.runs.experiment import prepare
from attention_course.runs.trained import Trained
from attention_course.training import trainer
from attention_course.training.trainer import Trainer
from attention_course.vocabulary import Subwords, Vocabulary

VARIANTS = {  # of each rung, the one that is measured
    "bottleneck": "last",
    "averaging": "mean",
    "attention": "scaled",
    "Transformer": "transformer",
}
ALL = tuple(VARIANTS)
BOTH = ("attention", "Transformer")  # the two that every choice was made for
GRUS = ("bottleneck", "averaging", "attention")
Order = Callable[[list[Example], Run, int], list[list[Example]]]  # of a run's epoch: its batches
self_attention = rungs.of_each_rung("ladder")[stem_of("transformer")]


def run_on_multi30k(variant: str, **changes: Any) -> Run:
    """The preset `cpu` of a variant on Multi30k, with changes: what the course publishes."""
    return preset(stem_of(variant), variant, "multi30k", "cpu", **changes)


class Trial:
    """A run that is about to be trained, all of it open to change."""

    def __init__(self, run: Run, corpus: Corpus) -> None:
        self.run, self.corpus = run, corpus
        self.trained: Trained = prepare(run, corpus)
        self.trainer = Trainer(self.trained.model, run, Path())
        self.order: Order = lambda examples, run, epoch: batches(
            examples, run.batch_size, run.seed, epoch
        )
        self.after: Callable[[float], None] = lambda share: None  # called after every update

    @property
    def model(self) -> Model:
        """What is trained."""
        return self.trained.model


@dataclass(frozen=True)
class Change:
    """One change: in the run's settings, in the trial by a function, or in its corpus."""

    name: str
    rungs: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    alter: Callable[[Trial], None] | None = None
    rewrite: Callable[[Corpus], Corpus] | None = None
    variant: str = ""  # the rung's variant in place of the one in VARIANTS
    seeds: int = 1  # runs of attention and of the Transformer; the lower rungs have one


class DropoutEverywhere(VariationalDropout):
    """Dropout as it is usually done: drawn for every number, not once a sentence."""

    def forward(self, vectors: Tensor) -> Tensor:
        """Zero single numbers."""
        return F.dropout(vectors, self.p, self.training)


def drop_everywhere(trial: Trial) -> None:
    """Draw for every number whether it is dropped."""
    for parent in list(trial.model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, VariationalDropout):
                setattr(parent, name, DropoutEverywhere(child.p))


class Untied(Embedding):
    """An output layer of its own beside the table."""

    def __init__(self, size: int, d_model: int, word_dropout: float) -> None:
        super().__init__(size, d_model, word_dropout)
        self.output = nn.Linear(d_model, size)

    def logits(self, vectors: Tensor) -> Tensor:
        """Score every word by the output layer."""
        logits: Tensor = self.output(vectors)
        return logits


def untie(trial: Trial) -> None:
    """Give the decoder an output layer that does not share its embedding's table."""
    size = len(trial.trained.target)
    owner = getattr(trial.model, "decoder", trial.model)
    name = "embedding" if owner is not trial.model else "target_embedding"
    untied = Untied(size, trial.run.d_model, trial.run.word_dropout)
    setattr(owner, name, untied.to(trial.trainer.device))
    trial.trainer = Trainer(trial.model, trial.run, Path())


def mix_lengths(trial: Trial) -> None:
    """Shuffle sentences into batches, long and short together; the epoch is the seed."""

    def mixed(examples: list[Example], run: Run, epoch: int) -> list[list[Example]]:
        generator = torch.Generator().manual_seed(epoch)
        order = torch.randperm(len(examples), generator=generator).tolist()
        shuffled = [examples[index] for index in order]
        return in_groups(shuffled, run.batch_size)

    trial.order = mixed


def sort_in_pools(trial: Trial) -> None:
    """Sort by length within pools of fifty batches, by the target first and one way only.

    There is more padding, and batches differ more from epoch to epoch.
    """

    def pooled(examples: list[Example], run: Run, epoch: int) -> list[list[Example]]:
        rng = random.Random(f"{run.seed}/{epoch}")
        order, size = list(examples), run.batch_size
        rng.shuffle(order)
        grouped = []
        for pool in in_groups(order, 50 * size):
            grouped += in_groups(sorted(pool, key=lengths), size)
        rng.shuffle(grouped)
        return grouped

    trial.order = pooled


def cut_anew(trial: Trial) -> None:
    """Cut words in another way in each epoch: BPE dropout, Provilkov et al. 2020.

    A tenth of the merges is left out whenever a word is cut; the time that it takes counts.
    """

    def with_dropout(vocabulary: Vocabulary) -> Vocabulary:
        if not isinstance(vocabulary, Subwords):
            return vocabulary  # whole words stay whole
        settings = json.loads(vocabulary.serialised)
        settings["model"]["dropout"] = 0.1
        return Subwords(json.dumps(settings))

    usual = trial.order
    uncertain = with_dropout(trial.trained.source), with_dropout(trial.trained.target)

    def order(examples: list[Example], run: Run, epoch: int) -> list[list[Example]]:
        return usual(encode_pairs(trial.corpus.train, *uncertain), run, epoch)

    trial.order = order


class MuonAndAdam:
    """Muon for matrices between vectors, Adam for tables and all else, as one optimiser.

    Its updates are scaled to the size of Adam's, so that the preset's learning rate fits both.
    """

    def __init__(self, trial: Trial) -> None:
        named = dict(trial.model.named_parameters())
        matrices = {n for n, one in named.items() if one.ndim == 2 and "embedding" not in n}
        rate = trial.run.learning_rate
        self.muon = torch.optim.Muon(
            [named[name] for name in sorted(matrices)],
            lr=rate,
            weight_decay=0.0,
            adjust_lr_fn="match_rms_adamw",
        )
        betas = trial.trainer.optimiser.param_groups[0]["betas"]
        rest = [one for name, one in named.items() if name not in matrices]
        self.adam = torch.optim.Adam(rest, lr=rate, betas=betas, fused=True)
        self.param_groups = [*self.muon.param_groups, *self.adam.param_groups]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        self.muon.zero_grad()
        self.adam.zero_grad()

    def step(self) -> None:
        """Move all parameters."""
        self.muon.step()  # type: ignore[no-untyped-call]  # PyTorch's own lacks types
        self.adam.step()


def by_muon(trial: Trial) -> None:
    """Let Muon move the matrices, whose updates it makes orthogonal first."""
    both: Any = MuonAndAdam(trial)  # has all that a trainer asks of Adam
    trial.trainer.optimiser = both


def plain_adam(trial: Trial) -> None:
    """Adam in PyTorch's default form, one operation after another."""
    group = trial.trainer.optimiser.param_groups[0]
    trial.trainer.optimiser = torch.optim.Adam(trial.model.parameters(), betas=group["betas"])


def write_weights_out(trial: Trial) -> None:
    """All of the Transformer's attention written out, none in the fused kernel."""
    for module in trial.model.modules():
        if isinstance(module, self_attention.Heads):
            module.fused = lambda *given, heads=module: heads.read(*given).vector


def compiled(trial: Trial) -> None:
    """Let torch.compile make programs of what it can; its time counts, its C++ compiler's not.

    It leaves PyTorch's own recurrent layers as they are.
    """
    trial.trainer.model = cast(Model, torch.compile(trial.model, dynamic=True))


def whole_words(corpus: Corpus) -> Corpus:
    """Words and marks in place of subwords, capitals ignored; what is judged against stays."""

    def source(pair: Pair) -> Pair:
        return replace(pair, source=tokenise(pair.source).lower())

    def both(pair: Pair) -> Pair:
        return replace(source(pair), target=tokenise(pair.target).lower())

    return replace(
        corpus,
        units="words",
        train=tuple(both(pair) for pair in corpus.train),
        validation=tuple(source(pair) for pair in corpus.validation),
    )


def keep_rate(trial: Trial) -> None:
    """After the warm-up the learning rate stays; a run is a process of its own."""

    def rate(run: Run, step: int, steps: int) -> float:
        return run.learning_rate * min(1.0, (step + 1) / (run.warmup * steps))

    trainer.learning_rate = rate  # type: ignore[attr-defined]  # the name by which it is called


def average_the_end(trial: Trial) -> None:
    """Judge the plain mean of the weights in the last tenth of the time."""

    def after(share: float) -> None:
        if share >= 0.9 and trial.trainer.average is None:
            trial.trainer.average = AveragedModel(trial.model)

    trial.after = after


# The two lower rungs have what the third has, by design; the changes that they are trained with
# say whether that is what they would choose for themselves.
CHANGES = (
    Change("nothing changed", ALL, seeds=3),
    Change("no warm start", BOTH, {"warm_start": False}),
    Change("all dropout from the start", BOTH, {"dropout_ramp": 0.0}),
    Change("a warm-up of 5 %", BOTH, {"warmup": 0.05}),
    Change("sorted in pools, one way", BOTH, alter=sort_in_pools, seeds=3),
    Change("dot product, not divided", ("attention",), variant="dot", seeds=3),
    Change("nothing above the socket", GRUS, {"layers_above": 0}),
    Change("full precision", BOTH, {"mixed": False}),
    Change("Muon for the matrices", BOTH, alter=by_muon),
    Change("no dropout", ALL, {"dropout": 0.0}),
    Change("4,000 subwords a language", BOTH, {"vocabulary_size": 4_000}),
    Change("an output layer of its own", BOTH, alter=untie),
    Change("no label smoothing", BOTH, {"label_smoothing": 0.0}),
    Change(
        "input feeding, nothing above",
        ("attention",),
        {"layers_above": 0, "input_feeding": "attentional"},
    ),
    Change("1,000 subwords a language", BOTH, {"vocabulary_size": 1_000}),
    Change("no word is hidden", BOTH, {"word_dropout": 0.0}),
    Change("the learning rate stays high", BOTH, alter=keep_rate),
    Change("no mean of weights", BOTH, {"averaging": 0.0}),
    Change("twice the learning rate", ALL, {"learning_rate": 2.0}),
    Change("half the learning rate", ALL, {"learning_rate": 0.5}),
    Change("twice the batch", BOTH, {"batch_size": 2.0}),
    Change("half the batch", BOTH, {"batch_size": 0.5}),
    Change("lengths mixed in a batch", ("attention",), alter=mix_lengths),
    Change("dropout for every number", BOTH, alter=drop_everywhere),
    Change("words cut anew in each epoch", BOTH, alter=cut_anew),
    Change("whole words", ("attention",), {"vocabulary_size": 8_000}, rewrite=whole_words),
    Change("the encoder reads one way", ("attention",), {"bidirectional": False}),
    Change("attention written out", ("Transformer",), alter=write_weights_out),
    Change("torch.compile", ("Transformer",), alter=compiled),
    Change("3 layers, half the hidden size", ("Transformer",), {"layers": 3, "d_hidden": 512}),
    Change("mean of the last tenth's weights", BOTH, {"averaging": 0.0}, average_the_end),
)
