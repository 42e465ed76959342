"""CIFAR-10 from its canonical binary batches: five of training images and one of test images, 10,000 each, as files or as `tar.gz`.

An image is 3073 bytes: its label, then 32x32 pixels of red, of green and of blue. The archive is read in place: nothing is extracted,
and nothing is ever unpickled (the Python version of the data set is a pickle, and is refused). Source: cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath

import numpy as np

from empirical.data.archives import DAMAGE, members
from empirical.data.images import DataError, Labelled, Pixels
from reports.files import MIB, open_plain

ARCHIVE = "cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"  # of the archive, as its authors publish it
FOLDER = "cifar-10-batches-bin"
RECORDS = 10_000  # images a batch
RECORD = 1 + 3 * 32 * 32  # bytes an image
LIMIT = 256 * MIB  # bytes of a file that is looked at; the archive has 162 MiB
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
BATCHES = (*TRAIN, "test_batch.bin")
PICKLED = ("data_batch_1", "cifar-10-batches-py")  # of the Python version
CLASSES, SIZE = 10, 32
# Mean and deviation of each channel as the paper uses them (Appendix A.1), of pixels in [0, 1].
CENTRE, SPREAD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


def is_here(data: Path) -> bool:
    """Say whether a path is, or holds, something of CIFAR-10 as its authors publish it, whole or not."""
    return data.name == ARCHIVE or any((data / name).exists() for name in (ARCHIVE, FOLDER, *BATCHES, *PICKLED))


def cifar10(source: Path) -> Pixels:
    """Return CIFAR-10 as uint8 (n, 32, 32, 3) with its labels and the scale that the paper uses.

    `source` is the archive, the folder of the batches, or a folder that holds either. Raises DataError for a missing or truncated batch,
    a label that is no class, and an archive with a wrong MD5 sum or with paths that climb out of it.
    """
    batches = read(source)
    train, test = labelled(b"".join(batches[name] for name in TRAIN)), labelled(batches["test_batch.bin"])
    scale = tuple(np.array(values, np.float32)[None, None] * 255 for values in (CENTRE, SPREAD))
    return Pixels("cifar10-binary", CLASSES, train, test, (scale[0], scale[1]))


def read(source: Path) -> dict[str, bytes]:
    """Return the content of each batch by name, each of the right size."""
    if source.is_file():
        return from_archive(source)
    for place in (source, source / FOLDER):
        if any((place / name).exists() for name in BATCHES):
            return from_files(place)
    if (source / ARCHIVE).is_file():
        return from_archive(source / ARCHIVE)
    pickled = any((source / name).exists() for name in PICKLED)
    came = "the Python version, a pickle that is never opened here" if pickled else "none of them" if source.is_dir() else "no such folder"
    raise DataError(f"{source} must be or hold {ARCHIVE}, {FOLDER} or its six .bin files, got {came}; fetch the binary version")


def from_files(folder: Path) -> dict[str, bytes]:
    """Return the batches of a folder."""
    batches: dict[str, bytes] = {}
    for name in BATCHES:
        path = folder / name
        try:
            with open_plain(path, LIMIT) as file:
                _check_size(str(path), os.fstat(file.fileno()).st_size)
                batches[name] = file.read()
        except OSError as error:
            raise DataError(f"{path} must be readable, but: {error.strerror}; unpack {ARCHIVE} again") from error
    return batches


def from_archive(path: Path) -> dict[str, bytes]:
    """Return the batches of the archive, which must have the published MD5 sum, hold each batch once, and no path that climbs out."""
    try:
        with open_plain(path, LIMIT) as file:
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        _check_sum(path, digest)
        return _batches(path)
    except DataError:
        raise
    except (OSError, *DAMAGE) as error:
        reason = getattr(error, "strerror", None) or error or type(error).__name__
        raise DataError(f"{path} must be a whole tar.gz that can be read, but: {reason}; fetch it again") from error


def _batches(path: Path) -> dict[str, bytes]:
    """Return the batches among the members; links and anything else are not looked into."""
    batches: dict[str, bytes] = {}
    with members(path) as packed:
        for member, _, opened in packed:
            name = PurePosixPath(member).name
            content = opened() if opened is not None and name in BATCHES else None
            if content is None:
                continue
            if name in batches:
                raise DataError(f"{path} must hold each batch once, got {name} twice; fetch it again")
            batches[name] = content.read(RECORDS * RECORD + 1)
            _check_size(f"{member} in {path}", len(batches[name]))
    missing = [name for name in BATCHES if name not in batches]
    if missing:
        raise DataError(f"{path} must hold {', '.join(BATCHES)}, got no {missing[0]}; fetch it again")
    return batches


def _check_sum(path: Path, digest: str) -> None:
    """Raise DataError for an archive that is not the published one."""
    if digest != MD5:
        raise DataError(f"{path} must have the MD5 sum {MD5}, which its authors publish, got {digest}; fetch it again")


def _check_size(name: str, size: int) -> None:
    """Raise DataError for a batch that is truncated or too long."""
    if size != RECORDS * RECORD:
        raise DataError(f"{name} must hold {RECORDS * RECORD} bytes ({RECORDS} images of {RECORD}), got {size}; fetch it again")


def labelled(content: bytes) -> Labelled:
    """Return the images and labels of whole records; raise DataError for a label that is none of the ten classes."""
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int32)
    if labels.max() >= CLASSES:
        raise DataError(f"labels of CIFAR-10 must lie in 0..{CLASSES - 1}, got {labels.max()}; the batch is damaged, fetch it again")
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels), labels
