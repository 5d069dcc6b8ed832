"""A second copy of a run on another disk, such as a mounted drive that may vanish at any time.

Training always writes to its own folder first. What has been written there whole is then copied,
read back and compared with its hashes. A disk that fails costs the copy, never the training.
"""

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from attention_course.store import checkpoint, files


def keep_checkpoint(source: Path, target: Path) -> str:
    """Copy the newest checkpoint; give a line of words if that failed, else nothing."""
    try:
        copy_checkpoint(source, target)
    except (OSError, files.DamageError) as error:
        return (
            f"No copy of this checkpoint in {target} ({error}). Training goes on, and earlier "
            f"copies stay; the checkpoint itself is whole, in {source}."
        )
    return ""


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copy the newest whole generation from one checkpoint folder to another, and read it back.

    Two whole generations are kept there. Where there is nothing to copy, nothing happens.

    Raises:
        OSError: it cannot be written; what was there before stays.
        DamageError: other bytes came back than were written.
    """
    newest = next(checkpoint.whole_generations(source), None)
    if newest is None:
        return
    target.mkdir(parents=True, exist_ok=True)
    copies = checkpoint.pair(target, newest)
    for original, copy in zip(checkpoint.pair(source, newest), copies, strict=True):
        files.write(copy, files.read_bytes(original))  # the JSON file last: now the copy counts
    checkpoint.read(target, newest)
    kept = islice(checkpoint.whole_generations(target), checkpoint.GENERATIONS)
    checkpoint.remove_but(target, {newest, *kept}, discard)


def discard(file: Path) -> None:
    """Empty a file, then remove it: what goes into the bin of a drive weighs there."""
    if file.exists():
        file.write_bytes(b"")
        file.unlink()


def keep_files(source: Path, target: Path, names: Sequence[str]) -> str:
    """Copy files of a finished run; give a line of words if that failed, else nothing."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            files.write(target / name, files.read_bytes(source / name))
    except (OSError, files.DamageError) as error:
        return f"No copy of the finished run in {target} ({error}); it is whole in {source}."
    return ""


def drive_folder(name: str) -> Path | None:
    """Mount Google Drive in Colab and give the course's folder on it; None where it cannot be had.

    One line says what happened.
    """
    if "google.colab" not in sys.modules:
        print("Not in Colab: no Drive to mount; this run is kept on this machine only.")
        return None
    from google.colab import drive

    mounted = Path.cwd() / "drive"  # /content/drive, as Colab itself calls it
    try:
        drive.mount(str(mounted))
    except Exception as error:  # whatever Colab raises: the learner may have said no
        print(f"Drive is not mounted ({error}); this run is kept on this machine only.")
        return None
    folder = mounted / "MyDrive" / "attention-course" / name
    print(f"Checkpoints are copied to {folder}; run all cells again after a disconnect to go on.")
    return folder
