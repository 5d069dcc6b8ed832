"""The run card: what was trained, on what, how long it took, and how good it became.

Every card is written and read here, those of the book's runs and those of the claims' alike.
"""

import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, TypedDict, get_args, get_origin, get_type_hints

import torch
from torch import nn

from attention_course import __version__
from attention_course.config import Run
from attention_course.course import read_run
from attention_course.runs.old_cards import upgraded
from attention_course.store.files import write
from attention_course.training import devices

VERSION = 2  # of the file; another one is read by `old_cards`, or refused


class CardError(ValueError):
    """A file that is no run card, or is the card of another run."""


@dataclass(frozen=True)
class Translated:
    """A translated sentence, and the weights between its written words."""

    source: str
    reference: str  # a person's translation; empty where there is none
    credit: str  # who wrote the pair, where a licence asks for it
    output: str  # the model's translation
    source_tokens: list[str]  # the columns: the source, then what else the model read
    output_tokens: list[str]
    weights: list[list[float]]  # a row for each output token, a column for each of `source_tokens`


class Origin(TypedDict):
    """Where a number comes from: the machine, the code, and the size of the model."""

    device: str  # as it names itself
    precision: str | None  # number format of matrix products; None: from before it was noted
    threads: int
    versions: dict[str, str]
    commit: str  # with -dirty if the code was changed; empty outside git
    parameters: int


@dataclass(frozen=True)
class RunCard:
    """All that is kept of a run when its weights are gone. Times are in seconds."""

    run: Run
    device: str
    precision: str | None
    threads: int
    versions: dict[str, str]
    commit: str
    parameters: int
    cpu_seconds: float  # of training, over all threads
    metrics: dict[str, Any]
    judging_cpu_seconds: float | None = None  # older cards count validation in training, too
    seconds: float | None = None  # of training, by the clock
    tokens_per_second: int | None = None  # target tokens, in training, by the clock
    curve: list[dict[str, Any]] = field(default_factory=list)  # an epoch each
    examples: list[Translated] = field(default_factory=list)
    shown_layer: int = -1  # of the model, whose map is drawn; -1, the last, where none was chosen
    about_text: list[str] = field(default_factory=list)  # what was seen in the learner's own files

    @classmethod
    def read(cls, file: Path) -> "RunCard":
        """Read and check the card in a file; one of an earlier version is brought to today's.

        Raises:
            OSError: the file cannot be read.
            CardError: it holds no card, or says what this version does not know.
        """
        try:
            return from_json(json.loads(file.read_text(encoding="utf-8")))
        except ValueError as error:
            raise CardError(
                f"expected a run card of version {VERSION} or earlier in {file}, got {error}; "
                "train the run again with this version"
            ) from error

    def write(self, file: Path) -> None:
        """Write the card, whole or not at all; folders are made as needed."""
        values = asdict(self) | {"run": self.run.to_dict()}
        text = json.dumps({"card": VERSION, **values}, ensure_ascii=False, indent=1)
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, f"{text}\n".encode())


def json_types(hint: Any) -> tuple[type, ...]:
    """The types that a value of JSON may have for a field, looked at without their contents.

    A whole number may stand for a float.
    """
    parts = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    types = [get_origin(part) or part for part in parts]
    return tuple(types + [int] * (float in types))


FIELDS = {name: json_types(hint) for name, hint in get_type_hints(RunCard).items()}
FIELDS["run"] = (dict,)
FIELDS_OF_EXAMPLE = {name: json_types(hint) for name, hint in get_type_hints(Translated).items()}
NUMBER = json_types(float)


def from_json(stored: Any) -> RunCard:
    """The card of JSON values.

    Raises:
        ValueError: they are none; the message says what they are.
    """
    if not isinstance(stored, dict):
        raise ValueError(f"a {type(stored).__name__}")
    if "card" not in stored:
        stored = upgraded(stored)
    if stored["card"] != VERSION:
        raise ValueError(f"version {stored['card']!r}")
    values = {name: value for name, value in stored.items() if name != "card"}
    check(values, FIELDS)
    for name in ("seconds", "cpu_seconds", "judging_cpu_seconds"):
        if (values[name] or 0) < 0:
            raise ValueError(f"{name} below 0, {values[name]}")
    check_each("a version", values["versions"].values(), (str,))
    check_each("a row of curve", values["curve"], (dict,))
    check_each("a line of about_text", values["about_text"], (str,))
    check_each("an example", values["examples"], (dict,))
    for one in values["examples"]:
        check_example(one)
    return RunCard(
        **values
        | {
            "run": read_run(values["run"]),
            "examples": [Translated(**one) for one in values["examples"]],
        }
    )


def check(values: dict[str, Any], kinds: dict[str, tuple[type, ...]]) -> None:
    """Compare names and types of fields with those that are expected.

    Raises:
        ValueError: a field is missing, unknown, or of another type.
    """
    for name in kinds.keys() - values.keys():
        raise ValueError(f"no {name}")
    for name in values.keys() - kinds.keys():
        raise ValueError(f"an unknown field, {name}")
    for name, value in values.items():
        check_type(name, value, kinds[name])


def check_example(values: dict[str, Any]) -> None:
    """Compare the fields of an example with those that are expected, and the lengths of its rows.

    Raises:
        ValueError: a field is not as it should be.
    """
    check(values, FIELDS_OF_EXAMPLE)
    for side in ("source_tokens", "output_tokens"):
        check_each(f"one of {side}", values[side], (str,))
    check_each("a row of weights", values["weights"], (list,))
    size = len(values["output_tokens"]), len(values["source_tokens"])
    if len(values["weights"]) != size[0] or {len(row) for row in values["weights"]} - {size[1]}:
        raise ValueError(f"an example whose weights are not {size[0]} rows of {size[1]}")
    for row in values["weights"]:
        check_each("a weight", row, NUMBER)


def check_each(what: str, values: Iterable[object], kinds: tuple[type, ...]) -> None:
    """Compare the type of each of some values.

    Raises:
        ValueError: one is of another type.
    """
    for value in values:
        check_type(what, value, kinds)


def check_type(what: str, value: object, kinds: tuple[type, ...]) -> None:
    """Compare the type of a value; True and False are no numbers.

    Raises:
        ValueError: it is of another type.
    """
    if type(value) not in kinds:
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise ValueError(f"{what} of type {type(value).__name__} and not {expected}")


def origin(model: nn.Module, mixed: bool = False) -> Origin:
    """Where the numbers of a model come from that is on its device now.

    `mixed`: fewer bits may be asked for than the device can multiply; `precision` is the number
    format that is used.
    """
    device = next(model.parameters()).device
    return {
        "device": machine(device),
        "precision": str(devices.number_format(device, mixed)).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "versions": versions(),
        "commit": commit(),
        "parameters": sum(part.numel() for part in model.parameters()),
    }


def machine(device: torch.device) -> str:
    """The name of the processor or of the GPU, as it names itself."""
    return devices.name(device)


def versions() -> dict[str, str]:
    """The versions that a number may depend on."""
    names = ("torch", "numpy", "tokenizers", "sacrebleu", "safetensors")
    return {
        "python": platform.python_version(),
        "attention_course": __version__,
        **{package: importlib.metadata.version(package) for package in names},
    }


def commit() -> str:
    """The commit of the code that runs, with -dirty if it was changed; empty outside git."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        here = Path(__file__).parent
        return subprocess.run(
            command, cwd=here, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
