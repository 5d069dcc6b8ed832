"""From a Run to a run folder and back: data, vocabularies, model, training, run card."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from attention_course import data, vocabulary
from attention_course.checkpoint import CheckpointError, load_weights, save_weights
from attention_course.config import Run
from attention_course.course import build
from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Corpus, Pair
from attention_course.files import write
from attention_course.seq2seq import Seq2Seq, Transformer
from attention_course.training import Progress, pick_device, train
from attention_course.vocabulary import Vocabulary


@dataclass(frozen=True)
class Trained:
    """A model that can be asked to translate, and the vocabularies that it speaks."""

    run: Run
    model: Seq2Seq | Transformer
    source: Vocabulary
    target: Vocabulary


def prepare(run: Run, corpus: Corpus) -> Trained:
    """Learn the vocabularies of a corpus and build the untrained model; the seed decides it."""
    source = vocabulary.learn(
        corpus.units, [pair.source for pair in corpus.train], run.vocabulary_size
    )
    target = vocabulary.learn(
        corpus.units, [pair.target for pair in corpus.train], run.vocabulary_size
    )
    torch.manual_seed(run.seed)
    model = build(run, len(source), len(target)).to(pick_device())
    return Trained(run, model, source, target)


def fit(trained: Trained, corpus: Corpus, folder: Path, resume: bool = False) -> Progress:
    """Train on a corpus and write the weights of the best epoch to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "vocabulary.json", vocabularies_text(trained).encode())
    progress = train(
        trained.model,
        trained.run,
        encode_pairs(corpus.train, trained.source, trained.target),
        encode_pairs(corpus.validation, trained.source, trained.target),
        folder,
        resume,
    )
    save_weights(folder / "weights.safetensors", dict(trained.model.state_dict()))
    return progress


def vocabularies_text(trained: Trained) -> str:
    """Both vocabularies as one JSON text."""
    return json.dumps({"source": trained.source.to_json(), "target": trained.target.to_json()})
