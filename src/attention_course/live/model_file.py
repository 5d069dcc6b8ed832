"""A trained model in one file, for the page: the weights in few bits, and what checks them.

8 bytes name the format, 32 are the sha256 of all that follows, 4 the length of a description in
JSON; then come the numbers that it tells of. `engine/model_file.js` reads the same.
"""

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from attention_course import vocabulary
from attention_course.course import build, read_run
from attention_course.data.batch import encode_sentence
from attention_course.judging.decoding import translate_ids
from attention_course.runs.trained import Trained, load, read_card
from attention_course.store.files import write

Precision = Literal["int8", "float16"]
FORMAT = b"ATTNSUM1"
LENGTH = struct.Struct("<I")
TYPES = {"int8": torch.int8, "float16": torch.float16, "float32": torch.float32}
TESTS = 3  # sentences with which a file is tested wherever it is read
DIGITS = 6  # of a weight in a test: more than the page has to agree to


class ModelFileError(ValueError):
    """A file that is no exported model, or a damaged one."""


class Packed(NamedTuple):
    """Numbers as they lie in the file, and the scale of each row where they are whole ones."""

    numbers: Tensor
    scales: Tensor | None

    def unpacked(self) -> Tensor:
        """The numbers as the model calculates with them, in the page and here."""
        numbers = self.numbers.float()
        return numbers if self.scales is None else numbers * self.scales.unsqueeze(1)


def pack(tensor: Tensor, precision: Precision) -> Packed:
    """Matrices in few bits: whole numbers from -127 to 127 with a scale a row, or 16 bits.

    Vectors, such as a bias or a norm, are few numbers and stay as they are.
    """
    tensor = tensor.detach().float().cpu().contiguous()
    if tensor.dim() != 2:
        return Packed(tensor, None)
    if precision == "float16":
        return Packed(tensor.half(), None)
    scales = tensor.abs().amax(dim=1).clamp(min=1e-12) / 127
    return Packed((tensor / scales.unsqueeze(1)).round().to(torch.int8), scales)


def export(
    trained: Trained, file: Path, sentences: list[str], precision: Precision = "int8"
) -> Trained:
    """Write a model to one file; gives the model as it is in the file.

    The `sentences` are translated by it, here and wherever the file is read: if other words come
    out there, or other weights, the file is refused.
    """
    stored, content = as_file(trained, sentences, precision)
    write(file, content)
    return stored


def as_file(
    trained: Trained, sentences: list[str], precision: Precision = "int8"
) -> tuple[Trained, bytes]:
    """What `export` writes: the model as it is in the file, and all bytes of the file."""
    packed = {name: pack(tensor, precision) for name, tensor in trained.model.state_dict().items()}
    stored = filled(trained, {name: one.unpacked() for name, one in packed.items()})
    entries, numbers = [], b""
    for name, one in packed.items():
        entry: dict[str, Any] = {"name": name, "shape": list(one.numbers.shape)}
        entry |= {"type": str(one.numbers.dtype).removeprefix("torch."), "offset": len(numbers)}
        numbers += one.numbers.numpy().tobytes()
        if one.scales is not None:
            entry["scales"] = len(numbers)
            numbers += one.scales.numpy().tobytes()
        entries.append(entry)
    about = {
        "run": {**trained.run.to_dict()},
        "shown_layer": trained.shown_layer,
        "source": trained.source.to_json(),
        "target": trained.target.to_json(),
        "tests": [test_of(stored, sentence) for sentence in sentences],
        "tensors": entries,
    }
    description = json.dumps(about, ensure_ascii=False).encode()
    body = LENGTH.pack(len(description)) + description + numbers
    return stored, FORMAT + hashlib.sha256(body).digest() + body


def export_run(folder: Path, file: Path, precision: Precision = "int8") -> Trained:
    """Write the model of a run folder to one file; the examples of its card are its tests.

    Raises:
        CheckpointError: the folder is not a finished run's, or a file of it is damaged.
    """
    sentences = [example.source for example in read_card(folder).examples[:TESTS]]
    return export(load(folder), file, sentences, precision)


def filled(trained: Trained, tensors: dict[str, Tensor]) -> Trained:
    """The same trained model with these weights."""
    model = build(trained.run, len(trained.source), len(trained.target))
    model.load_state_dict(tensors)
    return replace(trained, model=model.eval())


def test_of(trained: Trained, sentence: str) -> dict[str, Any]:
    """What a model makes of a sentence: the ids that it writes, and the weights behind each."""
    source = encode_sentence(sentence, trained.source)
    [found] = translate_ids(trained.model, [source], layer=trained.shown_layer)
    weights = [[round(one, DIGITS) for one in row] for row in found.weights.tolist()]
    return {"source": sentence, "tokens": found.tokens, "weights": weights}


def read(file: Path) -> Trained:
    """Read a model that `export` wrote.

    Raises:
        ModelFileError: the file is no exported model, or a damaged one.
        OSError: it cannot be read.
    """
    data = file.read_bytes()
    body = data[40:]
    if data[:8] != FORMAT:
        raise ModelFileError(
            f"expected an exported model, got another file: {file}; write one with: "
            "attention-course export DIR FILE"
        )
    if hashlib.sha256(body).digest() != data[8:40]:
        raise ModelFileError(
            f"expected {file} as it was written, got a damaged one; export the run again"
        )
    [length] = LENGTH.unpack(body[:4])
    about = json.loads(body[4 : 4 + length])
    numbers = torch.frombuffer(bytearray(body[4 + length :]), dtype=torch.uint8)
    run = read_run(about["run"])
    source, target = (vocabulary.from_json(about[side]) for side in ("source", "target"))
    model = build(run, len(source), len(target))
    tensors = {one["name"]: unpack(one, numbers) for one in about["tensors"]}
    return filled(Trained(run, model, source, target, about["shown_layer"]), tensors)


def unpack(entry: dict[str, Any], numbers: Tensor) -> Tensor:
    """One tensor of a file, from all of its bytes."""
    shape = torch.Size(entry["shape"])

    def part(start: int, count: int, dtype: torch.dtype) -> Tensor:
        return numbers[start : start + count * dtype.itemsize].clone().view(dtype)

    stored = part(entry["offset"], shape.numel(), TYPES[entry["type"]]).view(shape)
    scales = part(entry["scales"], shape[0], torch.float32) if "scales" in entry else None
    return Packed(stored, scales).unpacked()
