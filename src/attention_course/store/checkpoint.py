"""Checkpoints that survive a kill at any moment, a full disk and a flipped bit. No pickle.

A generation of a checkpoint is a pair of files: the tensors (safetensors), then a JSON file with
everything else and the sha256 of both. A generation counts only when its hashes agree; the newest
two are kept, so that there is always one to fall back on.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from torch import Tensor

from attention_course.store import files
from attention_course.store.nested import require_json

FORMAT = "attention-course checkpoint 2"
GENERATIONS = 2  # kept
FILE = re.compile(r"checkpoint-(\d+)\.(safetensors|json)")


class CheckpointError(ValueError):
    """No checkpoint, or no weights, can be read here."""


@dataclass(frozen=True)
class Checkpoint:
    """What `load` read. `warning` says why it is not the newest generation, else None."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]
    generation: int
    warning: str | None = None


def save(folder: Path, tensors: dict[str, Tensor], state: dict[str, Any]) -> Path:
    """Write one new generation, then remove all but the newest two whole ones.

    `state` holds JSON values only. Returns the new JSON file.

    Raises:
        TypeError: `state` holds something that JSON cannot give back.
        OSError: it cannot be written, as on a full disk; earlier generations stay whole.
    """
    require_json(state, "state")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    generation = max(generations(folder), default=0) + 1
    tensors_file, json_file = pair(folder, generation)
    data = files.tensor_bytes(tensors)
    text = envelope(generation, files.digest(data), state)
    for leftover in folder.glob(".checkpoint-*.part"):  # of a save that was killed
        leftover.unlink(missing_ok=True)
    try:
        files.write(tensors_file, data)
        files.write(json_file, text)  # last: only now the generation counts
    except OSError:
        tensors_file.unlink(missing_ok=True)
        raise
    remove_old(folder, generation)
    return json_file


def load(folder: Path) -> Checkpoint:
    """Read the newest generation whose hashes agree. Tensors come back on the CPU.

    Raises:
        CheckpointError: there is no checkpoint in the folder, or none is whole.
    """
    folder = Path(folder)
    if not folder.is_dir():
        actual = "a file" if folder.exists() else "no such folder"
        raise CheckpointError(
            f"expected a checkpoint folder at {folder}, got {actual}; "
            "train first, or check the path"
        )
    faults = []
    for generation in generations(folder):
        try:
            tensors, state = read(folder, generation)
        except files.DamageError as fault:
            faults.append(f"generation {generation}: {fault}")
            continue
        lost = (
            f"The newest checkpoint is lost ({'; '.join(faults)}); generation {generation} is used."
        )
        return Checkpoint(tensors, state, generation, lost if faults else None)
    actual = "; ".join(faults) or f"{len(list(folder.iterdir()))} files, none of a checkpoint"
    raise CheckpointError(
        f"expected a whole checkpoint in {folder}, got {actual}; "
        "give another folder, or train again from the start"
    )


def read(folder: Path, generation: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read one generation and check every byte of it.

    Raises:
        DamageError: a file is missing or not as it was written; the message says which.
    """
    tensors_file, json_file = pair(folder, generation)
    text = files.read_bytes(json_file)
    try:
        stored = json.loads(text)
        state, tensors_sha256 = stored["state"], stored["tensors_sha256"]
        expected = envelope(generation, tensors_sha256, state)
    except (ValueError, KeyError, TypeError, RecursionError):
        expected = b""
    if text != expected:
        raise files.DamageError(
            f"{json_file.name} is damaged, or was written by another version of the course"
        )
    return files.read_tensors(tensors_file, tensors_sha256), state


def save_weights(file: Path, tensors: dict[str, Tensor]) -> Path:
    """Write the weights of a finished model, and their sha256 beside them (`.sha256`).

    While weights are being replaced the earlier sha256 stands in that file too, so that a
    kill at any moment leaves weights that load.

    Raises:
        OSError: it cannot be written, as on a full disk; earlier weights stay whole.
    """
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    data, beside = files.tensor_bytes(tensors), Path(f"{file}.sha256")
    line = f"{files.digest(data)}  {file.name}\n".encode()
    files.write(beside, (beside.read_bytes() if beside.exists() else b"") + line)
    files.write(file, data)
    files.write(beside, line)
    return file


def load_weights(file: Path) -> dict[str, Tensor]:
    """Read the weights that `save_weights` wrote, to the CPU.

    Raises:
        CheckpointError: a file is missing, or the weights do not have their sha256.
    """
    file = Path(file)
    try:
        words = files.read_bytes(Path(f"{file}.sha256")).decode(errors="replace").split()
        return files.read_tensors(file, *words)
    except files.DamageError as fault:
        raise CheckpointError(
            f"expected weights in {file} with their hash in {file.name}.sha256, got: {fault}; "
            "copy both files again, or train again"
        ) from fault


def pair(folder: Path, generation: int) -> tuple[Path, Path]:
    """The tensors' file and the JSON file of a generation."""
    stem = f"checkpoint-{generation:06d}"
    return folder / f"{stem}.safetensors", folder / f"{stem}.json"


def generations(folder: Path) -> list[int]:
    """The generations of which anything is in the folder, the newest first."""
    names = (file.name for file in folder.iterdir()) if folder.is_dir() else ()
    matches = map(FILE.fullmatch, names)
    return sorted({int(match[1]) for match in matches if match}, reverse=True)


def remove_old(folder: Path, newest: int) -> None:
    """Read the newest generation back, then remove all but the newest two whole ones."""
    kept = list(islice(whole_generations(folder), GENERATIONS))
    if newest not in kept:
        raise OSError(
            f"expected to read back generation {newest} from {folder}, got other bytes than "
            "were written; earlier generations are whole; choose another disk and go on"
        )
    remove_but(folder, set(kept))


def unlink(file: Path) -> None:
    """Remove a file; it may be gone already."""
    file.unlink(missing_ok=True)


def remove_but(folder: Path, kept: set[int], remove: Callable[[Path], None] = unlink) -> None:
    """Remove every generation that is not in `kept`, each of its files by `remove`."""
    for generation in set(generations(folder)) - kept:
        for file in reversed(pair(folder, generation)):  # JSON first: no half that looks whole
            remove(file)


def whole_generations(folder: Path) -> Iterator[int]:
    """The generations that can be read, the newest first."""
    for generation in generations(folder):
        try:
            read(folder, generation)
        except files.DamageError:
            continue
        yield generation


def envelope(generation: int, tensors_sha256: str, state: dict[str, Any]) -> bytes:
    """The JSON file of a generation, byte for byte, so that any other byte is damage."""
    fields = {
        "format": FORMAT,
        "generation": generation,
        "tensors_sha256": tensors_sha256,
        "state_sha256": files.digest(json.dumps(state).encode()),
        "state": state,
    }
    return json.dumps(fields).encode()
