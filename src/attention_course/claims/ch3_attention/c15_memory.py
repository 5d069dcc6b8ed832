"""c15: attention is a pointer and a way to manipulate memory."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import toy_run
from attention_course.config import Run
from attention_course.ladder.ch3_attention import soft_lookup

NAMES, WRITES, SIZE, ROWS, VALUES = 8, 24, 16, 200, 10
MATCH = 1_000.0  # score of the right name: more than any difference of age can outweigh
Memory = tuple[Int[Tensor, "W"], Int[Tensor, "W"]]  # what was written, in order: name and value


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The copying task of c04, read by attention."""
    return {"copy": toy_run("dot", "copy", preset, seed)}


def read_by_attention(
    names: Float[Tensor, "W d"], values: Float[Tensor, "W d"], newest: float
) -> Float[Tensor, "N d"]:
    """Look every name up among all that was ever written.

    `newest` is added to the score of each write for each write before it.
    """
    age = torch.arange(len(names), dtype=torch.float32).unsqueeze(1)
    keys = torch.cat([MATCH * names, newest * age], dim=1)
    queries = torch.cat([torch.eye(NAMES, names.shape[1]), torch.ones(NAMES, 1)], dim=1)
    return soft_lookup(queries, keys, values).value


def read_after_writing(
    names: Float[Tensor, "W d"], values: Float[Tensor, "W d"], delta: bool
) -> Float[Tensor, "N d"]:
    """Write into one matrix, one write after the other, then read every name.

    The matrix gets value times name; by the delta rule, only what it does not say yet (Widrow
    and Hoff 1960; as a layer, Schlag et al. 2021, section 4.2).
    """
    memory = torch.zeros(values.shape[1], names.shape[1])
    for name, value in zip(names, values, strict=True):
        stored = memory @ name if delta else torch.zeros_like(value)
        memory = memory + torch.outer(value - stored, name)
    return (memory @ torch.eye(NAMES, names.shape[1]).T).T


def share_newest(reader: str, generator: torch.Generator) -> float:
    """How often the value read under a name is the one written last, if it was overwritten."""
    hits = overwritten = 0
    for _ in range(ROWS):
        written = torch.randint(NAMES, (WRITES,), generator=generator)
        values = torch.randint(VALUES, (WRITES,), generator=generator)
        codes = torch.randn(VALUES, SIZE, generator=generator)
        names = torch.eye(NAMES, SIZE)[written]
        if reader.startswith("attention"):
            newest = 10.0 if reader.endswith("newest first") else 0.0
            read = read_by_attention(names, codes[values], newest)
        else:
            read = read_after_writing(names, codes[values], reader == "delta rule")
        decoded = torch.cdist(read, codes).argmin(dim=1)
        for name in range(NAMES):
            history = values[written == name]
            if len(history) > 1:
                overwritten += 1
                hits += int(decoded[name] == history[-1])
    return hits / overwritten


def pointing_and_overwriting(setting: Setting) -> Measured:
    """Point at letters; then read names whose values were overwritten."""
    generator = torch.Generator().manual_seed(setting.seed)
    readers = ("attention", "attention, newest first", "sum of writes", "delta rule")
    shares = {name: share_newest(name, generator) for name in readers}
    return Measured(
        {
            "pointer": setting.cards["copy"].metrics["pointed"],
            "overwritten": shares["attention"],
            "delta": shares["delta rule"],
            "newest": shares["attention, newest first"],
        },
        seen={f"{name}, newest value read": value for name, value in shares.items()},
    )


CLAIM = Claim(
    id="c15",
    stem="ch3_attention",
    title="A pointer, and memory manipulation",
    korean=(
        "Attention은 거의 모든 Deep Learning model에서 가장 강력하고 유연하고 일반적인 "
        "pointer이자 memory manipulation이다."
    ),
    english=(
        "In almost every deep learning model, attention is the strongest, most flexible and most "
        "general pointer and way to manipulate memory."
    ),
    how=(
        "A pointer: does the strongest weight of a trained copier stand on the letter that is "
        "copied? A memory, nothing trained: 24 times a value is written under one of 8 names, "
        "and old values should be gone. Attention reads the list of all writes; a matrix is "
        "changed by each write."
    ),
    predictions=(
        Prediction(
            "pointer",
            "copying: share of letters with the strongest weight on them",
            low=0.9,
            smoke=(0.5, 1.0),
        ),
        Prediction(
            "overwritten",
            "attention over all writes: share of overwritten names whose newest value is read",
            high=0.6,
            about="limit",
        ),
        Prediction(
            "delta",
            "a matrix corrected at each write (delta rule): the same share",
            low=0.99,
            about="limit",
        ),
        Prediction(
            "newest",
            "attention with the time of writing in its key: the same share",
            low=0.99,
            about="limit",
        ),
    ),
    verdict="half true",
    condition=(
        "A pointer it is, but it reads memory and does not change it. What was overwritten "
        "stays in the list and is mixed in, unless time is part of the key, and the list "
        "grows with every write. Manipulating needs a rule that writes. (A matrix keeps no "
        "more names apart than it has numbers a row, 16 here, for 8 names; a list does. "
        '"Strongest" and "most general" were not tested.)'
    ),
    measure=pointing_and_overwriting,
    runs=runs,
)
