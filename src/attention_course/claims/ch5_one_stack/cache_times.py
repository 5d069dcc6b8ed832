"""Milliseconds to write one word, by the length of the text before it: shown, never judged.

A stack of the sizes that pocket Korean has, untrained: what a word costs hangs on sizes, not on
what was learned. It has few words to choose from, so that what is timed is the layers.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from attention_course.claims.ch4_self_attention.clocks import ROUNDS, by_length
from attention_course.claims.trained import korean_run, label
from attention_course.course import chapter
from attention_course.models.model import Model
from attention_course.runs.card import origin
from attention_course.store.files import write
from attention_course.training import devices

LENGTHS = (16, 32, 64, 128, 256, 512, 1_024)
WORDS = 64  # that there are to choose from
WAYS = {"all read again": {}, "with the cache": {}, "with one head of keys": {"key_heads": 1}}


def stack(key_heads: int = 0) -> Model:
    """An untrained stack."""
    run = korean_run("one-stack", seed=0, key_heads=key_heads)
    return chapter(run.stem).build(run, WORDS, WORDS).eval()


def works_at(models: dict[str, Model], length: int) -> dict[str, Callable[[], object]]:
    """Write the word after a text of a length: by reading all of it again, or by what is kept."""
    source, lengths = torch.randint(WORDS, (1, length)), torch.tensor([length])
    token = torch.zeros(1, dtype=torch.long)

    @torch.no_grad()
    def read_again(model: Model) -> None:
        memory = model.encode(source, lengths)
        model.step(token, memory, model.begin(memory))

    works: dict[str, Callable[[], object]] = {}
    for name, model in models.items():
        if name == "all read again":
            works[label("one-stack", name)] = partial(read_again, model)
            continue
        with torch.no_grad():
            memory = model.encode(source, lengths)
            past = model.begin(memory)
        step = torch.no_grad()(model.step)
        works[label("one-stack", name)] = partial(step, token, memory, past)
    return works


def time_words() -> dict[str, Any]:
    """One word, by all ways, on one thread."""
    torch.manual_seed(0)
    models = {name: stack(**changes) for name, changes in WAYS.items()}
    with devices.one_thread():
        curves = by_length(partial(works_at, models), LENGTHS)
        return {**origin(models["with the cache"]), "rounds": ROUNDS, "curves": curves}


def record_times(file: Path) -> None:
    """Time a word and write what came of it, as the page reads it."""
    write(file, (json.dumps(time_words(), indent=1) + "\n").encode())
