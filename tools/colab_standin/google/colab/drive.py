"""Google Drive, played by the folder that STANDIN_DRIVE names."""

import os
from pathlib import Path


def mount(mountpoint: str) -> None:
    """Make the drive appear at a place that is not there yet."""
    place = Path(mountpoint)
    if "STANDIN_DRIVE" not in os.environ:
        raise ValueError("mount failed")  # as when a learner says no
    if not place.exists():
        place.mkdir(parents=True)
        (place / "MyDrive").symlink_to(os.environ["STANDIN_DRIVE"])
    print(f"Mounted at {mountpoint}")
