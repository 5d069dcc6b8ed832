"""A trained model: kept in the folder of its run, loaded from it, asked to translate."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from attention_course import vocabulary
from attention_course.config import Run
from attention_course.course import build
from attention_course.data.batch import encode_sentence
from attention_course.data.pairs import Pair
from attention_course.judging.alignment import merge, read_words
from attention_course.judging.decoding import Translation, translate_ids
from attention_course.models.model import Model
from attention_course.rungs import STEMS
from attention_course.runs.card import RunCard, Translated
from attention_course.store import mirror
from attention_course.store.checkpoint import CheckpointError, load_weights, save_weights
from attention_course.store.files import write
from attention_course.training import devices
from attention_course.vocabulary import BOS, Vocabulary

FITTED = ("vocabulary.json", "weights.safetensors.sha256", "weights.safetensors")
CARD = "run.json"


@dataclass(frozen=True)
class Trained:
    """A model that can be asked to translate, and the vocabularies that it speaks."""

    run: Run
    model: Model
    source: Vocabulary
    target: Vocabulary
    shown_layer: int = -1  # of the model: the one whose map comes with a translation

    def showing(self, layer: int) -> "Trained":
        """The same model with the map of another layer."""
        return replace(self, shown_layer=layer)


def keep_weights(trained: Trained, folder: Path, copy_to: Path | None) -> None:
    """Write the weights and the vocabularies to the folder; of several processes the main one."""
    if devices.world().main:
        write(folder / "vocabulary.json", vocabularies_text(trained).encode())
        save_weights(folder / "weights.safetensors", dict(trained.model.state_dict()))
        copy_files(folder, copy_to, FITTED)


def vocabularies_text(trained: Trained) -> str:
    """Both vocabularies as one JSON text."""
    return json.dumps({"source": trained.source.to_json(), "target": trained.target.to_json()})


def copy_files(folder: Path, copy_to: Path | None, names: tuple[str, ...]) -> None:
    """Copy what a run has written, where a copy is asked for; say so if that fails."""
    trouble = mirror.keep_files(folder, copy_to, names) if copy_to else ""
    if trouble:
        print(trouble)


def read_card(folder: Path) -> RunCard:
    """Read the run card of a folder.

    Raises:
        CheckpointError: the folder is not the folder of a finished run.
        CardError: what its card says is no run card that this version knows.
    """
    try:
        return RunCard.read(folder / CARD)
    except OSError as error:
        raise CheckpointError(
            f"expected the folder of a finished run at {folder}, got no readable {CARD} in it; "
            f"train one with: attention-course train {STEMS[0]} --data copy --out {folder}"
        ) from error


def load(folder: Path) -> Trained:
    """Read a trained model, its weights verified, ready to translate.

    Raises:
        CheckpointError: the folder is not a run's, or a file of it is damaged.
        CardError: what its card says is no run card that this version knows.
    """
    devices.heed_share()
    card = read_card(folder)
    try:
        stored = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        source, target = (vocabulary.from_json(stored[side]) for side in ("source", "target"))
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"expected two vocabularies in {folder / 'vocabulary.json'}, got {error}; "
            "train the run again"
        ) from error
    model = build(card.run, len(source), len(target))
    fill(model, load_weights(folder / "weights.safetensors"), folder)
    model = model.to(devices.pick_device()).eval()
    return Trained(card.run, model, source, target, card.shown_layer)


def fill(model: Model, weights: dict[str, Tensor], folder: Path) -> None:
    """Give a model the weights of a run folder.

    The embedding of a source had a bias once that nothing read: it is left out.

    Raises:
        CheckpointError: they are the weights of another model.
    """
    known = model.state_dict().keys()
    unread = {"encoder.embedding.bias", "source_embedding.bias"} - known
    try:
        model.load_state_dict({name: weights[name] for name in weights.keys() - unread})
    except RuntimeError as error:
        raise CheckpointError(
            f"expected the weights of the model that {CARD} in {folder} describes, got others; "
            "they may be of another version of the course: train the run again"
        ) from error


def translate(trained: Trained, sentences: Sequence[str], width: int = 1) -> list[Translated]:
    """Translate sentences; each comes back with its words and the weights between them.

    `width` is that of the beam; 1 is greedy search.

    Raises:
        ValueError: a sentence is empty.
    """
    sources = [encode_sentence(sentence, trained.source) for sentence in sentences]
    translations = translate_ids(trained.model, sources, width, layer=trained.shown_layer)
    return [
        example_of(trained, Pair(sentence, ""), one)
        for sentence, one in zip(sentences, translations, strict=True)
    ]


def example_of(trained: Trained, pair: Pair, translation: Translation) -> Translated:
    """A sentence, its translation, and the weights behind each written word of it.

    The columns are the words that the model reads: of the source, of its own past, or of both.
    """
    source_words = trained.source.words(encode_sentence(pair.source, trained.source))
    past_words = trained.target.words([BOS, *translation.tokens[:-1]])
    columns = read_words(trained.model.reads, source_words, past_words)
    output_words = trained.target.words(translation.tokens)
    weights = merge(translation.weights, columns, output_words)
    return Translated(
        source=pair.source,
        reference=pair.target,
        credit=pair.credit,
        output=trained.target.decode(translation.tokens),
        source_tokens=[word.text for word in columns],
        output_tokens=[word.text for word in output_words],
        weights=[[round(weight, 4) for weight in row] for row in weights.tolist()],
    )
