"""Measure claims: train the runs that are missing, then judge, and write the records."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from attention_course.claims.record import Claim, Measured, Setting, make_record
from attention_course.claims.trained import file_of, train
from attention_course.config import Run
from attention_course.files import write


def seeds_of(claim: Claim, preset: str) -> range:
    """One seed at `smoke`, where an exact claim is asserted fully all the same; else all."""
    return range(1 if preset == "smoke" and not claim.exact else claim.seeds)


def missing_runs(claims: Sequence[Claim], preset: str, folder: Path) -> dict[str, Run]:
    """The runs that the claims need and that have no card yet, each once."""
    wanted = {}
    for claim in claims:
        for seed in seeds_of(claim, preset):
            for run in claim.runs(preset, seed).values():
                if not file_of(run, folder).exists():
                    wanted[repr(run)] = run
    return wanted


def measure(claim: Claim, preset: str, folder: Path) -> dict[str, Any]:
    """Measure one claim on all of its seeds; runs that are missing are trained on the way."""
    measured: dict[int, Measured] = {}
    for seed in seeds_of(claim, preset):
        cards = {name: train(run, folder) for name, run in claim.runs(preset, seed).items()}
        measured[seed] = claim.measure(Setting(preset, seed, cards))
    return make_record(claim, preset, measured)


def measure_all(
    claims: Sequence[Claim], preset: str, folder: Path, records: Path, work: Path | None = None
) -> dict[str, Any]:
    """Measure claims one after the other; each record is written as soon as it is there.

    Cards of runs are kept under `folder`, so that what was interrupted goes on where it was.
    Records of other claims in the file stay.
    """
    runs = missing_runs(claims, preset, folder)
    for run in tqdm(runs.values(), desc="runs", unit="run", disable=None if runs else True):
        train(run, folder, work)
    known = json.loads(records.read_text(encoding="utf-8")) if records.exists() else {}
    for claim in claims:
        known[claim.id] = measure(claim, preset, folder)
        text = json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1)
        records.parent.mkdir(parents=True, exist_ok=True)
        write(records, f"{text}\n".encode())
        tqdm.write(f"{claim.id} {known[claim.id]['verdict']:24} {claim.title}")
    return known
