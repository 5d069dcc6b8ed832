"""What it saves to keep keys and values while a translation is written: part of `bench.py`.

Two ways to write the same translations. One keeps what was worked out of the source and of the own
past; the other works all of it out anew at each step. How long a step takes depends on sizes, not
on what the weights have learned. So the models are trained for seconds, and they are told where
their translations end: where a person's translation of the same sentence does.
"""

import copy
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from alterations import Trial, run_on_multi30k
from attention_course import rungs
from attention_course.course import stem_of
from attention_course.data.batch import Example, batches, encode_pairs, pad, source_lengths
from attention_course.data.pairs import Corpus
from attention_course.judging.decoding import Translation, beam, greedy
from attention_course.models.model import Memory, Model, Past, Step
from attention_course.models.transformer import Transformer, TransformerMemory
from attention_course.vocabulary import EOS
from bench_rounds import in_blocks, spread
from reference_step import cpu_seconds

attention = rungs.of_each_rung("ladder")[stem_of("dot")]
VARIANTS = {
    "Transformer": "transformer",
    "attention, dot score": "dot",
    "attention, general score": "general",
    "attention, additive score": "additive",
}
SEARCHES = {  # sentences in a batch, batches a round, width of the beam
    "greedy, 64 sentences": (64, 1, 1),
    "greedy, one sentence": (1, 4, 1),
    "beam of 5, 16 sentences": (16, 1, 5),
}
UPDATES = 30  # of training, in batches of Multi30k


class AnewTransformer(Transformer):
    """The Transformer that keeps states alone: keys, values and sines are worked out anew."""

    def add_positions(self, embedded: Tensor, first: int = 0) -> Tensor:
        """Calculate the table of sines up to here, to read its last rows."""
        assert self.positions is not None
        patterns = self.positions(first + embedded.shape[1], embedded.shape[2])[first:]
        states: Tensor = self.dropout(embedded + patterns.to(embedded))
        return states

    def remember(self, states: Tensor, mask: Tensor) -> TransformerMemory:
        """Work out nothing beforehand."""
        return TransformerMemory(states, mask, ())

    def begin(self, memory: TransformerMemory) -> Past:
        """No layer has read anything yet."""
        return tuple(memory.states[:, :0] for _ in self.decoder_layers)

    def step(self, tokens: Tensor, memory: TransformerMemory, past: Past) -> Step:
        """Predict the next word; the past is what each layer has read."""
        embedded = self.target_embedding(tokens.unsqueeze(1))
        states = self.add_positions(embedded, first=past[0].shape[1])
        mask, maps, longer = memory.mask.unsqueeze(1), [], []
        for layer, before in zip(self.layers_of_decoder, past, strict=True):
            inputs = torch.cat([before, layer.norms[0](states)], dim=1)
            every = mask.new_ones(1, 1, inputs.shape[1])
            offered = layer.self_attention.offer(inputs)
            attended = layer.self_attention.fused(inputs[:, -1:], offered, every)
            source = layer.cross_attention.offer(memory.states)
            states, weights = layer.read(states, attended, source, mask)
            longer.append(inputs)
            maps.append(weights.squeeze(2))
        logits = self.target_embedding.logits(self.norms[1](states))
        return Step(logits.squeeze(1), torch.stack(maps, dim=1), tuple(longer))


class AnewAttention(attention.Attention):  # type: ignore[misc, name-defined]  # found by its rung
    """The attention of a decoder that keeps the source's states alone and maps them anew."""

    def keys(self, states: Tensor) -> Tensor:
        """Map nothing beforehand."""
        return states

    def weights(self, queries: Tensor, keys: Tensor, mask: Tensor) -> Tensor:
        """Map the states at every step, then compare as ever."""
        weights: Tensor = super().weights(queries, self.score.keys(keys), mask)
        return weights


ANEW: dict[type, type] = {Transformer: AnewTransformer, attention.Attention: AnewAttention}


def keeping_nothing(model: Model) -> Model:
    """A copy with the same weights that works out everything anew at each step."""
    anew = copy.deepcopy(model)
    for module in anew.modules():
        module.__class__ = ANEW.get(type(module), type(module))
    return anew


