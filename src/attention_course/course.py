"""The chapters of the course: their models, their presets, and what is made of them by name."""

from collections.abc import Mapping
from typing import Any

from attention_course.config import (
    CORPORA,
    DATA,
    FEW,
    LONGER,
    OWN_TEXT,
    PRESETS,
    TINY,
    TOYS,
    Run,
    Settings,
    complete,
    corpus_row,
    upgrade,
)
from attention_course.ladder.chapter import Chapter
from attention_course.models.model import Model
from attention_course.rungs import of_each_rung, rung

CHAPTERS: dict[str, Chapter[Any]] = {
    stem: module.CHAPTER for stem, module in of_each_rung("ladder").items()
}


def chapter(stem: str) -> Chapter[Any]:
    """Find a chapter by its stem.

    Raises:
        ValueError: there is no such chapter.
    """
    return CHAPTERS[rung(stem).stem]


def stem_of(variant: str) -> str:
    """The stem of the chapter that has this variant: no two chapters share one.

    Raises:
        ValueError: no chapter has it.
    """
    variants = {name: stem for stem, one in CHAPTERS.items() for name in one.variants}
    if variant not in variants:
        raise ValueError(f"expected a variant among {', '.join(variants)}, got {variant!r}")
    return variants[variant]


def describe(stem: str, variant: str, data: str, **settings: Any) -> Run:
    """Describe a run by some settings; those not given have the plain defaults of `Run`.

    These are no preset's sizes: to train, `preset` is what is wanted nearly always.

    Raises:
        ValueError: there is no such chapter, or it does not know a setting.
    """
    named = {"stem": stem, "variant": variant, "data": data}
    return Run.from_dict(chapter(stem).settings_type, {**named, **settings})


def preset(stem: str, variant: str, data: str, name: str = "cpu", **changes: Any) -> Run:
    """Make the Run of a preset: `smoke` takes seconds, `cpu` minutes on two cores.

    `gpu` is `cpu` with more epochs.

    Raises:
        ValueError: an unknown preset, data set or chapter, or a setting that the chapter does not
            know.
    """
    if name not in PRESETS:
        raise ValueError(f"expected a preset among {', '.join(PRESETS)}, got {name!r}")
    if data not in (*DATA, OWN_TEXT):
        raise ValueError(
            f"expected a data set among {', '.join(DATA)}, or a file of your own, got {data!r}"
        )
    sizes, row = chapter(stem).sizes, corpus_row(data)
    rows = [CORPORA[row], sizes.get(row, {})]
    if name == "gpu":
        rows.append(LONGER)
    if name == "smoke":
        rows += [TINY, {} if data in TOYS else FEW, sizes.get("smoke", {})]
    settings = {key: value for row in [*rows, changes] for key, value in row.items()}
    return describe(stem, variant, data, preset=name, **settings)


def read_run(stored: Mapping[str, Any]) -> Run:
    """Read a run from the settings that `Run.to_dict` gave.

    Raises:
        ValueError: a setting is missing, or unknown to this version.
    """
    settings_type = chapter(str(stored.get("stem"))).settings_type
    settings = complete(stored, settings_type)
    run = Run.from_dict(settings_type, settings)
    if missing := sorted(set(run.to_dict()) - set(settings)):
        raise ValueError(f"expected every setting of the run, got none for {', '.join(missing)}")
    return run


def upgraded_settings(stored: Mapping[str, Any]) -> Settings:
    """The settings of a run as the first version stored them, as this one stores them."""
    return upgrade(stored, chapter(str(stored.get("stem"))).settings_type)


def build(run: Run, source_size: int, target_size: int) -> Model:
    """Assemble the untrained model of a run for vocabularies of the given sizes."""
    return chapter(run.stem).build(run, source_size, target_size)
