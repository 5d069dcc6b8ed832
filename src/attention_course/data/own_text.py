"""A learner's own parallel text: read, checked in words, divided without a leak, made a corpus."""

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from attention_course.config import PRESETS, Run
from attention_course.data.division import Parts, divide_text
from attention_course.data.pairs import Corpus, Pair
from attention_course.data.text_checks import Finding, Kept, scripts, sift, table
from attention_course.data.text_files import read_text
from attention_course.vocabulary import UNK, Words, tokenise

Units = Literal["words", "subwords"]
MAX_IDS = 8_000  # on a side
MAX_PAIRS = {"smoke": 320, "cpu": 50_000, "gpu": 500_000}  # learned from
MAX_UNKNOWN = 0.01  # share of running words in what is held out
PAIRS_IN_ALL = {"cpu": 150_000, "gpu": 600_000}  # pairs learned from, all epochs together
MIN_EPOCHS, MAX_EPOCHS = 4, 30
SPACELESS = {"cjk", "hiragana", "katakana", "thai", "lao", "khmer", "myanmar"}


@dataclass(frozen=True)
class OwnText:
    """A text that can be learned from: its three parts, and what there is to say about it.

    `checksums` says which files it is, by sha256 and name; `checks` is a short table in words.
    """

    parts: Parts
    units: Units
    checksums: str
    checks: tuple[str, ...]

    def settings(self, preset: str) -> dict[str, Any]:
        """What a run's preset takes from the size of the text.

        A small text is looked at more often, in smaller batches; a vocabulary of subwords grows
        with the root of the text, from the 2,000 that Multi30k has for 29,000 pairs.

        Raises:
            ValueError: there is no such preset.
        """
        if preset not in PRESETS:
            raise ValueError(f"expected a preset among {', '.join(PRESETS)}, got {preset!r}")
        train = min(len(self.parts.train), MAX_PAIRS[preset])
        held_out = max(len(self.parts.validation), len(self.parts.test))
        sizes: dict[str, Any] = {"own_text": self.checksums, "train_pairs": train}
        if preset == "smoke":
            return {**sizes, "held_out_pairs": min(held_out, 40)}
        letters = len(
            set(chain.from_iterable(pair.source + pair.target for pair in self.parts.train))
        )
        subwords = max(200, round(2_000 * (train / 29_000) ** 0.5), letters + 100)
        epochs = max(MIN_EPOCHS, min(MAX_EPOCHS, PAIRS_IN_ALL[preset] // train))
        return {
            **sizes,
            "held_out_pairs": held_out,
            "vocabulary_size": MAX_IDS if self.units == "words" else min(MAX_IDS, subwords),
            "batch_size": 16 if train < 2_000 else 64,
            "epochs": epochs,
        }


def read(files: Sequence[Path | str]) -> OwnText:
    """Read a file of two columns, or two files of lines; check, divide and describe the text.

    Raises:
        ValueError: it cannot be read or divided; the message says why, and what to do.
        OSError: there is no such file.
    """
    paths = [Path(file) for file in files]
    contents = read_text(paths)
    kept, findings = sift(contents)
    names = " and ".join(path.name for path in paths)
    try:
        parts = divide_text([one.pair for one in kept])
    except ValueError as error:
        lost = [f"{len(one.lines)} x {one.what}" for one in findings if one.done == "left out"]
        raise ValueError(
            f"{names}: {error}{'; left out: ' if lost else ''}{', '.join(lost)}"
        ) from error
    units, reason = choose_units(parts)
    if units == "words":
        parts = Parts(*([in_words(pair) for pair in pairs] for pairs in parts))
    lines = describe_text(names, contents.summary, kept, findings, parts)
    return OwnText(parts, units, contents.checksums, (*lines, f"units: {units}: {reason}"))


def in_words(pair: Pair) -> Pair:
    """The pair with every mark a word of its own."""
    return replace(pair, source=tokenise(pair.source), target=tokenise(pair.target))


def choose_units(parts: Parts) -> tuple[Units, str]:
    """Words where what is held out is made of words that were learned, else subwords; and why."""
    held_out = [in_words(pair) for pair in (*parts.validation, *parts.test)]
    if any(unicodedata.category(letter)[0] == "M" for one in parts.train for letter in one.source):
        return "subwords", "its letters carry marks of their own, which words would be cut at"
    train = [in_words(pair) for pair in parts.train]
    unknown = max(
        share_unknown(
            [getattr(one, side) for one in train], [getattr(one, side) for one in held_out]
        )
        for side in ("source", "target")
    )
    reason = f"{unknown:.0%} of the words that are held out stand nowhere in what is learned from"
    return ("words" if unknown <= MAX_UNKNOWN else "subwords"), reason


def share_unknown(train: Sequence[str], held_out: Sequence[str]) -> float:
    """The share of running words that a vocabulary of the training text does not know."""
    words = Words.learn(train, MAX_IDS)
    ids = [number for text in held_out for number in words.encode(text)]
    return ids.count(UNK) / max(1, len(ids))


def describe_text(
    names: str, summary: str, kept: Sequence[Kept], findings: Sequence[Finding], parts: Parts
) -> list[str]:
    """What was found and what becomes of it, a line each."""
    source, target = scripts(kept)
    lines = [f"{names}: {summary}", *(table(findings) or ["  nothing to remark on"])]
    lines.append(
        f"{len(kept):,} pairs, {source or 'no'} letters to {target or 'no'} letters: "
        f"{len(parts.train):,} to learn from, {len(parts.validation):,} to choose by, "
        f"{len(parts.test):,} to be judged on"
    )
    if len(parts.test) < 100:
        lines.append("so few to be judged on give a rough score: look at its interval")
    if target in SPACELESS:
        lines.append(
            "BLEU counts words between spaces, and the translations have few: it says little"
        )
    return lines


def load(run: Run, files: Sequence[Path] = ()) -> Corpus:
    """The corpus of a run on a text of one's own, cut to the run's sizes.

    Without `files` they are looked for by their names, here and in ATTENTION_COURSE_DATA.

    Raises:
        ValueError: a file is another one than the run has learned from.
        OSError: a file is not there.
    """
    text = read(files or find_files(run))
    if hashes(text.checksums) != hashes(run.own_text):
        before, now = abbreviated(run.own_text), abbreviated(text.checksums)
        raise ValueError(
            f"expected {run.reads} as it was when this run was made (sha256 {before}), got another "
            f"content (sha256 {now}); put the old text back, or train into another folder"
        )
    train, validation, test = text.parts
    cut = () if len(train) <= run.train_pairs else (left_aside(run, len(train)),)
    return Corpus(
        run.data,
        tuple(train[: run.train_pairs]),
        tuple(validation[: run.held_out_pairs]),
        tuple(test[: run.held_out_pairs]),
        units=text.units,
        about=(*text.checks, *cut),
    )


def left_aside(run: Run, available: int) -> str:
    """That a preset learns from fewer pairs than there are."""
    return f"preset {run.preset} learns from {run.train_pairs:,} of these {available:,} pairs"


def find_files(run: Run) -> list[Path]:
    """Where the files of a run are: in the current folder, or in ATTENTION_COURSE_DATA.

    Raises:
        FileNotFoundError: one is in neither.
    """
    root = os.environ.get("ATTENTION_COURSE_DATA")
    folders = [Path(), *([Path(root).expanduser()] if root else [])]
    paths = []
    for name in run.text_names:
        candidates = [folder / name for folder in folders if (folder / name).is_file()]
        if not candidates:
            raise FileNotFoundError(
                f"expected {name}, the text of this run, in the current folder, got no such file; "
                f"say where it is with --data, or set ATTENTION_COURSE_DATA to its folder"
            )
        paths.append(candidates[0])
    return paths


def hashes(checksums: str) -> list[str]:
    """The sha256 of each file, without its name."""
    return [line.split("  ", 1)[0] for line in checksums.splitlines()]


def abbreviated(checksums: str) -> str:
    """The first twelve digits of each sha256, for a message."""
    return ", ".join(one[:12] for one in hashes(checksums))
