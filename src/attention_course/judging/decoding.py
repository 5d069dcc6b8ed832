"""From scores to sentences: greedy and beam search, each word with the weights behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attention_course.data.batch import pad, source_lengths
from attention_course.ladder.transformer import Transformer
from attention_course.models.seq2seq import Memory, Past, Seq2Seq
from attention_course.vocabulary import BOS, EOS, PAD

Model = Seq2Seq | Transformer
NEVER = (PAD, BOS)  # tokens that no translation may hold


@dataclass(frozen=True)
class Translation:
    """The ids that were said, <eos> included where it was reached, and where each one looked."""

    tokens: list[int]
    weights: Float[Tensor, "T S"]


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
    model: Model, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]
) -> list[Translation]:
    """Say the likeliest next word until <eos>, for all sentences of the batch at once."""
    model.eval()
    memory = model.encode(source, lengths)
    past, tokens = model.begin(memory), torch.full_like(lengths, BOS)
    done = torch.zeros_like(tokens, dtype=torch.bool)
    said, looked, most = [], [], limits(lengths)
    for size in range(1, int(most.max()) + 1):
        logits, weights, past = model.step(tokens, memory, past)
        tokens = log_probabilities(logits).argmax(dim=1).masked_fill(done, PAD)
        said.append(tokens)
        looked.append(weights)
        done = done | (tokens == EOS) | (most == size)
        if bool(done.all()):
            break
    rows = zip(torch.stack(said, 1).tolist(), torch.stack(looked, 1).cpu(), lengths, strict=True)
    return [finished(tokens, weights, int(length)) for tokens, weights, length in rows]


def finished(tokens: list[int], weights: Float[Tensor, "T S"], length: int) -> Translation:
    """Cut a row of a batch to its own words: to its <eos>, or to where padding begins."""
    size = next((place for place, token in enumerate(tokens) if token == PAD), len(tokens))
    return Translation(tokens[:size], weights[:size, :length].clone())


@dataclass
class Beams:
    """The unfinished hypotheses of a batch, `width` rows a sentence."""

    said: Int[Tensor, "N T_and_bos"]
    looked: Float[Tensor, "N T S"]
    scores: Float[Tensor, "B width"]  # sum of log-probabilities
    past: Past


@torch.no_grad()
def beam(
    model: Model,
    source: Int[Tensor, "B S"],
    lengths: Int[Tensor, "B"],
    width: int = 5,
    alpha: float = 1.0,
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
    beams = first_beams(model, memory, width)
    best: list[tuple[float, Translation | None]] = [(float("-inf"), None)] * len(source)
    most = limits(lengths).unsqueeze(1)
    finishes = torch.zeros_like(lengths)
    for size in range(1, int(most.max()) + 1):
        beams = extend(model, memory, beams, width)
        ended = (beams.said[:, -1] == EOS).view_as(beams.scores) | (most == size)
        ended &= beams.scores.isfinite()  # a row at minus infinity only fills the batch
        collect(beams, ended, size**alpha, lengths, best)
        finishes += ended.sum(dim=1)
        done = (finishes >= width).unsqueeze(1)
        beams.scores = beams.scores.masked_fill(ended | done, float("-inf"))
        if bool(done.all()):
            break
    return [translation for _, translation in best if translation is not None]


def first_beams(model: Model, memory: Memory, width: int) -> Beams:
    """One live hypothesis a sentence, the empty one; its copies wait at minus infinity."""
    rows, size = memory.mask.shape
    scores = memory.states.new_full((rows // width, width), float("-inf"))
    scores[:, 0] = 0.0
    return Beams(
        said=torch.full((rows, 1), BOS, device=memory.mask.device),
        looked=memory.states.new_zeros(rows, 0, size),
        scores=scores,
        past=model.begin(memory),
    )


def extend(model: Model, memory: Memory, beams: Beams, width: int) -> Beams:
    """Add one word to every hypothesis and keep the best `width` of each sentence."""
    logits, weights, past = model.step(beams.said[:, -1], memory, beams.past)
    words = log_probabilities(logits)  # [B * width, V]
    totals = beams.scores.view(-1, 1) + words
    scores, places = totals.view(len(beams.scores), -1).topk(width, dim=1)
    sentence = torch.arange(len(scores), device=places.device).unsqueeze(1)
    origin = (places // words.shape[1] + sentence * width).flatten()
    looked = torch.cat([beams.looked, weights.unsqueeze(1)], dim=1)
    token = (places % words.shape[1]).flatten()
    return Beams(
        said=torch.cat([beams.said[origin], token.unsqueeze(1)], dim=1),
        looked=looked[origin],
        scores=scores,
        past=tuple(part.index_select(0, origin) for part in past),
    )


def collect(
    beams: Beams,
    ended: Tensor,
    penalty: float,
    lengths: Int[Tensor, "B"],
    best: list[tuple[float, Translation | None]],
) -> None:
    """Write into `best` each finished hypothesis that beats what is there."""
    width = beams.scores.shape[1]
    for sentence, place in ended.nonzero().tolist():
        score = beams.scores[sentence, place].item() / penalty
        if score > best[sentence][0]:
            row = sentence * width + place
            tokens = beams.said[row, 1:].tolist()
            best[sentence] = (
                score,
                finished(tokens, beams.looked[row].cpu(), int(lengths[sentence])),
            )


def translate_ids(
    model: Model, sources: Sequence[list[int]], width: int = 1, size: int = 64
) -> list[Translation]:
    """Translate sentences of ids in batches of like length, and give them back in order."""
    device = next(model.parameters()).device
    order = sorted(range(len(sources)), key=lambda place: len(sources[place]))
    found: dict[int, Translation] = {}
    for start in range(0, len(order), size):
        places = order[start : start + size]
        chosen = [sources[place] for place in places]
        source, lengths = pad(chosen).to(device), source_lengths(chosen).to(device)
        translations = (
            greedy(model, source, lengths) if width == 1 else beam(model, source, lengths, width)
        )
        found.update(zip(places, translations, strict=True))
    return [found[place] for place in range(len(sources))]
