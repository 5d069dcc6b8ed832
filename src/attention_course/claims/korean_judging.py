"""What is measured on a run on pocket Korean, in which order is free."""

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch.nn import functional as F

from attention_course.claims import patching, probes, who_did_what
from attention_course.config import RecurrentSettings
from attention_course.data.batch import encode_pairs, in_order, lengths
from attention_course.data.pairs import Corpus, Link, Pair
from attention_course.judging.alignment import alignment_error_rate, links_by_layer
from attention_course.models.seq2seq import Seq2Seq
from attention_course.runs.metrics import GOLD_PAIRS, POCKET_BINS, measure_alignment
from attention_course.runs.trained import Trained
from attention_course.vocabulary import PAD

WATCHED = 100  # pairs of validation whose weights are watched in training
SHOWN = 60  # test pairs whose states are measured
DOT_PRODUCTS = ("dot", "scaled", "general")  # variants in which the length of a key counts
ASKED = (*DOT_PRODUCTS, "additive")  # those in which a recurrent decoder asks


@torch.no_grad()
def watch_weights(trained: Trained, corpus: Corpus) -> dict[str, float]:
    """How even the weights are, and how large the largest is: before each target token, on average.

    Evenness is the entropy of the weights over that of equal ones: 1 if all are equal, 0 if one
    has everything. Of several layers and heads it is the mean.
    """
    model, even, largest, tokens = trained.model, 0.0, 0.0, 0
    training = model.training
    model.eval()
    examples = encode_pairs(corpus.validation[:WATCHED], trained.source, trained.target)
    for batch in in_order(sorted(examples, key=lengths), 50):
        batch = batch.to(model.device)
        maps = model(batch.source, batch.source_lengths, batch.target_in).maps  # [B, L, H, T, S]
        most = batch.source_lengths.log()[:, None, None, None]
        entropy = -torch.xlogy(maps, maps).sum(dim=4) / most
        real = batch.target_out != PAD
        even += float(entropy.mean(dim=(1, 2))[real].sum())
        largest += float(maps.amax(dim=4).mean(dim=(1, 2))[real].sum())
        tokens += int(real.sum())
    model.train(training)
    return {"evenness": even / tokens, "largest_weight": largest / tokens}


def error_rates_by_kind(
    links: Sequence[frozenset[Link]], pairs: Sequence[Pair]
) -> dict[str, float]:
    """Alignment error rate of content words and of function words, apart.

    A content word of the target has a sure link. A function word, such as an article, has possible
    ones only, so its rate is the share of links that are not possible.
    """
    kinds: dict[str, tuple[list[frozenset[Link]], list[frozenset[Link]]]] = {
        "aer_content": ([], []),
        "aer_function": ([], []),
    }
    for found, pair in zip(links, pairs, strict=True):
        sure = pair.sure or frozenset()
        content = {row for _, row in sure}
        function = {row for _, row in pair.possible or ()} - content
        for name, rows in (("aer_content", content), ("aer_function", function)):
            kinds[name][0].append(frozenset(one for one in found if one[1] in rows))
            kinds[name][1].append(frozenset(one for one in sure if one[1] in rows))
    possible = [pair.possible or frozenset() for pair in pairs]
    return {
        name: round(alignment_error_rate(chosen, sure, possible), 4)
        for name, (chosen, sure) in kinds.items()
    }


def write_links(links: frozenset[Link], words: int) -> str:
    """The source word of each target word, by its number; - where there is none."""
    columns = {row: column for column, row in links}
    return " ".join(str(columns.get(row, "-")) for row in range(words))


@torch.no_grad()
def measure_states(trained: Trained, pairs: Sequence[Pair]) -> dict[str, float]:
    """How unequal states of an encoder are in length, and how near the output is to the top one.

    The spread is that of the logarithm of their lengths, within a sentence. Where the score is a
    dot product: how often the longest key overtakes the one that is nearest by its angle.
    """
    model = cast(Seq2Seq, trained.model)
    spreads, cosines, overtaken = [], [], []
    for example in encode_pairs(pairs[:SHOWN], trained.source, trained.target):
        [batch] = in_order([example], 1)
        batch = batch.to(model.device)
        memory = model.encode(batch.source, batch.source_lengths)
        query, _ = model.decoder.rnn(
            model.decoder.embedding(batch.target_in), memory.start.unsqueeze(0)
        )
        vectors, weights = model.decoder.context(query, memory.states, memory.mask, memory.keys)
        top = weights[0].argmax(dim=1)
        spreads.append(float(memory.states[0].norm(dim=1).log().std()))
        cosines.append(F.cosine_similarity(vectors[0], memory.states[0][top], dim=1))
        if trained.run.variant in DOT_PRODUCTS:
            by_angle = (query @ F.normalize(memory.keys, dim=2).transpose(1, 2))[0].argmax(dim=1)
            overtaken.append((by_angle != top).float())
    measured = {
        "log_length_spread": sum(spreads) / len(spreads),
        "cosine_with_top_state": float(torch.cat(cosines).mean()),
    }
    if overtaken:
        measured["overtaken"] = float(torch.cat(overtaken).mean())
    return {name: round(value, 4) for name, value in measured.items()}


def judge_alignment(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Weights against gold: error rates, of content and function words apart, and the links."""
    model, source, target = trained.model, trained.source, trained.target
    rates, layer = measure_alignment(model, corpus, source, target)
    pairs = corpus.test[:GOLD_PAIRS]
    links = [links_by_layer(model, pair, source, target)[layer] for pair in pairs]
    parts = model, corpus.test, source, target
    shown = corpus.test[:SHOWN]
    return {
        **rates,
        **error_rates_by_kind(links, pairs),
        "links": [
            write_links(one, len(pair.target.split()))
            for one, pair in zip(links, pairs, strict=True)
        ],
        "deletion": probes.deletion(*parts, layer),
        "strongest_weight": probes.strongest_weight(model, shown, source, target, layer),
    }


def judge_knowledge(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Words by their distance at equal length; who did what; what one state decides."""
    words = probes.aligned_words(trained.model, corpus.test, trained.source, trained.target)
    metrics: dict[str, Any] = {
        "accuracy_by_distance": probes.accuracy_by_distance(words),
        "accuracy_by_distance_at_lengths": probes.accuracy_at_lengths(words, POCKET_BINS),
        "who_did_what": who_did_what.judge(trained, who_did_what.contrasts(trained.run, corpus)),
    }
    settings = trained.run.model_settings
    if type(settings) is RecurrentSettings and settings.input_feeding == "none":
        metrics |= measure_states(trained, corpus.test)  # what is fed back is not known there
        if trained.run.variant in ASKED:
            metrics["patching"] = patching.judge(trained, [*corpus.test, *corpus.validation])
    return metrics
