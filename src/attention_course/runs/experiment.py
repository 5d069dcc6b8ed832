"""From a Run to a run folder and back: data, vocabularies, model, training, run card."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from attention_course import data, vocabulary
from attention_course.config import Run
from attention_course.course import build
from attention_course.data.batch import encode_pairs, encode_sentence
from attention_course.data.pairs import Corpus, Pair
from attention_course.judging.decoding import translate_ids
from attention_course.judging.evaluation import bleu
from attention_course.runs import agreement, metrics
from attention_course.runs.card import RunCard, origin
from attention_course.runs.trained import CARD, Trained, copy_files, example_of, keep_weights
from attention_course.store.files import write
from attention_course.training import devices
from attention_course.training.loop import train
from attention_course.training.progress import Progress


def prepare(run: Run, corpus: Corpus, device: str | None = None) -> Trained:
    """Learn the vocabularies of a corpus and build the untrained model; the seed decides it.

    `device`, as in `cpu`, is where the model goes; by default a GPU if one can be used.

    Raises:
        ValueError: the device is not here.
        RuntimeError: it does not give what the processor gives.
    """
    devices.heed_share()
    # An Apple GPU trains alone: processes cannot add up their gradients on one.
    picked = devices.pick_device(device, untried=devices.world().size == 1)
    source = vocabulary.learn(
        corpus.units, [pair.source for pair in corpus.train], run.vocabulary_size
    )
    target = vocabulary.learn(
        corpus.units, [pair.target for pair in corpus.train], run.vocabulary_size
    )
    torch.manual_seed(run.seed)
    model = build(run, len(source), len(target))
    compared = encode_pairs(corpus.train[: agreement.PAIRS], source, target)
    settled = agreement.settle(model, compared, picked, requested=bool(device))
    return Trained(run, model.to(settled), source, target)


Watch = Callable[[Trained, Corpus], dict[str, float]]
JUDGED = ("hypotheses.txt", CARD)
TEXT_PATHS = "own_text.json"


def fit(
    trained: Trained,
    corpus: Corpus,
    folder: Path,
    resume: bool | None = False,
    copy_to: Path | None = None,
    watch: Watch | None = None,
) -> Progress:
    """Train on a corpus and write the weights of the best epoch to the folder.

    With `resume` a stored run is continued; with `resume=None` only if there is one. What is
    written to the folder is copied to `copy_to`, say on a mounted drive. What `watch` measures
    after each epoch stands in the run card's curve.
    """
    progress = train(
        trained.model,
        trained.run,
        encode_pairs(corpus.train, trained.source, trained.target),
        encode_pairs(corpus.validation, trained.source, trained.target),
        folder,
        resume,
        copy_to,
        (lambda model: watch(replace(trained, model=model), corpus)) if watch else None,
    )
    keep_weights(trained, folder, copy_to)
    return progress


def judge(
    trained: Trained,
    corpus: Corpus,
    progress: Progress,
    folder: Path,
    copy_to: Path | None = None,
) -> RunCard:
    """Measure a trained model on the test pairs; write the run card and the translations."""
    judgement = metrics.judge_model(trained.model, corpus, trained.source, trained.target)
    outputs = [trained.target.decode(one.tokens) for one in judgement.translations]
    card = RunCard(
        run=trained.run,
        **origin(trained.model, trained.run.mixed),
        seconds=round(progress.seconds, 1),
        cpu_seconds=round(progress.cpu_seconds, 1),
        tokens_per_second=round(progress.tokens / max(progress.seconds, 1e-9)),
        curve=progress.curve,
        metrics=judgement.metrics,
        examples=[
            example_of(trained, corpus.test[index], judgement.translations[index])
            for index in metrics.pick_examples(corpus.test)
        ],
        shown_layer=judgement.shown_layer,
        about_text=list(corpus.about),
    )
    write(folder / "hypotheses.txt", "".join(f"{line}\n" for line in outputs).encode())
    card.write(folder / CARD)
    copy_files(folder, copy_to, JUDGED)
    return card


def greedy_bleu(trained: Trained, pairs: Sequence[Pair]) -> float:
    """BLEU of the greedy translations of pairs, lowercased."""
    translations = translate_ids(
        trained.model, [encode_sentence(pair.source, trained.source) for pair in pairs]
    )
    outputs = [trained.target.decode(one.tokens) for one in translations]
    return bleu(outputs, [pair.target for pair in pairs]).score


def run_experiment(
    run: Run,
    folder: Path,
    resume: bool = False,
    copy_to: Path | None = None,
    watch: Watch | None = None,
    processes: int | None = None,
    files: Sequence[Path] = (),
    device: str | None = None,
) -> RunCard | None:
    """Train, judge and write the run card: what `attention-course train` does.

    `files` hold a text of the learner's own; where they are is kept in the folder, beside the
    card and not in it, and what is found in them is printed. `device`: see `prepare`. In several
    processes, started by torchrun say, they train together; the main one judges and gives the
    card, the others None.

    Raises:
        RuntimeError: there are fewer or more processes than are asked for.
    """
    if device:
        devices.pick_device(device)  # refused before anything is downloaded
    with devices.joined(processes, device) as world:
        with world.main_first():
            corpus = data.load(run, files)
        if world.main and corpus.about:
            print("\n".join(corpus.about), flush=True)
        trained = prepare(run, corpus, device)
        progress = fit(trained, corpus, folder, resume, copy_to, watch)
        if world.main and files:
            keep_text_paths(folder, files)
    return judge(trained, corpus, progress, folder, copy_to) if world.main else None


def keep_text_paths(folder: Path, files: Sequence[Path]) -> None:
    """Keep in a run folder where the learner's own text was found last."""
    text = json.dumps([str(file.absolute()) for file in files], ensure_ascii=False)
    write(folder / TEXT_PATHS, f"{text}\n".encode())


def text_paths(folder: Path) -> list[Path]:
    """Where the own text of a run was found last; nothing where it is not there any more."""
    try:
        stored = json.loads((folder / TEXT_PATHS).read_text(encoding="utf-8"))
        paths = [Path(path) for path in stored]
    except (OSError, ValueError, TypeError):
        return []
    return paths if all(path.is_file() for path in paths) else []
