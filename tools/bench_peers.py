"""Other courses and toolkits on the same work, as facts: part of `bench.py`.

They were measured twice. First alone, where the reference step took 0.82 CPU seconds: from there a
speed is carried over to this machine by the step. Later side by side with ours, in one process on
another machine (Zen 5, a step of 0.57), in seven rounds: the median of the ratios, the least and
the most. Most of them do not run as published any more, so `bench.py` measures our side alone.
"""

from typing import Any, NamedTuple

from bench_rounds import spread

REFERENCE_THERE = 0.82  # CPU seconds of the reference step where the peers were measured first
SIDE_BY_SIDE = {"machine": "Zen 5", "reference": 0.57, "rounds": 7, "16 bits": [1.56, 1.63]}
FULL = ", full precision"  # as on a processor without instructions for 16 bits
UNSORTED = "its own batches, mixed lengths"


class Beside(NamedTuple):
    """How many times faster ours was, side by side: the median, the least, the most."""

    batches: str  # that the other was given
    mixed: tuple[float, float, float]  # ours in 16 bits
    full: tuple[float, float, float]  # both in full precision


class Peer(NamedTuple):
    """Another course or toolkit on the same work: Multi30k, one thread."""

    name: str
    sizes: str  # layers, d_model / hidden size
    batches: str  # that it was given when its speed was measured
    sentences: float  # a CPU second, on the machine where the peers were measured first
    rung: str  # of ours that does the same
    asked: float | None = None  # times as fast as this we aimed at; named so in the file
    bleu: float | None = None  # that it reports, on its own tokens
    beside: tuple[Beside, ...] = ()


class Faster(NamedTuple):
    """One that is faster than ours, side by side, both in full precision."""

    name: str
    sizes: str
    rung: str
    theirs: float  # sentences a CPU second, there
    ours: float


BATCH = "128 sentences"
SORTED = "128 sentences of like length"
PEERS = (
    Peer(
        "bentrevett 1", "LSTM, 2 layers, 256/512", BATCH, 25.0, "bottleneck", 9.0, 13.8,
        (Beside(BATCH, (13.7, 8.4, 21.8), (8.1, 5.3, 14.0)),),
    ),
    Peer("d2l, seq2seq", "GRU, 2 layers, 256", BATCH, 95.0, "bottleneck"),
    Peer(
        "bentrevett 3", "additive attention, GRU, 256/512", BATCH, 8.3, "dot attention", 25.0, 28.3,
        (Beside(BATCH, (35.7, 27.0, 61.0), (22.9, 16.0, 37.0)),),
    ),
    Peer("d2l, attention", "additive, GRU, 2 layers, 256", BATCH, 55.0, "dot attention"),
    Peer("JoeyNMT, GRU", "Luong's attention", BATCH, 39.0, "dot attention"),
    Peer(
        "bentrevett 3", "additive attention, GRU, 256/512", BATCH, 8.3, "input feeding", 18.0, 28.3,
    ),
    Peer(
        "bentrevett 6", "3 layers, 256/512", SORTED, 104.0, "Transformer",
        1.3, 36.5,
        (
            Beside(SORTED, (2.0, 1.4, 2.7), (1.2, 0.9, 1.7)),
            Beside(UNSORTED, (3.3, 3.1, 4.5), (2.3, 1.9, 2.7)),
        ),
    ),
    Peer("d2l, Transformer", "2 layers, 256/64", BATCH, 88.0, "Transformer"),
    Peer(
        "JoeyNMT, iwslt14_deen", "6 layers, 256/1024", SORTED, 44.0,
        "Transformer", 3.0, None,
        (
            Beside(SORTED, (4.0, 3.0, 5.1), (2.6, 2.0, 3.2)),
            Beside(UNSORTED, (8.4, 7.3, 11.0), (5.7, 4.3, 7.1)),
        ),
    ),
    Peer(
        "Annotated Transformer", "3 layers in place of its 6, 512/2048", BATCH, 36.0,
        "Transformer", 3.5, None,
        (
            Beside("6 layers, 128, mixed lengths", (25.0, 19.0, 41.0), (16.0, 13.0, 26.0)),
            Beside("6 layers, 32 padded to 72", (55.0, 48.0, 75.0), (35.0, 30.0, 47.0)),
        ),
    ),
)  # fmt: skip
FASTER = (Faster("JoeyNMT, transformer_small", "3 layers, 64/128", "Transformer", 287.0, 198.0),)


def against_peers(
    references: list[float], speeds: dict[str, list[float]], peers: tuple[Peer, ...] = PEERS
) -> list[dict[str, Any]]:
    """Every peer beside ours: its speed as expected here, ours, and the ratio round by round.

    `references` are the CPU seconds of the reference step in each round, `speeds` ours in the same
    rounds, in sentences a CPU second.
    """
    rows = []
    for peer in peers:
        expected = [peer.sentences * REFERENCE_THERE / seconds for seconds in references]
        ratios = {
            key: spread(
                ours / theirs
                for ours, theirs in zip(speeds[peer.rung + form], expected, strict=True)
            )
            for key, form in (("ratio", ""), ("ratio in full precision", FULL))
        }
        row = {**peer._asdict(), "beside": [one._asdict() for one in peer.beside]}
        row |= {"expected here": spread(expected)["median"]}
        row |= {"ours": spread(speeds[peer.rung])["median"]}
        row |= {key: ratio["median"] for key, ratio in ratios.items()}
        row["spread"] = {key: [ratio["least"], ratio["most"]] for key, ratio in ratios.items()}
        rows.append(row)
    return rows
