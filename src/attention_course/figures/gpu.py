"""What the page *On a GPU* shows of results/gpu.json, which `make gpu` writes piece by piece.

A file may hold some pieces only: what is not there is left out.
"""

import statistics
from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes

from attention_course.figures.plotting import Interval, finish, line_style
from attention_course.figures.style import LABELS, WIDTH, new_axes, styles
from attention_course.rungs import RUNGS, STEMS

BENCH_NAMES = ("bottleneck", "averaging", "dot attention", "Transformer")
BENCHED = dict(zip(STEMS, BENCH_NAMES, strict=False))  # what results/bench.json calls its rungs
Measured = dict[str, Any]
Row = dict[str, Any]


def pieces(measured: Measured, measure: str) -> Iterator[Row]:
    """The rows of one kind of work that have come to something."""
    for row in measured["pieces"]:
        if row["measure"] == measure and "error" not in row:
            yield row


def where(measured: Measured) -> str:
    """A sentence about the machine; that of a rehearsal says that it is none of a GPU."""
    machine = f"Measured on {measured['device']}, torch {measured['torch']}."
    if measured["kind"] == "cuda":
        return machine
    return f"{machine} This is a rehearsal on a processor: it says nothing about a GPU."


def left_out(measured: Measured, measure: str) -> str:
    """A sentence about the rungs that this kind of work was not done for, if there are any."""
    done = {row["stem"] for row in pieces(measured, measure)}
    names = [rung.label for rung in RUNGS if rung.stem not in done]
    return f" Not measured: {', '.join(names)}." if names else ""


def tokens_over_batch(measured: Measured, ax: Axes | None = None) -> Axes:
    """Draw target tokens a second over the pairs in a batch, one curve for each rung."""
    ax = ax if ax is not None else new_axes(WIDTH, 3.3)
    rows = {row["stem"]: row["sizes"] for row in pieces(measured, "batch sizes")}
    for sizes, style in zip(rows.values(), styles(rows), strict=True):
        speeds = [one["tokens_per_second"] for one in sizes]
        ax.plot([one["batch"] for one in sizes], speeds, **line_style(style, len(sizes)))
    batches = sorted({one["batch"] for sizes in rows.values() for one in sizes})
    ax.set_xscale("log", base=2)
    ax.set_xticks(batches, [str(batch) for batch in batches])
    ax.set_ylim(bottom=0)
    times = statistics.median(
        sizes[-1]["tokens_per_second"] / sizes[0]["tokens_per_second"] for sizes in rows.values()
    )
    title = f"{batches[-1]:,} pairs in a batch: {times:.1f} times as fast as {batches[0]}"
    return finish(ax, title, "sentence pairs in a batch", "target tokens a second")


def seconds_to_goal(measured: Measured) -> dict[str, Interval]:
    """Seconds of training until the goal: median, least and most over the seeds, by stem.

    A rung that any of its seeds did not bring there is left out.
    """
    seconds: dict[str, list[float | None]] = {}
    for row in pieces(measured, "train"):
        if row["data"] == "multi30k":
            seconds.setdefault(row["stem"], []).append(row["seconds_to_goal"])
    there = {
        stem: [one for one in each if one is not None]
        for stem, each in seconds.items()
        if None not in each
    }
    return {stem: (statistics.median(each), min(each), max(each)) for stem, each in there.items()}


def runs(measured: Measured) -> list[list[str]]:
    """A row of the table of runs: rung, corpus, seed, seconds, tokens a second, memory, BLEU."""
    return [
        [
            LABELS[row["stem"]],
            row["data"],
            str(row["seed"]),
            f"{row['seconds']:,.0f}",
            f"{row['tokens_per_second']:,}",
            f"{row['megabytes']:,}",
            f"{row['bleu']:.1f}",
        ]
        for row in pieces(measured, "train")
    ]


def beside_a_processor(measured: Measured, bench: Row) -> str:
    """A sentence that sets the runs on Multi30k beside what `make bench` found on a processor."""
    times = [
        row["tokens_per_second"] / bench["rungs"][BENCHED[row["stem"]]]["tokens"]
        for row in pieces(measured, "train")
        if row["data"] == "multi30k" and row["stem"] in BENCHED
    ]
    if not times:
        return ""
    return (
        f"That is {min(times):.0f} to {max(times):.0f} times the tokens that one thread of a "
        "processor learns in a second (*How fast it trains*), and far from what such a GPU can do. "
        "The next part says where the time goes."
    )


def busy(profile: Row) -> float:
    """The share of an update in which the GPU calculated."""
    return float(sum(profile["kinds"].values()) / profile["milliseconds"])


def idle(measured: Measured) -> str:
    """A sentence about how long the GPU waits for work in an update, and why."""
    rows = list(pieces(measured, "profile"))
    return (
        f"So the queue is often empty: for {1 - max(map(busy, rows)):.0%} of the time or more the "
        "GPU waits for work, since a processor starts "
        f"{min(row['launches'] for row in rows):,.0f} pieces of it one after the other. These "
        "models are small: each piece is done before the next one comes."
    )


def updates(measured: Measured) -> list[list[str]]:
    """A row of the table of updates: rung, milliseconds, launches, waits, the dearest work.

    Behind the milliseconds stands the share of them in which the GPU calculated.
    """
    return [
        [
            LABELS[row["stem"]],
            f"{row['milliseconds']:.1f}",
            f"{busy(row):.0%}",
            f"{row['launches']:,.0f}",
            f"{row['waits']:.1f}",
            max(row["kinds"], key=row["kinds"].__getitem__),
        ]
        for row in pieces(measured, "profile")
    ]


def differences(measured: Measured) -> list[list[str]]:
    """A row of the table of equality: rung, and what differs in loss, gradients and step."""
    return [
        [
            LABELS[row["stem"]],
            f"{row['loss_differs']:.1e}",
            *(
                f"{row[name][value]:.1e}"
                for name in ("gradients", "parameters")
                for value in ("largest", "share_of_norm")
            ),
        ]
        for row in pieces(measured, "equality")
    ]


def ways(measured: Measured) -> list[list[str]]:
    """A row of the table of ways to compile: its name, tokens a second, seconds to begin."""
    [row] = [*pieces(measured, "compile")] or [{"ways": {}}]
    return [
        [name, one["error"], ""]
        if "error" in one
        else [name, f"{one['tokens_per_second']:,.0f}", f"{one['seconds_to_begin']:.1f}"]
        for name, one in row["ways"].items()
    ]
