"""From scores to sentences: greedy and beam search, each word with the weights behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

from attention_course.data.batch import pad, source_lengths
from attention_course.models.model import Memory, Model, Past
from attention_course.vocabulary import BOS, EOS, PAD

NEVER = (PAD, BOS)  # tokens that no translation may hold


@dataclass(frozen=True)
class Translation:
    """The ids that were written, <eos> included where it was reached, and what each one read.

    The columns of the weights are what the model reads (`Model.reads`): the tokens of the source,
    its own past (<bos> and the tokens before the last), or both in this order.
    """

    tokens: list[int]
    weights: Float[Tensor, "T R"]


def limits(lengths: Int[Tensor, "B"]) -> Int[Tensor, "B"]:
    """The most tokens that each translation may have: twice its source and ten more."""
    return 2 * lengths + 10


def log_probabilities(logits: Float[Tensor, "N V"]) -> Float[Tensor, "N V"]:
    """Scores to log-probabilities, impossible tokens ruled out."""
    logits = logits.float().clone() if logits.dtype is not torch.float64 else logits.clone()
    logits[:, NEVER] = float("-inf")
    return logits.log_softmax(dim=-1)


@torch.no_grad()
def greedy(
    model: Model, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"], layer: int = -1
) -> list[Translation]:
    """Write the likeliest next word until <eos>, for all sentences of the batch at once.

    Leaves the model in eval mode, as `beam` does.
    """
    model.eval()
    memory = model.encode(source, lengths)
    past, tokens = model.begin(memory), torch.full_like(lengths, BOS)
    done = torch.zeros_like(tokens, dtype=torch.bool)
    written, maps, limit = [], [], limits(lengths)
    for size in range(1, int(limit.max()) + 1):
        step = model.step(tokens, memory, past)
        past = step.past
        tokens = log_probabilities(step.logits).argmax(dim=1).masked_fill(done, PAD)
        written.append(tokens)
        maps.append(step.of_layer(layer))
        done = done | (tokens == EOS) | (limit == size)
        if bool(done.all()):
            break
    columns = maps[-1].shape[1]  # the own past grows: the last step has read the most
    weights = torch.stack([pad_columns(row, columns) for row in maps], dim=1).cpu()  # [B, T, R]
    return [
        cut(model, row, weights[sentence], int(length), source.shape[1])
        for sentence, (row, length) in enumerate(
            zip(torch.stack(written, dim=1).tolist(), lengths, strict=True)
        )
    ]


def pad_columns(
    weights: Float[Tensor, "*batch R"], columns: int
) -> Float[Tensor, "*batch columns"]:
    """The weights with zeros for what could not be read yet."""
    return F.pad(weights, (0, columns - weights.shape[-1]))


def cut(
    model: Model, tokens: list[int], weights: Float[Tensor, "T R"], length: int, padded: int
) -> Translation:
    """Cut a row of a batch to its own words: to its <eos>, or to where padding begins.

    Of the columns stay the source's real tokens, `length` of `padded`, and the past of these words.
    """
    size = next((index for index, token in enumerate(tokens) if token == PAD), len(tokens))
    columns: list[int] = []
    start = 0
    for side in model.reads:
        real, all_of_them = (length, padded) if side == "source" else (size, len(weights))
        columns += range(start, start + real)
        start += all_of_them
    return Translation(tokens[:size], weights[:size, columns].clone())


@dataclass
class Beams:
    """The unfinished hypotheses of a batch, `width` rows a sentence."""

    tokens: Int[Tensor, "N T_and_bos"]
    weights: Float[Tensor, "N T R"]
    scores: Float[Tensor, "B width"]  # sum of log-probabilities
    past: Past


class Finished(NamedTuple):
    """A hypothesis that has ended: its score by length, its tokens and what they read."""

    score: float
    tokens: list[int]
    weights: Float[Tensor, "T R"]


@torch.no_grad()
def beam(
    model: Model,
    source: Int[Tensor, "B S"],
    lengths: Int[Tensor, "B"],
    width: int = 5,
    alpha: float = 1.0,
    layer: int = -1,
) -> list[Translation]:
    """Keep the `width` best beginnings of each sentence; give the best finished one.

    A finished hypothesis scores log-probability / tokens**alpha (Wu et al. 2016, section 7,
    in its simplest form): without it short translations would win. A sentence is done when
    `width` hypotheses have finished. Width 1 is greedy search.

    Raises:
        ValueError: the width is below 1.
    """
    if width < 1:
        raise ValueError(f"expected a beam of width 1 or more, got {width}; try 5")
    model.eval()
    rows = torch.arange(len(source), device=source.device).repeat_interleave(width)
    memory = model.encode(source, lengths).rows(rows)
    beams = first_beams(model, memory, len(source), width, source.device)
    best: list[Finished | None] = [None] * len(source)
    limit = limits(lengths).unsqueeze(1)
    finishes = torch.zeros_like(lengths)
    for size in range(1, int(limit.max()) + 1):
        beams = extend(model, memory, beams, width, layer)
        ended = (beams.tokens[:, -1] == EOS).view_as(beams.scores) | (limit == size)
        ended &= beams.scores.isfinite()  # a row at minus infinity only fills the batch
        collect(beams, ended, size**alpha, best)
        finishes += ended.sum(dim=1)
        done = (finishes >= width).unsqueeze(1)
        beams.scores = beams.scores.masked_fill(ended | done, float("-inf"))
        if bool(done.all()):
            break
    return [
        cut(model, one.tokens, one.weights, int(length), source.shape[1])
        for one, length in zip(require_all(best), lengths, strict=True)
    ]


def require_all(best: Sequence[Finished | None]) -> list[Finished]:
    """The best hypothesis of each sentence.

    Raises:
        FloatingPointError: a sentence has none, since its scores are no numbers.
    """
    if None in best:
        raise FloatingPointError(
            f"expected a translation with a finite score, got none for sentence {best.index(None)} "
            "of the batch; the model's scores are not numbers: train it again"
        )
    return [one for one in best if one is not None]


def first_beams(
    model: Model, memory: Memory, sentences: int, width: int, device: torch.device
) -> Beams:
    """One live hypothesis a sentence, the empty one; its copies wait at minus infinity."""
    dtype = next(model.parameters()).dtype
    scores = torch.full((sentences, width), float("-inf"), dtype=dtype, device=device)
    scores[:, 0] = 0.0
    return Beams(
        tokens=torch.full((sentences * width, 1), BOS, device=device),
        weights=torch.zeros(sentences * width, 0, 0, dtype=dtype, device=device),
        scores=scores,
        past=model.begin(memory),
    )


def extend(model: Model, memory: Memory, beams: Beams, width: int, layer: int) -> Beams:
    """Add one word to every hypothesis and keep the best `width` of each sentence."""
    step = model.step(beams.tokens[:, -1], memory, beams.past)
    words = log_probabilities(step.logits)  # [B * width, V]
    totals = beams.scores.view(-1, 1) + words
    scores, choices = totals.view(len(beams.scores), -1).topk(width, dim=1)
    sentence = torch.arange(len(scores), device=choices.device).unsqueeze(1)
    origin = (choices // words.shape[1] + sentence * width).flatten()
    row = step.of_layer(layer).unsqueeze(1)  # [B * width, 1, R]
    weights = torch.cat([pad_columns(beams.weights, row.shape[2]), row], dim=1)
    token = (choices % words.shape[1]).flatten()
    return Beams(
        tokens=torch.cat([beams.tokens[origin], token.unsqueeze(1)], dim=1),
        weights=weights[origin],
        scores=scores,
        past=tuple(part.index_select(0, origin) for part in step.past),
    )


def collect(
    beams: Beams,
    ended: Bool[Tensor, "B width"],
    length_norm: float,
    best: list[Finished | None],
) -> None:
    """Write into `best` each finished hypothesis that beats what is there."""
    width = beams.scores.shape[1]
    for sentence, rank in ended.nonzero().tolist():
        score = beams.scores[sentence, rank].item() / length_norm
        beaten = best[sentence]
        if beaten is None or score > beaten.score:
            row = sentence * width + rank
            tokens = beams.tokens[row, 1:].tolist()
            best[sentence] = Finished(score, tokens, beams.weights[row].cpu())


def translate_ids(
    model: Model,
    sources: Sequence[list[int]],
    width: int = 1,
    batch_size: int = 64,
    layer: int = -1,
) -> list[Translation]:
    """Translate sentences of ids in batches of like length, and give them back in order.

    The weights of each translation are those of one layer of the model, by default the last.
    """
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    translations: dict[int, Translation] = {}
    for start in range(0, len(order), batch_size):
        indices = order[start : start + batch_size]
        chosen = [sources[index] for index in indices]
        source, lengths = pad(chosen).to(model.device), source_lengths(chosen).to(model.device)
        batch = (
            greedy(model, source, lengths, layer)
            if width == 1
            else beam(model, source, lengths, width, layer=layer)
        )
        translations.update(zip(indices, batch, strict=True))
    return [translations[index] for index in range(len(sources))]
