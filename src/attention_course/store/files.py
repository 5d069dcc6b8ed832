"""Files that are there whole or not at all."""

import contextlib
import errno
import os
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor


class DamageError(ValueError):
    """A file that is missing, or not as it was written."""


def digest(data: bytes) -> str:
    """The sha256 of some bytes, in hexadecimal."""
    return sha256(data).hexdigest()


def write(file: Path, data: bytes) -> None:
    """Write a file so that a kill at any moment leaves the earlier file, or the new one, whole.

    The bytes go to a temporary file in the same folder, reach the disk, and take the file's
    name in one step. Temporary files are called `.NAME.part`.

    Raises:
        OSError: it cannot be written, as on a full disk; an earlier file stays as it was.
    """
    file = Path(file)
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(
            error.errno or errno.EIO,
            f"expected to write {len(data):,} bytes to {file}, got: {error.strerror or error}; "
            "what was saved earlier is whole; make room, or choose another folder, and go on",
        ) from error
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk, where the system can."""
    with contextlib.suppress(OSError):  # Windows, and drives that are mounted over a network
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_bytes(file: Path) -> bytes:
    """Read a file.

    Raises:
        DamageError: it is missing, or the system cannot read it.
    """
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise DamageError(f"{file.name} is missing") from error
    except OSError as error:
        raise DamageError(f"{file.name} cannot be read ({error.strerror})") from error


def tensor_bytes(tensors: dict[str, Tensor]) -> bytes:
    """The tensors as safetensors; copies, since tensors that share memory are refused."""
    copies = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    return save(copies)


def read_tensors(file: Path, *hashes: str) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file that has one of these sha256, to the CPU.

    Raises:
        DamageError: it is missing, has another sha256, or holds no tensors.
    """
    data = read_bytes(file)
    if digest(data) not in hashes:
        raise DamageError(f"{file.name} ({len(data):,} bytes) does not have its sha256")
    try:
        return load(data)
    except SafetensorError as error:
        raise DamageError(f"{file.name} holds no tensors ({error})") from error
