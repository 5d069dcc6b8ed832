"""c15: attention is a pointer and a way to manipulate memory."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import label, toy_run
from attention_course.config import Run
from attention_course.ladder.ch3_attention import soft_lookup

SIZE, ROWS, VALUES = 16, 50, 10  # SIZE: numbers in the code of a name, and of a value
NAMES = {"smoke": (8, 32), "cpu": (4, 8, 16, 32, 64), "gpu": (4, 8, 16, 32, 64)}
FEW, MANY = 8, 32  # names that fit into a matrix with rows of 16 numbers, and that do not
WRITES = 3  # to each name, on average
MATCH = 100_000.0  # score of the right name: more than any difference of age can outweigh
NEWEST = 10.0  # what each write adds to the score of the next
LIST, TIMED = label("dot", "a list"), label("scaled", "a list with times")
SUM, DELTA = "a matrix that adds", "a matrix that corrects (delta rule)"


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The copying task of c04, read by attention."""
    return {"copy": toy_run("dot", "copy", preset, seed)}


def names_of(count: int, generator: torch.Generator) -> Float[Tensor, "N d"]:
    """Codes of length 1: at right angles where there are enough numbers, else at random."""
    if count <= SIZE:
        return torch.eye(count, SIZE)
    return F.normalize(torch.randn(count, SIZE, generator=generator), dim=1)


def read_by_attention(
    codes: Float[Tensor, "N d"],
    names: Float[Tensor, "W d"],
    values: Float[Tensor, "W d"],
    newest: float,
) -> Float[Tensor, "N d"]:
    """Look every name up among all that was ever written.

    `newest` is added to the score of each write for each write before it.
    """
    age = torch.arange(len(names), dtype=torch.float32).unsqueeze(1)
    keys = torch.cat([MATCH * names, newest * age], dim=1)
    queries = torch.cat([codes, torch.ones(len(codes), 1)], dim=1)
    return soft_lookup(queries, keys, values).value


def read_after_writing(
    codes: Float[Tensor, "N d"],
    names: Float[Tensor, "W d"],
    values: Float[Tensor, "W d"],
    delta: bool,
) -> Float[Tensor, "N d"]:
    """Write into one matrix, one write after the other, then read every name.

    The matrix gets value times name; by the delta rule, only what it does not say yet (Widrow
    and Hoff 1960; as a layer, Schlag et al. 2021, section 4.2).
    """
    memory = torch.zeros(values.shape[1], names.shape[1])
    for name, value in zip(names, values, strict=True):
        stored = memory @ name if delta else torch.zeros_like(value)
        memory = memory + torch.outer(value - stored, name)
    return codes @ memory.T


READERS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    TIMED: lambda codes, names, values: read_by_attention(codes, names, values, NEWEST),
    LIST: lambda codes, names, values: read_by_attention(codes, names, values, 0.0),
    DELTA: lambda codes, names, values: read_after_writing(codes, names, values, delta=True),
    SUM: lambda codes, names, values: read_after_writing(codes, names, values, delta=False),
}


def share_newest(reader: str, count: int, generator: torch.Generator) -> float:
    """How often the value read under a name is the one written last, if it was overwritten."""
    hits = overwritten = 0
    for _ in range(ROWS):
        written = torch.randint(count, (WRITES * count,), generator=generator)
        values = torch.randint(VALUES, (len(written),), generator=generator)
        kinds = torch.randn(VALUES, SIZE, generator=generator)
        codes = names_of(count, generator)
        read = READERS[reader](codes, codes[written], kinds[values])
        decoded = torch.cdist(read, kinds).argmin(dim=1)
        for name in range(count):
            history = values[written == name]
            if len(history) > 1:
                overwritten += 1
                hits += int(decoded[name] == history[-1])
    return hits / overwritten


def pointing_and_overwriting(setting: Setting) -> Measured:
    """Point at letters; then read names whose values were overwritten."""
    generator = torch.Generator().manual_seed(setting.seed)
    shares = {
        reader: {count: share_newest(reader, count, generator) for count in NAMES[setting.preset]}
        for reader in READERS
    }
    return Measured(
        {
            "pointer": setting.cards["copy"].metrics["pointed"],
            "overwritten": shares[LIST][FEW],
            "delta": shares[DELTA][FEW],
            "newest": shares[TIMED][FEW],
            "full": shares[DELTA][MANY],
            "list": shares[TIMED][MANY],
        },
        {
            reader: [(float(count), share) for count, share in points.items()]
            for reader, points in shares.items()
        },
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
        "copied? A memory, nothing trained: values are written under names, three times as "
        "often as there are names, and old values should be gone. Attention reads the list of "
        "all writes; a matrix is changed by each write. Names have codes of 16 numbers. 8 of "
        "them can stand at right angles to each other and fit into a matrix; 32 cannot. (The "
        "first four bands are those of a first measurement, with 8 names only. The other two "
        "were written down after a trial of one seed, which had shown .49 and 1.00.)"
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
            "8 names, attention over all writes: share of overwritten names whose newest value "
            "is read",
            high=0.6,
            about="limit",
        ),
        Prediction(
            "delta",
            "8 names, a matrix corrected at each write (delta rule): the same share",
            low=0.99,
            about="beside",
        ),
        Prediction(
            "newest",
            "8 names, attention with the time of writing in its key: the same share",
            low=0.99,
            about="beside",
        ),
        Prediction("full", "32 names, the matrix: the same share", high=0.6, about="beside"),
        Prediction(
            "list",
            "32 names, attention with the time of writing in its key: the same share",
            low=0.99,
            about="beside",
        ),
    ),
    verdict="half true",
    condition=(
        "A pointer it is, but it reads memory and does not change it. What was overwritten "
        "stays in the list and is mixed in, unless time is part of the key. Manipulating needs a "
        "rule that writes, and that has its limit on the other side: a matrix fills, a list does "
        "not, but a list grows with every write. "
        '("Strongest" and "most general" were not tested.)'
    ),
    measure=pointing_and_overwriting,
    runs=runs,
    axes=("names", "share of newest values read"),
    finding="A matrix fills, a list does not",
    log="x",
)
