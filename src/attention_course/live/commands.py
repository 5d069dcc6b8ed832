"""`attention-course export`: a trained model in one file for the page."""

import argparse
from collections.abc import Callable
from pathlib import Path

Action = Callable[[argparse.Namespace], None]
Command = Callable[[str, Action], argparse.ArgumentParser]


def export(arguments: argparse.Namespace) -> None:
    """Write the model of a run folder to one file that a web page can run."""
    from attention_course.live.model_file import export_run

    export_run(arguments.run, arguments.file, "float16" if arguments.float16 else "int8")
    print(f"{arguments.file}: {arguments.file.stat().st_size:,} bytes")


def add_commands(command: Command) -> None:
    """Describe the command."""
    one = command("export", export)
    one.add_argument("run", type=Path, metavar="DIR", help="folder of a finished run")
    one.add_argument("file", type=Path, metavar="FILE", help="what is written")
    one.add_argument("--float16", action="store_true", help="16 bits a weight; 8 by default")
