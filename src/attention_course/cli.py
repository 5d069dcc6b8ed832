"""The command line. What a command needs is imported inside it, so that --help answers at once."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_args

from attention_course import __version__, logs
from attention_course.config import DATA, OWN_TEXT, PRESETS, Feeding, Readout, Run
from attention_course.rungs import NUMBERED, STEMS

Command = Callable[[argparse.Namespace], None]
FIRST_DATA = "pocket-korean"
# What a chapter's model may be told; a chapter that does not know one refuses it.
MODEL_OPTIONS = ("input_feeding", "bidirectional", "learned_start", "predict_from", "layers_above")


def chapters(arguments: argparse.Namespace) -> None:
    """Print the ladder: each chapter, where its weights come from, and its variants."""
    from attention_course.course import CHAPTERS

    for rung in NUMBERED:
        variants = " | ".join(CHAPTERS[rung.stem].variants)
        print(f"{rung.stem:20} {rung.source_of_weights:24} {variants}")


def train(arguments: argparse.Namespace) -> None:
    """Train a rung, judge it, and write its run card."""
    import torch

    from attention_course import course
    from attention_course.data import commands
    from attention_course.runs import experiment

    stem, names = parted(arguments.stem, arguments.data)
    files = commands.own_files(names)
    if not arguments.resume:
        refuse_used(arguments.out)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    options = {name: getattr(arguments, name) for name in MODEL_OPTIONS}
    run = course.preset(
        stem,
        arguments.variant or course.chapter(stem).default,
        OWN_TEXT if files else names[0],
        arguments.preset,
        seed=arguments.seed,
        **commands.text_settings(files, arguments.preset),
        **{name: value for name, value in options.items() if value is not None},
    )
    card = experiment.run_experiment(
        run,
        arguments.out,
        arguments.resume,
        arguments.copy_to,
        processes=arguments.processes,
        files=files,
        device=arguments.device,
    )
    if card is not None:  # only the main process of several has a card
        print_metrics(card.run, card.metrics)
        print(f"run card: {arguments.out / 'run.json'}")


def parted(stem: str | None, names: Sequence[str]) -> tuple[str, list[str]]:
    """The chapter and the data of a command in which the chapter may stand behind the data.

    Raises:
        ValueError: there is no chapter.
    """
    if stem is None and names[-1] in STEMS:
        return names[-1], list(names[:-1]) or [FIRST_DATA]
    if stem is None:
        raise ValueError(f"expected a chapter among {', '.join(STEMS)}, got none; name one")
    return stem, list(names)


def refuse_used(folder: Path) -> None:
    """Keep what an earlier run has left in a folder.

    Raises:
        ValueError: there is a checkpoint or a finished run in it.
    """
    if (folder / "run.json").exists() or list(folder.glob("checkpoint/*.json")):
        raise ValueError(
            f"expected a new folder, got {folder}, which holds a run already; go on with it by "
            "--resume, or name another folder with --out"
        )


def evaluate(arguments: argparse.Namespace) -> None:
    """Judge the model of a run folder again on its test pairs."""
    from attention_course import data
    from attention_course.runs import experiment, metrics
    from attention_course.runs.trained import load

    trained = load(arguments.run)
    corpus = data.load(trained.run, arguments.data or experiment.text_paths(arguments.run))
    judged = metrics.judge_model(trained.model, corpus, trained.source, trained.target)
    if arguments.json:
        print(json.dumps(judged.metrics, ensure_ascii=False, indent=1))
    else:
        print_metrics(trained.run, judged.metrics)


def print_metrics(run: Run, metrics: dict[str, Any]) -> None:
    """Print what a run is, and those of its metrics that fit on a line each."""
    print(f"{run.stem} ({run.variant}) on {run.reads}, preset {run.preset}")
    for name, value in metrics.items():
        if not isinstance(value, list):
            print(f"  {name:20} {value}")


def translate(arguments: argparse.Namespace) -> None:
    """Translate a sentence with the model of a run folder; draw where it looked if asked."""
    from attention_course.runs.trained import load, translate
    from attention_course.vocabulary import UNK

    trained = load(arguments.run)
    [translation] = translate(trained, [arguments.sentence], arguments.beam)
    tokens = trained.source.encode(arguments.sentence)
    if unknown := tokens.count(UNK):
        print(
            f"{unknown} of {len(trained.source.words(tokens))} words were never seen in training "
            f"(this model reads {trained.run.reads})",
            file=sys.stderr,
        )
    print(translation.output)
    if arguments.gloss:
        from attention_course.figures.gloss import in_columns

        print(in_columns(arguments.sentence))
    if arguments.weights:
        import matplotlib

        matplotlib.use("Agg")
        from attention_course.figures import plotting

        axes = plotting.heatmap(
            translation.weights, translation.source_tokens, translation.output_tokens
        )
        plotting.save(axes, arguments.weights)
        print(f"where it looked: {arguments.weights}")


def claims(arguments: argparse.Namespace) -> None:
    """Measure claims of the lecture notes, all or those named, and write their records."""
    from attention_course.claims import catalogue, runner

    chosen = catalogue.find(arguments.ids)
    cards = arguments.out / "claims"
    runs = runner.missing_runs(chosen, arguments.preset, cards)
    print(f"{len(chosen)} claims; runs to train first: {len(runs)}")
    if runs:
        print(runner.estimate_in_words(runner.estimate(runs, cards), arguments.jobs))
    records = arguments.out / "claims.json"
    work = Path("runs") / "claims"
    runner.measure_all(chosen, arguments.preset, cards, records, work, arguments.jobs)


def parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    from attention_course.data.commands import add_commands as add_data_commands
    from attention_course.grading.commands import add_commands as add_grading_commands
    from attention_course.live.commands import add_commands as add_live_commands

    top = argparse.ArgumentParser(
        prog="attention-course",
        description="Every rung of the ladder is one sum: c_t = sum over s of "
        "weights[t, s] * states[s]. Train a rung, judge it, translate with it.",
    )
    top.add_argument("--version", action="version", version=__version__)
    top.set_defaults(does=lambda arguments: top.print_help())
    commands = top.add_subparsers(metavar="COMMAND")

    def command(name: str, does: Command, within: Any = commands) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = within.add_parser(
            name, help=does.__doc__, description=does.__doc__
        )
        one.set_defaults(does=does)
        return one

    command("chapters", chapters)
    add_train_arguments(command("train", train))
    one = command("evaluate", evaluate)
    one.add_argument("run", type=Path, metavar="DIR", help="folder of a finished run")
    one.add_argument(
        "--data", nargs="+", type=Path, metavar="FILE", help="where the text of your own is now"
    )
    one.add_argument("--json", action="store_true", help="print all metrics as JSON")
    one = command("translate", translate)
    one.add_argument("run", type=Path, metavar="DIR", help="folder of a finished run")
    one.add_argument("sentence")
    one.add_argument("--beam", type=int, default=1, metavar="WIDTH", help="1 is greedy search")
    one.add_argument("--weights", type=Path, metavar="FILE.png", help="draw where it looked")
    one.add_argument("--gloss", action="store_true", help="how Korean words sound, what they mean")
    add_live_commands(command)
    one = command("claims", claims)
    one.add_argument("ids", nargs="*", metavar="ID", help="c01 ... c23; all by default")
    one.add_argument("--preset", default="cpu", metavar="SIZE", help=", ".join(PRESETS))
    one.add_argument("--out", type=Path, default=Path("results"), metavar="DIR")
    one.add_argument("--jobs", type=int, default=1, metavar="N", help="runs trained at once")
    grading = commands.add_parser("grade", help="Hand out assignments, and grade them.")
    grading.set_defaults(does=lambda arguments: grading.print_help())
    add_grading_commands(partial(command, within=grading.add_subparsers(metavar="COMMAND")))
    about_data = commands.add_parser("data", help="List the corpora, fetch one, check your own.")
    of_data = about_data.add_subparsers(required=True, metavar="list|fetch|check")
    add_data_commands(partial(command, within=of_data))
    return top


def add_train_arguments(one: argparse.ArgumentParser) -> None:
    """Describe what `train` takes."""
    one.add_argument("stem", nargs="?", metavar="STEM", help=", ".join(STEMS))
    one.add_argument("--variant", help="where the weights come from; see `chapters`")
    one.add_argument(
        "--input-feeding",
        nargs="?",
        const="attentional",
        choices=get_args(Feeding),
        help="feed the decoder a_{t-1} (context) or Luong's attentional vector (the default)",
    )
    one.add_argument(
        "--bidirectional",
        action=argparse.BooleanOptionalAction,
        help="read the source both ways, or not; by default as the preset has it",
    )
    one.add_argument(
        "--layers-above",
        type=int,
        metavar="N",
        help="GRUs above the socket that remember what was read; by default as the preset has it",
    )
    one.add_argument(
        "--learned-start",
        action="store_const",
        const=True,
        help="start the decoder from a learned vector: all of the source passes the socket",
    )
    one.add_argument(
        "--predict-from",
        choices=get_args(Readout),
        help="what the readout sees: [a_t; s_t], a_t alone (context) or s_t alone (query)",
    )
    one.add_argument(
        "--data",
        nargs="+",
        default=[FIRST_DATA],
        metavar=("NAME", "FILE"),
        help=f"{', '.join(DATA)}; or your own: FILE.tsv of two columns, or two files of lines",
    )
    one.add_argument("--preset", default="cpu", metavar="SIZE", help=", ".join(PRESETS))
    one.add_argument("--seed", type=int, default=0)
    one.add_argument(
        "--threads",
        type=int,
        help="processor threads; by default all that may be used",
    )
    one.add_argument(
        "--device",
        choices=("cpu", "cuda", "mps"),
        help="where to train; by default on a GPU if one can be used",
    )
    one.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="refuse unless N of them train together (torchrun)",
    )
    one.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run folder")
    one.add_argument("--resume", action="store_true", help="go on from DIR's last checkpoint")
    one.add_argument(
        "--copy-to", type=Path, metavar="DIR", help="copy and verify checkpoints there, on a drive"
    )


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; a mistake of the user's is one line on stderr and status 2."""
    logs.at_once()
    arguments = parser().parse_args(words)
    try:
        arguments.does(arguments)
    except KeyboardInterrupt as stopped:
        print(f"\n{str(stopped) or 'stopped'}", file=sys.stderr)
        return 130
    except (ValueError, OSError, RuntimeError, FloatingPointError) as error:
        print(f"attention-course: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