class Told(Model):
    """A model that is told how many tokens each translation of a batch has, <eos> included."""

    def __init__(self, model: Model, sizes: Sequence[int]) -> None:
        super().__init__()
        self.model, self.reads, self.sizes = model, model.reads, torch.tensor(sizes)

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        """As the model does."""
        return self.model.encode(source, lengths)

    def begin(self, memory: Any) -> Past:
        """Beside what the model remembers stands how many tokens are left."""
        past = self.model.begin(memory)
        return (self.sizes.repeat_interleave(len(past[0]) // len(self.sizes)), *past)

    def step(self, tokens: Tensor, memory: Any, past: Past) -> Step:
        """Make <eos> certain where one token is left, impossible before."""
        left, *kept = past
        step = self.model.step(tokens, memory, tuple(kept))
        step.logits[:, EOS] = torch.where(left == 1, 1e4, -1e4)
        return step._replace(past=(left - 1, *step.past))


class Writer(NamedTuple):
    """A model in both ways, and what it is to translate."""

    kept: Model
    anew: Model
    examples: list[Example]


def writer(variant: str, corpus: Corpus, updates: int) -> Writer:
    """Train a variant for some updates, at the sizes and in the batches of the preset `cpu`."""
    run = run_on_multi30k(variant)
    trial = Trial(run, corpus)
    vocabularies = trial.trained.source, trial.trained.target
    few = encode_pairs(corpus.train[: updates * run.batch_size], *vocabularies)
    for batch in batches(few, run.batch_size, run.seed, 0):
        trial.trainer.update(batch, updates)
    model = trial.model.eval()
    return Writer(model, keeping_nothing(model), encode_pairs(corpus.test, *vocabularies))


def write(model: Model, batch: Sequence[Example], width: int) -> list[Translation]:
    """Translate a batch, each sentence to the length of its reference."""
    sources = [example.source for example in batch]
    told = Told(model, [len(example.target) for example in batch])
    given = told, pad(sources), source_lengths(sources)
    return greedy(*given) if width == 1 else beam(*given, width=width)


class Written(NamedTuple):
    """What one model wrote in one round by one search: in how many seconds, and whether alike."""

    kept: float  # tokens a CPU second
    anew: float
    same: int  # sentences of which both ways wrote the very same tokens
    sentences: int


def one_round(writer: Writer, search: str, number: int) -> Written:
    """Let both ways translate the same sentences, one after the other; who begins, takes turns."""
    size, count, width = SEARCHES[search]
    several = batches_of(writer.examples, size, count, number)
    written: dict[str, list[list[int]]] = {}
    seconds: dict[str, float] = {}

    def translate(way: str) -> None:
        model: Model = getattr(writer, way)
        written[way] = [one.tokens for batch in several for one in write(model, batch, width)]

    for way in ("kept", "anew") if number % 2 else ("anew", "kept"):
        seconds[way] = cpu_seconds(partial(translate, way))
    tokens = sum(map(len, written["kept"]))
    same = sum(kept == anew for kept, anew in zip(written["kept"], written["anew"], strict=True))
    return Written(tokens / seconds["kept"], tokens / seconds["anew"], same, len(written["kept"]))


def batches_of(examples: list[Example], size: int, count: int, number: int) -> list[list[Example]]:
    """The batches of a round: the next sentences of the test pairs, as they come."""
    first = number * size * count % (len(examples) - size * count)
    return [examples[first + size * one : first + size * (one + 1)] for one in range(count)]


def weight(writer: Writer) -> dict[str, float]:
    """Bytes that are kept for each position: of the source, and of the own past."""
    sources = [example.source for example in writer.examples[:2]]
    source, lengths = pad(sources), source_lengths(sources)
    with torch.no_grad():
        kept, anew = (model.encode(source, lengths) for model in (writer.kept, writer.anew))
        past = [writer.kept.begin(kept)]
        for _ in range(2):
            past.append(writer.kept.step(source[:, 0], kept, past[-1]).past)
    of_source = sum(storages(kept).values()) - sum(storages(anew).values())
    of_past = sum(part.nbytes for part in past[2]) - sum(part.nbytes for part in past[1])
    return {"source": of_source / source.numel(), "past": of_past / len(sources)}


def storages(parts: Any) -> dict[int, int]:
    """The memory that tensors lie in, by address: what two of them share counts once."""
    if isinstance(parts, Tensor):
        return {parts.untyped_storage().data_ptr(): parts.untyped_storage().nbytes()}
    return {address: size for part in parts for address, size in storages(part).items()}


def decoding(corpus: Corpus, rounds: int, updates: int = UPDATES) -> dict[str, Any]:
    """Tokens written a CPU second, in both ways, by every model and search."""
    writers = {name: writer(variant, corpus, updates) for name, variant in VARIANTS.items()}
    rows: dict[tuple[str, str], list[Written]] = {}
    for number, state in in_blocks(rounds):
        for name in writers:
            for search in SEARCHES:
                written = one_round(writers[name], search, number)
                rows.setdefault((name, search), []).append(written)
        print(f"decoding, round {number} of {rounds}, {state}", file=sys.stderr, flush=True)
    return {
        name: {
            "stem": stem_of(VARIANTS[name]),
            "bytes a position": weight(one),
            "searches": {search: summary(rows[name, search]) for search in SEARCHES},
        }
        for name, one in writers.items()
    }


def summary(rows: list[Written]) -> dict[str, Any]:
    """What the rounds say together; the first warms up, but its translations are compared, too."""
    return {
        "kept": spread(row.kept for row in rows[1:]),
        "anew": spread(row.anew for row in rows[1:]),
        "times": spread(row.kept / row.anew for row in rows[1:]),
        "sentences": sum(row.sentences for row in rows),
        "same": sum(row.same for row in rows),
    }
