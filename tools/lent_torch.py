"""Let another environment see this environment's torch, so that it is not downloaded again."""

import subprocess
from importlib import metadata
from pathlib import Path

LENT = ("torch", "torchgen", "functorch", "triton", "nvidia")


def lend(python: Path, folder: Path, version: str | None = None, also: Path | None = None) -> None:
    """Link torch, and nothing else of ours, into a folder on the path of another python.

    pip there finds the torch that is linked, with all that it needs; or it is told of another
    `version`, and then of no needs. `also` names a second folder for the path.
    """
    folder.mkdir(parents=True)
    torch = metadata.distribution("torch")
    beside = Path(str(torch.locate_file("")))
    own_metadata = [] if version else [f"torch-{torch.version}.dist-info"]
    for name in (*LENT, *own_metadata):
        if (beside / name).exists():
            (folder / name).symlink_to(beside / name)
    if version:
        play_package(folder, "torch", version)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    site_packages = Path(done.stdout.strip())
    paths = [folder, also] if also else [folder]
    (site_packages / "lent.pth").write_text("".join(f"{path}\n" for path in paths))


def play_package(folder: Path, name: str, version: str) -> None:
    """Make pip believe that a package is installed in a folder."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    metadata_text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(metadata_text, encoding="utf-8")
