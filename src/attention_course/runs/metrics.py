"""What a trained model is judged by: the metrics and the examples of its run card."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Corpus, Pair
from attention_course.judging.alignment import error_rates
from attention_course.judging.decoding import Translation, translate_ids
from attention_course.judging.evaluation import (
    CAPTION_BINS,
    Bins,
    accuracy,
    accuracy_by_length,
    bleu,
    bleu_by_length,
)
from attention_course.models.model import Model
from attention_course.training.loop import mean_loss
from attention_course.vocabulary import Vocabulary

EXAMPLES = 6
SHOWN_WORDS = 14  # the longest source among the examples
GOLD_PAIRS = 300  # pairs on which attention is held against gold
POCKET_BINS: Bins = ((1, 10), (11, 20), (21, 30), (31, None))


class Judgement(NamedTuple):
    """What came of judging a model on a corpus."""

    metrics: dict[str, Any]
    translations: list[Translation]  # greedy ones, of all test pairs
    shown_layer: int  # of the model, chosen on validation; -1 where there is no gold


def judge_model(model: Model, corpus: Corpus, source: Vocabulary, target: Vocabulary) -> Judgement:
    """Judge a model: the metrics, and the greedy translations of all test pairs.

    All is measured on `corpus.test`, but for the two curves by length: they are measured on
    `corpus.more_tests` too, whose translations come after those of `test`.
    """
    pairs = [*corpus.test, *corpus.more_tests]
    examples = encode_pairs(pairs, source, target)
    tested = examples[: len(corpus.test)]
    rows = accuracy_by_length(model, examples)
    alignment, layer = measure_alignment(model, corpus, source, target)
    translations = translate_ids(model, [example.source for example in examples], layer=layer)
    beamed = translate_ids(model, [example.source for example in tested], width=5, batch_size=16)
    references = [pair.target for pair in corpus.test]
    score = bleu([target.decode(one.tokens) for one in beamed], references).score
    metrics = {
        "loss": round(mean_loss(model, tested), 4),
        "accuracy": round(accuracy(accuracy_by_length(model, tested)), 4),
        "accuracy_by_length": [{**row, "accuracy": round(row["accuracy"], 4)} for row in rows],
        **alignment,
        **measure_bleu(corpus, [target.decode(one.tokens) for one in translations]),
        "bleu_beam": round(score, 2),
    }
    return Judgement(metrics, translations, layer)


def measure_bleu(corpus: Corpus, outputs: Sequence[str]) -> dict[str, Any]:
    """BLEU of the greedy translations: lowercased, as written, and by source length."""
    pairs = [*corpus.test, *corpus.more_tests]
    references = [pair.target for pair in pairs]
    tests = len(corpus.test)
    lower = bleu(outputs[:tests], references[:tests])
    cased = bleu(outputs[:tests], references[:tests], lowercase=False)
    bins = POCKET_BINS if corpus.name == "pocket-korean" else CAPTION_BINS
    return {
        "bleu": round(lower.score, 2),
        "bleu_low": round(lower.low, 2),
        "bleu_high": round(lower.high, 2),
        "bleu_cased": round(cased.score, 2),
        "sacrebleu_signature": lower.signature,
        "bleu_by_source_length": bleu_by_length(
            [pair.source for pair in pairs], outputs, references, bins
        ),
    }


def measure_alignment(
    model: Model, corpus: Corpus, source: Vocabulary, target: Vocabulary
) -> tuple[dict[str, Any], int]:
    """Alignment error rate where gold is known, and the layer of the model that it is the rate of.

    The layer with the fewest errors on validation is taken; -1 and no metrics without gold, or of
    a model that reads no source.
    """
    if corpus.test[0].sure is None or "source" not in model.reads:
        return {}, -1
    rates = error_rates(model, corpus.validation[:GOLD_PAIRS], source, target)
    layer = min(range(len(rates)), key=rates.__getitem__)
    tested = error_rates(model, corpus.test[:GOLD_PAIRS], source, target)
    return {
        "aer": round(tested[layer], 4),
        "aer_layer": layer,
        "aer_by_layer": [round(rate, 4) for rate in tested],
        "aer_pairs": len(corpus.test[:GOLD_PAIRS]),
    }, layer


def pick_examples(pairs: Sequence[Pair]) -> list[int]:
    """The indices of test pairs that fit a figure, spread over the test set, the same each time."""
    short = [index for index, pair in enumerate(pairs) if len(pair.source.split()) <= SHOWN_WORDS]
    chosen = short or list(range(len(pairs)))
    return chosen[:: max(1, len(chosen) // EXAMPLES)][:EXAMPLES]
