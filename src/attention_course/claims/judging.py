"""What is measured on a run that claims are made on: more than stands on the book's own cards."""

from collections.abc import Callable
from typing import Any

from attention_course.claims import korean_judging, probes, toy_probes
from attention_course.claims.language_judging import judge_language
from attention_course.config import TOYS, OneStackSettings, Run
from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Corpus
from attention_course.judging.decoding import translate_ids
from attention_course.judging.evaluation import accuracy, accuracy_by_length
from attention_course.runs.experiment import Watch
from attention_course.runs.metrics import measure_bleu
from attention_course.runs.trained import Trained
from attention_course.training.loop import mean_loss


def judge_toy(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Loss and accuracy by length, the reference given; pointing, places, loads where known."""
    examples = encode_pairs(corpus.test, trained.source, trained.target)
    rows = accuracy_by_length(trained.model, examples)
    metrics = {
        "loss": mean_loss(trained.model, examples),
        "accuracy": accuracy(rows),
        "accuracy_by_length": rows,
    }
    if "past" not in trained.model.reads:  # one stack has no state that has read all of the source
        metrics["reach"] = probes.reach(trained.model, examples)
    if corpus.name in toy_probes.ORIGINS:
        metrics |= toy_probes.pointing(trained.model, corpus.test, examples, corpus.name)
    if corpus.name in toy_probes.OF_ANY_LENGTH:
        metrics["accuracy_beyond"] = toy_probes.accuracy_beyond(trained)
    if corpus.name in toy_probes.LETTER_BY_LETTER:
        metrics["accuracy_by_place"] = toy_probes.accuracy_by_place(trained)
    if corpus.name == "numbered":
        metrics["accuracy_by_load"] = toy_probes.accuracy_by_load(trained, corpus.test)
    return metrics


def judge_sentences(trained: Trained, corpus: Corpus) -> tuple[dict[str, Any], list[str]]:
    """What is measured on every corpus of sentences, and the greedy translations."""
    pairs = [*corpus.test, *corpus.more_tests]
    examples = encode_pairs(pairs, trained.source, trained.target)
    translations = translate_ids(trained.model, [one.source for one in examples])
    outputs = [trained.target.decode(one.tokens) for one in translations]
    metrics = {
        "loss": round(mean_loss(trained.model, examples[: len(corpus.test)]), 4),
        **measure_bleu(corpus, outputs),
        **probes.fluency(outputs, [pair.target for pair in pairs]),
    }
    return metrics, outputs


def judge_captions(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """The translations of the test set are kept: rungs are compared sentence by sentence."""
    metrics, outputs = judge_sentences(trained, corpus)
    return {**metrics, "outputs": outputs[: len(corpus.test)]}


def judge_korean(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Outputs are kept; weights are held against gold, and it is asked what a model knows."""
    return {
        **judge_captions(trained, corpus),
        **korean_judging.judge_alignment(trained, corpus),
        **korean_judging.judge_knowledge(trained, corpus),
    }


def watch_of(run: Run) -> Watch | None:
    """What is measured after each epoch of a run, if anything."""
    reads_itself = isinstance(run.model_settings, OneStackSettings)  # its maps have other columns
    return None if reads_itself or run.data != "pocket-korean" else korean_judging.watch_weights


JUDGES: dict[str, Callable[[Trained, Corpus], dict[str, Any]]] = {
    **dict.fromkeys(TOYS, judge_toy),
    "pocket-korean": judge_korean,
}


def judge(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """The metrics of a trained model that claims on its kind of corpus are made of."""
    if trained.model.reads == ("past",):
        return judge_language(trained, corpus)
    return JUDGES.get(trained.run.data, judge_captions)(trained, corpus)
