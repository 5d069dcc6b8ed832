"""Would installing the course change anything that Colab has? Asked of pip, for every list.

For each list a folder stands in for the runtime: name and version of every package, and nothing
else. pip is asked what it would install there for our wheel. Whatever of it the runtime already
has would be changed, and the reader would be asked to restart: there must be none. That the
question can be answered with yes is shown by a wheel that asks for a newer ipywidgets.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name

import colab_lists as lists
from colab_lists import Listing
from lent_torch import play_package

COLABS_PIP = "24.1.2"
GLIBC = (5, 12, 17, 24, 27, 28, 31, 34, 35)  # what wheels may ask of Colab's system
CONTROL = ("Requires-Dist: ipywidgets>=7.7", "Requires-Dist: ipywidgets>=8")


def main() -> int:
    """Ask for every list; print a line for each; fail on any change and on a silent control."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    wheel, bad = parser.parse_args().wheel.resolve(), 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python = pip_alone(folder / "pip")
        control = demanding(wheel, folder)
        for listing in lists.read_all():
            runtime = stand_in(listing, folder / str(listing))
            new = would_install(python, runtime, listing, wheel)
            changed = sorted(new.keys() & listing.packages.keys())
            changed_by_control = sorted(
                would_install(python, runtime, listing, control).keys() & listing.packages.keys()
            )
            new.pop("attention-course", None)
            bad += bool(changed) or not changed_by_control
            print(
                f"{listing!s:15} Python {listing.python}, {len(listing.packages)} packages; would "
                f"change: {', '.join(changed) or 'none'}; adds {', '.join(sorted(new))}: "
                f"{megabytes(python, new, listing, folder):.2f} MB; the control would change: "
                f"{', '.join(changed_by_control) or 'NONE, so this test shows nothing'}",
                flush=True,
            )
    print(f"course's own wheel: {wheel.stat().st_size / 1e6:.2f} MB")
    if bad:
        print(
            f"{bad} of {len(lists.read_all())} lists do not fit: see the bounds in pyproject.toml"
        )
    return 1 if bad else 0


def pip_alone(folder: Path) -> Path:
    """The python of an environment that has Colab's pip and nothing else."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-qq", f"pip=={COLABS_PIP}"], check=True)
    return python


def demanding(wheel: Path, folder: Path) -> Path:
    """A copy of the wheel that asks for more than Colab has."""
    copy = folder / wheel.name
    with zipfile.ZipFile(wheel) as original, zipfile.ZipFile(copy, "w") as changed:
        for name in original.namelist():
            content = original.read(name)
            if name.endswith(".dist-info/METADATA"):
                old, new = (line.encode() for line in CONTROL)
                assert old in content, f"the control must change a line that is there: {CONTROL[0]}"
                content = content.replace(old, new)
            changed.writestr(name, content)
    return copy


def stand_in(listing: Listing, folder: Path) -> Path:
    """A folder that looks to pip like the packages of a runtime."""
    for name, version in listing.packages.items():
        play_package(folder, name, version)
    return folder


def options_for(listing: Listing) -> list[str]:
    """The options that make pip answer for a runtime's Python and system."""
    digits = listing.python.replace(".", "")
    platforms = [f"--platform=manylinux_2_{minor}_x86_64" for minor in reversed(GLIBC)]
    platforms += ["--platform=manylinux2014_x86_64", "--platform=manylinux1_x86_64"]
    version = [f"--python-version={listing.python}", "--implementation=cp", f"--abi=cp{digits}"]
    return [*version, "--abi=abi3", "--abi=none", *platforms, "--only-binary=:all:"]


def would_install(python: Path, runtime: Path, listing: Listing, wheel: Path) -> dict[str, str]:
    """What pip would install for a wheel there: canonical name to version."""
    command = [str(python), "-m", "pip", "install", "--dry-run", "--quiet", "--report=-"]
    done = subprocess.run(
        [*command, *options_for(listing), str(wheel)],
        env={**os.environ, "PYTHONPATH": str(runtime)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"pip has no answer for {listing}:\n{done.stderr}")
    rows = [row["metadata"] for row in json.loads(done.stdout)["install"]]
    return {canonicalize_name(row["name"]): row["version"] for row in rows}


def megabytes(python: Path, new: dict[str, str], listing: Listing, folder: Path) -> float:
    """The size of what is newly downloaded, without the course's own wheel."""
    downloads = folder / f"new {listing.python}"
    pins = [f"{name}=={version}" for name, version in new.items()]
    command = [str(python), "-m", "pip", "download", "-qq", "--no-deps", f"--dest={downloads}"]
    subprocess.run([*command, *options_for(listing), *pins], check=True)
    return sum(file.stat().st_size for file in downloads.iterdir()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
