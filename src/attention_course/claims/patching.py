"""Which state decides a word? Put one state of another sentence in its place, and see.

Two sentences differ in one source word. At the step that says it, one state of the first sentence
is replaced by that of the second: as what is found (key), as what is read (value), or as both.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attention_course.data.batch import collate, encode_pairs
from attention_course.data.pairs import Pair
from attention_course.models.seq2seq import Decoder, RecurrentMemory, Seq2Seq
from attention_course.runs.trained import Trained

TWINS = 80  # pairs of sentences, at the most
LONGEST = 20  # words of a source
EXCHANGED = (  # words of one kind that sound alike where particles and articles depend on it
    (("민수", "minsu"), ("지호", "jiho")),
    (("지호", "jiho"), ("현우", "hyunwoo")),
    (("현우", "hyunwoo"), ("민수", "minsu")),
    (("수진", "sujin"), ("서연", "seoyeon")),
    (("서연", "seoyeon"), ("수진", "sujin")),
    (("큰", "big"), ("작은", "small")),
    (("작은", "small"), ("큰", "big")),
    (("조용한", "quiet"), ("유명한", "famous")),
    (("유명한", "famous"), ("조용한", "quiet")),
    (("친절한", "kind"), ("젊은", "young")),
    (("젊은", "young"), ("친절한", "kind")),
)


class Twins(NamedTuple):
    """Two pairs that differ in one word on each side, and where these words stand."""

    pair: Pair
    other: Pair
    place: int  # of the source word
    step: int  # of the target word


def twins_of(pair: Pair) -> list[Twins]:
    """All twins of a pair: one of its words exchanged for another of its kind."""
    source, target = pair.source.split(), pair.target.split()
    found = []
    for (korean, english), (other_korean, other_english) in EXCHANGED:
        places = [at for at, word in enumerate(source) if word.startswith(korean)]
        steps = [at for at, word in enumerate(target) if word == english]
        known = other_english in target or any(word.startswith(other_korean) for word in source)
        if len(places) != 1 or len(steps) != 1 or known:
            continue
        [place], [step] = places, steps
        if (place, step) not in (pair.sure or ()):
            continue
        word = other_korean + source[place][len(korean) :]
        other = Pair(
            " ".join([*source[:place], word, *source[place + 1 :]]),
            " ".join([*target[:step], other_english, *target[step + 1 :]]),
        )
        found.append(Twins(pair, other, place, step))
    return found


def patched(values: Float[Tensor, "S d"], others: Float[Tensor, "S d"]) -> Float[Tensor, "S S d"]:
    """The values so many times, in each of them another row replaced by that of the others."""
    rows = torch.arange(len(values))
    copies = values.repeat(len(values), 1, 1)
    copies[rows, rows] = others
    return copies


@torch.no_grad()
def predictions(
    decoder: Decoder, memory: RecurrentMemory, target_in: Int[Tensor, "1 T"], step: int
) -> Int[Tensor, "N"]:
    """The likeliest word at a step, for each row of a memory, the same words before it."""
    logits = decoder(target_in.expand(len(memory.states), -1), memory).logits
    best: Tensor = logits[:, step].argmax(dim=1)
    return best


class Patched(NamedTuple):
    """What one pair of twins shows: where the weight is, and which patches change the word."""

    top: int  # position of the largest weight
    weight: float
    flips: dict[str, list[bool]]  # by what is patched, for each position: is it the other's word?
    kept: list[bool]  # for each position: the same word if all of the weight is there?


@torch.no_grad()
def patch(trained: Trained, twins: Twins) -> Patched | None:
    """Patch each state of a pair in turn; None where a twin is not translated rightly."""
    model = cast(Seq2Seq, trained.model)
    batch = collate(encode_pairs([twins.pair, twins.other], trained.source, trained.target))
    batch = batch.to(model.device)
    memory, step = model.encode(batch.source, batch.source_lengths), twins.step
    output = model.decoder(batch.target_in, memory)
    ours, theirs = batch.target_out[:, step].tolist()
    if output.logits[:, step].argmax(dim=1).tolist() != [ours, theirs] or ours == theirs:
        return None
    states, keys, size = memory.states, memory.keys, memory.states.shape[1]
    alone = memory.rows(torch.zeros(size, dtype=torch.long, device=model.device))
    patched_states, patched_keys = patched(*states), patched(*keys)
    memories = {
        "key": alone._replace(keys=patched_keys),
        "value": alone._replace(states=patched_states),
        "both": alone._replace(keys=patched_keys, states=patched_states),
    }
    said = {
        name: predictions(model.decoder, one, batch.target_in[:1], step)
        for name, one in memories.items()
    }
    query, _ = model.decoder.rnn(
        model.decoder.embedding(batch.target_in[:1]), memory.start[:1].unsqueeze(0)
    )
    readouts, _ = model.decoder.remember(
        model.decoder.read(states[0][:, None], query[:, step : step + 1].expand(size, -1, -1))
    )
    forced = model.decoder.embedding.logits(readouts[:, 0]).argmax(dim=1)
    weights = output.weights[0, step]
    return Patched(
        int(weights.argmax()),
        float(weights.max()),
        {name: (one == theirs).tolist() for name, one in said.items()},
        (forced == ours).tolist(),
    )


def judge(trained: Trained, pairs: Sequence[Pair]) -> dict[str, Any]:
    """How often a patch makes the model say the other sentence's word, by what and where.

    Where: under the largest weight (`top`), at the word that differs if that is another one
    (`own`), at <eos> if that is another one (`end`), at all other words (`elsewhere`).
    """
    short = (pair for pair in pairs if len(pair.source.split()) <= LONGEST)
    found = [one for pair in short for one in twins_of(pair)][:TWINS]
    trained.model.eval()
    results = [(one, patch(trained, one)) for one in found]
    flips: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    kept: list[float] = []
    tops: dict[str, int] = dict.fromkeys(("own", "end", "elsewhere"), 0)
    weights: list[float] = []
    for twins, result in results:
        if result is None:
            continue
        end = len(twins.pair.source.split())
        names = [
            "top" if at == result.top else place_name(at, twins.place, end) for at in range(end + 1)
        ]
        for kind, hits in result.flips.items():
            for name, hit in zip(names, hits, strict=True):
                flips[kind][name].append(hit)
        tops[place_name(result.top, twins.place, end)] += 1
        weights.append(result.weight)
        others = [hit for at, hit in enumerate(result.kept) if at != result.top]
        kept.append(sum(others) / len(others))
    return {
        "twins": len(weights),
        "tried": len(found),
        "top_is": tops,
        "weight": mean(weights),
        "flips": {
            kind: {name: mean(hits) for name, hits in by_place.items()}
            for kind, by_place in flips.items()
        },
        "one_other_state_keeps_the_word": mean(kept),
        "some_other_state_keeps_the_word": mean([one > 0 for one in kept]),
    }


def place_name(at: int, place: int, end: int) -> str:
    """What a position is to a pair of twins."""
    return "own" if at == place else "end" if at == end else "elsewhere"


def mean(values: Sequence[bool] | Sequence[float]) -> float:
    """The mean, in four digits; 0 of nothing."""
    return round(sum(values) / len(values), 4) if values else 0.0
