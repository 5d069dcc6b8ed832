"""Embeddings that begin warm: words that translate each other start side by side.

What a network learns first is which word translates which. An older model, IBM Model 1, learns that
from the same pairs in seconds; what it believes, cut down to a few numbers a word, is where the
embeddings begin.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from attention_course.data.batch import Batch, Example, in_order, lengths
from attention_course.models.model import Model
from attention_course.vocabulary import PAD

ROUNDS = 4  # of expectation and maximisation; more of them change little
SMALL = 1e-12  # in place of 0 where a word is in no pair


def warm_start(model: Model, examples: Sequence[Example], seed: int) -> None:
    """Give a model that has learned nothing yet the embeddings that its pairs suggest.

    The seed alone decides what is drawn, so that processes that train together begin alike; the
    random numbers that training draws are left as they are.
    """
    source, target = model.embeddings
    counts = translation_counts(examples, len(source.table.weight), len(target.table.weight))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        vectors = side_by_side(counts, source.table.embedding_dim)
    for embedding, rows in zip((source, target), vectors, strict=True):
        embedding.begin_with(rows.to(model.device))


def translation_counts(
    examples: Sequence[Example], source_size: int, target_size: int
) -> Float[Tensor, "V_source V_target"]:
    """How often each token came from each, by IBM Model 1.    Brown et al. 1993, section 4.1

    Each target token is shared out among the source tokens of its sentence, by what is believed so
    far; the shares, added up over all pairs, are what is believed next.
    """
    batches = list(in_order(sorted(examples, key=lengths), 512))
    counts = torch.ones(source_size, target_size)
    for _ in range(ROUNDS):
        table = counts / counts.sum(dim=1, keepdim=True).clamp_min(SMALL)  # p(target | source)
        counts = torch.zeros_like(counts)
        for batch in batches:
            add_shares(counts, table, batch)
    return counts


def add_shares(
    counts: Float[Tensor, "V_source V_target"],
    table: Float[Tensor, "V_source V_target"],
    batch: Batch,
) -> None:
    """Share the target tokens of a batch out among its source tokens, and add the shares up."""
    real = batch.source_mask[:, None, :] & (batch.target_out != PAD)[:, :, None]
    pairs = (batch.source[:, None, :] * table.shape[1] + batch.target_out[:, :, None])[real]
    believed = torch.zeros(real.shape)
    believed[real] = table.flatten()[pairs]  # [B, T, S]
    shares = believed / believed.sum(dim=2, keepdim=True).clamp_min(SMALL)
    counts.view(-1).index_add_(0, pairs, shares[real])


def side_by_side(
    counts: Float[Tensor, "V_source V_target"], size: int
) -> tuple[Float[Tensor, "V_source size"], Float[Tensor, "V_target size"]]:
    """Vectors of length 1 for both languages: words that share much are near.

    The singular vectors of the counts, frequent words held down, as latent
    semantic indexing takes those of words and documents (Deerwester et al.
    1990); turned at random, so that no feature stands for more than another.
    A word in no pair has zeros.
    """
    of_source = counts.sum(dim=1, keepdim=True)
    of_target = counts.sum(dim=0, keepdim=True)
    evened = counts / (of_source * of_target).sqrt().clamp_min(SMALL)
    left, values, right = torch.svd_lowrank(evened, q=size)
    turn, _ = torch.linalg.qr(torch.randn(size, size))
    turn = turn[: len(values)]  # few words have few singular vectors
    source, target = left * values.sqrt() @ turn, right * values.sqrt() @ turn
    return F.normalize(source, dim=1), F.normalize(target, dim=1)
